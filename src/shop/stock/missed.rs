//! Demand that the shelf could not serve.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::measure;
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::shop::faults::Faults;
use crate::shop::figure::Figure;
use crate::shop::store::daily::{self, Flow};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::{audit, events, missed};
use crate::store::WriteTx;
use crate::wire::event::Fact;

/// A customer asked and went away without it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissedDemandRequest {
    /// Makes sending again harmless: 1 to 64 letters, digits, `-`, `_`.
    pub id: Option<String>,
    /// The product's code.
    pub sku: String,
    /// How many of the unit, more than 0.
    pub quantity: Figure,
    /// The unit; by default the product's main unit.
    pub unit: Option<String>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MissedDemand {
    /// The product's code.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Base units asked for.
    #[schema(value_type = i64)]
    pub quantity: Quantity,
    /// The trading day.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
}

pub(super) fn miss(
    tx: &WriteTx<'_>,
    now: &Moment,
    reference: &str,
    request: &MissedDemandRequest,
    by: &str,
) -> Result<MissedDemand> {
    let mut faults = Faults::default();
    let found = measure::find(tx, &mut faults, "", &request.sku, request.unit.as_deref())?;
    let quantity = found.as_ref().and_then(|found| {
        let quantity = request
            .quantity
            .positive(found.product.base_unit, found.factor);
        faults.note("quantity", quantity)
    });
    faults.into_result()?;
    let (Some(found), Some(quantity)) = (found, quantity) else {
        return Err(Error::Internal("a fault was not told".to_owned()));
    };
    let (product_id, sku) = (found.product.product_id, found.product.sku);
    let date = days::enter(tx, now)?.date;
    missed::insert(tx, product_id, quantity, date, Some(reference), now)?;
    let flow = Flow {
        missed: quantity,
        ..Flow::default()
    };
    daily::add(tx, product_id, date, flow)?;
    let fact = Fact::DemandMissed {
        sku: sku.clone(),
        quantity,
    };
    events::append(tx, now, date, &fact)?;
    audit::record(
        tx,
        now,
        by,
        "demand.missed",
        sku.as_str(),
        &quantity.to_string(),
    )?;
    Ok(MissedDemand {
        sku,
        quantity,
        business_date: date,
    })
}
