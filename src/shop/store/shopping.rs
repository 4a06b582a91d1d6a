//! What the shopkeeper made of a plan: today's money, other quantities, what is in the basket.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::days::Moment;
use crate::error::Result;
use crate::model::{Money, Quantity};
use crate::store::WriteTx;

/// What she decided on a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Choice {
    /// Packs in place of the suggested ones; 0 for none.
    pub packs: Option<i64>,
    /// Packs in the basket already.
    pub bought: Option<i64>,
}

/// What a product costs and brings now, and who sells it.
#[derive(Debug, Clone)]
pub struct Goods {
    /// Cost per main unit; 0 where nobody entered it.
    pub cost: Money,
    /// Selling price per main unit.
    pub price: Money,
    /// Base units in the main unit.
    pub unit_factor: i64,
    /// The least that the supplier sells, base units.
    pub minimum_order: Quantity,
    /// Who it is bought from, or ''.
    pub supplier: String,
}

/// Today's money for a plan: nothing if she set none, `Some(None)` for as much as it takes.
pub fn budget(connection: &Connection, plan_id: &str) -> Result<Option<Option<Money>>> {
    Ok(connection
        .prepare_cached("SELECT budget FROM shopping_budgets WHERE plan_id = ?1")?
        .query_row([plan_id], |row| {
            Ok(row.get::<_, Option<i64>>(0)?.map(Money))
        })
        .optional()?)
}

/// Sets today's money for a plan.
pub fn set_budget(
    tx: &WriteTx<'_>,
    plan_id: &str,
    budget: Option<Money>,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO shopping_budgets (plan_id, budget, changed_at_utc) VALUES (?1, ?2, ?3)
         ON CONFLICT (plan_id) DO UPDATE SET budget = excluded.budget, changed_at_utc = excluded.changed_at_utc",
    )?
    .execute(params![plan_id, budget.map(|money| money.0), now.text()])?;
    Ok(())
}

/// What she decided, by product code.
pub fn choices(connection: &Connection, plan_id: &str) -> Result<HashMap<String, Choice>> {
    let mut statement = connection
        .prepare_cached("SELECT sku, packs, bought FROM shopping_choices WHERE plan_id = ?1")?;
    let rows = statement.query_map([plan_id], |row| {
        let choice = Choice {
            packs: row.get(1)?,
            bought: row.get(2)?,
        };
        Ok((row.get(0)?, choice))
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What she decided on one product.
pub fn choice(connection: &Connection, plan_id: &str, sku: &str) -> Result<Choice> {
    Ok(connection
        .prepare_cached(
            "SELECT packs, bought FROM shopping_choices WHERE plan_id = ?1 AND sku = ?2",
        )?
        .query_row([plan_id, sku], |row| {
            Ok(Choice {
                packs: row.get(0)?,
                bought: row.get(1)?,
            })
        })
        .optional()?
        .unwrap_or_default())
}

/// Sets what she decided on a product.
pub fn set_choice(
    tx: &WriteTx<'_>,
    plan_id: &str,
    sku: &str,
    choice: Choice,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO shopping_choices (plan_id, sku, packs, bought, changed_at_utc) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (plan_id, sku) DO UPDATE
         SET packs = excluded.packs, bought = excluded.bought, changed_at_utc = excluded.changed_at_utc",
    )?
    .execute(params![plan_id, sku, choice.packs, choice.bought, now.text()])?;
    Ok(())
}

/// Base units in a pack of the plan's line of this product; nothing when the plan has no such line.
pub fn pack_size(connection: &Connection, plan_id: &str, sku: &str) -> Result<Option<Quantity>> {
    let size = connection
        .prepare_cached(
            "SELECT json_extract(line, '$.pack_size') FROM plan_lines
             WHERE plan_id = ?1 AND sku = ?2 AND json_valid(line)",
        )?
        .query_row([plan_id, sku], |row| row.get(0))
        .optional()?;
    Ok(size.map(Quantity))
}

/// What a product costs and brings now.
pub fn goods(connection: &Connection, sku: &str) -> Result<Option<Goods>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.cost, m.price, m.factor, p.minimum_order, p.supplier
         FROM products p
         JOIN product_units m ON m.product_id = p.id AND m.name = p.main_unit AND m.retired_at_utc IS NULL
         WHERE p.sku = ?1",
    )?;
    let goods = statement.query_row([sku], |row| {
        Ok(Goods {
            cost: Money(row.get(0)?),
            price: Money(row.get(1)?),
            unit_factor: row.get(2)?,
            minimum_order: Quantity(row.get(3)?),
            supplier: row.get(4)?,
        })
    });
    Ok(goods.optional()?)
}

/// The ledger's last movement before the moment `at`, RFC 3339; 0 before the first.
pub fn last_seq_before(connection: &Connection, at: &str) -> Result<i64> {
    // From the end, since it is asked about the last night.
    Ok(connection
        .prepare_cached(
            "SELECT seq FROM stock_movements WHERE at_utc < ?1 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([at], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

/// What there would be of a product, on hand and on its way, had nothing been sold after movement `seq`.
pub fn supply_without_sales(connection: &Connection, sku: &str, seq: i64) -> Result<Quantity> {
    let quantity = connection
        .prepare_cached(
            "SELECT coalesce((SELECT sum(s.on_hand) FROM lot_stock s WHERE s.product_id = p.id), 0)
                 + coalesce((SELECT sum(l.quantity) FROM delivery_lines l JOIN deliveries d ON d.id = l.delivery_id
                             WHERE l.sku = p.sku AND d.state IN ('announced', 'dispatched')), 0)
                 - coalesce((SELECT sum(m.quantity) FROM stock_movements m
                             WHERE m.product_id = p.id AND m.seq > ?2 AND m.kind IN ('sale', 'void')), 0)
             FROM products p WHERE p.sku = ?1",
        )?
        .query_row(params![sku, seq], |row| row.get(0))
        .optional()?;
    Ok(Quantity(quantity.unwrap_or(0)))
}
