//! Goods that decay: the limit without decay, the optimum, and what is refused.

use kulakan::plan::deteriorating::{
    Costs, DeterioratingItem, Keeping, Lots, Runs, ThreeEchelon, deteriorating_eoq,
};
use proptest::prelude::*;
use rstest::rstest;

/// The bakery's figures.
fn bakery() -> ThreeEchelon {
    let keeping = |holding_cost, deterioration_cost, deterioration_rate| Keeping {
        holding_cost,
        deterioration_cost,
        deterioration_rate,
    };
    ThreeEchelon {
        cycle: 1.0,
        demand_rate: 128_253.0,
        production_rate: 202_275.0,
        buyer_order_cost: 0.0,
        buyer_receiving_cost: 0.0,
        buyer: keeping(106.25, 250.0, 0.25),
        setup_cost: 53_325.33,
        producer_shipping_cost: 50_000.0,
        producer: keeping(88.54, 936.54, 0.167),
        material_receiving_cost: 0.0,
        material: keeping(10.43, 147.20, 0.00274),
        supplier_order_cost: 8_000.0,
        supplier_shipping_cost: 30_000.0,
        supplier: keeping(9.3838, 132.48, 0.00274),
    }
}

fn with_rates(
    model: ThreeEchelon,
    buyer: f64,
    producer: f64,
    material: f64,
    supplier: f64,
) -> ThreeEchelon {
    let at = |keeping: Keeping, deterioration_rate| Keeping {
        deterioration_rate,
        ..keeping
    };
    ThreeEchelon {
        buyer: at(model.buyer, buyer),
        producer: at(model.producer, producer),
        material: at(model.material, material),
        supplier: at(model.supplier, supplier),
        ..model
    }
}

fn solved(model: &ThreeEchelon, n: u32, runs: Runs) -> (Lots, Costs) {
    let lots = model.lots(n, runs).unwrap();
    (lots, model.costs(&lots).unwrap())
}

/// The chain without decay, written down from triangles and rectangles alone, ending with a partial run.
fn without_decay(model: &ThreeEchelon, n: u32) -> Costs {
    let (cycle, n) = (model.cycle, f64::from(n));
    let t = cycle / n;
    let producing = model.demand_rate * cycle / model.production_rate;
    let mut whole = (producing / t).floor();
    let mut last = producing - whole * t;
    // The same slack for rounding as the model's, which a whole number of runs needs.
    if last < 1e-9 * t {
        last = 0.0;
    } else if t - last < 1e-9 * t {
        (whole, last) = (whole + 1.0, 0.0);
    }
    let runs = whole + if last > 0.0 { 1.0 } else { 0.0 };
    let squares = whole * t * t + last * last;
    Costs {
        buyer: (model.buyer_order_cost
            + n * (model.buyer_receiving_cost
                + model.buyer.holding_cost * model.demand_rate * t * t / 2.0))
            / cycle,
        material: ((whole + 1.0) * model.material_receiving_cost
            + model.material.holding_cost * model.production_rate * squares / 2.0)
            / cycle,
        producer: (model.setup_cost
            + n * model.producer_shipping_cost
            + model.producer.holding_cost * model.production_rate * squares / 2.0)
            / cycle,
        supplier: (model.supplier_order_cost
            + runs * model.supplier_shipping_cost
            + model.supplier.holding_cost * model.production_rate * squares)
            / cycle,
    }
}

#[track_caller]
fn near(found: f64, wanted: f64, relative: f64, what: &str) {
    let allowed = relative * wanted.abs().max(1e-9);
    assert!(
        (found - wanted).abs() <= allowed,
        "{what} is {found}, not {wanted}"
    );
}

fn costs_near(found: &Costs, wanted: &Costs, relative: f64) {
    near(found.buyer, wanted.buyer, relative, "TC_B");
    near(found.material, wanted.material, relative, "TC_PW");
    near(found.producer, wanted.producer, relative, "TC_P");
    near(found.supplier, wanted.supplier, relative, "TC_S");
}

/// Any chain whose production can keep up.
fn any_chain() -> impl Strategy<Value = ThreeEchelon> {
    let keeping = (0.0..1e4, 0.0..1e4, 0.0..0.9);
    let keeping = || {
        keeping.clone().prop_map(
            |(holding_cost, deterioration_cost, deterioration_rate)| Keeping {
                holding_cost,
                deterioration_cost,
                deterioration_rate,
            },
        )
    };
    (
        (0.01..10.0, 1.0..1e6, 1.0..5.0),
        prop::array::uniform7(0.0..1e6),
        [keeping(), keeping(), keeping(), keeping()],
    )
        .prop_map(
            |((cycle, demand_rate, faster), fixed, [buyer, producer, material, supplier])| {
                ThreeEchelon {
                    cycle,
                    demand_rate,
                    production_rate: demand_rate * faster,
                    buyer_order_cost: fixed[0],
                    buyer_receiving_cost: fixed[1],
                    buyer,
                    setup_cost: fixed[2],
                    producer_shipping_cost: fixed[3],
                    producer,
                    material_receiving_cost: fixed[4],
                    material,
                    supplier_order_cost: fixed[5],
                    supplier_shipping_cost: fixed[6],
                    supplier,
                }
            },
        )
}

proptest! {
    #[test]
    fn no_decay_is_the_model_of_goods_that_last(model in any_chain(), n in 1_u32..200) {
        let lasting = with_rates(model, 0.0, 0.0, 0.0, 0.0);
        let (lots, costs) = solved(&lasting, n, Runs::Partial);
        costs_near(&costs, &without_decay(&lasting, n), 1e-9);
        near(lots.delivered, lasting.demand_rate * lasting.cycle, 1e-12, "Q_B");
        near(lots.supply, lasting.demand_rate * lasting.cycle, 1e-9, "Q_S");
    }

    #[test]
    fn ever_less_decay_comes_ever_nearer_to_none(model in any_chain(), n in 1_u32..200, power in 3_i32..300) {
        let lasting = with_rates(model, 0.0, 0.0, 0.0, 0.0);
        let rate = 10_f64.powi(-power);
        let slow = with_rates(model, rate, rate, rate, rate);
        let (lots, costs) = solved(&slow, n, Runs::Partial);
        let (limit, least) = solved(&lasting, n, Runs::Partial);
        // A run that begins or ends within the rounding is a matter of a delivery, not of decay.
        prop_assume!(lots.material_deliveries() == limit.material_deliveries());
        // Decay adds what is lost at its price, in proportion to the rate.
        let prices = |keeping: Keeping| (keeping.deterioration_cost + 10.0 * keeping.holding_cost + 1.0) / keeping.holding_cost;
        let dearest = [model.buyer, model.producer, model.material, model.supplier].map(prices).into_iter().fold(1.0, f64::max);
        prop_assume!(dearest.is_finite());
        costs_near(&costs, &least, 1e-9 + 20.0 * rate * dearest);
        near(lots.last_run, limit.last_run, 1e-9 + 1e3 * rate * f64::from(n), "t_3");
    }

    #[test]
    fn a_last_partial_run_never_costs_more_than_whole_runs(model in any_chain(), n in 1_u32..200) {
        prop_assume!(model.producer.deterioration_rate > 1e-9);
        let (whole, dear) = solved(&model, n, Runs::Whole);
        let (partial, cheap) = solved(&model, n, Runs::Partial);
        let slack = 1.0 + 1e-12;
        prop_assert!(cheap.buyer == dear.buyer);
        prop_assert!(cheap.material <= dear.material * slack);
        prop_assert!(cheap.producer <= dear.producer * slack);
        prop_assert!(cheap.supplier <= dear.supplier * slack);
        prop_assert!(partial.supply <= whole.supply * slack);
        prop_assert!(partial.material_deliveries() == whole.material_deliveries());
    }

    #[test]
    fn the_last_run_leaves_just_what_is_missing(model in any_chain(), n in 1_u32..200) {
        let (lots, _) = solved(&model, n, Runs::Partial);
        let rate = model.producer.deterioration_rate;
        let last = if rate > 0.0 { model.production_rate * (1.0 - (-rate * lots.last_run).exp()) / rate } else { model.production_rate * lots.last_run };
        near(lots.whole_runs as f64 * lots.run_yield + last, lots.delivered, 1e-9, "n_P q_P + r");
        prop_assert!(lots.last_run >= 0.0 && lots.last_run < lots.interval);
    }

    #[test]
    fn more_deliveries_lose_less_on_the_way(model in any_chain(), n in 1_u32..200) {
        let (few, _) = solved(&model, n, Runs::Partial);
        let (many, _) = solved(&model, n + 1, Runs::Partial);
        let slack = 1.0 + 1e-12;
        prop_assert!(many.delivery < few.delivery);
        prop_assert!(many.delivered <= few.delivered * slack);
        prop_assert!(many.run_yield / many.interval >= few.run_yield / few.interval / slack);
        prop_assert!(many.supply_per_run <= few.supply_per_run);
        let free = ThreeEchelon { buyer_receiving_cost: 0.0, ..model };
        prop_assert!(solved(&free, n + 1, Runs::Partial).1.buyer <= solved(&free, n, Runs::Partial).1.buyer * slack);
    }

    #[test]
    fn whatever_is_taken_gives_finite_costs(
        figures in prop::array::uniform22(prop_oneof![Just(0.0), 1e-18..1e18_f64, 0.0..1.0_f64, (-300_i32..18).prop_map(|power| 10_f64.powi(power))]),
        n in prop_oneof![1_u32..100, Just(u32::MAX)],
        whole in any::<bool>(),
    ) {
        let [cycle, demand_rate, faster, rest @ ..] = figures;
        let keeping = |at: usize| Keeping { holding_cost: rest[at], deterioration_cost: rest[at + 1], deterioration_rate: rest[at + 2] };
        let model = ThreeEchelon {
            cycle,
            demand_rate,
            production_rate: demand_rate + faster,
            buyer_order_cost: rest[0],
            buyer_receiving_cost: rest[1],
            buyer: keeping(2),
            setup_cost: rest[5],
            producer_shipping_cost: rest[6],
            producer: keeping(7),
            material_receiving_cost: rest[10],
            material: keeping(11),
            supplier_order_cost: rest[14],
            supplier_shipping_cost: rest[15],
            supplier: keeping(16),
        };
        let runs = if whole { Runs::Whole } else { Runs::Partial };
        if let Ok(lots) = model.lots(n, runs) {
            let Lots { interval, delivery, delivered, run_yield, last_run, surplus, material_per_run, supply_per_run, supply, .. } = lots;
            for figure in [interval, delivery, delivered, run_yield, last_run, surplus, material_per_run, supply_per_run, supply] {
                prop_assert!(figure.is_finite() && figure >= 0.0, "{lots:?}");
            }
            match model.costs(&lots) {
                Ok(costs) => prop_assert!(costs.total().is_finite() && costs.total() >= 0.0),
                Err(error) => prop_assert!(error.name == "theta_P" && lots.surplus > 0.0, "{error}"),
            }
        }
    }

    #[test]
    fn the_lot_without_decay_is_the_economic_order_quantity(
        demand_rate in 1e-3..1e9_f64,
        order_cost in 1e-3..1e9_f64,
        holding_cost in 1e-3..1e6_f64,
        unit_cost in 0.0..1e6_f64,
        power in 15_i32..300,
    ) {
        let item = DeterioratingItem { demand_rate, order_cost, unit_cost, holding_cost, deterioration_rate: 0.0 };
        let lot = deteriorating_eoq(&item).unwrap();
        let eoq = (2.0 * order_cost * demand_rate / holding_cost).sqrt();
        near(lot.quantity, eoq, 1e-12, "Q");
        near(lot.interval, eoq / demand_rate, 1e-12, "T");
        near(lot.cost_per_period, holding_cost * eoq, 1e-12, "cost");
        let slow = deteriorating_eoq(&DeterioratingItem { deterioration_rate: 10_f64.powi(-power), ..item }).unwrap();
        let allowed = 1e-12 + 10_f64.powi(-power) * (unit_cost / holding_cost + lot.interval);
        near(slow.quantity, lot.quantity, allowed, "Q");
        near(slow.cost_per_period, lot.cost_per_period, allowed, "cost");
    }

    #[test]
    fn no_other_interval_costs_less(
        demand_rate in 1e-3..1e6_f64,
        order_cost in 1e-3..1e6_f64,
        holding_cost in 1e-3..1e3_f64,
        unit_cost in 0.0..1e3_f64,
        theta in 1e-6..1e3_f64,
        factor in 0.2..5.0_f64,
    ) {
        let item = DeterioratingItem { demand_rate, order_cost, unit_cost, holding_cost, deterioration_rate: theta };
        let lot = deteriorating_eoq(&item).unwrap();
        let cost = |interval: f64| {
            let x = theta * interval;
            // Enough digits for the comparison: the textbook's expression, or its first terms.
            let stock = if x < 1e-2 { interval * interval * (0.5 + x / 6.0 + x * x / 24.0 + x * x * x / 120.0) } else { (x.exp_m1() - x) / theta / theta };
            (order_cost + (holding_cost + unit_cost * theta) * demand_rate * stock) / interval
        };
        near(lot.cost_per_period, cost(lot.interval), 1e-8, "cost");
        prop_assert!(cost(lot.interval * factor) >= lot.cost_per_period * (1.0 - 1e-8));
        near(lot.quantity, demand_rate * (theta * lot.interval).exp_m1() / theta, 1e-9, "Q");
    }

    #[test]
    fn any_item_has_a_finite_lot_or_a_named_fault(
        figures in prop::array::uniform5(prop_oneof![Just(0.0), Just(f64::MAX), Just(f64::NAN), (-300_i32..18).prop_map(|power| 10_f64.powi(power))]),
    ) {
        let [demand_rate, order_cost, unit_cost, holding_cost, deterioration_rate] = figures;
        match deteriorating_eoq(&DeterioratingItem { demand_rate, order_cost, unit_cost, holding_cost, deterioration_rate }) {
            Ok(lot) => prop_assert!([lot.interval, lot.quantity, lot.cost_per_period].iter().all(|figure| figure.is_finite() && *figure > 0.0)),
            Err(error) => prop_assert!(!error.name.is_empty() && error.to_string().contains("must be")),
        }
    }
}

#[test]
fn runs_that_fill_the_cycle_exactly_leave_no_surplus_for_rounding_to_find() {
    for n in 1..=1000 {
        let model = with_rates(
            ThreeEchelon {
                demand_rate: 100.0,
                production_rate: 100.0,
                ..bakery()
            },
            0.0,
            0.0,
            0.0,
            0.0,
        );
        let lots = model.lots(n, Runs::Whole).unwrap();
        assert_eq!((lots.whole_runs, lots.surplus), (u64::from(n), 0.0));
        assert!(lots.fit_the_cycle());
        assert_eq!(
            model.costs(&lots).unwrap(),
            solved(&model, n, Runs::Partial).1
        );
    }
}

#[test]
fn a_surplus_that_never_decays_has_no_price() {
    let lasting = with_rates(bakery(), 0.25, 0.0, 0.00274, 0.00274);
    let lots = lasting.lots(25, Runs::Whole).unwrap();
    assert!(lots.surplus > 0.0);
    let refused = lasting.costs(&lots).unwrap_err();
    assert_eq!(refused.name, "theta_P");
    let kept_free = ThreeEchelon {
        producer: Keeping {
            holding_cost: 0.0,
            ..lasting.producer
        },
        ..lasting
    };
    assert!(kept_free.costs(&lots).is_ok());
}

#[rstest]
#[case::no_cycle(|m: &mut ThreeEchelon| m.cycle = 0.0, "T")]
#[case::no_demand(|m: &mut ThreeEchelon| m.demand_rate = 0.0, "D")]
#[case::demand_without_end(|m: &mut ThreeEchelon| m.demand_rate = f64::INFINITY, "D")]
#[case::too_slow(|m: &mut ThreeEchelon| m.production_rate = 128_252.0, "P")]
#[case::no_number(|m: &mut ThreeEchelon| m.production_rate = f64::NAN, "P")]
#[case::negative_cost(|m: &mut ThreeEchelon| m.buyer_order_cost = -1.0, "A")]
#[case::negative_holding(|m: &mut ThreeEchelon| m.supplier.holding_cost = -1.0, "H_S")]
#[case::no_number_as_a_cost(|m: &mut ThreeEchelon| m.material.deterioration_cost = f64::NAN, "P_PW")]
#[case::negative_decay(|m: &mut ThreeEchelon| m.producer.deterioration_rate = -0.1, "theta_P")]
#[case::decay_beyond_numbers(|m: &mut ThreeEchelon| m.buyer.deterioration_rate = 1e4, "theta_B")]
#[case::material_decay_beyond_numbers(|m: &mut ThreeEchelon| m.material.deterioration_rate = 1e4, "theta_PW")]
#[case::all_of_the_stock_is_lost(|m: &mut ThreeEchelon| m.supplier.deterioration_rate = 1.0, "theta_S")]
#[case::supplier_decay_beyond_numbers(|m: &mut ThreeEchelon| { m.supplier.deterioration_rate = 0.9; m.cycle = 1e4; m.buyer.deterioration_rate = 0.0; m.producer.deterioration_rate = 0.0; m.material.deterioration_rate = 0.0; }, "theta_S")]
#[case::hardly_anything_left_of_a_run(|m: &mut ThreeEchelon| { m.cycle = 150.0; m.buyer.deterioration_rate = 1.0; }, "P")]
fn impossible_parameters_are_named(#[case] spoil: fn(&mut ThreeEchelon), #[case] name: &str) {
    let mut model = bakery();
    spoil(&mut model);
    let refused = model.lots(1, Runs::Whole).unwrap_err();
    assert_eq!(refused.name, name, "{refused}");
    assert!(
        refused.to_string().starts_with(&format!("{name} is ")),
        "{refused}"
    );
}

#[test]
fn a_cycle_has_deliveries() {
    assert_eq!(bakery().lots(0, Runs::Whole).unwrap_err().name, "n");
}
