//! When to order, and in which order the lines come.

use kulakan::model::{Quantity, Sku};
use kulakan::plan::distribution::{NegativeBinomial, normal_quantile};
use kulakan::plan::{Distribution, Policy, ProductInput, Safety, Urgency, plan, plan_product};
use rstest::rstest;

use super::{history, product, today, undated};

fn demand() -> Vec<i64> {
    (0..300).map(|day| (day * day * 7 + day) % 11).collect()
}

fn at_position(position: i64) -> ProductInput {
    let mut input = product(history(&demand()));
    input.in_transit = Quantity(position);
    input
}

#[rstest]
#[case::quantile(Policy::default())]
#[case::normal(Policy { distribution: Distribution::Normal, ..Policy::default() })]
#[case::mean(Policy { safety: Safety::None, ..Policy::default() })]
#[case::another_interval(Policy { review_days: 14, lead_time_days: 5, service_level: 0.9, ..Policy::default() })]
fn at_the_level_it_is_due_and_above_it_is_not(#[case] policy: Policy) {
    let reason = plan_product(today(), &at_position(0), &policy).reason;
    let level = |days: f64| {
        let mean = reason.mean_per_day * days;
        let variance = reason.variance * days / f64::from(policy.protection_days());
        match (policy.safety, policy.distribution) {
            (Safety::None, _) => mean,
            (_, Distribution::Normal) => {
                mean + normal_quantile(policy.service_level) * variance.sqrt()
            }
            _ => {
                NegativeBinomial::with_moments(mean, variance).quantile(policy.service_level) as f64
            }
        }
    };
    let lead = f64::from(policy.lead_time_days);
    let due = level(lead + 1.0).floor() as i64;
    let along = level(lead + f64::from(policy.review_days) / 2.0).floor() as i64;
    assert!(0 < due && due < along);
    for (position, urgency) in [
        (-5, Urgency::Due),
        (due, Urgency::Due),
        (due + 1, Urgency::Along),
        (along, Urgency::Along),
        (along + 1, Urgency::Later),
    ] {
        let line = plan_product(today(), &at_position(position), &policy);
        assert_eq!(line.urgency, urgency, "position {position}");
    }
}

#[test]
fn what_nobody_asks_for_is_never_urgent_unless_it_is_owed() {
    let mut input = product(history(&[0; 30]));
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!((line.urgency, line.quantity), (Urgency::Later, Quantity(0)));
    input.backordered = Quantity(4);
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!((line.urgency, line.quantity), (Urgency::Due, Quantity(4)));
    input.flows.truncate(3);
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!((line.urgency, line.quantity), (Urgency::Later, Quantity(0)));
}

#[test]
fn due_lines_lead_by_days_to_stock_out_then_by_code() {
    use Urgency::{Along, Due, Later};

    let of = |sku: &str, on_hand: i64, demand: &[i64]| ProductInput {
        sku: Sku::parse(sku).unwrap(),
        lots: vec![undated(on_hand)],
        ..product(history(demand))
    };
    let inputs = [
        of("NEW", 0, &[1, 1]),
        of("NONE", 5, &[0; 30]),
        of("PLENTY", 900, &[5; 30]),
        of("B-EMPTY", 0, &[2; 30]),
        of("SOON", 9, &[5; 30]),
        of("A-EMPTY", 0, &[7; 30]),
        of("TRIP", 30, &[5; 30]),
        of("TRIP-SOONER", 28, &[5; 30]),
    ];
    let lines = plan(today(), &inputs, &Policy::default());
    let order: Vec<_> = lines
        .iter()
        .map(|line| (line.sku.as_str(), line.urgency))
        .collect();
    assert_eq!(
        order,
        [
            ("A-EMPTY", Due),
            ("B-EMPTY", Due),
            ("SOON", Due),
            ("TRIP-SOONER", Along),
            ("TRIP", Along),
            ("PLENTY", Later),
            ("NEW", Later),
            ("NONE", Later),
        ]
    );
}
