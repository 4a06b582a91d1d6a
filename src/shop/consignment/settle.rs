//! Settling with somebody who left goods.

use std::collections::BTreeMap;

use super::rows::{self, SettlementLine};
use super::{Settlement, consignor, settlement};
use crate::error::{Error, Result};
use crate::model::{AdjustmentReason, Money, MovementKind, Quantity, SaleId};
use crate::shop::faults::Faults;
use crate::shop::outcome::Outcome;
use crate::shop::stock::{pay_out, settle as move_difference};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::purchases::{self, PurchaseRow};
use crate::shop::store::{audit, events, products};
use crate::store::WriteTx;
use crate::wire::event::Fact;

/// What was counted together with a consignor, and what was paid.
#[derive(Debug, Clone)]
pub struct SettlementRequest {
    /// Makes sending again harmless: 1 to 64 letters, digits, `-`, `_`.
    pub id: String,
    /// The last movement of the consignor's goods when they were counted.
    pub at_seq: i64,
    /// Their goods; one that is not mentioned stays unsettled.
    pub lines: Vec<SettlementLineRequest>,
    /// Rupiah paid now; at most what is owed.
    pub paid: i64,
    /// Out of the drawer.
    pub from_drawer: bool,
}

/// What was counted of one product, base units.
#[derive(Debug, Clone)]
pub struct SettlementLineRequest {
    /// Its code.
    pub sku: String,
    /// What the consignor takes back now.
    pub returned: Quantity,
    /// What stays in the shop.
    pub remaining: Quantity,
}

pub(super) fn settle(
    tx: &WriteTx<'_>,
    now: &Moment,
    who: &str,
    request: &SettlementRequest,
    by: &str,
) -> Result<Outcome<Settlement>> {
    let id = SaleId::parse(&request.id).map_err(|error| Error::invalid("id", error.to_string()))?;
    let id = id.as_str();
    if let Some(known) = purchases::by_id(tx, id)? {
        let theirs = known.kind == "settled" && known.consignor.as_deref() == Some(who);
        if theirs && is_same(tx, &known, request)? {
            return settlement(tx, id).map(Outcome::Already);
        }
        return Ok(Outcome::Conflict(format!(
            "{id:?} was recorded before with other figures"
        )));
    }
    let owed_before = consignor(tx, who)?;
    let standing = rows::standing(tx, who)?;
    if standing.iter().any(|row| row.last_seq > request.at_seq) {
        return Err(Error::Conflict(
            "goods were sold or moved since they were counted; look again".to_owned(),
        ));
    }
    let mut faults = Faults::default();
    let mut asked = BTreeMap::new();
    for (index, line) in request.lines.iter().enumerate() {
        let sound = |quantity: Quantity| (0..=Quantity::LIMIT.0).contains(&quantity.0);
        for (field, quantity) in [("returned", line.returned), ("remaining", line.remaining)] {
            if !sound(quantity) {
                faults.add(
                    format!("lines[{index}].{field}"),
                    format!("must be 0 to {}", Quantity::LIMIT),
                );
            }
        }
        if !standing.iter().any(|row| row.sku.as_str() == line.sku) {
            let message = format!("{:?} is none of {}'s goods", line.sku, owed_before.name);
            faults.add(format!("lines[{index}].sku"), message);
        }
        asked.insert(line.sku.as_str(), line);
    }
    faults.into_result()?;
    let mut lines = Vec::with_capacity(standing.len());
    let mut wanted = Vec::with_capacity(standing.len());
    for row in &standing {
        let Some(line) = asked.get(row.sku.as_str()) else {
            continue;
        };
        let sold = row.sold(line.returned, line.remaining);
        lines.push(SettlementLine {
            product_id: row.product_id,
            name: row.name.clone(),
            unit: row.unit.clone(),
            opening: row.opening,
            came: row.came,
            returned: row.returned + line.returned,
            remaining: line.remaining,
            sold,
            cost: row.cost,
            amount: Money::for_quantity(row.cost, row.unit.1, sold.0),
        });
        wanted.push((row, *line));
    }
    let total: Money = lines.iter().map(|line| line.amount).sum();
    let owed = owed_before.balance + total;
    if !(0..=owed.0.max(0)).contains(&request.paid) {
        return Err(Error::invalid(
            "paid",
            format!("must be 0 to {}, what is owed", owed.0.max(0)),
        ));
    }
    move_goods(tx, now, id, who, &wanted)?;
    let paid = Money(request.paid);
    let head = PurchaseRow {
        id: id.to_owned(),
        kind: "settled".to_owned(),
        supplier: owed_before.name,
        consignor: Some(who.to_owned()),
        total,
        paid_how: match (paid == Money::ZERO, request.from_drawer) {
            (true, _) => "unpaid",
            (_, true) => "drawer",
            (_, false) => "other",
        }
        .to_owned(),
        paid,
        paid_from_drawer: if request.from_drawer {
            paid
        } else {
            Money::ZERO
        },
        note: String::new(),
        by: by.to_owned(),
        business_date: days::enter(tx, now)?.date,
        at: now.text(),
    };
    purchases::insert(tx, &head)?;
    pay_out(tx, now, &head)?;
    rows::insert_lines(tx, id, &lines)?;
    purchases::remark(tx, id, "", by)?;
    let detail = serde_json::json!({ "consignor": head.supplier, "total": total, "paid": paid,
        "paid_from_drawer": head.paid_from_drawer, "ledger_seq": ledger::last_seq(tx)? });
    audit::record(tx, now, by, "consignment.settled", id, &detail.to_string())?;
    Ok(Outcome::Recorded(Settlement { head, lines }))
}

/// Whether a settlement that was recorded is what is asked for now.
fn is_same(tx: &WriteTx<'_>, known: &PurchaseRow, request: &SettlementRequest) -> Result<bool> {
    let recorded = rows::lines(tx, &known.id)?;
    let mut same = recorded.len() == request.lines.len() && known.paid.0 == request.paid;
    // Where nothing was paid it was paid out of nothing.
    same &= request.paid == 0 || request.from_drawer == (known.paid_how == "drawer");
    for line in &request.lines {
        let product = products::sellable(tx, &line.sku)?.map(|product| product.product_id);
        let found = recorded
            .iter()
            .find(|recorded| Some(recorded.product_id) == product);
        same &= match found {
            Some(found) => {
                found.remaining == line.remaining
                    && rows::returned_with(tx, &known.id, found.product_id)? == line.returned
            }
            None => false,
        };
    }
    Ok(same)
}

/// Sets the book: what went back, what the count of the rest says, and from where the next settlement begins.
fn move_goods(
    tx: &WriteTx<'_>,
    now: &Moment,
    reference: &str,
    who: &str,
    goods: &[(&rows::StandingRow, &SettlementLineRequest)],
) -> Result<()> {
    let date = days::enter(tx, now)?.date;
    let (mut back, mut counted) = (Vec::new(), Vec::new());
    for (row, line) in goods {
        let posting = Posting {
            product_id: row.product_id,
            sku: &row.sku,
            kind: MovementKind::Adjustment,
            reason: AdjustmentReason::Return.as_str(),
            reference,
            business_date: date,
            now,
        };
        if line.returned > Quantity::ZERO {
            back.extend(ledger::take(tx, &posting, line.returned)?);
        }
        let found = Posting {
            kind: MovementKind::Count,
            reason: "",
            ..posting
        };
        let difference = line.remaining - ledger::on_hand(tx, row.product_id)?;
        counted.extend(move_difference(tx, &found, difference)?);
    }
    if !back.is_empty() {
        let reason = AdjustmentReason::Return;
        events::append(
            tx,
            now,
            date,
            &Fact::StockAdjusted {
                reason,
                moves: back,
            },
        )?;
    }
    if !counted.is_empty() {
        events::append(tx, now, date, &Fact::StockCounted { moves: counted })?;
    }
    let end = ledger::last_seq(tx)?;
    for (row, line) in goods {
        rows::settle_from(tx, row.product_id, who, line.remaining, end)?;
    }
    Ok(())
}
