//! Sales of this copy that another copy took back: they cannot be taken back again here.

use super::effect::RECOVERED;
use crate::error::Result;
use crate::model::{Money, Quantity};
use crate::shop::store::audit;
use crate::shop::store::customers::{self, Charge};
use crate::shop::store::days::Moment;
use crate::shop::store::returns::{self, ReturnLineRow, ReturnRow};
use crate::shop::store::sales::{self, SaleRow, VoidRow};
use crate::shop::till::refund;
use crate::store::WriteTx;
use crate::wire::event::LotMove;

/// All of a sale.
pub(super) fn void(tx: &WriteTx<'_>, now: &Moment, sale_id: &str) -> Result<()> {
    let Some(sale) = sales::by_id(tx, sale_id)? else {
        return Ok(());
    };
    if sales::void_of(tx, sale_id)?.is_some() {
        return Ok(());
    }
    let void = VoidRow {
        reason: RECOVERED.to_owned(),
        // The day on which it was taken back may be one that only the other copy has opened.
        business_date: sale.business_date,
        voided_at_utc: now.text(),
        amount: sale.total,
        refund: String::new(),
        given_up: Money::ZERO,
        by: RECOVERED.to_owned(),
        recovered: true,
    };
    sales::insert_void(tx, sale_id, &void)?;
    if let Some((customer_id, charged)) = returns::charge_of(tx, sale_id)? {
        forgive(tx, now, &sale, &customer_id, ("void", sale_id, charged))?;
    }
    audit::record(tx, now, "sync", "sale.voided", sale_id, RECOVERED)
}

/// Some of a sale. Which line it was of is not told: it is taken from the lines of the product in their order.
pub(super) fn some(
    tx: &WriteTx<'_>,
    now: &Moment,
    return_id: &str,
    sale_id: &str,
    moves: &[LotMove],
) -> Result<()> {
    let Some(sale) = sales::by_id(tx, sale_id)? else {
        return Ok(());
    };
    if returns::by_id(tx, return_id)?.is_some() {
        return Ok(());
    }
    let lines = shared_out(tx, &sale, moves)?;
    let back: Vec<(i64, Quantity)> = lines
        .iter()
        .map(|line| (line.line_no, line.quantity))
        .collect();
    let charge = returns::charge_of(tx, sale_id)?;
    let amount = refund::due(tx, &sale, &back)?.amount;
    let off_debt = charge
        .as_ref()
        .map_or(Money::ZERO, |(_, charged)| amount.min(*charged));
    let row = ReturnRow {
        id: return_id.to_owned(),
        sale_id: sale_id.to_owned(),
        content_hash: [0; 32],
        reason: RECOVERED.to_owned(),
        // How the money went back is nowhere told; what was bought on credit is owed no longer.
        method: if charge.is_some() { "debt" } else { "cash" }.to_owned(),
        amount,
        off_debt,
        given_up: Money::ZERO,
        by: RECOVERED.to_owned(),
        business_date: sale.business_date,
        returned_at_utc: now.text(),
        recovered: true,
    };
    returns::insert(tx, &row, &lines)?;
    if let Some((customer_id, _)) = charge {
        let debt = ("return", return_id, off_debt);
        forgive(tx, now, &sale, &customer_id, debt)?;
    }
    audit::record(tx, now, "sync", "sale.returned", sale_id, RECOVERED)
}

/// Takes what came back off the debt that the sale made: its kind, what it refers to, and how much.
fn forgive(
    tx: &WriteTx<'_>,
    now: &Moment,
    sale: &SaleRow,
    customer_id: &str,
    (kind, reference, amount): (&str, &str, Money),
) -> Result<()> {
    if amount == Money::ZERO {
        return Ok(());
    }
    let charge = Charge {
        customer_id,
        kind,
        amount: -amount,
        method: "",
        reference,
        note: RECOVERED,
        by: RECOVERED,
        business_date: sale.business_date,
    };
    customers::charge(tx, now, &charge)
}

fn shared_out(tx: &WriteTx<'_>, sale: &SaleRow, moves: &[LotMove]) -> Result<Vec<ReturnLineRow>> {
    let mut shares: Vec<ReturnLineRow> = Vec::new();
    let lines = sales::lines(tx, &sale.id)?;
    for part in moves {
        let mut left = part.quantity;
        for line in lines.iter().filter(|line| line.sku == part.sku) {
            let shared = shares
                .iter_mut()
                .find(|share| share.line_no == line.line_no);
            let already = shared
                .as_ref()
                .map_or(Quantity::ZERO, |share| share.quantity);
            let room = line.quantity - returns::came_back(tx, &sale.id, line.line_no)? - already;
            let share = left.min(room);
            if share <= Quantity::ZERO {
                continue;
            }
            left = left - share;
            match shared {
                Some(earlier) => {
                    earlier.quantity += share;
                    earlier.cost = refund::cost(line, earlier.quantity);
                }
                None => shares.push(ReturnLineRow {
                    line_no: line.line_no,
                    quantity: share,
                    spoiled: Quantity::ZERO,
                    cost: refund::cost(line, share),
                }),
            }
        }
    }
    Ok(shares)
}
