//! What of an order leaves together, and the phases that an order came through.

use chrono::{DateTime, Utc};

use super::orders::OrderPhase;
use super::{HubTx, Row};
use crate::error::{Error, Result};
use crate::model::Quantity;

/// How far a parcel has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParcelState {
    /// Part of a shipment that has not left.
    Planned,
    /// On its way.
    Shipped,
    /// With the customer.
    Delivered,
    /// Came back, or never left after all.
    Returned,
}

impl ParcelState {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Planned,
        Self::Shipped,
        Self::Delivered,
        Self::Returned,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Returned => "returned",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Something that leaves for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its identity.
    pub id: String,
    /// The order.
    pub order_id: String,
    /// From 1 within the order.
    pub parcel_no: i64,
    /// How far it has come.
    pub state: ParcelState,
    /// The shipment to a shop that it goes with.
    pub shipment_id: Option<String>,
    /// Who carries it, and the carrier's number, in words; empty for the distributor's own van.
    pub carrier: String,
    /// When it was put together.
    pub created_at: DateTime<Utc>,
    /// When it left.
    pub shipped_at: Option<DateTime<Utc>>,
    /// When it arrived.
    pub delivered_at: Option<DateTime<Utc>>,
    /// What was asked for, as a digest.
    pub request_hash: Vec<u8>,
    /// What it holds: the order's lines and base units.
    pub lines: Vec<(i64, Quantity)>,
}

const COLUMNS: &str = "id, order_id, parcel_no, state, shipment_id, carrier, created_at_utc, shipped_at_utc, \
     delivered_at_utc, request_hash";

/// The parcels of an order, in their order.
pub fn of_order(tx: &mut dyn HubTx, order_id: &str) -> Result<Vec<Parcel>> {
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM order_parcels WHERE tenant_id = tenant() AND order_id = $1 ORDER BY parcel_no"
        ),
        &[order_id.into()],
    )?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

/// The parcels that go with a shipment.
pub fn of_shipment(tx: &mut dyn HubTx, shipment_id: &str) -> Result<Vec<Parcel>> {
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM order_parcels WHERE tenant_id = tenant() AND shipment_id = $1
             ORDER BY order_id, parcel_no"
        ),
        &[shipment_id.into()],
    )?;
    rows.iter().map(|row| with_lines(tx, row)).collect()
}

fn with_lines(tx: &mut dyn HubTx, row: &Row) -> Result<Parcel> {
    let id = row.text("id")?;
    let lines = tx
        .query(
            "SELECT line_no, quantity FROM order_parcel_lines
             WHERE tenant_id = tenant() AND parcel_id = $1 ORDER BY line_no",
            &[(&id).into()],
        )?
        .iter()
        .map(|line| Ok((line.integer("line_no")?, line.quantity("quantity")?)))
        .collect::<Result<_>>()?;
    Ok(Parcel {
        order_id: row.text("order_id")?,
        parcel_no: row.integer("parcel_no")?,
        state: ParcelState::parse(&row.text("state")?)
            .ok_or_else(|| Error::Corrupt(format!("parcel {id} is in no known state")))?,
        shipment_id: row.text_opt("shipment_id")?,
        carrier: row.text("carrier")?,
        created_at: row.moment("created_at_utc")?,
        shipped_at: row.moment_opt("shipped_at_utc")?,
        delivered_at: row.moment_opt("delivered_at_utc")?,
        request_hash: row.bytes("request_hash")?.to_vec(),
        lines,
        id,
    })
}

/// Writes a parcel, in place of what was stored of it; what it holds stays as it was first.
pub fn put(tx: &mut dyn HubTx, parcel: &Parcel) -> Result<()> {
    tx.execute(
        "INSERT INTO order_parcels (tenant_id, id, order_id, parcel_no, state, shipment_id, carrier, created_at_utc,
             shipped_at_utc, delivered_at_utc, request_hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant_id, id) DO UPDATE SET
             state = excluded.state, shipped_at_utc = excluded.shipped_at_utc,
             delivered_at_utc = excluded.delivered_at_utc",
        &[
            (&parcel.id).into(),
            (&parcel.order_id).into(),
            parcel.parcel_no.into(),
            parcel.state.as_str().into(),
            parcel.shipment_id.clone().into(),
            (&parcel.carrier).into(),
            parcel.created_at.into(),
            parcel.shipped_at.into(),
            parcel.delivered_at.into(),
            parcel.request_hash.clone().into(),
        ],
    )?;
    for (line_no, quantity) in &parcel.lines {
        tx.execute(
            "INSERT INTO order_parcel_lines (tenant_id, parcel_id, line_no, quantity) VALUES (tenant(), $1, $2, $3)
             ON CONFLICT (tenant_id, parcel_id, line_no) DO NOTHING",
            &[(&parcel.id).into(), (*line_no).into(), (*quantity).into()],
        )?;
    }
    Ok(())
}

/// Takes the parcels of a shipment apart that has not left.
pub fn remove_planned(tx: &mut dyn HubTx, shipment_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM order_parcel_lines WHERE tenant_id = tenant() AND parcel_id IN (
             SELECT id FROM order_parcels WHERE tenant_id = tenant() AND shipment_id = $1 AND state = 'planned')",
        &[shipment_id.into()],
    )?;
    tx.execute(
        "DELETE FROM order_parcels WHERE tenant_id = tenant() AND shipment_id = $1 AND state = 'planned'",
        &[shipment_id.into()],
    )?;
    Ok(())
}

/// A phase that an order came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseStep {
    /// From 1 within the order.
    pub step_no: i64,
    /// The phase.
    pub phase: OrderPhase,
    /// The stage of production as JSON, or a parcel's number; empty for neither.
    pub detail: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: String,
}

/// The phases that an order came through, in their order.
pub fn phases(tx: &mut dyn HubTx, order_id: &str) -> Result<Vec<PhaseStep>> {
    tx.query(
        "SELECT step_no, phase, detail, at_utc, actor FROM order_phases
         WHERE tenant_id = tenant() AND order_id = $1 ORDER BY step_no",
        &[order_id.into()],
    )?
    .iter()
    .map(|row| {
        Ok(PhaseStep {
            step_no: row.integer("step_no")?,
            phase: OrderPhase::parse(&row.text("phase")?).ok_or_else(|| {
                Error::Corrupt(format!("order {order_id} came to no known phase"))
            })?,
            detail: row.text("detail")?,
            at: row.moment("at_utc")?,
            actor: row.text("actor")?,
        })
    })
    .collect()
}

/// Notes that an order came to a phase.
pub fn add_phase(
    tx: &mut dyn HubTx,
    order_id: &str,
    phase: OrderPhase,
    detail: &str,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<()> {
    let last = tx
        .query_row(
            "SELECT coalesce(max(step_no), 0) AS last FROM order_phases WHERE tenant_id = tenant() AND order_id = $1",
            &[order_id.into()],
        )?
        .map_or(Ok(0), |row| row.integer("last"))?;
    tx.execute(
        "INSERT INTO order_phases (tenant_id, order_id, step_no, phase, detail, at_utc, actor)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6)",
        &[
            order_id.into(),
            (last + 1).into(),
            phase.as_str().into(),
            detail.into(),
            now.into(),
            actor.into(),
        ],
    )?;
    Ok(())
}
