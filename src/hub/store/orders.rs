//! Orders of customers and their lines.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{HubTx, Row, Value, conditions};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};

/// How far an order, or a line of it, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderPhase {
    /// Known to the hub; nobody has decided on it.
    Received,
    /// Accepted: it is backlog or backorder.
    Confirmed,
    /// Being made, in one of its stages.
    InProduction,
    /// Complete and packed.
    Ready,
    /// On its way.
    Shipped,
    /// With the customer.
    Delivered,
    /// Nothing of it will come.
    Cancelled,
}

impl OrderPhase {
    /// All of them, in the order of an order's life.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Confirmed,
        Self::InProduction,
        Self::Ready,
        Self::Shipped,
        Self::Delivered,
        Self::Cancelled,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Confirmed => "confirmed",
            Self::InProduction => "in_production",
            Self::Ready => "ready",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
        }
    }

    /// The reverse of [`OrderPhase::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == text)
    }
}

/// Where the goods of a line come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// From the warehouse.
    Stock,
    /// Made for this order, through stages; never part of free stock.
    Made,
    /// Sent to the customer by a supplier; the warehouse never has it.
    Dropship,
}

impl LineKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stock, Self::Made, Self::Dropship];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Made => "made",
            Self::Dropship => "dropship",
        }
    }

    /// The reverse of [`LineKind::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A step of making something, in both languages, and how long it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Indonesian.
    pub name: String,
    /// English.
    pub english: String,
    /// Days.
    pub days: u32,
}

/// A line of an order. `reserved + shipped + backordered + cancelled = quantity`, always; the database checks it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// From 1.
    pub line_no: i64,
    /// The product.
    pub sku: Sku,
    /// Its name when it was ordered.
    pub name: String,
    /// The unit that it is spoken of in, and base units in that.
    pub unit: String,
    /// Base units in a unit.
    pub unit_factor: i64,
    /// Where the goods come from.
    pub kind: LineKind,
    /// Who sends it, where a supplier does; else empty.
    pub supplier: String,
    /// Per unit.
    pub price: Money,
    /// Ordered, in base units, as all that follow.
    pub quantity: Quantity,
    /// Backlog: set aside for the order and not sent yet.
    pub reserved: Quantity,
    /// Sent.
    pub shipped: Quantity,
    /// Not there yet.
    pub backordered: Quantity,
    /// Called off.
    pub cancelled: Quantity,
    /// Of what was sent, arrived.
    pub delivered: Quantity,
    /// Of what is made to order: 0 before it is begun, n in its nth stage, one more than there are when it is done.
    pub stage: i64,
    /// The stages it goes through.
    pub stages: Vec<Stage>,
    /// When what is not there is promised for.
    pub promised_on: Option<NaiveDate>,
    /// What the promise rests on: `stock`, `supplier_order`, `lead_time`, `production`; empty for nothing.
    pub promised_by: String,
    /// Which supplier order, or which supplier.
    pub promise_reference: String,
}

impl OrderLine {
    /// Still to be sent, in base units.
    #[must_use]
    pub fn open(&self) -> Quantity {
        self.reserved + self.backordered
    }

    /// What so much of it costs the customer.
    #[must_use]
    pub fn value_of(&self, quantity: Quantity) -> Money {
        Money::for_quantity(self.price, self.unit_factor, quantity.0)
    }
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its identity.
    pub id: String,
    /// `SO-2026-0001`.
    pub number: String,
    /// Who ordered.
    pub customer_id: String,
    /// The shop that the customer is, if it is one.
    pub shop_id: Option<String>,
    /// `page`, `api` or `file`.
    pub source: String,
    /// How far it has come; follows from its lines.
    pub phase: OrderPhase,
    /// The stage of the line that is least far, where it is in production; else 0.
    pub stage: i64,
    /// When it came.
    pub placed_at: DateTime<Utc>,
    /// When the customer wants it.
    pub wanted_on: Option<NaiveDate>,
    /// When it was accepted.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was complete and packed.
    pub ready_at: Option<DateTime<Utc>>,
    /// When all that was open of it was called off.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why.
    pub cancel_reason: Option<String>,
    /// The customer's own number; empty for none.
    pub reference: String,
    /// In words; empty for nothing.
    pub note: String,
    /// Of the public page: 256 random bits in hexadecimal digits.
    pub link_secret: String,
    /// SHA-256 of that, by which it is found.
    pub link_hash: Vec<u8>,
    /// What was asked for, as a digest: the same identity with other content is another order.
    pub request_hash: Vec<u8>,
    /// Counts changes.
    pub version: i64,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
}

impl Order {
    /// What all that is not called off costs the customer.
    #[must_use]
    pub fn value(&self) -> Money {
        self.lines
            .iter()
            .map(|line| line.value_of(line.quantity - line.cancelled))
            .sum()
    }
}

const COLUMNS: &str = "id, number, customer_id, of_shop, source, phase, stage, placed_at_utc, wanted_on, confirmed_at_utc, \
     ready_at_utc, cancelled_at_utc, cancel_reason, reference, note, link_secret, link_hash, request_hash, version";

/// The columns of a line, as [`line_from`] reads them.
pub(super) const LINE_COLUMNS: &str = "line_no, sku, name, unit, unit_factor, kind, supplier, price, quantity, reserved, \
     shipped, backordered, cancelled, delivered, stage, stages_json, promised_on, promised_by, promise_reference";

/// The order with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<Order>> {
    let row = tx.query_row(
        &format!("SELECT {COLUMNS} FROM orders WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?;
    row.map(|row| with_lines(tx, &row)).transpose()
}

/// The order with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Order> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no order {id}")))
}

/// The order whose public page has this secret, by the secret's SHA-256.
pub fn by_link(tx: &mut dyn HubTx, link_hash: &[u8]) -> Result<Option<Order>> {
    let row = tx.query_row(
        &format!("SELECT {COLUMNS} FROM orders WHERE tenant_id = tenant() AND link_hash = $1"),
        &[link_hash.to_vec().into()],
    )?;
    row.map(|row| with_lines(tx, &row)).transpose()
}

/// Which orders are asked for; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// In this phase.
    pub phase: Option<OrderPhase>,
    /// Of this customer.
    pub customer_id: Option<String>,
    /// Of this shop.
    pub shop_id: Option<String>,
    /// With this number, ours or the customer's own.
    pub number: Option<String>,
    /// Placed at this moment or earlier, and before the one with this identity.
    pub before: Option<(DateTime<Utc>, String)>,
}

/// Orders, newest first, at most `limit`.
pub fn list(tx: &mut dyn HubTx, filter: &OrderFilter, limit: i64) -> Result<Vec<Order>> {
    let asked: [(&str, Option<Value>); 4] = [
        ("phase =", filter.phase.map(|phase| phase.as_str().into())),
        ("customer_id =", filter.customer_id.as_ref().map(Into::into)),
        ("of_shop =", filter.shop_id.as_ref().map(Into::into)),
        ("number =", filter.number.as_ref().map(Into::into)),
    ];
    let (mut conditions, mut params) = conditions(asked);
    if let Some((at, id)) = &filter.before {
        params.push((*at).into());
        let at = params.len();
        params.push(id.into());
        let id = params.len();
        conditions.push_str(&format!(
            " AND (placed_at_utc < ${at} OR (placed_at_utc = ${at} AND id < ${id}))"
        ));
    }
    params.push(limit.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM orders WHERE tenant_id = tenant(){conditions}
         ORDER BY placed_at_utc DESC, id DESC LIMIT ${}",
        params.len()
    );
    let rows = tx.query(&sql, &params)?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

fn with_lines(tx: &mut dyn HubTx, row: &Row) -> Result<Order> {
    let id = row.text("id")?;
    let phase = row.text("phase")?;
    let lines = tx
        .query(
            &format!(
                "SELECT {LINE_COLUMNS} FROM order_lines
                 WHERE tenant_id = tenant() AND order_id = $1 ORDER BY line_no"
            ),
            &[(&id).into()],
        )?
        .iter()
        .map(line_from)
        .collect::<Result<_>>()?;
    Ok(Order {
        number: row.text("number")?,
        customer_id: row.text("customer_id")?,
        shop_id: row.text_opt("of_shop")?,
        source: row.text("source")?,
        phase: OrderPhase::parse(&phase)
            .ok_or_else(|| Error::Corrupt(format!("order {id} is in no known phase")))?,
        stage: row.integer("stage")?,
        placed_at: row.moment("placed_at_utc")?,
        wanted_on: row.date_opt("wanted_on")?,
        confirmed_at: row.moment_opt("confirmed_at_utc")?,
        ready_at: row.moment_opt("ready_at_utc")?,
        cancelled_at: row.moment_opt("cancelled_at_utc")?,
        cancel_reason: row.text_opt("cancel_reason")?,
        reference: row.text("reference")?,
        note: row.text("note")?,
        link_secret: row.text("link_secret")?,
        link_hash: row.bytes("link_hash")?.to_vec(),
        request_hash: row.bytes("request_hash")?.to_vec(),
        version: row.integer("version")?,
        lines,
        id,
    })
}

pub(super) fn line_from(row: &Row) -> Result<OrderLine> {
    let sku = row.sku("sku")?;
    let unknown = |what: &str| Error::Corrupt(format!("an order's line of {sku} has no {what}"));
    Ok(OrderLine {
        line_no: row.integer("line_no")?,
        name: row.text("name")?,
        unit: row.text("unit")?,
        unit_factor: row.integer("unit_factor")?,
        kind: LineKind::parse(&row.text("kind")?).ok_or_else(|| unknown("known kind"))?,
        supplier: row.text("supplier")?,
        price: row.money("price")?,
        quantity: row.quantity("quantity")?,
        reserved: row.quantity("reserved")?,
        shipped: row.quantity("shipped")?,
        backordered: row.quantity("backordered")?,
        cancelled: row.quantity("cancelled")?,
        delivered: row.quantity("delivered")?,
        stage: row.integer("stage")?,
        stages: serde_json::from_str(&row.text("stages_json")?)
            .map_err(|_| unknown("readable stages"))?,
        promised_on: row.date_opt("promised_on")?,
        promised_by: row.text("promised_by")?,
        promise_reference: row.text("promise_reference")?,
        sku,
    })
}

/// Writes an order and its lines, in place of what was stored of it.
pub fn put(tx: &mut dyn HubTx, order: &Order) -> Result<()> {
    tx.execute(
        "INSERT INTO orders (tenant_id, id, number, customer_id, of_shop, source, phase, stage, placed_at_utc, wanted_on,
             confirmed_at_utc, ready_at_utc, cancelled_at_utc, cancel_reason, reference, note, link_secret, link_hash,
             request_hash, version)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
             phase = excluded.phase, stage = excluded.stage, wanted_on = excluded.wanted_on,
             confirmed_at_utc = excluded.confirmed_at_utc, ready_at_utc = excluded.ready_at_utc,
             cancelled_at_utc = excluded.cancelled_at_utc, cancel_reason = excluded.cancel_reason,
             note = excluded.note, link_secret = excluded.link_secret, link_hash = excluded.link_hash,
             version = excluded.version",
        &[
            (&order.id).into(),
            (&order.number).into(),
            (&order.customer_id).into(),
            order.shop_id.clone().into(),
            (&order.source).into(),
            order.phase.as_str().into(),
            order.stage.into(),
            order.placed_at.into(),
            order.wanted_on.into(),
            order.confirmed_at.into(),
            order.ready_at.into(),
            order.cancelled_at.into(),
            order.cancel_reason.clone().into(),
            (&order.reference).into(),
            (&order.note).into(),
            (&order.link_secret).into(),
            order.link_hash.clone().into(),
            order.request_hash.clone().into(),
            order.version.into(),
        ],
    )?;
    for line in &order.lines {
        put_line(tx, &order.id, line)?;
    }
    Ok(())
}

fn put_line(tx: &mut dyn HubTx, order_id: &str, line: &OrderLine) -> Result<()> {
    let stages = serde_json::to_string(&line.stages)
        .map_err(|error| Error::Internal(format!("writing stages: {error}")))?;
    tx.execute(
        "INSERT INTO order_lines (tenant_id, order_id, line_no, sku, name, unit, unit_factor, kind, supplier, price, quantity,
             reserved, shipped, backordered, cancelled, delivered, stage, stages_json, promised_on, promised_by,
             promise_reference)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (tenant_id, order_id, line_no) DO UPDATE SET
             reserved = excluded.reserved, shipped = excluded.shipped, backordered = excluded.backordered,
             cancelled = excluded.cancelled, delivered = excluded.delivered, stage = excluded.stage,
             promised_on = excluded.promised_on, promised_by = excluded.promised_by,
             promise_reference = excluded.promise_reference",
        &[
            order_id.into(),
            line.line_no.into(),
            (&line.sku).into(),
            (&line.name).into(),
            (&line.unit).into(),
            line.unit_factor.into(),
            line.kind.as_str().into(),
            (&line.supplier).into(),
            line.price.into(),
            line.quantity.into(),
            line.reserved.into(),
            line.shipped.into(),
            line.backordered.into(),
            line.cancelled.into(),
            line.delivered.into(),
            line.stage.into(),
            stages.into(),
            line.promised_on.into(),
            (&line.promised_by).into(),
            (&line.promise_reference).into(),
        ],
    )?;
    Ok(())
}

/// The next number of a year: `SO-2026-0001`, without a gap.
pub fn next_number(tx: &mut dyn HubTx, year: i32) -> Result<String> {
    tx.execute(
        "INSERT INTO order_numbers (tenant_id, year, last) VALUES (tenant(), $1, 1)
         ON CONFLICT (tenant_id, year) DO UPDATE SET last = order_numbers.last + 1",
        &[year.into()],
    )?;
    let last = tx
        .query_row(
            "SELECT last FROM order_numbers WHERE tenant_id = tenant() AND year = $1",
            &[year.into()],
        )?
        .map_or(Ok(1), |row| row.integer("last"))?;
    Ok(format!("SO-{year}-{last:04}"))
}
