//! Products in the columns that an import takes, so that what was taken out can be brought in again: here without
//! changing anything, elsewhere as the same products.

use rusqlite::Connection;

use super::{Cell, Table, named};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Quantity};
use crate::shop::import::product_columns;
use crate::shop::products::{NewUnit, Product, ProductUnit};
use crate::shop::store::products as rows;

/// Every product, by name.
pub(super) fn table(connection: &Connection) -> Result<Table> {
    let everything = rows::Search {
        limit: usize::MAX,
        ..rows::Search::default()
    };
    let products = rows::search(connection, &everything)?;
    let rows = products
        .into_iter()
        .map(|row| cells(&row.definition.into()))
        .collect::<Result<_>>()?;
    Ok(named("products", product_columns(), rows))
}

fn cells(product: &Product) -> Result<Vec<Cell>> {
    let main_factor = product.main_factor();
    let unit = |name: &str| product.units.iter().find(|unit| unit.name == name);
    let main = unit(&product.unit);
    let pack = unit(&product.order_unit).filter(|pack| pack.name != product.unit);
    // A carton of 40 in dozens is no decimal figure; such a one stands among the others, in base units.
    let plain_pack = pack.filter(|pack| is_exact(Quantity(pack.factor), main_factor));
    let others = product.units.iter().filter(|unit| {
        unit.name != product.unit && plain_pack.is_none_or(|pack| pack.name != unit.name)
    });
    let others: Vec<NewUnit> = others.map(described).collect();
    let others = match others.is_empty() {
        true => String::new(),
        false => serde_json::to_string(&others)
            .map_err(|error| Error::Internal(format!("describing units: {error}")))?,
    };
    let (customary_base, customary) = BaseUnit::of_unit_name(&product.unit);
    let minimum = product.minimum_order;
    let codes = |unit: Option<&ProductUnit>| {
        Cell::text(unit.map_or_else(String::new, |unit| unit.barcodes.join(" ")))
    };
    let price =
        |unit: Option<&ProductUnit>| unit.map_or(Cell::Empty, |unit| Cell::Number(unit.price.0));
    let flag = |is: bool| Cell::Number(i64::from(is));
    let decimal = |quantity: Quantity| Cell::Quantity(quantity, main_factor);
    Ok(vec![
        Cell::text(product.sku.as_str()),
        Cell::text(product.name.as_str()),
        Cell::text(product.unit.as_str()),
        price(main),
        Cell::Number(product.cost.0),
        codes(main),
        Cell::text(product.category.as_str()),
        Cell::text(pack.map_or("", |pack| pack.name.as_str())),
        plain_pack.map_or(Cell::Empty, |pack| decimal(Quantity(pack.factor))),
        price(plain_pack),
        codes(plain_pack),
        product
            .shelf_life_days
            .map_or(Cell::Empty, |days| Cell::Number(i64::from(days))),
        match minimum > Quantity::ZERO && is_exact(minimum, main_factor) {
            true => decimal(minimum),
            false => Cell::Empty,
        },
        Cell::text(product.supplier.as_str()),
        flag(product.consignment),
        flag(product.active),
        flag(product.open_price),
        product.favourite.map_or(Cell::Empty, Cell::Number),
        tiers(main),
        tiers(plain_pack),
        match customary_base == product.base_unit {
            true => Cell::Empty,
            false => Cell::text(product.base_unit.as_str()),
        },
        match (customary_base, customary) == (product.base_unit, main_factor) {
            true => Cell::Empty,
            false => Cell::Number(main_factor),
        },
        Cell::text(others),
    ])
}

/// Whether a quantity can be written in a unit of `factor` base units.
fn is_exact(quantity: Quantity, factor: i64) -> bool {
    Quantity::parse(&quantity.in_unit(factor), factor) == Ok(quantity)
}

fn tiers(unit: Option<&ProductUnit>) -> Cell {
    let tiers: Vec<String> = unit
        .into_iter()
        .flat_map(|unit| &unit.tiers)
        .map(|tier| format!("{}={}", tier.from, tier.price))
        .collect();
    Cell::text(tiers.join(" "))
}

fn described(unit: &ProductUnit) -> NewUnit {
    NewUnit {
        name: unit.name.clone(),
        factor: Some(unit.factor),
        price: unit.price.0,
        barcodes: unit.barcodes.clone(),
        tiers: unit.tiers.clone(),
    }
}
