//! What the distributor sells, from whom, and what delivering it costs.

use super::{HubTx, Row};
use crate::error::Result;
use crate::model::{Money, Sku};
use crate::wire::note::CatalogueEntry;

/// A product of the distributor: what shops are told of it, and what they are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// What shops are told.
    pub entry: CatalogueEntry,
    /// What the distributor paid per unit.
    pub cost: Option<Money>,
    /// From whom it is bought.
    pub supplier: Option<String>,
    /// Its group.
    pub category: Option<String>,
}

/// Somebody from whom the distributor buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    /// By which the supplier is known.
    pub name: String,
    /// Days from ordering to having the goods.
    pub lead_time_days: Option<u32>,
    /// The least that an order must be worth.
    pub minimum_order_value: Option<Money>,
    /// Cost of handling one order, whatever it holds.
    pub handling_cost: Option<Money>,
    /// How to call.
    pub phone: Option<String>,
    /// Where to write.
    pub email: Option<String>,
    /// Where it is.
    pub address: Option<String>,
    /// Still bought from.
    pub active: bool,
}

/// What a delivery costs, or what a product adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The shop; absent for every shop.
    pub shop_id: Option<String>,
    /// The product; absent for the delivery as such.
    pub sku: Option<Sku>,
    /// Per delivery.
    pub cost: Money,
}

const PRODUCT_COLUMNS: &str = "sku, name, base_unit, unit, unit_factor, pack_name, pack_size, minimum_order, \
     shelf_life_days, price, cost, barcode, supplier, category, active";

/// All products by SKU, those no longer offered too.
pub fn products(tx: &mut dyn HubTx) -> Result<Vec<Product>> {
    tx.query(
        &format!("SELECT {PRODUCT_COLUMNS} FROM products WHERE tenant_id = tenant() ORDER BY sku"),
        &[],
    )?
    .iter()
    .map(product_from)
    .collect()
}

fn product_from(row: &Row) -> Result<Product> {
    Ok(Product {
        entry: CatalogueEntry {
            sku: row.sku("sku")?,
            name: row.text("name")?,
            base_unit: row.base_unit("base_unit")?,
            unit: row.text("unit")?,
            unit_factor: row.integer("unit_factor")?,
            pack_name: row.text("pack_name")?,
            pack_size: row.quantity("pack_size")?,
            minimum_order: row.quantity("minimum_order")?,
            shelf_life_days: row.days_opt("shelf_life_days")?,
            price: row.money("price")?,
            barcode: row.text_opt("barcode")?,
            active: row.flag("active")?,
        },
        cost: row.money_opt("cost")?,
        supplier: row.text_opt("supplier")?,
        category: row.text_opt("category")?,
    })
}

/// Writes a product, in place of what was known of it.
pub fn put_product(tx: &mut dyn HubTx, product: &Product) -> Result<()> {
    let entry = &product.entry;
    tx.execute(
        "INSERT INTO products (tenant_id, sku, name, base_unit, unit, unit_factor, pack_name, pack_size, minimum_order,
             shelf_life_days, price, cost, barcode, supplier, category, active)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (tenant_id, sku) DO UPDATE SET
             name = excluded.name, base_unit = excluded.base_unit, unit = excluded.unit,
             unit_factor = excluded.unit_factor, pack_name = excluded.pack_name, pack_size = excluded.pack_size,
             minimum_order = excluded.minimum_order, shelf_life_days = excluded.shelf_life_days,
             price = excluded.price, cost = excluded.cost, barcode = excluded.barcode,
             supplier = excluded.supplier, category = excluded.category, active = excluded.active",
        &[
            (&entry.sku).into(),
            (&entry.name).into(),
            entry.base_unit.into(),
            (&entry.unit).into(),
            entry.unit_factor.into(),
            (&entry.pack_name).into(),
            entry.pack_size.into(),
            entry.minimum_order.into(),
            entry.shelf_life_days.into(),
            entry.price.into(),
            product.cost.into(),
            entry.barcode.clone().into(),
            product.supplier.clone().into(),
            product.category.clone().into(),
            entry.active.into(),
        ],
    )?;
    Ok(())
}

/// Takes a product's barcode off it, so that another may have it within the same transaction.
pub fn free_barcode(tx: &mut dyn HubTx, sku: &Sku) -> Result<()> {
    tx.execute(
        "UPDATE products SET barcode = NULL WHERE tenant_id = tenant() AND sku = $1",
        &[sku.into()],
    )?;
    Ok(())
}

/// All suppliers by name.
pub fn suppliers(tx: &mut dyn HubTx) -> Result<Vec<Supplier>> {
    tx.query(
        "SELECT name, lead_time_days, minimum_order_value, handling_cost, phone, email, address, active
         FROM suppliers WHERE tenant_id = tenant() ORDER BY name",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(Supplier {
            name: row.text("name")?,
            lead_time_days: row.days_opt("lead_time_days")?,
            minimum_order_value: row.money_opt("minimum_order_value")?,
            handling_cost: row.money_opt("handling_cost")?,
            phone: row.text_opt("phone")?,
            email: row.text_opt("email")?,
            address: row.text_opt("address")?,
            active: row.flag("active")?,
        })
    })
    .collect()
}

/// Writes a supplier, in place of what was known.
pub fn put_supplier(tx: &mut dyn HubTx, supplier: &Supplier) -> Result<()> {
    tx.execute(
        "INSERT INTO suppliers (tenant_id, name, lead_time_days, minimum_order_value, handling_cost, phone, email, address, active)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, name) DO UPDATE SET
             lead_time_days = excluded.lead_time_days, minimum_order_value = excluded.minimum_order_value,
             handling_cost = excluded.handling_cost, phone = excluded.phone, email = excluded.email,
             address = excluded.address, active = excluded.active",
        &[
            (&supplier.name).into(),
            supplier.lead_time_days.into(),
            supplier.minimum_order_value.into(),
            supplier.handling_cost.into(),
            supplier.phone.clone().into(),
            supplier.email.clone().into(),
            supplier.address.clone().into(),
            supplier.active.into(),
        ],
    )?;
    Ok(())
}

/// All costs.
pub fn costs(tx: &mut dyn HubTx) -> Result<Vec<Cost>> {
    tx.query(
        "SELECT shop_id, sku, cost FROM costs WHERE tenant_id = tenant() ORDER BY shop_id, sku",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(Cost {
            shop_id: Some(row.text("shop_id")?).filter(|id| !id.is_empty()),
            sku: match row.text("sku")?.as_str() {
                "" => None,
                _ => Some(row.sku("sku")?),
            },
            cost: row.money("cost")?,
        })
    })
    .collect()
}

/// Writes a cost, in place of the one for the same shop and product.
pub fn put_cost(tx: &mut dyn HubTx, cost: &Cost) -> Result<()> {
    tx.execute(
        "INSERT INTO costs (tenant_id, shop_id, sku, cost) VALUES (tenant(), $1, $2, $3)
         ON CONFLICT (tenant_id, shop_id, sku) DO UPDATE SET cost = excluded.cost",
        &[
            cost.shop_id.as_deref().unwrap_or_default().into(),
            cost.sku.as_ref().map_or("", Sku::as_str).into(),
            cost.cost.into(),
        ],
    )?;
    Ok(())
}
