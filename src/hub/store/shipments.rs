//! Shipments to shops, and what of them is still on its way.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{HubTx, Row, conditions};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};

/// How far a shipment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentState {
    /// Made from the plan or by hand; the shop knows nothing of it.
    Recommended,
    /// Decided and announced: on order at the shop.
    Confirmed,
    /// On its way: in transit.
    Dispatched,
    /// Arrived whole.
    Received,
    /// Arrived with less in good condition than was sent.
    Short,
    /// Will not come.
    Cancelled,
}

impl ShipmentState {
    /// All of them, in the order of a shipment's life.
    pub const ALL: [Self; 6] = [
        Self::Recommended,
        Self::Confirmed,
        Self::Dispatched,
        Self::Received,
        Self::Short,
        Self::Cancelled,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Confirmed => "confirmed",
            Self::Dispatched => "dispatched",
            Self::Received => "received",
            Self::Short => "short",
            Self::Cancelled => "cancelled",
        }
    }

    /// The reverse of [`ShipmentState::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for ShipmentState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A shipment.
#[derive(Debug, Clone, PartialEq)]
pub struct Shipment {
    /// Its identity, at the hub and at the shop.
    pub id: String,
    /// Where it goes.
    pub shop_id: String,
    /// How far it has come.
    pub state: ShipmentState,
    /// The date whose plan it is for.
    pub plan_date: NaiveDate,
    /// When the goods are expected at the shop.
    pub expected_on: NaiveDate,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it left.
    pub dispatched_at: Option<DateTime<Utc>>,
    /// When the hub learned that it had arrived.
    pub received_at: Option<DateTime<Utc>>,
    /// When it was called off.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// What was asked for, as a digest: the same identity with other content is another shipment.
    pub request_hash: Vec<u8>,
    /// What it holds.
    pub lines: Vec<ShipmentLine>,
}

impl Shipment {
    /// One that is recommended, of which nothing has happened yet.
    #[must_use]
    pub fn recommended(
        id: String,
        shop_id: String,
        (plan_date, expected_on): (NaiveDate, NaiveDate),
        created_at: DateTime<Utc>,
        request_hash: Vec<u8>,
        lines: Vec<ShipmentLine>,
    ) -> Self {
        Self {
            id,
            shop_id,
            state: ShipmentState::Recommended,
            plan_date,
            expected_on,
            created_at,
            confirmed_at: None,
            dispatched_at: None,
            received_at: None,
            cancelled_at: None,
            cancel_reason: None,
            request_hash,
            lines,
        }
    }
}

/// One product of a shipment, in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct ShipmentLine {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What the plan recommended; 0 for a product that somebody added.
    pub recommended: Quantity,
    /// What is sent.
    pub quantity: Quantity,
    /// What came, the damaged among it; absent until the shop has told.
    pub received: Option<Quantity>,
    /// Of what came, unusable.
    pub damaged: Option<Quantity>,
    /// Best before of what is sent.
    pub expires: Option<NaiveDate>,
    /// The plan's line as JSON, of what was recommended.
    pub reason_json: Option<String>,
}

const COLUMNS: &str = "id, shop_id, state, plan_date, expected_on, created_at_utc, confirmed_at_utc, \
     dispatched_at_utc, received_at_utc, cancelled_at_utc, cancel_reason, request_hash";

/// The shipment with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<Shipment>> {
    let row = tx.query_row(
        &format!("SELECT {COLUMNS} FROM shipments WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?;
    row.map(|row| with_lines(tx, &row)).transpose()
}

/// The shipment with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Shipment> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no shipment {id}")))
}

/// The latest shipments, newest first, at most `limit`; of one shop, in one state, where asked for.
pub fn list(
    tx: &mut dyn HubTx,
    shop_id: Option<&str>,
    state: Option<ShipmentState>,
    limit: i64,
) -> Result<Vec<Shipment>> {
    let (conditions, mut params) = conditions([
        ("shop_id =", shop_id.map(Into::into)),
        ("state =", state.map(|state| state.as_str().into())),
    ]);
    params.push(limit.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM shipments WHERE tenant_id = tenant(){conditions}
         ORDER BY created_at_utc DESC, id DESC LIMIT ${}",
        params.len()
    );
    let rows = tx.query(&sql, &params)?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

fn with_lines(tx: &mut dyn HubTx, row: &Row) -> Result<Shipment> {
    let (id, shop_id) = (row.text("id")?, row.text("shop_id")?);
    let state = row.text("state")?;
    let lines = tx
        .query(
            "SELECT sku, name, recommended, quantity, received, damaged, expires, reason_json
             FROM shipment_lines WHERE tenant_id = tenant() AND shop_id = $1 AND shipment_id = $2 ORDER BY line_no",
            &[(&shop_id).into(), (&id).into()],
        )?
        .iter()
        .map(line_from)
        .collect::<Result<_>>()?;
    Ok(Shipment {
        state: ShipmentState::parse(&state)
            .ok_or_else(|| Error::Corrupt(format!("shipment {id} is in no known state")))?,
        id,
        shop_id,
        plan_date: row.date("plan_date")?,
        expected_on: row.date("expected_on")?,
        created_at: row.moment("created_at_utc")?,
        confirmed_at: row.moment_opt("confirmed_at_utc")?,
        dispatched_at: row.moment_opt("dispatched_at_utc")?,
        received_at: row.moment_opt("received_at_utc")?,
        cancelled_at: row.moment_opt("cancelled_at_utc")?,
        cancel_reason: row.text_opt("cancel_reason")?,
        request_hash: row.bytes("request_hash")?.to_vec(),
        lines,
    })
}

fn line_from(row: &Row) -> Result<ShipmentLine> {
    Ok(ShipmentLine {
        sku: row.sku("sku")?,
        name: row.text("name")?,
        recommended: row.quantity("recommended")?,
        quantity: row.quantity("quantity")?,
        received: row.quantity_opt("received")?,
        damaged: row.quantity_opt("damaged")?,
        expires: row.date_opt("expires")?,
        reason_json: row.text_opt("reason_json")?,
    })
}

/// Writes a shipment, in place of what was stored of it.
pub fn put(tx: &mut dyn HubTx, shipment: &Shipment) -> Result<()> {
    tx.execute(
        "INSERT INTO shipments (tenant_id, id, shop_id, state, plan_date, expected_on, created_at_utc, confirmed_at_utc,
             dispatched_at_utc, received_at_utc, cancelled_at_utc, cancel_reason, request_hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant_id, shop_id, id) DO UPDATE SET
             state = excluded.state, expected_on = excluded.expected_on,
             confirmed_at_utc = excluded.confirmed_at_utc, dispatched_at_utc = excluded.dispatched_at_utc,
             received_at_utc = excluded.received_at_utc, cancelled_at_utc = excluded.cancelled_at_utc,
             cancel_reason = excluded.cancel_reason",
        &[
            (&shipment.id).into(),
            (&shipment.shop_id).into(),
            shipment.state.as_str().into(),
            shipment.plan_date.into(),
            shipment.expected_on.into(),
            shipment.created_at.into(),
            shipment.confirmed_at.into(),
            shipment.dispatched_at.into(),
            shipment.received_at.into(),
            shipment.cancelled_at.into(),
            shipment.cancel_reason.clone().into(),
            shipment.request_hash.clone().into(),
        ],
    )?;
    tx.execute(
        "DELETE FROM shipment_lines WHERE tenant_id = tenant() AND shop_id = $1 AND shipment_id = $2",
        &[(&shipment.shop_id).into(), (&shipment.id).into()],
    )?;
    for (line_no, line) in (1_i64..).zip(&shipment.lines) {
        tx.execute(
            "INSERT INTO shipment_lines (tenant_id, shop_id, shipment_id, line_no, sku, name, recommended, quantity,
                 received, damaged, expires, reason_json)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            &[
                (&shipment.shop_id).into(),
                (&shipment.id).into(),
                line_no.into(),
                (&line.sku).into(),
                (&line.name).into(),
                line.recommended.into(),
                line.quantity.into(),
                line.received.into(),
                line.damaged.into(),
                line.expires.into(),
                line.reason_json.clone().into(),
            ],
        )?;
    }
    Ok(())
}

/// What of a product is promised to a shop and not there yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coming {
    /// In confirmed shipments.
    pub on_order: Quantity,
    /// In dispatched shipments.
    pub in_transit: Quantity,
}

/// What is on its way to a shop.
pub fn coming(tx: &mut dyn HubTx, shop_id: &str) -> Result<BTreeMap<Sku, Coming>> {
    let rows = tx.query(
        "SELECT l.sku AS sku, s.state AS state, CAST(sum(l.quantity) AS BIGINT) AS quantity
         FROM shipments s JOIN shipment_lines l
             ON l.tenant_id = s.tenant_id AND l.shop_id = s.shop_id AND l.shipment_id = s.id
         WHERE s.tenant_id = tenant() AND s.shop_id = $1 AND s.state IN ('confirmed', 'dispatched') AND l.quantity <> 0
         GROUP BY l.sku, s.state ORDER BY l.sku, s.state",
        &[shop_id.into()],
    )?;
    let mut coming: BTreeMap<Sku, Coming> = BTreeMap::new();
    for row in rows {
        let of_product = coming.entry(row.sku("sku")?).or_default();
        let quantity = row.quantity("quantity")?;
        if row.text("state")? == ShipmentState::Confirmed.as_str() {
            of_product.on_order += quantity;
        } else {
            of_product.in_transit += quantity;
        }
    }
    for (sku, quantity) in super::trips::unloaded_unrecorded(tx, shop_id)? {
        coming.entry(sku).or_default().in_transit += quantity;
    }
    Ok(coming)
}

/// When the latest delivery to each shop left, or arrived where nobody noted that it left.
pub fn last_deliveries(tx: &mut dyn HubTx) -> Result<BTreeMap<String, DateTime<Utc>>> {
    tx.query(
        "SELECT shop_id, max(coalesce(dispatched_at_utc, received_at_utc)) AS at FROM shipments
         WHERE tenant_id = tenant() AND state IN ('dispatched', 'received', 'short') GROUP BY shop_id ORDER BY shop_id",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.text("shop_id")?, row.moment("at")?)))
    .collect()
}

/// How many shipments are in each state.
pub fn count_by_state(tx: &mut dyn HubTx) -> Result<BTreeMap<ShipmentState, i64>> {
    let mut counts: BTreeMap<ShipmentState, i64> = ShipmentState::ALL
        .into_iter()
        .map(|state| (state, 0))
        .collect();
    let rows = tx.query(
        "SELECT state, count(*) AS found FROM shipments WHERE tenant_id = tenant() GROUP BY state ORDER BY state",
        &[],
    )?;
    for row in rows {
        if let Some(state) = ShipmentState::parse(&row.text("state")?) {
            counts.insert(state, row.integer("found")?);
        }
    }
    Ok(counts)
}
