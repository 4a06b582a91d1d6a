//! Making an order, from the plan or by hand.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::edit::{Goods, edited};
use super::{MOST_ORDERS, NewSupplierOrder, OrderMade, digest, keep, words};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::reach::in_reach;
use crate::hub::store::supplier_orders::{
    self as rows, SupplierOrder, SupplierOrderLine, SupplierOrderState,
};
use crate::hub::store::{self, HubTx, catalogue};
use crate::hub::supply::{SupplierPlan, SupplyLine, planned};

impl Hub {
    /// Makes an order, from the plan or from lines of one's own, in place of an earlier recommendation for the supplier.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a supplier, [`Error::Invalid`] for lines that cannot be, [`Error::Refused`] when
    /// the plan has nothing to order there or the supplier is switched off, [`Error::Conflict`] when the identity has
    /// other content.
    pub async fn create_supplier_order(
        &self,
        actor: &str,
        new: NewSupplierOrder,
    ) -> Result<OrderMade> {
        let policy = self.supply_policy()?;
        let (actor, now, today) = (actor.to_owned(), self.now(), self.today());
        let id = new.id.unwrap_or_else(Uuid::now_v7).to_string();
        let request_hash = digest(&(&new.supplier, new.date, &new.note, &new.lines))?;
        let note = words("note", &new.note)?;
        store::write(self.store(), move |tx| {
            if let Some(before) = rows::find(tx, &id)? {
                if before.request_hash == request_hash {
                    return Ok(OrderMade::Repeated(before));
                }
                return Err(Error::Conflict(format!(
                    "supplier order {id} was made with other content"
                )));
            }
            let supplier = catalogue::suppliers(tx)?
                .into_iter()
                .find(|supplier| supplier.name == new.supplier)
                .ok_or_else(|| Error::NotFound(format!("there is no supplier {}", new.supplier)))?;
            if !supplier.active {
                return Err(Error::Refused(format!(
                    "{} is switched off: nothing new is ordered there",
                    supplier.name
                )));
            }
            let date = new.date.unwrap_or(today);
            in_reach("date", date, today)?;
            let plan = planned(tx, date, &policy)?
                .suppliers
                .into_iter()
                .find(|plan| plan.supplier == supplier.name);
            let goods = Goods::of(tx, &supplier.name)?;
            let lines = match (&new.lines, &plan) {
                (Some(asked), plan) => {
                    let mut known = recommended_lines(plan.as_ref())?;
                    known.retain(|line| asked.iter().any(|one| one.sku == line.sku));
                    edited(known, asked, &goods)?
                }
                (None, Some(plan)) if plan.is_due() => recommended_lines(Some(plan))?,
                (None, _) => {
                    return Err(Error::Refused(format!(
                        "nothing is to be ordered from {} on {date}; name the lines to order all the same",
                        supplier.name
                    )));
                }
            };
            withdraw_recommendations(tx, &supplier.name, &id, now)?;
            let mut order = SupplierOrder {
                id: id.clone(),
                number: None,
                expected_on: goods.expected_on(date, &lines),
                supplier: supplier.name,
                state: SupplierOrderState::Recommended,
                version: 0,
                plan_date: date,
                promised_on: None,
                promise_note: None,
                note: note.clone(),
                created_at: now,
                created_by: actor.clone(),
                confirmed_at: None,
                sent_at: None,
                ended_at: None,
                end_reason: None,
                reason_json: plan.as_ref().map(|plan| json(&plan.reason)).transpose()?,
                request_hash: request_hash.clone(),
                lines,
            };
            keep(tx, now, &actor, "recommended", &mut order)?;
            Ok(OrderMade::Created(order))
        })
        .await
    }
}

fn recommended_lines(plan: Option<&SupplierPlan>) -> Result<Vec<SupplierOrderLine>> {
    plan.into_iter()
        .flat_map(SupplierPlan::ordered)
        .map(recommended_line)
        .collect()
}

fn recommended_line(line: &SupplyLine) -> Result<SupplierOrderLine> {
    Ok(SupplierOrderLine {
        sku: line.item.sku.clone(),
        name: line.item.name.clone(),
        unit: (line.item.unit.clone(), line.item.unit_factor),
        pack: line.source.pack.clone(),
        supplier_sku: line.source.supplier_sku.clone(),
        recommended: line.quantity,
        quantity: line.quantity,
        price: line.source.price,
        promised: None,
        received: crate::model::Quantity::ZERO,
        damaged: crate::model::Quantity::ZERO,
        reason_json: Some(json(&line.reason)?),
    })
}

fn json(reason: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(reason)
        .map_err(|error| Error::Internal(format!("writing a plan's reason: {error}")))
}

/// A supplier has one recommendation at a time. What is replaced was told to nobody, but stays to be looked up.
fn withdraw_recommendations(
    tx: &mut dyn HubTx,
    supplier: &str,
    replacement: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let state = Some(SupplierOrderState::Recommended);
    for mut earlier in rows::list(tx, Some(supplier), state, MOST_ORDERS)? {
        earlier.state = SupplierOrderState::Cancelled;
        earlier.ended_at = Some(now);
        earlier.end_reason = Some(format!("replaced by {replacement}"));
        earlier.version += 1;
        rows::put(tx, &earlier)?;
    }
    Ok(())
}

impl Goods {
    /// When lines ordered on `date` are here: with the slowest of them.
    fn expected_on(&self, date: NaiveDate, lines: &[SupplierOrderLine]) -> NaiveDate {
        lines
            .iter()
            .filter_map(|line| self.source(&line.sku))
            .map(|source| source.ordered_and_here(date).1)
            .max()
            .unwrap_or(date)
    }
}
