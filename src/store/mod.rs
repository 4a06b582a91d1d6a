//! Plumbing around SQLite that knows no domain: opening, pragmas, migrations, the writer thread, the readers, backups and
//! checks.
//!
//! One thread owns the only writing connection; two threads own reading ones. Asynchronous code hands them closures
//! and awaits the answer, so that no SQL ever runs on an async thread. Closures that arrive while another transaction
//! is being written share the next one (group commit), each in a savepoint of its own: one flush to disk then pays for
//! all of them, and one that fails takes nothing of the others with it.

pub mod backup;
pub mod checks;
mod connection;
pub mod disk;
mod folder;
mod keeper;
mod lock;
mod readers;
mod rehearsal;
mod replace;
mod writer;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::error::{Error, Result};

pub use backup::sync_folder_of;
pub use connection::Schema;
pub use lock::FileLock;

/// A transaction that may write; functions that change something ask for one, functions that only read take the
/// [`Connection`] it derefs to.
pub struct WriteTx<'c>(&'c Connection);

impl Deref for WriteTx<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.0
    }
}

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How long to wait for another process that is writing, before giving up with [`Error::Locked`].
    pub busy_timeout: Duration,
    /// What the file may grow to, in bytes; beyond it a change is refused with [`Error::DiskFull`].
    pub max_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            max_bytes: None,
        }
    }
}

/// An open database. Cloning shares it.
#[derive(Clone)]
pub struct Database {
    writer: writer::Writer,
    readers: readers::Readers,
    path: PathBuf,
    schema: &'static Schema,
    options: Options,
}

impl Database {
    /// Opens the database at `path`, which must exist, and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a file, [`Error::NewerDatabase`], [`Error::NotADatabase`], [`Error::Locked`].
    pub fn open(path: &Path, schema: &'static Schema, options: Options) -> Result<Self> {
        if !path.exists() {
            return Err(Error::NotFound(format!(
                "{} does not exist",
                path.display()
            )));
        }
        Self::start(path, schema, options)
    }

    /// Creates the database at `path`; an existing one is left alone and refused.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it exists, [`Error::Io`] when the folder cannot be written.
    pub fn create(path: &Path, schema: &'static Schema, options: Options) -> Result<Self> {
        if path.exists() {
            return Err(Error::Conflict(format!(
                "{} exists already",
                path.display()
            )));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(Error::io(format!("creating {}", folder.display())))?;
        }
        Self::start(path, schema, options)
    }

    fn start(path: &Path, schema: &'static Schema, options: Options) -> Result<Self> {
        let connection = connection::open_writer(path, schema, options)?;
        let writer = writer::Writer::start(connection, path.to_owned(), schema, options)?;
        let readers = readers::Readers::start(path, options)?;
        Ok(Self {
            writer,
            readers,
            path: path.to_owned(),
            schema,
            options,
        })
    }

    /// It, to be copied.
    #[must_use]
    pub fn source(&self) -> backup::Source {
        backup::Source {
            path: self.path.clone(),
            schema: self.schema,
            options: self.options,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `job` in a writing transaction. When this returns `Ok`, it is on the disk.
    ///
    /// # Errors
    /// What `job` returned, in which case nothing of it was kept; or what the database said at the commit.
    pub async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer
            .run(job)
            .await
            .map_err(|error| error.at(&self.path))
    }

    /// Runs `job` on a consistent snapshot.
    ///
    /// # Errors
    /// What `job` returned, or what the database said.
    pub async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.readers
            .run(job)
            .await
            .map_err(|error| error.at(&self.path))
    }
}
