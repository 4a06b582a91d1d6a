//! Published figures of inventory theory; where each comes from is told in the data file.

mod deteriorating;
mod forecasting;
mod lots;
mod perishable;

use kulakan::model::Quantity;
use kulakan::plan::distribution::{normal_loss, normal_quantile};
use kulakan::plan::forecast::{Expected, Forecast, Model, SigmaRule};
use kulakan::plan::order_up_to::levels;
use kulakan::plan::{Distribution, Policy, Safety, plan_product};
use serde_json::Value;

use super::{ago, history, product, today};

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../data/oracle_cases.json")).unwrap()
}

fn number(value: &Value, name: &str) -> f64 {
    value[name]
        .as_f64()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn numbers(value: &Value, name: &str) -> Vec<f64> {
    let list = value[name].as_array().unwrap();
    list.iter().map(|one| one.as_f64().unwrap()).collect()
}

#[test]
fn every_published_case_comes_out() {
    let cases = cases();
    for case in &cases {
        let (given, expected) = (&case["inputs"], &case["expected"]);
        let name = case["name"].as_str().unwrap();
        let found = match name {
            _ if name.starts_with("z_service_level") => {
                vec![("z", normal_quantile(number(given, "service_level")))]
            }
            _ if name.starts_with("standard_normal_loss") => {
                vec![("loss", normal_loss(number(given, "z")))]
            }
            _ if name.starts_with("RS_") => order_up_to(given),
            _ if lots::knows(name) => {
                lots::assert_figures(case);
                continue;
            }
            "deteriorating_eoq" => deteriorating::lot(given),
            "moq_and_pack_rounding" => minimum_and_pack(given),
            "moving_average_monthly_n4" => monthly_mean(given),
            "ewa_perishable_order" => perishable::order_with_expected_waste(given, expected),
            _ => {
                forecasting::figures(name, given).unwrap_or_else(|| panic!("nothing tests {name}"))
            }
        };
        for (figure, wanted) in expected.as_object().unwrap() {
            let Some(wanted) = wanted.as_f64() else {
                assert_eq!(
                    figure, "outdated",
                    "{name}: compared where it is worked out"
                );
                continue;
            };
            let (_, value) = found
                .iter()
                .find(|(known, _)| known == figure)
                .unwrap_or_else(|| panic!("{name}: nothing gives {figure}"));
            let tolerance = number(case, "tolerance") * wanted.abs().max(1.0);
            assert!(
                (value - wanted).abs() <= tolerance,
                "{name}: {figure} is {value}, not {wanted}"
            );
        }
    }
    assert_eq!(cases.len(), 42);
}

fn order_up_to(given: &Value) -> Vec<(&'static str, f64)> {
    let lead_time = if given["L"].is_null() { "L_mean" } else { "L" };
    let (review, lead) = (number(given, "R"), number(given, lead_time));
    let total = number(given, "mean_per_day") as i64;
    let forecast = Forecast {
        model: Model::MovingAverage,
        window_days: 1,
        periods: 1,
        total,
        first_day: ago(1),
        censored_days: 0,
        expected: Expected::Mean { total, days: 1 },
        protection_days: (review + lead) as u32,
        sigma_protection: number(given, "sd_per_day") * (review + lead).sqrt(),
        sigma_rule: SigmaRule::Origins,
        origins: 8,
        effects: Vec::new(),
    };
    let policy = Policy {
        review_days: review as u32,
        lead_time_days: lead as u32,
        lead_time_sd_days: given["L_sd"].as_f64().unwrap_or(0.0),
        service_level: given["service_level"].as_f64().unwrap_or(0.95),
        fill_rate: given["fill_rate"].as_f64(),
        distribution: Distribution::Normal,
        ..Policy::default()
    };
    let levels = levels(&forecast, &policy);
    vec![
        ("S", levels.order_up_to),
        ("sigma", levels.variance.sqrt()),
        ("k", levels.service_factor),
        ("safety_stock", levels.order_up_to - levels.mean),
    ]
}

fn minimum_and_pack(given: &Value) -> Vec<(&'static str, f64)> {
    // Ten a day over the seven days of the protection interval, less what is on order, leaves the need.
    let mut input = product(history(&[10; 10]));
    input.on_order = Quantity(70 - number(given, "need") as i64);
    input.minimum_order = Quantity(number(given, "size_minimum") as i64);
    input.pack_size = Quantity(number(given, "size_multiple") as i64);
    let policy = Policy {
        review_days: 5,
        lead_time_days: 2,
        safety: Safety::None,
        ..Policy::default()
    };
    let line = plan_product(today(), &input, &policy);
    assert_eq!(line.need.0 as f64, number(given, "need"));
    vec![("order", line.quantity.0 as f64)]
}

fn monthly_mean(given: &Value) -> Vec<(&'static str, f64)> {
    let months: Vec<i64> = numbers(given, "y").iter().map(|&y| y as i64).collect();
    let policy = Policy {
        periods: number(given, "n") as u32,
        period_days: 1,
        ..Policy::default()
    };
    let line = plan_product(today(), &product(history(&months)), &policy);
    vec![("mean", line.forecast_per_day)]
}
