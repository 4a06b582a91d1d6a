//! Traditional ordering: everybody for himself, by economic lot and reorder point.

use super::{
    Beliefs, Charging, Morning, Replenishment, Safety, ShopOrder, SupplierOrder, lots_above,
    whole_lot, whole_packs,
};
use crate::plan::lot::{LotCosts, economic_order_quantity};
use crate::simulate::demand::DemandModel;
use crate::simulate::network::Network;

/// Each shop orders each product by itself: Q = sqrt(2 R A / (F P_j)), A its cost of an order, when its position is at
/// or below R L. The distributor does the same at each supplier with its own cost and price: Q = sqrt(2 R C_kd /
/// (F P_d)). With safety stock, k sigma is added to the reorder points, and a shop's point lasts a day longer than L:
/// stock is looked at once a day, and what is not ordered today comes a day later.
///
/// Source: F. W. Harris (1913) for the lot; without safety stock as the published study computes it; with it, E. A.
/// Silver, D. F. Pyke and D. J. Thomas, "Inventory and production management in supply chains", 4th edition, chapter 6.
#[derive(Debug)]
pub struct Traditional<'network> {
    network: &'network Network,
    truth: &'network DemandModel,
    safety: Safety,
    beliefs: Beliefs,
    /// By pair.
    shops: Vec<LotAndPoint>,
    /// By product.
    distributor: Vec<LotAndPoint>,
}

/// Q and ROP.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LotAndPoint {
    pub lot: i64,
    pub reorder_point: f64,
}

impl<'network> Traditional<'network> {
    /// For a network with this demand.
    #[must_use]
    pub fn new(network: &'network Network, truth: &'network DemandModel, safety: Safety) -> Self {
        let products = network.products.len();
        let pairs = network.shops.len() * products;
        Self {
            network,
            truth,
            safety,
            beliefs: Beliefs::new(pairs),
            shops: vec![LotAndPoint::default(); pairs],
            distributor: vec![LotAndPoint::default(); products],
        }
    }

    fn set_levels(&mut self) {
        let network = self.network;
        let products = network.products.len();
        for (pair, levels) in self.shops.iter_mut().enumerate() {
            let (shop, product) = (pair / products, pair % products);
            let (mean, variance) = (self.beliefs.mean[pair], self.beliefs.variance[pair]);
            let goods = &network.products[product];
            let lot = economic_lot(
                network,
                mean,
                network.shops[shop].order_cost,
                goods.retail_price,
            );
            // Nobody buys more than will sell before its date.
            let sells = goods
                .shelf_life_days
                .map_or(f64::INFINITY, |days| mean * f64::from(days));
            let lot = whole_packs(network, product, whole_lot(lot.min(sells)));
            let lead_time = network.shops[shop].lead_time;
            levels.lot = if mean > 0.0 { lot } else { 0 };
            let days = match self.safety {
                Safety::None => lead_time.mean_days,
                Safety::Stock => lead_time.mean_days + REVIEW_DAYS,
            };
            let demand = (mean, variance);
            levels.reorder_point = self.safety.level(network, demand, days, lead_time.sd_days);
        }
        for (product, levels) in self.distributor.iter_mut().enumerate() {
            let (mean, variance) = self.beliefs.of_product(product, products);
            let goods = &network.products[product];
            let lot = economic_lot(network, mean, goods.order_cost, goods.distributor_price);
            let lead_time = network.suppliers[goods.supplier].lead_time;
            levels.lot = if mean > 0.0 { whole_lot(lot) } else { 0 };
            levels.reorder_point = self.safety.level(
                network,
                (mean, variance),
                lead_time.mean_days,
                lead_time.sd_days,
            );
        }
    }
}

impl Replenishment for Traditional<'_> {
    fn name(&self) -> &'static str {
        match self.safety {
            Safety::None => "traditional",
            Safety::Stock => "traditional_with_safety_stock",
        }
    }

    fn charging(&self) -> Charging {
        Charging::PerOrder
    }

    fn shop_orders(&mut self, morning: &Morning, orders: &mut Vec<ShopOrder>) {
        if self.beliefs.renew(morning, self.truth) {
            self.set_levels();
        }
        let products = self.network.products.len();
        for (pair, (stock, levels)) in morning.world.pairs().iter().zip(&self.shops).enumerate() {
            let quantity = order(stock.position(), *levels);
            if quantity > 0 {
                orders.push(ShopOrder {
                    shop: pair / products,
                    product: pair % products,
                    quantity,
                });
            }
        }
    }

    fn supplier_orders(&mut self, morning: &Morning, orders: &mut Vec<SupplierOrder>) {
        order_lots(&self.distributor, morning, orders);
    }
}

/// Orders lots of each product whose position at the distributor is at or below its reorder point.
pub(super) fn order_lots(
    levels: &[LotAndPoint],
    morning: &Morning,
    orders: &mut Vec<SupplierOrder>,
) {
    for (product, levels) in levels.iter().enumerate() {
        let quantity = order(morning.world.distributor(product).position(), *levels);
        if quantity > 0 {
            orders.push(SupplierOrder { product, quantity });
        }
    }
}

fn order(position: i64, levels: LotAndPoint) -> i64 {
    // What nobody asks for has no lot.
    if levels.lot == 0 {
        return 0;
    }
    lots_above(position, levels.reorder_point, levels.lot)
}

/// The economic lot of an order that costs `cost` and goods of `price`; 0 without demand.
fn economic_lot(network: &Network, mean_per_day: f64, cost: f64, price: f64) -> f64 {
    let costs = LotCosts {
        order_cost: cost,
        holding_cost: network.holding_fraction_per_period * price,
        demand_rate: mean_per_day * f64::from(network.period_days),
    };
    economic_order_quantity(&costs).map_or(0.0, |lot| lot.quantity)
}

/// From one look at the stock to the next.
const REVIEW_DAYS: f64 = 1.0;
