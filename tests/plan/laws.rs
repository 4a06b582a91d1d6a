//! What holds for every product, whatever its figures.

use std::collections::BTreeMap;

use kulakan::model::Quantity;
use kulakan::plan::{
    DayFlow, Distribution, ForecastMethod, LostGoods, LotBalance, PlanLine, Policy, ProductInput,
    Rounding, Safety, plan, plan_product,
};
use proptest::prelude::*;

use super::definition::{Rules, independent, level};
use super::{ago, ahead, imported, product, today};

fn units() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 0..30_i64,
        1 => -5..5_i64,
        1 => 0..2_000_000_000_i64,
    ]
}

fn wild() -> impl Strategy<Value = i64> {
    prop_oneof![8 => units(), 1 => any::<i64>()]
}

fn flows(figure: fn() -> BoxedStrategy<i64>) -> impl Strategy<Value = Vec<DayFlow>> {
    let row = (
        0..800_u64,
        figure(),
        figure(),
        figure(),
        figure(),
        figure(),
        any::<bool>(),
    );
    prop::collection::vec(row, 0..200).prop_map(|rows| {
        rows.into_iter()
            .map(|(days, sold, past, missed, net, inflow, moved)| DayFlow {
                date: ago(days),
                sold: Quantity(sold),
                imported: Quantity(past),
                missed: Quantity(missed),
                net: Quantity(net),
                inflow: Quantity(inflow),
                moved,
            })
            .collect()
    })
}

fn lots(figure: fn() -> BoxedStrategy<i64>) -> impl Strategy<Value = Vec<LotBalance>> {
    let lot = (prop::option::of(0..60_u64), figure());
    prop::collection::vec(lot, 0..6).prop_map(|lots| {
        lots.into_iter()
            .map(|(expires, quantity)| LotBalance {
                expires: expires.map(|days| if days < 5 { ago(days) } else { ahead(days) }),
                quantity: Quantity(quantity),
            })
            .collect()
    })
}

fn any_product(figure: fn() -> BoxedStrategy<i64>) -> impl Strategy<Value = ProductInput> {
    (
        flows(figure),
        lots(figure),
        (figure(), figure(), figure()),
        (figure(), figure(), prop::option::of(0..400_u32)),
    )
        .prop_map(|(flows, lots, promised, order)| ProductInput {
            lots,
            on_order: Quantity(promised.0),
            in_transit: Quantity(promised.1),
            backordered: Quantity(promised.2),
            pack_size: Quantity(order.0),
            minimum_order: Quantity(order.1),
            shelf_life_days: order.2,
            ..product(flows)
        })
}

fn usual_product() -> impl Strategy<Value = ProductInput> {
    any_product(|| units().boxed())
}

fn method() -> impl Strategy<Value = ForecastMethod> {
    prop::sample::select(vec![
        ForecastMethod::Ses,
        ForecastMethod::Blend,
        ForecastMethod::Croston,
        ForecastMethod::Sba,
        ForecastMethod::Tsb,
        ForecastMethod::Weekday,
        ForecastMethod::Calendar,
        ForecastMethod::Auto,
        ForecastMethod::Auto,
    ])
}

fn policy() -> impl Strategy<Value = Policy> {
    (
        (1..=6_u32, 1..=40_u32, 1..=60_u32, 0..=30_u32),
        prop_oneof![2 => Just(0.0), 1 => 0.0..=20.0_f64],
        (0.5..=0.9999, prop::option::of(0.5..=0.9999)),
        prop_oneof![
            Just(Distribution::NegativeBinomial),
            Just(Distribution::Normal),
            Just(Distribution::Poisson)
        ],
        prop_oneof![4 => Just(Safety::Quantile), 1 => Just(Safety::None)],
        (
            prop_oneof![Just(Rounding::Up), Just(Rounding::Nearest)],
            prop_oneof![1 => Just(ForecastMethod::MovingAverage), 2 => method()],
        ),
    )
        .prop_map(
            |(
                days,
                lead_time_sd_days,
                (service_level, fill_rate),
                distribution,
                safety,
                (round, method),
            )| {
                Policy {
                    periods: days.0,
                    period_days: days.1,
                    review_days: days.2,
                    lead_time_days: days.3,
                    lead_time_sd_days,
                    service_level,
                    fill_rate,
                    distribution,
                    safety,
                    round,
                    method,
                    ..Policy::default()
                }
            },
        )
}

fn figures(line: &PlanLine) -> Vec<f64> {
    let reason = &line.reason;
    vec![
        line.forecast_per_day,
        line.sigma_protection,
        line.service_factor,
        line.safety_stock,
        line.order_up_to,
        line.days_to_stock_out.unwrap_or(0.0),
        reason.mean,
        reason.variance,
        reason.due_level,
        reason.along_level,
        reason.need_unrounded,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn any_figures_give_finite_figures_and_whole_packs(
        input in any_product(|| wild().boxed()),
        policy in policy(),
        broken in prop::option::of(prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(0.0)]),
    ) {
        let mut policy = policy;
        if let Some(value) = broken {
            policy = Policy {
                service_level: value,
                fill_rate: Some(value),
                lead_time_sd_days: value,
                periods: 0,
                ..policy
            };
        }
        let line = plan_product(today(), &input, &policy);
        prop_assert!(figures(&line).iter().all(|figure| figure.is_finite()), "{line:?}");
        prop_assert!(line.quantity.0 >= 0 && line.packs >= 0 && line.need.0 >= 0);
        prop_assert!(line.pack_size.0 >= 1);
        prop_assert_eq!(line.packs.checked_mul(line.pack_size.0), Some(line.quantity.0));
        prop_assert!(line.order_up_to >= 0.0 && line.sigma_protection >= 0.0);
        let lost = |here: bool| -> i128 {
            let losses = line.reason.losses.iter();
            let of = losses.filter(|loss| (loss.goods != LostGoods::Coming) == here);
            of.map(|loss| i128::from(loss.quantity.0)).sum()
        };
        let most = i128::from(i64::MAX);
        let coming = i128::from(input.on_order.0.max(0)) + i128::from(input.in_transit.0.max(0));
        prop_assert!(line.reason.losses.iter().all(|loss| loss.quantity.0 > 0));
        prop_assert!(lost(true).min(most) <= i128::from(line.on_hand.0.max(0)));
        prop_assert!(lost(false) <= coming);
        prop_assert_eq!(i128::from(line.expiring.0), (lost(true) + lost(false)).min(most));
        if let (Some(cap), true) = (line.reason.shelf_life_cap, line.quantity.0 > 0) {
            prop_assert!(line.quantity <= cap);
        }
    }

    #[test]
    fn more_on_its_way_never_asks_for_more(
        input in usual_product(),
        policy in policy(),
        more in 0..100_i64,
    ) {
        let line = plan_product(today(), &input, &policy);
        let mut richer = input;
        richer.on_order += Quantity(more);
        let other = plan_product(today(), &richer, &policy);
        prop_assert!(other.quantity <= line.quantity);
        prop_assert!(other.urgency >= line.urgency);
    }

    #[test]
    fn a_higher_service_level_never_asks_for_less(
        mut input in usual_product(),
        policy in policy(),
        raise in 0.0..0.3_f64,
    ) {
        input.pack_size = Quantity(input.pack_size.0.clamp(1, 50));
        let line = plan_product(today(), &input, &policy);
        let higher = Policy {
            service_level: (policy.service_level + raise).min(0.9999),
            fill_rate: policy.fill_rate.map(|rate| (rate + raise).min(0.9999)),
            ..policy
        };
        let other = plan_product(today(), &input, &higher);
        prop_assert!(other.order_up_to >= line.order_up_to);
        prop_assert!(other.quantity >= line.quantity);
        prop_assert!(other.urgency <= line.urgency);
    }

    #[test]
    fn the_order_of_rows_lots_and_products_changes_nothing(
        input in any_product(|| wild().boxed()),
        policy in policy(),
        seed in any::<u64>(),
    ) {
        let mut shuffled = input.clone();
        // A fixed mixing of the places: proptest's own shuffle needs the length beforehand.
        let mut places = (0..).map(|place: u64| (place ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut by_place: Vec<_> = shuffled.flows.drain(..).zip(&mut places).collect();
        by_place.sort_by_key(|(_, place)| *place);
        shuffled.flows = by_place.into_iter().map(|(row, _)| row).collect();
        shuffled.lots.reverse();
        let one = plan(today(), std::slice::from_ref(&input), &policy);
        let other = plan(today(), std::slice::from_ref(&shuffled), &policy);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn sparse_histories_agree_with_the_definition(
        sales in prop::collection::btree_map(1..500_u64, 0..20_i64, 0..120),
        days in (1..5_usize, 1..40_usize, 1..20_usize, 0..10_usize),
        lead_time_sd_days in prop_oneof![Just(0.0), 0.0..4.0_f64],
        poisson in any::<bool>(),
        service_level in 0.5..0.9999,
    ) {
        let rules = Rules {
            periods: days.0,
            period_days: days.1,
            review_days: days.2,
            lead_time_days: days.3,
            lead_time_sd_days,
            poisson,
            service_level,
        };
        let policy = Policy {
            periods: days.0 as u32,
            period_days: days.1 as u32,
            review_days: days.2 as u32,
            lead_time_days: days.3 as u32,
            lead_time_sd_days,
            distribution: if poisson { Distribution::Poisson } else { Distribution::NegativeBinomial },
            service_level,
            ..Policy::default()
        };
        let by_date: BTreeMap<_, _> = sales.iter().map(|(&day, &sold)| (ago(day), sold)).collect();
        let flows = by_date.iter().map(|(&date, &sold)| imported(date, sold)).collect();
        let line = plan_product(today(), &product(flows), &policy);
        match independent(today(), &by_date, &rules) {
            None => prop_assert_eq!(line.reason.sigma_rule, None),
            Some((f, sigma, s)) => {
                prop_assert!((line.forecast_per_day - f).abs() < 1e-9);
                prop_assert!((line.sigma_protection - sigma).abs() < 1e-6);
                prop_assert_eq!(line.order_up_to, s as f64);
                let lead = days.3 as f64;
                let due = level(f, sigma, lead + 1.0, &rules);
                let along = level(f, sigma, lead + days.2 as f64 / 2.0, &rules);
                prop_assert_eq!((line.reason.due_level, line.reason.along_level), (due as f64, along as f64));
            }
        }
    }

    #[test]
    fn a_line_survives_being_stored(input in usual_product(), policy in policy()) {
        let line = plan_product(today(), &input, &policy);
        let stored = serde_json::to_string(&line).unwrap();
        let read: PlanLine = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(read, line);
    }
}
