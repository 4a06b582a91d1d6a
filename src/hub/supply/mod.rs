//! What to buy, from whom, and when: lots and reorder points over the sum of the shops' forecasts.

mod item;
mod lots;
mod plan;
pub mod render;
pub mod words;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Hub;
use super::production::materials::{material_use, stocked};
use super::store::catalogue::{self, Product, Supplier};
use super::store::plans::{product_demand, product_plans};
use super::store::product_suppliers::{self, ProductSupplier, SupplierTerms, SupplyKind};
use super::store::{self, HubTx};
use super::store::{order_board, planned_shipments, warehouse};
use crate::error::Result;
use crate::model::{Money, Quantity, Sku};

pub use item::{
    LotRule, Source, SupplyItem, SupplyPosition, SupplyReason, SupplyUrgency, Switch, SwitchReason,
};
pub use lots::SupplyPolicy;
pub use plan::{OrderReason, SupplierPlan, SupplyLine, SupplyPlan, Unsupplied, supply_plan};

/// Days from ordering to having the goods where neither the supplier nor the product says; as a shop's default.
pub const USUAL_LEAD_TIME_DAYS: u32 = 2;

impl Hub {
    /// What is to be ordered on `date`, supplier by supplier, of products that are kept count of.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] for settings that cannot be, and what the database said.
    pub async fn supply_plan(&self, date: NaiveDate) -> Result<SupplyPlan> {
        self.may_plan_for(date)?;
        let policy = self.supply_policy()?;
        store::read(self.store(), move |tx| planned(tx, date, &policy)).await
    }

    /// What supply is decided by.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] for settings that cannot be.
    pub fn supply_policy(&self) -> Result<SupplyPolicy> {
        Ok(SupplyPolicy {
            holding_fraction: self.config.holding_fraction_per_period()?,
            service_level: self.config.supply_service_level()?,
        })
    }
}

/// The plan of `date`, within a transaction.
pub(super) fn planned(
    tx: &mut dyn HubTx,
    date: NaiveDate,
    policy: &SupplyPolicy,
) -> Result<SupplyPlan> {
    supply_plan(date, items(tx, date)?, policy)
}

/// Every product or raw material that is bought, offered or used, and kept count of, with its suppliers.
fn items(tx: &mut dyn HubTx, date: NaiveDate) -> Result<Vec<SupplyItem>> {
    let products = stocked(tx)?;
    let demand = product_demand(tx)?;
    let planned_for_shops = product_plans(tx)?;
    let available = warehouse::availability(tx, date)?;
    let planned = planned_shipments::unreserved(tx)?;
    let ordered = order_board::open_demand(tx)?;
    let used = material_use(tx)?;
    let sources = Sources::load(tx)?;
    let mut items = Vec::new();
    for (sku, product) in products {
        let Some(there) = available.get(&sku) else {
            continue;
        };
        let asked = demand.get(&sku).copied().unwrap_or_default();
        let used = used.get(&sku).copied().unwrap_or_default();
        let made_here = sources.made_here(&sku);
        if !product.entry.active || made_here {
            continue;
        }
        items.push(SupplyItem {
            name: product.entry.name.clone(),
            unit: product.entry.unit.clone(),
            unit_factor: product.entry.unit_factor,
            shelf_life_days: product.entry.shelf_life_days,
            demand_per_day: asked.forecast_per_day + used.per_day,
            variance_per_day: asked.variance_per_day + used.variance_per_day,
            for_runs: used.for_runs,
            shops_need: planned_for_shops
                .get(&sku)
                .map(|plan| plan.due_quantity)
                .unwrap_or_default(),
            stock: SupplyPosition {
                on_hand: there.on_hand,
                expired: there.expired,
                reserved: there.reserved,
                on_order: there.on_order,
                backordered: ordered
                    .get(&sku)
                    .map_or(Quantity::ZERO, |open| open.backordered),
                planned: planned.get(&sku).copied().unwrap_or_default() + used.for_runs,
            },
            sources: sources.of(&sku, &product),
            sku,
        });
    }
    Ok(items)
}

/// All suppliers and what can be bought from them.
pub(super) struct Sources {
    suppliers: BTreeMap<String, Supplier>,
    terms: BTreeMap<String, SupplierTerms>,
    offers: BTreeMap<Sku, Vec<ProductSupplier>>,
}

impl Sources {
    pub fn load(tx: &mut dyn HubTx) -> Result<Self> {
        let mut offers: BTreeMap<Sku, Vec<ProductSupplier>> = BTreeMap::new();
        for offer in product_suppliers::all(tx)? {
            offers.entry(offer.sku.clone()).or_default().push(offer);
        }
        Ok(Self {
            suppliers: catalogue::suppliers(tx)?
                .into_iter()
                .map(|supplier| (supplier.name.clone(), supplier))
                .collect(),
            terms: product_suppliers::terms(tx)?,
            offers,
        })
    }

    /// Whether the product is made here and not bought.
    pub fn made_here(&self, sku: &Sku) -> bool {
        let first = self.offers.get(sku).and_then(|offers| offers.first());
        first.is_some_and(|offer| offer.kind == SupplyKind::Production && offer.active)
    }

    /// From whom a product can be bought, the one that is asked first, first. A product that is in no list of a supplier
    /// is bought from the one in the catalogue.
    pub fn of(&self, sku: &Sku, product: &Product) -> Vec<Source> {
        let mut offers = self.offers.get(sku).cloned().unwrap_or_default();
        offers.retain(|offer| offer.kind == SupplyKind::Purchase);
        if offers.is_empty()
            && let Some(name) = &product.supplier
        {
            offers.push(ProductSupplier::new(sku.clone(), name.clone(), 1));
        }
        offers
            .into_iter()
            .map(|offer| self.source(offer, product))
            .collect()
    }

    /// The terms on which a supplier would deliver a product, be it in the supplier's list or not.
    pub fn at(&self, supplier: &str, sku: &Sku, product: &Product) -> Source {
        let mut known = self.offers.get(sku).into_iter().flatten();
        let offer = known
            .find(|offer| offer.supplier == supplier)
            .cloned()
            .unwrap_or_else(|| ProductSupplier::new(sku.clone(), supplier.to_owned(), 1));
        self.source(offer, product)
    }

    fn source(&self, offer: ProductSupplier, product: &Product) -> Source {
        let supplier = self.suppliers.get(&offer.supplier);
        let terms = self.terms.get(&offer.supplier);
        let own_lead_time = supplier.and_then(|supplier| supplier.lead_time_days);
        Source {
            rank: offer.rank,
            active: offer.active && supplier.is_none_or(|supplier| supplier.active),
            unavailable_until: terms.and_then(|terms| terms.unavailable_until),
            lead_time_days: offer
                .lead_time_days
                .or(own_lead_time)
                .unwrap_or(USUAL_LEAD_TIME_DAYS),
            order_days: terms
                .and_then(|terms| terms.order_weekdays.as_deref())
                .and_then(|days| days.parse().ok())
                .unwrap_or_default(),
            lead_time_sd_days: terms
                .and_then(|terms| terms.lead_time_sd_milli_days)
                .map_or(0.0, |milli| f64::from(milli) / 1000.0),
            // Where nobody has told what is paid, what shops pay stands in.
            price: offer.price.or(product.cost).unwrap_or(product.entry.price),
            supplier_price: offer.supplier_price,
            per_order: (
                supplier
                    .and_then(|supplier| supplier.handling_cost)
                    .unwrap_or(Money::ZERO),
                terms
                    .and_then(|terms| terms.supplier_order_cost)
                    .unwrap_or(Money::ZERO),
            ),
            per_line: (
                offer.order_cost.unwrap_or(Money::ZERO),
                offer.supplier_order_cost.unwrap_or(Money::ZERO),
            ),
            minimum: offer.minimum_quantity.unwrap_or(Quantity::ZERO),
            minimum_value: supplier
                .and_then(|supplier| supplier.minimum_order_value)
                .unwrap_or(Money::ZERO),
            pack: offer
                .pack
                .unwrap_or_else(|| (product.entry.pack_name.clone(), product.entry.pack_size)),
            supplier_sku: offer.supplier_sku,
            supplier: offer.supplier,
        }
    }
}
