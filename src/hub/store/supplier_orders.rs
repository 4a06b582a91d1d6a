//! Orders to suppliers, and what came of them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{HubTx, Row, conditions};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplierOrderState {
    /// Made from the plan or by hand; nobody has decided on it.
    Recommended,
    /// Decided, numbered and on order.
    Confirmed,
    /// The supplier has it.
    Sent,
    /// Something of it has come.
    PartReceived,
    /// All of it has come.
    Received,
    /// Nothing more of it is waited for, though not all has come.
    ClosedShort,
    /// Called off before anything came.
    Cancelled,
}

impl SupplierOrderState {
    /// All of them, in the order of an order's life.
    pub const ALL: [Self; 7] = [
        Self::Recommended,
        Self::Confirmed,
        Self::Sent,
        Self::PartReceived,
        Self::Received,
        Self::ClosedShort,
        Self::Cancelled,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Confirmed => "confirmed",
            Self::Sent => "sent",
            Self::PartReceived => "part_received",
            Self::Received => "received",
            Self::ClosedShort => "closed_short",
            Self::Cancelled => "cancelled",
        }
    }

    /// The reverse of [`SupplierOrderState::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Goods are still waited for.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Confirmed | Self::Sent | Self::PartReceived)
    }
}

impl fmt::Display for SupplierOrderState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// An order to a supplier.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplierOrder {
    /// Its identity.
    pub id: String,
    /// `PO-2026-0001`, from the moment it is confirmed.
    pub number: Option<String>,
    /// The supplier's name.
    pub supplier: String,
    /// How far it has come.
    pub state: SupplierOrderState,
    /// Counts up with every change.
    pub version: i64,
    /// The date whose plan it is for.
    pub plan_date: NaiveDate,
    /// When the goods are expected, by the lead time.
    pub expected_on: NaiveDate,
    /// When the supplier says that it will deliver.
    pub promised_on: Option<NaiveDate>,
    /// What it says besides.
    pub promise_note: Option<String>,
    /// For the supplier to read.
    pub note: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: String,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was received whole, closed or called off.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was closed or called off.
    pub end_reason: Option<String>,
    /// How it came about, as JSON.
    pub reason_json: Option<String>,
    /// What was asked for, as a digest.
    pub request_hash: Vec<u8>,
    /// What it holds.
    pub lines: Vec<SupplierOrderLine>,
}

impl SupplierOrder {
    /// What all of it costs.
    #[must_use]
    pub fn value(&self) -> Money {
        self.lines.iter().map(SupplierOrderLine::value).sum()
    }

    /// When the goods are to be here: as promised, else as expected.
    #[must_use]
    pub fn due_on(&self) -> NaiveDate {
        self.promised_on.unwrap_or(self.expected_on)
    }
}

/// A product of an order; quantities in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplierOrderLine {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit that the price is for, and base units in it.
    pub unit: (String, i64),
    /// The supplier's pack, and base units in it.
    pub pack: (String, Quantity),
    /// The supplier's own code.
    pub supplier_sku: Option<String>,
    /// What the plan recommended; 0 for a product that somebody added.
    pub recommended: Quantity,
    /// What is ordered.
    pub quantity: Quantity,
    /// Rupiah per unit.
    pub price: Money,
    /// What the supplier says that it will deliver of it.
    pub promised: Option<Quantity>,
    /// What came in good condition.
    pub received: Quantity,
    /// What came damaged.
    pub damaged: Quantity,
    /// Why it was recommended, as JSON.
    pub reason_json: Option<String>,
}

impl SupplierOrderLine {
    /// What it costs.
    #[must_use]
    pub fn value(&self) -> Money {
        Money::for_quantity(self.price, self.unit.1, self.quantity.0)
    }

    /// What is still to come of it.
    #[must_use]
    pub fn open(&self) -> Quantity {
        (self.quantity - self.received - self.damaged).max(Quantity::ZERO)
    }
}

const COLUMNS: &str = "id, number, supplier, state, version, plan_date, expected_on, promised_on, promise_note, \
     note, created_at_utc, created_by, confirmed_at_utc, sent_at_utc, ended_at_utc, end_reason, reason_json, request_hash";

/// The order with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<SupplierOrder>> {
    let row = tx.query_row(
        &format!("SELECT {COLUMNS} FROM supplier_orders WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?;
    row.map(|row| with_lines(tx, &row)).transpose()
}

/// The order with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<SupplierOrder> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no supplier order {id}")))
}

/// The latest orders, newest first, at most `limit`; to one supplier, in one state, where asked for.
pub fn list(
    tx: &mut dyn HubTx,
    supplier: Option<&str>,
    state: Option<SupplierOrderState>,
    limit: i64,
) -> Result<Vec<SupplierOrder>> {
    let (narrowed, mut params) = conditions([
        ("supplier =", supplier.map(Into::into)),
        ("state =", state.map(|state| state.as_str().into())),
    ]);
    params.push(limit.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM supplier_orders WHERE tenant_id = tenant(){narrowed}
         ORDER BY created_at_utc DESC, id DESC LIMIT ${}",
        params.len()
    );
    let rows = tx.query(&sql, &params)?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

/// Orders that something is still to come of, those first that are to be here first; to one supplier where asked for.
pub fn open(tx: &mut dyn HubTx, supplier: Option<&str>) -> Result<Vec<SupplierOrder>> {
    let (narrowed, params) = conditions([("supplier =", supplier.map(Into::into))]);
    let sql = format!(
        "SELECT {COLUMNS} FROM supplier_orders
         WHERE tenant_id = tenant() AND state IN ('confirmed', 'sent', 'part_received'){narrowed}
         ORDER BY coalesce(promised_on, expected_on), id"
    );
    let rows = tx.query(&sql, &params)?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

fn with_lines(tx: &mut dyn HubTx, row: &Row) -> Result<SupplierOrder> {
    let id = row.text("id")?;
    let state = row.text("state")?;
    let lines = tx
        .query(
            "SELECT sku, name, unit, unit_factor, pack_name, pack_size, supplier_sku, recommended, quantity, price,
                 promised, received, damaged, reason_json
             FROM supplier_order_lines WHERE tenant_id = tenant() AND order_id = $1 ORDER BY line_no",
            &[(&id).into()],
        )?
        .iter()
        .map(line_from)
        .collect::<Result<_>>()?;
    Ok(SupplierOrder {
        state: SupplierOrderState::parse(&state)
            .ok_or_else(|| Error::Corrupt(format!("supplier order {id} is in no known state")))?,
        id,
        number: row.text_opt("number")?,
        supplier: row.text("supplier")?,
        version: row.integer("version")?,
        plan_date: row.date("plan_date")?,
        expected_on: row.date("expected_on")?,
        promised_on: row.date_opt("promised_on")?,
        promise_note: row.text_opt("promise_note")?,
        note: row.text("note")?,
        created_at: row.moment("created_at_utc")?,
        created_by: row.text("created_by")?,
        confirmed_at: row.moment_opt("confirmed_at_utc")?,
        sent_at: row.moment_opt("sent_at_utc")?,
        ended_at: row.moment_opt("ended_at_utc")?,
        end_reason: row.text_opt("end_reason")?,
        reason_json: row.text_opt("reason_json")?,
        request_hash: row.bytes("request_hash")?.to_vec(),
        lines,
    })
}

fn line_from(row: &Row) -> Result<SupplierOrderLine> {
    Ok(SupplierOrderLine {
        sku: row.sku("sku")?,
        name: row.text("name")?,
        unit: (row.text("unit")?, row.integer("unit_factor")?),
        pack: (row.text("pack_name")?, row.quantity("pack_size")?),
        supplier_sku: row.text_opt("supplier_sku")?,
        recommended: row.quantity("recommended")?,
        quantity: row.quantity("quantity")?,
        price: row.money("price")?,
        promised: row.quantity_opt("promised")?,
        received: row.quantity("received")?,
        damaged: row.quantity("damaged")?,
        reason_json: row.text_opt("reason_json")?,
    })
}

/// Writes an order, in place of what was stored of it.
pub fn put(tx: &mut dyn HubTx, order: &SupplierOrder) -> Result<()> {
    tx.execute(
        "INSERT INTO supplier_orders (tenant_id, id, number, supplier, state, version, plan_date, expected_on,
             promised_on, promise_note, note, created_at_utc, created_by, confirmed_at_utc, sent_at_utc, ended_at_utc,
             end_reason, reason_json, request_hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
             number = excluded.number, state = excluded.state, version = excluded.version,
             expected_on = excluded.expected_on, promised_on = excluded.promised_on,
             promise_note = excluded.promise_note, note = excluded.note,
             confirmed_at_utc = excluded.confirmed_at_utc, sent_at_utc = excluded.sent_at_utc,
             ended_at_utc = excluded.ended_at_utc, end_reason = excluded.end_reason",
        &[
            (&order.id).into(),
            order.number.clone().into(),
            (&order.supplier).into(),
            order.state.as_str().into(),
            order.version.into(),
            order.plan_date.into(),
            order.expected_on.into(),
            order.promised_on.into(),
            order.promise_note.clone().into(),
            (&order.note).into(),
            order.created_at.into(),
            (&order.created_by).into(),
            order.confirmed_at.into(),
            order.sent_at.into(),
            order.ended_at.into(),
            order.end_reason.clone().into(),
            order.reason_json.clone().into(),
            order.request_hash.clone().into(),
        ],
    )?;
    tx.execute(
        "DELETE FROM supplier_order_lines WHERE tenant_id = tenant() AND order_id = $1",
        &[(&order.id).into()],
    )?;
    for (line_no, line) in (1_i64..).zip(&order.lines) {
        put_line(tx, &order.id, line_no, line)?;
    }
    Ok(())
}

fn put_line(
    tx: &mut dyn HubTx,
    order_id: &str,
    line_no: i64,
    line: &SupplierOrderLine,
) -> Result<()> {
    tx.execute(
        "INSERT INTO supplier_order_lines (tenant_id, order_id, line_no, sku, name, unit, unit_factor, pack_name,
             pack_size, supplier_sku, recommended, quantity, price, promised, received, damaged, reason_json)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &[
            order_id.into(),
            line_no.into(),
            (&line.sku).into(),
            (&line.name).into(),
            (&line.unit.0).into(),
            line.unit.1.into(),
            (&line.pack.0).into(),
            line.pack.1.into(),
            line.supplier_sku.clone().into(),
            line.recommended.into(),
            line.quantity.into(),
            line.price.into(),
            line.promised.into(),
            line.received.into(),
            line.damaged.into(),
            line.reason_json.clone().into(),
        ],
    )?;
    Ok(())
}

/// The next number of a series, from 1.
pub fn next_number(tx: &mut dyn HubTx, series: &str) -> Result<i64> {
    tx.execute(
        "INSERT INTO supply_counters (tenant_id, series, last) VALUES (tenant(), $1, 1)
         ON CONFLICT (tenant_id, series) DO UPDATE SET last = supply_counters.last + 1",
        &[series.into()],
    )?;
    tx.query_row(
        "SELECT last FROM supply_counters WHERE tenant_id = tenant() AND series = $1",
        &[series.into()],
    )?
    .ok_or_else(|| Error::Internal(format!("the series {series} has no number")))?
    .integer("last")
}
