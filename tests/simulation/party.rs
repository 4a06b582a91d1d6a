//! A device with a copy of a shop's database, and the auditor's own book of what it acknowledged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::shop::Shop;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tokio::sync::Notify;

use super::founding::copy_files;
use super::log::{Check, violation};
use super::network::{Line, Network};

/// A sale that the till was told is paid.
#[derive(Debug, Clone)]
pub struct Sold {
    pub request: Value,
    pub number: i64,
    pub total: i64,
    /// Base units by product.
    pub lines: BTreeMap<String, i64>,
    pub business_date: String,
    /// The reason, once it was taken back.
    pub voided: Option<String>,
}

/// What a copy acknowledged, in the auditor's words.
#[derive(Debug, Clone, Default)]
pub struct Book {
    pub sales: BTreeMap<String, Sold>,
    /// Stock by product, as all acknowledged changes add up.
    pub stock: BTreeMap<String, i64>,
    pub missed: BTreeMap<String, i64>,
    /// Requests with an identity, to be sent again: (kind, request, answer).
    pub repeatable: Vec<(&'static str, Value, Value)>,
    /// A place in the ledger at which somebody began to count.
    pub counting_from: Option<i64>,
    /// Deliveries taken in: the request.
    pub received: BTreeMap<String, Value>,
    /// The database went back and nothing about it showed that; the hub will notice.
    pub unnoticed: bool,
}

impl Book {
    pub fn moved(&mut self, sku: &str, quantity: i64) {
        *self.stock.entry(sku.to_owned()).or_default() += quantity;
    }
}

/// An earlier state of a copy: a folder with its files, and the book as it was then.
#[derive(Clone)]
pub struct Snapshot {
    pub folder: PathBuf,
    pub book: Book,
}

/// A device.
pub struct Copy {
    pub id: usize,
    pub tenant: usize,
    pub folder: PathBuf,
    pub clock: Arc<ManualClock>,
    /// What the device's clock shows beyond the true time.
    pub clock_error: Duration,
    /// The program, while it runs.
    shop: Option<Shop>,
    /// A reader of its file that shares nothing with the program.
    reader: Option<Connection>,
    /// Its database may not grow: the disk is full.
    pub full: bool,
    pub line: Line,
    pub book: Book,
    pub snapshots: Vec<Snapshot>,
    pub paired: bool,
}

impl Copy {
    pub async fn open(
        id: usize,
        tenant: usize,
        folder: PathBuf,
        network: &Arc<Network>,
        now: DateTime<Utc>,
        book: Book,
    ) -> Check<Self> {
        let clock = ManualClock::at(now);
        let shop = open_shop(&folder, &clock, false).await?;
        Ok(Self {
            reader: Some(reader(&folder.join("shop.db"))),
            full: false,
            line: Line {
                network: Arc::clone(network),
                copy: id,
                died: Arc::new(Notify::new()),
            },
            id,
            tenant,
            folder,
            clock,
            clock_error: Duration::zero(),
            shop: Some(shop),
            book,
            snapshots: Vec::new(),
            paired: false,
        })
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("shop.db")
    }

    /// A reader of the file that shares nothing with the program.
    pub fn reader(&self) -> &Connection {
        self.reader.as_ref().unwrap()
    }

    pub fn set_clock(&self, now: DateTime<Utc>) {
        self.clock.set(now + self.clock_error);
    }

    /// The program ends, and begins again on the files in `image`, which come to lie where its own lay.
    pub async fn reopen_on(&mut self, image: &Path) -> Check {
        self.shop = None;
        self.reader = None;
        wait_until_closed(&self.database());
        for name in ["shop.db", "shop.db-wal", "shop.db-shm"] {
            let _ = std::fs::remove_file(self.folder.join(name));
        }
        copy_files(image, &self.folder);
        self.shop = Some(open_shop(&self.folder, &self.clock, self.full).await?);
        self.reader = Some(reader(&self.database()));
        Ok(())
    }

    /// The program as somebody uses it.
    pub fn shop(&self) -> Shop {
        self.shop.clone().unwrap()
    }
}

/// Room that a full disk still has.
const ROOM: u64 = 16 * 1024;

async fn open_shop(folder: &Path, clock: &Arc<ManualClock>, full: bool) -> Check<Shop> {
    let mut config = Config::for_folder(folder).unwrap();
    if full {
        let size = std::fs::metadata(folder.join("shop.db")).unwrap().len();
        config = config.with("database_limit_bytes", (size + ROOM) as i64);
    }
    let shop = match Shop::open(config, Arc::<ManualClock>::clone(clock)).await {
        Ok(shop) => shop,
        Err(error) => return violation(1, format!("the shop does not open: {error}")),
    };
    // As the daemon does when it starts.
    let retried = async {
        shop.retry_notes().await?;
        shop.retry_recovered().await
    };
    match retried.await {
        Ok(_) => Ok(shop),
        Err(kulakan::error::Error::DiskFull) if full => Ok(shop),
        Err(error) => violation(0, format!("trying what was set aside again: {error}")),
    }
}

/// The program's threads close their connections after the last handle on it is gone. Until then a file put in place of
/// the old one would be taken for it.
fn wait_until_closed(database: &Path) {
    let connection = Connection::open(database).unwrap();
    let started = Instant::now();
    // Leaving the write-ahead log is refused to all but the only connection.
    while connection.pragma_update(None, "journal_mode", "DELETE").is_err() {
        assert!(started.elapsed().as_secs() < 60, "{} stays open", database.display());
        std::thread::yield_now();
    }
}

pub fn reader(database: &Path) -> Connection {
    Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// One number from a query.
pub fn number(connection: &Connection, sql: &str, parameters: impl rusqlite::Params) -> i64 {
    connection
        .prepare_cached(sql)
        .unwrap()
        .query_row(parameters, |row| row.get::<_, Option<i64>>(0))
        .unwrap()
        .unwrap_or_default()
}
