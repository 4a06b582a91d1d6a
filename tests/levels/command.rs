//! `kulakan levels`, from the outside.

use std::path::Path;
use std::process::Output;

use kulakan::history::{ReadOptions, read};
use kulakan::plan::{Policy, plan_product};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::program::command;

fn levels(folder: &Path, arguments: &[&str]) -> Output {
    command(&["levels"])
        .args(arguments)
        .arg("--data")
        .arg(folder.join("nothing-here"))
        .current_dir(folder)
        .output()
        .unwrap()
}

#[track_caller]
fn done(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), told.as_ref()), (Some(0), ""));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refused(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// 200 days of two products in two shops.
fn files() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let first = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    let mut text = String::from("tanggal;toko;sku;quantity;price\n");
    for (day, date) in (0..200_u32).zip(first.iter_days()) {
        text += &format!("{date};Bu Sri;MIE-1;{};3500\n", day % 5 + 3);
        text += &format!("{date};Bu Sri;KOPI,1;{};1500\n", day % 11 / 9);
        text += &format!("{date};Pak Joko;MIE-1;{};3500\n", day * 7 % 13);
    }
    std::fs::write(folder.path().join("sales.csv"), text).unwrap();
    folder
}

const COLUMNS: [&str; 3] = ["sales.csv", "--columns", "date=tanggal,shop=toko"];

#[test]
fn the_levels_of_a_file_are_those_that_a_plan_would_have() {
    let folder = files();
    let answer = levels(folder.path(), &[&COLUMNS[..], &["--json"]].concat());
    let answer: Value = serde_json::from_str(&done(&answer)).unwrap();
    assert_eq!(answer["date"], "2026-09-17");
    assert_eq!(
        (&answer["first"], &answer["last"]),
        (&Value::from("2026-03-01"), &Value::from("2026-09-16"))
    );
    assert_eq!(answer["policy"]["service_level"], 0.95);
    let options = ReadOptions {
        columns: COLUMNS[2].parse().unwrap(),
        ..ReadOptions::default()
    };
    let history = read(&[folder.path().join("sales.csv")], &options, &|_| {}).unwrap();
    let lines = answer["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 3);
    for (series, line) in history.series.iter().zip(lines) {
        let plan = plan_product(
            history.next_day(),
            &series.planning_input(),
            &Policy::default(),
        );
        let plan = serde_json::to_value(plan).unwrap();
        assert_eq!(line["shop"], series.shop.as_str());
        for (name, value) in line.as_object().unwrap() {
            if name != "shop" {
                assert_eq!(*value, plan[name], "{name}");
            }
        }
        assert!(line["order_up_to"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn csv_has_every_figure_unrounded_and_the_table_what_a_reader_wants() {
    let folder = files();
    let json = done(&levels(
        folder.path(),
        &[&COLUMNS[..], &["--json"]].concat(),
    ));
    let json: Value = serde_json::from_str(&json).unwrap();
    let csv = done(&levels(folder.path(), &[&COLUMNS[..], &["--csv"]].concat()));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let lines = json["lines"].as_array().unwrap();
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(lines) {
        assert_eq!(names.len(), line.as_object().unwrap().len());
        for (name, cell) in names.iter().zip(row) {
            match &line[name] {
                Value::String(text) => assert_eq!(cell, text),
                number => assert_eq!(cell.parse::<f64>().unwrap(), number.as_f64().unwrap()),
            }
        }
    }
    let table = done(&levels(folder.path(), &COLUMNS));
    assert!(
        table.contains("Pak Joko") && table.contains("KOPI,1"),
        "{table}"
    );
    assert!(
        table.ends_with("Levels for 2026-09-17, from sales of 2026-03-01 to 2026-09-16.\n"),
        "{table}"
    );
}

#[test]
fn a_date_leaves_out_what_was_sold_from_it_on() {
    let folder = files();
    let text = std::fs::read_to_string(folder.path().join("sales.csv")).unwrap();
    let until: String = text
        .lines()
        .filter(|line| *line < "2026-08-01" || line.starts_with("tanggal"))
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(folder.path().join("until.csv"), until).unwrap();
    let of = |file, date: &[&str]| {
        let arguments = [&[file], &COLUMNS[1..], &["--csv"], date].concat();
        done(&levels(folder.path(), &arguments))
    };
    assert_eq!(
        of("sales.csv", &["--date", "2026-08-01"]),
        of("until.csv", &[])
    );
    assert_ne!(of("sales.csv", &[]), of("until.csv", &[]));
}

#[test]
fn settings_come_from_flags_and_a_wrong_one_is_named_by_its_flag() {
    let folder = files();
    let with = |flags: &[&str]| levels(folder.path(), &[&COLUMNS[..], flags, &["--json"]].concat());
    let flags = [
        "--method",
        "sba",
        "--periods",
        "3",
        "--period-days",
        "28",
        "--review-days",
        "14",
        "--lead-time-days",
        "5",
        "--lead-time-sd-days",
        "1.5",
        "--service-level",
        "0.99",
        "--fill-rate",
        "0.98",
        "--distribution",
        "normal",
        "--safety",
        "quantile",
    ];
    let answer: Value = serde_json::from_str(&done(&with(&flags))).unwrap();
    for pair in flags.chunks(2) {
        let name = pair[0].trim_start_matches("--").replace('-', "_");
        let told = &answer["policy"][&name];
        let told = told
            .as_str()
            .map_or_else(|| told.to_string(), ToOwned::to_owned);
        assert_eq!(told, pair[1], "{name}");
    }
    assert_eq!(answer["lines"][0]["method"], "sba");
    assert_eq!(answer["lines"][0]["protection_days"], 19);
    for (flag, value) in [
        ("--service-level", "1"),
        ("--method", "magic"),
        ("--review-days", "0"),
        ("--review-days", "-1"),
        ("--lead-time-days", "99999999999"),
        ("--lead-time-sd-days", "-1"),
    ] {
        let told = refused(&with(&[flag, value]), 2);
        assert!(told.starts_with(&format!("kulakan: {flag}: ")), "{told}");
    }
    let told = refused(&with(&["--lead-time-days", "-1"]), 2);
    assert_eq!(
        told,
        "kulakan: --lead-time-days: must be a whole number from 0 to 180\n"
    );
}

#[test]
fn a_file_with_a_fault_gives_no_level_at_all() {
    let folder = files();
    std::fs::write(
        folder.path().join("wrong.csv"),
        "date,sku,quantity\n2026-03-01,A,1\n2026-03-32,A,1\n2026-03-02,A,some\n",
    )
    .unwrap();
    let told = refused(&levels(folder.path(), &["wrong.csv"]), 1);
    assert_eq!(
        told,
        "kulakan: wrong.csv line 3: date: \"2026-03-32\" is no date such as 2026-11-22; \
         wrong.csv line 4: quantity: \"some\" is not a number\n"
    );
    let told = refused(&levels(folder.path(), &["missing.csv"]), 1);
    assert!(told.starts_with("kulakan: reading missing.csv"), "{told}");
    let told = refused(
        &levels(folder.path(), &["sales.csv", "--columns", "date"]),
        2,
    );
    assert!(told.starts_with("kulakan: --columns: "), "{told}");
}
