//! Putting a backup in the place of the shop's database.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;
use serde_json::json;

use super::backups;
use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::shop::copies::{self, Copied};
use crate::shop::store::copies as rows;
use crate::shop::store::days::Moment;
use crate::shop::store::info::{self, ShopInfo};
use crate::shop::store::status::{self, LastSale};
use crate::shop::store::{SCHEMA, audit};
use crate::shop::{LOCK_FILE, Shop, options};
use crate::store::backup::{self, Soundness, open_to_read};
use crate::store::{FileLock, WriteTx};

/// What a database of a shop holds, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The shop's name.
    pub shop: String,
    /// The device that wrote it.
    pub device: uuid::Uuid,
    /// Sales recorded.
    pub sales: i64,
    /// The last of them.
    pub last_sale: Option<LastSale>,
}

/// A shop that was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The file it came from.
    pub from: PathBuf,
    /// What is in place now.
    pub restored: Figures,
    /// What was replaced; absent where there was nothing, or nothing that could be read.
    pub replaced: Option<Figures>,
    /// Where that is kept.
    pub kept_as: Option<PathBuf>,
    /// The number of the next receipt.
    pub receipts_from: i64,
}

/// Puts the backup `file` in the place of the shop's database, or of none, and keeps what it replaces. The restored
/// shop is a copy of its own: its receipts get numbers that the replaced one cannot have given out.
///
/// # Errors
/// [`Error::Refused`] while the shop runs; [`Error::NotADatabase`], [`Error::NewerDatabase`], [`Error::NotFound`] for a
/// file that is no sound backup of a shop; what the disk said. The shop is as it was then.
pub async fn restore(config: Config, file: &Path, clock: SharedClock) -> Result<Restored> {
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || put_back(&config, &file, &clock))
        .await
        .map_err(|_| Error::Internal("a restore ended abnormally".to_owned()))?
}

fn put_back(config: &Config, file: &Path, clock: &SharedClock) -> Result<Restored> {
    let data = config.data();
    // Before anything is written: what is wrong with the file has nothing to do with the shop.
    backup::check(file, &SCHEMA, Soundness::References, holds_a_shop)
        .map_err(|error| of_file(error, file))?;
    std::fs::create_dir_all(data).map_err(Error::io(format!("creating {}", data.display())))?;
    let _closed = FileLock::take(
        &data.join(LOCK_FILE),
        format!(
            "the shop in {} is running: stop it first (systemctl stop kulakan-shop, or Ctrl-C where it runs)",
            data.display()
        ),
    )?;
    let current = Shop::file(data);
    let now = clock.now();
    let replaced = figures_of(&current);
    let place = copies::place_of(data);
    let replaced_sales = replaced.as_ref().map(|figures| figures.sales);
    let look = (&SCHEMA, options(config));
    let (made, kept_as) = backup::put_back(&current, file, look, (&backups(data), now), |tx| {
        let info = info::load(tx)?;
        let now = Moment::new(now, info.timezone);
        let figures = figures(tx, info)?;
        let detail = json!({
            "from": file.display().to_string(),
            "sales": figures.sales,
            "replaced_sales": replaced_sales,
        });
        copies::become_another(tx, &now, &place, Copied::Restored, detail)?;
        record(tx, &now, file)?;
        Ok((
            figures,
            crate::shop::store::sales::next_number(tx)?,
            rows::identity(tx)?,
        ))
    })?;
    let (restored, receipts_from, identity) = made;
    // Without the mark the next opening takes this for one more copy, which costs a series of numbers and no more.
    if let Err(error) = copies::write_mark_of(data, &identity) {
        tracing::warn!(%error, "the place of the database could not be marked");
    }
    Ok(Restored {
        from: file.to_owned(),
        restored,
        replaced,
        kept_as,
        receipts_from,
    })
}

fn record(tx: &WriteTx<'_>, now: &Moment, file: &Path) -> Result<()> {
    let from = file.display().to_string();
    audit::record(tx, now, "owner", "shop.restored", &from, "")
}

fn holds_a_shop(connection: &Connection) -> Result<()> {
    if status::has_shop(connection)? {
        return Ok(());
    }
    Err(Error::NotFound("holds no shop".to_owned()))
}

/// A fault of the backup under the name by which its owner knows it.
fn of_file(error: Error, file: &Path) -> Error {
    match error {
        Error::NotADatabase { reason, .. } => Error::NotADatabase {
            path: file.to_owned(),
            reason,
        },
        Error::NotFound(reason) if reason == "holds no shop" => Error::NotADatabase {
            path: file.to_owned(),
            reason,
        },
        other => other,
    }
}

/// What is in place, as far as it can be read: the backup is needed most where it cannot.
fn figures_of(database: &Path) -> Option<Figures> {
    let connection = open_to_read(database).ok()?;
    let info = info::load(&connection).ok()?;
    figures(&connection, info).ok()
}

fn figures(connection: &Connection, info: ShopInfo) -> Result<Figures> {
    Ok(Figures {
        shop: info.name,
        device: info.device,
        sales: status::sales(connection)?,
        last_sale: status::last_sale(connection)?,
    })
}
