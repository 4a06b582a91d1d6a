//! Which suppliers a product can be bought from, in which order they are asked, and on what terms.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{HubTx, Row};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};

/// How a product is had from a supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplyKind {
    /// Bought.
    Purchase,
    /// Made here: the distributor's own production is the supplier.
    Production,
}

impl SupplyKind {
    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Production => "production",
        }
    }

    /// The reverse of [`SupplyKind::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Purchase, Self::Production]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// A product at a supplier. What is absent is the supplier's own, or the product's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSupplier {
    /// The product.
    pub sku: Sku,
    /// The supplier's name.
    pub supplier: String,
    /// Bought or made.
    pub kind: SupplyKind,
    /// 1 is asked first.
    pub rank: u32,
    /// The supplier's own code of it.
    pub supplier_sku: Option<String>,
    /// Days from ordering to having it.
    pub lead_time_days: Option<u32>,
    /// Rupiah per unit of the product.
    pub price: Option<Money>,
    /// P_s: what a unit costs the supplier itself, where it has told.
    pub supplier_price: Option<Money>,
    /// The least order of it, base units.
    pub minimum_quantity: Option<Quantity>,
    /// C_kd: what ordering it costs the distributor each time.
    pub order_cost: Option<Money>,
    /// C_ks: what that costs the supplier each time.
    pub supplier_order_cost: Option<Money>,
    /// The supplier's pack: its name, and its size in base units.
    pub pack: Option<(String, Quantity)>,
    /// Still offered by the supplier.
    pub active: bool,
}

impl ProductSupplier {
    /// The product at the supplier, on the supplier's and the product's own terms.
    #[must_use]
    pub fn new(sku: Sku, supplier: String, rank: u32) -> Self {
        Self {
            sku,
            supplier,
            kind: SupplyKind::Purchase,
            rank,
            supplier_sku: None,
            lead_time_days: None,
            price: None,
            supplier_price: None,
            minimum_quantity: None,
            order_cost: None,
            supplier_order_cost: None,
            pack: None,
            active: true,
        }
    }
}

/// What is kept of a supplier besides what is imported of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupplierTerms {
    /// It cannot deliver before this date.
    pub unavailable_until: Option<NaiveDate>,
    /// Why, in words.
    pub unavailable_reason: Option<String>,
    /// C_s: what an order costs the supplier itself, whatever it holds.
    pub supplier_order_cost: Option<Money>,
    /// How far its deliveries are early or late: the standard deviation of its lead time, in thousandths of a day.
    pub lead_time_sd_milli_days: Option<u32>,
    /// `mon,thu`: the days on which it takes orders; absent for any day.
    pub order_weekdays: Option<String>,
}

const COLUMNS: &str = "sku, supplier, kind, rank, supplier_sku, lead_time_days, price, supplier_price, \
     minimum_quantity, order_cost, supplier_order_cost, pack_name, pack_size, active";

/// All products at all suppliers: by product, the one that is asked first, first.
pub fn all(tx: &mut dyn HubTx) -> Result<Vec<ProductSupplier>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM product_suppliers WHERE tenant_id = tenant() ORDER BY sku, rank, supplier"
        ),
        &[],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// A product's suppliers, the one that is asked first, first.
pub fn of_product(tx: &mut dyn HubTx, sku: &Sku) -> Result<Vec<ProductSupplier>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM product_suppliers WHERE tenant_id = tenant() AND sku = $1 ORDER BY rank, supplier"
        ),
        &[sku.into()],
    )?
    .iter()
    .map(from_row)
    .collect()
}

fn from_row(row: &Row) -> Result<ProductSupplier> {
    let (kind, rank) = (row.text("kind")?, row.integer("rank")?);
    let sku = row.sku("sku")?;
    let corrupt = |what: &str| Error::Corrupt(format!("{sku} is had from a supplier {what}"));
    let pack_size = row.quantity_opt("pack_size")?;
    Ok(ProductSupplier {
        supplier: row.text("supplier")?,
        kind: SupplyKind::parse(&kind).ok_or_else(|| corrupt("in no known way"))?,
        rank: u32::try_from(rank).map_err(|_| corrupt("of no rank"))?,
        supplier_sku: row.text_opt("supplier_sku")?,
        lead_time_days: row.days_opt("lead_time_days")?,
        price: row.money_opt("price")?,
        supplier_price: row.money_opt("supplier_price")?,
        minimum_quantity: row.quantity_opt("minimum_quantity")?,
        order_cost: row.money_opt("order_cost")?,
        supplier_order_cost: row.money_opt("supplier_order_cost")?,
        pack: row.text_opt("pack_name")?.zip(pack_size),
        active: row.flag("active")?,
        sku,
    })
}

/// Writes a product at a supplier, in place of what was known.
pub fn put(tx: &mut dyn HubTx, terms: &ProductSupplier) -> Result<()> {
    let (pack_name, pack_size) = terms.pack.clone().unzip();
    tx.execute(
        "INSERT INTO product_suppliers (tenant_id, sku, supplier, kind, rank, supplier_sku, lead_time_days, price,
             supplier_price, minimum_quantity, order_cost, supplier_order_cost, pack_name, pack_size, active)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (tenant_id, sku, supplier) DO UPDATE SET
             kind = excluded.kind, rank = excluded.rank, supplier_sku = excluded.supplier_sku,
             lead_time_days = excluded.lead_time_days, price = excluded.price,
             supplier_price = excluded.supplier_price, minimum_quantity = excluded.minimum_quantity,
             order_cost = excluded.order_cost, supplier_order_cost = excluded.supplier_order_cost,
             pack_name = excluded.pack_name, pack_size = excluded.pack_size, active = excluded.active",
        &[
            (&terms.sku).into(),
            (&terms.supplier).into(),
            terms.kind.as_str().into(),
            terms.rank.into(),
            terms.supplier_sku.clone().into(),
            terms.lead_time_days.into(),
            terms.price.into(),
            terms.supplier_price.into(),
            terms.minimum_quantity.into(),
            terms.order_cost.into(),
            terms.supplier_order_cost.into(),
            pack_name.into(),
            pack_size.into(),
            terms.active.into(),
        ],
    )?;
    Ok(())
}

/// The terms of all suppliers that have any, by name.
pub fn terms(tx: &mut dyn HubTx) -> Result<BTreeMap<String, SupplierTerms>> {
    tx.query(
        "SELECT supplier, unavailable_until, unavailable_reason, supplier_order_cost, lead_time_sd_milli_days,
             order_weekdays
         FROM supplier_terms WHERE tenant_id = tenant() ORDER BY supplier",
        &[],
    )?
    .iter()
    .map(|row| {
        let terms = SupplierTerms {
            unavailable_until: row.date_opt("unavailable_until")?,
            unavailable_reason: row.text_opt("unavailable_reason")?,
            supplier_order_cost: row.money_opt("supplier_order_cost")?,
            lead_time_sd_milli_days: row.days_opt("lead_time_sd_milli_days")?,
            order_weekdays: row.text_opt("order_weekdays")?,
        };
        Ok((row.text("supplier")?, terms))
    })
    .collect()
}

/// Writes a supplier's terms, in place of what was known.
pub fn put_terms(tx: &mut dyn HubTx, supplier: &str, terms: &SupplierTerms) -> Result<()> {
    tx.execute(
        "INSERT INTO supplier_terms (tenant_id, supplier, unavailable_until, unavailable_reason, supplier_order_cost,
             lead_time_sd_milli_days, order_weekdays)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, supplier) DO UPDATE SET
             unavailable_until = excluded.unavailable_until, unavailable_reason = excluded.unavailable_reason,
             supplier_order_cost = excluded.supplier_order_cost,
             lead_time_sd_milli_days = excluded.lead_time_sd_milli_days, order_weekdays = excluded.order_weekdays",
        &[
            supplier.into(),
            terms.unavailable_until.into(),
            terms.unavailable_reason.clone().into(),
            terms.supplier_order_cost.into(),
            terms.lead_time_sd_milli_days.into(),
            terms.order_weekdays.clone().into(),
        ],
    )?;
    Ok(())
}
