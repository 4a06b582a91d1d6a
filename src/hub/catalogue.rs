//! The distributor's catalogue, imported from a file, and what shops are told of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::store::catalogue::{self as rows, Product};
use super::store::routes;
use super::store::{self, HubTx, audit, notes, shops};
pub(super) use super::table::Source;
use super::table::{self, Columns, Faults, Line};
use super::{
    Hub, costs, freight, groups, links, orders, production, supplier_products, suppliers, warehouse,
};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Quantity, Sku, barcode_problem};
use crate::wire::note::{Announcement, CatalogueEntry};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HubImport {
    /// The catalogue: `sku,name,unit,price` and optional columns.
    Products,
    /// Whom the distributor buys from: `name` and optional columns.
    Suppliers,
    /// What deliveries cost: `cost`, and for which `shop` and `sku`.
    Costs,
    /// What suppliers offer: `sku,supplier` and optional columns.
    SupplierProducts,
    /// What is made here: `sku,line` and optional columns.
    Production,
    /// Raw materials: `sku,name,unit` and optional columns.
    Materials,
    /// What is in what is made: `sku,material,quantity` and optionally `waste_percent`.
    Recipes,
    /// The distributor's own stock, opening balance or count: `sku,quantity` and optional columns.
    Stock,
    /// Orders of customers: `order,customer,sku,quantity` and optional columns.
    Orders,
    /// Into which group each shop comes: `shop` and `group`.
    Groups,
}

/// What an import did, or with `dry_run` would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// What the file holds.
    pub kind: HubImport,
    /// Lines of the file, the header apart.
    pub rows: usize,
    /// Of them, new.
    pub added: usize,
    /// Of them, different from before.
    pub changed: usize,
    /// Of them, as before.
    pub unchanged: usize,
    /// Notes written to shops.
    pub announced: usize,
    /// Only tried: nothing was written.
    pub dry_run: bool,
}

impl ImportReport {
    pub(super) fn of(kind: HubImport, rows: usize, dry_run: bool) -> Self {
        Self {
            kind,
            rows,
            added: 0,
            changed: 0,
            unchanged: 0,
            announced: 0,
            dry_run,
        }
    }

    /// Counts one row by what was there before; whether it has to be written.
    pub(super) fn counts<T: PartialEq>(&mut self, before: Option<&T>, now: &T) -> bool {
        match before {
            None => self.added += 1,
            Some(before) if before == now => {
                self.unchanged += 1;
                return false;
            }
            Some(_) => self.changed += 1,
        }
        true
    }
}

const PRODUCT_COLUMNS: Columns = Columns {
    required: &["sku", "name", "unit", "price"],
    optional: &[
        "cost",
        "barcode",
        "category",
        "pack_name",
        "pack_size",
        "pack_price",
        "pack_barcode",
        "shelf_life_days",
        "minimum_order",
        "supplier",
        "consignment",
        "active",
        "pack_litres",
        "pack_kg",
    ],
};

/// The longest time that goods are said to keep.
const MOST_SHELF_LIFE_DAYS: u32 = 3650;

impl Hub {
    /// Imports a CSV file: all of it, or nothing.
    ///
    /// A row replaces what was known under the same SKU, supplier's name, or shop and SKU; a column that the file does
    /// not have leaves its values as they were, an empty cell clears them. What the file does not mention stays. Shops
    /// are told of products that are offered differently than before.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the file, line and column of everything wrong; [`Error::Io`] when it cannot be read.
    pub async fn import(
        &self,
        kind: HubImport,
        path: &Path,
        dry_run: bool,
    ) -> Result<ImportReport> {
        let columns = match kind {
            HubImport::Products => PRODUCT_COLUMNS,
            HubImport::Suppliers => suppliers::COLUMNS,
            HubImport::Costs => costs::COLUMNS,
            HubImport::SupplierProducts => supplier_products::COLUMNS,
            HubImport::Production => production::imports::PRODUCTS,
            HubImport::Materials => production::imports::MATERIALS,
            HubImport::Recipes => production::imports::RECIPES,
            HubImport::Stock => warehouse::COLUMNS,
            HubImport::Orders => orders::import::COLUMNS,
            HubImport::Groups => groups::COLUMNS,
        };
        let source = Source {
            path: path.to_owned(),
            lines: table::read(path, columns)?,
            dry_run,
            now: self.now(),
        };
        let job = move |tx: &mut dyn HubTx| match kind {
            HubImport::Products => import_products(tx, &source),
            HubImport::Suppliers => suppliers::import(tx, &source),
            HubImport::Costs => costs::import(tx, &source),
            HubImport::SupplierProducts => supplier_products::import(tx, &source),
            HubImport::Production => production::imports::products(tx, &source),
            HubImport::Materials => production::imports::materials(tx, &source),
            HubImport::Recipes => production::imports::recipes(tx, &source),
            HubImport::Stock => warehouse::import(tx, &source),
            HubImport::Orders => orders::import::import(tx, &source),
            HubImport::Groups => groups::import(tx, &source),
        };
        if dry_run {
            store::read(self.store(), job).await
        } else {
            store::write(self.store(), job).await
        }
    }
}

fn import_products(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let known: BTreeMap<Sku, Product> = by_sku(rows::products(tx)?);
    let products = checked_products(source, &known)?;
    let freight = freight::told(source, &routes::freight(tx)?)?;
    let mut report = ImportReport::of(HubImport::Products, products.len(), source.dry_run);
    let changed: Vec<&Product> = products
        .iter()
        .filter(|product| report.counts(known.get(&product.entry.sku), product))
        .collect();
    if source.dry_run {
        return Ok(report);
    }
    // Two products may exchange their barcodes in one file.
    for product in &changed {
        rows::free_barcode(tx, &product.entry.sku)?;
    }
    for product in &changed {
        rows::put_product(tx, product)?;
    }
    let skus = changed.iter().map(|product| &product.entry.sku);
    links::catalogue_grew(tx, skus.filter(|sku| !known.contains_key(*sku)))?;
    for (sku, room) in &freight {
        routes::put_freight(tx, sku, *room)?;
    }
    let told: Vec<&CatalogueEntry> = changed
        .iter()
        .map(|product| &product.entry)
        .filter(|entry| known.get(&entry.sku).map(|before| &before.entry) != Some(*entry))
        .collect();
    for shop in &shops::active(tx)? {
        for entry in &told {
            announce(tx, &shop.id, entry, source.now)?;
            report.announced += 1;
        }
    }
    record_import(tx, source, &report)?;
    Ok(report)
}

/// Tells a shop all that is offered, for one that has heard nothing yet; how many products these are.
///
/// # Errors
/// [`Error::NotFound`] without such a shop.
pub(super) fn announce_catalogue(
    tx: &mut dyn HubTx,
    shop_id: &str,
    now: DateTime<Utc>,
) -> Result<usize> {
    let products = rows::products(tx)?;
    let offered = products.iter().filter(|product| product.entry.active);
    let mut told = 0;
    for product in offered {
        announce(tx, shop_id, &product.entry, now)?;
        told += 1;
    }
    Ok(told)
}

fn announce(
    tx: &mut dyn HubTx,
    shop_id: &str,
    entry: &CatalogueEntry,
    now: DateTime<Utc>,
) -> Result<()> {
    let announcement = Announcement::CatalogueProduct(entry.clone());
    notes::append(tx, shop_id, &announcement, now)?;
    Ok(())
}

/// The products by their codes.
pub(super) fn by_sku(products: Vec<Product>) -> BTreeMap<Sku, Product> {
    products
        .into_iter()
        .map(|product| (product.entry.sku.clone(), product))
        .collect()
}

fn checked_products(source: &Source, known: &BTreeMap<Sku, Product>) -> Result<Vec<Product>> {
    let mut faults = Faults::of(&source.path);
    let mut lines_of: BTreeMap<Sku, u64> = BTreeMap::new();
    let mut products: Vec<(u64, Product)> = Vec::with_capacity(source.lines.len());
    for line in &source.lines {
        let Some(sku) = sku(line, &mut faults) else {
            continue;
        };
        if let Some(earlier) = lines_of.insert(sku.clone(), line.number) {
            let message = format!("{sku} is on line {earlier} already");
            faults.add(line.number, "sku", message);
            continue;
        }
        let before = known.get(&sku);
        if let Some(product) = product(line, sku, before, &mut faults) {
            products.push((line.number, product));
        }
    }
    check_barcodes(&products, known, &mut faults);
    faults.none_or_refuse()?;
    Ok(products.into_iter().map(|(_, product)| product).collect())
}

/// The product code of a line.
pub(super) fn sku(line: &Line, faults: &mut Faults) -> Option<Sku> {
    let text = line.required("sku", faults)?;
    match Sku::parse(text) {
        Ok(sku) => Some(sku),
        Err(error) => {
            faults.add(line.number, "sku", format!("{text} {error}"));
            None
        }
    }
}

/// What a line says of a product, `before` filling in for columns that the file does not have.
fn product(
    line: &Line,
    sku: Sku,
    before: Option<&Product>,
    faults: &mut Faults,
) -> Option<Product> {
    line.required("name", faults);
    line.required("price", faults);
    let unit = line.required("unit", faults)?.to_owned();
    let (base_unit, unit_factor) = BaseUnit::of_unit_name(&unit);
    if let Some(before) = before.filter(|before| before.entry.base_unit != base_unit) {
        let counted = before.entry.base_unit.as_str();
        let message = format!("{sku} is counted in {counted} units; give the product another sku");
        faults.add(line.number, "unit", message);
    }
    let one = Quantity(unit_factor);
    let (pack_name, pack_size) = pack(line, &unit, one, before, faults);
    // What only a shop keeps is read for its errors: one file serves both.
    line.money("pack_price", faults);
    line.flag("consignment", faults);
    if let Some(code) = line.text("pack_barcode") {
        check_barcode(line, "pack_barcode", code, faults);
    }
    let barcode = kept(
        line,
        "barcode",
        before.and_then(|b| b.entry.barcode.clone()),
        |line| line.text("barcode").map(ToOwned::to_owned),
    );
    if let Some(code) = barcode.as_deref().filter(|_| line.has("barcode")) {
        check_barcode(line, "barcode", code, faults);
    }
    let words = |column, before: Option<&String>, faults: &mut Faults| {
        kept(line, column, before.cloned(), |line| {
            line.words(column, faults)
        })
    };
    let supplier = words("supplier", before.and_then(|b| b.supplier.as_ref()), faults);
    let category = words("category", before.and_then(|b| b.category.as_ref()), faults);
    let shelf_life_days = kept(
        line,
        "shelf_life_days",
        before.and_then(|b| b.entry.shelf_life_days),
        |line| line.days("shelf_life_days", 1, MOST_SHELF_LIFE_DAYS, faults),
    );
    let minimum_order = kept(
        line,
        "minimum_order",
        before.map(|b| b.entry.minimum_order),
        |line| line.quantity("minimum_order", unit_factor, Quantity::ZERO, faults),
    );
    let cost = kept(line, "cost", before.and_then(|b| b.cost), |line| {
        line.money("cost", faults)
    });
    let active = kept(line, "active", before.map(|b| b.entry.active), |line| {
        line.flag("active", faults)
    });
    Some(Product {
        entry: CatalogueEntry {
            sku,
            name: line.words("name", faults)?,
            base_unit,
            unit,
            unit_factor,
            pack_name,
            pack_size,
            minimum_order: minimum_order.unwrap_or_default(),
            shelf_life_days,
            price: line.money("price", faults)?,
            barcode,
            active: active.unwrap_or(true),
        },
        cost,
        supplier,
        category,
    })
}

/// The value of a column that the file has, or else what was known before.
pub(super) fn kept<T>(
    line: &Line,
    column: &str,
    before: Option<T>,
    read: impl FnOnce(&Line) -> Option<T>,
) -> Option<T> {
    if line.has(column) { read(line) } else { before }
}

/// The pack: its size is written in units. Without one the unit itself is what is ordered.
fn pack(
    line: &Line,
    unit: &str,
    one: Quantity,
    before: Option<&Product>,
    faults: &mut Faults,
) -> (String, Quantity) {
    if !line.has("pack_name") && !line.has("pack_size") {
        let same_unit = before.filter(|before| before.entry.unit == unit);
        return same_unit.map_or((unit.to_owned(), one), |before| {
            (before.entry.pack_name.clone(), before.entry.pack_size)
        });
    }
    let name = line.words("pack_name", faults);
    let size = line.quantity("pack_size", one.0, Quantity(1), faults);
    match (name, size) {
        (Some(name), Some(size)) => (name, size),
        (Some(_), None) if line.text("pack_size").is_none() => {
            faults.add(
                line.number,
                "pack_size",
                "is empty although there is a pack_name",
            );
            (unit.to_owned(), one)
        }
        (None, Some(_)) => {
            faults.add(
                line.number,
                "pack_name",
                "is empty although there is a pack_size",
            );
            (unit.to_owned(), one)
        }
        _ => (unit.to_owned(), one),
    }
}

fn check_barcode(line: &Line, column: &str, code: &str, faults: &mut Faults) {
    if let Some(problem) = barcode_problem(code) {
        faults.add(line.number, column, format!("{code} {problem}"));
    }
}

/// No two products may have one barcode, once the file is in.
fn check_barcodes(
    products: &[(u64, Product)],
    known: &BTreeMap<Sku, Product>,
    faults: &mut Faults,
) {
    let in_file: BTreeSet<&Sku> = products
        .iter()
        .map(|(_, product)| &product.entry.sku)
        .collect();
    let mut owners: BTreeMap<&str, &Sku> = known
        .values()
        .filter(|product| !in_file.contains(&product.entry.sku))
        .filter_map(|product| Some((product.entry.barcode.as_deref()?, &product.entry.sku)))
        .collect();
    for (line, product) in products {
        let Some(code) = product.entry.barcode.as_deref() else {
            continue;
        };
        if let Some(owner) = owners.insert(code, &product.entry.sku) {
            faults.add(
                *line,
                "barcode",
                format!("{code} belongs to {owner} already"),
            );
        }
    }
}

/// Notes in the audit log that something was imported, unless nothing changed.
pub(super) fn record_import(
    tx: &mut dyn HubTx,
    source: &Source,
    report: &ImportReport,
) -> Result<()> {
    if report.dry_run || report.added + report.changed == 0 {
        return Ok(());
    }
    let file = source.path.file_name().unwrap_or(source.path.as_os_str());
    let detail = serde_json::to_string(report)
        .map_err(|error| Error::Internal(format!("writing an import's report: {error}")))?;
    let subject = file.to_string_lossy();
    audit::record(tx, source.now, "owner", "import", &subject, &detail)
}
