//! Copies of a database that can be trusted.
//!
//! A copy is taken by SQLite's backup API from a snapshot, so that writers go on meanwhile, under a name that says it
//! is not finished. Only when it is on the disk and has been opened and checked does it get its name. What carries a
//! finished name is therefore whole, whenever the power went.

pub use super::folder::{Backups, BackupsStatus, Failure, Kept, staying};
pub use super::keeper::{Nightly, Patience, Source};
pub use super::replace::{prepare, put_back, replace_database, settle};

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::{Options, Schema, connection};
use crate::error::{Error, Result};

/// Pages copied at a time: a megabyte, after which others get at the disk.
const PAGES: i32 = 256;

/// How long they get.
const PAUSE: Duration = Duration::from_millis(1);

/// After so many steps what was copied is brought to the disk, so that no commit waits for all of it at once.
const STEPS_PER_SYNC: u32 = 8;

/// The most faults that are told of one file.
const TOLD: usize = 5;

/// A finished copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied<H> {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What the caller had read in the snapshot, and found the same in the copy.
    pub head: H,
}

/// How much must be right for a copy to get its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soundness {
    /// Pages and indexes are whole, and no row points at one that is not there.
    References,
    /// Pages and indexes are whole: for a copy that is taken because something else is wrong.
    Pages,
}

/// Copies what `source` shows, which is the database at `origin`, to `target`, and checks the copy: kind, schema, pages,
/// references, and that `head` reads the same from it as from the snapshot it was taken of.
///
/// # Errors
/// [`Error::Conflict`] when `target` exists; [`Error::DiskFull`], [`Error::Io`] and [`Error::NotADatabase`] when it
/// could not be written or is not sound. Nothing is left behind then.
pub fn copy<H: PartialEq>(
    source: &Connection,
    origin: &Path,
    target: &Path,
    schema: &Schema,
    soundness: Soundness,
    head: fn(&Connection) -> Result<H>,
) -> Result<Copied<H>> {
    if target.exists() {
        return Err(Error::Conflict(format!(
            "{} exists already",
            target.display()
        )));
    }
    let part = unfinished(target);
    let copied = write_copy(source, origin, &part, head)
        .and_then(|before| {
            let after = check(&part, schema, soundness, head)?;
            if before == after {
                return Ok(after);
            }
            Err(Error::NotADatabase {
                path: part.clone(),
                reason: "the copy does not hold what was copied".to_owned(),
            })
        })
        .and_then(|head| {
            fs::rename(&part, target).map_err(Error::io(format!("renaming {}", part.display())))?;
            sync_folder_of(target)?;
            Ok(head)
        });
    match copied {
        Ok(head) => Ok(Copied {
            bytes: fs::metadata(target).map_or(0, |about| about.len()),
            path: target.to_owned(),
            head,
        }),
        Err(error) => {
            discard(&part);
            Err(of_origin(error, origin, &part))
        }
    }
}

/// What is wrong with a copy is wrong with what it was taken of.
fn of_origin(error: Error, origin: &Path, part: &Path) -> Error {
    match error {
        Error::NotADatabase { path, reason } if path == part => Error::NotADatabase {
            path: origin.to_owned(),
            reason,
        },
        other => other,
    }
}

/// The name under which a file is written before it may have its own.
#[must_use]
pub fn unfinished(target: &Path) -> PathBuf {
    with_suffix(target, ".part")
}

/// Removes a database file and what SQLite keeps beside it. What is not there is no fault.
pub fn discard(path: &Path) {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let _ = fs::remove_file(with_suffix(path, suffix));
    }
}

/// Brings a folder's entries to the disk: names given by renaming are only then kept.
///
/// # Errors
/// [`Error::Io`].
pub fn sync_folder_of(path: &Path) -> Result<()> {
    // Windows has no way to do this, and does not need one: it writes entries in order.
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(Error::io(format!("syncing {}", folder.display())))?;
    }
    Ok(())
}

fn write_copy<H>(
    source: &Connection,
    origin: &Path,
    part: &Path,
    head: fn(&Connection) -> Result<H>,
) -> Result<H> {
    if let Some(folder) = part.parent() {
        fs::create_dir_all(folder).map_err(Error::io(format!("creating {}", folder.display())))?;
    }
    discard(part);
    let at_part = |error: rusqlite::Error| Error::from(error).at(part);
    let at_origin = |error: rusqlite::Error| Error::from(error).at(origin);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(part, flags).map_err(at_part)?;
    // An unfinished copy is worth nothing, so nothing of it needs a journal; it is synced as a whole.
    copy.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF")
        .map_err(at_part)?;
    // One snapshot for all steps: without it a sale between two steps would begin the copy anew.
    source.execute_batch("BEGIN").map_err(at_origin)?;
    let before = head(source).and_then(|before| {
        copy_pages(source, &mut copy, part).map_err(|error| error.at(part))?;
        Ok(before)
    });
    let ended = source.execute_batch("COMMIT").map_err(at_origin);
    let before = before?;
    ended?;
    // The copy says of itself, as its source did, that a write-ahead log belongs to it. A single file is complete.
    copy.execute_batch("PRAGMA journal_mode = DELETE")
        .map_err(at_part)?;
    copy.close().map_err(|(_, error)| at_part(error))?;
    sync_file(part)?;
    Ok(before)
}

fn copy_pages(source: &Connection, copy: &mut Connection, part: &Path) -> Result<()> {
    let backup = Backup::new(source, copy)?;
    let mut steps = 0_u32;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => return Ok(()),
            StepResult::Busy | StepResult::Locked => return Err(Error::Locked(part.to_owned())),
            _ => {}
        }
        steps += 1;
        if steps.is_multiple_of(STEPS_PER_SYNC) {
            sync_file(part)?;
        }
        std::thread::sleep(PAUSE);
    }
}

pub(super) fn sync_file(path: &Path) -> Result<()> {
    File::options()
        .read(true)
        .write(true)
        .open(path)
        .and_then(|file| file.sync_all())
        .map_err(Error::io(format!("syncing {}", path.display())))
}

/// Opens a finished or unfinished copy to read, checks it, and gives what `head` reads from it.
///
/// # Errors
/// [`Error::NotADatabase`] for a file that is of another kind or damaged, [`Error::NewerDatabase`], [`Error::Io`] for
/// one that cannot be read.
pub fn check<H>(
    path: &Path,
    schema: &Schema,
    soundness: Soundness,
    head: fn(&Connection) -> Result<H>,
) -> Result<H> {
    let connection = open_to_read(path)?;
    connection::check_kind(&connection, path, schema)?;
    let damaged = |reason: String| Error::NotADatabase {
        path: path.to_owned(),
        reason,
    };
    // A file without tables may become any database; as a backup it holds nothing.
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| Error::from(error).at(path))?;
    if tables == 0 {
        return Err(damaged("is empty".to_owned()));
    }
    let faults = match page_faults(&connection, TOLD).map_err(|error| error.at(path)) {
        // Damage so deep that not even the search for it comes to an end.
        Err(Error::NotADatabase { reason, .. }) => vec![reason],
        searched => searched?,
    };
    if !faults.is_empty() {
        return Err(damaged(format!("is damaged: {}", faults.join("; "))));
    }
    if soundness == Soundness::References {
        let faults = reference_faults(&connection, TOLD).map_err(|error| error.at(path))?;
        if !faults.is_empty() {
            return Err(damaged(format!(
                "does not hold together: {}",
                faults.join("; ")
            )));
        }
    }
    head(&connection).map_err(|error| error.at(path))
}

/// What SQLite finds wrong with pages and indexes; nothing where all is well. At most `limit`.
///
/// # Errors
/// When the check could not be carried out.
pub fn page_faults(connection: &Connection, limit: usize) -> Result<Vec<String>> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({limit})"))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let told = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(told.into_iter().filter(|fault| fault != "ok").collect())
}

/// Rows that point at a row that is not there, at most `limit`.
///
/// # Errors
/// When the check could not be carried out.
pub fn reference_faults(connection: &Connection, limit: usize) -> Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let rows = statement.query_map([], |row| {
        let (table, id): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        let parent: String = row.get(2)?;
        let row = id.map_or_else(|| "a row".to_owned(), |id| format!("row {id}"));
        Ok(format!(
            "{row} of {table} points at a row of {parent} that is not there"
        ))
    })?;
    Ok(rows.take(limit).collect::<rusqlite::Result<Vec<_>>>()?)
}

/// Opens a database file to read and changes nothing, neither it nor the folder: one without a write-ahead log is read
/// as it lies there, one with a log together with it.
///
/// # Errors
/// [`Error::NotFound`] without a file, [`Error::Io`] for one that cannot be opened.
pub fn open_to_read(path: &Path) -> Result<Connection> {
    if !path.is_file() {
        return Err(Error::NotFound(format!("{} is no file", path.display())));
    }
    let located = |error: rusqlite::Error| Error::from(error).at(path);
    let has_log = fs::metadata(with_suffix(path, "-wal")).is_ok_and(|log| log.len() > 0)
        || with_suffix(path, "-journal").exists();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = if has_log {
        Connection::open_with_flags(path, flags).map_err(located)?
    } else {
        Connection::open_with_flags(
            address(path, "immutable=1")?,
            flags | OpenFlags::SQLITE_OPEN_URI,
        )
        .map_err(located)?
    };
    connection
        .busy_timeout(Options::default().busy_timeout)
        .map_err(located)?;
    Ok(connection)
}

/// The file's address in the form in which SQLite takes an option with it.
pub(super) fn address(path: &Path, option: &str) -> Result<String> {
    let absolute =
        std::path::absolute(path).map_err(Error::io(format!("looking for {}", path.display())))?;
    let text = absolute
        .to_str()
        .ok_or_else(|| Error::Refused(format!("{} has a name that is no text", path.display())))?;
    let mut address = String::from("file:");
    if !text.starts_with('/') {
        address.push('/');
    }
    for character in text.chars() {
        match character {
            '%' => address.push_str("%25"),
            '?' => address.push_str("%3f"),
            '#' => address.push_str("%23"),
            '\\' if cfg!(windows) => address.push('/'),
            other => address.push(other),
        }
    }
    address.push('?');
    address.push_str(option);
    Ok(address)
}

/// The path with something appended to its name.
#[must_use]
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
