//! What is exported, in the order in which it happened.

use chrono::NaiveDate;
use rusqlite::{Connection, Row, params};

use super::read;
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};

/// A line of a sale, or what it became less by: a line that was voided or came back counts below zero, and what was taken
/// off a sale as a whole or added by rounding stands on a line of its own.
#[derive(Debug, Clone)]
pub struct SaleLine {
    /// `sale`, `void` or `return`.
    pub kind: String,
    /// The trading day of that.
    pub date: NaiveDate,
    /// When it happened, RFC 3339 UTC.
    pub at: String,
    /// The receipt's number.
    pub number: i64,
    /// The sale's identity.
    pub id: String,
    /// The product's code; '' on the line of a discount or of rounding.
    pub sku: String,
    /// Its name then; [`DISCOUNT`] or [`ROUNDING`] on such a line.
    pub name: String,
    /// The unit it was sold in.
    pub unit: String,
    /// Base units in that.
    pub factor: i64,
    /// Base units.
    pub quantity: Quantity,
    /// What one of the unit cost the customer.
    pub unit_price: Money,
    /// What was taken off the line.
    pub discount: Money,
    /// What the line came to: together the turnover.
    pub total: Money,
    /// What the goods had cost the shop.
    pub cost: Money,
    /// How the sale was paid, or how the money went back.
    pub payment: String,
    /// The sale was voided.
    pub voided: bool,
}

/// The name on the line of what was taken off a sale as a whole.
pub const DISCOUNT: &str = "discount";

/// The name on the line of what rounding to coins added.
pub const ROUNDING: &str = "rounding";

/// A movement of stock.
#[derive(Debug, Clone)]
pub struct Movement {
    /// The trading day.
    pub date: NaiveDate,
    /// When it was recorded, RFC 3339 UTC.
    pub at: String,
    /// The product's code.
    pub sku: Sku,
    /// Its name now.
    pub name: String,
    /// The unit it is spoken of in now.
    pub unit: String,
    /// Base units in that.
    pub factor: i64,
    /// Base units that came in, or went out if below zero.
    pub quantity: Quantity,
    /// What kind of movement.
    pub kind: String,
    /// Why, or ''.
    pub reason: String,
    /// The sale, receipt, count, adjustment or delivery that caused it.
    pub reference: String,
    /// Best before of the lot that moved.
    pub expires: Option<NaiveDate>,
}

/// What is on hand of a product with one date.
#[derive(Debug, Clone)]
pub struct StockRow {
    /// The product's code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub factor: i64,
    /// Base units.
    pub quantity: Quantity,
    /// Best before.
    pub expires: Option<NaiveDate>,
    /// Cost per main unit.
    pub cost: Money,
}

/// What all of one sale, void or return came to.
struct Head {
    /// A line of it, for what the lines share.
    like: SaleLine,
    /// Sets it apart from others of the same sale.
    key: String,
    discount: Money,
    rounding: Money,
    total: Money,
}

/// Sales, voids and returns by lines, each with what its sale was as a whole and its line of the sale.
const SALE_LINES: &str = "
    SELECT 'sale' AS kind, s.business_date AS date, s.sold_at_utc AS at, s.number AS number, s.id AS id, l.sku, l.name,
           l.unit, l.factor, l.quantity, l.unit_price, l.discount, l.total, l.cost,
           coalesce((SELECT group_concat(p.method, '+') FROM sale_payments p WHERE p.sale_id = s.id), s.payment_method),
           EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = s.id),
           s.id AS key, l.quantity AS of, s.discount, s.rounding, s.total, l.line_no AS line_no, 1 AS place
    FROM sales s JOIN sale_lines l ON l.sale_id = s.id WHERE s.business_date BETWEEN ?1 AND ?2
    UNION ALL
    SELECT 'void', v.business_date, v.voided_at_utc, s.number, s.id, l.sku, l.name, l.unit, l.factor, l.quantity,
           l.unit_price, l.discount, l.total, l.cost,
           (SELECT group_concat(DISTINCT CASE WHEN v.refund <> '' AND p.method IN ('qris', 'transfer') THEN v.refund
                                              ELSE p.method END)
            FROM sale_payments p WHERE p.sale_id = s.id),
           1, s.id, l.quantity, s.discount, s.rounding, s.total, l.line_no, 2
    FROM voids v JOIN sales s ON s.id = v.sale_id JOIN sale_lines l ON l.sale_id = s.id
    WHERE v.business_date BETWEEN ?1 AND ?2
    UNION ALL
    SELECT 'return', r.business_date, r.returned_at_utc, s.number, s.id, l.sku, l.name, l.unit, l.factor, b.quantity,
           l.unit_price, 0, l.total, b.cost,
           CASE WHEN r.off_debt > 0 AND r.method <> 'debt' THEN 'debt+' || r.method ELSE r.method END,
           0, r.id, l.quantity, 0, 0, r.amount, l.line_no, 3
    FROM returns r JOIN sales s ON s.id = r.sale_id JOIN return_lines b ON b.return_id = r.id
    JOIN sale_lines l ON l.sale_id = r.sale_id AND l.line_no = b.line_no
    WHERE r.business_date BETWEEN ?1 AND ?2
    ORDER BY number, place, key, line_no";

/// The lines of the sales of trading days from `from` to `to`, and of what was voided or came back on them, in the order
/// of the receipts. Their totals come to the turnover of these days, their costs to its cost.
pub fn sale_lines(
    connection: &Connection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<SaleLine>> {
    let mut statement = connection.prepare(SALE_LINES)?;
    let mut rows = statement.query(params![from, to])?;
    let mut lines: Vec<SaleLine> = Vec::new();
    let mut open: Option<(Head, Money)> = None;
    while let Some(row) = rows.next()? {
        let (line, head) = sale_line(row)?;
        let next = |(of, _): &(Head, Money)| of.like.kind != head.like.kind || of.key != head.key;
        if open.as_ref().is_some_and(next)
            && let Some((of, worth)) = open.take()
        {
            as_a_whole(&of, worth, &mut lines);
        }
        let (_, worth) = open.get_or_insert((head, Money::ZERO));
        *worth += line.total;
        lines.push(line);
    }
    if let Some((of, worth)) = open {
        as_a_whole(&of, worth, &mut lines);
    }
    Ok(lines)
}

fn sale_line(row: &Row<'_>) -> rusqlite::Result<(SaleLine, Head)> {
    let kind: String = row.get(0)?;
    let back = kind != "sale";
    let sign = |amount: i64| if back { -amount } else { amount };
    let (quantity, of): (i64, i64) = (row.get(9)?, row.get(17)?);
    let total = Money(row.get(12)?);
    // What came back of a line is worth its share of it.
    let total = match quantity == of {
        true => total,
        false => Money::for_quantity(total, of, quantity),
    };
    let line = SaleLine {
        kind,
        date: read::date(row, 1)?,
        at: row.get(2)?,
        number: row.get(3)?,
        id: row.get(4)?,
        sku: row.get(5)?,
        name: row.get(6)?,
        unit: row.get(7)?,
        factor: row.get(8)?,
        quantity: Quantity(sign(quantity)),
        unit_price: Money(row.get(10)?),
        discount: Money(sign(row.get(11)?)),
        total: Money(sign(total.0)),
        cost: Money(sign(row.get(13)?)),
        payment: row.get::<_, Option<String>>(14)?.unwrap_or_default(),
        voided: row.get(15)?,
    };
    let head = Head {
        key: row.get(16)?,
        discount: Money(sign(row.get(18)?)),
        rounding: Money(sign(row.get(19)?)),
        total: Money(sign(row.get(20)?)),
        like: line.clone(),
    };
    Ok((line, head))
}

/// The lines of discount and rounding of what came to `head`, whose lines are `worth`. What a return gave back less than
/// its lines were worth is its share of them.
fn as_a_whole(head: &Head, worth: Money, lines: &mut Vec<SaleLine>) {
    let off = match head.like.kind.as_str() {
        "return" => head.total - worth,
        _ => -head.discount,
    };
    for (name, amount) in [(DISCOUNT, off), (ROUNDING, head.rounding)] {
        if amount != Money::ZERO {
            lines.push(SaleLine {
                sku: String::new(),
                name: name.to_owned(),
                unit: String::new(),
                factor: 1,
                quantity: Quantity::ZERO,
                unit_price: Money::ZERO,
                discount: Money::ZERO,
                total: amount,
                cost: Money::ZERO,
                ..head.like.clone()
            });
        }
    }
}

/// The movements of trading days from `from` to `to`, as the ledger has them.
pub fn movements(connection: &Connection, from: NaiveDate, to: NaiveDate) -> Result<Vec<Movement>> {
    let mut statement = connection.prepare(
        "SELECT m.business_date, m.at_utc, p.sku, p.name, p.main_unit, u.factor, m.quantity, m.kind, m.reason,
                m.reference, l.expires
         FROM stock_movements m JOIN products p ON p.id = m.product_id
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         LEFT JOIN lots l ON l.id = m.lot_id
         WHERE m.business_date BETWEEN ?1 AND ?2 ORDER BY m.seq",
    )?;
    let rows = statement.query_map(params![from, to], |row| {
        Ok(Movement {
            date: read::date(row, 0)?,
            at: row.get(1)?,
            sku: read::sku(row, 2)?,
            name: row.get(3)?,
            unit: row.get(4)?,
            factor: row.get(5)?,
            quantity: Quantity(row.get(6)?),
            kind: row.get(7)?,
            reason: row.get(8)?,
            reference: row.get(9)?,
            expires: row.get(10)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// What is on hand of every product, date by date; a product of which nothing is there has a row too.
pub fn stock(connection: &Connection) -> Result<Vec<StockRow>> {
    let mut statement = connection.prepare(
        "SELECT p.sku, p.name, p.main_unit, u.factor, coalesce(sum(s.on_hand), 0), l.expires, p.cost
         FROM products p
         JOIN product_units u ON u.product_id = p.id AND u.name = p.main_unit AND u.retired_at_utc IS NULL
         LEFT JOIN lot_stock s ON s.product_id = p.id AND s.on_hand <> 0
         LEFT JOIN lots l ON l.id = s.lot_id
         GROUP BY p.id, l.expires ORDER BY p.sku, l.expires",
    )?;
    let read = |row: &Row<'_>| {
        Ok(StockRow {
            sku: read::sku(row, 0)?,
            name: row.get(1)?,
            unit: row.get(2)?,
            factor: row.get(3)?,
            quantity: Quantity(row.get(4)?),
            expires: row.get(5)?,
            cost: Money(row.get(6)?),
        })
    };
    let rows = statement.query_map([], read)?;
    rows.map(|row| Ok(row?)).collect()
}
