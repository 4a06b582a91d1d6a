//! What ordering and keeping cost, every cell by one rule: half a lot is kept on average, at the holder's own price.

use super::case::{Case, Retailer, Shipments};
use super::report::{Basis, RetailerPlan, WithVmi, WithoutVmi};
use crate::plan::lot::{LotCosts, economic_order_quantity};
use crate::plan::parameter::ParameterError;

/// What keeping half a lot of each product costs retailer and distributor.
pub(super) struct Holding {
    pub(super) retailer: Vec<f64>,
    pub(super) distributor: Vec<f64>,
}

impl Holding {
    pub(super) fn of(case: &Case, lots: &[f64]) -> Self {
        let at = |price: fn(&super::Product) -> f64| {
            lots.iter()
                .zip(&case.products)
                .map(|(lot, product)| {
                    lot / 2.0 * (case.holding_fraction_per_period * price(product))
                })
                .collect()
        };
        Self {
            retailer: at(|product| product.retail_price),
            distributor: at(|product| product.distributor_price),
        }
    }

    pub(super) fn sum(&self) -> f64 {
        self.retailer.iter().sum::<f64>() + self.distributor.iter().sum::<f64>()
    }
}

/// Each retailer's lots by themselves: Q = sqrt(2 R C / (F P)), P the retailer's own price.
pub(super) fn without_vmi(case: &Case) -> Result<WithoutVmi, ParameterError> {
    let mut costs = WithoutVmi {
        eoq: Vec::new(),
        order_cost: Vec::new(),
        holding_retailer: Vec::new(),
        holding_distributor: Vec::new(),
        totals: Vec::new(),
        total: 0.0,
    };
    for retailer in &case.retailers {
        let mut lots = Vec::new();
        let mut ordering = Vec::new();
        for (demand_rate, product) in case
            .demand_without_vmi(retailer)
            .into_iter()
            .zip(&case.products)
        {
            if demand_rate <= 0.0 {
                lots.push(0.0);
                ordering.push(0.0);
                continue;
            }
            let lot = economic_order_quantity(&LotCosts {
                order_cost: retailer.order_cost_without_vmi,
                holding_cost: case.holding_fraction_per_period * product.retail_price,
                demand_rate,
            })?;
            lots.push(lot.quantity);
            ordering.push(lot.cost.ordering);
        }
        let holding = Holding::of(case, &lots);
        let total = ordering.iter().sum::<f64>() + holding.sum();
        costs.eoq.push(lots);
        costs.order_cost.push(ordering);
        costs.holding_retailer.push(holding.retailer);
        costs.holding_distributor.push(holding.distributor);
        costs.totals.push(total);
        costs.total += total;
    }
    Ok(costs)
}

/// Deliveries of all products together; as shipped, for those retailers of whom the case says what was, if `as_shipped`.
pub(super) fn with_vmi(case: &Case, plans: &[RetailerPlan], as_shipped: bool) -> WithVmi {
    let mut costs = WithVmi {
        basis: Vec::new(),
        deliveries: Vec::new(),
        average_lot: Vec::new(),
        order_cost: Vec::new(),
        holding_retailer: Vec::new(),
        holding_distributor: Vec::new(),
        totals: Vec::new(),
        total: 0.0,
    };
    for (retailer, plan) in case.retailers.iter().zip(plans) {
        let (basis, deliveries, lots) = match shipments(case, retailer).filter(|_| as_shipped) {
            Some(shipments) => {
                let deliveries = shipments.days.len() as f64;
                let lots = shipped(case, shipments)
                    .into_iter()
                    .map(|sum| sum / deliveries);
                (Basis::AsShipped, deliveries, lots.collect())
            }
            None => {
                let deliveries = case.period_days as f64 / f64::from(plan.interval_days);
                (Basis::AtInterval, deliveries, plan.delivery.clone())
            }
        };
        let ordering = deliveries * case.joint_order.cost_per_delivery;
        let holding = Holding::of(case, &lots);
        let total = ordering + holding.sum();
        costs.basis.push(basis);
        costs.deliveries.push(deliveries);
        costs.average_lot.push(lots);
        costs.order_cost.push(ordering);
        costs.holding_retailer.push(holding.retailer);
        costs.holding_distributor.push(holding.distributor);
        costs.totals.push(total);
        costs.total += total;
    }
    costs
}

/// What was shipped to the retailer, if the case says so.
pub(super) fn shipments<'case>(case: &'case Case, retailer: &Retailer) -> Option<&'case Shipments> {
    case.published_shipments
        .iter()
        .find(|shipments| shipments.retailer == retailer.name)
}

/// Units of each product over all days.
pub(super) fn shipped(case: &Case, shipments: &Shipments) -> Vec<f64> {
    (0..case.products.len())
        .map(|product| {
            shipments
                .quantities
                .iter()
                .filter_map(|day| day.get(product))
                .sum()
        })
        .collect()
}
