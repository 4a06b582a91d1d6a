//! Small networks with certain demand, every stock and cost worked out by hand.

use super::{money, one_shop, trajectory};

/// 300 a period of 30 days at an order cost of 10, held at 60 x 0.01: the economic lot is sqrt(2 300 10 / 0.6) = 100, ten
/// days of demand, ordered two days before the end.
#[test]
fn an_economic_lot_runs_down_to_nothing_on_the_day_the_next_one_comes() {
    let text = one_shop(&["shop.opening_stock = [100]"]);
    let (stock, measures) = trajectory(&text, "traditional");
    let ten_days = [90, 80, 70, 60, 50, 40, 30, 20, 10, 0];
    assert_eq!(stock, ten_days.repeat(3));
    // Three orders on days 8, 18 and 28; the mean of morning and evening is half a lot.
    assert_eq!(measures.own_orders, [3]);
    assert_eq!(measures.shop_stock_twice, [2 * 50 * 30]);
    assert_eq!((measures.demanded, measures.served), (300, 300));
    assert_eq!(measures.deliveries, 3);
    // Cycles begin with the first delivery: one is complete.
    assert_eq!((measures.cycles, measures.cycles_served), (1, 1));
    // sqrt(2 R A F P) = 60 in all, half of it orders and half stock: the formula itself.
    let [shops, _, _] = money(&text, &measures);
    let cost = shops.cost;
    assert!((cost.ordering - 30.0).abs() < 1e-9, "{cost:?}");
    assert!((cost.holding - 30.0).abs() < 1e-9, "{cost:?}");
    assert!((cost.total - 60.0).abs() < 1e-9, "{cost:?}");
    assert!((shops.stock_average - 50.0).abs() < 1e-9);
}

/// T = sqrt(2 4.1667 / (0.01 (40 + 60) 300)) periods = 5 days and E = 10 (5 + 2) = 70, which is also the opening stock:
/// nothing is needed on day 0, fifty on every fifth day from then on, there two days later.
#[test]
fn an_order_up_to_level_lasts_until_the_delivery_after_next_has_come() {
    let text = one_shop(&[]);
    let (stock, measures) = trajectory(&text, "vmi");
    let mut expected = vec![60, 50, 40, 30, 20, 10, 0];
    expected.extend([40, 30, 20, 10, 0].repeat(5));
    assert_eq!(stock, expected[..30]);
    assert_eq!(measures.joint_deliveries, [5]);
    let [shops, distributor, _] = money(&text, &measures);
    // Twice the mean of a day: 65, 55, ... 5 in the first week, then 45, 35, ... 5.
    let unit_days = (65 + 55 + 45 + 35 + 25 + 15 + 5) + 4 * (45 + 35 + 25 + 15 + 5) + 45 + 35 + 25;
    assert_eq!(measures.shop_stock_twice, [2 * unit_days]);
    let holding = 0.01 * 60.0 * f64::from(unit_days as i32) / 30.0;
    assert!((shops.cost.holding - holding).abs() < 1e-9);
    assert!((distributor.cost.ordering - 5.0 * 4.166_666).abs() < 1e-9);
}

/// Whole units and no chance: the planner learns the mean exactly. One shop and lots with every delivery:
/// T = sqrt(2 (4.1667 + 15) / (0.01 60 300)) = 0.4615 periods, 14 days; a delivery lasts 16 days and the safety of the
/// least variance that it reckons with, and the distributor keeps that of two days.
#[test]
fn the_planner_serves_certain_demand_from_what_it_has_learnt() {
    let text = one_shop(&[
        "product.opening_stock = 0",
        "days = 84",
        "warm_up_days = 28",
    ]);
    let (stock, measures) = trajectory(&text, "kulakan");
    assert_eq!((measures.demanded, measures.served), (840, 840));
    assert_eq!(measures.joint_deliveries, [6]);
    assert_eq!(measures.lots, [6]);
    let counted = &stock[28..];
    let (least, most) = (counted.iter().min().unwrap(), counted.iter().max().unwrap());
    assert!((1..=30).contains(least), "{least}");
    assert_eq!(most - least, 130);
    // Only the distributor's safety stock ever lies there: on average less than a day of demand.
    assert!(measures.distributor_stock_twice[0] < 2 * 10 * 84);
}

/// Demand 10 a day of variance 20, L = 2: the reorder point for 97.5% is 10 3 + 1.96 sqrt(20 3) = 45.2, a day longer
/// than L since stock is looked at once a day, and E = 10 (5 + 2) + 1.96 sqrt(20 7) = 93.2. The study's are 20 and 70.
#[test]
fn safety_stock_raises_the_levels_of_the_classic_policies_and_nothing_else() {
    let first_order = |policy: &str, opening: i64| {
        let opening = format!("shop.opening_stock = [{opening}]");
        let text = one_shop(&[
            "demand.distribution = \"normal\"",
            "demand.variance_to_mean = 2",
            "classic_service_level = 0.975",
            "days = 1",
            &opening,
        ]);
        let mut sent = 0;
        let setting = super::network(&text);
        super::replication(&setting, policy, 0, &mut |evening| {
            let shop = evening.world.shop(0, 0);
            sent = shop.on_order + shop.in_transit;
        });
        sent
    };
    for (policy, reorder_point) in [("traditional", 20), ("traditional_with_safety_stock", 45)] {
        assert_eq!(first_order(policy, reorder_point), 100, "{policy}");
        assert_eq!(first_order(policy, reorder_point + 1), 0, "{policy}");
    }
    assert_eq!(first_order("vmi", 0), 70);
    assert_eq!(first_order("vmi_with_safety_stock", 0), 93);
}

#[test]
fn what_the_shelf_does_not_have_is_lost_with_its_margin() {
    let text = one_shop(&[
        "days = 5",
        "shop.opening_stock = [25]",
        "product.opening_stock = 0",
        "supplier.lead_time_days = 90",
    ]);
    let (stock, measures) = trajectory(&text, "traditional");
    assert_eq!(stock, [15, 5, 0, 0, 0]);
    assert_eq!(measures.lost, [25]);
    assert!((measures.fill_rate() - 0.5).abs() < 1e-12);
    // A sixth of a period: the shop's margin is 20, the distributor's 10.
    let [shops, distributor, suppliers] = money(&text, &measures);
    assert!((shops.cost.lost_sales - 25.0 * 20.0 * 6.0).abs() < 1e-9);
    assert!((distributor.cost.lost_sales - 25.0 * 10.0 * 6.0).abs() < 1e-9);
    assert!(suppliers.cost.lost_sales.abs() < 1e-12);
}

#[test]
fn customers_who_wait_are_served_first_and_cost_what_a_day_of_waiting_does() {
    let text = one_shop(&[
        "days = 6",
        "unmet_demand = \"backordered\"",
        "product.backorder_cost_per_day = 3",
        "shop.opening_stock = [5]",
    ]);
    // Ordered on day 0 (position 5, at or below 20) and there on day 2; 5 and 15 are owed on the first two evenings.
    let mut owed = Vec::new();
    let measures = super::replication(&super::network(&text), "traditional", 0, &mut |evening| {
        let stock = evening.world.shop(0, 0);
        owed.push((stock.shelf.total(), stock.backordered));
    });
    assert_eq!(owed, [(0, 5), (0, 15), (75, 0), (65, 0), (55, 0), (45, 0)]);
    assert_eq!(measures.waiting_days, [20]);
    assert_eq!(
        (measures.demanded, measures.served, measures.lost[0]),
        (60, 45, 0)
    );
    let [shops, _, _] = money(&text, &measures);
    assert!((shops.cost.lost_sales - 20.0 * 3.0 * 5.0).abs() < 1e-9);
}

#[test]
fn goods_are_thrown_away_on_the_evening_of_their_last_day_oldest_sold_first() {
    // Five a day of twenty-five that keep three days; the next lot is ordered at 10 and comes on day 4.
    let text = one_shop(&[
        "days = 5",
        "shop.demand_per_period = [150]",
        "shop.opening_stock = [25]",
        "product.shelf_life_days = 3",
        "product.opening_stock = 0",
    ]);
    let (stock, measures) = trajectory(&text, "traditional");
    assert_eq!(stock[..4], [20, 15, 0, 0]);
    assert_eq!(measures.shop_waste, [10]);
    let [shops, _, _] = money(&text, &measures);
    assert!((shops.cost.waste - 10.0 * 40.0 * 6.0).abs() < 1e-9);
    assert!((shops.waste_units - 60.0).abs() < 1e-9);
}

#[test]
fn a_supplier_with_little_capacity_sends_a_lot_when_it_is_whole() {
    // The distributor's own lot: sqrt(2 300 10 / 0.4) = 122, made at 50 a day: on the third day, there two days later.
    let text = one_shop(&[
        "days = 8",
        "product.opening_stock = 0",
        "product.production_per_day = 50",
        "shop.opening_stock = [200]",
    ]);
    let setting = super::network(&text);
    let mut distributor = Vec::new();
    let mut supplier = Vec::new();
    super::replication(&setting, "traditional", 0, &mut |evening| {
        distributor.push(evening.world.distributor(0).shelf.total());
        supplier.push(evening.world.at_supplier(0));
    });
    assert_eq!(distributor, [0, 0, 0, 0, 122, 122, 122, 122]);
    // A usual lot is made ahead after that: 150 - 122 = 28 are left, then 50 a day up to 122.
    assert_eq!(supplier, [50, 100, 28, 78, 122, 122, 122, 122]);
}

#[test]
fn what_the_distributor_lacks_is_owed_or_forgotten_as_the_input_says() {
    let base = [
        "days = 8",
        "product.opening_stock = 30",
        "shop.opening_stock = [20]",
        "supplier.lead_time_days = 3",
    ];
    // Day 0: a hundred are ordered, thirty sent. The distributor's lot comes on day 3.
    let on_day_2 = |shortage: &str| {
        let shortage = format!("distributor_shortage = \"{shortage}\"");
        let changes: Vec<&str> = base.iter().copied().chain([shortage.as_str()]).collect();
        let mut on_order = Vec::new();
        let setting = super::network(&one_shop(&changes));
        super::replication(&setting, "traditional", 0, &mut |evening| {
            on_order.push(evening.world.shop(0, 0).on_order);
        });
        on_order
    };
    assert_eq!(on_day_2("owed")[..4], [70, 70, 70, 0]);
    assert_eq!(on_day_2("cancelled")[..4], [0, 0, 0, 0]);
}
