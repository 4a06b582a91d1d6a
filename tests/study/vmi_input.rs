//! Vendor-managed inventory on figures of one's own.

use rstest::rstest;
use serde_json::Value;

use super::{changed, done, drawing, file, json, near, number, refused, study};

/// Without what was shipped.
fn unshipped(text: &str) -> &str {
    text.split("# What was shipped").next().unwrap()
}

#[test]
fn the_example_is_the_study_itself() {
    let (_folder, file) = file(&done(&study(&["vmi", "--example"])));
    assert_eq!(json(&["vmi", "--input", &file]), json(&["vmi"]));
}

#[test]
fn figures_to_read_beside_the_results_change_nothing() {
    let example = done(&study(&["vmi", "--example"]));
    let notes = "\n[expected]\ntotal_cost_with_vmi = 1478.90\n\n[published_supplier_shipments]\nsupplier_2 = { days = [19], lot = 273 }\n\n\
                 [published_costs]\nA = { order = 390.00 }\n\n[recomputed]\nwith_vmi = 1661.28\n\n[errata]\ninterval_B = \"16 days\"\n";
    let (_folder, file) = file(&format!("{example}{notes}"));
    assert_eq!(json(&["vmi", "--input", &file]), json(&["vmi"]));
}

#[test]
fn without_shipments_the_interval_decides() {
    let text = changed("vmi", "cost_per_delivery = 130", "cost_per_delivery = 260");
    let (_folder, file) = file(unshipped(&text));
    let report = json(&["vmi", "--input", &file]);
    assert_eq!(
        (&report["published"], &report["errata"]),
        (&Value::Array(Vec::new()), &Value::Array(Vec::new()))
    );
    let days = number(&report["retailers"][0]["interval_days_unrounded"]);
    assert!((days - 9.265_755_838 * 2_f64.sqrt()).abs() < 1e-6, "{days}");
    assert_eq!(report["retailers"][0]["interval_days"], 13);
    near(
        &report["retailers"][0]["max_inventory_unrounded"][0],
        448.0 * 15.0 / 30.0,
        1e-9,
    );
    let with = &report["with_vmi"];
    assert_eq!(with["basis"][0], "at_interval");
    let kept: f64 = [(448.0, 125.0), (453.0, 175.0), (429.0, 320.0)]
        .iter()
        .map(|(units, price)| units * price * 0.01)
        .sum();
    near(
        &with["totals"][0],
        260.0 * 30.0 / 13.0 + kept * 13.0 / 30.0 / 2.0,
        1e-9,
    );
    assert_eq!(with, &report["with_vmi_at_interval"]);
    near(
        &report["saving_percent"],
        100.0 * (1.0 - number(&with["total"]) / number(&report["without_vmi"]["total"])),
        1e-9,
    );

    let text = done(&study(&["vmi", "--input", &file]));
    assert!(
        !text.contains("printed") && !text.contains("Errata"),
        "{text}"
    );
    let svg = drawing(&["vmi", "--input", &file]);
    assert!(svg.contains("A VMI") && !svg.contains("A at T"));
}

#[test]
fn a_history_is_averaged_over_its_last_periods() {
    let text = changed(
        "vmi",
        "forecast = [448, 453, 429]",
        "history = [[9999, 440, 450, 452, 450], [453, 453], [0, 0, 858, 858]]",
    );
    let (_folder, file) = file(&text);
    let report = json(&["vmi", "--input", &file]);
    assert_eq!(
        report["retailers"][0]["forecast"],
        serde_json::json!([448.0, 453.0, 429.0])
    );
    near(
        &report["retailers"][0]["interval_days_unrounded"],
        9.266,
        0.0005,
    );

    let without = text.replace("demand_without_vmi = [450, 455, 421]", "");
    let (_folder, without) = super::file(&without);
    near(
        &json(&["vmi", "--input", &without])["without_vmi"]["eoq"][0][0],
        (2.0 * 448.0 * 100.0 / 0.75_f64).sqrt(),
        1e-9,
    );
}

#[test]
fn a_product_that_one_retailer_does_not_sell_costs_it_nothing() {
    let text = changed(
        "vmi",
        "forecast = [248, 170, 705]",
        "forecast = [248, 0, 705]",
    )
    .replace(
        "demand_without_vmi = [252, 179, 693]",
        "demand_without_vmi = [252, 0, 693]",
    );
    let (_folder, file) = file(unshipped(&text));
    let report = json(&["vmi", "--input", &file]);
    near(&report["without_vmi"]["eoq"][1][1], 0.0, 0.0);
    near(&report["without_vmi"]["order_cost"][1][1], 0.0, 0.0);
    near(&report["suppliers"][1]["demand"], 453.0, 0.0);

    let nobody = unshipped(&text).replace("forecast = [448, 453, 429]", "forecast = [448, 0, 429]");
    let (_folder, nobody) = super::file(&nobody);
    let supplier = &json(&["vmi", "--input", &nobody])["suppliers"][1];
    assert_eq!(
        (&supplier["eoq_rounded"], &supplier["days_between_lots"]),
        (&0.into(), &Value::Null)
    );
    done(&study(&["vmi", "--input", &nobody]));
}

#[rstest]
#[case::free_goods("retail_price = 75 ", "retail_price = 0 ", &["product \"product 1\".retail_price is 0", "above 0"])]
#[case::negative_price("production_cost = 50", "production_cost = -50", &["product \"product 2\".production_cost is -50", "above 0"])]
#[case::free_holding("holding_fraction_per_period = 0.01", "holding_fraction_per_period = 0", &["holding_fraction_per_period is 0", "above 0"])]
#[case::free_delivery("cost_per_delivery = 130", "cost_per_delivery = 0", &["joint_order.cost_per_delivery is 0", "above 0"])]
#[case::goods_before_the_order("lead_time_days = 2", "lead_time_days = -2", &["lead_time_days is -2", "0 or above"])]
#[case::no_period("period_days = 30", "period_days = 0", &["period_days is 0", "from 1 to 366"])]
#[case::no_window("moving_average_periods = 4", "moving_average_periods = 0", &["moving_average_periods is 0", "from 1 to"])]
#[case::negative_demand("forecast = [448, 453, 429]", "forecast = [448, -453, 429]", &["retailer \"A\".forecast is -453", "0 or above"])]
#[case::no_demand("forecast = [448, 453, 429]", "forecast = [0, 0, 0]", &["retailer \"A\".forecast is 0", "above 0"])]
#[case::demand_that_is_none("forecast = [448, 453, 429]", "forecast = [nan, 453, 429]", &["retailer \"A\".forecast is NaN"])]
#[case::a_product_short("forecast = [448, 453, 429]", "forecast = [448, 453]", &["retailer \"A\"", "forecast has 2 figures", "3 products"])]
#[case::neither("forecast = [448, 453, 429]", "", &["retailer \"A\"", "either forecast or history"])]
#[case::empty_history("forecast = [448, 453, 429]", "history = [[1], [], [2]]", &["retailer \"A\"", "history must have a period"])]
#[case::free_orders("order_cost_without_vmi = 100          # (derived)\n\n[[retailer]]", "order_cost_without_vmi = 0\n\n[[retailer]]", &["retailer \"A\".order_cost_without_vmi is 0", "above 0"])]
#[case::product_twice("name = \"product 2\"", "name = \"product 1\"", &["product \"product 1\" is there twice"])]
#[case::twice("name = \"B\"", "name = \"A\"", &["retailer \"A\" is there twice"])]
#[case::to_nobody("retailer = \"B\"", "retailer = \"C\"", &["published_shipments to \"C\"", "no such retailer"])]
#[case::a_day_without_a_lot("days = [14, 28]", "days = [14, 21, 28]", &["published_shipments to \"B\"", "quantities"])]
#[case::negative_lot("[112, 83, 304]", "[112, -83, 304]", &["published_shipments to \"B\".quantities is -83"])]
#[case::misspelt("lead_time_days", "leadtime_days", &["line 9", "leadtime_days"])]
#[case::missing("period_days = 30", "", &["missing field `period_days`"])]
#[case::word("cost_per_delivery = 130", "cost_per_delivery = \"130\"", &["line 33", "joint_order.cost_per_delivery"])]
fn what_cannot_be_is_named(#[case] from: &str, #[case] to: &str, #[case] named: &[&str]) {
    let told = refused("vmi", &changed("vmi", from, to));
    for named in named {
        assert!(told.contains(named), "{named}: {told}");
    }
}
