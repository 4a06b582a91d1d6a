//! Prices by quantity: who buys more at once pays less for each.

use rusqlite::{Connection, params};

use super::products::Unit;
use crate::error::Result;
use crate::model::Money;
use crate::store::WriteTx;

/// A price from a quantity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    /// How many of the unit must be bought at once; more than 1.
    pub from: i64,
    /// What each of them then costs the customer.
    pub price: Money,
}

/// Reads the tiers of a product into its units.
pub fn read(connection: &Connection, product_id: i64, units: &mut [Unit]) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT unit, from_quantity, price FROM price_tiers WHERE product_id = ?1 ORDER BY from_quantity",
    )?;
    let mut rows = statement.query([product_id])?;
    while let Some(row) = rows.next()? {
        let unit: String = row.get(0)?;
        if let Some(unit) = units.iter_mut().find(|has| has.name == unit) {
            unit.tiers.push(Tier {
                from: row.get(1)?,
                price: Money(row.get(2)?),
            });
        }
    }
    Ok(())
}

/// Makes the tiers of a product those of its units. A past sale keeps what it was charged, so that nothing points at
/// a tier.
pub fn write(tx: &WriteTx<'_>, product_id: i64, units: &[Unit]) -> Result<()> {
    tx.prepare_cached("DELETE FROM price_tiers WHERE product_id = ?1")?
        .execute([product_id])?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO price_tiers (product_id, unit, from_quantity, price) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for unit in units {
        for tier in &unit.tiers {
            statement.execute(params![product_id, unit.name, tier.from, tier.price.0])?;
        }
    }
    Ok(())
}
