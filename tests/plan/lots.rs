//! Lot sizes: laws of each model, and what it refuses.

use kulakan::plan::ParameterError;
use kulakan::plan::distribution::{Poisson, normal_second_loss};
use kulakan::plan::lot::r_q::{self, RqCosts};
use kulakan::plan::lot::{
    CoordinatedCosts, Discount, DiscountTerms, LeadTimeDemand, LotCosts, POWER_OF_TWO_BOUND,
    PriceBreak, PriceList, ReorderPoint, coordinated_order_quantity, economic_order_quantity,
    economic_production_quantity, power_of_two, reorder_point, with_planned_backorders,
};
use proptest::prelude::*;
use rstest::rstest;

const COSTS: LotCosts = LotCosts {
    order_cost: 8.0,
    holding_cost: 0.225,
    demand_rate: 1300.0,
};

const RQ: RqCosts = RqCosts {
    order_cost: 8.0,
    holding_cost: 0.225,
    backorder_cost: 7.5,
};

const DEMAND: LeadTimeDemand = LeadTimeDemand {
    demand_rate: 1300.0,
    demand_sd: 150.0,
    lead_time: 1.0 / 12.0,
    lead_time_sd: 0.0,
};

const TERMS: DiscountTerms = DiscountTerms {
    order_cost: 8.0,
    holding_fraction: 0.3,
    demand_rate: 1300.0,
};

fn price_list(prices: &[(f64, f64)], discount: Discount) -> Result<PriceList, ParameterError> {
    let breaks = prices
        .iter()
        .map(|&(from_quantity, unit_cost)| PriceBreak {
            from_quantity,
            unit_cost,
        })
        .collect();
    PriceList::new(breaks, discount)
}

fn coordinated(product: usize) -> CoordinatedCosts {
    // The published study's supplier lots: demand of both retailers, handling cost of both parties, and prices.
    let [
        demand_rate,
        supplier_cost,
        distributor_price,
        supplier_price,
    ] = [
        [696.0, 50.0, 50.0, 30.0],
        [623.0, 75.0, 75.0, 50.0],
        [1134.0, 150.0, 140.0, 120.0],
    ][product];
    CoordinatedCosts {
        demand_rate,
        distributor_cost: 0.0,
        supplier_cost,
        holding_fraction: 0.01,
        distributor_price,
        supplier_price,
    }
}

#[rstest]
#[case(0, 294.96, 46.4)]
#[case(1, 273.42, 41.5)]
#[case(2, 361.73, 75.6)]
fn the_published_study_orders_so_much_at_such_a_stock(
    #[case] product: usize,
    #[case] lot: f64,
    #[case] level: f64,
) {
    let costs = coordinated(product);
    let found = coordinated_order_quantity(&costs).unwrap();
    assert!((found.quantity - lot).abs() < 0.005, "{found:?}");
    let demand = LeadTimeDemand {
        demand_rate: costs.demand_rate,
        demand_sd: 0.0,
        lead_time: 2.0 / 30.0,
        lead_time_sd: 0.0,
    };
    let point = reorder_point(&demand, 1.645).unwrap();
    assert!((point.level - level).abs() < 0.05, "{point:?}");
    assert_eq!(point.safety_stock, 0.0);
}

#[test]
fn the_reorder_point_counts_demand_and_lead_time_that_vary() {
    let demand = LeadTimeDemand {
        demand_rate: 12.0,
        demand_sd: 5.0,
        lead_time: 4.0,
        lead_time_sd: 1.5,
    };
    let steady = LeadTimeDemand {
        lead_time_sd: 0.0,
        ..demand
    };
    assert_eq!(
        reorder_point(&steady, 2.0).unwrap(),
        ReorderPoint {
            level: 48.0 + 20.0,
            safety_stock: 20.0
        }
    );
    let found = reorder_point(&demand, 2.0).unwrap();
    let sd = (4.0 * 25.0 + 144.0 * 2.25_f64).sqrt();
    assert!((found.safety_stock - 2.0 * sd).abs() < 1e-12);
}

#[test]
fn an_incremental_price_is_paid_for_the_units_above_the_break_only() {
    let list = price_list(
        &[(0.0, 2.0), (100.0, 1.5), (300.0, 1.0)],
        Discount::Incremental,
    )
    .unwrap();
    // 100 at 2, 200 at 1.5 and 100 at 1 are 600 for a lot of 400.
    let terms = DiscountTerms {
        order_cost: 10.0,
        holding_fraction: 0.2,
        demand_rate: 800.0,
    };
    let cost = list.cost_of(&terms, 400.0).unwrap();
    assert!((cost - (10.0 * 2.0 + 600.0 * 2.0 + 0.2 * 600.0 / 2.0)).abs() < 1e-9);
    let all = price_list(
        &[(0.0, 2.0), (100.0, 1.5), (300.0, 1.0)],
        Discount::AllUnits,
    )
    .unwrap();
    let cost = all.cost_of(&terms, 400.0).unwrap();
    assert!((cost - (10.0 * 2.0 + 400.0 * 2.0 + 0.2 * 400.0 / 2.0)).abs() < 1e-9);
    assert_eq!([99.9, 100.0, 1e9].map(|lot| all.region(lot)), [0, 1, 2]);
}

#[test]
fn without_spread_of_demand_customers_wait_as_planned() {
    for demand in [
        LeadTimeDemand {
            demand_sd: 0.0,
            ..DEMAND
        },
        LeadTimeDemand {
            demand_sd: 1e-9,
            ..DEMAND
        },
        LeadTimeDemand {
            lead_time: 0.0,
            ..DEMAND
        },
    ] {
        let found = r_q::loss_function_approximation(&RQ, &demand).unwrap();
        let planned = with_planned_backorders(&COSTS, 7.5).unwrap();
        assert!((found.quantity - planned.quantity).abs() < 1e-6);
        let level = demand.demand_rate * demand.lead_time - planned.largest_backlog;
        assert!((found.reorder_point - level).abs() < 1e-6);
        assert!((found.cost - planned.cost).abs() < 1e-6);
    }
}

#[test]
fn the_second_loss_is_the_integral_of_the_first() {
    for k in [-8.0, -2.5, -0.3, 0.0, 0.7, 1.9, 4.0] {
        let steps = 20_000;
        let width = (9.0 - k) / f64::from(steps);
        let sum: f64 = (0..steps)
            .map(|step| {
                kulakan::plan::distribution::normal_loss(k + (f64::from(step) + 0.5) * width)
            })
            .sum();
        assert!((normal_second_loss(k) - sum * width).abs() < 1e-6, "k {k}");
    }
    assert_eq!(normal_second_loss(50.0), 0.0);
}

#[test]
fn large_poisson_lots_are_found_unit_by_unit_in_time() {
    // Lead-time demand of ten million: near the normal model, to which it converges.
    let costs = RqCosts {
        order_cost: 2000.0,
        holding_cost: 0.5,
        backorder_cost: 9.0,
    };
    let exact = r_q::poisson_exact(&costs, 1e6, 10.0).unwrap();
    let demand = LeadTimeDemand {
        demand_rate: 1e6,
        demand_sd: 1e3,
        lead_time: 10.0,
        lead_time_sd: 0.0,
    };
    let normal = r_q::loss_function_approximation(&costs, &demand).unwrap();
    assert!(
        (exact.cost / normal.cost - 1.0).abs() < 1e-4,
        "{exact:?} {normal:?}"
    );
    assert!((exact.quantity / normal.quantity - 1.0).abs() < 1e-2);
}

fn positive() -> impl Strategy<Value = f64> + Clone {
    (-4.0..5.0_f64).prop_map(|exponent| 10f64.powf(exponent))
}

fn any_positive() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        positive(),
        (-18.0..18.0_f64).prop_map(|exponent| 10f64.powf(exponent)),
        Just(1e-18),
        Just(1e18)
    ]
}

fn lot_costs(figure: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = LotCosts> {
    (figure.clone(), figure.clone(), figure).prop_map(|(order_cost, holding_cost, demand_rate)| {
        LotCosts {
            order_cost,
            holding_cost,
            demand_rate,
        }
    })
}

fn prices() -> impl Strategy<Value = Vec<(f64, f64)>> {
    (
        0.5..50.0_f64,
        prop::collection::vec((1.0..2000.0_f64, 0.7..0.99_f64), 0..4),
    )
        .prop_map(|(first, steps)| {
            let mut prices = vec![(0.0, first)];
            for (more, factor) in steps {
                let (from, price) = prices[prices.len() - 1];
                prices.push((from + more, price * factor));
            }
            prices
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_other_lot_costs_less(costs in lot_costs(positive()), factor in 0.01..100.0_f64) {
        let best = economic_order_quantity(&costs).unwrap();
        let other = costs.cost_of(best.quantity * factor).unwrap().total();
        prop_assert!(best.cost.total() <= other * (1.0 + 1e-14));
        prop_assert!((best.cost.ordering / best.cost.holding - 1.0).abs() < 1e-12);
        prop_assert!((best.interval * costs.demand_rate / best.quantity - 1.0).abs() < 1e-12);
    }

    #[test]
    fn waiting_and_making_never_cost_more_than_ordering(
        costs in lot_costs(positive()),
        waiting in positive(),
        more in positive(),
        factor in 0.5..2.0_f64,
    ) {
        let plain = economic_order_quantity(&costs).unwrap().cost.total();
        let planned = with_planned_backorders(&costs, waiting).unwrap();
        prop_assert!(planned.cost <= plain * (1.0 + 1e-12));
        // K D / Q + h (Q - b)^2 / 2 Q + p b^2 / 2 Q, with lot or backlog a little off.
        let cost = |lot: f64, backlog: f64| {
            costs.order_cost * costs.demand_rate / lot
                + (costs.holding_cost * (lot - backlog).powi(2) + waiting * backlog.powi(2)) / (2.0 * lot)
        };
        let (lot, backlog) = (planned.quantity, planned.largest_backlog);
        prop_assert!((cost(lot, backlog) / planned.cost - 1.0).abs() < 1e-9);
        prop_assert!(cost(lot * factor, backlog) >= planned.cost * (1.0 - 1e-9));
        prop_assert!(cost(lot, backlog * factor) >= planned.cost * (1.0 - 1e-9));

        let rate = costs.demand_rate * (1.0 + more);
        let made = economic_production_quantity(&costs, rate).unwrap();
        prop_assert!(made.cost.total() <= plain * (1.0 + 1e-12));
        // All but at once: the economic order quantity.
        let quick = economic_production_quantity(&costs, costs.demand_rate * 1e12).unwrap();
        prop_assert!((quick.cost.total() / plain - 1.0).abs() < 1e-11);
    }

    #[test]
    fn a_power_of_two_is_within_its_bound_and_the_best_of_them(
        costs in lot_costs(positive()),
        base in positive(),
    ) {
        let found = power_of_two(&costs, base).unwrap();
        prop_assert!(found.ratio >= 1.0 - 1e-12 && found.ratio <= POWER_OF_TWO_BOUND + 1e-12);
        for factor in [0.5, 2.0] {
            let other = costs.cost_of(found.lot.quantity * factor).unwrap().total();
            prop_assert!(found.lot.cost.total() <= other * (1.0 + 1e-12));
        }
        let interval = base * 2f64.powi(found.exponent);
        prop_assert!((found.lot.interval / interval - 1.0).abs() < 1e-12);
    }

    #[test]
    fn no_lot_beats_the_one_chosen_by_its_discount(
        prices in prices(),
        (order_cost, holding_fraction, demand_rate) in (1.0..500.0_f64, 0.01..0.5_f64, 10.0..50_000.0_f64),
        incremental in any::<bool>(),
        others in prop::collection::vec(0.1..20_000.0_f64, 20),
    ) {
        let discount = if incremental { Discount::Incremental } else { Discount::AllUnits };
        let terms = DiscountTerms { order_cost, holding_fraction, demand_rate };
        let list = price_list(&prices, discount).unwrap();
        let best = list.economic_lot(&terms).unwrap();
        prop_assert_eq!(best.region, list.region(best.quantity));
        prop_assert!((list.cost_of(&terms, best.quantity).unwrap() / best.cost - 1.0).abs() < 1e-12);
        let near = [0.9, 0.999, 1.001, 1.1].map(|factor| best.quantity * factor);
        let breaks = prices.iter().skip(1).map(|&(from, _)| from);
        for lot in others.into_iter().chain(near).chain(breaks) {
            let other = list.cost_of(&terms, lot).unwrap();
            prop_assert!(best.cost <= other * (1.0 + 1e-12), "{lot} costs {other}, {best:?}");
        }
    }

    #[test]
    fn the_loss_function_policy_solves_its_two_equations(
        (order_cost, holding_cost, ratio) in (1.0..1000.0_f64, 0.1..10.0_f64, 0.05..200.0_f64),
        (demand_rate, spread, lead_time) in (1.0..5000.0_f64, 0.01..2.0_f64, 0.01..3.0_f64),
        lead_time_sd in prop_oneof![Just(0.0), 0.0..1.0_f64],
    ) {
        let costs = RqCosts { order_cost, holding_cost, backorder_cost: holding_cost * ratio };
        let demand = LeadTimeDemand { demand_rate, demand_sd: demand_rate * spread, lead_time, lead_time_sd };
        let found = r_q::loss_function_approximation(&costs, &demand).unwrap();
        let late = demand_rate * lead_time_sd;
        let sd = (lead_time * demand.demand_sd.powi(2) + late * late).sqrt();
        let z = (found.reorder_point - demand_rate * lead_time) / sd;
        let both = holding_cost + costs.backorder_cost;
        let loss = sd * kulakan::plan::distribution::normal_loss(z);
        prop_assert!((loss / (holding_cost * found.quantity / both) - 1.0).abs() < 1e-6);
        let square = 2.0 * (order_cost * demand_rate + both * sd * sd * normal_second_loss(z)) / holding_cost;
        prop_assert!((square.sqrt() / found.quantity - 1.0).abs() < 1e-6);
        let simple = r_q::economic_lot_and_safety_stock(&costs, &demand).unwrap();
        prop_assert!(found.cost.is_finite() && simple.cost >= 0.0);
    }

    #[test]
    fn no_other_whole_policy_beats_the_exact_poisson_one(
        (order_cost, holding_cost, ratio) in (0.5..300.0_f64, 0.1..10.0_f64, 0.1..100.0_f64),
        (demand_rate, lead_time) in (0.1..40.0_f64, prop_oneof![Just(0.0), 0.0..3.0_f64]),
        (level, lot) in (-6..6_i64, -6..6_i64),
    ) {
        let costs = RqCosts { order_cost, holding_cost, backorder_cost: holding_cost * ratio };
        let found = r_q::poisson_exact(&costs, demand_rate, lead_time).unwrap();
        let demand = Poisson::with_mean(demand_rate * lead_time);
        let cost = |level: i64, lot: i64| {
            let positions = (level + 1..=level + lot).map(|y| {
                let short = demand.expected_shortage(y);
                holding_cost * (y as f64 - demand.mean() + short) + costs.backorder_cost * short
            });
            (order_cost * demand_rate + positions.sum::<f64>()) / lot as f64
        };
        let (r, q) = (found.reorder_point as i64, found.quantity as i64);
        prop_assert!((cost(r, q) / found.cost - 1.0).abs() < 1e-9);
        prop_assert!(cost(r + level, (q + lot).max(1)) >= found.cost * (1.0 - 1e-9));
    }

    #[test]
    fn every_figure_of_checked_parameters_is_finite(
        costs in lot_costs(any_positive()),
        (waiting, base, fraction) in (any_positive(), any_positive(), any_positive()),
        (sd, lead_time, lead_time_sd) in (any_positive(), any_positive(), any_positive()),
    ) {
        let mut figures = Vec::new();
        let lot = economic_order_quantity(&costs).unwrap();
        figures.extend([lot.quantity, lot.interval, lot.cost.total()]);
        figures.push(costs.cost_of(waiting).unwrap().total());
        let planned = with_planned_backorders(&costs, waiting).unwrap();
        figures.extend([planned.quantity, planned.cost, planned.largest_backlog]);
        if let Ok(made) = economic_production_quantity(&costs, waiting) {
            figures.extend([made.quantity, made.interval, made.cost.total()]);
        }
        let two = power_of_two(&costs, base).unwrap();
        figures.extend([two.lot.quantity, two.ratio]);
        let shared = coordinated_order_quantity(&CoordinatedCosts {
            demand_rate: costs.demand_rate,
            distributor_cost: costs.order_cost,
            supplier_cost: 0.0,
            holding_fraction: fraction,
            distributor_price: waiting,
            supplier_price: base,
        }).unwrap();
        figures.extend([shared.quantity, shared.cost.total()]);
        let demand = LeadTimeDemand { demand_rate: costs.demand_rate, demand_sd: sd, lead_time, lead_time_sd };
        figures.push(reorder_point(&demand, 3.0).unwrap().level);
        let money = RqCosts { order_cost: costs.order_cost, holding_cost: costs.holding_cost, backorder_cost: waiting };
        for policy in [
            r_q::economic_lot_and_safety_stock(&money, &demand).unwrap(),
            r_q::loss_function_approximation(&money, &demand).unwrap(),
        ] {
            figures.extend([policy.reorder_point, policy.quantity, policy.cost]);
        }
        let terms = DiscountTerms { order_cost: costs.order_cost, holding_fraction: fraction, demand_rate: costs.demand_rate };
        for discount in [Discount::AllUnits, Discount::Incremental] {
            if let Ok(list) = price_list(&[(0.0, waiting), (base, waiting * 0.9)], discount) {
                figures.push(list.economic_lot(&terms).unwrap().cost);
            }
        }
        prop_assert!(figures.iter().all(|figure| figure.is_finite()), "{figures:?}");
    }
}

fn eoq(change: fn(&mut LotCosts)) -> Result<(), ParameterError> {
    let mut costs = COSTS;
    change(&mut costs);
    economic_order_quantity(&costs).map(|_| ())
}

fn shared(change: fn(&mut CoordinatedCosts)) -> Result<(), ParameterError> {
    let mut costs = coordinated(0);
    change(&mut costs);
    coordinated_order_quantity(&costs).map(|_| ())
}

fn approximation(change: fn(&mut RqCosts, &mut LeadTimeDemand)) -> Result<(), ParameterError> {
    let (mut costs, mut demand) = (RQ, DEMAND);
    change(&mut costs, &mut demand);
    let simple = r_q::economic_lot_and_safety_stock(&costs, &demand);
    let found = r_q::loss_function_approximation(&costs, &demand);
    assert_eq!(simple.is_err(), found.is_err());
    found.map(|_| ())
}

#[rstest]
#[case(eoq(|costs| costs.order_cost = 0.0), "order_cost is 0, must be above 0")]
#[case(eoq(|costs| costs.holding_cost = -1.0), "holding_cost is -1, must be above 0")]
#[case(eoq(|costs| costs.demand_rate = f64::NAN), "demand_rate is NaN, must be above 0")]
#[case(eoq(|costs| costs.demand_rate = f64::INFINITY), "demand_rate is inf, must be from 1e-18 to 1e18")]
#[case(COSTS.cost_of(0.0).map(|_| ()), "quantity is 0, must be above 0")]
#[case(with_planned_backorders(&COSTS, 0.0).map(|_| ()), "backorder_cost is 0, must be above 0")]
#[case(
    economic_production_quantity(&COSTS, 1300.0).map(|_| ()),
    "production_rate is 1300, must be above demand_rate, which is 1300"
)]
#[case(power_of_two(&COSTS, -7.0).map(|_| ()), "base_period is -7, must be above 0")]
#[case(shared(|costs| costs.supplier_price = 0.0), "supplier_price is 0, must be above 0")]
#[case(shared(|costs| costs.distributor_cost = -1.0), "distributor_cost is -1, must be 0 or above")]
#[case(
    shared(|costs| costs.supplier_cost = 0.0),
    "distributor_cost + supplier_cost is 0, must be above 0"
)]
#[case(shared(|costs| costs.demand_rate = 0.0), "demand_rate is 0, must be above 0")]
#[case(approximation(|_, demand| demand.lead_time = -1.0), "lead_time is -1, must be 0 or above")]
#[case(approximation(|_, demand| demand.demand_rate = 0.0), "demand_rate is 0, must be above 0")]
#[case(approximation(|costs, _| costs.backorder_cost = 0.0), "backorder_cost is 0, must be above 0")]
#[case(reorder_point(&DEMAND, f64::NAN).map(|_| ()), "safety_factor is NaN, must be from -1e18 to 1e18")]
#[case(
    r_q::poisson_exact(&RQ, 1300.0, 1e5).map(|_| ()),
    "demand_rate x lead_time is 130000000, must be from 0 to 10000000"
)]
#[case(
    r_q::poisson_exact(&RqCosts { order_cost: 1e15, ..RQ }, 1300.0, 1.0).map(|_| ()),
    "sqrt(2 order_cost x demand_rate x (1 / holding_cost + 1 / backorder_cost)) is 3.449959742116163e9, must be from 0 to 10000000"
)]
#[case(price_list(&[], Discount::AllUnits).map(|_| ()), "breaks is 0, must be at least one, from quantity 0")]
#[case(price_list(&[(5.0, 1.0)], Discount::AllUnits).map(|_| ()), "breaks[0].from_quantity is 5, must be 0")]
#[case(
    price_list(&[(0.0, 1.0), (9.0, 0.9), (9.0, 0.8)], Discount::AllUnits).map(|_| ()),
    "breaks[2].from_quantity is 9, must be above the 9 of the break before"
)]
#[case(
    price_list(&[(0.0, 1.0), (9.0, 1.0)], Discount::Incremental).map(|_| ()),
    "breaks[1].unit_cost is 1, must be below the 1 of the break before"
)]
#[case(price_list(&[(0.0, 0.0)], Discount::AllUnits).map(|_| ()), "breaks[0].unit_cost is 0, must be above 0")]
#[case(
    price_list(&[(0.0, 1.0)], Discount::AllUnits)
        .and_then(|list| list.economic_lot(&DiscountTerms { holding_fraction: 0.0, ..TERMS }))
        .map(|_| ()),
    "holding_fraction is 0, must be above 0"
)]
fn a_parameter_that_cannot_be_is_named(
    #[case] found: Result<(), ParameterError>,
    #[case] message: &str,
) {
    assert_eq!(found.unwrap_err().to_string(), message);
}
