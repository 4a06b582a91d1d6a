//! Putting a database in the place of another.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};

use super::backup::{
    Soundness, copy, discard, open_to_read, sync_file, sync_folder_of, unfinished, with_suffix,
};
use super::folder::Backups;
use super::{Options, Schema, WriteTx, connection};
use crate::error::{Error, Result};

/// Makes a copy ready to take a database's place: brings its schema up to date, lets `work` write into it, and leaves
/// it complete in its one file and on the disk.
///
/// # Errors
/// What opening, migrating and `work` said; the copy is of no use then.
pub fn prepare<T>(
    copy: &Path,
    schema: &Schema,
    options: Options,
    work: impl FnOnce(&WriteTx<'_>) -> Result<T>,
) -> Result<T> {
    let at_copy = |error: rusqlite::Error| Error::from(error).at(copy);
    let connection = connection::open_writer(copy, schema, options)?;
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(at_copy)?;
    let made = work(&WriteTx(&connection)).map_err(|error| error.at(copy))?;
    connection
        .execute_batch("COMMIT; PRAGMA journal_mode = DELETE")
        .map_err(at_copy)?;
    connection.close().map_err(|(_, error)| at_copy(error))?;
    sync_file(copy)?;
    Ok(made)
}

/// Puts the backup `file` in the place of `current`, lets `work` write into it first, and keeps what it replaces among
/// `backups` under the name of `now`: what `work` made, and where the old one is, if there was any. Nothing may have
/// either open.
///
/// # Errors
/// [`Error::Refused`] while another backup or restore is under way, and what [`copy`], [`prepare`] and
/// [`replace_database`] say. The old one is in its place then, and nothing is left beside it.
pub fn put_back<T>(
    current: &Path,
    file: &Path,
    (schema, options): (&Schema, Options),
    (backups, now): (&Backups, DateTime<Utc>),
    work: impl FnOnce(&WriteTx<'_>) -> Result<T>,
) -> Result<(T, Option<PathBuf>)> {
    let _alone = backups.begin(current)?;
    let incoming = with_suffix(current, ".restoring");
    discard(&incoming);
    let put = bring_in(file, &incoming, schema)
        .and_then(|()| prepare(&incoming, schema, options, work))
        .and_then(|made| {
            let kept = backups.unused(now, Backups::replaced);
            let is_kept = replace_database(current, &incoming, &kept)?;
            Ok((made, is_kept.then_some(kept)))
        });
    discard(&incoming);
    put
}

fn bring_in(file: &Path, incoming: &Path, schema: &Schema) -> Result<()> {
    let source = open_to_read(file)?;
    copy(
        &source,
        file,
        incoming,
        schema,
        Soundness::References,
        |_| Ok(()),
    )?;
    Ok(())
}

/// Puts the database `candidate` in the place of `current` and keeps what was there as `keep_old_as`; whether there was
/// anything. Nothing may have either open. The candidate lies in the same folder, has passed [`check`] and is complete
/// in its one file.
///
/// At every moment `current` is the old database with all that belongs to it, or the new one. After a crash,
/// [`settle`] puts right what is beside them.
///
/// # Errors
/// [`Error::Locked`] while somebody has the old one open, [`Error::Conflict`] when `keep_old_as` exists,
/// [`Error::Io`], [`Error::DiskFull`]. The old one is in its place then.
pub fn replace_database(current: &Path, candidate: &Path, keep_old_as: &Path) -> Result<bool> {
    if keep_old_as.exists() {
        return Err(Error::Conflict(format!(
            "{} exists already",
            keep_old_as.display()
        )));
    }
    if current.exists() {
        fold_log(current)?;
        keep(current, keep_old_as)?;
        set_log_aside(current, keep_old_as)?;
    } else {
        // A log without its database must not become the new one's.
        discard(current);
    }
    sync_file(candidate)?;
    fs::rename(candidate, current)
        .map_err(Error::io(format!("renaming {}", candidate.display())))?;
    sync_folder_of(current)?;
    settle(current, keep_old_as)
}

/// Ends what a replacement began: the old database gets its kept name, unless it is still the one in place.
/// Whether a kept one is there now.
///
/// # Errors
/// [`Error::Io`].
pub fn settle(current: &Path, keep_old_as: &Path) -> Result<bool> {
    let part = unfinished(keep_old_as);
    if !part.exists() {
        return Ok(keep_old_as.exists());
    }
    if same_file(current, &part) {
        fs::remove_file(&part).map_err(Error::io(format!("removing {}", part.display())))?;
        return Ok(false);
    }
    fs::rename(&part, keep_old_as).map_err(Error::io(format!("renaming {}", part.display())))?;
    sync_folder_of(keep_old_as)?;
    Ok(true)
}

/// Writes the log into the database and leaves a single file. A database too damaged for that is left as it is, log
/// and all: opening it to write would throw the log away.
fn fold_log(current: &Path) -> Result<()> {
    let readable = open_to_read(current).and_then(|connection| {
        // Reads the schema itself, as changing the journal does: `PRAGMA schema_version` is content with the header.
        let schema = "SELECT count(*) FROM sqlite_schema";
        let schema = connection.query_row(schema, [], |row| row.get::<_, i64>(0));
        schema.map_err(|error| Error::from(error).at(current))
    });
    match readable {
        Ok(_) => {}
        Err(Error::NotADatabase { .. }) => return Ok(()),
        Err(error) => return Err(error),
    }
    let located = |error: rusqlite::Error| Error::from(error).at(current);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(current, flags).map_err(located)?;
    connection
        .busy_timeout(Options::default().busy_timeout)
        .map_err(located)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))
        .map_err(located)?;
    // While somebody has it open, it keeps its log.
    if mode == "delete" {
        Ok(())
    } else {
        Err(Error::Locked(current.to_owned()))
    }
}

/// Gives the old database a second name, or copies it where the file system has no second names.
fn keep(current: &Path, keep_old_as: &Path) -> Result<()> {
    if let Some(folder) = keep_old_as.parent() {
        fs::create_dir_all(folder).map_err(Error::io(format!("creating {}", folder.display())))?;
    }
    let part = unfinished(keep_old_as);
    discard(&part);
    if fs::hard_link(current, &part).is_err() {
        fs::copy(current, &part)
            .map_err(Error::io(format!("keeping {}", current.display())))
            .and_then(|_| sync_file(&part))
            .inspect_err(|_| discard(&part))?;
    }
    sync_folder_of(&part)
}

/// A log that could not be written into its damaged database goes where that is kept, and not into the new one.
fn set_log_aside(current: &Path, keep_old_as: &Path) -> Result<()> {
    for suffix in ["-wal", "-journal"] {
        let (log, kept) = (
            with_suffix(current, suffix),
            with_suffix(keep_old_as, suffix),
        );
        match fs::rename(&log, &kept) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io(format!("keeping {}", log.display()))(error)),
        }
    }
    let _ = fs::remove_file(with_suffix(current, "-shm"));
    Ok(())
}

#[cfg(unix)]
fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// Elsewhere, where two names cannot be told from two files, equal size and time are taken for one: what is given up
/// then is a second copy of what is in place.
#[cfg(not(unix))]
fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => {
            one.len() == other.len() && one.modified().ok() == other.modified().ok()
        }
        _ => false,
    }
}
