//! Recording a sale.

use rusqlite::Connection;

use super::receipt::Receipt;
use super::request::{PaymentRequest, SaleLineRequest, SaleRequest};
use super::{CASH_ROUNDING, SaleOutcome};
use crate::error::{Error, Result};
use crate::model::{Money, MovementKind, PaymentMethod, SaleId};
use crate::shop::faults::Faults;
use crate::shop::outcome::Outcome;
use crate::shop::products::check_price;
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::products::{self, Sellable};
use crate::shop::store::sales::{self as rows, LineRow, SaleRow};
use crate::shop::store::{audit, events, settings};
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
    let paid = pay(tx, &request.payment, lines_total)?;
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
        rounding: paid.total - lines_total,
        total: paid.total,
        payment_method: request.payment.method,
        tendered: request.payment.tendered.map(Money),
        change: paid.change,
        customer_id: Some(request.payment.customer().to_owned()).filter(|id| !id.is_empty()),
    };
    record(tx, now, &sale, lines)?;
    Ok(Outcome::Recorded(Receipt::load(tx, sale)?))
}

/// Writes a checked sale: rows, what left which lot, event and audit entry.
fn record(tx: &WriteTx<'_>, now: &Moment, sale: &SaleRow, lines: Vec<LineRow>) -> Result<()> {
    rows::insert(tx, sale)?;
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
    audit::record(tx, now, "till", "sale.recorded", &sale.id, &detail)
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
        None => Some(unit.price),
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
    }))
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

/// What is paid and what goes back.
struct Paid {
    total: Money,
    change: Money,
}

fn pay(tx: &WriteTx<'_>, payment: &PaymentRequest, lines_total: Money) -> Result<Paid> {
    let cash = payment.method == PaymentMethod::Cash;
    let step = if cash { cash_rounding(tx)? } else { 0 };
    let total = lines_total.rounded_to(step);
    let Some(tendered) = payment.tendered.map(Money) else {
        return Ok(Paid {
            total,
            change: Money::ZERO,
        });
    };
    let message = if tendered > Money::LIMIT {
        format!("must be at most {}", Money::LIMIT.0)
    } else if tendered < total {
        format!("is less than the total of {}", total.0)
    } else if tendered > total && !cash {
        format!(
            "is more than the total of {}: only cash gives change",
            total.0
        )
    } else {
        return Ok(Paid {
            total,
            change: tendered - total,
        });
    };
    Err(Error::invalid("payment.tendered", message))
}

/// What cash totals are rounded to, rupiah.
pub(super) fn cash_rounding(connection: &Connection) -> Result<i64> {
    let value = settings::get(connection, CASH_ROUNDING)?;
    match value.as_deref() {
        None | Some("0") => Ok(0),
        Some("100") => Ok(100),
        Some("500") => Ok(500),
        Some(other) => Err(Error::Corrupt(format!(
            "settings.{CASH_ROUNDING} is {other:?}, not 0, 100 or 500"
        ))),
    }
}
