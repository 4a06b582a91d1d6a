//! Taking a run back that was booked in, as long as what came out is still there.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::Hub;
use super::super::store::production_plans::{self as rows, PlanState};
use super::super::store::warehouse::{self, MoveReason, StockMove};
use super::super::store::{self, HubTx, stock_ledger};
use super::super::warehouse::missing;
use super::plans::{Step, kept, refused};
use crate::error::Result;
use crate::model::{Quantity, Sku};

impl Hub {
    /// Takes a run back that was booked in: what came out leaves the warehouse again, the material comes back, and the run
    /// is as it was before, so that it can be booked in as it really was. A run that is not booked in stays as it is.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] without it.
    pub async fn take_back_production_plan(&self, actor: &str, id: &str) -> Result<Step> {
        let (actor, id, now) = (actor.to_owned(), id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut plan = rows::get(tx, &id)?;
            match plan.state {
                PlanState::Done => {}
                PlanState::Started => return Ok(Step::Repeated(plan)),
                _ => {
                    let why = "only a run that was booked in can be taken back";
                    return Ok(refused(plan, why));
                }
            }
            let moves = reversed(tx, &id)?;
            if let Some(why) = missing(tx, &moves)? {
                return Ok(refused(plan, &why));
            }
            warehouse::post(tx, now, &actor, &moves)?;
            plan.state = PlanState::Started;
            plan.done_at = None;
            plan.result_hash = None;
            for line in &mut plan.lines {
                line.made = None;
                line.rejected = None;
            }
            for material in &mut plan.materials {
                material.used = None;
            }
            kept(tx, now, &actor, "production.taken_back", plan)
        })
        .await
    }
}

type Place = (Sku, String, Option<NaiveDate>, &'static str);

/// What is left of a run's moves, the other way round: of one that was taken back before, that part has gone already.
fn reversed(tx: &mut dyn HubTx, plan_id: &str) -> Result<Vec<StockMove>> {
    let mut left: BTreeMap<Place, (MoveReason, Quantity)> = BTreeMap::new();
    for posted in stock_ledger::moves_of(tx, plan_id)? {
        let moved = posted.moved;
        let place = (moved.sku, moved.lot, moved.expires, moved.reason.as_str());
        let entry = left.entry(place).or_insert((moved.reason, Quantity::ZERO));
        entry.1 += moved.quantity;
    }
    let moves = left.into_iter();
    Ok(moves
        .filter(|(_, (_, quantity))| *quantity != Quantity::ZERO)
        .map(|((sku, lot, expires, _), (reason, quantity))| StockMove {
            sku,
            lot,
            expires,
            quantity: -quantity,
            reason,
            reference: plan_id.to_owned(),
        })
        .collect())
}
