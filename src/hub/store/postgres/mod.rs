//! The hub's database on a PostgreSQL server, shared by any number of hub processes.
//!
//! Each job is one transaction on a connection of the pool, run on a thread that may wait. Writing jobs are
//! `SERIALIZABLE`: however many processes write, the outcome is that of one after the other, and one that would not fit
//! is told so by the server and run again from the start. Reading jobs see one snapshot.
//!
//! Jobs that only touch what belongs to one shop run in `REPEATABLE READ` instead ([`HubStore::submit_held`]). There the
//! server does not watch what was merely read, which for pushes of many shops at once it can only do by the page of an
//! index, taking neighbours for conflicts. What is left to fear at that level is two jobs that each read what the other
//! writes while no row is written by both. It cannot happen between two jobs that both change the shop's own row: the
//! second waits for the first and, as its snapshot is older than that change, is run again.

mod address;
mod connection;
mod fault;
mod schema;
mod tls;
mod transaction;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio::runtime::Handle;

use super::{HubStore, Job, Submitted, Tenant};
use crate::error::{Error, Result};

pub use address::Address;
pub use schema::{Founding, MIGRATIONS};

use connection::Lent;
use fault::{Fault, Next};
use transaction::PostgresTx;

/// How often a job is run that does not fit between the others' before its caller is told to come back.
const MOST_RUNS: u32 = 40;

/// The longest pause before the next run.
const LONGEST_PAUSE: Duration = Duration::from_millis(300);

/// How long a job waits for a connection of the pool, and how long one may take to be made.
const PATIENCE: Duration = Duration::from_secs(30);

/// [`HubStore`] over a PostgreSQL database. Cloning shares its connections.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
    address: Arc<Address>,
}

impl PostgresStore {
    /// Connects, and brings the schema up to date. `connections` is the most that this process holds at once.
    ///
    /// # Errors
    /// [`Error::Unreachable`] without an answer, [`Error::NotFound`] where no hub was ever set up and `founding` is not
    /// allowed, [`Error::Refused`] for a database that is not the hub's or cannot hold it, [`Error::NewerDatabase`].
    pub async fn open(address: Address, connections: usize, founding: Founding) -> Result<Self> {
        let (mut client, served) = connection::connect(&address).await?;
        let ready = schema::bring_up_to_date(&mut client, &address, founding).await;
        drop(client);
        served.abort();
        ready?;
        let manager = Manager::from_config(
            address.config(),
            address.tls(),
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let pool = Pool::builder(manager)
            .max_size(connections.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| Error::Internal(format!("the pool of connections: {error}")))?;
        Ok(Self {
            pool,
            address: Arc::new(address),
        })
    }

    fn submit(&self, tenant: Tenant, level: Level, mut job: Job) -> Submitted<'_> {
        let store = self.clone();
        Box::pin(async move {
            let handle = Handle::current();
            tokio::task::spawn_blocking(move || store.run(&handle, &tenant, level, &mut job))
                .await
                .map_err(|_| Error::Internal("a job on the database panicked".to_owned()))?
        })
    }

    /// Runs a job until it fits.
    fn run(&self, handle: &Handle, tenant: &Tenant, level: Level, job: &mut Job) -> Result<()> {
        let mut runs = 0;
        loop {
            let ended = match self.attempt(handle, tenant, level, job) {
                Ok(outcome) => return outcome,
                Err(fault) => fault,
            };
            runs += 1;
            if ended.next(runs) == Next::Tell || runs >= MOST_RUNS {
                return Err(ended.into_error(&self.address));
            }
            tracing::debug!(runs, fault = %ended, "a transaction is run again");
            thread::sleep(pause(runs));
        }
    }

    /// Runs a job once. The fault of a statement counts before what the job made of it: after one, the server keeps
    /// nothing of the transaction.
    fn attempt(
        &self,
        handle: &Handle,
        tenant: &Tenant,
        level: Level,
        job: &mut Job,
    ) -> Result<Result<()>, Fault> {
        let mut lent = Lent::new(handle, handle.block_on(self.pool.get())?);
        lent.begin(level.words(), tenant)?;
        let mut tx = PostgresTx::new(&lent, tenant);
        let done = job(&mut tx);
        match (tx.into_fault(), done) {
            (Some(fault), _) => {
                lent.roll_back(&fault);
                Err(fault)
            }
            (None, Err(error)) => {
                lent.give_up();
                Ok(Err(error))
            }
            (None, Ok(())) => lent.commit().map(Ok),
        }
    }
}

impl HubStore for PostgresStore {
    fn submit_write(&self, tenant: Tenant, job: Job) -> Submitted<'_> {
        self.submit(tenant, Level::Write, job)
    }

    fn submit_held(&self, tenant: Tenant, job: Job) -> Submitted<'_> {
        self.submit(tenant, Level::Held, job)
    }

    fn submit_read(&self, tenant: Tenant, job: Job) -> Submitted<'_> {
        self.submit(tenant, Level::Read, job)
    }
}

#[derive(Clone, Copy)]
enum Level {
    Write,
    Held,
    Read,
}

impl Level {
    fn words(self) -> &'static str {
        match self {
            Self::Write => "SERIALIZABLE",
            Self::Held => "REPEATABLE READ",
            Self::Read => "REPEATABLE READ READ ONLY",
        }
    }
}

/// Twice as long each time, up to a bound, and never the same for two that met.
fn pause(runs: u32) -> Duration {
    let mut byte = [0_u8; 1];
    // Without randomness they still differ by how long they took.
    let _ = getrandom::fill(&mut byte);
    let longest = LONGEST_PAUSE.min(Duration::from_millis(1 << runs.min(12)));
    longest.mul_f64(0.25 + f64::from(byte[0]) / 340.0)
}
