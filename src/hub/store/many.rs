//! Many rows in one statement.

use super::{HubTx, Value};
use crate::error::Result;

/// Parameters in one statement: far below what either database takes, and beyond what makes it any faster.
const MOST_PARAMETERS: usize = 1_600;

/// Inserts rows of `tenant()` into `table`, each with the values of `columns`, as many at a time as a statement takes;
/// `on_conflict` says what becomes of those that are there.
pub fn insert_many(
    tx: &mut dyn HubTx,
    table: &str,
    columns: &str,
    on_conflict: &str,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<()> {
    let width = columns.split(',').count();
    let most = (MOST_PARAMETERS / width).max(1);
    let full = statement(table, columns, on_conflict, width, most);
    let mut params: Vec<Value> = Vec::with_capacity(most * width);
    for row in rows {
        params.extend(row);
        if params.len() == most * width {
            tx.execute(&full, &params)?;
            params.clear();
        }
    }
    if !params.is_empty() {
        let rest = statement(table, columns, on_conflict, width, params.len() / width);
        tx.execute(&rest, &params)?;
    }
    Ok(())
}

fn statement(table: &str, columns: &str, on_conflict: &str, width: usize, rows: usize) -> String {
    let places: Vec<String> = (0..rows)
        .map(|row| {
            let numbers = (1..=width).map(|column| format!(", ${}", row * width + column));
            format!("(tenant(){})", numbers.collect::<String>())
        })
        .collect();
    format!(
        "INSERT INTO {table} (tenant_id, {columns}) VALUES {} {on_conflict}",
        places.join(", ")
    )
}
