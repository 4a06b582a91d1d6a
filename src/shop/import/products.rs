//! Products: added, or changed where the code is known.
//!
//! For a known product an empty cell, like a column that is not there, leaves what it is about as it was. `pack_size`
//! and `minimum_order` are in the main unit (`unit`), as people speak of them.

use std::collections::BTreeMap;
use std::path::Path;

use super::file::{self, Counted, FileFaults, Row};
use super::known::{money, yes_no};
use super::{ImportOptions, ImportReport, Progress, describe, trial};
use crate::columns::Shape;
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity};
use crate::shop::Shop;
use crate::shop::products::{
    FACTOR_LIMIT, NewProduct, NewUnit, PriceTier, Saved, check_price, save,
};
use crate::shop::store::audit;
use crate::shop::store::days::Moment;
use crate::shop::store::info::ShopInfo;
use crate::shop::store::products::{self as rows, Definition};
use crate::store::WriteTx;

const SHAPE: Shape = Shape {
    columns: &[
        "sku",
        "name",
        "unit",
        "price",
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
    ],
    needed: 5,
};

/// A row, its cells by the names of their columns.
struct Cells {
    line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Cells {
    fn new(row: &Row<'_>) -> Self {
        let cells = SHAPE.columns.iter().enumerate();
        Self {
            line: row.line,
            cells: cells
                .filter_map(|(place, name)| Some((*name, row.cell(place)?.to_owned())))
                .collect(),
        }
    }

    fn text(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }

    /// A cell read by `read`, with the column's name before what is wrong with it.
    fn read<T>(
        &self,
        column: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        let cell = self.text(column).map(read).transpose();
        cell.map_err(|message| format!("{column}: {message}"))
    }

    /// The codes of a cell, with blanks between them.
    fn barcodes(&self, column: &str) -> Option<Vec<String>> {
        let cell = self.text(column)?;
        Some(cell.split_whitespace().map(ToOwned::to_owned).collect())
    }
}

pub(super) async fn import(
    shop: &Shop,
    path: &Path,
    options: ImportOptions,
    progress: Progress<'_>,
) -> Result<ImportReport> {
    let (file, dry_run) = (path.to_owned(), options.dry_run);
    let (cells, counted) =
        file::in_background(progress, move |progress| read(&file, &options, progress)).await?;
    let (info, path) = (shop.info.clone(), path.to_owned());
    shop.record(move |tx, now| {
        trial(tx, dry_run, |tx| {
            apply(tx, &info, now, &path, &cells, counted)
        })
    })
    .await
    .map(|report| ImportReport { dry_run, ..report })
}

fn read(
    path: &Path,
    options: &ImportOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<(Vec<Cells>, Counted)> {
    let mut faults = FileFaults::new(path);
    let mut cells: Vec<Cells> = Vec::new();
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut on_row = |row: &Row<'_>, faults: &mut FileFaults| {
        let row = Cells::new(row);
        let Some(sku) = row.text("sku") else {
            faults.add(row.line, "sku: the cell is empty");
            return;
        };
        if let Some(earlier) = lines.get(sku) {
            faults.add(row.line, format!("sku: {sku} is on line {earlier} too"));
        } else {
            lines.insert(sku.to_owned(), row.line);
            cells.push(row);
        }
    };
    let counted = file::read(path, &SHAPE, options, &mut faults, progress, &mut on_row)?;
    faults.into_result()?;
    Ok((cells, counted))
}

fn apply(
    tx: &WriteTx<'_>,
    info: &ShopInfo,
    now: &Moment,
    path: &Path,
    cells: &[Cells],
    counted: Counted,
) -> Result<ImportReport> {
    let mut report = ImportReport {
        rows: counted.rows,
        filtered_out: counted.filtered_out,
        products: cells.len() as u64,
        ..ImportReport::default()
    };
    let mut faults = FileFaults::new(path);
    for row in cells {
        let sku = row.text("sku").unwrap_or_default();
        let old = rows::by_sku(tx, sku)?;
        let described = describe_product(row, sku, old.as_ref().map(|old| &old.definition));
        let saved = match described {
            Err(message) => {
                faults.add(row.line, message);
                continue;
            }
            Ok(new) => new
                .check()
                .and_then(|new| save(tx, info, now, "import", old.as_ref(), &new)),
        };
        match saved {
            Ok(Saved::Created(_)) => report.created += 1,
            Ok(Saved::Changed) => report.updated += 1,
            Ok(Saved::Unchanged) => report.unchanged += 1,
            Err(Error::Invalid(fields)) => {
                for field in fields {
                    faults.add(row.line, format!("{}: {}", field.field, field.message));
                }
            }
            Err(Error::Conflict(message)) => faults.add(row.line, message),
            Err(error) => return Err(error),
        }
    }
    let file = faults.name().to_owned();
    faults.into_result()?;
    let detail = describe(&report)?;
    audit::record(tx, now, "import", "products.imported", &file, &detail)?;
    Ok(report)
}

/// The product that a row describes, on top of what it was.
fn describe_product(
    row: &Cells,
    sku: &str,
    old: Option<&Definition>,
) -> Result<NewProduct, String> {
    if old.is_none()
        && let Some(missing) = ["name", "unit", "price", "cost"]
            .into_iter()
            .find(|column| row.text(column).is_none())
    {
        return Err(format!("{missing}: the cell is empty"));
    }
    let mut new = old.map_or_else(NewProduct::default, described);
    sku.clone_into(&mut new.sku);
    if let Some(name) = row.text("name") {
        name.clone_into(&mut new.name);
    }
    let main = main_unit(row, &mut new, old)?;
    pack(row, &mut new, &main)?;
    let text = |column: &str| row.text(column).map(ToOwned::to_owned);
    let number = |cell: &str| {
        cell.parse::<u32>()
            .map_err(|_| format!("{cell:?} is no number of days"))
    };
    let in_main_units = |cell: &str| {
        Quantity::parse(cell, main.factor)
            .map(|quantity| quantity.0)
            .map_err(|error| format!("{cell:?} {error}"))
    };
    new.cost = row.read("cost", money)?.map(|cost| cost.0).or(new.cost);
    new.category = text("category").or(new.category);
    new.supplier = text("supplier").or(new.supplier);
    new.shelf_life_days = row.read("shelf_life_days", number)?.or(new.shelf_life_days);
    new.minimum_order = row
        .read("minimum_order", in_main_units)?
        .or(new.minimum_order);
    new.consignment = row.read("consignment", yes_no)?.or(new.consignment);
    new.active = row.read("active", yes_no)?.or(new.active);
    Ok(new)
}

/// A product as it would be described anew.
fn described(old: &Definition) -> NewProduct {
    NewProduct {
        sku: old.sku.to_string(),
        name: old.name.clone(),
        category: Some(old.category.clone()),
        base_unit: Some(old.base_unit),
        unit: Some(old.main_unit.clone()),
        price: None,
        barcode: None,
        units: old
            .units
            .iter()
            .map(|unit| NewUnit {
                name: unit.name.clone(),
                factor: Some(unit.factor),
                price: unit.price.0,
                barcodes: unit.barcodes.clone(),
                tiers: unit
                    .tiers
                    .iter()
                    .map(|tier| PriceTier {
                        from: tier.from,
                        price: tier.price.0,
                    })
                    .collect(),
            })
            .collect(),
        order_unit: Some(old.order_unit.clone()),
        cost: Some(old.cost.0),
        shelf_life_days: old.shelf_life_days,
        minimum_order: Some(old.minimum_order.0),
        supplier: Some(old.supplier.clone()),
        consignment: Some(old.consignment),
        active: Some(old.active),
        open_price: Some(old.open_price),
        favourite: old.favourite,
    }
}

/// The main unit after the row.
struct Main {
    name: String,
    factor: i64,
    price: i64,
}

/// Sets the main unit, its price and barcodes. A name that the product did not have takes the old main unit's place.
fn main_unit(row: &Cells, new: &mut NewProduct, old: Option<&Definition>) -> Result<Main, String> {
    let before = new.unit.clone().unwrap_or_default();
    let name = row.text("unit").unwrap_or(&before).to_owned();
    if !new.units.iter().any(|unit| unit.name == name) {
        let (base, factor) = BaseUnit::of_unit_name(&name);
        if let Some(old) = old.filter(|old| old.base_unit != base) {
            return Err(format!(
                "unit: {name:?} counts in {}, the product in {}, which cannot change",
                base.as_str(),
                old.base_unit.as_str()
            ));
        }
        if new.order_unit.as_deref() == Some(before.as_str()) {
            new.order_unit = Some(name.clone());
        }
        let replaced = new.units.iter().position(|unit| unit.name == before);
        let unit = replaced.map(|place| new.units.remove(place));
        new.units.push(NewUnit {
            name: name.clone(),
            factor: Some(factor),
            ..unit.unwrap_or_default()
        });
    }
    new.unit = Some(name.clone());
    let price = row.read("price", money)?;
    let Some(unit) = new.units.iter_mut().find(|unit| unit.name == name) else {
        return Err("unit: is missing".to_owned());
    };
    if let Some(price) = price {
        unit.price = price.0;
    }
    if let Some(barcodes) = row.barcodes("barcode") {
        unit.barcodes = barcodes;
    }
    Ok(Main {
        name,
        factor: unit.factor.unwrap_or(1),
        price: unit.price,
    })
}

/// Sets the unit that it is ordered in.
fn pack(row: &Cells, new: &mut NewProduct, main: &Main) -> Result<(), String> {
    let columns = ["pack_name", "pack_size", "pack_price", "pack_barcode"];
    if columns.iter().all(|column| row.text(column).is_none()) {
        return Ok(());
    }
    let name = match (row.text("pack_name"), new.order_unit.as_deref()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(order)) if order != main.name => order.to_owned(),
        (None, _) => return Err("pack_name: the cell is empty".to_owned()),
    };
    if name == main.name {
        return Err(format!("pack_name: {name:?} is the main unit already"));
    }
    let place = new.units.iter().position(|unit| unit.name == name);
    let known = place.and_then(|place| new.units.get(place)).cloned();
    let size = |cell: &str| {
        let size =
            Quantity::parse(cell, main.factor).map_err(|error| format!("{cell:?} {error}"))?;
        if !(1..=FACTOR_LIMIT).contains(&size.0) {
            return Err(format!("must be 1 to {FACTOR_LIMIT} base units"));
        }
        Ok(size.0)
    };
    let Some(factor) = row
        .read("pack_size", size)?
        .or_else(|| known.as_ref().and_then(|unit| unit.factor))
    else {
        return Err("pack_size: the cell is empty".to_owned());
    };
    let price = match (row.read("pack_price", money)?, &known) {
        (Some(price), _) => price,
        (None, Some(unit)) => Money(unit.price),
        // Where nobody said otherwise, a pack costs what its content does.
        (None, None) => check_price(Money::for_quantity(Money(main.price), main.factor, factor).0)
            .map_err(|message| format!("pack_price: {message}"))?,
    };
    let unit = NewUnit {
        factor: Some(factor),
        price: price.0,
        barcodes: row
            .barcodes("pack_barcode")
            .or_else(|| known.as_ref().map(|unit| unit.barcodes.clone()))
            .unwrap_or_default(),
        tiers: known.map(|unit| unit.tiers).unwrap_or_default(),
        name: name.clone(),
    };
    match place.and_then(|place| new.units.get_mut(place)) {
        Some(known) => *known = unit,
        None => new.units.push(unit),
    }
    new.order_unit = Some(name);
    Ok(())
}
