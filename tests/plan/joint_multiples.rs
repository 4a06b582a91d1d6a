//! Integer multiples, power-of-two intervals and their comparison.

use kulakan::plan::joint::{PowerOfTwoSchedule, Schedule};
use kulakan::plan::lot::POWER_OF_TWO_BOUND;
use kulakan::plan::{Basket, JointCosts, JointItem, ParameterError, joint_interval};
use proptest::prelude::*;
use rstest::rstest;

const COSTS: JointCosts = JointCosts {
    per_delivery: 130.0,
    holding_fraction_per_period: 0.01,
    period_days: 30,
};

/// Three fast products, one slow one that costs as much to add to a delivery, and one without demand.
fn items() -> Vec<JointItem> {
    [
        (125.0, 448.0, 15.0),
        (175.0, 453.0, 15.0),
        (90.0, 0.0, 15.0),
        (320.0, 429.0, 15.0),
        (40.0, 3.0, 15.0),
    ]
    .map(|(price_sum, demand_per_period, item_cost)| JointItem {
        price_sum,
        demand_per_period,
        item_cost,
    })
    .to_vec()
}

fn basket(costs: &JointCosts, items: &[JointItem]) -> Basket {
    Basket::new(costs, items).unwrap().unwrap()
}

#[test]
fn slow_products_skip_deliveries_and_that_is_cheaper() {
    let comparison = basket(&COSTS, &items()).compare(1).unwrap();
    let exact = comparison.exact.clone().unwrap();
    let multiples: Vec<_> = exact
        .items
        .iter()
        .map(|item| item.map(|item| item.multiple))
        .collect();
    assert_eq!(multiples, [Some(1), Some(1), None, Some(1), Some(14)]);
    assert!(comparison.saving(&exact) > 0.02, "{comparison:?}");
    assert_eq!(comparison.saving(&comparison.common), 0.0);
    let slow = exact.items[4].unwrap();
    assert!((slow.interval_days - 14.0 * exact.interval_days).abs() < 1e-9);
    assert!((slow.lot - 3.0 * slow.interval_days / 30.0).abs() < 1e-9);
    assert_eq!(exact.days, (exact.interval_days + 0.5).floor() as u32);
    let json = serde_json::to_value(&comparison).unwrap();
    assert_eq!(json["exact"]["items"][4]["multiple"], 14);
}

#[test]
fn the_common_schedule_is_that_of_the_joint_interval() {
    let found = basket(&COSTS, &items()).common();
    let interval = joint_interval(&COSTS, &items()).unwrap();
    assert_eq!(
        (found.interval, found.interval_days, found.days),
        (interval.periods, interval.days_unrounded, interval.days)
    );
    let basket = basket(&COSTS, &items());
    assert_eq!(basket.cost_of_common(found.interval).unwrap(), found.cost);
    let in_days = basket.cost_of_common(f64::from(found.days) / 30.0).unwrap();
    assert_eq!(in_days, found.cost_on_whole_days);
    // 130 and four times 15 for each delivery; the value of a period's demand held for half an interval.
    assert!((found.cost.ordering * found.interval - 190.0).abs() < 1e-9);
    let value: f64 = items()
        .iter()
        .map(|item| item.price_sum * item.demand_per_period)
        .sum();
    assert!((found.cost.holding - 0.01 * value * found.interval / 2.0).abs() < 1e-9);
}

#[test]
fn a_calendar_of_weeks_repeats() {
    let PowerOfTwoSchedule {
        schedule,
        lower_bound,
        ratio,
    } = basket(&COSTS, &items()).power_of_two(7).unwrap();
    for item in schedule.items.iter().flatten() {
        let weeks = item.interval_days / 7.0;
        assert!(
            (weeks.log2() - weeks.log2().round()).abs() < 1e-9,
            "{weeks} weeks"
        );
        assert!(item.multiple.is_power_of_two());
    }
    assert!((schedule.interval_days - 14.0).abs() < 1e-9);
    assert!((schedule.cost.total() / lower_bound - ratio).abs() < 1e-12);
    // A base longer than any product would want: all come with every delivery.
    let rare = basket(&COSTS, &items()).power_of_two(366).unwrap();
    assert!(
        rare.schedule
            .items
            .iter()
            .flatten()
            .all(|item| item.multiple == 1)
    );
    assert!((rare.ratio - 1.0).abs() < 1e-12);
}

#[test]
fn a_basket_without_demand_is_not_delivered() {
    assert_eq!(Basket::new(&COSTS, &[]), Ok(None));
    assert_eq!(Basket::new(&COSTS, &items()[2..3]), Ok(None));
}

#[test]
fn a_basket_that_is_too_large_to_search_has_no_exact_schedule() {
    let items: Vec<JointItem> = (0..300)
        .map(|number| JointItem {
            price_sum: 1.0,
            demand_per_period: 10.0 / f64::from(1 + number * number),
            item_cost: 1e6,
        })
        .collect();
    let costs = JointCosts {
        per_delivery: 0.01,
        ..COSTS
    };
    let comparison = basket(&costs, &items).compare(1).unwrap();
    assert_eq!(comparison.exact, None);
    assert!(comparison.saving(&comparison.heuristic) > 0.1);
}

#[test]
fn one_product_comes_with_every_delivery() {
    let comparison = basket(&COSTS, &items()[..1]).compare(1).unwrap();
    let exact = comparison.exact.unwrap();
    assert_eq!(exact, comparison.common);
    assert_eq!(comparison.heuristic, comparison.common);
    assert_eq!(exact.items[0].unwrap().multiple, 1);
}

#[test]
fn a_product_alone_is_at_its_own_economic_order_interval() {
    let alone = basket(&COSTS, &items()).alone();
    assert_eq!(alone.items[2], None);
    let first = alone.items[0].unwrap();
    // sqrt(2 x 145 / (0.01 x 125 x 448)) months, and twice the holding in money.
    let months = (2.0 * 145.0 / (0.01 * 125.0 * 448.0_f64)).sqrt();
    assert!((first.interval_days - 30.0 * months).abs() < 1e-9);
    assert!((first.lot - 448.0 * months).abs() < 1e-9);
    assert!((first.cost.ordering - first.cost.holding).abs() < 1e-9);
    assert!((first.cost.total() - (2.0 * 145.0 * 0.01 * 125.0 * 448.0_f64).sqrt()).abs() < 1e-9);
}

fn any_basket(most: usize) -> impl Strategy<Value = (JointCosts, Vec<JointItem>)> {
    let figure = |least: f64, most: f64| (least..most).prop_map(|exponent| 10f64.powf(exponent));
    let item = (
        figure(-1.0, 4.0),
        prop_oneof![5 => figure(-1.0, 4.0), 1 => Just(0.0)],
        prop_oneof![5 => figure(-1.0, 3.0), 1 => Just(0.0)],
    );
    (
        (
            figure(0.0, 4.0),
            figure(-3.0, -1.0),
            prop_oneof![Just(30_u32), Just(365)],
        ),
        prop::collection::vec(item, 1..=most),
    )
        .prop_map(
            |((per_delivery, holding_fraction_per_period, period_days), items)| {
                let items = items
                    .into_iter()
                    .map(|(price_sum, demand_per_period, item_cost)| JointItem {
                        price_sum,
                        demand_per_period,
                        item_cost,
                    })
                    .collect();
                (
                    JointCosts {
                        per_delivery,
                        holding_fraction_per_period,
                        period_days,
                    },
                    items,
                )
            },
        )
}

fn total(schedule: &Schedule) -> f64 {
    schedule.cost.total()
}

/// The cost of multiples at their best base interval, straight from the definition.
fn cost_of(costs: &JointCosts, items: &[JointItem], multiples: &[f64]) -> f64 {
    let (mut delivering, mut holding) = (costs.per_delivery, 0.0);
    for (item, multiple) in items.iter().zip(multiples) {
        if item.demand_per_period > 0.0 {
            delivering += item.item_cost / multiple;
            holding += costs.holding_fraction_per_period
                * item.price_sum
                * item.demand_per_period
                * multiple;
        }
    }
    (2.0 * delivering * holding).sqrt()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn each_alone_is_never_below_all_together_where_products_cost_nothing_of_their_own(
        (costs, mut items) in any_basket(12),
    ) {
        for item in &mut items {
            item.item_cost = 0.0;
        }
        let Some(basket) = Basket::new(&costs, &items).unwrap() else { return Ok(()) };
        let (alone, common) = (basket.alone(), basket.common());
        prop_assert!(alone.cost.total() >= total(&common) * (1.0 - 1e-12));
        let each: f64 = alone.items.iter().flatten().map(|item| item.cost.total()).sum();
        prop_assert!((each / alone.cost.total() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn exact_is_never_above_the_heuristic_nor_that_above_the_common_interval(
        (costs, items) in any_basket(12),
        base_days in 1..60_u32,
    ) {
        let Some(basket) = Basket::new(&costs, &items).unwrap() else { return Ok(()) };
        let comparison = basket.compare(base_days).unwrap();
        prop_assert!(total(&comparison.heuristic) <= total(&comparison.common));
        prop_assert!(total(&comparison.heuristic) <= total(&basket.silver()));
        let two = &comparison.power_of_two;
        prop_assert!(two.ratio >= 1.0 - 1e-12 && two.ratio <= POWER_OF_TWO_BOUND + 1e-12, "{}", two.ratio);
        prop_assert!(two.schedule.interval_days >= f64::from(base_days) * (1.0 - 1e-12));
        if let Some(exact) = &comparison.exact {
            prop_assert!(total(exact) <= total(&comparison.heuristic));
            prop_assert!(total(exact) <= total(&two.schedule) * (1.0 + 1e-12));
            // Its own interval and multiples are each the best for the other.
            for factor in [0.99, 1.01] {
                let interval = exact.interval * factor;
                let cost: f64 = items.iter().zip(&exact.items).filter_map(|(item, found)| {
                    let multiple = f64::from(found.as_ref()?.multiple);
                    let held = costs.holding_fraction_per_period * item.price_sum * item.demand_per_period;
                    Some(item.item_cost / (interval * multiple) + held * interval * multiple / 2.0)
                }).sum();
                prop_assert!(total(exact) <= cost + costs.per_delivery / interval);
            }
        }
        for schedule in [&comparison.common, &comparison.heuristic, &two.schedule] {
            prop_assert_eq!(schedule.items.len(), items.len());
            for (item, found) in items.iter().zip(&schedule.items) {
                prop_assert_eq!(found.is_none(), item.demand_per_period == 0.0);
            }
            prop_assert!(total(schedule).is_finite() && schedule.cost_on_whole_days.total().is_finite());
        }
    }

    #[test]
    fn no_multiples_up_to_twelve_cost_less_than_the_exact_ones((costs, items) in any_basket(3)) {
        let Some(basket) = Basket::new(&costs, &items).unwrap() else { return Ok(()) };
        let exact = basket.exact();
        prop_assume!(exact.is_some());
        let found = total(&exact.unwrap());
        for one in 1..=12 {
            for other in 1..=12 {
                for third in 1..=12 {
                    let multiples = [f64::from(one), f64::from(other), f64::from(third)];
                    let cost = cost_of(&costs, &items, &multiples[..items.len()]);
                    prop_assert!(found <= cost * (1.0 + 1e-12), "{multiples:?} cost {cost}");
                }
            }
        }
    }

    #[test]
    fn the_order_of_the_basket_changes_no_bit((costs, items) in any_basket(8), turn in 0..8_usize) {
        let turn = turn % items.len();
        let mut turned = items.clone();
        turned.rotate_left(turn);
        let (Some(basket), Some(other)) = (Basket::new(&costs, &items).unwrap(), Basket::new(&costs, &turned).unwrap())
        else { return Ok(()) };
        let (one, mut other) = (basket.compare(7).unwrap(), other.compare(7).unwrap());
        for schedule in [&mut other.common, &mut other.heuristic, &mut other.power_of_two.schedule]
            .into_iter()
            .chain(&mut other.exact)
        {
            schedule.items.rotate_right(turn);
        }
        other.alone.items.rotate_right(turn);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn every_figure_of_checked_parameters_is_finite(
        figures in prop::collection::vec((-18.0..18.0_f64).prop_map(|exponent| 10f64.powf(exponent)), 11),
    ) {
        let costs = JointCosts {
            per_delivery: figures[0],
            holding_fraction_per_period: figures[1],
            period_days: 30,
        };
        let items: Vec<JointItem> = figures[2..]
            .chunks(3)
            .map(|item| JointItem { price_sum: item[0], demand_per_period: item[1], item_cost: item[2] })
            .collect();
        let found = basket(&costs, &items).compare(7).unwrap();
        let schedules = [Some(&found.common), Some(&found.heuristic), found.exact.as_ref(), Some(&found.power_of_two.schedule)];
        for schedule in schedules.into_iter().flatten() {
            prop_assert!(total(schedule).is_finite() && schedule.interval_days.is_finite());
            prop_assert!(schedule.cost_on_whole_days.total().is_finite());
            prop_assert!(schedule.items.iter().flatten().all(|item| item.lot.is_finite() && item.multiple >= 1));
            prop_assert!(found.saving(schedule).is_finite());
        }
        prop_assert!(found.power_of_two.ratio.is_finite());
    }
}

fn refused(change: fn(&mut JointCosts, &mut JointItem)) -> ParameterError {
    let (mut costs, mut items) = (COSTS, items());
    change(&mut costs, &mut items[1]);
    Basket::new(&costs, &items).unwrap_err()
}

#[rstest]
#[case(refused(|costs, _| costs.per_delivery = 0.0), "per_delivery is 0, must be above 0")]
#[case(
    refused(|costs, _| costs.holding_fraction_per_period = -0.1),
    "holding_fraction_per_period is -0.1, must be above 0"
)]
#[case(refused(|costs, _| costs.period_days = 0), "period_days is 0, must be above 0")]
#[case(refused(|_, item| item.price_sum = 0.0), "items[1].price_sum is 0, must be above 0")]
#[case(
    refused(|_, item| item.demand_per_period = -1.0),
    "items[1].demand_per_period is -1, must be 0 or above"
)]
#[case(refused(|_, item| item.item_cost = f64::NAN), "items[1].item_cost is NaN, must be 0 or above")]
#[case(
    basket(&COSTS, &items()).power_of_two(0).unwrap_err(),
    "base_days is 0, must be from 1 to 366"
)]
#[case(
    basket(&COSTS, &items()).cost_of_common(0.0).unwrap_err(),
    "interval is 0, must be above 0"
)]
fn a_parameter_that_cannot_be_is_named(#[case] error: ParameterError, #[case] message: &str) {
    assert_eq!(error.to_string(), message);
}
