//! All that a shop's stock and plan are made from, as one snapshot.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::store::projections::{self, LotRow};
use super::store::shipments::{self, Coming};
use super::store::shops::Shop;
use super::store::{HubTx, order_board};
use crate::error::Result;
use crate::model::{Quantity, Sku, StockPosition};
use crate::plan::{DayFlow, LotBalance, Policy, ProductInput, perishable};
use crate::wire::event::ProductFacts;

/// What the hub knows of a shop's products and stock.
pub(super) struct ShopFigures {
    shop_id: String,
    /// What the shop told of its products.
    pub products: BTreeMap<Sku, ProductFacts>,
    /// Stock by best-before date.
    pub lots: BTreeMap<Sku, Vec<LotBalance>>,
    /// On its way from here.
    pub coming: BTreeMap<Sku, Coming>,
    /// Ordered by the shop beyond its plan, and not sent.
    pub owed: BTreeMap<Sku, Quantity>,
}

impl ShopFigures {
    pub fn load(tx: &mut dyn HubTx, shop_id: &str) -> Result<Self> {
        let products = projections::products(tx, shop_id)?;
        let lots = projections::lots(tx, shop_id)?;
        let coming = shipments::coming(tx, shop_id)?;
        let owed = order_board::owed_to_shop(tx, shop_id)?;
        Ok(Self::of(shop_id, products, lots, coming, owed))
    }

    /// The same from rows that were read together with other shops'.
    pub fn of(
        shop_id: &str,
        products: Vec<ProductFacts>,
        rows: Vec<LotRow>,
        coming: BTreeMap<Sku, Coming>,
        owed: BTreeMap<Sku, Quantity>,
    ) -> Self {
        let mut lots: BTreeMap<Sku, Vec<LotBalance>> = BTreeMap::new();
        for row in rows {
            lots.entry(row.sku).or_default().push(LotBalance {
                expires: row.expires,
                quantity: row.quantity,
            });
        }
        Self {
            shop_id: shop_id.to_owned(),
            products: products
                .into_iter()
                .map(|facts| (facts.sku.clone(), facts))
                .collect(),
            lots,
            coming,
            owed,
        }
    }

    /// Each product's days, for [`Self::inputs`].
    pub fn flows(&self, tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, Vec<DayFlow>>> {
        let mut flows: BTreeMap<Sku, Vec<DayFlow>> = BTreeMap::new();
        for day in projections::days(tx, &self.shop_id, NaiveDate::MIN)? {
            flows.entry(day.sku).or_default().push(DayFlow {
                date: day.date,
                sold: day.sold,
                imported: day.imported,
                missed: day.missed,
                net: day.net,
                inflow: day.inflow,
                moved: day.moved,
            });
        }
        Ok(flows)
    }

    /// What the plan of each wanted product is made from. These are the shop's own figures, its pack and its minimum
    /// too, so that the same plan comes out here and there.
    pub fn inputs(
        &self,
        mut flows: BTreeMap<Sku, Vec<DayFlow>>,
        wanted: impl Fn(&ProductFacts) -> bool,
    ) -> Vec<ProductInput> {
        self.products
            .values()
            .filter(|facts| facts.active && !facts.consignment && wanted(facts))
            .map(|facts| self.input(&facts.sku, flows.remove(&facts.sku).unwrap_or_default()))
            .collect()
    }

    fn input(&self, sku: &Sku, flows: Vec<DayFlow>) -> ProductInput {
        let facts = self.products.get(sku);
        let coming = self.coming.get(sku).copied().unwrap_or_default();
        ProductInput {
            sku: sku.clone(),
            flows,
            lots: self.lots.get(sku).cloned().unwrap_or_default(),
            on_order: coming.on_order,
            in_transit: coming.in_transit,
            backordered: self.owed.get(sku).copied().unwrap_or_default(),
            pack_size: facts.map_or(Quantity(1), |facts| facts.pack_size),
            minimum_order: facts.map_or(Quantity::ZERO, |facts| facts.minimum_order),
            shelf_life_days: facts.and_then(|facts| facts.shelf_life_days),
        }
    }

    /// A product's position on `date`. What is past its date counts as expiring; what will not sell in time is the
    /// plan's to say.
    pub fn position(&self, sku: &Sku, date: NaiveDate) -> StockPosition {
        let lots = self.lots.get(sku).map(Vec::as_slice).unwrap_or_default();
        let coming = self.coming.get(sku).copied().unwrap_or_default();
        StockPosition {
            on_hand: perishable::on_hand(lots),
            expiring: perishable::expired(date, lots),
            on_order: coming.on_order,
            in_transit: coming.in_transit,
            backordered: self.owed.get(sku).copied().unwrap_or_default(),
        }
    }
}

/// The policy that a shop is planned by: its own, with what the hub has set for it.
pub(super) fn policy_of(shop: &Shop) -> Policy {
    let own = shop
        .policy_json
        .as_deref()
        .map(serde_json::from_str::<Policy>);
    let mut policy = match own {
        None => Policy::default(),
        Some(Ok(policy)) => policy,
        Some(Err(error)) => {
            // A newer shop may have settings that this program does not know; its deliveries must not stop for that.
            tracing::warn!(shop = %shop.name, %error, "the shop's planning policy cannot be read; planning by the default");
            Policy::default()
        }
    };
    policy.review_days = shop.review_days.unwrap_or(policy.review_days);
    policy.lead_time_days = shop.lead_time_days.unwrap_or(policy.lead_time_days);
    policy
}
