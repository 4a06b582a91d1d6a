//! What a receipt says, gathered from the sale.

use chrono::DateTime;
use rusqlite::Connection;

use super::layout::{Slip, SlipLine};
use super::settings::PrintSettings;
use super::words::Words;
use crate::error::{Error, Result};
use crate::shop::access::Person;
use crate::shop::store::{print_jobs as rows, returns, sales};
use crate::web::Language;

/// The slip of a sale as things are now: what was sold does not change, whether it was taken back and what the customer
/// owes do.
pub(super) fn load(
    connection: &Connection,
    shop: &str,
    settings: &PrintSettings,
    sale_id: &str,
) -> Result<Slip> {
    let sale = sales::by_id(connection, sale_id)?
        .ok_or_else(|| Error::NotFound(format!("there is no sale {sale_id:?}")))?;
    let buyer = match &sale.customer_id {
        Some(id) => rows::buyer(connection, id)?,
        None => rows::Buyer::default(),
    };
    let utc = DateTime::parse_from_rfc3339(&sale.sold_at_utc)
        .map_err(|_| Error::Corrupt(format!("sale {}: {}", sale.id, sale.sold_at_utc)))?;
    let offset = chrono::Duration::minutes(i64::from(sale.utc_offset_minutes));
    let lines = sales::lines(connection, sale_id)?;
    let lines = lines.into_iter().map(|line| SlipLine {
        quantity: line.quantity.in_unit(line.factor),
        name: line.name,
        unit: line.unit,
        unit_price: line.unit_price,
        discount: line.discount,
        total: line.total,
        note: line.note,
    });
    let parts = sales::payments(connection, sale_id)?;
    let parts = parts.into_iter().map(|part| (part.method, part.amount));
    let returned = returns::of_sale(connection, sale_id)?;
    Ok(Slip {
        shop: shop.to_owned(),
        address: settings.address.clone(),
        phone: settings.phone.clone(),
        footer: settings.footer.clone(),
        number: sale.number,
        sold_at: utc.naive_utc() + offset,
        sold_by: seller(sale.sold_by, settings.language),
        lines: lines.collect(),
        discount: sale.discount,
        rounding: sale.rounding,
        total: sale.total,
        parts: parts.collect(),
        change: sale.change,
        returned: returned.iter().map(|row| row.amount).sum(),
        customer: buyer.name,
        customer_phone: buyer.phone,
        owes: buyer.owes,
        note: sale.note,
        voided: sales::void_of(connection, sale_id)?.map(|void| void.reason),
    })
}

/// Who sold, as a buyer may read it.
fn seller(name: String, language: Language) -> String {
    if name == Person::owner().name {
        return Words::of(language).owner.to_owned();
    }
    name
}
