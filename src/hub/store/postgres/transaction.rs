//! A transaction on a PostgreSQL server as a job sees it.

use std::error::Error as StdError;
use std::sync::Arc;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::connection::Lent;
use super::fault::Fault;
use crate::error::{Error, Result};
use crate::hub::store::statement::with_tenant;
use crate::hub::store::{Dialect, HubTx, Row, Tenant, Value, numbered_by_appearance};

pub(super) struct PostgresTx<'l> {
    lent: &'l Lent<'l>,
    tenant: &'l Tenant,
    /// The first fault: after it the server takes no further statement.
    fault: Option<Fault>,
}

impl<'l> PostgresTx<'l> {
    pub(super) fn new(lent: &'l Lent<'l>, tenant: &'l Tenant) -> Self {
        Self {
            lent,
            tenant,
            fault: None,
        }
    }

    pub(super) fn into_fault(self) -> Option<Fault> {
        self.fault
    }

    /// Keeps the fault for whoever runs the job, and tells the job of it.
    fn kept<T>(&mut self, outcome: Result<T, Fault>) -> Result<T> {
        outcome.map_err(|fault| {
            let error = Error::Statement(fault.to_string());
            self.fault.get_or_insert(fault);
            error
        })
    }

    fn run<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        work: impl AsyncFnOnce(
            &deadpool_postgres::Object,
            &tokio_postgres::Statement,
            &[&(dyn ToSql + Sync)],
        ) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        debug_assert!(numbered_by_appearance(sql, params.len()), "{sql}");
        if let Some(fault) = &self.fault {
            return Err(Error::Statement(fault.to_string()));
        }
        let (text, asks_for_tenant) = with_tenant(sql, params.len());
        let tenant = self.tenant.as_str();
        let mut bound: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(params.len() + 1);
        bound.extend(params.iter().map(|value| value as &(dyn ToSql + Sync)));
        if asks_for_tenant {
            bound.push(&tenant);
        }
        let outcome = self.lent.wait(async |connection| {
            let statement = connection.prepare_cached(&text).await?;
            work(connection, &statement, &bound).await
        });
        self.kept(outcome)
    }
}

impl HubTx for PostgresTx<'_> {
    fn tenant(&self) -> &Tenant {
        self.tenant
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.run(sql, params, async |connection, statement, bound| {
            connection.execute(statement, bound).await
        })
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let found = self.run(sql, params, async |connection, statement, bound| {
            connection.query(statement, bound).await
        })?;
        let Some(first) = found.first() else {
            return Ok(Vec::new());
        };
        let columns: Arc<[String]> = first
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect();
        found
            .iter()
            .map(|row| {
                let values = (0..row.len())
                    .map(|index| neutral(row, index))
                    .collect::<Result<Vec<Value>>>()?;
                Ok(Row::new(Arc::clone(&columns), values))
            })
            .collect()
    }
}

fn neutral(row: &tokio_postgres::Row, index: usize) -> Result<Value> {
    let column = &row.columns()[index];
    let unreadable = |error: tokio_postgres::Error| {
        Error::Corrupt(format!("column {} cannot be read: {error}", column.name()))
    };
    let value = match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(Value::from),
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map(Value::from),
        Type::INT2 => row
            .try_get::<_, Option<i16>>(index)
            .map(|number| number.map(i32::from).into()),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(Value::from),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR => {
            row.try_get::<_, Option<String>>(index).map(Value::from)
        }
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index).map(Value::from),
        ref other => {
            return Err(Error::Corrupt(format!(
                "column {} is of the type {other}, which the hub stores nowhere",
                column.name()
            )));
        }
    };
    value.map_err(unreadable)
}

impl ToSql for Value {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let unfit = || format!("{self:?} is given where {wanted} is wanted");
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => match *wanted {
                Type::INT8 => number.to_sql(wanted, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(wanted, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(wanted, out),
                _ => Err(unfit().into()),
            },
            Self::Text(text) if <&str as ToSql>::accepts(wanted) => text.to_sql(wanted, out),
            Self::Bytes(bytes) if *wanted == Type::BYTEA => bytes.to_sql(wanted, out),
            Self::Text(_) | Self::Bytes(_) => Err(unfit().into()),
        }
    }

    /// What fits is known with the value.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
