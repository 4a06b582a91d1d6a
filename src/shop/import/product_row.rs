//! What a row of a products file says of a product, on top of what the product was.

use std::collections::BTreeMap;

use super::file::Row;
use super::known::{money, yes_no};
use super::products::SHAPE;
use crate::error::Result;
use crate::model::{BaseUnit, Money, Quantity};
use crate::shop::products::{FACTOR_LIMIT, NewProduct, NewUnit, PriceTier, check_price};
use crate::shop::store::products::Definition;

/// A row, its cells by the names of their columns.
pub(super) struct Cells {
    pub line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Cells {
    pub fn new(row: &Row<'_>) -> Self {
        let cells = SHAPE.columns.iter().enumerate();
        Self {
            line: row.line,
            cells: cells
                .filter_map(|(place, name)| Some((*name, row.cell(place)?.to_owned())))
                .collect(),
        }
    }

    pub fn text(&self, column: &str) -> Option<&str> {
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

/// The product that a row describes, on top of what it was.
pub(super) fn describe_product(
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
    base_unit(row, &mut new, old)?;
    sku.clone_into(&mut new.sku);
    if let Some(name) = row.text("name") {
        name.clone_into(&mut new.name);
    }
    let main = main_unit(row, &mut new, old)?;
    other_units(row, &mut new, &main)?;
    pack(row, &mut new, &main)?;
    tiers(row, &mut new, "price_tiers", &main.name)?;
    let pack = new.order_unit.clone().unwrap_or_default();
    tiers(row, &mut new, "pack_price_tiers", &pack)?;
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
    // The cost is per main unit: where the row names another one, what it was per base unit stays.
    let kept =
        old.map(|old| Money::for_quantity(old.cost, old.factor(&old.main_unit), main.factor));
    new.cost = row.read("cost", money)?.or(kept).map(|cost| cost.0);
    new.category = text("category").or(new.category);
    new.supplier = text("supplier").or(new.supplier);
    new.shelf_life_days = row.read("shelf_life_days", number)?.or(new.shelf_life_days);
    new.minimum_order = row
        .read("minimum_order", in_main_units)?
        .or(new.minimum_order);
    new.consignment = row.read("consignment", yes_no)?.or(new.consignment);
    new.active = row.read("active", yes_no)?.or(new.active);
    new.open_price = row.read("open_price", yes_no)?.or(new.open_price);
    new.favourite = row.read("favourite", whole)?.or(new.favourite);
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

/// Sets what a new product counts in; a known one keeps it.
fn base_unit(row: &Cells, new: &mut NewProduct, old: Option<&Definition>) -> Result<(), String> {
    let base = |cell: &str| {
        BaseUnit::parse(cell)
            .ok_or_else(|| format!("{cell:?} is neither piece, gram nor millilitre"))
    };
    let Some(base) = row.read("base_unit", base)? else {
        return Ok(());
    };
    if let Some(old) = old.filter(|old| old.base_unit != base) {
        return Err(format!(
            "base_unit: {:?} counts in {}, the product in {}, which cannot change",
            old.main_unit,
            base.as_str(),
            old.base_unit.as_str()
        ));
    }
    new.base_unit = Some(base);
    Ok(())
}

/// Sets units besides the main one, which come as JSON: what a spreadsheet has no columns for.
fn other_units(row: &Cells, new: &mut NewProduct, main: &Main) -> Result<(), String> {
    let list = |cell: &str| {
        serde_json::from_str::<Vec<NewUnit>>(cell)
            .map_err(|error| format!("is no list of units: {error}"))
    };
    let Some(units) = row.read("other_units", list)? else {
        return Ok(());
    };
    for unit in units {
        if unit.name == main.name {
            return Err(format!(
                "other_units: {:?} is the main unit already",
                unit.name
            ));
        }
        match new.units.iter_mut().find(|known| known.name == unit.name) {
            Some(known) => *known = unit,
            None => new.units.push(unit),
        }
    }
    Ok(())
}

/// Sets the lower prices of a unit: `10=3300 20=3200`.
fn tiers(row: &Cells, new: &mut NewProduct, column: &str, unit: &str) -> Result<(), String> {
    let list = |cell: &str| {
        let wrong = || format!("{cell:?} is no list of prices such as 10=3300 20=3200");
        cell.split_whitespace()
            .map(|tier| {
                let (from, price) = tier.split_once('=').ok_or_else(wrong)?;
                Ok(PriceTier {
                    from: from.parse().map_err(|_| wrong())?,
                    price: money(price).map_err(|_| wrong())?.0,
                })
            })
            .collect::<Result<Vec<_>, String>>()
    };
    if let Some(tiers) = row.read(column, list)?
        && let Some(unit) = new.units.iter_mut().find(|known| known.name == unit)
    {
        unit.tiers = tiers;
    }
    Ok(())
}

/// A whole number.
fn whole(cell: &str) -> Result<i64, String> {
    cell.parse()
        .map_err(|_| format!("{cell:?} is no whole number"))
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
    let size = row.read("unit_size", whole)?;
    if !new.units.iter().any(|unit| unit.name == name) {
        let (customary, factor) = BaseUnit::of_unit_name(&name);
        let base = new.base_unit.unwrap_or(customary);
        if let Some(old) = old.filter(|old| size.is_none() && old.base_unit != customary) {
            return Err(format!(
                "unit: {name:?} counts in {}, the product in {}, which cannot change",
                customary.as_str(),
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
            factor: (base == customary).then_some(factor),
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
    unit.factor = size.or(unit.factor);
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
