//! One connection of the pool for the length of a transaction.

use deadpool_postgres::Object;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use super::Address;
use super::fault::{Fault, in_full};
use crate::error::{Error, Result};
use crate::hub::store::Tenant;

/// A connection of its own, outside any pool, and the task that serves it.
pub(super) async fn connect(address: &Address) -> Result<(Client, JoinHandle<()>)> {
    let (client, served) = address
        .config()
        .connect(address.tls())
        .await
        .map_err(|error| {
            let told = error
                .as_db_error()
                .map_or_else(|| in_full(&error), |told| told.message().to_owned());
            Error::Unreachable(format!("{address}: {told}"))
        })?;
    let task = tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::debug!(%error, "a connection to PostgreSQL ended");
        }
    });
    Ok((client, task))
}

/// A pooled connection. One that was left in the middle of a transaction, by a panic too, never goes back to the pool.
pub(super) struct Lent<'h> {
    handle: &'h Handle,
    connection: Option<Object>,
    in_transaction: bool,
}

impl<'h> Lent<'h> {
    pub(super) fn new(handle: &'h Handle, connection: Object) -> Self {
        Self {
            handle,
            connection: Some(connection),
            in_transaction: false,
        }
    }

    /// Begins a transaction for a tenant: row-level security lets no statement of it past that one's rows.
    pub(super) fn begin(&mut self, level: &str, tenant: &Tenant) -> Result<(), Fault> {
        let quoted = tenant.as_str().replace('\'', "''");
        let sql = format!("BEGIN ISOLATION LEVEL {level}; SET LOCAL kulakan.tenant = '{quoted}'");
        self.in_transaction = true;
        self.batch(&sql).map_err(|error| Fault::of(&error))
    }

    pub(super) fn commit(mut self) -> Result<(), Fault> {
        let done = self
            .batch("COMMIT")
            .map_err(|error| Fault::of_commit(&error));
        self.in_transaction = done.is_err();
        done
    }

    /// Ends the transaction after `fault`, keeping nothing.
    pub(super) fn roll_back(mut self, fault: &Fault) {
        if fault.leaves_connection() {
            self.in_transaction = self.batch("ROLLBACK").is_err();
        }
    }

    /// The same where the job itself found something.
    pub(super) fn give_up(mut self) {
        self.in_transaction = self.batch("ROLLBACK").is_err();
    }

    /// Waits for what the driver does.
    pub(super) fn wait<T>(
        &self,
        work: impl AsyncFnOnce(&Object) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Fault> {
        let Some(connection) = &self.connection else {
            return Err(Fault::Lost("the connection was given back".to_owned()));
        };
        self.handle
            .block_on(work(connection))
            .map_err(|error| Fault::of(&error))
    }

    fn batch(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        match &self.connection {
            Some(connection) => self.handle.block_on(connection.batch_execute(sql)),
            None => Ok(()),
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|_| self.in_transaction) {
            drop(Object::take(connection));
        }
    }
}
