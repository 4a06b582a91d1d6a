//! The bakery's published tables.

use serde_json::Value;

use super::{done, drawing, json, near, number, study};

/// Relative difference that the printed costs keep.
const RELATIVE: f64 = 3e-6;

/// A table of the study: its header and rows.
fn table(text: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<_> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    assert!(!rows.is_empty());
    rows
}

fn row(report: &Value, n: usize) -> &Value {
    let row = &report["rows"][n - 1];
    assert_eq!(row["n"], n);
    row
}

#[test]
fn every_printed_lot_follows() {
    let report = json(&["bakery"]);
    let printed = table(include_str!("../data/bakery/lot_sizes.csv"));
    assert_eq!(printed.len(), 26);
    for printed in printed {
        let row = row(&report, printed["n"].parse().unwrap());
        assert_eq!(row["n_p"].to_string(), printed["n_p"]);
        for name in ["t", "q_b", "Q_b", "q_p", "q_pw", "Q_pw", "Q_s"] {
            let wanted: f64 = printed[name].parse().unwrap();
            near(
                &row[name],
                wanted,
                (RELATIVE * wanted).clamp(0.0005 + 1e-9, 0.001),
            );
        }
    }
}

#[test]
fn every_printed_cost_follows() {
    let report = json(&["bakery"]);
    let printed = table(include_str!("../data/bakery/costs.csv"));
    assert_eq!(printed.len(), 26);
    for printed in printed {
        let row = row(&report, printed["n"].parse().unwrap());
        assert_eq!(row["n_p"].to_string(), printed["n_p"]);
        for name in ["tc_b", "tc_pw", "tc_p", "tc_s", "tc"] {
            let wanted: f64 = printed[name].parse().unwrap();
            near(&row[name], wanted, RELATIVE * wanted + 0.005);
        }
        let producer = number(&row["tc_pw"]) + number(&row["tc_p"]);
        let wanted: f64 = printed["tc_pw_plus_tc_p"].parse().unwrap();
        assert!((producer - wanted).abs() <= RELATIVE * wanted + 0.01);
    }
    let largest = number(&report["published"]["largest_relative_difference"]);
    assert!(largest <= RELATIVE && largest > 0.0, "{largest}");
}

#[test]
fn every_n_is_there_and_the_best_are_known() {
    let report = json(&["bakery"]);
    for rows in ["rows", "rows_partial_run"] {
        let ns: Vec<u64> = report[rows]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["n"].as_u64().unwrap())
            .collect();
        assert_eq!(ns, (1..=100).collect::<Vec<_>>());
    }
    let whole = &report["best"]["whole_runs"];
    assert_eq!((&whole["n"], &whole["n_p"]), (&25.into(), &16.into()));
    near(&whole["tc"], 3_124_919.45, RELATIVE * 3e6);
    assert_eq!(whole, row(&report, 25));
    assert!(whole.get("t_3").is_none());

    let partial = &report["best"]["partial_run"];
    assert_eq!((&partial["n"], &partial["n_p"]), (&20.into(), &12.into()));
    near(&partial["t_3"], 0.040_667_9, 5e-8);
    near(&partial["tc"], 2_873_755.40, 0.005);
    near(&partial["tc_b"], 543_328.85, 0.005);
    near(&partial["tc_pw"], 34_683.32, 0.005);
    near(&partial["tc_p"], 1_835_324.91, 0.005);
    near(&partial["tc_s"], 460_418.32, 0.005);
    near(&report["best"]["saving_percent"], 8.0, 0.05);
}

#[test]
fn regret_is_that_of_the_printed_table() {
    let regret = &json(&["bakery"])["regret"];
    assert_eq!(regret["n"], 25);
    for (party, own_best, wanted, others) in [
        ("buyer", 100, 325_996.63, Some(6_043_854.02)),
        ("producer", 25, 0.0, None),
        ("supplier", 9, 204_388.10, Some(6_576_566.19)),
    ] {
        let of = &regret[party];
        assert_eq!(of["own_best_n"], own_best, "{party}");
        near(&of["regret"], wanted, RELATIVE * 2e5);
        near(
            &of["cost"],
            number(&of["own_best_cost"]) + number(&of["regret"]),
            1e-6,
        );
        if let Some(others) = others {
            near(&of["others_regret"], others, RELATIVE * others);
        }
    }
    near(&regret["sum"], 530_384.74, RELATIVE * 5e5);
}

#[test]
fn a_run_is_split_over_the_products_and_its_flour_is_counted() {
    let report = json(&["bakery"]);
    let lots = report["production_lots"].as_array().unwrap();
    let printed = table(include_str!("../data/bakery/production_lots.csv"));
    assert_eq!(lots.len(), printed.len());
    for (lot, printed) in lots.iter().zip(printed) {
        assert_eq!(lot["product"], printed["product"]);
        assert_eq!(lot["q_p_rounded_up"].to_string(), printed["q_p_rounded_up"]);
        for name in [
            "daily_production",
            "conversion",
            "daily_production_aggregate",
            "share",
            "q_p_aggregate",
            "q_p",
        ] {
            near(&lot[name], printed[name].parse().unwrap(), 0.0005 + 1e-9);
        }
    }
    let split: f64 = lots.iter().map(|lot| number(&lot["q_p_aggregate"])).sum();
    near(&report["best"]["whole_runs"]["q_p"], split, 1e-9);
    near(&report["flour"]["q_pw_sacks"], 10.357, 0.0005);
    near(&report["flour"]["Q_s_sacks"], 165.731, 0.0005);
}

#[test]
fn the_printed_deliveries_are_there_with_their_sum() {
    let delivery = &json(&["bakery"])["delivery_lots"];
    let printed = table(include_str!("../data/bakery/delivery_lots.csv"));
    let salesmen = delivery["salesmen"].as_array().unwrap();
    assert_eq!(salesmen.len(), printed.len());
    let columns = [
        "kecil",
        "pisang",
        "pizza",
        "ayam",
        "lima_rasa",
        "semir",
        "tawar",
        "sobek",
        "kasino",
        "semir_kering",
    ];
    for (lot, printed) in salesmen.iter().zip(&printed) {
        assert_eq!(lot["salesman"], printed["salesman"]);
        let pieces: Vec<String> = lot["pieces"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string)
            .collect();
        assert_eq!(pieces, columns.map(|column| printed[column].clone()));
    }
    assert_eq!(delivery["sum_pieces"], 1966);
    near(&delivery["sum_units"], 5142.375, 1e-9);
}

#[test]
fn errata_name_what_is_printed_and_what_follows() {
    let report = json(&["bakery"]);
    let errata = report["errata"].as_array().unwrap();
    for (printed, follows) in [
        ("2683211.03", "3124919.55"),
        ("2029 (50725 in 25 deliveries)", "1966"),
        ("0.003", "0.00274"),
        ("9.38", "9.3838"),
        ("n_P + 1", "n_P"),
    ] {
        let found = errata.iter().find(|erratum| erratum["printed"] == printed);
        let found = found.unwrap_or_else(|| panic!("{printed} is no erratum"));
        assert!(
            found["recomputed"].as_str().unwrap().starts_with(follows),
            "{found}"
        );
        assert!(!found["why"].as_str().unwrap().is_empty());
    }
    // The figure of the text is below what any policy costs.
    for rows in ["rows", "rows_partial_run"] {
        assert!(
            report[rows]
                .as_array()
                .unwrap()
                .iter()
                .all(|row| number(&row["tc"]) > 2_683_211.03)
        );
    }
}

#[test]
fn the_text_says_it_without_a_terminal() {
    let text = done(&study(&["bakery"]));
    for shown in [
        "n, deliveries in a cycle",
        "3,124,919.55",
        "2,873,755.40",
        "8.0% less",
        "TC, printed",
        "103,706,913",
        "325,996.63",
        "Tawar",
        "10.357 sacks",
        "165.731",
        "Sugiyanto",
        "1966",
        "Errata",
        "2683211.03",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    // No plot of characters in a pipe.
    assert!(!text.contains("n, deliveries in a cycle\n"), "{text}");
}

#[test]
fn the_drawing_marks_both_optima() {
    let svg = drawing(&["bakery"]);
    for shown in [
        "buyer",
        "producer",
        "supplier",
        ">n = 25<",
        "whole runs: least at n = 25, 3,124,920",
        ">n = 20<",
        "partial: least at n = 20, 2,873,755",
    ] {
        assert!(svg.contains(shown), "{shown}");
    }
    assert!(
        svg.matches("<polyline").count() + svg.matches("<path").count() >= 5,
        "a line is missing"
    );
}
