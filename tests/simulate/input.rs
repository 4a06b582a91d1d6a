//! Inputs that cannot be, each refused with its table, its field and what it may be.

use kulakan::simulate::STUDY_CASE;

use super::{network, one_shop, refusal};

#[test]
fn every_figure_out_of_range_is_named_with_its_range() {
    let cases = [
        (
            "period_days = 0",
            "period_days is 0, must be a whole number from 1 to 366",
        ),
        (
            "days = 0",
            "days is 0, must be a whole number from 1 to 3620",
        ),
        (
            "days = 100000",
            "days is 100000, must be a whole number from 1 to 3620",
        ),
        (
            "history_days = 6",
            "history_days is 6, must be a whole number from 7 to 730",
        ),
        (
            "warm_up_days = -1",
            "warm_up_days is -1, must be a whole number from 0 to 3650",
        ),
        (
            "replications = 0",
            "replications is 0, must be a whole number from 1 to 10000",
        ),
        (
            "holding_fraction_per_period = 0",
            "holding_fraction_per_period is 0, must be above 0 and at most 10",
        ),
        (
            "holding_fraction_per_period = nan",
            "holding_fraction_per_period is NaN, must be above 0 and at most 10",
        ),
        (
            "classic_service_level = 1.0",
            "classic_service_level is 1, must be from 0.5 to 0.9999",
        ),
        (
            "planner.service_level = 1.0",
            "planner: service_level is 1, must be from 0.5 to 0.9999",
        ),
        (
            "planner.fill_rate = 0.2",
            "planner: fill_rate is 0.2, must be from 0.5 to 0.9999",
        ),
        (
            "planner.moving_average_periods = 25",
            "planner: moving_average_periods is 25, must be a whole number from 1 to 24",
        ),
        (
            "delivery.distributor_cost = -1",
            "delivery: distributor_cost is -1, must be from 0 to 1000000000000",
        ),
        (
            "delivery.lead_time_days = 91",
            "shop A: lead_time_days is 91, must be from 0 to 90",
        ),
        (
            "supplier.lead_time_days = 1.5",
            "supplier maker: lead_time_days is 1.5, must be a whole number of days where lead_time_sd_days is 0",
        ),
        (
            "supplier.lead_time_sd_days = -1",
            "supplier maker: lead_time_sd_days is -1, must be from 0 to 90",
        ),
        (
            "product.supplier = \"x\"",
            "product soap: supplier is x, must be the name of a supplier",
        ),
        (
            "product.retail_price = 0",
            "product soap: retail_price is 0, must be above 0 and at most 1000000000000",
        ),
        (
            "product.retail_price = inf",
            "product soap: retail_price is inf, must be above 0 and at most 1000000000000",
        ),
        (
            "product.retail_price = 39",
            "product soap: retail_price is 39, must be at least distributor_price, 40",
        ),
        (
            "product.order_cost = 0",
            "product soap: order_cost is 0, must be above 0 and at most 1000000000000",
        ),
        (
            "product.shelf_life_days = 0",
            "product soap: shelf_life_days is 0, must be a whole number from 1 to 3650",
        ),
        (
            "product.pack_size = 0",
            "product soap: pack_size is 0, must be a whole number from 1 to 1000000000",
        ),
        (
            "product.production_per_day = 0",
            "product soap: production_per_day is 0, must be a whole number from 1 to 1000000000",
        ),
        (
            "shop.demand_per_period = [-3]",
            "shop A: demand_per_period is -3, must be from 0 to 3000000",
        ),
        (
            "shop.demand_per_period = [1, 2]",
            "shop A: demand_per_period: number of figures is 2, must be 1, one for each product",
        ),
        (
            "shop.opening_stock = [-1]",
            "shop A: opening_stock is -1, must be a whole number from 0 to 1000000000",
        ),
        (
            "shop.count = 0",
            "shop A: count is 0, must be a whole number from 1 to 100000",
        ),
        (
            "shop.order_cost = 0",
            "shop A: order_cost is 0, must be above 0 and at most 1000000000000",
        ),
        (
            "demand.variance_to_mean = 2",
            "demand: variance_to_mean is 2, must not be given: only negative_binomial and normal demand take one",
        ),
        (
            "demand.weekday_factors = [1, 2]",
            "demand: weekday_factors is [1.0, 2.0], must be seven numbers from 0 to 1000, Monday first, not all 0",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(refusal(&one_shop(&[change])), expected, "{change}");
    }
    let dispersed = |ratio: &str| {
        let ratio = format!("demand.variance_to_mean = {ratio}");
        refusal(&one_shop(&[
            "demand.distribution = \"negative_binomial\"",
            &ratio,
        ]))
    };
    assert_eq!(
        dispersed("1"),
        "demand: variance_to_mean is 1, must be above the mean and at most 1000 times the mean"
    );
    let twice = one_shop(&[]) + "[[shop]]\nname = \"A\"\ndemand_per_period = [1]\norder_cost = 1\n";
    assert_eq!(
        refusal(&twice),
        "shop: name is \"A\", must be a name that no other has"
    );
}

#[test]
fn fields_that_are_not_known_are_refused_with_their_line() {
    let text = STUDY_CASE.replace("item_cost = 0", "itemcost = 0");
    let line = 1 + text
        .lines()
        .position(|line| line.starts_with("itemcost"))
        .unwrap();
    let told = refusal(&text);
    assert!(
        told.starts_with(&format!("line {line}: unknown field `itemcost`")),
        "{told}"
    );
    let told = refusal("period_days = \"long\"\n");
    assert!(told.starts_with("line 1: invalid type"), "{told}");
    let told = refusal("period_days = 30\nperiod_days = 31\n");
    assert!(told.starts_with("line 2: duplicate key"), "{told}");
}

#[test]
fn a_shop_with_a_count_is_so_many_shops() {
    let (network, _) = network(&one_shop(&["shop.count = 3"]));
    let names: Vec<&str> = network
        .shops
        .iter()
        .map(|shop| shop.name.as_str())
        .collect();
    assert_eq!(names, ["A 1", "A 2", "A 3"]);
}

#[test]
fn certain_demand_needs_one_replication() {
    let (_, horizon) = network(&one_shop(&["replications = 50"]));
    assert_eq!(horizon.replications, 1);
    let random = one_shop(&["replications = 50", "supplier.lead_time_sd_days = 1"]);
    assert_eq!(network(&random).1.replications, 50);
}
