//! Cases of goods that decay.

use kulakan::plan::deteriorating::{DeterioratingItem, deteriorating_eoq};
use serde_json::Value;

use super::number;

pub fn lot(given: &Value) -> Vec<(&'static str, f64)> {
    let lot = deteriorating_eoq(&DeterioratingItem {
        demand_rate: number(given, "demand"),
        order_cost: number(given, "setup"),
        unit_cost: number(given, "unit_cost"),
        holding_cost: number(given, "holding"),
        deterioration_rate: number(given, "theta"),
    })
    .unwrap();
    vec![
        ("T", lot.interval),
        ("Q", lot.quantity),
        ("cost", lot.cost_per_period),
    ]
}
