//! The published example of estimated withdrawal and ageing.

use kulakan::model::Quantity;
use kulakan::plan::Rounding;
use kulakan::plan::perishable::{Batch, withdraw_and_age};
use kulakan::plan::rounding::{OrderBounds, half_up, order};
use serde_json::Value;

use super::{number, numbers};

/// Batches are `[last day, units]`; arrivals are the same by the day they come.
pub fn order_with_expected_waste(given: &Value, expected: &Value) -> Vec<(&'static str, f64)> {
    let batch = |from_day: i64, pair: &Value| Batch {
        from_day,
        last_day: pair[0].as_i64(),
        quantity: Quantity(pair[1].as_i64().unwrap()),
    };
    let shelf = given["batches"].as_array().unwrap();
    let coming = given["arrivals"].as_object().unwrap();
    let batches: Vec<Batch> = shelf
        .iter()
        .map(|pair| batch(1, pair))
        .chain(
            coming
                .iter()
                .map(|(day, pair)| batch(day.parse().unwrap(), pair)),
        )
        .collect();
    let (lead, review) = (number(given, "L"), number(given, "R"));
    let per_day = number(given, "demand_per_day");
    let last_day = (lead + review) as i64 - 1;
    let outdated = withdraw_and_age(
        &batches,
        0,
        |days| i128::from(days) * per_day as i128,
        last_day,
    );
    let by_day: Vec<f64> = (1..=last_day)
        .map(|day| {
            let lost = outdated.iter().filter(|lost| lost.day == day);
            lost.map(|lost| lost.quantity.0 as f64).sum()
        })
        .collect();
    assert_eq!(by_day, numbers(expected, "outdated"));
    let position: i64 = batches.iter().map(|batch| batch.quantity.0).sum();
    let level = number(given, "safety_stock") + per_day * (lead + review);
    let bounds = OrderBounds {
        pack_size: Quantity(number(given, "pack") as i64),
        minimum_order: Quantity::ZERO,
        shelf_life_cap: None,
        round: Rounding::Up,
        due: true,
    };
    let ordered = |waste: f64| {
        let need = Quantity(half_up(level - (position as f64 - waste)));
        order(need, &bounds).quantity.0 as f64
    };
    vec![
        ("IP", position as f64),
        ("order_base", ordered(0.0)),
        ("order_ewa", ordered(by_day.iter().sum())),
    ]
}
