//! Off-site backups, over HTTP between a real shop and a real hub.

mod circle;
mod command;
mod damage;
mod hub;
mod retention;
mod upload;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::error::Result;
use kulakan::shop::Shop;
use kulakan::shop::backup::Restored;
use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::offsite::key::Passphrase;
use kulakan::shop::offsite::restore::FromHub;
use kulakan::shop::till::SaleRequest;
use kulakan::shop::transport::HttpTransport;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use crate::harness::backend::Backend;
use crate::harness::running::{Daemon, HubFolder, ShopFolder, moment};

pub const PASSPHRASE: &str = "tempe mendoan jam empat sore";

/// Never at 02:00: these tests say themselves when a night's backup is taken and sent.
pub const NEVER: &str = "0 0 0 30 2 *";

const PRODUCTS: &str = "sku,name,unit,price,cost
INDOMIE,Indomie Goreng Spesial,bungkus,3500,3000
GULA,Gula Pasir Gulaku,kg,18000,16000
KOPI,Kopi Kapal Api Sachet,sachet,2000,1600
";

pub fn passphrase() -> Passphrase {
    Passphrase::given(PASSPHRASE)
}

/// A hub with its daemon, and a shop that is paired with it.
pub struct Case {
    pub hub: HubFolder,
    pub daemon: Daemon,
    pub folder: ShopFolder,
    pub shop: Shop,
    /// Of the shop's API.
    pub token: String,
}

impl Case {
    /// With off-site backups consented to.
    pub async fn start() -> Self {
        let case = Self::without_consent(NEVER).await;
        case.shop.offsite_on(passphrase(), false).await.unwrap();
        case
    }

    pub async fn without_consent(schedule: &str) -> Self {
        Self::founded("2026-11-23T02:00:00Z", schedule).await
    }

    pub async fn founded(now: &str, schedule: &str) -> Self {
        Self::founded_on(super::BACKEND, now, schedule).await
    }

    /// With the hub in this database.
    pub async fn founded_on(backend: Backend, now: &str, schedule: &str) -> Self {
        let hub = HubFolder::found_on(backend, now).await;
        let daemon = hub.run(None).await;
        let (folder, shop, token) = paired_shop(&hub, &daemon, "Warung Contoh", schedule).await;
        Self {
            hub,
            daemon,
            folder,
            shop,
            token,
        }
    }

    /// Both clocks.
    pub fn set(&self, now: &str) {
        self.hub.clock.set(moment(now));
        self.folder.set(now);
    }

    /// A direct look into the hub's database.
    pub fn hub_file(&self) -> Connection {
        open_hub(&self.hub)
    }

    /// A new backup of the shop, sent.
    pub async fn night(&self, now: &str) -> kulakan::shop::offsite::Sent {
        self.set(now);
        self.shop.back_up(None).await.unwrap();
        self.shop.send_offsite().await.unwrap()
    }

    /// A new one-time code for the shop.
    pub async fn code(&self) -> String {
        let hub = self.hub.open().await;
        hub.new_code("Warung Contoh").await.unwrap()
    }
}

pub fn open_hub(hub: &HubFolder) -> Connection {
    Connection::open(hub.folder.path().join("hub.db")).unwrap()
}

/// A new shop with products, known to the hub as `name`.
pub async fn paired_shop(
    hub: &HubFolder,
    daemon: &Daemon,
    name: &str,
    schedule: &str,
) -> (ShopFolder, Shop, String) {
    let now = kulakan::clock::Clock::now(&*hub.clock).to_rfc3339();
    let (folder, token) = ShopFolder::found(&now, "Asia/Jakarta", schedule).await;
    let shop = folder.open().await;
    let file = folder.path.join("products.csv");
    std::fs::write(&file, PRODUCTS).unwrap();
    let options = ImportOptions::default();
    shop.import(ImportKind::Products, &file, options, &mut |_| {})
        .await
        .unwrap();
    let code = hub.open().await.add_shop(name).await.unwrap().1;
    shop.pair(&daemon.url(), &code).await.unwrap();
    (folder, shop, token)
}

/// Sells `count` tickets whose names begin with `day`.
pub async fn sell(shop: &Shop, day: &str, count: usize) {
    for number in 0..count {
        let sku = ["INDOMIE", "GULA", "KOPI"][number % 3];
        let sale = json!({
            "id": format!("{day}-{number}"),
            "lines": [{ "sku": sku, "quantity": 1 + number % 4 }],
            "payment": { "method": "cash" },
        });
        let sale: SaleRequest = serde_json::from_value(sale).unwrap();
        shop.sell(sale).await.unwrap();
    }
}

/// The identities of all sales in a shop's database.
pub fn sales_of(folder: &Path) -> BTreeSet<String> {
    let connection = Connection::open(folder.join("shop.db")).unwrap();
    let mut statement = connection.prepare("SELECT id FROM sales").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(|row| row.unwrap()).collect()
}

/// One number that a query gives.
pub fn number(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// What the command does, with the steps' own functions.
pub async fn restore(
    folder: &Path,
    case: &Case,
    code: &str,
    passphrase: &str,
    replace: bool,
) -> Result<Restored> {
    let transport = HttpTransport::default();
    let config = Config::for_folder(folder)?;
    let clock = ManualClock::at(kulakan::clock::Clock::now(&*case.folder.clock));
    let asked = (&*case.daemon.url(), code);
    let from = FromHub::begin(config, clock, &transport, asked, replace).await?;
    let newest = from.sets().await?.remove(0);
    let located = from.locate(newest.id).await?;
    let opened = from.open(located, Passphrase::given(passphrase)).await?;
    from.download(&opened, |_, _| ()).await?;
    from.put_in_place(opened).await
}

pub fn new_folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Waits for what a daemon does by itself. Bounded, so that a fault ends the test.
pub async fn until<F: Future<Output = bool>>(what: &str, mut done: impl FnMut() -> F) {
    let started = Instant::now();
    while !done().await {
        assert!(started.elapsed() < Duration::from_mins(1), "{what}");
        tokio::task::yield_now().await;
    }
}
