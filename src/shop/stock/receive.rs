//! Goods that came in.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::measure;
use crate::error::{Error, Result};
use crate::model::{Money, MovementKind, Quantity, Sku};
use crate::shop::faults::{Faults, optional_text};
use crate::shop::figure::Figure;
use crate::shop::products::check_price;
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, NewLot, Posting};
use crate::shop::store::products::{self, Sellable};
use crate::shop::store::{audit, events};
use crate::store::WriteTx;
use crate::wire::event::Fact;

/// The most lines of one request that changes stock.
pub(super) const LINES_LIMIT: usize = 2000;

/// Goods bought elsewhere than from the hub.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StockReceiptRequest {
    /// Makes sending again harmless: 1 to 64 letters, digits, `-`, `_`.
    pub id: Option<String>,
    /// What came, each line a lot of its own.
    pub lines: Vec<StockReceiptLineRequest>,
    /// Who it came from.
    pub supplier: Option<String>,
}

/// A line of goods that came in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StockReceiptLineRequest {
    /// The product's code.
    pub sku: String,
    /// How many of the unit, more than 0.
    pub quantity: Figure,
    /// The unit; by default the product's main unit.
    pub unit: Option<String>,
    /// Best before.
    #[schema(value_type = Option<String>, format = Date)]
    pub expires: Option<NaiveDate>,
    /// Paid for one of the unit, rupiah; becomes the product's cost.
    pub cost: Option<i64>,
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StockReceipt {
    /// The request's identity, or the one it was given.
    pub id: String,
    /// The trading day.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
    /// The lines.
    pub lines: Vec<StockReceiptLine>,
    /// The ledger's last movement after it.
    pub ledger_seq: i64,
}

/// A line that was taken in, base units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StockReceiptLine {
    /// The product's code.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// What came in.
    #[schema(value_type = i64)]
    pub quantity: Quantity,
    /// Best before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires: Option<NaiveDate>,
    /// On hand after this line.
    #[schema(value_type = i64)]
    pub on_hand: Quantity,
}

/// A checked line.
pub(super) struct Line {
    pub product: Sellable,
    pub quantity: Quantity,
    pub expires: Option<NaiveDate>,
    /// Per main unit.
    pub cost: Option<Money>,
    /// Whether that becomes the product's cost.
    pub sets_cost: bool,
}

pub(super) fn receive(
    tx: &WriteTx<'_>,
    now: &Moment,
    reference: &str,
    request: &StockReceiptRequest,
) -> Result<StockReceipt> {
    let mut faults = Faults::default();
    let supplier = request.supplier.as_deref().unwrap_or_default();
    let supplier = faults.note("supplier", optional_text(supplier, 80));
    check_length(&mut faults, request.lines.len());
    let mut lines = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().take(LINES_LIMIT).enumerate() {
        lines.extend(check_line(tx, &mut faults, index, line)?);
    }
    faults.into_result()?;
    let taken_in = take_in(
        tx,
        now,
        reference,
        supplier.as_deref().unwrap_or_default(),
        lines,
    )?;
    let receipt = StockReceipt {
        id: reference.to_owned(),
        business_date: days::enter(tx, now)?.date,
        lines: taken_in,
        ledger_seq: ledger::last_seq(tx)?,
    };
    audit::record(
        tx,
        now,
        "stock",
        "stock.received",
        reference,
        &detail(&receipt)?,
    )?;
    Ok(receipt)
}

/// Brings checked lines in, each as a lot of its own, and tells the hub.
pub(super) fn take_in(
    tx: &WriteTx<'_>,
    now: &Moment,
    reference: &str,
    origin: &str,
    lines: Vec<Line>,
) -> Result<Vec<StockReceiptLine>> {
    let day = days::enter(tx, now)?;
    let (mut moves, mut taken_in) = (Vec::new(), Vec::with_capacity(lines.len()));
    for line in lines {
        let posting = Posting {
            product_id: line.product.product_id,
            sku: &line.product.sku,
            kind: MovementKind::Receipt,
            reason: "",
            reference,
            business_date: day.date,
            now,
        };
        let lot = NewLot {
            expires: line.expires,
            origin,
            cost: line.cost.map(|cost| cost.0),
        };
        moves.extend(ledger::bring_in(tx, &posting, line.quantity, &lot)?);
        if let Some(cost) = line.cost.filter(|_| line.sets_cost) {
            products::set_cost(tx, line.product.product_id, cost, now)?;
        }
        taken_in.push(StockReceiptLine {
            on_hand: ledger::on_hand(tx, line.product.product_id)?,
            sku: line.product.sku,
            quantity: line.quantity,
            expires: line.expires,
        });
    }
    events::append(tx, now, day.date, &Fact::StockReceived { moves })?;
    Ok(taken_in)
}

/// An answer as the detail of its audit entry.
pub(super) fn detail(answer: &impl Serialize) -> Result<String> {
    serde_json::to_string(answer)
        .map_err(|error| Error::Internal(format!("describing a change of stock: {error}")))
}

pub(super) fn check_length(faults: &mut Faults, lines: usize) {
    if lines == 0 {
        faults.add("lines", "are missing");
    } else if lines > LINES_LIMIT {
        faults.add("lines", format!("are more than {LINES_LIMIT}"));
    }
}

fn check_line(
    tx: &WriteTx<'_>,
    faults: &mut Faults,
    index: usize,
    line: &StockReceiptLineRequest,
) -> Result<Option<Line>> {
    let prefix = format!("lines[{index}].");
    let found = measure::find(tx, faults, &prefix, &line.sku, line.unit.as_deref())?;
    let Some(found) = found else {
        return Ok(None);
    };
    let quantity = line
        .quantity
        .positive(found.product.base_unit, found.factor);
    let quantity = faults.note(format!("{prefix}quantity"), quantity);
    let per_main_unit = |cost: i64| {
        let cost = Money::for_quantity(check_price(cost)?, found.factor, found.product.main_factor);
        check_price(cost.0)
    };
    let cost = line.cost.map(per_main_unit).transpose();
    let cost = faults.note(format!("{prefix}cost"), cost).flatten();
    if line.expires.is_some_and(|date| !is_shelf_date(date)) {
        faults.add(
            format!("{prefix}expires"),
            "must be from 2000-01-01 to 2199-12-31",
        );
    }
    Ok(quantity.map(|quantity| Line {
        product: found.product,
        quantity,
        cost,
        sets_cost: true,
        expires: line.expires,
    }))
}

/// A date that goods can have; another is a slip of the finger.
pub(in crate::shop) fn is_shelf_date(date: NaiveDate) -> bool {
    (2000..2200).contains(&date.year())
}
