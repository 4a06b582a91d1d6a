//! What a check of the whole database reads of returns, row by row. Databases of a program that knew of none have none.

use chrono::NaiveDate;
use rusqlite::Connection;

use super::check::each_dated;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};

/// Whether the database is of a program that knew of returns.
fn has_returns(connection: &Connection) -> Result<bool> {
    Ok(connection.table_exists(None::<&str>, "returns")?)
}

/// Every line that came back here: product, the date of the sale, base units.
pub fn each_line(
    connection: &Connection,
    each: impl FnMut(&Sku, NaiveDate, Quantity) -> Result<()>,
) -> Result<()> {
    if !has_returns(connection)? {
        return Ok(());
    }
    each_dated(
        connection,
        "SELECT p.sku, s.business_date, b.quantity FROM returns r JOIN return_lines b ON b.return_id = r.id
         JOIN sales s ON s.id = r.sale_id JOIN sale_lines l ON l.sale_id = s.id AND l.line_no = b.line_no
         JOIN products p ON p.id = l.product_id WHERE r.recovered = 0",
        each,
    )
}

/// What came back of a sale, beside what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The receipt's number.
    pub number: i64,
    /// What was paid for it.
    pub total: Money,
    /// What went back by returns.
    pub amount: Money,
    /// More of a line came back than was sold.
    pub too_many: bool,
    /// It was voided as well.
    pub voided: bool,
}

/// Every sale of which some came back, as far as this copy took it back; what another copy did is not its word.
pub fn each_sale(connection: &Connection, mut each: impl FnMut(Returned)) -> Result<()> {
    if !has_returns(connection)? {
        return Ok(());
    }
    let mut statement = connection.prepare(
        "SELECT s.number, s.total, (SELECT sum(amount) FROM returns WHERE sale_id = s.id AND recovered = 0),
                EXISTS (SELECT 1 FROM sale_lines l WHERE l.sale_id = s.id AND l.quantity <
                    (SELECT sum(b.quantity) FROM returns r JOIN return_lines b ON b.return_id = r.id
                     WHERE r.sale_id = s.id AND b.line_no = l.line_no AND r.recovered = 0)),
                EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = s.id AND v.recovered = 0)
         FROM sales s WHERE EXISTS (SELECT 1 FROM returns r WHERE r.sale_id = s.id AND r.recovered = 0)
         ORDER BY s.number",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(Returned {
            number: row.get(0)?,
            total: Money(row.get(1)?),
            amount: Money(row.get(2)?),
            too_many: row.get(3)?,
            voided: row.get(4)?,
        });
    }
    Ok(())
}
