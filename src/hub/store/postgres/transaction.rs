//! A transaction on a PostgreSQL server as a job sees it.

use std::error::Error as StdError;
use std::sync::Arc;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::connection::Lent;
use super::fault::Fault;
use crate::error::{Error, Result};
use crate::hub::store::statement::with_tenant;
use crate::hub::store::{Dialect, HubTx, Kind, Row, Tenant, Value, numbered_by_appearance};

pub(super) struct PostgresTx<'l> {
    lent: &'l Lent<'l>,
    tenant: Tenant,
    /// The first fault: after it the server takes no further statement.
    fault: Option<Fault>,
}

impl<'l> PostgresTx<'l> {
    pub(super) fn new(lent: &'l Lent<'l>, tenant: &Tenant) -> Self {
        Self {
            lent,
            tenant: tenant.clone(),
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
        let bound: Vec<&(dyn ToSql + Sync)> = params
            .iter()
            .map(|value| value as &(dyn ToSql + Sync))
            .collect();
        self.run_bound(sql, &bound, work)
    }

    fn run_bound<T>(
        &mut self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        work: impl AsyncFnOnce(
            &deadpool_postgres::Object,
            &tokio_postgres::Statement,
            &[&(dyn ToSql + Sync)],
        ) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        if let Some(fault) = &self.fault {
            return Err(Error::Statement(fault.to_string()));
        }
        let (text, asks_for_tenant) = with_tenant(sql, params.len());
        let tenant = self.tenant.as_str();
        let mut bound: Vec<&(dyn ToSql + Sync)> = params.to_vec();
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

/// The statement that inserts rows given as arrays, a column each, for one that inserts a row given as values.
fn of_arrays(sql: &str, kinds: &[Kind]) -> Result<String> {
    let unfit = || Error::Internal(format!("a statement inserts no row of values: {sql}"));
    let (head, rest) = sql.split_once("VALUES (").ok_or_else(unfit)?;
    let (values, tail) = rest
        .split_once(&format!("${})", kinds.len()))
        .ok_or_else(unfit)?;
    let tenant = if values.contains("tenant()") {
        "tenant(), "
    } else {
        ""
    };
    let arrays: Vec<String> = (1..)
        .zip(kinds)
        .map(|(number, kind)| match kind {
            Kind::Integer => format!("${number}::bigint[]"),
            Kind::Text => format!("${number}::text[]"),
            Kind::Bytes => format!("${number}::bytea[]"),
        })
        .collect();
    let arrays = arrays.join(", ");
    Ok(format!(
        "{head}SELECT {tenant}* FROM unnest({arrays}) AS given{tail}"
    ))
}

/// A column of rows as the array that it is sent as.
fn array(kind: Kind, rows: &[Vec<Value>], column: usize) -> Result<Box<dyn ToSql + Sync + '_>> {
    let unfit = |value: &Value| Error::Internal(format!("{value:?} is no {kind:?}"));
    let values = rows
        .iter()
        .map(|row| row.get(column).unwrap_or(&Value::Null));
    Ok(match kind {
        Kind::Integer => Box::new(
            values
                .map(|value| match value {
                    Value::Null => Ok(None),
                    Value::Integer(number) => Ok(Some(*number)),
                    other => Err(unfit(other)),
                })
                .collect::<Result<Vec<Option<i64>>>>()?,
        ),
        Kind::Text => Box::new(
            values
                .map(|value| match value {
                    Value::Null => Ok(None),
                    Value::Text(text) => Ok(Some(text.as_str())),
                    other => Err(unfit(other)),
                })
                .collect::<Result<Vec<Option<&str>>>>()?,
        ),
        Kind::Bytes => Box::new(
            values
                .map(|value| match value {
                    Value::Null => Ok(None),
                    Value::Bytes(bytes) => Ok(Some(bytes.as_slice())),
                    other => Err(unfit(other)),
                })
                .collect::<Result<Vec<Option<&[u8]>>>>()?,
        ),
    })
}

fn rows_of(found: &[tokio_postgres::Row]) -> Result<Vec<Row>> {
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

impl HubTx for PostgresTx<'_> {
    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn switch(&mut self, tenant: Tenant) -> Result<Tenant> {
        // After a fault the server takes no further statement, and keeps nothing of any tenant.
        if self.fault.is_none() {
            let named = [Value::from(tenant.as_str())];
            self.query(
                "SELECT set_config('kulakan.tenant', $1, true) AS named",
                &named,
            )?;
        }
        Ok(std::mem::replace(&mut self.tenant, tenant))
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
        rows_of(&found)
    }

    fn insert_rows(&mut self, sql: &str, kinds: &[Kind], rows: &[Vec<Value>]) -> Result<Vec<Row>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let text = of_arrays(sql, kinds)?;
        let arrays = (0..)
            .zip(kinds)
            .map(|(column, kind)| array(*kind, rows, column))
            .collect::<Result<Vec<_>>>()?;
        let bound: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(|array| &**array as _).collect();
        let found = self.run_bound(&text, &bound, async |connection, statement, bound| {
            connection.query(statement, bound).await
        })?;
        rows_of(&found)
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
