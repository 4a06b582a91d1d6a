//! What a check of the whole database reads of accounts and of the drawer: entries that are not what the sale, return or
//! purchase says that made them. Databases of a program that knew of none have none.

use rusqlite::Connection;

use crate::error::Result;
use crate::model::Money;

/// An entry that is not what made it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// What made it: `sale`, `void`, `return`, `drawer` or `settlement`.
    pub what: String,
    /// Its identity.
    pub id: String,
    /// What that says.
    pub told: Money,
    /// What the entry says; 0 for none.
    pub found: Money,
}

/// Each query gives what made the entry, its identity, what it says, and what the entry says.
const COMPARED: [&str; 5] = [
    "SELECT 'sale', s.id, coalesce(p.amount, 0), coalesce(g.amount, 0) FROM sales s
     LEFT JOIN sale_payments p ON p.sale_id = s.id AND p.method = 'debt'
     LEFT JOIN customer_ledger g ON g.kind = 'sale' AND g.reference = s.id
     WHERE coalesce(p.amount, 0) <> coalesce(g.amount, 0)",
    "SELECT 'void', v.sale_id, coalesce(c.amount, 0) - v.given_up, -coalesce(g.amount, 0) FROM voids v
     LEFT JOIN customer_ledger c ON c.kind = 'sale' AND c.reference = v.sale_id
     LEFT JOIN customer_ledger g ON g.kind = 'void' AND g.reference = v.sale_id
     WHERE coalesce(c.amount, 0) - v.given_up <> -coalesce(g.amount, 0)",
    // What another copy took back is not this one's word.
    "SELECT 'return', r.id, r.off_debt, -coalesce(g.amount, 0) FROM returns r
     LEFT JOIN customer_ledger g ON g.kind = 'return' AND g.reference = r.id
     WHERE r.recovered = 0 AND r.off_debt <> -coalesce(g.amount, 0)",
    "SELECT 'drawer', p.id, p.paid_from_drawer, coalesce(d.amount, 0) FROM purchases p
     LEFT JOIN drawer_entries d ON d.id = p.id AND d.kind = 'out'
     WHERE p.paid_from_drawer <> coalesce(d.amount, 0)",
    "SELECT 'settlement', p.id, sum(l.amount), p.total FROM purchases p
     JOIN settlement_lines l ON l.purchase_id = p.id GROUP BY p.id HAVING sum(l.amount) <> p.total",
];

/// Everything that differs.
pub fn differences(connection: &Connection) -> Result<Vec<Differs>> {
    let mut found = Vec::new();
    // A database of an earlier program, looked at by this one.
    if !connection.column_exists(None::<&str>, "voids", "given_up")? {
        return Ok(found);
    }
    for sql in COMPARED {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.push(Differs {
                what: row.get(0)?,
                id: row.get(1)?,
                told: Money(row.get(2)?),
                found: Money(row.get(3)?),
            });
        }
    }
    Ok(found)
}

/// Entries of accounts of which no customer is known, or that stand for a sale, void or return that is not there.
pub fn entries_of_nothing(connection: &Connection) -> Result<Vec<i64>> {
    if !connection.table_exists(None::<&str>, "customer_ledger")? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(
        "SELECT g.seq FROM customer_ledger g
         WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = g.customer_id)
            OR (g.kind = 'sale' AND NOT EXISTS (SELECT 1 FROM sales s WHERE s.id = g.reference))
            OR (g.kind = 'void' AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = g.reference))
            OR (g.kind = 'return' AND NOT EXISTS (SELECT 1 FROM returns r WHERE r.id = g.reference))
         ORDER BY g.seq",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// How many entries the accounts have.
pub fn entries(connection: &Connection) -> Result<i64> {
    if !connection.table_exists(None::<&str>, "customer_ledger")? {
        return Ok(0);
    }
    Ok(connection.query_row("SELECT count(*) FROM customer_ledger", [], |row| row.get(0))?)
}
