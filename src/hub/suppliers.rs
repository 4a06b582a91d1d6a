//! Whom the distributor buys from, imported from a file.

use std::collections::BTreeMap;

use super::catalogue::{HubImport, ImportReport, Source, kept, record_import};
use super::delivery_days::DeliveryDays;
use super::store::HubTx;
use super::store::catalogue::{self as rows, Supplier};
use super::store::product_suppliers::{self, SupplierTerms};
use super::table::{Columns, Faults, Line};
use crate::error::Result;

/// The columns of the suppliers file.
pub(super) const COLUMNS: Columns = Columns {
    required: &["name"],
    optional: &[
        "lead_time_days",
        "minimum_order_value",
        "handling_cost",
        "phone",
        "email",
        "address",
        "active",
        "supplier_order_cost",
        "lead_time_sd_days",
        "order_weekdays",
    ],
};

/// Imports suppliers: a row replaces what was known under the same name.
pub(super) fn import(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let known: BTreeMap<String, Supplier> = rows::suppliers(tx)?
        .into_iter()
        .map(|supplier| (supplier.name.clone(), supplier))
        .collect();
    let terms = product_suppliers::terms(tx)?;
    let mut faults = Faults::of(&source.path);
    let mut lines_of: BTreeMap<String, u64> = BTreeMap::new();
    let mut suppliers = Vec::with_capacity(source.lines.len());
    for line in &source.lines {
        line.required("name", &mut faults);
        let Some(name) = line.words("name", &mut faults) else {
            continue;
        };
        if let Some(earlier) = lines_of.insert(name.clone(), line.number) {
            let message = format!("{name} is on line {earlier} already");
            faults.add(line.number, "name", message);
            continue;
        }
        let before = known.get(&name);
        let known_terms = terms.get(&name).cloned().unwrap_or_default();
        let its_terms = terms_of(line, known_terms, &mut faults);
        suppliers.push((supplier(line, name, before, &mut faults), its_terms));
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Suppliers, suppliers.len(), source.dry_run);
    for (supplier, its_terms) in &suppliers {
        let known_terms = terms.get(&supplier.name).cloned().unwrap_or_default();
        let before = known.get(&supplier.name).map(|known| (known, &known_terms));
        if report.counts(before.as_ref(), &(supplier, its_terms)) && !source.dry_run {
            rows::put_supplier(tx, supplier)?;
            product_suppliers::put_terms(tx, &supplier.name, its_terms)?;
        }
    }
    record_import(tx, source, &report)?;
    Ok(report)
}

fn supplier(line: &Line, name: String, before: Option<&Supplier>, faults: &mut Faults) -> Supplier {
    let words = |column, before: Option<&String>, faults: &mut Faults| {
        kept(line, column, before.cloned(), |line| {
            line.words(column, faults)
        })
    };
    let money = |column, before, faults: &mut Faults| {
        kept(line, column, before, |line| line.money(column, faults))
    };
    Supplier {
        name,
        lead_time_days: kept(
            line,
            "lead_time_days",
            before.and_then(|b| b.lead_time_days),
            |line| line.days("lead_time_days", 0, 180, faults),
        ),
        minimum_order_value: money(
            "minimum_order_value",
            before.and_then(|b| b.minimum_order_value),
            faults,
        ),
        handling_cost: money(
            "handling_cost",
            before.and_then(|b| b.handling_cost),
            faults,
        ),
        phone: words("phone", before.and_then(|b| b.phone.as_ref()), faults),
        email: words("email", before.and_then(|b| b.email.as_ref()), faults),
        address: words("address", before.and_then(|b| b.address.as_ref()), faults),
        active: kept(line, "active", before.map(|b| b.active), |line| {
            line.flag("active", faults)
        })
        .unwrap_or(true),
    }
}

/// What is kept of a supplier besides; standard deviations of lead times are written in days, with a point.
fn terms_of(line: &Line, before: SupplierTerms, faults: &mut Faults) -> SupplierTerms {
    let supplier_order_cost = kept(
        line,
        "supplier_order_cost",
        before.supplier_order_cost,
        |line| line.money("supplier_order_cost", faults),
    );
    let lead_time_sd_milli_days = kept(
        line,
        "lead_time_sd_days",
        before.lead_time_sd_milli_days,
        |line| {
            let least = crate::model::Quantity::ZERO;
            let milli = line.quantity("lead_time_sd_days", 1000, least, faults)?;
            let milli = u32::try_from(milli.0)
                .ok()
                .filter(|milli| *milli <= 180_000);
            if milli.is_none() {
                faults.add(line.number, "lead_time_sd_days", "must be from 0 to 180");
            }
            milli
        },
    );
    let order_weekdays = kept(
        line,
        "order_weekdays",
        before.order_weekdays.clone(),
        |line| {
            let text = line.text("order_weekdays")?;
            match text.parse::<DeliveryDays>() {
                Ok(days) => Some(days.to_string()).filter(|days| !days.is_empty()),
                Err(error) => {
                    faults.add(line.number, "order_weekdays", error.to_string());
                    None
                }
            }
        },
    );
    SupplierTerms {
        supplier_order_cost,
        lead_time_sd_milli_days,
        order_weekdays,
        ..before
    }
}
