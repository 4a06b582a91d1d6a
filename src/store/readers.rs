//! The reading threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Options, connection};
use crate::error::{Error, Result};

/// Two cores is what there is; more readers would only queue for them.
const READERS: usize = 2;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// A handle on the reading threads; they end when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Readers {
    jobs: Sender<Job>,
}

impl Readers {
    pub(super) fn start(path: &Path, options: Options) -> Result<Self> {
        let (jobs, queue) = channel();
        let queue: Arc<Mutex<Receiver<Job>>> = Arc::new(Mutex::new(queue));
        for number in 0..READERS {
            let connection = connection::open_reader(path, options)?;
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("reader-{number}"))
                .spawn(move || {
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(job) = next else { return };
                        // A panicking job drops its answer channel, which its caller is told; the thread stays.
                        let _ = catch_unwind(AssertUnwindSafe(|| job(&connection)));
                        if !connection.is_autocommit() {
                            let _ = connection.execute_batch("ROLLBACK");
                        }
                    }
                })
                .map_err(Error::io("starting a reader thread"))?;
        }
        Ok(Self { jobs })
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(snapshot(connection, work));
        });
        let gone = || Error::Internal("a reading job ended abnormally".to_owned());
        self.jobs.send(job).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// One deferred transaction, so that several queries of one job see the same state.
fn snapshot<T>(connection: &Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    connection.execute_batch("BEGIN")?;
    let result = work(connection);
    connection.execute_batch("COMMIT")?;
    result
}
