//! Policies: who orders what and when. Each sees what its people would see, and nothing of the future.

mod joint;
mod own;
mod planner;

pub use joint::{VendorManaged, joint_opening};
pub use own::Traditional;
pub use planner::Planner;

use super::demand::DemandModel;
use super::history::History;
use super::network::{Information, Network};
use super::world::{Claim, World};
use crate::plan::daily_series;
use crate::plan::distribution::normal_quantile;
use crate::plan::forecast::moving_average;
use crate::plan::lot::{LeadTimeDemand, reorder_point};

/// A morning, as a policy sees it.
#[derive(Debug, Clone, Copy)]
pub struct Morning<'world, 'network> {
    /// The day, from 0 at the first day of the history.
    pub day: u32,
    /// The goods.
    pub world: &'world World<'network>,
    /// What was sold.
    pub history: &'world History,
}

/// Units of a product wanted by a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopOrder {
    /// The shop.
    pub shop: usize,
    /// The product.
    pub product: usize,
    /// Base units, above 0.
    pub quantity: i64,
}

/// Units of a product wanted from its supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupplierOrder {
    /// The product.
    pub product: usize,
    /// Base units, above 0.
    pub quantity: i64,
}

/// What an order of a shop costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charging {
    /// Each product that a shop orders, its own cost of an order.
    PerOrder,
    /// Each delivery, whatever it carries, and something for each product in it.
    PerDelivery,
}

/// What traditional ordering and VMI keep for the chance in demand and lead time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// Nothing, as the published study has it: levels are mean demand.
    None,
    /// k sigma, k the normal quantile of [`Network::classic_service_level`].
    Stock,
}

impl Safety {
    /// R L, with safety stock as [`reorder_point`] adds it; L may have a review interval in it, and the level is an
    /// order-up-to level then.
    fn level(
        self,
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
        let factor = match self {
            Safety::None => 0.0,
            Safety::Stock => normal_quantile(network.classic_service_level),
        };
        reorder_point(&demand, factor).map_or(0.0, |point| point.level)
    }
}

/// One way to keep a network supplied.
pub trait Replenishment {
    /// Name in the results.
    fn name(&self) -> &'static str;

    /// What its orders cost.
    fn charging(&self) -> Charging;

    /// What shops are to be sent this morning, appended to `orders`.
    fn shop_orders(&mut self, morning: &Morning, orders: &mut Vec<ShopOrder>);

    /// How `stock` units of a product are shared among claims for more. The oldest first, unless a policy knows better.
    fn share(&self, morning: &Morning, product: usize, stock: i64, claims: &[Claim]) -> Vec<i64> {
        let _ = (morning, product);
        let mut left = stock;
        let parts = claims.iter().map(|claim| {
            let part = claim.quantity.min(left);
            left -= part;
            part
        });
        parts.collect()
    }

    /// What is to be ordered from suppliers, after the day's goods have been sent to shops, appended to `orders`.
    fn supplier_orders(&mut self, morning: &Morning, orders: &mut Vec<SupplierOrder>);
}

/// How many are compared.
pub const POLICIES: usize = 5;

/// All that are compared, in the order of the results, none of which knows anything yet.
#[must_use]
pub fn policies<'network>(
    network: &'network Network,
    truth: &'network DemandModel,
) -> [Box<dyn Replenishment + 'network>; POLICIES] {
    [
        Box::new(Traditional::new(network, truth, Safety::None)),
        Box::new(VendorManaged::new(network, truth, Safety::None)),
        Box::new(Traditional::new(network, truth, Safety::Stock)),
        Box::new(VendorManaged::new(network, truth, Safety::Stock)),
        Box::new(Planner::new(network)),
    ]
}

/// Mean and variance of daily demand as traditional ordering and VMI know them.
#[derive(Debug)]
struct Beliefs {
    mean: Vec<f64>,
    variance: Vec<f64>,
    /// The day from which on they are out of date.
    renew: u32,
}

impl Beliefs {
    fn new(pairs: usize) -> Self {
        Self {
            mean: vec![0.0; pairs],
            variance: vec![0.0; pairs],
            renew: 0,
        }
    }

    /// Brings them up to date; true when they may have changed.
    fn renew(&mut self, morning: &Morning, truth: &DemandModel) -> bool {
        if morning.day < self.renew {
            return false;
        }
        let network = morning.world.network();
        match network.information {
            Information::Known => {
                for (pair, (mean, variance)) in
                    self.mean.iter_mut().zip(&mut self.variance).enumerate()
                {
                    *mean = truth.mean_per_day(pair);
                    *variance = truth.variance_per_day(pair);
                }
                self.renew = u32::MAX;
            }
            Information::Learned => {
                let mut flows = Vec::new();
                for (pair, (mean, variance)) in
                    self.mean.iter_mut().zip(&mut self.variance).enumerate()
                {
                    flows.clear();
                    morning.history.flows(pair, &mut flows);
                    let series = daily_series(morning.history.today(), &flows);
                    let periods = network.planner.moving_average_periods;
                    if let Some(forecast) = moving_average(&series, periods, network.period_days, 1)
                    {
                        *mean = forecast.per_day();
                        *variance = forecast.sigma_protection * forecast.sigma_protection;
                    }
                }
                self.renew = morning.day.saturating_add(network.period_days);
            }
        }
        true
    }

    /// All shops' demand for a product per day: mean and variance.
    fn of_product(&self, product: usize, products: usize) -> (f64, f64) {
        let sum = |figures: &[f64]| figures.iter().skip(product).step_by(products).sum();
        (sum(&self.mean), sum(&self.variance))
    }
}

/// Whole units: to packs of at least the minimum order, upward.
fn whole_packs(network: &Network, product: usize, units: i64) -> i64 {
    let product = &network.products[product];
    let wanted = units.max(product.minimum_order);
    let packs = wanted / product.pack_size + i64::from(wanted % product.pack_size > 0);
    packs * product.pack_size
}

/// Half upward, at least 1: an economic lot in whole units.
fn whole_lot(units: f64) -> i64 {
    ((units + 0.5).floor() as i64).max(1)
}

/// As many lots as lift `position` above `reorder_point`; none when it is above already. The (R, nQ) policy, which is
/// the (s, Q) policy where demand between two mornings is below a lot.
fn lots_above(position: i64, reorder_point: f64, lot: i64) -> i64 {
    let missing = reorder_point - position as f64;
    if missing < 0.0 {
        return 0;
    }
    let lots = (missing / lot as f64).floor() as i64 + 1;
    lots.saturating_mul(lot)
}
