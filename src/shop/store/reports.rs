//! What reports are made from: sales as they count, stock and what it cost, plans as they turned out.

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::plans::FORESEEN;
use super::read;
use crate::error::Result;
use crate::model::{Money, PaymentMethod, Quantity, Sku};

/// A sale as it counts, or what took it or some of it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// 1 for a sale, -1 for what took one back: how often its money counts.
    pub times: i64,
    /// How often it counts as a sale: not at all where only some of one came back.
    pub sales: i64,
    /// The trading day on which it was made or taken back.
    pub date: NaiveDate,
    /// The hour of the shop's wall at which it was sold, 0 to 23.
    pub hour: usize,
    /// What rounding to coins added, or took off.
    pub rounding: Money,
    /// What was to be paid, or was given back.
    pub total: Money,
    /// What its goods had cost.
    pub cost: Money,
}

/// A line of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldLine {
    /// The product's row.
    pub product_id: i64,
    /// Base units.
    pub quantity: Quantity,
    /// To pay for the line, after its own discount.
    pub total: Money,
    /// Cost of the goods then.
    pub cost: Money,
}

/// Which rows count how often.
struct Rows {
    sql: &'static str,
    times: i64,
    sales: i64,
}

/// Sales by their day, and what came back by the day on which it did. A year has tens of thousands of sales and thrice as
/// many lines, so that of the lines only their sum comes out of the database.
const COUNTED: [Rows; 3] = [
    Rows {
        sql: "SELECT s.business_date, s.sold_at_utc, s.utc_offset_minutes, s.rounding, s.total,
                     (SELECT sum(l.cost) FROM sale_lines l WHERE l.sale_id = s.id)
              FROM sales s WHERE s.business_date BETWEEN ?1 AND ?2",
        times: 1,
        sales: 1,
    },
    Rows {
        sql: "SELECT v.business_date, s.sold_at_utc, s.utc_offset_minutes, s.rounding, s.total,
                     (SELECT sum(l.cost) FROM sale_lines l WHERE l.sale_id = s.id)
              FROM voids v CROSS JOIN sales s ON s.id = v.sale_id WHERE v.business_date BETWEEN ?1 AND ?2",
        times: -1,
        sales: -1,
    },
    Rows {
        sql: "SELECT r.business_date, s.sold_at_utc, s.utc_offset_minutes, 0, r.amount,
                     (SELECT sum(b.cost) FROM return_lines b WHERE b.return_id = r.id)
              FROM returns r CROSS JOIN sales s ON s.id = r.sale_id WHERE r.business_date BETWEEN ?1 AND ?2",
        times: -1,
        sales: 0,
    },
];

/// Calls `each` with everything that counts on the trading days from `from` to `to`: sales on their own day, and what
/// came back, the other way round, on the day on which it did. So does the drawer, and so a day that was closed never
/// changes.
pub fn for_each_counted(
    connection: &Connection,
    from: NaiveDate,
    to: NaiveDate,
    mut each: impl FnMut(Counted),
) -> Result<()> {
    for kind in &COUNTED {
        let mut statement = connection.prepare_cached(kind.sql)?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            each(Counted {
                times: kind.times,
                sales: kind.sales,
                date: read::date(row, 0)?,
                hour: read::local_hour(row, 1, 2)?,
                rounding: Money(row.get(3)?),
                total: Money(row.get(4)?),
                cost: row.get::<_, Option<i64>>(5)?.map(Money).unwrap_or_default(),
            });
        }
    }
    Ok(())
}

/// The lines of everything that counts. Those of one sale or return have the same first column and come together, in the
/// order of the indexes, so that hardly anything is sorted. The second column is what was taken off the whole sale; of
/// a return nothing, and the sixth what it gave back.
const LINES: [Rows; 3] = [
    Rows {
        sql: "SELECT s.number, s.discount, l.product_id, l.quantity, l.total, NULL, l.cost
              FROM sales s CROSS JOIN sale_lines l ON l.sale_id = s.id
              WHERE s.business_date BETWEEN ?1 AND ?2
              ORDER BY s.business_date, s.number, l.line_no",
        times: 1,
        sales: 1,
    },
    Rows {
        sql: "SELECT s.number, s.discount, l.product_id, l.quantity, l.total, NULL, l.cost
              FROM voids v CROSS JOIN sales s ON s.id = v.sale_id CROSS JOIN sale_lines l ON l.sale_id = s.id
              WHERE v.business_date BETWEEN ?1 AND ?2
              ORDER BY v.business_date, s.number, l.line_no",
        times: -1,
        sales: -1,
    },
    Rows {
        sql: "SELECT dense_rank() OVER (ORDER BY r.id), 0, l.product_id, b.quantity, l.total, r.amount, b.cost, l.quantity
              FROM returns r CROSS JOIN return_lines b ON b.return_id = r.id
              CROSS JOIN sale_lines l ON l.sale_id = r.sale_id AND l.line_no = b.line_no
              WHERE r.business_date BETWEEN ?1 AND ?2
              ORDER BY r.id, b.line_no",
        times: -1,
        sales: 0,
    },
];

/// Calls `each` with the lines of everything that counts, those of one sale or return together: how often they count,
/// and what was taken off all of them besides their own discounts; of what came back that is all that its lines were
/// worth more than was given back.
pub fn for_each_lines(
    connection: &Connection,
    from: NaiveDate,
    to: NaiveDate,
    mut each: impl FnMut(i64, Money, &[SoldLine]),
) -> Result<()> {
    let mut lines: Vec<SoldLine> = Vec::new();
    for kind in &LINES {
        let of_returns = kind.sales == 0;
        let mut tell = |discount: Money, lines: &[SoldLine]| each(kind.times, discount, lines);
        let mut statement = connection.prepare_cached(kind.sql)?;
        let mut rows = statement.query([from, to])?;
        let mut current: Option<i64> = None;
        let mut discount = Money::ZERO;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            if current != Some(key) {
                if current.is_some() {
                    tell(discount, &lines);
                }
                lines.clear();
                current = Some(key);
                discount = if of_returns {
                    Money(-row.get::<_, i64>(5)?)
                } else {
                    Money(row.get(1)?)
                };
            }
            let line = sold_line(row, of_returns)?;
            if of_returns {
                discount += line.total;
            }
            lines.push(line);
        }
        if current.is_some() {
            tell(discount, &lines);
        }
        lines.clear();
    }
    Ok(())
}

fn sold_line(row: &rusqlite::Row<'_>, of_return: bool) -> rusqlite::Result<SoldLine> {
    let quantity: i64 = row.get(3)?;
    let total = Money(row.get(4)?);
    let of: i64 = if of_return { row.get(7)? } else { quantity };
    Ok(SoldLine {
        product_id: row.get(2)?,
        quantity: Quantity(quantity),
        // What came back of a line is worth its share of it.
        total: if quantity == of {
            total
        } else {
            Money::for_quantity(total, of, quantity)
        },
        cost: Money(row.get(6)?),
    })
}

/// What came in by each way to pay, for the same sales.
pub fn payments(
    connection: &Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(PaymentMethod, Money)>> {
    let mut statement = connection.prepare_cached(
        "SELECT method, sum(amount) FROM (
             SELECT p.method, p.amount FROM sales s CROSS JOIN sale_payments p ON p.sale_id = s.id
             WHERE s.business_date BETWEEN ?1 AND ?2
             UNION ALL
             SELECT CASE WHEN v.refund <> '' AND p.method IN ('qris', 'transfer') THEN v.refund ELSE p.method END,
                    -p.amount
             FROM voids v CROSS JOIN sale_payments p ON p.sale_id = v.sale_id
             WHERE v.business_date BETWEEN ?1 AND ?2
             UNION ALL
             SELECT method, off_debt + given_up - amount FROM returns WHERE business_date BETWEEN ?1 AND ?2
             UNION ALL
             SELECT 'debt', -off_debt - given_up FROM returns WHERE business_date BETWEEN ?1 AND ?2)
         GROUP BY method HAVING sum(amount) <> 0 ORDER BY sum(amount) DESC, method",
    )?;
    let rows = statement.query_map([from, to], |row| {
        Ok((read::payment_method(row, 0)?, Money(row.get(1)?)))
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// How reports speak of a product.
#[derive(Debug, Clone)]
pub struct ReportedProduct {
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What kind of goods, or ''.
    pub category: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// Cost per unit.
    pub cost: Money,
    /// Selling price per unit.
    pub price: Money,
    /// Belongs to somebody else until it is sold.
    pub consignment: bool,
    /// Still sold.
    pub active: bool,
}

/// Every product there ever was, by its row.
pub fn products(connection: &Connection) -> Result<HashMap<i64, ReportedProduct>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.id, p.sku, p.name, p.category, p.main_unit, m.factor, p.cost, m.price, p.consignment, p.active
         FROM products p
         JOIN product_units m ON m.product_id = p.id AND m.name = p.main_unit AND m.retired_at_utc IS NULL",
    )?;
    let rows = statement.query_map([], |row| {
        let product = ReportedProduct {
            sku: read::sku(row, 1)?,
            name: row.get(2)?,
            category: row.get(3)?,
            unit: row.get(4)?,
            unit_factor: row.get(5)?,
            cost: Money(row.get(6)?),
            price: Money(row.get(7)?),
            consignment: row.get(8)?,
            active: row.get(9)?,
        };
        Ok((row.get(0)?, product))
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What is on hand of a product at one cost.
#[derive(Debug, Clone, Copy)]
pub struct StockAtCost {
    /// The product's row.
    pub product_id: i64,
    /// Base units; below 0 when more was sold than was entered.
    pub on_hand: Quantity,
    /// Cost per main unit that the lot was told, if it was.
    pub cost: Option<Money>,
}

/// What is on hand, by product and cost.
pub fn stock(connection: &Connection) -> Result<Vec<StockAtCost>> {
    let mut statement = connection.prepare_cached(
        "SELECT s.product_id, sum(s.on_hand), l.cost FROM lot_stock s LEFT JOIN lots l ON l.id = s.lot_id
         WHERE s.on_hand <> 0 GROUP BY s.product_id, l.cost ORDER BY s.product_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(StockAtCost {
            product_id: row.get(0)?,
            on_hand: Quantity(row.get(1)?),
            cost: row.get::<_, Option<i64>>(2)?.map(Money),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What went out of a product without being sold.
#[derive(Debug, Clone)]
pub struct Loss {
    /// The product's row.
    pub product_id: i64,
    /// `waste`, `expired`, `own_use`, or `count` for what a count did not find.
    pub why: String,
    /// Base units.
    pub quantity: Quantity,
    /// Cost per main unit that the lot was told, if it was.
    pub cost: Option<Money>,
}

/// What went out from `from` to `to` without being sold.
pub fn losses(connection: &Connection, from: NaiveDate, to: NaiveDate) -> Result<Vec<Loss>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.product_id, iif(m.kind = 'count', 'count', m.reason) why, -sum(m.quantity), l.cost
         FROM stock_movements m LEFT JOIN lots l ON l.id = m.lot_id
         WHERE m.kind IN ('adjustment', 'count') AND m.business_date BETWEEN ?1 AND ?2 AND m.quantity < 0
             AND (m.kind = 'count' OR m.reason IN ('waste', 'expired', 'own_use'))
         GROUP BY m.product_id, why, l.cost ORDER BY m.product_id, why",
    )?;
    let rows = statement.query_map([from, to], |row| {
        Ok(Loss {
            product_id: row.get(0)?,
            why: row.get(1)?,
            quantity: Quantity(row.get(2)?),
            cost: row.get::<_, Option<i64>>(3)?.map(Money),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What a night foresaw for a product.
#[derive(Debug, Clone)]
pub struct Foreseen {
    /// The product.
    pub sku: String,
    /// The night's date.
    pub date: NaiveDate,
    /// Base units a day.
    pub per_day: f64,
    /// Days that it foresaw.
    pub days: u32,
    /// Base units that it suggested to buy.
    pub suggested: Quantity,
}

/// What the nights from `from` to `to` foresaw; lines without a forecast are left out.
pub fn foreseen(connection: &Connection, from: NaiveDate, to: NaiveDate) -> Result<Vec<Foreseen>> {
    let mut statement = connection.prepare_cached(
        "SELECT l.sku, p.plan_date, l.forecast_per_day, l.protection_days, l.quantity
         FROM plans p CROSS JOIN plan_lines l ON l.plan_id = p.id
         WHERE p.saved = 1 AND p.plan_date BETWEEN ?1 AND ?2 AND l.forecast_per_day > 0
         ORDER BY p.plan_date, l.line_no",
    )?;
    let rows = statement.query_map(params![from, to], |row| {
        Ok(Foreseen {
            sku: row.get(0)?,
            date: read::date(row, 1)?,
            per_day: row.get(2)?,
            days: row.get(3)?,
            suggested: Quantity(row.get(4)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// A product and how much of it is there.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// Base units.
    pub quantity: Quantity,
    /// Best before, where that is what it is about.
    pub expires: Option<NaiveDate>,
}

fn shelf(row: &rusqlite::Row<'_>) -> rusqlite::Result<Shelf> {
    Ok(Shelf {
        sku: read::sku(row, 0)?,
        name: row.get(1)?,
        unit: row.get(2)?,
        unit_factor: row.get(3)?,
        quantity: Quantity(row.get(4)?),
        expires: row.get(5)?,
    })
}

/// The shop's own goods that run out before an order placed tomorrow would have come, by the levels of the latest
/// night, those that last shortest first; and those that no night has a level for of which nothing is left.
pub fn running_low(connection: &Connection) -> Result<Vec<Shelf>> {
    let mut statement = connection.prepare_cached(
        // Grouped by what they are joined by, the levels are read once; or else the whole plan is, for each product.
        &format!(
            "WITH night AS (SELECT sku, max(due_level) due_level, max(forecast_per_day) forecast_per_day FROM plan_lines
                        WHERE plan_id = (SELECT id FROM plans WHERE saved = 1 ORDER BY rowid DESC LIMIT 1)
                            AND due_level > 0 AND {FORESEEN} GROUP BY sku),
              there AS (SELECT product_id, sum(on_hand) on_hand FROM lot_stock GROUP BY product_id),
              coming AS (SELECT l.sku, sum(l.quantity) quantity FROM delivery_lines l
                         JOIN deliveries d ON d.id = l.delivery_id
                         WHERE d.state IN ('announced', 'dispatched') GROUP BY l.sku)
         SELECT p.sku, p.name, p.main_unit, m.factor, coalesce(t.on_hand, 0), NULL
         FROM products p
         JOIN product_units m ON m.product_id = p.id AND m.name = p.main_unit AND m.retired_at_utc IS NULL
         LEFT JOIN there t ON t.product_id = p.id
         LEFT JOIN coming c ON c.sku = p.sku
         LEFT JOIN night n ON n.sku = p.sku
         WHERE p.active = 1 AND p.consignment = 0
             AND iif(n.sku IS NULL, t.on_hand <= 0, coalesce(t.on_hand, 0) + coalesce(c.quantity, 0) <= n.due_level)
         ORDER BY n.sku IS NULL, coalesce(t.on_hand, 0) / n.forecast_per_day, p.sku"
        ),
    )?;
    let rows = statement.query_map([], shelf)?;
    rows.map(|row| Ok(row?)).collect()
}

/// Lots on the shelf whose date is `until` or earlier, the earliest first.
pub fn expiring(connection: &Connection, until: NaiveDate) -> Result<Vec<Shelf>> {
    let mut statement = connection.prepare_cached(
        "SELECT p.sku, p.name, p.main_unit, m.factor, sum(s.on_hand), l.expires
         FROM lot_stock s JOIN lots l ON l.id = s.lot_id
         JOIN products p ON p.id = s.product_id
         JOIN product_units m ON m.product_id = p.id AND m.name = p.main_unit AND m.retired_at_utc IS NULL
         WHERE s.on_hand > 0 AND l.expires <= ?1
         GROUP BY p.id, l.expires ORDER BY l.expires, p.sku",
    )?;
    let rows = statement.query_map([until], shelf)?;
    rows.map(|row| Ok(row?)).collect()
}
