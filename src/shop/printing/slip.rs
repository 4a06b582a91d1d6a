//! What a receipt says, gathered from the sale.

use chrono::DateTime;
use rusqlite::Connection;

use super::layout::{Slip, SlipLine};
use super::settings::PrintSettings;
use crate::error::{Error, Result};
use crate::shop::store::{print_jobs as rows, sales};

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
    let extras = rows::extras(connection, sale_id)?;
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
        note: String::new(),
    });
    let parts = if extras.parts.is_empty() {
        vec![(sale.payment_method, sale.total)]
    } else {
        extras.parts
    };
    Ok(Slip {
        shop: shop.to_owned(),
        address: settings.address.clone(),
        phone: settings.phone.clone(),
        footer: settings.footer.clone(),
        number: sale.number,
        sold_at: utc.naive_utc() + offset,
        sold_by: extras.sold_by,
        lines: lines.collect(),
        discount: extras.discount,
        rounding: sale.rounding,
        total: sale.total,
        parts,
        change: sale.change,
        customer: extras.customer,
        customer_phone: extras.phone,
        owes: extras.owes,
        note: extras.note,
        voided: sales::void_of(connection, sale_id)?.map(|void| void.reason),
    })
}
