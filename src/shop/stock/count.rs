//! Stock counts.
//!
//! Counting takes time and the shop goes on selling. A count therefore says which movement of the ledger it was taken
//! at; the difference is what was counted less what the ledger held then, and it holds whatever was sold since.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::measure;
use super::receive::{check_length, detail};
use crate::error::Result;
use crate::model::{MovementKind, Quantity, Sku};
use crate::shop::faults::Faults;
use crate::shop::figure::Figure;
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::products::Sellable;
use crate::shop::store::{audit, events};
use crate::store::WriteTx;
use crate::wire::event::{Fact, LotMove};

/// What was counted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountRequest {
    /// Makes sending again harmless: 1 to 64 letters, digits, `-`, `_`.
    pub id: Option<String>,
    /// What was counted of each product. Several lines of one product (cartons and pieces) are added up.
    pub lines: Vec<CountLineRequest>,
}

/// A counted product.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountLineRequest {
    /// The product's code.
    pub sku: String,
    /// How many of the unit there are; 0 for none. Also taken under the name `quantity`, as receipts have it.
    #[serde(alias = "quantity")]
    pub counted: Figure,
    /// The unit; by default the product's main unit.
    pub unit: Option<String>,
    /// The `ledger_seq` of the figures it was counted against; by default now.
    pub at_seq: Option<i64>,
}

/// What a count changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Count {
    /// The request's identity, or the one it was given.
    pub id: String,
    /// The trading day.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
    /// The products, in the order of their codes.
    pub lines: Vec<CountLine>,
    /// The ledger's last movement after it.
    pub ledger_seq: i64,
}

/// What a count changed of a product, base units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountLine {
    /// The product's code.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// What was counted.
    #[schema(value_type = i64)]
    pub counted: Quantity,
    /// What that is more than the book said, or less if negative.
    #[schema(value_type = i64)]
    pub difference: Quantity,
    /// On hand by the book after the count.
    #[schema(value_type = i64)]
    pub on_hand: Quantity,
}

/// A product with all that was counted of it.
pub(super) struct Sum {
    pub product: Sellable,
    pub quantity: Quantity,
    pub at_seq: i64,
}

pub(super) fn count(
    tx: &WriteTx<'_>,
    now: &Moment,
    reference: &str,
    request: &CountRequest,
) -> Result<Count> {
    let lines = settle_all(tx, now, reference, check(tx, request)?)?;
    let count = Count {
        id: reference.to_owned(),
        business_date: days::enter(tx, now)?.date,
        lines,
        ledger_seq: ledger::last_seq(tx)?,
    };
    audit::record(
        tx,
        now,
        "stock",
        "stock.counted",
        reference,
        &detail(&count)?,
    )?;
    Ok(count)
}

/// Sets the book to what was counted of each product, and tells the hub of the differences.
pub(super) fn settle_all(
    tx: &WriteTx<'_>,
    now: &Moment,
    reference: &str,
    counted: BTreeMap<Sku, Sum>,
) -> Result<Vec<CountLine>> {
    let day = days::enter(tx, now)?;
    let (mut moves, mut lines) = (Vec::new(), Vec::with_capacity(counted.len()));
    for (sku, line) in counted {
        let product_id = line.product.product_id;
        // A count that came in meanwhile has set the book right already; only what it left open is missing.
        let difference = line.quantity - book_at(tx, product_id, line.at_seq)?;
        let posting = Posting {
            product_id,
            sku: &sku,
            kind: MovementKind::Count,
            reason: "",
            reference,
            business_date: day.date,
            now,
        };
        moves.extend(settle(tx, &posting, difference)?);
        lines.push(CountLine {
            on_hand: ledger::on_hand(tx, product_id)?,
            sku,
            counted: line.quantity,
            difference,
        });
    }
    if !moves.is_empty() {
        events::append(tx, now, day.date, &Fact::StockCounted { moves })?;
    }
    Ok(lines)
}

/// The book that a count is held against: what the ledger had at movement `at_seq`, with what other counts have put
/// right since.
pub(super) fn book_at(connection: &Connection, product_id: i64, at_seq: i64) -> Result<Quantity> {
    Ok(ledger::on_hand_at(connection, product_id, at_seq)?
        + ledger::counted_since(connection, product_id, at_seq)?)
}

/// Moves a difference: what was found has no known date, what is missing went first expired first.
pub(in crate::shop) fn settle(
    tx: &WriteTx<'_>,
    posting: &Posting<'_>,
    difference: Quantity,
) -> Result<Vec<LotMove>> {
    if difference >= Quantity::ZERO {
        ledger::add_undated(tx, posting, difference)
    } else {
        ledger::take(tx, posting, -difference)
    }
}

fn check(tx: &WriteTx<'_>, request: &CountRequest) -> Result<BTreeMap<Sku, Sum>> {
    let mut faults = Faults::default();
    check_length(&mut faults, request.lines.len());
    let last = ledger::last_seq(tx)?;
    let mut products: BTreeMap<Sku, Sum> = BTreeMap::new();
    for (index, line) in request
        .lines
        .iter()
        .take(super::receive::LINES_LIMIT)
        .enumerate()
    {
        let prefix = format!("lines[{index}].");
        let at_seq = line.at_seq.unwrap_or(last);
        if !(0..=last).contains(&at_seq) {
            let message = format!("must be 0 to {last}, the ledger's last movement");
            faults.add(format!("{prefix}at_seq"), message);
        }
        let found = measure::find(tx, &mut faults, &prefix, &line.sku, line.unit.as_deref())?;
        let Some(found) = found else { continue };
        let counted = line
            .counted
            .base_units(found.product.base_unit, found.factor)
            .and_then(|counted| {
                (counted >= Quantity::ZERO)
                    .then_some(counted)
                    .ok_or_else(|| "must be 0 or more".to_owned())
            });
        let Some(counted) = faults.note(format!("{prefix}counted"), counted) else {
            continue;
        };
        match products.get_mut(&found.product.sku) {
            Some(earlier) if earlier.at_seq == at_seq => earlier.quantity += counted,
            Some(_) => faults.add(
                format!("{prefix}at_seq"),
                "differs from that of another line of the product",
            ),
            None => {
                let counted = Sum {
                    quantity: counted,
                    at_seq,
                    product: found.product,
                };
                products.insert(counted.product.sku.clone(), counted);
            }
        }
    }
    faults.into_result()?;
    Ok(products)
}
