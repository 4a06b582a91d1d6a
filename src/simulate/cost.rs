//! The money of a simulation, by one rule for every policy.

use serde::Serialize;

use super::measure::Measures;
use super::network::Network;

/// Where money is spent.
pub const ECHELONS: [&str; 3] = ["shops", "distributor", "suppliers"];

/// Money per period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Cost {
    /// Shops' orders, deliveries, suppliers' lots.
    pub ordering: f64,
    /// Stock.
    pub holding: f64,
    /// Goods that passed their date.
    pub waste: f64,
    /// Margin of what customers did not get, and what their waiting costs.
    pub lost_sales: f64,
    /// All four.
    pub total: f64,
}

/// Of one echelon, all per period except the stock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct EchelonFigures {
    /// Money per period.
    pub cost: Cost,
    /// Units per period that passed their date.
    pub waste_units: f64,
    /// Units on hand on average.
    pub stock_average: f64,
}

/// The figures of shops, distributor and suppliers together, in this order.
///
/// - Ordering: a shop pays for each order of its own; a joint delivery costs the shop C_j and the distributor C_d and
///   the cost of each product carried; a lot costs the distributor C_kd and the supplier C_ks.
/// - Holding: F for each period times the echelon's own price (retail price, distributor's price, production cost)
///   times the stock, which on each day is the mean of the morning's (after deliveries) and the evening's. Goods on the
///   road are held by nobody: each policy has as many of them on average as it sells in the lead time.
/// - Waste: a unit that passes its date costs what its holder paid, P_d in a shop and P_s at the distributor.
/// - Lost sales: of each unit that a customer did not get, the shop loses P_j - P_d and the distributor P_d - P_s; a
///   customer who waits costs the shop the product's cost of waiting instead.
#[must_use]
pub fn figures(network: &Network, measures: &Measures) -> [EchelonFigures; 3] {
    let periods = f64::from(measures.days) / f64::from(network.period_days);
    let days = f64::from(measures.days);
    let mut shops = EchelonFigures::default();
    let mut distributor = EchelonFigures::default();
    let mut suppliers = EchelonFigures::default();
    for (at, product) in network.products.iter().enumerate() {
        let held = |echelon: &mut EchelonFigures, twice: i64, price: f64| {
            let unit_days = twice as f64 / 2.0;
            let unit_periods = unit_days / f64::from(network.period_days);
            echelon.cost.holding += network.holding_fraction_per_period * price * unit_periods;
            echelon.stock_average += unit_days / days;
        };
        held(
            &mut shops,
            measures.shop_stock_twice[at],
            product.retail_price,
        );
        held(
            &mut distributor,
            measures.distributor_stock_twice[at],
            product.distributor_price,
        );
        held(
            &mut suppliers,
            measures.supplier_stock_twice[at],
            product.production_cost,
        );
        let wasted = |echelon: &mut EchelonFigures, units: i64, price: f64| {
            echelon.cost.waste += units as f64 * price;
            echelon.waste_units += units as f64;
        };
        wasted(
            &mut shops,
            measures.shop_waste[at],
            product.distributor_price,
        );
        wasted(
            &mut distributor,
            measures.distributor_waste[at],
            product.production_cost,
        );
        let lost = measures.lost[at] as f64;
        shops.cost.lost_sales += lost * (product.retail_price - product.distributor_price);
        shops.cost.lost_sales += measures.waiting_days[at] as f64 * product.backorder_cost_per_day;
        distributor.cost.lost_sales += lost * (product.distributor_price - product.production_cost);
        let lots = measures.lots[at] as f64;
        distributor.cost.ordering += lots * product.order_cost;
        suppliers.cost.ordering += lots * product.handling_cost;
    }
    for (at, shop) in network.shops.iter().enumerate() {
        let deliveries = measures.joint_deliveries[at] as f64;
        shops.cost.ordering += measures.own_orders[at] as f64 * shop.order_cost;
        shops.cost.ordering += deliveries * network.delivery.shop;
        distributor.cost.ordering += deliveries * network.delivery.distributor;
    }
    distributor.cost.ordering += measures.joint_items as f64 * network.delivery.item;
    [shops, distributor, suppliers].map(|echelon| EchelonFigures {
        cost: echelon.cost.per(periods),
        waste_units: echelon.waste_units / periods,
        stock_average: echelon.stock_average,
    })
}

/// Money per period as the published study counts it: shops' orders or deliveries, and stock at shops and distributor; no
/// supplier's lots, no waste, no lost sales.
#[must_use]
pub fn as_the_study_counts(network: &Network, measures: &Measures) -> f64 {
    let [shops, distributor, _] = figures(network, measures);
    let lots = network.products.iter().zip(&measures.lots);
    let lots: f64 = lots
        .map(|(product, &lots)| lots as f64 * product.order_cost)
        .sum();
    let periods = f64::from(measures.days) / f64::from(network.period_days);
    let ordering = shops.cost.ordering + distributor.cost.ordering - lots / periods;
    ordering + shops.cost.holding + distributor.cost.holding
}

impl Cost {
    fn per(self, periods: f64) -> Self {
        let [ordering, holding, waste, lost_sales] =
            [self.ordering, self.holding, self.waste, self.lost_sales].map(|money| money / periods);
        Self {
            ordering,
            holding,
            waste,
            lost_sales,
            total: ordering + holding + waste + lost_sales,
        }
    }
}
