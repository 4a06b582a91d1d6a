//! Lot sizes, joint replenishment, newsvendor and (r, Q): every figure of a case, through the public functions.

use kulakan::plan::distribution::{Poisson, ProbabilityTable};
use kulakan::plan::joint::Schedule;
use kulakan::plan::lot::r_q::{self, RqCosts, RqPolicy};
use kulakan::plan::lot::{
    Discount, DiscountTerms, LeadTimeDemand, Lot, LotCosts, PriceBreak, PriceList,
    economic_order_quantity, economic_production_quantity, power_of_two, with_planned_backorders,
};
use kulakan::plan::newsvendor::{self, NewsvendorCosts};
use kulakan::plan::{Basket, JointCosts, JointItem, joint_interval};
use serde_json::Value;

use super::{number, numbers};

type Figures = Vec<(&'static str, Vec<f64>)>;

const KINDS: &[&str] = &[
    "eoq_",
    "epq",
    "jrp_",
    "eoi_common_cycle",
    "power_of_two_eoq",
    "newsvendor_",
    "base_stock_",
    "rQ_",
    "poisson_loss",
];

pub(super) fn knows(name: &str) -> bool {
    KINDS.iter().any(|kind| name.starts_with(kind))
}

#[test]
fn further_cases_of_the_same_kinds_come_out() {
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../data/lot_cases.json")).unwrap();
    for case in &cases {
        assert_figures(case);
    }
    assert_eq!(cases.len(), 91);
}

/// Compares every figure that the case expects.
pub(super) fn assert_figures(case: &Value) {
    let name = case["name"].as_str().unwrap();
    let found = figures(name, &case["inputs"]);
    for (figure, wanted) in case["expected"].as_object().unwrap() {
        let wanted: Vec<f64> = match wanted.as_array() {
            Some(list) => list.iter().map(|one| one.as_f64().unwrap()).collect(),
            None => vec![wanted.as_f64().unwrap()],
        };
        let (_, values) = found
            .iter()
            .find(|(known, _)| known == figure)
            .unwrap_or_else(|| panic!("{name}: nothing gives {figure}"));
        assert_eq!(values.len(), wanted.len(), "{name}: {figure}");
        for (value, wanted) in values.iter().zip(&wanted) {
            let tolerance = number(case, "tolerance") * wanted.abs().max(1.0);
            assert!(
                (value - wanted).abs() <= tolerance,
                "{name}: {figure} is {value}, not {wanted}"
            );
        }
    }
}

fn figures(name: &str, given: &Value) -> Figures {
    // Further cases have a number behind the name of their kind.
    let is = |kind: &str| name.starts_with(kind);
    match name {
        _ if is("eoq_planned_backorders") => {
            let lot = with_planned_backorders(&lot_costs(given), number(given, "stockout_cost"));
            let lot = lot.unwrap();
            vec![
                ("Q", vec![lot.quantity]),
                ("stockout_fraction", vec![lot.backordered_share]),
                ("cost", vec![lot.cost]),
            ]
        }
        _ if is("eoq_all_units_discount") => discount(given, Discount::AllUnits),
        _ if is("eoq_incremental_discount") => discount(given, Discount::Incremental),
        _ if is("epq") => lot_figures(
            economic_production_quantity(&lot_costs(given), number(given, "production_rate"))
                .unwrap(),
        ),
        _ if is("power_of_two_eoq") => {
            let found = power_of_two(&lot_costs(given), number(given, "base_period")).unwrap();
            vec![
                ("T", vec![found.lot.interval]),
                ("ratio", vec![found.ratio]),
            ]
        }
        _ if is("newsvendor_normal") || is("base_stock") => {
            let lead_time = given["lead_time"].as_f64().unwrap_or(0.0);
            let (mean, sd) = (number(given, "demand_mean"), number(given, "demand_sd"));
            let costs = newsvendor_costs(given);
            let found = newsvendor::normal_base_stock(&costs, mean, sd, 1.0, lead_time).unwrap();
            if lead_time <= 0.0 {
                assert_eq!(newsvendor::normal(&costs, mean, sd).unwrap(), found);
            }
            vec![
                ("S", vec![found.level]),
                ("cost", vec![found.expected_cost]),
            ]
        }
        _ if is("newsvendor_poisson") => {
            let demand = Poisson::with_mean(number(given, "demand_mean"));
            let found = newsvendor::discrete(&newsvendor_costs(given), &demand).unwrap();
            vec![
                ("S", vec![found.level as f64]),
                ("cost", vec![found.expected_cost]),
            ]
        }
        _ if is("newsvendor_discrete_pmf") => {
            let pairs: Vec<(i64, f64)> = given["demand_pmf"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(value, probability)| (value.parse().unwrap(), probability.as_f64().unwrap()))
                .collect();
            let demand = ProbabilityTable::new(&pairs).unwrap();
            let found = newsvendor::discrete(&newsvendor_costs(given), &demand).unwrap();
            vec![
                ("S", vec![found.level as f64]),
                ("cost", vec![found.expected_cost]),
            ]
        }
        _ if is("rQ_poisson_exact") => r_q_figures(
            r_q::poisson_exact(
                &r_q_costs(given),
                number(given, "demand_mean"),
                number(given, "lead_time"),
            )
            .unwrap(),
        ),
        _ if is("rQ_eoq_plus_safety_stock") => r_q_figures(
            r_q::economic_lot_and_safety_stock(&r_q_costs(given), &lead_time_demand(given))
                .unwrap(),
        ),
        _ if is("rQ_loss_function") => r_q_figures(
            r_q::loss_function_approximation(&r_q_costs(given), &lead_time_demand(given)).unwrap(),
        ),
        _ if is("poisson_loss") => {
            let demand = Poisson::with_mean(number(given, "mean"));
            let loss = demand.expected_shortage(number(given, "x") as i64);
            vec![("loss", vec![loss])]
        }
        _ if is("jrp_silver") => schedule_figures(&basket(given).silver()),
        _ if is("jrp_optimal") => schedule_figures(&basket(given).exact().expect("a small basket")),
        _ if is("eoi_common_cycle") => {
            let found = schedule_figures(&basket(given).common());
            let (costs, items) = joint(given);
            let interval = joint_interval(&costs, &items).unwrap().periods;
            assert_eq!(found[0], ("T", vec![interval]));
            found
        }
        _ => eoq(given),
    }
}

fn eoq(given: &Value) -> Figures {
    let costs = lot_costs(given);
    if let Some(quantity) = given["order_quantity"].as_f64() {
        return vec![("cost", vec![costs.cost_of(quantity).unwrap().total()])];
    }
    lot_figures(economic_order_quantity(&costs).unwrap())
}

fn lot_costs(given: &Value) -> LotCosts {
    LotCosts {
        order_cost: number(given, "fixed_cost"),
        holding_cost: number(given, "holding_cost"),
        demand_rate: number(given, "demand_rate"),
    }
}

fn lot_figures(lot: Lot) -> Figures {
    vec![("Q", vec![lot.quantity]), ("cost", vec![lot.cost.total()])]
}

fn discount(given: &Value, discount: Discount) -> Figures {
    let breaks = numbers(given, "breakpoints")
        .into_iter()
        .zip(numbers(given, "unit_costs"))
        .map(|(from_quantity, unit_cost)| PriceBreak {
            from_quantity,
            unit_cost,
        })
        .collect();
    let terms = DiscountTerms {
        order_cost: number(given, "fixed_cost"),
        holding_fraction: number(given, "holding_cost_rate"),
        demand_rate: number(given, "demand_rate"),
    };
    let lot = PriceList::new(breaks, discount)
        .unwrap()
        .economic_lot(&terms)
        .unwrap();
    vec![
        ("Q", vec![lot.quantity]),
        ("region", vec![lot.region as f64]),
        ("cost", vec![lot.cost]),
    ]
}

fn newsvendor_costs(given: &Value) -> NewsvendorCosts {
    NewsvendorCosts {
        overage: number(given, "holding_cost"),
        underage: number(given, "stockout_cost"),
    }
}

fn r_q_costs(given: &Value) -> RqCosts {
    RqCosts {
        order_cost: number(given, "fixed_cost"),
        holding_cost: number(given, "holding_cost"),
        backorder_cost: number(given, "stockout_cost"),
    }
}

fn lead_time_demand(given: &Value) -> LeadTimeDemand {
    LeadTimeDemand {
        demand_rate: number(given, "demand_mean"),
        demand_sd: number(given, "demand_sd"),
        lead_time: number(given, "lead_time"),
        lead_time_sd: 0.0,
    }
}

fn r_q_figures(policy: RqPolicy) -> Figures {
    vec![
        ("r", vec![policy.reorder_point]),
        ("Q", vec![policy.quantity]),
        ("cost", vec![policy.cost]),
    ]
}

fn joint(given: &Value) -> (JointCosts, Vec<JointItem>) {
    let individual = numbers(given, "individual_fixed_costs");
    let holding = numbers(given, "holding_costs");
    let demand = numbers(given, "demand_rates");
    let items = (0..demand.len())
        .map(|item| JointItem {
            price_sum: holding[item],
            demand_per_period: demand[item],
            item_cost: individual[item],
        })
        .collect();
    let costs = JointCosts {
        per_delivery: number(given, "shared_fixed_cost"),
        holding_fraction_per_period: 1.0,
        period_days: 365,
    };
    (costs, items)
}

fn basket(given: &Value) -> Basket {
    let (costs, items) = joint(given);
    Basket::new(&costs, &items).unwrap().unwrap()
}

fn schedule_figures(schedule: &Schedule) -> Figures {
    let each = |figure: fn(&kulakan::plan::joint::ItemSchedule) -> f64| {
        schedule
            .items
            .iter()
            .map(|item| figure(item.as_ref().unwrap()))
            .collect()
    };
    vec![
        ("T", vec![schedule.interval]),
        ("m", each(|item| f64::from(item.multiple))),
        ("Q", each(|item| item.lot)),
        ("cost", vec![schedule.cost.total()]),
    ]
}
