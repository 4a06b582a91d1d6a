//! Orders from a file, one line of the file a line of an order.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::entry::{enter, examined};
use super::people::NewCustomer;
use super::{Made, NewLine, NewOrder, Orderer};
use crate::error::{Error, Result};
use crate::hub::catalogue::{HubImport, ImportReport, Source, by_sku, record_import};
use crate::hub::store::orders::LineKind;
use crate::hub::store::{HubTx, catalogue, identity, shops};
use crate::hub::table::{Columns, Faults};
use crate::model::{Quantity, Sku};

/// The columns of the orders file. Lines with the same `order`, the customer's or another system's number, are one order.
pub(in crate::hub) const COLUMNS: Columns = Columns {
    required: &["order", "customer", "sku", "quantity"],
    optional: &[
        "phone",
        "email",
        "address",
        "language",
        "channel",
        "wanted_on",
        "price",
        "kind",
        "note",
    ],
};

/// Who enters them, in the audit log.
const ACTOR: &str = "import";

/// Imports orders: all of the file or nothing. An order that was imported before, alike, is left as it is, so that the
/// same file may be imported again; `customer` is a shop's name or anybody's.
pub(in crate::hub) fn import(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let products = by_sku(catalogue::products(tx)?);
    let mut faults = Faults::of(&source.path);
    let mut found: BTreeMap<String, (u64, NewOrder)> = BTreeMap::new();
    for line in &source.lines {
        let at = line.number;
        let (Some(reference), Some(customer)) = (
            line.required("order", &mut faults).map(ToOwned::to_owned),
            line.words("customer", &mut faults),
        ) else {
            continue;
        };
        let code = line.required("sku", &mut faults).and_then(|text| {
            Sku::parse(text)
                .map_err(|error| faults.add(at, "sku", error.to_string()))
                .ok()
        });
        let Some(code) = code else { continue };
        let Some(product) = products.get(&code) else {
            faults.add(at, "sku", format!("{code} is not in the catalogue"));
            continue;
        };
        let factor = product.entry.unit_factor;
        let Some(quantity) = line.quantity("quantity", factor, Quantity(1), &mut faults) else {
            if line.text("quantity").is_none() {
                faults.add(at, "quantity", "is empty");
            }
            continue;
        };
        let kind = line.text("kind").and_then(|text| {
            let kind = LineKind::parse(text);
            if kind.is_none() {
                faults.add(
                    at,
                    "kind",
                    format!("{text} is none of stock, made, dropship"),
                );
            }
            kind
        });
        let wanted_on = line.text("wanted_on").and_then(|text| {
            text.parse()
                .map_err(|_| faults.add(at, "wanted_on", format!("{text} is no date")))
                .ok()
        });
        let new_line = NewLine {
            sku: code,
            quantity,
            price: line.money("price", &mut faults),
            kind,
            supplier: None,
        };
        let text = |column| line.text(column).unwrap_or_default().to_owned();
        if let Some((_, order)) = found.get_mut(&reference) {
            order.lines.push(new_line);
            continue;
        }
        let told = NewCustomer {
            name: customer,
            phone: text("phone"),
            email: text("email"),
            address: text("address"),
            language: text("language"),
            channel: text("channel"),
        };
        let orderer = match shops::by_name(tx, &told.name)? {
            Some(shop) => Orderer::Shop(shop.id),
            None => Orderer::New(told),
        };
        let order = NewOrder {
            id: Some(order_id(tx.tenant().as_str(), &reference)),
            orderer,
            wanted_on,
            reference: reference.clone(),
            note: text("note"),
            lines: vec![new_line],
            confirm: false,
            source: "file",
        };
        found.insert(reference, (at, order));
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Orders, source.lines.len(), source.dry_run);
    let timezone = identity::load(tx)?.timezone;
    let today = source.now.with_timezone(&timezone).date_naive();
    let mut faults = Faults::of(&source.path);
    for (at, order) in found.values() {
        let entered = if source.dry_run {
            examined(tx, today, order).map(|_| None)
        } else {
            enter(tx, source.now, today, ACTOR, order).map(Some)
        };
        match entered {
            Ok(None | Some(Made::Created(_))) => report.added += 1,
            Ok(Some(Made::Repeated(_))) => report.unchanged += 1,
            Err(Error::Invalid(found)) => {
                for fault in found {
                    faults.add(*at, &fault.field, fault.message);
                }
            }
            Err(Error::Conflict(why)) => faults.add(*at, "order", why),
            Err(error) => return Err(error),
        }
    }
    faults.none_or_refuse()?;
    record_import(tx, source, &report)?;
    Ok(report)
}

/// The identity of an order with this reference: the same whenever the file is imported.
fn order_id(tenant: &str, reference: &str) -> Uuid {
    let mut digest = Sha256::new();
    digest.update("order of a file");
    digest.update([0]);
    digest.update(tenant);
    digest.update([0]);
    digest.update(reference);
    let hash = digest.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
