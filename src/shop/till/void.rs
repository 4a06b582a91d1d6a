//! Taking all of a sale back. Some of it is a return.

use super::no_sale;
use super::receipt::Sale;
use super::refund::Standing;
use super::returns::Refund;
use crate::error::Result;
use crate::model::{Money, MovementKind, Quantity};
use crate::shop::outcome::Outcome;
use crate::shop::store::customers::{self, Charge};
use crate::shop::store::daily::{self, Flow};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::sales::{self as rows, VoidRow};
use crate::shop::store::{audit, events, returns};
use crate::store::WriteTx;
use crate::wire::event::Fact;

/// Why a sale is taken back, and how its money goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidRequest {
    /// Why, 1 to 200 characters.
    pub reason: String,
    /// How what was paid by QRIS or transfer goes back: [`Refund::Cash`] or [`Refund::Transfer`]. Without it, the way it
    /// came. Cash goes back in cash, and what was put on an account is taken off it, whatever is said here.
    pub refund: Option<Refund>,
}

pub(super) fn void(
    tx: &WriteTx<'_>,
    now: &Moment,
    id: &str,
    request: &VoidRequest,
    by: &str,
) -> Result<Outcome<Sale>> {
    let reason = request.reason.as_str();
    let way = request.refund.map_or("", Refund::as_str);
    let sale = rows::by_id(tx, id)?.ok_or_else(|| no_sale(id))?;
    if let Some(earlier) = rows::void_of(tx, id)? {
        return Ok(if earlier.reason == reason && earlier.refund == way {
            Outcome::Already(Sale::load(tx, sale)?)
        } else {
            Outcome::Conflict(format!(
                "the sale {id} was taken back already: {}",
                earlier.reason
            ))
        });
    }
    if !returns::of_sale(tx, id)?.is_empty() {
        return Ok(Outcome::Conflict(format!(
            "some of the sale {id} came back already: take back the rest of it as a return"
        )));
    }
    let day = days::enter(tx, now)?;
    let mut moves = Vec::new();
    let mut returned: Vec<i64> = Vec::new();
    for line in rows::lines(tx, id)? {
        // A product may be on several lines; the ledger is asked once for all of them.
        if !returned.contains(&line.product_id) {
            returned.push(line.product_id);
            let posting = Posting {
                product_id: line.product_id,
                sku: &line.sku,
                kind: MovementKind::Void,
                reason: "",
                reference: id,
                business_date: day.date,
                now,
            };
            moves.extend(ledger::reverse(tx, &posting, MovementKind::Sale)?);
        }
        // The demand was none on the day of the sale, whenever the goods come back.
        let less = Flow {
            sold: Quantity::ZERO - line.quantity,
            ..Flow::default()
        };
        daily::add(tx, line.product_id, sale.business_date, less)?;
    }
    let standing = Standing::load(tx, id)?;
    let split = standing.undone(sale.total);
    let row = VoidRow {
        reason: reason.to_owned(),
        refund: way.to_owned(),
        given_up: split.given_up,
        business_date: day.date,
        voided_at_utc: now.text(),
        amount: sale.total,
        by: by.to_owned(),
        recovered: false,
    };
    rows::insert_void(tx, id, &row)?;
    if let Some(debtor) = &standing.debtor
        && split.off_debt > Money::ZERO
    {
        let charge = Charge {
            customer_id: &debtor.customer_id,
            kind: "void",
            amount: -split.off_debt,
            method: "",
            reference: id,
            note: reason,
            by,
            business_date: day.date,
        };
        customers::charge(tx, now, &charge)?;
    }
    let fact = Fact::SaleVoided {
        sale_id: id.to_owned(),
        sale_date: sale.business_date,
        moves,
    };
    events::append(tx, now, day.date, &fact)?;
    let detail = format!("receipt {}, {}: {reason}", sale.number, sale.total.0);
    audit::record(tx, now, by, "sale.voided", id, &detail)?;
    Ok(Outcome::Recorded(Sale::load(tx, sale)?))
}
