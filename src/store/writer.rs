//! The writer thread and its group commit.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Options, Schema, WriteTx, connection};
use crate::error::{Error, Result};

/// Jobs that share one transaction at most. A bound, so that the first of a long queue is not kept waiting.
const GROUP_LIMIT: usize = 64;

/// A handle on the writer thread; the thread ends when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: Sender<Box<dyn Job>>,
}

/// How the transaction that held a job ended, for those jobs in it that had succeeded.
enum Ending {
    Committed,
    Failed(String),
    DiskFull,
    Locked(PathBuf),
    Unknown(String),
}

trait Job: Send {
    /// Does the work inside a savepoint; whether it succeeded.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Answers whoever waits. After this the job's result is known to the outside.
    fn finish(self: Box<Self>, ending: &Ending);
}

struct Pending<T, F> {
    work: Option<F>,
    result: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, F> Job for Pending<T, F>
where
    T: Send,
    F: FnOnce(&WriteTx<'_>) -> Result<T> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        // A fault in one piece of work must not end the thread that all other sales depend on.
        let result = catch_unwind(AssertUnwindSafe(|| work(&WriteTx(connection))))
            .unwrap_or_else(|panic| Err(Error::Internal(panic_text(&*panic))));
        let succeeded = result.is_ok();
        self.result = Some(result);
        succeeded
    }

    fn finish(self: Box<Self>, ending: &Ending) {
        let failure = match ending {
            Ending::Committed => None,
            Ending::Failed(text) => Some(Error::Internal(text.clone())),
            Ending::DiskFull => Some(Error::DiskFull),
            Ending::Locked(path) => Some(Error::Locked(path.clone())),
            Ending::Unknown(text) => Some(Error::OutcomeUnknown(text.clone())),
        };
        let result = match (self.result, failure) {
            (Some(Ok(_)) | None, Some(failure)) => Err(failure),
            (Some(result), _) => result,
            (None, None) => Err(Error::Internal("a job was not run".to_owned())),
        };
        // Nobody waiting any more (a dropped request) is no reason to undo: it is committed.
        let _ = self.answer.send(result);
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_else(|| "a job ended abnormally".to_owned())
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        path: PathBuf,
        schema: &'static Schema,
        options: Options,
    ) -> Result<Self> {
        let (jobs, queue) = channel();
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work_off(connection, &queue, &path, schema, options))
            .map_err(Error::io("starting the writer thread"))?;
        Ok(Self { jobs })
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Pending {
            work: Some(work),
            result: None,
            answer,
        };
        let gone = || Error::Internal("the database is closed".to_owned());
        self.jobs.send(Box::new(job)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

fn work_off(
    connection: Connection,
    queue: &Receiver<Box<dyn Job>>,
    path: &Path,
    schema: &Schema,
    options: Options,
) {
    let mut held = Some(connection);
    while let Ok(first) = queue.recv() {
        let connection = match held.take() {
            Some(connection) => connection,
            None => match connection::reopen_writer(path, schema, options) {
                Ok(fresh) => fresh,
                Err(error) => {
                    tracing::error!(%error, "reopening the database failed");
                    first.finish(&ending_with(error, false));
                    continue;
                }
            },
        };
        let (group, ending) = one_transaction(&connection, first, queue, path);
        // What a failed commit left in the connection's cache cannot be trusted, nor can one that will not let go of
        // its transaction; a new connection reads the disk.
        let broken = matches!(ending, Ending::Unknown(_)) || !connection.is_autocommit();
        if !broken {
            held = Some(connection);
        }
        for job in group {
            job.finish(&ending);
        }
    }
    // Leaves a single file behind when the program ends in peace.
    if let Some(connection) = held {
        let _ = connection.execute_batch("PRAGMA optimize");
    }
}

fn one_transaction(
    connection: &Connection,
    first: Box<dyn Job>,
    queue: &Receiver<Box<dyn Job>>,
    path: &Path,
) -> (Vec<Box<dyn Job>>, Ending) {
    let mut group = vec![first];
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        return (group, ending_of(error, path, false));
    }
    // The first job needs no savepoint, whose copies of pages cost a lone sale a third of its time: when it fails there
    // is nothing else to keep, and the whole transaction goes.
    if !group.iter_mut().all(|job| job.run(connection)) {
        let _ = connection.execute_batch("ROLLBACK");
        return (group, Ending::Committed);
    }
    while group.len() < GROUP_LIMIT
        && let Ok(mut job) = queue.try_recv()
    {
        let kept = in_savepoint(connection, &mut *job);
        group.push(job);
        if let Err(error) = kept {
            let _ = connection.execute_batch("ROLLBACK");
            return (group, ending_of(error, path, false));
        }
    }
    let ending = match connection.execute_batch("COMMIT") {
        Ok(()) => Ending::Committed,
        Err(error) => {
            let _ = connection.execute_batch("ROLLBACK");
            ending_of(error, path, true)
        }
    };
    (group, ending)
}

/// Runs a job so that nothing of it stays when it fails, and what others did does.
fn in_savepoint(connection: &Connection, job: &mut dyn Job) -> rusqlite::Result<()> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let succeeded = job.run(connection);
    if !succeeded {
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    connection.prepare_cached("RELEASE job")?.execute([])?;
    Ok(())
}

fn ending_of(error: rusqlite::Error, path: &Path, at_commit: bool) -> Ending {
    ending_with(Error::from(error).at(path), at_commit)
}

fn ending_with(error: Error, at_commit: bool) -> Ending {
    match error {
        Error::Locked(path) => Ending::Locked(path),
        Error::DiskFull => Ending::DiskFull,
        other if at_commit => Ending::Unknown(other.to_string()),
        other => Ending::Failed(other.to_string()),
    }
}
