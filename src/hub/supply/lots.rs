//! Lots and reorder points of one supplier's products: the mathematics is `plan`'s.

use super::item::{LotRule, Source, SupplyItem};
use crate::error::{Error, Result};
use crate::model::Money;
use crate::plan::distribution::normal_quantile;
use crate::plan::lot::{
    CoordinatedCosts, LeadTimeDemand, LotCosts, ReorderPoint, coordinated_order_quantity,
    economic_order_quantity, reorder_point,
};
use crate::plan::{JointCosts, JointItem, ParameterError, joint_interval};

/// Days in the period that the holding fraction is for.
pub(super) const PERIOD_DAYS: u32 = 30;

/// Days of demand in a lot where nobody has said what an order costs.
const WEEK: f64 = 7.0;

/// What the distributor decides on its supply by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SupplyPolicy {
    /// F: holding goods for 30 days, as a share of their price.
    pub holding_fraction: f64,
    /// The wanted probability that stock lasts until an order has come; 0.5 for no safety stock.
    pub service_level: f64,
}

impl SupplyPolicy {
    /// k: the normal quantile of the service level.
    #[must_use]
    pub fn service_factor(&self) -> f64 {
        normal_quantile(self.service_level)
    }
}

/// ROP_k = R_k L_k + k sqrt(L sigma^2 + R^2 Var(L)), in days and base units; a supplier that takes orders on some days
/// only adds the longest wait for one of them to L.
pub(super) fn reorder_level(
    item: &SupplyItem,
    source: &Source,
    policy: &SupplyPolicy,
) -> Result<ReorderPoint> {
    let demand = LeadTimeDemand {
        demand_rate: item.demand_per_day,
        demand_sd: item.variance_per_day.max(0.0).sqrt(),
        lead_time: f64::from(source.lead_time_days + source.longest_wait_days()),
        lead_time_sd: source.lead_time_sd_days,
    };
    reorder_point(&demand, policy.service_factor()).map_err(|error| at(item, error))
}

/// Q of each product of one supplier, in base units, and how it was found.
///
/// An order costs what it costs whatever it holds (C_d + C_s), and each product adds to that (C_kd + C_ks). Where only
/// the products cost, each has the lot of its own. Where the order costs, they share one interval T, and Q_k = R_k T: for
/// a single product the same lot.
pub(super) fn lots(
    items: &[(&SupplyItem, &Source)],
    policy: &SupplyPolicy,
) -> Result<Vec<(f64, LotRule)>> {
    let asked = |item: &SupplyItem| item.demand_per_day > 0.0;
    let shared = items
        .iter()
        .map(|(_, source)| source.per_order.0 + source.per_order.1)
        .max()
        .unwrap_or(Money::ZERO);
    let several = items.iter().filter(|(item, _)| asked(item)).count() > 1;
    if shared > Money::ZERO && several {
        let basket: Vec<JointItem> = items
            .iter()
            .map(|(item, source)| JointItem {
                price_sum: per_base_unit(source.price, item)
                    + source
                        .supplier_price
                        .map_or(0.0, |price| per_base_unit(price, item)),
                demand_per_period: per_period(item),
                item_cost: (source.per_line.0 + source.per_line.1).0 as f64,
            })
            .collect();
        let costs = JointCosts {
            per_delivery: shared.0 as f64,
            holding_fraction_per_period: policy.holding_fraction,
            period_days: PERIOD_DAYS,
        };
        if let Some(interval) = joint_interval(&costs, &basket) {
            return Ok(items
                .iter()
                .map(|(item, _)| (per_period(item) * interval.periods, LotRule::Joint))
                .collect());
        }
    }
    items
        .iter()
        .map(|(item, source)| own_lot(item, source, policy))
        .collect()
}

fn own_lot(item: &SupplyItem, source: &Source, policy: &SupplyPolicy) -> Result<(f64, LotRule)> {
    let own = (source.per_order.0 + source.per_line.0).0 as f64;
    let suppliers = (source.per_order.1 + source.per_line.1).0 as f64;
    let price = per_base_unit(source.price, item);
    let week = (item.demand_per_day * WEEK, LotRule::Week);
    if item.demand_per_day <= 0.0 || own + suppliers <= 0.0 || price <= 0.0 {
        return Ok(week);
    }
    if let Some(supplier_price) = source.supplier_price.filter(|price| *price > Money::ZERO) {
        let costs = CoordinatedCosts {
            demand_rate: per_period(item),
            distributor_cost: own,
            supplier_cost: suppliers,
            holding_fraction: policy.holding_fraction,
            distributor_price: price,
            supplier_price: per_base_unit(supplier_price, item),
        };
        let lot = coordinated_order_quantity(&costs).map_err(|error| at(item, error))?;
        return Ok((lot.quantity, LotRule::Coordinated));
    }
    if own <= 0.0 {
        return Ok(week);
    }
    let costs = LotCosts {
        order_cost: own,
        holding_cost: policy.holding_fraction * price,
        demand_rate: per_period(item),
    };
    let lot = economic_order_quantity(&costs).map_err(|error| at(item, error))?;
    Ok((lot.quantity, LotRule::Economic))
}

fn per_base_unit(price: Money, item: &SupplyItem) -> f64 {
    price.0 as f64 / item.unit_factor.max(1) as f64
}

fn per_period(item: &SupplyItem) -> f64 {
    item.demand_per_day * f64::from(PERIOD_DAYS)
}

fn at(item: &SupplyItem, error: ParameterError) -> Error {
    Error::Internal(format!("planning the supply of {}: {error}", item.sku))
}
