//! The published case of vendor-managed inventory.

use serde_json::Value;

use super::{done, drawing, json, near, number, study};

#[test]
fn retailers_are_supplied_every_nine_days() {
    let report = json(&["vmi"]);
    let [a, b] = [&report["retailers"][0], &report["retailers"][1]];
    assert_eq!((&a["name"], &b["name"]), (&"A".into(), &"B".into()));
    near(&a["interval_days_unrounded"], 9.266, 0.0005);
    near(&b["interval_days_unrounded"], 9.040, 0.0005);
    assert_eq!(
        (&a["interval_days"], &b["interval_days"]),
        (&9.into(), &9.into())
    );
    assert_eq!(a["max_inventory"], serde_json::json!([164, 166, 157]));
    assert_eq!(b["max_inventory"], serde_json::json!([91, 62, 259]));
    near(&a["max_inventory_unrounded"][0], 448.0 * 11.0 / 30.0, 1e-9);
    assert_eq!(a["shipped"], serde_json::json!([394.0, 290.0, 407.0]));
}

#[test]
fn suppliers_lots_and_reorder_points_are_the_printed_ones() {
    let report = json(&["vmi"]);
    let suppliers = report["suppliers"].as_array().unwrap();
    assert_eq!(suppliers.len(), 3);
    for (supplier, (demand, eoq, rop)) in suppliers.iter().zip([
        (696.0, 294.96, 46.4),
        (623.0, 273.42, 41.53),
        (1134.0, 361.73, 75.6),
    ]) {
        near(&supplier["demand"], demand, 1e-9);
        near(&supplier["eoq"], eoq, 0.005);
        near(&supplier["rop"], rop, 0.005);
        near(&supplier["days_between_lots"], eoq / demand * 30.0, 0.001);
    }
    let whole: Vec<i64> = suppliers
        .iter()
        .map(|supplier| supplier["eoq_rounded"].as_i64().unwrap())
        .collect();
    assert_eq!(whole, [295, 273, 362]);
}

#[test]
fn costs_by_one_rule_are_the_recomputed_ones() {
    let report = json(&["vmi"]);
    let (without, with) = (&report["without_vmi"], &report["with_vmi"]);
    for (found, wanted) in [
        (&without["totals"][0], 1301.90),
        (&without["totals"][1], 1213.11),
        (&without["total"], 2515.01),
        (&with["totals"][0], 773.73),
        (&with["totals"][1], 887.55),
        (&with["total"], 1661.28),
        (&with["order_cost"][0], 390.0),
        (&with["order_cost"][1], 260.0),
    ] {
        near(found, wanted, 0.005 + 1e-9);
    }
    near(&report["saving_percent"], 33.9, 0.05);
    for (retailer, eoq, order) in [
        (0, [346.41, 301.66, 216.28], [129.90, 150.83, 194.65]),
        (1, [259.23, 189.21, 277.49], [97.21, 94.60, 249.74]),
    ] {
        for product in 0..3 {
            near(&without["eoq"][retailer][product], eoq[product], 0.005);
            near(
                &without["order_cost"][retailer][product],
                order[product],
                0.005,
            );
            // At the economic lot the retailer's holding costs as much as its orders.
            near(
                &without["holding_retailer"][retailer][product],
                order[product],
                0.005,
            );
        }
    }
    // The interval of least cost, less what rounding it to a day costs: sqrt(2 C F sum P R) each.
    let least: f64 = [(448.0, 453.0, 429.0), (248.0, 170.0, 705.0)]
        .map(|(one, two, three): (f64, f64, f64)| {
            (2.0 * 130.0 * 0.01 * (125.0 * one + 175.0 * two + 320.0 * three)).sqrt()
        })
        .iter()
        .sum();
    let at_interval = number(&report["with_vmi_at_interval"]["total"]);
    assert!(
        at_interval >= least && at_interval <= least * 1.001,
        "{at_interval}, {least}"
    );
    near(&report["saving_percent_at_interval"], 32.2, 0.05);
}

#[test]
fn every_printed_figure_follows_or_is_an_erratum() {
    let report = json(&["vmi"]);
    let published = report["published"].as_array().unwrap();
    let errata = report["errata"].as_array().unwrap();
    assert_eq!(published.len(), 58);
    for figure in published {
        let (name, printed) = (
            figure["figure"].as_str().unwrap(),
            number(&figure["printed"]),
        );
        let erratum = errata.iter().find(|erratum| erratum["figure"] == name);
        if figure["follows"] == true {
            assert!(
                (number(&figure["recomputed"]) - printed).abs() <= 0.5 + 1e-9,
                "{name}"
            );
            assert!(erratum.is_none(), "{name}");
            continue;
        }
        let erratum = erratum.unwrap_or_else(|| panic!("{name} is not explained"));
        assert!(erratum["printed"].as_str().unwrap().parse::<f64>().unwrap() == printed);
        assert!(!erratum["why"].as_str().unwrap().is_empty());
        if let Some(deviating) = figure["with_its_deviations"].as_f64() {
            // The saving is printed cut off to one decimal.
            // Money has two decimals; the saving is printed cut off to one.
            let allowed = if name == "saving in percent" {
                0.1
            } else {
                0.005 + 1e-9
            };
            assert!(
                (deviating - printed).abs() <= allowed,
                "{name}: {deviating}, not {printed}"
            );
        }
    }
    let printed = |name: &str| {
        let found = published.iter().find(|figure| figure["figure"] == name);
        number(&found.unwrap_or_else(|| panic!("no {name}"))["printed"])
    };
    assert_eq!(printed("total without VMI"), 2575.44);
    assert_eq!(printed("total with VMI"), 1478.90);
    assert_eq!(printed("saving in percent"), 42.5);
    assert_eq!(printed("B: days between deliveries"), 16.0);
    assert_eq!(printed("A: most stock of product 1"), 164.0);
}

#[test]
fn what_cannot_follow_is_said_too() {
    let report = json(&["vmi"]);
    let figures: Vec<&Value> = report["errata"]
        .as_array()
        .unwrap()
        .iter()
        .map(|erratum| &erratum["figure"])
        .collect();
    for figure in [
        "shipments",
        "suppliers' shipments",
        "B: forecast of product 1",
        "B: most stock of product 3",
    ] {
        assert!(figures.contains(&&Value::from(figure)), "{figure}");
    }
}

#[test]
fn the_text_says_it_without_a_terminal() {
    let text = done(&study(&["vmi"]));
    for shown in [
        "9 (9.266)",
        "9 (9.040)",
        "164 (164.27)",
        "295 (294.96)",
        "76 (75.60)",
        "2,515.01",
        "1,661.28",
        "33.9%",
        "32.2%",
        "35 of 58",
        "2575.44",
        "1478.90",
        "42.5",
        "134, 185 and 705",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

#[test]
fn the_drawing_has_every_cost() {
    let svg = drawing(&["vmi"]);
    for shown in [
        "A alone",
        "A sent",
        "A at T",
        "B alone",
        "all sent",
        "ordering",
        "held by the retailer",
        "held by the distributor",
    ] {
        assert!(svg.contains(shown), "{shown}");
    }
}
