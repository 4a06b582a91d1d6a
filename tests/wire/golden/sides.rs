//! A hub and a shop of which nothing is left to chance: every identity and secret is written into their databases.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::delivery_days::DeliveryDays;
use kulakan::hub::{Hub, HubImport};
use kulakan::shop::{NewShop, Shop};
use kulakan::wire::event::{Event, GENESIS, Hash};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use uuid::Uuid;

use crate::harness::running::{Daemon, HubFolder, moment};

pub const MOMENT: &str = "2026-11-23T02:00:00.000Z";
pub const DEVICE: Uuid = Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_d001);
pub const NONCE: Uuid = Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_a001);
pub const TOKEN: &str = "the-secret-token-of-this-device-0123456789abcdef";
pub const CODE: &str = "ABCD-EFGH";
const INCARNATION: &str = "01935000-0000-7000-8000-00000000b001";
const SHOP: &str = "01935000-0000-7000-8000-000000005001";
const INSTANCES: [&str; 2] = [
    "01935000-0000-7000-8000-00000000c001",
    "01935000-0000-7000-8000-00000000c002",
];

/// Something that happened at the shop, with a place to be given.
pub struct Happened(Event);

/// The events of the story, by number.
pub fn event(number: u32) -> Happened {
    let (kind, payload) = match number {
        0 => (
            "product.defined",
            r#"{"sku":"MIE","name":"Mi goreng","base_unit":"piece","unit":"bungkus","unit_factor":1,"pack_name":"dus","pack_size":40,"minimum_order":40,"consignment":false,"active":true}"#.to_owned(),
        ),
        1 => (
            "stock.received",
            r#"{"moves":[{"sku":"MIE","expires":"2027-05-31","quantity":80}]}"#.to_owned(),
        ),
        _ => (
            "sale.recorded",
            format!(
                r#"{{"sale_id":"s-{number}","moves":[{{"sku":"MIE","expires":"2027-05-31","quantity":-{number}}}]}}"#
            ),
        ),
    };
    Happened(Event {
        seq: 0,
        event_id: Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_e000 + u128::from(number)),
        kind: kind.to_owned(),
        version: 1,
        at_utc: MOMENT.to_owned(),
        utc_offset_minutes: 420,
        business_date: "2026-11-23".parse().expect("a date"),
        payload,
    })
}

impl Happened {
    pub fn with_seq(self, seq: i64) -> Event {
        Event { seq, ..self.0 }
    }
}

/// A shop's folder.
pub struct FixedShop {
    clock: Arc<ManualClock>,
    path: PathBuf,
    folder: Arc<TempDir>,
}

impl FixedShop {
    pub async fn found() -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let shop = Self {
            clock: ManualClock::at(moment(MOMENT)),
            path: folder.path().join("shop"),
            folder,
        };
        let new = NewShop {
            name: "Warung Bu Sri".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            currency: "IDR".to_owned(),
            pin: None,
        };
        let config = Config::for_folder(&shop.path).expect("settings");
        drop(Shop::create(config, new, shop.clock.clone()).await);
        drop(shop.open().await);
        let database = shop.database();
        let fixed = "UPDATE shop SET device_id = ?1";
        database
            .execute(fixed, [DEVICE.to_string()])
            .expect("one row");
        shop.take_instance(INSTANCES[0]);
        shop
    }

    fn database(&self) -> Connection {
        Connection::open(Shop::file(&self.path)).expect("the database")
    }

    /// Says which copy it is, in the database and in the file beside it.
    fn take_instance(&self, instance: &str) {
        let database = self.database();
        let old: String = database
            .query_row("SELECT instance FROM shop", [], |row| row.get(0))
            .expect("an instance");
        database
            .execute("UPDATE shop SET instance = ?1", [instance])
            .expect("one row");
        let mark = self.path.join("shop.mark");
        let text = std::fs::read_to_string(&mark).expect("the mark");
        std::fs::write(&mark, text.replace(&old, instance)).expect("the mark");
    }

    /// Writes events into the log.
    pub fn append(&self, epoch: i64, events: &[Happened]) {
        let database = self.database();
        for Happened(event) in events {
            let (seq, previous): (i64, [u8; 32]) = database
                .query_row("SELECT head_seq, head_hash FROM sync_state", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .expect("the head");
            let event = Event {
                seq: seq + 1,
                ..event.clone()
            };
            let previous = if seq == 0 { GENESIS } else { Hash(previous) };
            let hash = event.hash(DEVICE, epoch, previous);
            database
                .execute(
                    "INSERT INTO events (epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes,
                         business_date, payload, prev_hash, hash)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                    params![
                        epoch,
                        event.seq,
                        event.event_id.to_string(),
                        event.kind,
                        event.version,
                        event.at_utc,
                        event.utc_offset_minutes,
                        event.business_date,
                        event.payload,
                        previous.0,
                        hash.0
                    ],
                )
                .expect("one row");
            database
                .execute(
                    "UPDATE sync_state SET head_seq = ?1, head_hash = ?2",
                    params![event.seq, hash.0],
                )
                .expect("one row");
        }
    }

    /// As after a pairing whose answer was lost: the secret that was made for it is used again.
    pub fn will_pair_with(&self, hub: &str) {
        let sql = "UPDATE sync_state SET hub_url = ?1, token = ?2";
        self.database().execute(sql, [hub, TOKEN]).expect("one row");
    }

    pub fn will_ask_for_an_epoch_with(&self, nonce: Uuid) {
        let sql = "UPDATE sync_state SET epoch_nonce = ?1";
        self.database()
            .execute(sql, [nonce.to_string()])
            .expect("one row");
    }

    /// The shop as a process opens it.
    pub async fn open(&self) -> Shop {
        let config = Config::for_folder(&self.path).expect("settings");
        Shop::open(config, self.clock.clone())
            .await
            .expect("a shop")
    }

    /// A copy of it as it is now, which has noticed that it is one.
    pub async fn backup(&self) -> Self {
        let path = self.path.with_file_name("backup");
        std::fs::create_dir(&path).expect("a folder");
        let copy = Shop::file(&path);
        self.database()
            .execute("VACUUM INTO ?1", [copy.to_str().expect("a path")])
            .expect("a copy");
        let copy = Self {
            clock: self.clock.clone(),
            path,
            folder: self.folder.clone(),
        };
        drop(copy.open().await);
        copy.take_instance(INSTANCES[1]);
        copy
    }
}

/// A running hub with one shop added and two products.
pub struct FixedHub {
    pub address: SocketAddr,
    hub: HubFolder,
    _daemon: Daemon,
}

impl FixedHub {
    pub async fn start() -> Self {
        let folder = HubFolder::found(MOMENT).await;
        let hub = folder.open().await;
        import(&hub, folder.folder.path(), 2500).await;
        let (added, _) = hub.add_shop("Warung Bu Sri").await.expect("a shop");
        hub.set_delivery_policy("test", &added, Some(3), Some(1), DeliveryDays::default())
            .await
            .expect("a rhythm");
        drop(hub);
        let database = Connection::open(folder.folder.path().join("hub.db")).expect("the database");
        database
            .execute_batch("PRAGMA foreign_keys = OFF")
            .expect("a pragma");
        let code: [u8; 32] = Sha256::digest(CODE.as_bytes()).into();
        for (sql, value) in [
            ("UPDATE hub SET incarnation = ?1", INCARNATION),
            ("UPDATE shops SET id = ?1", SHOP),
            ("UPDATE notes SET shop_id = ?1", SHOP),
            ("UPDATE pairing_codes SET shop_id = ?1", SHOP),
        ] {
            database.execute(sql, [value]).expect("rows");
        }
        for sql in [
            "UPDATE pairing_codes SET code_hash = ?1",
            "UPDATE credentials SET hash = ?1 WHERE kind = 'code'",
        ] {
            database.execute(sql, [code]).expect("a row");
        }
        name_notes(&database);
        drop(database);
        let daemon = folder.run(None).await;
        Self {
            address: daemon.address,
            hub: folder,
            _daemon: daemon,
        }
    }

    /// Time passes, and a price changes: the note of the old one is dropped.
    pub async fn a_month_later(&self) {
        self.hub.clock.set(moment("2027-01-02T02:00:00Z"));
        let hub = self.hub.open().await;
        import(&hub, self.hub.folder.path(), 2600).await;
        let path = self.hub.folder.path().join("hub.db");
        name_notes(&Connection::open(path).expect("the database"));
    }
}

async fn import(hub: &Hub, folder: &Path, price: i64) {
    let file = folder.join("products.csv");
    let rows = format!(
        "sku,name,unit,price,pack_name,pack_size,shelf_life_days\nMIE,Mi goreng,bungkus,{price},dus,40,\n\
         ROTI,Roti tawar,bungkus,9000,bungkus,1,5\n"
    );
    std::fs::write(&file, rows).expect("a file");
    hub.import(HubImport::Products, &file, false)
        .await
        .expect("products");
}

fn name_notes(database: &Connection) {
    let sql =
        "UPDATE notes SET note_id = printf('01935000-0000-7000-8000-00000000f%03d', position)";
    database.execute(sql, []).expect("rows");
}
