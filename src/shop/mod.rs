//! The shop: till, stock, nightly planner and sync, on one SQLite file.
//!
//! Use cases are the modules of this folder: one function, one transaction. SQL is in `store/`, HTTP in `web/`.

pub mod access;
pub mod audit;
pub mod backup;
mod budget;
pub mod codes;
pub mod consignment;
pub mod copies;
pub mod debts;
pub mod deliveries;
pub mod doctor;
pub mod drawer;
pub mod explain;
pub mod export;
mod faults;
pub mod figure;
pub mod import;
pub mod incident;
pub mod nightly;
pub mod offsite;
pub mod outcome;
pub mod printing;
pub mod products;
pub mod qris;
pub mod reports;
pub mod schedule;
pub mod shopping;
pub mod status;
pub mod stock;
pub mod store;
pub mod sync;
pub mod taken_back;

pub mod till;
pub mod transport;
pub mod web;
pub mod whatsapp;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::DateTime;
use chrono_tz::Tz;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::{Database, FileLock, Options, WriteTx};
use crate::web::host::AllowedHosts;
use crate::web::serve;
use schedule::Schedule;
use store::days::Moment;
use store::info::ShopInfo;
use transport::HttpTransport;

pub use crate::web::Language;
pub use import::{ImportKind, ImportOptions};

/// An open shop. Cloning shares it.
#[derive(Clone)]
pub struct Shop {
    db: Database,
    clock: SharedClock,
    config: Arc<Config>,
    info: Arc<ShopInfo>,
    /// Told when there is something new to send.
    changed: Arc<Notify>,
    /// One exchange with the hub at a time.
    exchanging: Arc<tokio::sync::Mutex<()>>,
    /// The way to the hub.
    transport: Arc<HttpTransport>,
    /// The owner has set a PIN.
    has_pin: Arc<AtomicBool>,
    /// Files that are being imported by way of the pages.
    imports: Arc<import::jobs::Jobs>,
    /// Told when there is something to print.
    printing: Arc<Notify>,
    /// Sales just made whose receipts may have to be printed.
    sold: Arc<printing::Sold>,
}

/// What a new shop is asked for.
#[derive(Debug, Clone)]
pub struct NewShop {
    /// Its name.
    pub name: String,
    /// IANA time zone, such as `Asia/Jakarta`.
    pub timezone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The owner's PIN, 4 to 12 digits, if pages are to ask for one.
    pub pin: Option<String>,
}

/// Photographs and files to import; what takes neither stays at the usual 2 MiB of its extractor.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Held by the daemon of a data folder.
const LOCK_FILE: &str = "shop.lock";

/// A moment before which no clock of a running shop can be right: the program itself is younger.
const EARLIEST_CLOCK: &str = "2026-01-01T00:00:00Z";

impl Shop {
    /// Creates a shop in the data folder. On any error nothing of it stays behind.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name, zone, currency or PIN that cannot be; [`Error::Refused`] when the clock is
    /// plainly wrong, because the day of founding bounds every later date; [`Error::Conflict`] when a shop is there.
    pub async fn create(config: Config, new: NewShop, clock: SharedClock) -> Result<Self> {
        let (info, pin) = check_new(&new)?;
        let utc = clock.now();
        let earliest = DateTime::parse_from_rfc3339(EARLIEST_CLOCK).unwrap_or_default();
        if utc < earliest {
            return Err(Error::Refused(format!(
                "the clock says {}: set the date and time of this machine first",
                utc.format("%Y-%m-%d")
            )));
        }
        let now = Moment::new(utc, info.timezone);
        let info = ShopInfo {
            founded_on: now.local.date(),
            founded_at: utc,
            ..info
        };
        let path = Self::file(config.data());
        let db = Self::new_database(&path, &config).await?;
        let written = info.clone();
        let pin_hash = pin.as_deref().map(access::hash_pin).transpose()?;
        db.write(move |tx| {
            store::info::create(tx, &written, pin_hash.as_deref())?;
            store::audit::record(tx, &now, "owner", "shop.created", &written.name, "")
        })
        .await?;
        let shop = Self::assemble(db, config, info, clock);
        shop.notice_copy().await?;
        Ok(shop)
    }

    /// A new database, or one whose creation was cut off before a shop was in it.
    async fn new_database(path: &Path, config: &Config) -> Result<Database> {
        if !path.exists() {
            return Database::create(path, &store::SCHEMA, options(config));
        }
        let db = Database::open(path, &store::SCHEMA, options(config))?;
        match db.read(store::info::load).await {
            Ok(info) => Err(Error::Conflict(format!(
                "{} holds the shop {:?} already; choose another folder with --data",
                path.display(),
                info.name
            ))),
            Err(Error::NotFound(_)) => Ok(db),
            Err(error) => Err(error),
        }
    }

    /// Opens the shop of the data folder.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, and what [`Database::open`] says.
    pub async fn open(config: Config, clock: SharedClock) -> Result<Self> {
        let path = existing(config.data())?;
        let db = Database::open(&path, &store::SCHEMA, options(&config))?;
        let info = db.read(store::info::load).await?;
        let shop = Self::assemble(db, config, info, clock);
        shop.notice_copy().await?;
        Ok(shop)
    }

    fn assemble(db: Database, config: Config, info: ShopInfo, clock: SharedClock) -> Self {
        Self {
            db,
            clock,
            config: Arc::new(config),
            has_pin: Arc::new(AtomicBool::new(info.has_pin)),
            info: Arc::new(info),
            changed: Arc::new(Notify::new()),
            exchanging: Arc::default(),
            transport: Arc::default(),
            imports: Arc::default(),
            printing: Arc::new(Notify::new()),
            sold: Arc::default(),
        }
    }

    /// The database file in a data folder.
    #[must_use]
    pub fn file(data: &Path) -> PathBuf {
        data.join(store::FILE)
    }

    /// Whose shop it is.
    #[must_use]
    pub fn info(&self) -> &ShopInfo {
        &self.info
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Now, by this shop's clock and wall.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment::new(self.clock.now(), self.info.timezone)
    }

    /// One use case: a writing transaction at the present moment. Wakes the sync when it is done.
    async fn record<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&WriteTx<'_>, &Moment) -> Result<T> + Send + 'static,
    {
        let now = self.now();
        let done = self.db.write(move |tx| job(tx, &now)).await?;
        self.changed.notify_one();
        Ok(done)
    }

    /// What a use case would do, tried on a copy in memory of the tables that it needs: no sale waits for it.
    async fn rehearse<T, F>(&self, tables: &'static [&'static str], job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&WriteTx<'_>, &Moment) -> Result<T> + Send + 'static,
    {
        let now = self.now();
        self.db.rehearse(tables, move |tx| job(tx, &now)).await
    }
}

/// The address that the daemon is to answer at: one that the service manager hands over, or else the setting
/// `shop_listen`.
///
/// # Errors
/// [`Error::Invalid`] for an address that cannot be, [`Error::Refused`] when another program has the port.
pub async fn listen(config: &Config) -> Result<TcpListener> {
    serve::listen_or_inherit(config.address("shop_listen")?).await
}

/// Runs the shop of the data folder on `listener` until `stop` is cancelled: till, nightly plan and sync.
///
/// # Errors
/// [`Error::NotFound`] without a shop there, [`Error::Refused`] while another daemon runs on the folder,
/// [`Error::Invalid`] for a setting that cannot be, and what opening and serving say.
pub async fn run(
    config: Config,
    listener: TcpListener,
    clock: SharedClock,
    stop: CancellationToken,
) -> Result<()> {
    existing(config.data())?;
    let refusal = format!(
        "another kulakan is running the shop in {}; stop it or choose another folder with --data",
        config.data().display()
    );
    let _held_while_serving = FileLock::take(&config.data().join(LOCK_FILE), refusal)?;
    let address = listener
        .local_addr()
        .map_err(Error::io("asking which address is listened on"))?;
    let hosts = AllowedHosts::new(address, &config.allowed_hosts());
    let shop = Shop::open(config, clock).await?;
    let schedule = Schedule::parse(&shop.config.schedule(), shop.info.timezone)?;
    nightly::own_policy(&shop.config)?;
    shop.config.cash_budget()?;
    shop.forget_imports();
    tracing::info!(%address, shop = %shop.info.name, "the shop is open");
    // Whatever ends the serving ends the tasks too.
    let stop = stop.child_token();
    let tasks = [
        tokio::spawn(shop.clone().plan_nightly(schedule, stop.clone())),
        tokio::spawn(shop.clone().keep_in_sync(stop.clone())),
        tokio::spawn(shop.clone().keep_offsite(stop.clone())),
        tokio::spawn(shop.clone().keep_printing(stop.clone())),
    ];
    let marker = shop.clone();
    let served = serve::serve(
        listener,
        web::router(shop),
        hosts,
        Some(BODY_LIMIT),
        stop.clone(),
    )
    .await;
    stop.cancel();
    for task in tasks {
        if let Err(error) = task.await {
            tracing::error!(%error, "a task ended abnormally");
        }
    }
    if let Err(error) = marker.mark_place().await {
        tracing::warn!(%error, "how far the log has come could not be marked");
    }
    served
}

/// A number by chance, uniform over all `u64`.
fn chance() -> Result<u64> {
    getrandom::u64()
        .map_err(|error| Error::Internal(format!("the system gives no randomness: {error}")))
}

/// The database in a data folder, if there is one.
fn existing(data: &Path) -> Result<PathBuf> {
    let path = Shop::file(data);
    if path.exists() {
        return Ok(path);
    }
    Err(Error::NotFound(format!(
        "no shop in {}: run kulakan shop init --name NAME",
        data.display()
    )))
}

fn options(config: &Config) -> Options {
    Options {
        busy_timeout: config.busy_timeout(),
        max_bytes: config.database_limit(),
    }
}

fn check_new(new: &NewShop) -> Result<(ShopInfo, Option<String>)> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Error::invalid("--name", "must have 1 to 100 characters"));
    }
    let timezone: Tz = new.timezone.parse().map_err(|_| {
        Error::invalid(
            "--timezone",
            format!("{} is no time zone such as Asia/Jakarta", new.timezone),
        )
    })?;
    if new.currency.len() != 3 || !new.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Error::invalid(
            "--currency",
            "must be a code of three letters such as IDR",
        ));
    }
    if let Some(pin) = &new.pin
        && !((4..=12).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(Error::invalid("--pin", "must have 4 to 12 digits"));
    }
    let info = ShopInfo {
        device: Uuid::now_v7(),
        name: name.to_owned(),
        timezone,
        currency: new.currency.clone(),
        founded_on: chrono::NaiveDate::MIN,
        founded_at: DateTime::UNIX_EPOCH,
        has_pin: new.pin.is_some(),
    };
    Ok((info, new.pin.clone()))
}
