//! Two retailers, their distributor and three suppliers: what vendor-managed inventory saves.
//!
//! Source: the published study of a multi-echelon VMI model for small enterprises. Demand is forecast by a moving
//! average; the distributor delivers all products of a retailer together, at the economic order interval (Tersine 1994),
//! up to E = R (T + L) without safety stock; it orders from each supplier the lot that costs both least together, at the
//! reorder point R L (Pujawan). The costs compared are those of ordering and of keeping half a lot at retailer and
//! distributor.

mod case;
mod costs;
mod published;
mod report;

pub use case::{Case, JointOrder, Product, Retailer, Shipments};
pub use report::{Basis, Comparison, Report, RetailerPlan, SupplierPlan, WithVmi, WithoutVmi};

use super::InputError;
use crate::plan::lot::{
    CoordinatedCosts, LeadTimeDemand, coordinated_order_quantity, reorder_point,
};
use crate::plan::parameter::ParameterError;
use crate::plan::{JointCosts, JointItem, joint_interval};

/// Calculates the case.
///
/// # Errors
/// [`InputError`] names what a model refuses.
pub fn run(case: &Case) -> Result<Report, InputError> {
    let retailers = case
        .retailers
        .iter()
        .map(|retailer| retailer_plan(case, retailer))
        .collect::<Result<Vec<_>, _>>()?;
    let suppliers = (0..case.products.len())
        .map(|product| supplier_plan(case, product, &retailers))
        .collect::<Result<Vec<_>, _>>()?;
    let without_vmi = costs::without_vmi(case)?;
    let with_vmi = costs::with_vmi(case, &retailers, true);
    let with_vmi_at_interval = costs::with_vmi(case, &retailers, false);
    let saving = |with: &WithVmi| {
        if without_vmi.total > 0.0 {
            100.0 * (without_vmi.total - with.total) / without_vmi.total
        } else {
            0.0
        }
    };
    let mut report = Report {
        saving_percent: saving(&with_vmi),
        saving_percent_at_interval: saving(&with_vmi_at_interval),
        retailers,
        suppliers,
        without_vmi,
        with_vmi,
        with_vmi_at_interval,
        published: Vec::new(),
        errata: Vec::new(),
    };
    if case.is_published() {
        report.published = published::comparisons(case, &report);
        report.errata = published::errata(&report);
    }
    Ok(report)
}

fn retailer_plan(case: &Case, retailer: &Retailer) -> Result<RetailerPlan, InputError> {
    let forecast = case.forecast(retailer);
    let costs = JointCosts {
        per_delivery: case.joint_order.cost_per_delivery,
        holding_fraction_per_period: case.holding_fraction_per_period,
        period_days: case.period_days as u32,
    };
    let items: Vec<JointItem> = case
        .products
        .iter()
        .zip(&forecast)
        .map(|(product, &demand_per_period)| JointItem {
            price_sum: product.distributor_price + product.retail_price,
            demand_per_period,
            item_cost: 0.0,
        })
        .collect();
    let Some(interval) = joint_interval(&costs, &items) else {
        return Err(InputError::Unfit(format!(
            "retailer \"{}\": there is no delivery interval for such figures",
            retailer.name
        )));
    };
    let per_day = |units: f64| units / case.period_days as f64;
    let days = f64::from(interval.days);
    let levels: Vec<f64> = forecast
        .iter()
        .map(|&units| per_day(units) * (days + case.lead_time_days))
        .collect();
    Ok(RetailerPlan {
        name: retailer.name.clone(),
        interval_days: interval.days,
        interval_days_unrounded: interval.days_unrounded,
        max_inventory: levels.iter().map(|&level| nearest(level)).collect(),
        max_inventory_unrounded: levels,
        delivery: forecast
            .iter()
            .map(|&units| per_day(units) * days)
            .collect(),
        shipped: costs::shipments(case, retailer).map(|shipments| costs::shipped(case, shipments)),
        forecast,
    })
}

fn supplier_plan(
    case: &Case,
    product: usize,
    retailers: &[RetailerPlan],
) -> Result<SupplierPlan, ParameterError> {
    let of = &case.products[product];
    let demand_rate: f64 = retailers
        .iter()
        .map(|retailer| retailer.forecast[product])
        .sum();
    let reorder = reorder_point(
        &LeadTimeDemand {
            demand_rate,
            demand_sd: 0.0,
            lead_time: case.lead_time_days / case.period_days as f64,
            lead_time_sd: 0.0,
        },
        0.0,
    )?;
    let lot = if demand_rate > 0.0 {
        // The case has the cost of a lot for both ends in one figure.
        let lot = coordinated_order_quantity(&CoordinatedCosts {
            demand_rate,
            distributor_cost: of.supplier_handling_cost,
            supplier_cost: 0.0,
            holding_fraction: case.holding_fraction_per_period,
            distributor_price: of.distributor_price,
            supplier_price: of.production_cost,
        })?;
        Some(lot)
    } else {
        None
    };
    let eoq = lot.map_or(0.0, |lot| lot.quantity);
    Ok(SupplierPlan {
        product: of.name.clone(),
        demand: demand_rate,
        eoq,
        rop: reorder.level,
        eoq_rounded: nearest(eoq),
        rop_rounded: nearest(reorder.level),
        days_between_lots: lot.map(|lot| lot.interval * case.period_days as f64),
    })
}

/// The nearest whole number, half upward.
fn nearest(units: f64) -> i64 {
    (units + 0.5).floor() as i64
}
