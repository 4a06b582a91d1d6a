//! Production: lines, what is made on them, materials and recipes. The runs that are planned are in `production_plans`.

use super::{HubTx, Row};
use crate::error::Result;
use crate::model::{BaseUnit, Money, Quantity, Sku};

/// A line, such as an oven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// By which it is known.
    pub name: String,
    /// What has been said of it, as JSON.
    pub parameters: String,
    /// Counts the changes.
    pub version: i64,
    /// Still worked with.
    pub active: bool,
}

/// A product that is made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// The product.
    pub sku: Sku,
    /// On which line.
    pub line: String,
    /// Millionths of a unit of the line in a base unit.
    pub conversion_micro: i64,
    /// Base units that are made at once.
    pub batch: Quantity,
    /// Days that it may be sold, where they are not the catalogue's.
    pub shelf_life_days: Option<u32>,
    /// What differs from the line, as JSON.
    pub own: String,
    /// Still made.
    pub active: bool,
}

/// A raw material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialRow {
    /// Its code, as in the warehouse.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub base_unit: BaseUnit,
    /// The unit it is spoken of in.
    pub unit: String,
    /// Base units in that.
    pub unit_factor: i64,
    /// What it is bought in.
    pub pack_name: String,
    /// Base units in that.
    pub pack_size: Quantity,
    /// What a unit costs.
    pub cost: Option<Money>,
}

/// What of a material is in a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeRow {
    /// The product.
    pub sku: Sku,
    /// The material.
    pub material: Sku,
    /// Millionths of a base unit of material in a base unit of product.
    pub quantity_micro: i64,
    /// Millionths of the material that are lost in making it.
    pub waste_micro: i64,
}

/// All lines by name.
pub fn lines(tx: &mut dyn HubTx) -> Result<Vec<LineRow>> {
    tx.query(
        "SELECT name, parameters, version, active FROM production_lines
         WHERE tenant_id = tenant() ORDER BY name",
        &[],
    )?
    .iter()
    .map(line_from)
    .collect()
}

/// The line of this name.
pub fn find_line(tx: &mut dyn HubTx, name: &str) -> Result<Option<LineRow>> {
    tx.query_row(
        "SELECT name, parameters, version, active FROM production_lines
         WHERE tenant_id = tenant() AND name = $1",
        &[name.into()],
    )?
    .map(|row| line_from(&row))
    .transpose()
}

fn line_from(row: &Row) -> Result<LineRow> {
    Ok(LineRow {
        name: row.text("name")?,
        parameters: row.text("parameters")?,
        version: row.integer("version")?,
        active: row.flag("active")?,
    })
}

/// Writes a line, in place of what was known of it.
pub fn put_line(tx: &mut dyn HubTx, line: &LineRow) -> Result<()> {
    tx.execute(
        "INSERT INTO production_lines (tenant_id, name, parameters, version, active)
         VALUES (tenant(), $1, $2, $3, $4)
         ON CONFLICT (tenant_id, name) DO UPDATE SET parameters = excluded.parameters, version = excluded.version,
             active = excluded.active",
        &[
            (&line.name).into(),
            (&line.parameters).into(),
            line.version.into(),
            line.active.into(),
        ],
    )?;
    Ok(())
}

/// What is made here, by SKU.
pub fn products(tx: &mut dyn HubTx) -> Result<Vec<ProductRow>> {
    tx.query(
        "SELECT sku, line, conversion_micro, batch, shelf_life_days, own, active FROM production_products
         WHERE tenant_id = tenant() ORDER BY sku",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(ProductRow {
            sku: row.sku("sku")?,
            line: row.text("line")?,
            conversion_micro: row.integer("conversion_micro")?,
            batch: row.quantity("batch")?,
            shelf_life_days: row.days_opt("shelf_life_days")?,
            own: row.text("own")?,
            active: row.flag("active")?,
        })
    })
    .collect()
}

/// Writes a product, in place of what was known of it.
pub fn put_product(tx: &mut dyn HubTx, product: &ProductRow) -> Result<()> {
    tx.execute(
        "INSERT INTO production_products (tenant_id, sku, line, conversion_micro, batch, shelf_life_days, own, active)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id, sku) DO UPDATE SET line = excluded.line,
             conversion_micro = excluded.conversion_micro, batch = excluded.batch,
             shelf_life_days = excluded.shelf_life_days, own = excluded.own, active = excluded.active",
        &[
            (&product.sku).into(),
            (&product.line).into(),
            product.conversion_micro.into(),
            product.batch.into(),
            product.shelf_life_days.into(),
            (&product.own).into(),
            product.active.into(),
        ],
    )?;
    Ok(())
}

/// Raw materials by code.
pub fn materials(tx: &mut dyn HubTx) -> Result<Vec<MaterialRow>> {
    tx.query(
        "SELECT sku, name, base_unit, unit, unit_factor, pack_name, pack_size, cost FROM production_materials
         WHERE tenant_id = tenant() ORDER BY sku",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(MaterialRow {
            sku: row.sku("sku")?,
            name: row.text("name")?,
            base_unit: row.base_unit("base_unit")?,
            unit: row.text("unit")?,
            unit_factor: row.integer("unit_factor")?,
            pack_name: row.text("pack_name")?,
            pack_size: row.quantity("pack_size")?,
            cost: row.money_opt("cost")?,
        })
    })
    .collect()
}

/// Writes a material, in place of what was known of it.
pub fn put_material(tx: &mut dyn HubTx, material: &MaterialRow) -> Result<()> {
    tx.execute(
        "INSERT INTO production_materials (tenant_id, sku, name, base_unit, unit, unit_factor, pack_name, pack_size, cost)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, sku) DO UPDATE SET name = excluded.name, base_unit = excluded.base_unit,
             unit = excluded.unit, unit_factor = excluded.unit_factor, pack_name = excluded.pack_name,
             pack_size = excluded.pack_size, cost = excluded.cost",
        &[
            (&material.sku).into(),
            (&material.name).into(),
            material.base_unit.into(),
            (&material.unit).into(),
            material.unit_factor.into(),
            (&material.pack_name).into(),
            material.pack_size.into(),
            material.cost.into(),
        ],
    )?;
    Ok(())
}

/// All recipes, by product and material.
pub fn recipes(tx: &mut dyn HubTx) -> Result<Vec<RecipeRow>> {
    tx.query(
        "SELECT sku, material, quantity_micro, waste_micro FROM production_recipes
         WHERE tenant_id = tenant() ORDER BY sku, material",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(RecipeRow {
            sku: row.sku("sku")?,
            material: row.sku("material")?,
            quantity_micro: row.integer("quantity_micro")?,
            waste_micro: row.integer("waste_micro")?,
        })
    })
    .collect()
}

/// Writes what of a material is in a product; a quantity of 0 takes it out of the recipe.
pub fn put_recipe(tx: &mut dyn HubTx, recipe: &RecipeRow) -> Result<()> {
    if recipe.quantity_micro == 0 {
        tx.execute(
            "DELETE FROM production_recipes WHERE tenant_id = tenant() AND sku = $1 AND material = $2",
            &[(&recipe.sku).into(), (&recipe.material).into()],
        )?;
        return Ok(());
    }
    tx.execute(
        "INSERT INTO production_recipes (tenant_id, sku, material, quantity_micro, waste_micro)
         VALUES (tenant(), $1, $2, $3, $4)
         ON CONFLICT (tenant_id, sku, material) DO UPDATE SET quantity_micro = excluded.quantity_micro,
             waste_micro = excluded.waste_micro",
        &[
            (&recipe.sku).into(),
            (&recipe.material).into(),
            recipe.quantity_micro.into(),
            recipe.waste_micro.into(),
        ],
    )?;
    Ok(())
}

/// What a route's shops ask for of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByRoute {
    /// The product.
    pub sku: Sku,
    /// The route's name; the shop's where it has none.
    pub route: String,
    /// Millionths of a base unit in a day.
    pub forecast_micro: i64,
}

/// The shops' forecasts of what is made here, by product and route.
pub fn demand_by_route(tx: &mut dyn HubTx) -> Result<Vec<ByRoute>> {
    tx.query(
        "SELECT l.sku AS sku, COALESCE(r.name, s.name) AS route, CAST(sum(l.forecast_micro) AS BIGINT) AS forecast_micro
         FROM production_products p
         JOIN shop_plan_lines l ON l.tenant_id = p.tenant_id AND l.sku = p.sku
         JOIN shops s ON s.tenant_id = l.tenant_id AND s.id = l.shop_id
         LEFT JOIN route_stops t ON t.tenant_id = s.tenant_id AND t.shop_id = s.id
         LEFT JOIN routes r ON r.tenant_id = t.tenant_id AND r.id = t.route_id AND r.active = 1
         WHERE p.tenant_id = tenant() AND p.active = 1 AND l.forecast_micro > 0
         GROUP BY l.sku, COALESCE(r.name, s.name) ORDER BY l.sku, COALESCE(r.name, s.name)",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(ByRoute {
            sku: row.sku("sku")?,
            route: row.text("route")?,
            forecast_micro: row.integer("forecast_micro")?,
        })
    })
    .collect()
}
