//! Goods that left without being sold, and corrections of the book.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::count::settle;
use super::measure::{self, Measured};
use super::receive::detail;
use crate::error::{Error, Result};
use crate::model::{AdjustmentReason, MovementKind, Quantity, Sku};
use crate::shop::faults::{Faults, optional_text};
use crate::shop::figure::Figure;
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::{audit, events, purchases};
use crate::store::WriteTx;
use crate::wire::event::Fact;

/// A change of stock by hand.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentRequest {
    /// Makes sending again harmless: 1 to 64 letters, digits, `-`, `_`.
    pub id: Option<String>,
    /// The product's code.
    pub sku: String,
    /// How many of the unit. For `waste`, `expired`, `own_use` and `return` how many left, more than 0; for
    /// `correction` the change, negative where the book has too much.
    pub quantity: Figure,
    /// `waste`, `expired`, `own_use`, `return` (to the supplier) or `correction`.
    #[schema(value_type = String)]
    pub reason: AdjustmentReason,
    /// The unit; by default the product's main unit.
    pub unit: Option<String>,
    /// Take from the goods of this date, which must be there; without it the first to expire leave first. Not for
    /// `correction`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires: Option<NaiveDate>,
    /// What happened, in up to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Adjustment {
    /// The request's identity, or the one it was given.
    pub id: String,
    /// The product's code.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// The change of stock, base units; negative for what left.
    #[schema(value_type = i64)]
    pub quantity: Quantity,
    /// Why.
    #[schema(value_type = String)]
    pub reason: AdjustmentReason,
    /// On hand after it, base units.
    #[schema(value_type = i64)]
    pub on_hand: Quantity,
    /// The trading day.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
    /// The ledger's last movement after it.
    pub ledger_seq: i64,
}

/// An adjustment as the audit log tells it.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    adjustment: &'a Adjustment,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// Who changes stock through the API, where no person is known.
pub(super) const BY_API: &str = "stock";

pub(super) fn adjust(
    tx: &WriteTx<'_>,
    now: &Moment,
    reference: &str,
    request: &AdjustmentRequest,
    by: &str,
) -> Result<Adjustment> {
    let mut faults = Faults::default();
    let found = measure::find(tx, &mut faults, "", &request.sku, request.unit.as_deref())?;
    let change = found
        .as_ref()
        .and_then(|found| faults.note("quantity", change(request, found)));
    let note = request.note.as_deref().unwrap_or_default();
    let note = faults.note("note", optional_text(note, 200));
    if let (Some(found), Some(change), Some(date)) = (&found, change, request.expires) {
        faults.note(
            "expires",
            enough_of(tx, found, -change, date, request.reason)?,
        );
    }
    faults.into_result()?;
    let (Some(found), Some(change)) = (found, change) else {
        return Err(Error::Internal("a fault was not told".to_owned()));
    };
    let (product_id, sku) = (found.product.product_id, found.product.sku);
    let day = days::enter(tx, now)?;
    let posting = Posting {
        product_id,
        sku: &sku,
        kind: MovementKind::Adjustment,
        reason: request.reason.as_str(),
        reference,
        business_date: day.date,
        now,
    };
    let fact = Fact::StockAdjusted {
        reason: request.reason,
        moves: match request.expires {
            Some(_) => ledger::take_dated(tx, &posting, request.expires, -change)?,
            None => settle(tx, &posting, change)?,
        },
    };
    events::append(tx, now, day.date, &fact)?;
    let adjustment = Adjustment {
        id: reference.to_owned(),
        quantity: change,
        reason: request.reason,
        on_hand: ledger::on_hand(tx, product_id)?,
        business_date: day.date,
        ledger_seq: ledger::last_seq(tx)?,
        sku,
    };
    if let Some(note) = note.filter(|note| !note.is_empty() || by != BY_API) {
        purchases::remark(tx, reference, &note, by)?;
    }
    let told = Told {
        adjustment: &adjustment,
        note: request.note.as_deref(),
    };
    let detail = detail(&told)?;
    audit::record(tx, now, by, "stock.adjusted", reference, &detail)?;
    Ok(adjustment)
}

/// Whether so much is there of one date to leave.
fn enough_of(
    tx: &WriteTx<'_>,
    found: &Measured,
    leaving: Quantity,
    date: NaiveDate,
    reason: AdjustmentReason,
) -> Result<Result<(), String>> {
    if reason == AdjustmentReason::Correction {
        return Ok(Err("is not for a correction".to_owned()));
    }
    let there: Quantity = ledger::balances(tx, found.product.product_id)?
        .into_iter()
        .filter(|balance| balance.expires == Some(date))
        .map(|balance| balance.quantity)
        .sum();
    if leaving > there {
        let there = there.in_unit(found.product.main_factor);
        return Ok(Err(format!(
            "only {there} {} of {date} are there",
            found.product.main_unit
        )));
    }
    Ok(Ok(()))
}

/// The change of stock in base units.
fn change(request: &AdjustmentRequest, found: &Measured) -> Result<Quantity, String> {
    let (base, factor) = (found.product.base_unit, found.factor);
    if request.reason != AdjustmentReason::Correction {
        return request.quantity.positive(base, factor).map(|left| -left);
    }
    match request.quantity.base_units(base, factor)? {
        Quantity::ZERO => Err("must not be 0".to_owned()),
        change => Ok(change),
    }
}
