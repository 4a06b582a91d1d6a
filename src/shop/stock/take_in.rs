//! Taking in what a list of goods holds, once all of it is right.

use chrono::NaiveDate;

use super::measure::{self, Measured};
use super::purchase::{Purchase, PurchaseContent, PurchaseEntry};
use super::receive::{self, Line};
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};
use crate::shop::consignment;
use crate::shop::drawer::Reason;
use crate::shop::faults::{Faults, optional_text};
use crate::shop::products::check_price;
use crate::shop::store::days::{self, Moment};
use crate::shop::store::drawer::{self, EntryRow};
use crate::shop::store::info::ShopInfo;
use crate::shop::store::purchases::{self as rows, PurchaseLineRow, PurchaseRow};
use crate::shop::store::{audit, ledger};
use crate::store::WriteTx;

/// A checked line.
struct Checked {
    found: Measured,
    unit: String,
    quantity: Quantity,
    expires: Option<NaiveDate>,
    total: Option<Money>,
    keeps_cost: bool,
}

impl Checked {
    /// Paid per main unit.
    fn cost(&self) -> Option<Money> {
        let per = self.quantity.0;
        self.total
            .map(|total| Money::for_quantity(total, per, self.found.product.main_factor))
    }
}

/// Takes in what an open list holds: lots, costs, what was paid, event and audit entry.
pub(super) fn save(
    tx: &WriteTx<'_>,
    now: &Moment,
    info: &ShopInfo,
    id: &str,
    content: &PurchaseContent,
    by: &str,
) -> Result<Purchase> {
    let mut faults = Faults::default();
    let supplier = faults.note("supplier", optional_text(&content.supplier, 80));
    let note = faults.note("note", optional_text(&content.note, 200));
    if !["drawer", "other", "unpaid"].contains(&content.paid_how.as_str()) {
        faults.add("paid_how", "must be drawer, other or unpaid");
    }
    receive::check_length(&mut faults, content.lines.len());
    let mut lines = Vec::with_capacity(content.lines.len());
    for (index, entry) in content.lines.iter().enumerate() {
        lines.extend(check(tx, &mut faults, index, entry, content)?);
    }
    faults.into_result()?;
    let supplier = supplier.unwrap_or_default();
    if let Some(consignor) = &content.consignor {
        let skus: Vec<(i64, Sku)> = lines
            .iter()
            .map(|line| {
                (
                    line.found.product.product_id,
                    line.found.product.sku.clone(),
                )
            })
            .collect();
        consignment::leave(tx, now, info, consignor, &skus, by)?;
    }
    let mut kept = Vec::with_capacity(lines.len());
    let mut taken = Vec::with_capacity(lines.len());
    for line in lines {
        let (before, paid) = (line.found.product.cost, line.cost());
        let sets_cost = paid.is_some() && !line.keeps_cost;
        kept.push(PurchaseLineRow {
            product_id: line.found.product.product_id,
            sku: line.found.product.sku.clone(),
            name: line.found.product.name.clone(),
            unit: line.unit,
            factor: line.found.factor,
            quantity: line.quantity,
            expires: line.expires,
            total: line.total,
            cost: (before, paid.filter(|_| sets_cost).unwrap_or(before)),
        });
        taken.push(Line {
            product: line.found.product,
            quantity: line.quantity,
            expires: line.expires,
            cost: paid,
            sets_cost,
        });
    }
    receive::take_in(tx, now, id, &supplier, taken)?;
    let total: Money = kept.iter().filter_map(|line| line.total).sum();
    let left = content.consignor.is_some();
    // Goods that stay somebody else's are paid for when they have sold.
    let how = if left { "unpaid" } else { &content.paid_how };
    let paid = if how == "unpaid" { Money::ZERO } else { total };
    let head = PurchaseRow {
        id: id.to_owned(),
        kind: if left { "left" } else { "bought" }.to_owned(),
        supplier,
        consignor: content.consignor.clone(),
        total,
        paid_how: how.to_owned(),
        paid,
        paid_from_drawer: if how == "drawer" { paid } else { Money::ZERO },
        note: note.unwrap_or_default(),
        by: by.to_owned(),
        business_date: days::enter(tx, now)?.date,
        at: now.text(),
    };
    rows::insert(tx, &head)?;
    pay_out(tx, now, &head)?;
    rows::insert_lines(tx, id, &kept)?;
    rows::remark(tx, id, &head.note, by)?;
    rows::close_draft(tx, id, "saved", now)?;
    let goods: Vec<serde_json::Value> = kept
        .iter()
        .map(|line| {
            serde_json::json!({ "sku": line.sku, "quantity": line.quantity, "total": line.total,
                "cost": { "was": line.cost.0, "is": line.cost.1 } })
        })
        .collect();
    let detail = serde_json::json!({ "kind": head.kind, "supplier": head.supplier, "total": head.total,
        "paid_from_drawer": head.paid_from_drawer, "lines": goods, "ledger_seq": ledger::last_seq(tx)? });
    audit::record(tx, now, by, "stock.received", id, &detail.to_string())?;
    Ok(Purchase { head, lines: kept })
}

/// Takes what was paid out of the drawer's book too.
pub(in crate::shop) fn pay_out(tx: &WriteTx<'_>, now: &Moment, head: &PurchaseRow) -> Result<()> {
    if head.paid_from_drawer == Money::ZERO {
        return Ok(());
    }
    let entry = EntryRow {
        id: head.id.clone(),
        kind: "out".to_owned(),
        amount: head.paid_from_drawer,
        reason: Reason::Goods.as_str().to_owned(),
        note: head.supplier.clone(),
        by: head.by.clone(),
        business_date: head.business_date,
        at_utc: now.text(),
    };
    drawer::insert_entry(tx, &entry)
}

fn check(
    tx: &WriteTx<'_>,
    faults: &mut Faults,
    index: usize,
    entry: &PurchaseEntry,
    content: &PurchaseContent,
) -> Result<Option<Checked>> {
    let prefix = format!("lines[{index}].");
    let Some(found) = measure::find(tx, faults, &prefix, &entry.sku, Some(&entry.unit))? else {
        return Ok(None);
    };
    let quantity = content
        .figure(entry)
        .positive(found.product.base_unit, found.factor);
    let quantity = faults.note(format!("{prefix}quantity"), quantity);
    let price = match entry.price.trim() {
        "" => Ok(None),
        text => measure::rupiah(text).and_then(check_price).map(Some),
    };
    let price = faults.note(format!("{prefix}price"), price).flatten();
    let expires = match entry.expires.trim() {
        "" => Ok(None),
        text => text
            .parse::<NaiveDate>()
            .ok()
            .filter(|date| receive::is_shelf_date(*date))
            .map(Some)
            .ok_or_else(|| "must be a date from 2000-01-01 to 2199-12-31".to_owned()),
    };
    let expires = faults.note(format!("{prefix}expires"), expires).flatten();
    let (Some(quantity), total) = (quantity, price) else {
        return Ok(None);
    };
    let total = total.map(|price| match entry.for_all {
        true => price,
        false => Money::for_quantity(price, found.factor, quantity.0),
    });
    let checked = Checked {
        unit: entry.unit.trim().to_owned(),
        quantity,
        expires,
        total,
        keeps_cost: entry.keeps_cost,
        found,
    };
    let beyond = |amount: Money| check_price(amount.0).is_err();
    if checked.total.is_some_and(beyond) || checked.cost().is_some_and(beyond) {
        faults.add(
            format!("{prefix}price"),
            format!("comes to more than {}", Money::LIMIT.0),
        );
    }
    if content.consignor.is_some()
        && checked.total.is_none()
        && checked.found.product.cost == Money::ZERO
    {
        faults.add(
            format!("{prefix}price"),
            "is missing: what is agreed for one?",
        );
    }
    Ok(Some(checked))
}
