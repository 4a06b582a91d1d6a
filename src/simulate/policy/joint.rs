//! Vendor-managed inventory as the published study has it: joint interval, order-up-to, coordinated lots.

use super::own::{LotAndPoint, order_lots};
use super::{
    Beliefs, Charging, Morning, Replenishment, Safety, ShopOrder, SupplierOrder, whole_lot,
    whole_packs,
};
use crate::plan::lot::{CoordinatedCosts, coordinated_order_quantity};
use crate::plan::rounding::half_up;
use crate::plan::{JointCosts, JointItem, joint_interval};
use crate::simulate::demand::DemandModel;
use crate::simulate::network::{Network, Product};

/// The distributor delivers each shop's whole basket every T days and fills each product up to E = R (T + L). It orders
/// coordinated lots Q = sqrt(2 R (C_kd + C_ks) / (F (P_d + P_s))) from suppliers when its own position is at or below
/// R L, R the demand of all shops. With safety stock, k sigma is added to E and ROP.
#[derive(Debug)]
pub struct VendorManaged<'network> {
    network: &'network Network,
    truth: &'network DemandModel,
    safety: Safety,
    beliefs: Beliefs,
    calendar: Calendar,
    /// E by pair.
    order_up_to: Vec<f64>,
    /// By product.
    distributor: Vec<LotAndPoint>,
}

impl<'network> VendorManaged<'network> {
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
            calendar: Calendar::new(network.shops.len()),
            order_up_to: vec![0.0; pairs],
            distributor: vec![LotAndPoint::default(); products],
        }
    }

    fn set_levels(&mut self) {
        let network = self.network;
        let products = network.products.len();
        for (at, shop) in network.shops.iter().enumerate() {
            let means = &self.beliefs.mean[at * products..(at + 1) * products];
            let interval = interval_days(network, at, means);
            self.calendar.interval[at] = interval;
            for (product, &mean) in means.iter().enumerate() {
                let pair = at * products + product;
                let lead_time = shop.lead_time;
                let days = f64::from(interval) + lead_time.mean_days;
                let variance = self.beliefs.variance[pair];
                self.order_up_to[pair] =
                    self.safety
                        .level(network, (mean, variance), days, lead_time.sd_days);
            }
        }
        for (product, levels) in self.distributor.iter_mut().enumerate() {
            let (mean, variance) = self.beliefs.of_product(product, products);
            let goods = &network.products[product];
            let lead_time = network.suppliers[goods.supplier].lead_time;
            levels.lot = coordinated_lot(network, goods, mean);
            levels.reorder_point = self.safety.level(
                network,
                (mean, variance),
                lead_time.mean_days,
                lead_time.sd_days,
            );
        }
    }
}

impl Replenishment for VendorManaged<'_> {
    fn name(&self) -> &'static str {
        match self.safety {
            Safety::None => "vmi",
            Safety::Stock => "vmi_with_safety_stock",
        }
    }

    fn charging(&self) -> Charging {
        Charging::PerDelivery
    }

    fn shop_orders(&mut self, morning: &Morning, orders: &mut Vec<ShopOrder>) {
        if self.beliefs.renew(morning, self.truth) {
            self.set_levels();
        }
        let products = self.network.products.len();
        for shop in self.calendar.due(morning.day) {
            for product in 0..products {
                let position = morning.world.shop(shop, product).position();
                let order_up_to = self.order_up_to[shop * products + product];
                let need = half_up(order_up_to - position as f64);
                if need > 0 {
                    orders.push(ShopOrder {
                        shop,
                        product,
                        quantity: whole_packs(self.network, product, need),
                    });
                }
            }
        }
    }

    fn supplier_orders(&mut self, morning: &Morning, orders: &mut Vec<SupplierOrder>) {
        order_lots(&self.distributor, morning, orders);
    }
}

/// When each shop gets its next delivery.
#[derive(Debug)]
pub(super) struct Calendar {
    /// Days from one delivery to the next, by shop.
    pub interval: Vec<u32>,
    next: Vec<Option<u32>>,
}

impl Calendar {
    pub(super) fn new(shops: usize) -> Self {
        Self {
            interval: vec![1; shops],
            next: vec![None; shops],
        }
    }

    /// The shops that are due on `day`, each of which is put down for its next delivery. First deliveries are spread
    /// over an interval, so that the distributor does not serve everybody on the same day.
    pub(super) fn due(&mut self, day: u32) -> Vec<usize> {
        let shops = self.next.len();
        let mut due = Vec::new();
        for (shop, next) in self.next.iter_mut().enumerate() {
            let interval = self.interval[shop];
            let spread = (shop as u64 * u64::from(interval) / shops as u64) as u32;
            let planned = *next.get_or_insert(day + spread);
            if planned <= day {
                *next = Some(day + interval);
                due.push(shop);
            }
        }
        due
    }
}

/// T in whole days for a shop whose products have these means: the joint interval, no longer than the shortest shelf
/// life in the basket leaves. A shop without demand is looked at once a period.
pub(super) fn interval_days(network: &Network, shop: usize, means: &[f64]) -> u32 {
    let items: Vec<JointItem> = network
        .products
        .iter()
        .zip(means)
        .map(|(product, mean)| JointItem {
            price_sum: product.distributor_price + product.retail_price,
            demand_per_period: mean * f64::from(network.period_days),
            item_cost: network.delivery.item,
        })
        .collect();
    let costs = JointCosts {
        per_delivery: network.delivery.per_delivery(),
        holding_fraction_per_period: network.holding_fraction_per_period,
        period_days: network.period_days,
    };
    let lead_time = network.shops[shop].lead_time.whole_days();
    let in_basket = network.products.iter().zip(means);
    let shortest_life = in_basket
        .filter(|(_, mean)| **mean > 0.0)
        .filter_map(|(product, _)| product.shelf_life_days)
        .min()
        .map_or(u32::MAX, |days| days.saturating_sub(lead_time));
    joint_interval(&costs, &items)
        .map_or(network.period_days, |interval| interval.days)
        .min(shortest_life)
        .clamp(1, LONGEST_INTERVAL_DAYS)
}

/// The longest review interval that the planner takes.
const LONGEST_INTERVAL_DAYS: u32 = 180;

/// The coordinated lot in whole units, 0 without demand.
pub(super) fn coordinated_lot(network: &Network, product: &Product, mean_per_day: f64) -> i64 {
    let costs = CoordinatedCosts {
        demand_rate: mean_per_day * f64::from(network.period_days),
        distributor_cost: product.order_cost,
        supplier_cost: product.handling_cost,
        holding_fraction: network.holding_fraction_per_period,
        distributor_price: product.distributor_price,
        supplier_price: product.production_cost,
    };
    // Everything but the demand was checked to be above 0.
    coordinated_order_quantity(&costs).map_or(0, |lot| whole_lot(lot.quantity))
}

/// Stock at the beginning, where the network does not say: R (T + L) by pair in shops, the coordinated lot by product at
/// the distributor.
#[must_use]
pub fn joint_opening(network: &Network, truth: &DemandModel) -> (Vec<i64>, Vec<i64>) {
    let products = network.products.len();
    let mut shops = Vec::with_capacity(network.shops.len() * products);
    let mut per_day = vec![0.0; products];
    for (at, shop) in network.shops.iter().enumerate() {
        let means: Vec<f64> = (0..products)
            .map(|product| truth.mean_per_day(at * products + product))
            .collect();
        for (sum, mean) in per_day.iter_mut().zip(&means) {
            *sum += mean;
        }
        if let Some(stock) = &shop.opening_stock {
            shops.extend(stock);
        } else {
            let days = f64::from(interval_days(network, at, &means)) + shop.lead_time.mean_days;
            shops.extend(means.iter().map(|mean| half_up(mean * days)));
        }
    }
    let lots = network.products.iter().zip(per_day);
    let lots = lots.map(|(product, mean)| {
        product
            .opening_stock
            .unwrap_or_else(|| coordinated_lot(network, product, mean))
    });
    (shops, lots.collect())
}
