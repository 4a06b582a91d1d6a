//! Recording a sale.

use rusqlite::Connection;

use super::SaleOutcome;
use super::pay::{Paid, pay};
use super::receipt::Receipt;
use super::request::{SaleLineRequest, SaleRequest};
use crate::error::{Error, Result};
use crate::model::{Money, MovementKind, Quantity, SaleId};
use crate::shop::faults::Faults;
use crate::shop::outcome::Outcome;
use crate::shop::products::check_price;
use crate::shop::store::customers::{self, Charge};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::products::{self, Sellable, UnitRow};
use crate::shop::store::sales::{self as rows, LineRow, SaleRow};
use crate::shop::store::shelf::{self, Tier};
use crate::shop::store::{audit, events};
use crate::store::WriteTx;
use crate::wire::event::Fact;

pub(super) fn sell(
    tx: &WriteTx<'_>,
    now: &Moment,
    id: &SaleId,
    request: &SaleRequest,
) -> Result<SaleOutcome> {
    let content_hash = request.digest();
    // Before anything else is looked at: a product may have changed since the first time.
    if let Some(recorded) = rows::by_id(tx, id.as_str())? {
        return Ok(if recorded.content_hash == content_hash {
            Outcome::Already(Receipt::load(tx, recorded)?)
        } else {
            Outcome::Conflict(format!(
                "the sale {id} is recorded with other content, as receipt {}",
                recorded.number
            ))
        });
    }
    let mut faults = Faults::default();
    let mut lines = Vec::with_capacity(request.lines.len());
    for (index, line) in request.lines.iter().enumerate() {
        lines.extend(check_line(tx, &mut faults, index, line)?);
    }
    faults.into_result()?;
    let lines_total: Money = lines.iter().map(|line| line.total).sum();
    if lines_total > Money::LIMIT {
        return Err(Error::invalid(
            "lines",
            format!("come to more than {}", Money::LIMIT.0),
        ));
    }
    let discount = Money(request.discount.unwrap_or(0));
    if discount < Money::ZERO || discount > lines_total {
        let message = format!("must be 0 to the lines' {}", lines_total.0);
        return Err(Error::invalid("discount", message));
    }
    let due = lines_total - discount;
    let paid = pay(tx, &request.payment, due)?;
    let customer = request.payment.customer();
    if paid.debt() > Money::ZERO {
        may_owe(tx, request, paid.debt())?;
    }
    let day = days::enter(tx, now)?;
    let sale = SaleRow {
        id: id.to_string(),
        number: rows::next_number(tx)?,
        content_hash,
        business_date: day.date,
        sold_at_utc: now.text(),
        utc_offset_minutes: now.offset_minutes,
        clock_suspect: day.clock_suspect,
        lines_total,
        discount,
        rounding: paid.total - due,
        total: paid.total,
        payment_method: paid.main_method(),
        tendered: request.payment.tendered.map(Money),
        change: paid.change,
        customer_id: Some(customer.to_owned()).filter(|id| !id.is_empty()),
        note: request.note().to_owned(),
        sold_by: request.by().to_owned(),
    };
    record(tx, now, &sale, lines, &paid)?;
    Ok(Outcome::Recorded(Receipt::load(tx, sale)?))
}

/// Writes a checked sale: rows, what left which lot, event and audit entry.
fn record(
    tx: &WriteTx<'_>,
    now: &Moment,
    sale: &SaleRow,
    lines: Vec<LineRow>,
    paid: &Paid,
) -> Result<()> {
    rows::insert(tx, sale)?;
    rows::insert_payments(tx, &sale.id, &paid.parts)?;
    let actor = match sale.sold_by.as_str() {
        "" => "till",
        by => by,
    };
    if let Some(customer) = &sale.customer_id
        && paid.debt() > Money::ZERO
    {
        if customers::ensure(tx, now, customer, customer)? {
            audit::record(tx, now, actor, "customer.added", customer, customer)?;
        }
        let charge = Charge {
            customer_id: customer,
            kind: "sale",
            amount: paid.debt(),
            method: "",
            reference: &sale.id,
            note: "",
            by: actor,
            business_date: sale.business_date,
        };
        customers::charge(tx, now, &charge)?;
    }
    let mut moves = Vec::with_capacity(lines.len());
    for mut line in lines {
        let there = ledger::on_hand(tx, line.product_id)?;
        line.oversold = there < line.quantity;
        rows::insert_line(tx, &sale.id, &line)?;
        let posting = Posting {
            product_id: line.product_id,
            sku: &line.sku,
            kind: MovementKind::Sale,
            reason: "",
            reference: &sale.id,
            business_date: sale.business_date,
            now,
        };
        moves.extend(ledger::take(tx, &posting, line.quantity)?);
    }
    let fact = Fact::SaleRecorded {
        sale_id: sale.id.clone(),
        moves,
    };
    events::append(tx, now, sale.business_date, &fact)?;
    let detail = format!(
        "receipt {}, total {}, {}",
        sale.number,
        sale.total.0,
        sale.payment_method.as_str()
    );
    audit::record(tx, now, actor, "sale.recorded", &sale.id, &detail)
}

/// Refuses a debt beyond the customer's limit, or of one who buys here no longer.
fn may_owe(tx: &WriteTx<'_>, request: &SaleRequest, debt: Money) -> Result<()> {
    let Some(customer) = customers::by_id(tx, request.payment.customer())? else {
        return Ok(());
    };
    if customer.retired {
        let message = format!("{} buys here no longer", customer.name);
        return Err(Error::invalid("payment.customer_id", message));
    }
    let owed = customer.owed + debt;
    match customer.debt_limit {
        Some(limit) if owed > limit && !request.payment.allow_over_limit => {
            Err(Error::Refused(format!(
                "{} would owe {}, which is more than the limit of {}",
                customer.name, owed.0, limit.0
            )))
        }
        _ => Ok(()),
    }
}

/// A line as it will be written, or nothing when it has faults.
fn check_line(
    tx: &WriteTx<'_>,
    faults: &mut Faults,
    index: usize,
    line: &SaleLineRequest,
) -> Result<Option<LineRow>> {
    let field = |name: &str| format!("lines[{index}].{name}");
    let Some((product, unit_name)) = find(tx, faults, index, line)? else {
        return Ok(None);
    };
    let code = if line.barcode.is_some() {
        "barcode"
    } else {
        "sku"
    };
    if !product.active {
        faults.add(field(code), format!("{} is no longer sold", product.name));
        return Ok(None);
    }
    let Some(unit) = products::unit(tx, product.product_id, &unit_name)? else {
        faults.add(
            field("unit"),
            format!("{} is not sold by {unit_name:?}", product.name),
        );
        return Ok(None);
    };
    let quantity = line.quantity.positive(product.base_unit, unit.factor);
    let Some(quantity) = faults.note(field("quantity"), quantity) else {
        return Ok(None);
    };
    let unit_price = match line.unit_price {
        Some(price) => faults.note(field("unit_price"), check_price(price)),
        None if shelf::has_open_price(tx, product.product_id)? => {
            faults.add(field("unit_price"), "is needed: it has no fixed price");
            None
        }
        None => Some(price_of(
            tx,
            product.product_id,
            &unit_name,
            &unit,
            quantity,
        )?),
    };
    let Some(unit_price) = unit_price else {
        return Ok(None);
    };
    let amount = Money::for_quantity(unit_price, unit.factor, quantity.0);
    if amount > Money::LIMIT {
        faults.add(
            field("quantity"),
            format!("comes to more than {}", Money::LIMIT.0),
        );
        return Ok(None);
    }
    let discount = Money(line.discount.unwrap_or(0));
    if discount < Money::ZERO || discount > amount {
        faults.add(
            field("discount"),
            format!("must be 0 to the line's {}", amount.0),
        );
        return Ok(None);
    }
    Ok(Some(LineRow {
        line_no: index as i64 + 1,
        product_id: product.product_id,
        unit_id: unit.id,
        // Bounded like every amount, so that no sum of costs leaves what can be counted.
        cost: Money::for_quantity(product.cost, product.main_factor, quantity.0).min(Money::LIMIT),
        sku: product.sku,
        name: product.name,
        unit: unit_name,
        factor: unit.factor,
        quantity,
        unit_price,
        discount,
        total: amount - discount,
        oversold: false,
        note: line.note().to_owned(),
    }))
}

/// What each of a unit costs when `quantity` base units are bought at once.
pub(super) fn price_of(
    connection: &Connection,
    product_id: i64,
    unit_name: &str,
    unit: &UnitRow,
    quantity: Quantity,
) -> Result<Money> {
    let tiers = shelf::tiers(connection, product_id, unit_name)?;
    let reached = |tier: &&Tier| tier.from_quantity.saturating_mul(unit.factor) <= quantity.0;
    Ok(tiers
        .iter()
        .rev()
        .find(reached)
        .map_or(unit.price, |tier| tier.price))
}

/// The product of a line and the name of its unit.
fn find(
    tx: &WriteTx<'_>,
    faults: &mut Faults,
    index: usize,
    line: &SaleLineRequest,
) -> Result<Option<(Sellable, String)>> {
    let field = |name: &str| format!("lines[{index}].{name}");
    let unit = line.unit.as_deref().map(str::trim);
    match (&line.sku, &line.barcode) {
        (Some(sku), None) => {
            let sku = sku.trim();
            let Some(product) = products::sellable(tx, sku)? else {
                faults.add(field("sku"), format!("no product has the code {sku:?}"));
                return Ok(None);
            };
            let unit = unit.unwrap_or(&product.main_unit).to_owned();
            Ok(Some((product, unit)))
        }
        (None, Some(barcode)) => {
            let barcode = barcode.trim();
            let owner = products::barcode_owner(tx, barcode)?;
            let product = match &owner {
                Some(owner) => products::sellable(tx, &owner.sku)?,
                None => None,
            };
            let (Some(owner), Some(product)) = (owner, product) else {
                let message = format!("no product has the barcode {barcode:?}");
                faults.add(field("barcode"), message);
                return Ok(None);
            };
            if unit.is_some_and(|unit| unit != owner.unit) {
                let message = format!("the barcode {barcode} is on a {:?}", owner.unit);
                faults.add(field("unit"), message);
                return Ok(None);
            }
            Ok(Some((product, owner.unit)))
        }
        (None, None) => {
            faults.add(field("sku"), "is missing");
            Ok(None)
        }
        (Some(_), Some(_)) => {
            faults.add(field("barcode"), "is given together with a code");
            Ok(None)
        }
    }
}
