//! What is made on which line, raw materials and recipes, imported from files.

use std::collections::{BTreeMap, BTreeSet};

use super::super::catalogue::{self, HubImport, ImportReport, Source, by_sku, kept, record_import};
use super::super::store::HubTx;
use super::super::store::catalogue as offered;
use super::super::store::product_suppliers::{self, ProductSupplier, SupplyKind};
use super::super::store::production::{self as rows, LineRow, MaterialRow, ProductRow, RecipeRow};
use super::super::table::{Columns, Faults, Line};
use super::parameters::OwnParameters;
use super::{MICRO, as_json, own_of};
use crate::error::Result;
use crate::model::{BaseUnit, Quantity, Sku};

/// Of its own production a hub thinks before it asks any supplier, whose ranks begin at 1.
const FIRST: u32 = 0;

/// The columns of the file of products that are made here.
pub(in crate::hub) const PRODUCTS: Columns = Columns {
    required: &["sku", "line"],
    optional: &[
        "conversion",
        "batch",
        "shelf_life_days",
        "setup_cost",
        "holding_cost",
        "deterioration_cost",
        "deterioration_rate",
        "deterioration_rate_shops",
        "per_hour",
        "active",
    ],
};

/// The columns of the file of raw materials.
pub(in crate::hub) const MATERIALS: Columns = Columns {
    required: &["sku", "name", "unit"],
    optional: &["pack_name", "pack_size", "cost"],
};

/// The columns of the file of recipes.
pub(in crate::hub) const RECIPES: Columns = Columns {
    required: &["sku", "material", "quantity"],
    optional: &["waste_percent"],
};

/// Imports what is made here: a row replaces what was known of the same SKU. A line that there is not yet is made,
/// without anything being said of it.
pub(in crate::hub) fn products(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let catalogue = by_sku(offered::products(tx)?);
    let lines: BTreeSet<String> = rows::lines(tx)?.into_iter().map(|line| line.name).collect();
    let known: BTreeMap<Sku, ProductRow> = rows::products(tx)?
        .into_iter()
        .map(|product| (product.sku.clone(), product))
        .collect();
    let mut faults = Faults::of(&source.path);
    let mut seen = BTreeMap::new();
    let mut products = Vec::with_capacity(source.lines.len());
    for line in &source.lines {
        let Some(sku) = catalogue::sku(line, &mut faults) else {
            continue;
        };
        if twice(&mut seen, &sku, line, &mut faults) {
            continue;
        }
        if !catalogue.contains_key(&sku) {
            let message = format!("{sku} is not in the catalogue: import the products first");
            faults.add(line.number, "sku", message);
            continue;
        }
        if let Some(product) = product(line, &sku, known.get(&sku), &mut faults)? {
            products.push(product);
        }
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Production, products.len(), source.dry_run);
    let mut made_lines = lines;
    for product in &products {
        if !report.counts(known.get(&product.sku), product) || source.dry_run {
            continue;
        }
        if made_lines.insert(product.line.clone()) {
            let line = LineRow {
                name: product.line.clone(),
                parameters: "{}".to_owned(),
                version: 1,
                active: true,
            };
            rows::put_line(tx, &line)?;
        }
        rows::put_product(tx, product)?;
        register(tx, product)?;
    }
    record_import(tx, source, &report)?;
    Ok(report)
}

/// Notes that a product is made here, before whoever else could supply it, so that buying leaves it alone; switched off,
/// it is bought again.
fn register(tx: &mut dyn HubTx, product: &ProductRow) -> Result<()> {
    for earlier in product_suppliers::of_product(tx, &product.sku)? {
        if earlier.kind == SupplyKind::Production && earlier.supplier != product.line {
            let gone = ProductSupplier {
                active: false,
                ..earlier
            };
            product_suppliers::put(tx, &gone)?;
        }
    }
    let made = ProductSupplier {
        kind: SupplyKind::Production,
        active: product.active,
        ..ProductSupplier::new(product.sku.clone(), product.line.clone(), FIRST)
    };
    product_suppliers::put(tx, &made)
}

fn product(
    line: &Line,
    sku: &Sku,
    before: Option<&ProductRow>,
    faults: &mut Faults,
) -> Result<Option<ProductRow>> {
    line.required("line", faults);
    let Some(name) = line.words("line", faults) else {
        return Ok(None);
    };
    let known = before.map(own_of).transpose()?.unwrap_or_default();
    let mut own = |column, before: Option<f64>| {
        kept(line, column, before, |line| {
            decimal(line, column, 0.0, 1e12, faults)
        })
    };
    let parameters = OwnParameters {
        setup_cost: own("setup_cost", known.setup_cost),
        holding_cost: own("holding_cost", known.holding_cost),
        deterioration_cost: own("deterioration_cost", known.deterioration_cost),
        deterioration_rate: own("deterioration_rate", known.deterioration_rate),
        deterioration_rate_shops: own("deterioration_rate_shops", known.deterioration_rate_shops),
        per_hour: own("per_hour", known.per_hour),
    };
    if parameters.per_hour == Some(0.0) {
        faults.add(line.number, "per_hour", "must be above 0");
    }
    let conversion = kept(
        line,
        "conversion",
        before.map(|b| b.conversion_micro),
        |line| {
            decimal(line, "conversion", 1e-6, 1e6, faults)
                .map(|value| (value * MICRO).round() as i64)
        },
    );
    let batch = kept(line, "batch", before.map(|b| b.batch), |line| {
        line.quantity("batch", 1, Quantity(1), faults)
    });
    let shelf_life_days = kept(
        line,
        "shelf_life_days",
        before.and_then(|b| b.shelf_life_days),
        |line| line.days("shelf_life_days", 1, 3650, faults),
    );
    let active = kept(line, "active", before.map(|b| b.active), |line| {
        line.flag("active", faults)
    });
    Ok(Some(ProductRow {
        sku: sku.clone(),
        line: name,
        conversion_micro: conversion.unwrap_or(MICRO as i64),
        batch: batch.unwrap_or(Quantity(1)),
        shelf_life_days,
        own: as_json(&parameters)?,
        active: active.unwrap_or(true),
    }))
}

/// Imports raw materials: a row replaces what was known of the same code.
pub(in crate::hub) fn materials(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let known: BTreeMap<Sku, MaterialRow> = rows::materials(tx)?
        .into_iter()
        .map(|material| (material.sku.clone(), material))
        .collect();
    let mut faults = Faults::of(&source.path);
    let mut seen = BTreeMap::new();
    let mut materials = Vec::with_capacity(source.lines.len());
    for line in &source.lines {
        let Some(sku) = catalogue::sku(line, &mut faults) else {
            continue;
        };
        if twice(&mut seen, &sku, line, &mut faults) {
            continue;
        }
        if let Some(material) = material(line, sku, &mut faults) {
            materials.push(material);
        }
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Materials, materials.len(), source.dry_run);
    for material in &materials {
        if report.counts(known.get(&material.sku), material) && !source.dry_run {
            rows::put_material(tx, material)?;
        }
    }
    record_import(tx, source, &report)?;
    Ok(report)
}

fn material(line: &Line, sku: Sku, faults: &mut Faults) -> Option<MaterialRow> {
    line.required("name", faults);
    let unit = line.required("unit", faults)?.to_owned();
    let (base_unit, unit_factor) = BaseUnit::of_unit_name(&unit);
    let pack_name = line.words("pack_name", faults);
    let pack_size = line.quantity("pack_size", unit_factor, Quantity(1), faults);
    Some(MaterialRow {
        sku,
        name: line.words("name", faults)?,
        base_unit,
        pack_name: pack_name.unwrap_or_else(|| unit.clone()),
        pack_size: pack_size.unwrap_or(Quantity(unit_factor)),
        unit,
        unit_factor,
        cost: line.money("cost", faults),
    })
}

/// Imports recipes: a row replaces what was known of the same product and material, a quantity of 0 takes it out.
pub(in crate::hub) fn recipes(tx: &mut dyn HubTx, source: &Source) -> Result<ImportReport> {
    let made: BTreeSet<Sku> = rows::products(tx)?.into_iter().map(|p| p.sku).collect();
    let materials: BTreeMap<Sku, MaterialRow> = rows::materials(tx)?
        .into_iter()
        .map(|material| (material.sku.clone(), material))
        .collect();
    let known: BTreeMap<(Sku, Sku), RecipeRow> = rows::recipes(tx)?
        .into_iter()
        .map(|recipe| ((recipe.sku.clone(), recipe.material.clone()), recipe))
        .collect();
    let mut faults = Faults::of(&source.path);
    let mut seen = BTreeMap::new();
    let mut recipes = Vec::with_capacity(source.lines.len());
    for line in &source.lines {
        let Some(sku) = catalogue::sku(line, &mut faults) else {
            continue;
        };
        if !made.contains(&sku) {
            let message = format!("{sku} is not made here: import the production file first");
            faults.add(line.number, "sku", message);
        }
        let Some(text) = line.required("material", &mut faults) else {
            continue;
        };
        let Some(material) = Sku::parse(text).ok().and_then(|sku| materials.get(&sku)) else {
            let message = format!("{text} is no raw material: import the materials first");
            faults.add(line.number, "material", message);
            continue;
        };
        let key = (sku.clone(), material.sku.clone());
        if let Some(earlier) = seen.insert(key, line.number) {
            let message = format!("the same product and material are on line {earlier} already");
            faults.add(line.number, "", message);
        }
        line.required("quantity", &mut faults);
        let quantity = decimal(line, "quantity", 0.0, 1e9, &mut faults);
        let waste = decimal(line, "waste_percent", 0.0, 99.0, &mut faults);
        let (Some(quantity), waste) = (quantity, waste.unwrap_or(0.0)) else {
            continue;
        };
        let in_base_units = quantity * material.unit_factor as f64;
        recipes.push(RecipeRow {
            sku,
            material: material.sku.clone(),
            quantity_micro: (in_base_units * MICRO).round() as i64,
            waste_micro: (waste / 100.0 * MICRO).round() as i64,
        });
    }
    faults.none_or_refuse()?;
    let mut report = ImportReport::of(HubImport::Recipes, recipes.len(), source.dry_run);
    for recipe in &recipes {
        let key = (recipe.sku.clone(), recipe.material.clone());
        if report.counts(known.get(&key), recipe) && !source.dry_run {
            rows::put_recipe(tx, recipe)?;
        }
    }
    record_import(tx, source, &report)?;
    Ok(report)
}

/// Whether this code was on an earlier line, which is then a fault.
fn twice(seen: &mut BTreeMap<Sku, u64>, sku: &Sku, line: &Line, faults: &mut Faults) -> bool {
    let earlier = seen.insert(sku.clone(), line.number);
    if let Some(earlier) = earlier {
        faults.add(
            line.number,
            "sku",
            format!("{sku} is on line {earlier} already"),
        );
    }
    earlier.is_some()
}

/// A decimal number with a point, within a range.
fn decimal(line: &Line, column: &str, least: f64, most: f64, faults: &mut Faults) -> Option<f64> {
    let text = line.text(column)?;
    match text.parse::<f64>() {
        Ok(value) if (least..=most).contains(&value) => Some(value),
        _ => {
            let message = format!("{text} is no number from {least} to {most}");
            faults.add(line.number, column, message);
            None
        }
    }
}
