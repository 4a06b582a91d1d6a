//! The economic order interval of a basket.

use kulakan::plan::{JointCosts, JointItem, joint_interval};
use rstest::rstest;

const COSTS: JointCosts = JointCosts {
    per_delivery: 130.0,
    holding_fraction_per_period: 0.01,
    period_days: 30,
};

fn basket(demand: [f64; 3]) -> Vec<JointItem> {
    // The published study's retail and distributor prices.
    [75.0 + 50.0, 100.0 + 75.0, 180.0 + 140.0]
        .into_iter()
        .zip(demand)
        .map(|(price_sum, demand_per_period)| JointItem {
            price_sum,
            demand_per_period,
            item_cost: 0.0,
        })
        .collect()
}

#[rstest]
#[case::retailer_a([448.0, 453.0, 429.0], 9.266)]
#[case::retailer_b([248.0, 170.0, 705.0], 9.040)]
fn the_published_study_ships_every_nine_days(#[case] demand: [f64; 3], #[case] days: f64) {
    let interval = joint_interval(&COSTS, &basket(demand)).unwrap();
    assert!(
        (interval.days_unrounded - days).abs() < 5e-4,
        "{interval:?}"
    );
    assert!((interval.periods * 30.0 - interval.days_unrounded).abs() < 1e-12);
    assert_eq!(interval.days, 9);
}

#[test]
fn item_costs_are_part_of_every_delivery_that_carries_the_item() {
    let mut items = basket([448.0, 453.0, 0.0]);
    for item in &mut items {
        item.item_cost = 15.0;
    }
    let together = joint_interval(&COSTS, &items).unwrap();
    let carried = JointCosts {
        per_delivery: 130.0 + 2.0 * 15.0,
        ..COSTS
    };
    assert_eq!(
        joint_interval(&carried, &basket([448.0, 453.0, 0.0])).unwrap(),
        together
    );
}

#[test]
fn the_order_of_the_basket_changes_no_bit() {
    let mut items: Vec<_> = (1..40)
        .map(|number| JointItem {
            price_sum: 0.1 * f64::from(number),
            demand_per_period: 1.0 / f64::from(number * number),
            item_cost: 0.3 / f64::from(number),
        })
        .collect();
    let interval = joint_interval(&COSTS, &items);
    for _ in 0..items.len() {
        items.rotate_left(1);
        assert_eq!(joint_interval(&COSTS, &items), interval);
    }
}

#[test]
fn the_interval_is_at_least_a_day() {
    let interval = joint_interval(&COSTS, &basket([1e9, 1e9, 1e9])).unwrap();
    assert!(interval.days_unrounded < 0.5);
    assert_eq!(interval.days, 1);
}

#[rstest]
#[case::no_demand(COSTS, [0.0; 3])]
#[case::negative_demand(COSTS, [5.0, -1.0, 2.0])]
#[case::demand_that_is_no_number(COSTS, [5.0, f64::NAN, 2.0])]
#[case::holding_for_nothing(JointCosts { holding_fraction_per_period: 0.0, ..COSTS }, [1.0; 3])]
#[case::cost_whose_double_is_infinite(JointCosts { per_delivery: 1e308, ..COSTS }, [1.0; 3])]
#[case::an_interval_beyond_all_numbers(JointCosts { per_delivery: 1e200, holding_fraction_per_period: 1e-300, ..COSTS }, [1.0; 3])]
#[case::negative_cost(JointCosts { per_delivery: -1.0, ..COSTS }, [1.0; 3])]
fn there_is_no_interval_without(#[case] costs: JointCosts, #[case] demand: [f64; 3]) {
    assert_eq!(joint_interval(&costs, &basket(demand)), None);
}
