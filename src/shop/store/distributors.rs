//! What the further distributors of a shop say: what each offers and how it delivers. What the first one says is in
//! `hub_catalogue` and `sync_state`.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Result;
use crate::store::WriteTx;

/// How a distributor delivers; absent where it leaves it to the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rhythm {
    /// Days from one delivery to the next.
    pub review_days: Option<u32>,
    /// Days from the decision to the goods.
    pub lead_time_days: Option<u32>,
}

/// Keeps what a further distributor offers of a product, in place of what it offered before.
pub fn set_offer(tx: &WriteTx<'_>, distributor: &str, sku: &str, payload: &str) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO further_offers (distributor, sku, payload) VALUES (?1, ?2, ?3)
         ON CONFLICT (distributor, sku) DO UPDATE SET payload = excluded.payload",
    )?
    .execute(params![distributor, sku, payload])?;
    Ok(())
}

/// What a further distributor offers of a product; of several the one that was linked first.
pub fn offer(connection: &Connection, sku: &str) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached(
            "SELECT payload FROM further_offers WHERE sku = ?1 ORDER BY distributor LIMIT 1",
        )?
        .query_row([sku], |row| row.get(0))
        .optional()?)
}

/// Keeps how a further distributor delivers.
pub fn set_rhythm(tx: &WriteTx<'_>, distributor: &str, rhythm: Rhythm) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO further_rhythms (distributor, review_days, lead_time_days) VALUES (?1, ?2, ?3)
         ON CONFLICT (distributor) DO UPDATE SET review_days = excluded.review_days,
             lead_time_days = excluded.lead_time_days",
    )?
    .execute(params![
        distributor,
        rhythm.review_days,
        rhythm.lead_time_days
    ])?;
    Ok(())
}

/// Forgets what all of them said: it is about to be told again.
pub fn forget_all(tx: &WriteTx<'_>) -> Result<()> {
    tx.execute("DELETE FROM further_offers", [])?;
    tx.execute("DELETE FROM further_rhythms", [])?;
    Ok(())
}

/// How the further distributors deliver.
pub fn rhythms(connection: &Connection) -> Result<BTreeMap<String, Rhythm>> {
    let mut statement = connection
        .prepare_cached("SELECT distributor, review_days, lead_time_days FROM further_rhythms")?;
    let rows = statement.query_map([], |row| {
        let rhythm = Rhythm {
            review_days: row.get(1)?,
            lead_time_days: row.get(2)?,
        };
        Ok((row.get(0)?, rhythm))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The products that a further distributor offers and the first one does not, and whose they are: of several the one that
/// was linked first.
pub fn products(connection: &Connection) -> Result<BTreeMap<String, String>> {
    let mut statement = connection.prepare_cached(
        "SELECT sku, min(distributor) FROM further_offers
         WHERE sku NOT IN (SELECT sku FROM hub_catalogue) GROUP BY sku",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
