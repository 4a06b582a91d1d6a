//! Traditional ordering: everybody for himself, by economic lot and reorder point.

use super::{
    Beliefs, Charging, Morning, Replenishment, ShopOrder, SupplierOrder, lots_above, whole_lot,
    whole_packs,
};
use crate::plan::distribution::normal_quantile;
use crate::plan::lot::{LeadTimeDemand, LotCosts, economic_order_quantity, reorder_point};
use crate::simulate::demand::DemandModel;
use crate::simulate::network::Network;

/// Each shop orders each product by itself: Q = sqrt(2 R A / (F P_j)), A its cost of an order, when its position is at
/// or below R L. The distributor does the same at each supplier with its own cost and price: Q = sqrt(2 R C_kd /
/// (F P_d)). Where the network asks for it, safety stock k sigma is added to the reorder points.
///
/// Source: F. W. Harris (1913) for the lot; without safety stock as the published study computes it.
#[derive(Debug)]
pub struct Traditional<'network> {
    network: &'network Network,
    truth: &'network DemandModel,
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
    pub fn new(network: &'network Network, truth: &'network DemandModel) -> Self {
        let products = network.products.len();
        let pairs = network.shops.len() * products;
        Self {
            network,
            truth,
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
            levels.reorder_point = level(
                network,
                (mean, variance),
                lead_time.mean_days,
                lead_time.sd_days,
            );
        }
        for (product, levels) in self.distributor.iter_mut().enumerate() {
            let (mean, variance) = self.beliefs.of_product(product, products);
            let goods = &network.products[product];
            let lot = economic_lot(network, mean, goods.order_cost, goods.distributor_price);
            let lead_time = network.suppliers[goods.supplier].lead_time;
            levels.lot = if mean > 0.0 { whole_lot(lot) } else { 0 };
            levels.reorder_point = level(
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
        "traditional"
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

/// R L, and where the network asks for a service level the safety stock of [`reorder_point`]; L may have a review
/// interval in it, and the level is an order-up-to level then.
pub(super) fn level(
    network: &Network,
    (mean_per_day, variance_per_day): (f64, f64),
    days: f64,
    days_sd: f64,
) -> f64 {
    let demand = LeadTimeDemand {
        demand_rate: mean_per_day,
        demand_sd: variance_per_day.sqrt(),
        lead_time: days,
        lead_time_sd: days_sd,
    };
    let factor = network.classic_service_level.map_or(0.0, normal_quantile);
    reorder_point(&demand, factor).map_or(0.0, |point| point.level)
}
