//! What each supplier offers, and on what terms: imported from a file, or set one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::Hub;
use super::catalogue::{self, HubImport, ImportReport, Source, kept, record_import};
use super::production::materials::stocked;
use super::store::product_suppliers::{self as rows, ProductSupplier};
use super::store::{self, HubTx, audit, catalogue as products};
use super::table::{Columns, Faults, Line};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};

/// The columns of the file. A rank that is not told is the next after those that the product has.
pub(super) const COLUMNS: Columns = Columns {
    required: &["sku", "supplier"],
    optional: &[
        "rank",
        "supplier_sku",
        "lead_time_days",
        "price",
        "supplier_price",
        "minimum_quantity",
        "order_cost",
        "supplier_order_cost",
        "pack_name",
        "pack_size",
        "active",
    ],
};

/// The last rank that a supplier may have.
pub const LAST_RANK: u32 = 99;

/// Imports products at suppliers: a row replaces what was known of the same product at the same supplier.
pub(super) fn import(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let catalogue = stocked(tx)?;
    let suppliers: BTreeSet<String> = products::suppliers(tx)?
        .into_iter()
        .map(|supplier| supplier.name)
        .collect();
    let mut known: BTreeMap<Sku, Vec<ProductSupplier>> = BTreeMap::new();
    for terms in rows::all(tx)? {
        known.entry(terms.sku.clone()).or_default().push(terms);
    }
    let mut faults = Faults::of(&source.path);
    let mut lines_of: BTreeMap<(Sku, String), u64> = BTreeMap::new();
    let mut found: Vec<(Option<ProductSupplier>, ProductSupplier)> = Vec::new();
    for line in &source.lines {
        let supplier = line
            .required("supplier", &mut faults)
            .map(ToOwned::to_owned);
        let (Some(sku), Some(supplier)) = (catalogue::sku(line, &mut faults), supplier) else {
            continue;
        };
        let Some(product) = catalogue.get(&sku) else {
            let message = format!("{sku} is not in the catalogue: import the products first");
            faults.add(line.number, "sku", message);
            continue;
        };
        if !suppliers.contains(&supplier) {
            let message = format!("there is no supplier {supplier}: import the suppliers first");
            faults.add(line.number, "supplier", message);
        }
        let key = (sku.clone(), supplier.clone());
        if let Some(earlier) = lines_of.insert(key, line.number) {
            let message = format!("{sku} from {supplier} is on line {earlier} already");
            faults.add(line.number, "sku", message);
            continue;
        }
        let offers = known.entry(sku.clone()).or_default();
        let before = offers
            .iter()
            .find(|offer| offer.supplier == supplier)
            .cloned();
        let next = offers.iter().map(|offer| offer.rank).max().unwrap_or(0) + 1;
        let base = before
            .clone()
            .unwrap_or_else(|| ProductSupplier::new(sku, supplier, next));
        let terms = read(line, base, product.entry.unit_factor, &mut faults);
        if before.is_none() {
            offers.push(terms.clone());
        }
        found.push((before, terms));
    }
    faults.none_or_refuse()?;
    let kind = HubImport::SupplierProducts;
    let mut report = ImportReport::of(kind, found.len(), source.dry_run);
    for (before, terms) in &found {
        if report.counts(before.as_ref(), terms) && !source.dry_run {
            rows::put(tx, terms)?;
        }
    }
    record_import(tx, source, &report)?;
    Ok(report)
}

fn read(
    line: &Line,
    before: ProductSupplier,
    unit_factor: i64,
    faults: &mut Faults,
) -> ProductSupplier {
    let money = |column, before, faults: &mut Faults| {
        kept(line, column, before, |line| line.money(column, faults))
    };
    let rank = line
        .days("rank", 1, LAST_RANK, faults)
        .unwrap_or(before.rank);
    let pack = if line.has("pack_name") || line.has("pack_size") {
        let name = line.words("pack_name", faults);
        let size = line.quantity("pack_size", unit_factor, Quantity(1), faults);
        if name.is_some() != size.is_some() {
            let message = "a pack has a name and a size";
            faults.add(line.number, "pack_size", message);
        }
        name.zip(size)
    } else {
        before.pack.clone()
    };
    ProductSupplier {
        rank,
        supplier_sku: kept(line, "supplier_sku", before.supplier_sku.clone(), |line| {
            line.words("supplier_sku", faults)
        }),
        lead_time_days: kept(line, "lead_time_days", before.lead_time_days, |line| {
            line.days("lead_time_days", 0, 180, faults)
        }),
        price: money("price", before.price, faults),
        supplier_price: money("supplier_price", before.supplier_price, faults),
        minimum_quantity: kept(line, "minimum_quantity", before.minimum_quantity, |line| {
            line.quantity("minimum_quantity", unit_factor, Quantity::ZERO, faults)
        }),
        order_cost: money("order_cost", before.order_cost, faults),
        supplier_order_cost: money("supplier_order_cost", before.supplier_order_cost, faults),
        pack,
        active: kept(line, "active", Some(before.active), |line| {
            line.flag("active", faults)
        })
        .unwrap_or(true),
        ..before
    }
}

impl Hub {
    /// Sets what a supplier offers a product at, in place of what was known.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a product or supplier, [`Error::Invalid`] for terms that cannot be.
    pub async fn set_product_supplier(&self, actor: &str, terms: ProductSupplier) -> Result<()> {
        check(&terms)?;
        let (actor, now) = (actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            if !stocked(tx)?.contains_key(&terms.sku) {
                return Err(Error::NotFound(format!(
                    "{} is not in the catalogue",
                    terms.sku
                )));
            }
            let suppliers = products::suppliers(tx)?;
            if !suppliers.iter().any(|one| one.name == terms.supplier) {
                return Err(Error::NotFound(format!(
                    "there is no supplier {}",
                    terms.supplier
                )));
            }
            let before = rows::of_product(tx, &terms.sku)?;
            if before.contains(&terms) {
                return Ok(());
            }
            rows::put(tx, &terms)?;
            let detail = serde_json::json!({
                "sku": terms.sku, "rank": terms.rank, "price": terms.price, "active": terms.active,
            });
            let action = "supplier.product";
            audit::record(
                tx,
                now,
                &actor,
                action,
                &terms.supplier,
                &detail.to_string(),
            )
        })
        .await
    }
}

fn check(terms: &ProductSupplier) -> Result<()> {
    let mut faults = crate::error::Faults::default();
    if !(1..=LAST_RANK).contains(&terms.rank) {
        faults.add("rank", format!("must be from 1 to {LAST_RANK}"));
    }
    if terms.lead_time_days.is_some_and(|days| days > 180) {
        faults.add("lead_time_days", "must be from 0 to 180");
    }
    for (name, money) in [
        ("price", terms.price),
        ("supplier_price", terms.supplier_price),
        ("order_cost", terms.order_cost),
        ("supplier_order_cost", terms.supplier_order_cost),
    ] {
        if money.is_some_and(|money| money < Money::ZERO || money > Money::LIMIT) {
            faults.add(name, format!("must be from 0 to {} rupiah", Money::LIMIT.0));
        }
    }
    let bounded =
        |quantity: Quantity, least: i64| (least..=Quantity::LIMIT.0).contains(&quantity.0);
    if terms
        .minimum_quantity
        .is_some_and(|least| !bounded(least, 0))
    {
        faults.add(
            "minimum_quantity",
            format!("must be from 0 to {}", Quantity::LIMIT),
        );
    }
    if let Some((name, size)) = &terms.pack {
        if !bounded(*size, 1) {
            faults.add(
                "pack_size",
                format!("must be from 1 to {}", Quantity::LIMIT),
            );
        }
        if name.trim().is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control)
        {
            faults.add("pack_name", "must have 1 to 40 characters");
        }
    }
    if let Some(code) = &terms.supplier_sku
        && (code.chars().count() > 64 || code.chars().any(char::is_control))
    {
        faults.add("supplier_sku", "must have at most 64 characters");
    }
    faults.into_result()
}
