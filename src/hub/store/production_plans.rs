//! Planned runs of production, from the draft to what really came out.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{HubTx, Row, conditions};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Proposed; may be changed.
    Draft,
    /// Decided.
    Confirmed,
    /// Being made.
    Started,
    /// Made and booked in.
    Done,
    /// Will not be made.
    Cancelled,
}

impl PlanState {
    /// All of them, in the order of a run's life.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Confirmed,
        Self::Started,
        Self::Done,
        Self::Cancelled,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Confirmed => "confirmed",
            Self::Started => "started",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The reverse of [`PlanState::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

impl fmt::Display for PlanState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A planned run.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductionPlan {
    /// Its identity.
    pub id: String,
    /// Its number for people, such as `PR-2026-0001`.
    pub number: String,
    /// The line that it is made on.
    pub line: String,
    /// How far it has come.
    pub state: PlanState,
    /// The day on which it is made.
    pub run_on: NaiveDate,
    /// Counts its steps and edits.
    pub version: i64,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was booked in.
    pub done_at: Option<DateTime<Utc>>,
    /// When it was called off.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// What the lots were reckoned from, as JSON.
    pub basis: String,
    /// What was asked for, as a digest.
    pub request_hash: Vec<u8>,
    /// What was told at the end, as a digest.
    pub result_hash: Option<Vec<u8>>,
    /// What is made.
    pub lines: Vec<PlanLine>,
    /// For which routes.
    pub routes: Vec<PlanRoute>,
    /// From what.
    pub materials: Vec<PlanMaterial>,
}

/// A product of a run, in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanLine {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The model's lot.
    pub lot: Quantity,
    /// What is planned.
    pub quantity: Quantity,
    /// What came out good; absent until the run is done.
    pub made: Option<Quantity>,
    /// What came out and is no good.
    pub rejected: Option<Quantity>,
    /// The last good day of what is made.
    pub expires: Option<NaiveDate>,
    /// Under which code it lies in the warehouse.
    pub lot_code: String,
    /// How the lot was reckoned, as JSON; absent for what somebody added.
    pub reason: Option<String>,
}

/// What of a product is for a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRoute {
    /// The product.
    pub sku: Sku,
    /// The route.
    pub route: String,
    /// Base units.
    pub quantity: Quantity,
}

/// What a run takes of a material, in base units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanMaterial {
    /// The material.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// By the recipes.
    pub planned: Quantity,
    /// What was really used; absent until the run is done.
    pub used: Option<Quantity>,
}

const COLUMNS: &str = "id, number, line, state, run_on, version, created_at_utc, confirmed_at_utc, started_at_utc, \
     done_at_utc, cancelled_at_utc, cancel_reason, basis, request_hash, result_hash";

/// The run with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<ProductionPlan>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM production_plans WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| with_parts(tx, &row))
    .transpose()
}

/// The run with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<ProductionPlan> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no production plan {id}")))
}

/// Runs, the latest day first, at most `limit`; of one line, in one state, where asked for.
pub fn list(
    tx: &mut dyn HubTx,
    line: Option<&str>,
    state: Option<PlanState>,
    limit: i64,
) -> Result<Vec<ProductionPlan>> {
    let (narrowed, mut params) = conditions([
        ("line =", line.map(Into::into)),
        ("state =", state.map(|state| state.as_str().into())),
    ]);
    params.push(limit.into());
    let rows = tx.query(
        &format!(
            "SELECT {COLUMNS} FROM production_plans WHERE tenant_id = tenant(){narrowed}
             ORDER BY run_on DESC, number DESC LIMIT ${}",
            params.len()
        ),
        &params,
    )?;
    rows.iter().map(|row| with_parts(tx, row)).collect()
}

fn with_parts(tx: &mut dyn HubTx, row: &Row) -> Result<ProductionPlan> {
    let id = row.text("id")?;
    let state = row.text("state")?;
    let lines = tx
        .query(
            "SELECT sku, name, lot, quantity, made, rejected, expires, lot_code, reason FROM production_plan_lines
             WHERE tenant_id = tenant() AND plan_id = $1 ORDER BY line_no",
            &[(&id).into()],
        )?
        .iter()
        .map(|row| {
            Ok(PlanLine {
                sku: row.sku("sku")?,
                name: row.text("name")?,
                lot: row.quantity("lot")?,
                quantity: row.quantity("quantity")?,
                made: row.quantity_opt("made")?,
                rejected: row.quantity_opt("rejected")?,
                expires: row.date_opt("expires")?,
                lot_code: row.text("lot_code")?,
                reason: row.text_opt("reason")?,
            })
        })
        .collect::<Result<_>>()?;
    let routes = tx
        .query(
            "SELECT sku, route, quantity FROM production_plan_routes
             WHERE tenant_id = tenant() AND plan_id = $1 ORDER BY route, sku",
            &[(&id).into()],
        )?
        .iter()
        .map(|row| {
            Ok(PlanRoute {
                sku: row.sku("sku")?,
                route: row.text("route")?,
                quantity: row.quantity("quantity")?,
            })
        })
        .collect::<Result<_>>()?;
    let materials = tx
        .query(
            "SELECT sku, name, planned, used FROM production_plan_materials
             WHERE tenant_id = tenant() AND plan_id = $1 ORDER BY sku",
            &[(&id).into()],
        )?
        .iter()
        .map(|row| {
            Ok(PlanMaterial {
                sku: row.sku("sku")?,
                name: row.text("name")?,
                planned: row.quantity("planned")?,
                used: row.quantity_opt("used")?,
            })
        })
        .collect::<Result<_>>()?;
    Ok(ProductionPlan {
        number: row.text("number")?,
        line: row.text("line")?,
        state: PlanState::parse(&state)
            .ok_or_else(|| Error::Corrupt(format!("production plan {id} is {state:?}")))?,
        run_on: row.date("run_on")?,
        version: row.integer("version")?,
        created_at: row.moment("created_at_utc")?,
        confirmed_at: row.moment_opt("confirmed_at_utc")?,
        started_at: row.moment_opt("started_at_utc")?,
        done_at: row.moment_opt("done_at_utc")?,
        cancelled_at: row.moment_opt("cancelled_at_utc")?,
        cancel_reason: row.text_opt("cancel_reason")?,
        basis: row.text("basis")?,
        request_hash: row.bytes("request_hash")?.to_vec(),
        result_hash: match row.value("result_hash")? {
            super::Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        },
        lines,
        routes,
        materials,
        id,
    })
}

/// Writes a run with all its parts, in place of what was known of it.
pub fn put(tx: &mut dyn HubTx, plan: &ProductionPlan) -> Result<()> {
    tx.execute(
        "INSERT INTO production_plans (tenant_id, id, number, line, state, run_on, version, created_at_utc,
             confirmed_at_utc, started_at_utc, done_at_utc, cancelled_at_utc, cancel_reason, basis, request_hash,
             result_hash)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state, run_on = excluded.run_on,
             version = excluded.version, confirmed_at_utc = excluded.confirmed_at_utc,
             started_at_utc = excluded.started_at_utc, done_at_utc = excluded.done_at_utc,
             cancelled_at_utc = excluded.cancelled_at_utc, cancel_reason = excluded.cancel_reason,
             basis = excluded.basis, result_hash = excluded.result_hash",
        &[
            (&plan.id).into(),
            (&plan.number).into(),
            (&plan.line).into(),
            plan.state.as_str().into(),
            plan.run_on.into(),
            plan.version.into(),
            plan.created_at.into(),
            plan.confirmed_at.into(),
            plan.started_at.into(),
            plan.done_at.into(),
            plan.cancelled_at.into(),
            plan.cancel_reason.clone().into(),
            (&plan.basis).into(),
            plan.request_hash.clone().into(),
            plan.result_hash.clone().into(),
        ],
    )?;
    for table in [
        "production_plan_lines",
        "production_plan_routes",
        "production_plan_materials",
    ] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE tenant_id = tenant() AND plan_id = $1"),
            &[(&plan.id).into()],
        )?;
    }
    for (line_no, line) in (1_i64..).zip(&plan.lines) {
        tx.execute(
            "INSERT INTO production_plan_lines (tenant_id, plan_id, line_no, sku, name, lot, quantity, made, rejected,
                 expires, lot_code, reason)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            &[
                (&plan.id).into(),
                line_no.into(),
                (&line.sku).into(),
                (&line.name).into(),
                line.lot.into(),
                line.quantity.into(),
                line.made.into(),
                line.rejected.into(),
                line.expires.into(),
                (&line.lot_code).into(),
                line.reason.clone().into(),
            ],
        )?;
    }
    for route in &plan.routes {
        tx.execute(
            "INSERT INTO production_plan_routes (tenant_id, plan_id, sku, route, quantity)
             VALUES (tenant(), $1, $2, $3, $4)",
            &[
                (&plan.id).into(),
                (&route.sku).into(),
                (&route.route).into(),
                route.quantity.into(),
            ],
        )?;
    }
    for material in &plan.materials {
        tx.execute(
            "INSERT INTO production_plan_materials (tenant_id, plan_id, sku, name, planned, used)
             VALUES (tenant(), $1, $2, $3, $4, $5)",
            &[
                (&plan.id).into(),
                (&material.sku).into(),
                (&material.name).into(),
                material.planned.into(),
                material.used.into(),
            ],
        )?;
    }
    Ok(())
}

/// What runs that are planned and not booked in take of each material.
pub fn materials_of_open(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, Quantity>> {
    tx.query(
        "SELECT m.sku AS sku, CAST(sum(m.planned) AS BIGINT) AS planned
         FROM production_plans p
         JOIN production_plan_materials m ON m.tenant_id = p.tenant_id AND m.plan_id = p.id
         WHERE p.tenant_id = tenant() AND p.state IN ('draft', 'confirmed', 'started')
         GROUP BY m.sku ORDER BY m.sku",
        &[],
    )?
    .iter()
    .map(|row| Ok((row.sku("sku")?, row.quantity("planned")?)))
    .collect()
}

/// The next number of a run in this year, such as `PR-2026-0001`.
pub fn next_number(tx: &mut dyn HubTx, year: i32) -> Result<String> {
    tx.execute(
        "INSERT INTO production_numbers (tenant_id, year, last) VALUES (tenant(), $1, 1)
         ON CONFLICT (tenant_id, year) DO UPDATE SET last = production_numbers.last + 1",
        &[year.into()],
    )?;
    let row = tx
        .query_row(
            "SELECT last FROM production_numbers WHERE tenant_id = tenant() AND year = $1",
            &[year.into()],
        )?
        .ok_or_else(|| Error::Internal("a number that was counted is not there".to_owned()))?;
    Ok(format!("PR-{year}-{:04}", row.integer("last")?))
}
