//! Intervals of all shops and lots together.

use kulakan::plan::nested::{NestedProduct, NestedShop, nested_cost, nested_intervals};
use proptest::prelude::*;

fn goods(lot_cost: f64, distributor_price: f64, retail_price: f64) -> NestedProduct {
    NestedProduct {
        lot_cost,
        distributor_price,
        retail_price,
        longest_days: None,
    }
}

fn shop(delivery_cost: f64, demand: &[f64]) -> NestedShop {
    NestedShop {
        delivery_cost,
        demand_per_period: demand.to_vec(),
    }
}

/// The study's case. Lots that come in with every delivery: T = sqrt(2 (2 130 + 275) / (0.01 318620)) = 0.5795 periods,
/// 17.4 days; 318620 is the shops' prices times their demand, since nothing lies at the distributor.
#[test]
fn the_studys_shops_and_suppliers_share_one_rhythm() {
    let products = [
        goods(50.0, 50.0, 75.0),
        goods(75.0, 75.0, 100.0),
        goods(150.0, 140.0, 180.0),
    ];
    let shops = [
        shop(130.0, &[448.0, 453.0, 429.0]),
        shop(130.0, &[248.0, 170.0, 705.0]),
    ];
    let found = nested_intervals(0.01, 30, &shops, &products).unwrap();
    assert_eq!(found.base_days, 17);
    assert_eq!(found.delivery_days, [17, 17]);
    assert_eq!(found.lot_days, [17, 17, 17]);
    let periods = 17.0 / 30.0;
    let by_hand = 535.0 / periods + 0.01 * 318_620.0 * periods / 2.0;
    assert!((found.cost_per_period - by_hand).abs() < 1e-9);
    // Deliveries every nine days and lots of the study's sizes cost a sixth more by the same reckoning.
    let apart = nested_cost(0.01, 30, &shops, &products, &[9, 9], &[13, 13, 10]).unwrap();
    assert!(apart > 1.16 * found.cost_per_period, "{apart}");
}

#[test]
fn goods_that_spoil_are_delivered_and_bought_in_time() {
    let mut milk = goods(50.0, 50.0, 75.0);
    milk.longest_days = Some(5);
    let products = [milk, goods(50.0, 50.0, 75.0)];
    let shops = [shop(130.0, &[10.0, 10.0]), shop(130.0, &[0.0, 10.0])];
    let found = nested_intervals(0.01, 30, &shops, &products).unwrap();
    assert!(
        found.delivery_days[0] <= 5 && found.lot_days[0] <= 5,
        "{found:?}"
    );
    // The shop without milk, and the product that keeps, are not hurried.
    assert!(
        found.delivery_days[1] > 5 && found.lot_days[1] > 5,
        "{found:?}"
    );
}

#[test]
fn what_cannot_be_is_named_with_its_range() {
    let told = |fraction, shops: &[NestedShop], products: &[NestedProduct]| {
        let refused = nested_intervals(fraction, 30, shops, products);
        refused.unwrap_err().to_string()
    };
    let (fine_shop, fine_goods) = (shop(1.0, &[1.0]), goods(1.0, 1.0, 2.0));
    let both = (
        std::slice::from_ref(&fine_shop),
        std::slice::from_ref(&fine_goods),
    );
    assert_eq!(
        told(0.0, both.0, both.1),
        "holding_fraction_per_period is 0, must be above 0"
    );
    assert_eq!(
        told(0.1, &[shop(1.0, &[-2.0])], both.1),
        "shops[0].demand_per_period is -2, must be 0 or above"
    );
    assert_eq!(
        told(0.1, &[shop(1.0, &[1.0, 2.0])], both.1),
        "shops[0].demand_per_period is 2, must be 1 figures, one for each product"
    );
    assert_eq!(
        told(0.1, both.0, &[goods(1.0, 3.0, 2.0)]),
        "products[0].retail_price is 2, must be at least distributor_price, 3"
    );
}

proptest! {
    /// Never above lots and deliveries at one common interval, of which the rule of the search makes each base at least
    /// as good; and of any two intervals one is a multiple of the other.
    #[test]
    fn no_common_interval_is_cheaper(
        figures in prop::collection::vec((1.0..500.0_f64, 1.0..200.0_f64, 0.0..100.0_f64), 1..4),
        demands in prop::collection::vec((1.0..500.0_f64, prop::collection::vec(0.0..900.0_f64, 3)), 1..4),
        common in 1_u32..60,
    ) {
        let products: Vec<NestedProduct> = figures.iter()
            .map(|&(lot, price, margin)| goods(lot, price, price + margin)).collect();
        let shops: Vec<NestedShop> = demands.iter()
            .map(|(cost, demand)| shop(*cost, &demand[..products.len()])).collect();
        let found = nested_intervals(0.01, 30, &shops, &products).unwrap();
        let cost = |deliveries: &[u32], lots: &[u32]| {
            nested_cost(0.01, 30, &shops, &products, deliveries, lots).unwrap()
        };
        let own = cost(&found.delivery_days, &found.lot_days);
        prop_assert!((own - found.cost_per_period).abs() <= 1e-9 * own);
        let together = cost(&vec![common; shops.len()], &vec![common; products.len()]);
        prop_assert!(found.cost_per_period <= together * (1.0 + 1e-12), "{} {}", own, together);
        for &days in found.delivery_days.iter().chain(&found.lot_days) {
            let (long, short) = (days.max(found.base_days), days.min(found.base_days));
            prop_assert!(long % short == 0 && (long / short).is_power_of_two(), "{:?}", found);
        }
        // The order of the shops changes nothing, to the last bit.
        let turned: Vec<NestedShop> = shops.iter().rev().cloned().collect();
        let again = nested_intervals(0.01, 30, &turned, &products).unwrap();
        prop_assert_eq!(again.cost_per_period.to_bits(), found.cost_per_period.to_bits());
    }
}
