//! A hub and its shops before anything has happened, made once: every run begins with a copy of their files.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::{Hub, HubImport, NewHub};
use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::{NewShop, Shop};
use rusqlite::Connection;
use tempfile::TempDir;

/// One counted product with a pack whose size changes, one dated, two that take decimals.
pub const CATALOGUE: &str = "\
sku,name,unit,price,cost,pack_name,pack_size,pack_price,shelf_life_days,minimum_order
MIE,Mi goreng,bungkus,3500,3000,dus,40,131000,240,
GULA,Gula pasir,kg,18000,16500,,,,,5
ROTI,Roti tawar,bungkus,17000,14000,,,,4,
KOPI,Kopi sachet,sachet,2000,1500,renceng,10,18000,365,
MINYAK,Minyak curah,liter,18500,17000,,,,90,
";

/// The products and the base units in their main unit.
pub const PRODUCTS: [(&str, i64); 5] = [
    ("MIE", 1),
    ("GULA", 1000),
    ("ROTI", 1),
    ("KOPI", 1),
    ("MINYAK", 1000),
];

pub const SHOPS: [&str; 3] = ["sri", "budi", "tini"];

/// A Monday at 09.00 in Jakarta.
pub const BEGINNING: &str = "2026-11-23T02:00:00Z";

/// A hub and three shops that it has let in but that have not paired yet.
pub struct Founding {
    folder: TempDir,
    /// What the hub calls each shop, and the code for its device.
    pub shops: Vec<(String, String)>,
}

impl Founding {
    pub fn hub_folder(&self) -> PathBuf {
        self.folder.path().join("hub-copy")
    }

    pub fn shop_folder(&self, tenant: usize) -> PathBuf {
        self.folder.path().join(format!("{}-copy", SHOPS[tenant]))
    }
}

/// A folder for databases that need not survive the test: in memory where the system offers that.
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(folder) = tempfile::tempdir_in(memory)
    {
        return folder;
    }
    tempfile::tempdir().unwrap()
}

/// A database with all that is in it, as one file in another folder.
pub fn vacuum_into(database: &Path, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let target = folder.join(database.file_name().unwrap());
    Connection::open(database)
        .unwrap()
        .execute("VACUUM INTO ?1", [target.to_str().unwrap()])
        .unwrap();
}

/// The files of a database as they lie there, the write-ahead log with them.
pub fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let text = name.to_string_lossy();
        // The index of the write-ahead log is made again from it; a dead machine leaves none.
        if [".db", ".db-wal", ".mark"].iter().any(|end| text.ends_with(end)) {
            std::fs::copy(entry.path(), to.join(&name)).unwrap();
        }
    }
}

pub fn beginning() -> DateTime<Utc> {
    BEGINNING.parse().unwrap()
}

/// The founding that all runs of this process share.
pub fn founding() -> &'static Founding {
    static FOUNDING: OnceLock<Founding> = OnceLock::new();
    FOUNDING.get_or_init(|| {
        std::thread::spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(found())
        })
        .join()
        .unwrap()
    })
}

async fn found() -> Founding {
    let folder = folder();
    let clock = ManualClock::at(beginning());
    let at = |name: &str| folder.path().join(name);
    let file = at("products.csv");
    std::fs::write(&file, CATALOGUE).unwrap();
    let new = NewHub {
        name: "Distributor".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        pin: None,
    };
    let config = Config::for_folder(&at("hub")).unwrap();
    let hub = Hub::create(config, new, clock.clone()).await.unwrap();
    hub.import(HubImport::Products, &file, false).await.unwrap();
    let mut shops = Vec::new();
    for name in SHOPS {
        shops.push(hub.add_shop(name).await.unwrap());
        let new = NewShop {
            name: name.to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            currency: "IDR".to_owned(),
            pin: None,
        };
        let config = Config::for_folder(&at(name)).unwrap();
        let shop = Shop::create(config, new, Arc::<ManualClock>::clone(&clock))
            .await
            .unwrap();
        let kind = ImportKind::Products;
        shop.import(kind, &file, ImportOptions::default(), &mut |_| {})
            .await
            .unwrap();
        vacuum_into(&at(name).join("shop.db"), &at(&format!("{name}-copy")));
    }
    vacuum_into(&at("hub").join("hub.db"), &at("hub-copy"));
    Founding { folder, shops }
}
