//! What must hold in every network.

use kulakan::simulate::cost::figures;
use kulakan::simulate::demand::DemandModel;
use proptest::prelude::*;

use super::{POLICIES, network, replication};

/// A network with up to three shops and three products, every option of the input somewhere among them.
fn networks() -> impl Strategy<Value = String> {
    let demand = prop_oneof![
        Just("distribution = \"poisson\""),
        Just("distribution = \"constant\""),
        Just("distribution = \"negative_binomial\"\nvariance_to_mean = 4.0"),
        Just("distribution = \"normal\"\nvariance_to_mean = 2.0"),
    ];
    let options = (
        demand,
        prop::sample::select(vec!["lost", "backordered"]),
        prop::sample::select(vec!["owed", "cancelled"]),
        prop::sample::select(vec!["known", "learned"]),
        prop::option::of(Just("classic_service_level = 0.95\n")),
    );
    let product = (
        prop::option::of(1_i64..12),
        1_i64..30,
        0_i64..50,
        prop::option::of(1_i64..40),
        prop::option::of(0_i64..500),
    );
    let shop = (
        prop::collection::vec(0_u32..900, 3),
        0_u32..4,
        0_u32..3,
        1_u32..3,
    );
    (
        options,
        prop::collection::vec(product, 1..4),
        prop::collection::vec(shop, 1..4),
        (0_u32..5, 0_u32..3, any::<u32>(), 0.0..300.0_f64),
    )
        .prop_map(|(options, products, shops, (lead, sd, seed, delivery))| {
            let (demand, unmet, shortage, information, level) = options;
            let mut text = format!(
                "period_days = 30\nholding_fraction_per_period = 0.02\ndays = 60\nwarm_up_days = 15\n\
                 history_days = 40\nreplications = 1\nseed = {seed}\nunmet_demand = \"{unmet}\"\n\
                 distributor_shortage = \"{shortage}\"\ninformation = \"{information}\"\n{}\
                 [demand]\n{demand}\n[delivery]\ndistributor_cost = {delivery}\nitem_cost = 2\n\
                 lead_time_days = 1\n[[supplier]]\nname = \"S\"\nlead_time_days = {lead}\n\
                 lead_time_sd_days = {sd}\n",
                level.unwrap_or_default()
            );
            for (at, (life, pack, minimum, rate, stock)) in products.iter().enumerate() {
                text.push_str(&format!(
                    "[[product]]\nname = \"P{at}\"\nsupplier = \"S\"\nretail_price = 30\n\
                     distributor_price = 20\nproduction_cost = 12\norder_cost = 15\nhandling_cost = 9\n\
                     backorder_cost_per_day = 0.5\npack_size = {pack}\nminimum_order = {minimum}\n"
                ));
                for (name, value) in [
                    ("shelf_life_days", life),
                    ("production_per_day", rate),
                    ("opening_stock", stock),
                ] {
                    if let Some(value) = value {
                        text.push_str(&format!("{name} = {value}\n"));
                    }
                }
            }
            for (at, (demand, lead, sd, count)) in shops.iter().enumerate() {
                let demand = &demand[..products.len()];
                text.push_str(&format!(
                    "[[shop]]\nname = \"shop {at}\"\ncount = {count}\norder_cost = 5\n\
                     demand_per_period = {demand:?}\nlead_time_days = {lead}\nlead_time_sd_days = {sd}\n"
                ));
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn goods_are_neither_made_nor_lost_by_moving_them(text in networks()) {
        let setting = network(&text);
        let products = setting.0.products.len();
        for policy in POLICIES {
            let mut asked = 0;
            // The simulator itself refuses a day on which the goods do not add up.
            let measures = replication(&setting, policy, 0, &mut |evening| {
                for balance in evening.world.balances() {
                    assert_eq!(balance.came_in, balance.accounted);
                }
                for place in evening.world.pairs() {
                    assert!(place.shelf.total() >= 0 && place.on_order >= 0 && place.in_transit >= 0);
                    let lots: i64 = place.shelf.lots().iter().map(|lot| lot.quantity).sum();
                    assert_eq!(lots, place.shelf.total());
                    assert!(place.backordered == 0 || place.shelf.total() == 0);
                }
                for product in 0..products {
                    let place = evening.world.distributor(product);
                    let owed: i64 = place.claims.iter().map(|claim| claim.quantity).sum();
                    let asked: i64 = evening.world.pairs().iter().skip(product).step_by(products)
                        .map(|stock| stock.on_order).sum();
                    assert_eq!(owed, asked);
                }
                if evening.day >= 15 {
                    asked += evening.demand.iter().sum::<i64>();
                }
            });
            prop_assert_eq!(measures.demanded, asked);
            prop_assert!(measures.served <= measures.demanded);
            let lost: i64 = measures.lost.iter().sum();
            prop_assert!(lost == 0 || measures.served + lost == measures.demanded);
            for echelon in figures(&setting.0, &measures) {
                let cost = echelon.cost;
                for figure in [cost.ordering, cost.holding, cost.waste, cost.lost_sales, cost.total] {
                    prop_assert!(figure.is_finite() && figure >= 0.0, "{:?}", cost);
                }
            }
        }
    }

    #[test]
    fn the_same_replication_is_the_same(text in networks()) {
        let setting = network(&text);
        for policy in POLICIES {
            let once = replication(&setting, policy, 2, &mut |_| ());
            prop_assert_eq!(once, replication(&setting, policy, 2, &mut |_| ()));
        }
    }
}

#[test]
fn a_model_of_demand_knows_its_own_mean() {
    let (network, horizon) = network(kulakan::simulate::STUDY_CASE);
    let model = DemandModel::new(&network, horizon.history_days).unwrap();
    assert!((model.mean_per_day(0) - 448.0 / 30.0).abs() < 1e-9);
    assert!((model.variance_per_day(5) - 705.0 / 30.0).abs() < 1e-6);
}
