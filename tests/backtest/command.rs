//! `kulakan backtest`, from the outside.

use std::path::Path;

use tempfile::TempDir;

use super::restless;
use crate::harness::program::{done, json, refused, run};

/// A folder with a history of a shop's own making, under its own column names.
fn own_history() -> (TempDir, String) {
    let mut text = "tanggal;barang;laku\n".to_owned();
    for (number, days) in restless(8, 120).iter().enumerate() {
        for (day, sold) in days.iter().enumerate() {
            let date = super::first() + chrono::Days::new(day as u64);
            text.push_str(&format!("{date};B{number};{sold}\n"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "warung.csv", &text);
    (folder, file)
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const COLUMNS: &str = "date=tanggal,sku=barang,quantity=laku";

#[test]
fn every_way_is_judged_at_every_target_and_written_down() {
    let (folder, file) = own_history();
    let report = folder.path().join("report.md");
    let arguments = [
        "backtest",
        &file,
        "--columns",
        COLUMNS,
        "--learning-days",
        "60",
    ];
    let written = ["--report", report.to_str().unwrap(), "--json"];
    let found = json(&run(&[&arguments[..], &written].concat()));
    let history = &found["histories"][0];
    assert_eq!(
        (&history["history"], &history["series"]),
        (&"warung".into(), &8.into())
    );
    let rows = history["rows"].as_array().unwrap();
    assert_eq!(rows.len() % 3, 0);
    for row in rows {
        for share in [
            "target",
            "cycle_service",
            "promised",
            "fill_rate",
            "intervals_served",
        ] {
            let value = row[share].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&value), "{share} of {row}");
        }
    }
    // More is kept, and more is served, the higher the target.
    for way in rows.chunks(3) {
        let figures = |name: &str| {
            way.iter()
                .map(|row| row[name].as_f64().unwrap())
                .collect::<Vec<_>>()
        };
        assert!(figures("stock_average").is_sorted(), "{way:?}");
        assert!(figures("fill_rate").is_sorted(), "{way:?}");
    }
    let text = std::fs::read_to_string(&report).unwrap();
    assert!(text.contains("## warung") && text.contains("kulakan backtest "));
    assert_eq!(text.matches("| 95% |").count(), rows.len() / 3);
    // The table says the same as the document.
    let table = done(&run(&arguments));
    for line in found["conclusions"].as_array().unwrap() {
        // Only the report has words in bold.
        assert!(text.replace("**", "").contains(line.as_str().unwrap()));
        assert!(table.contains(line.as_str().unwrap()));
    }
}

#[test]
fn goods_that_do_not_keep_are_replayed_both_ways() {
    let (folder, file) = own_history();
    let lives = write(
        folder.path(),
        "lives.csv",
        "sku,shelf_life_days\nB3,4\nB7,4\n",
    );
    let found = json(&run(&[
        "backtest",
        &file,
        "--columns",
        COLUMNS,
        "--learning-days=60",
        "--shelf-lives",
        &lives,
        "--json",
    ]));
    let wasted = |history: usize| {
        let rows = found["histories"][history]["rows"].as_array().unwrap();
        rows.iter()
            .map(|row| row["waste_units"].as_i64().unwrap())
            .sum::<i64>()
    };
    assert_eq!(found["histories"].as_array().unwrap().len(), 2);
    assert_eq!(wasted(0), 0);
    assert!(wasted(1) > 0);
}

#[test]
fn bad_input_is_named() {
    let (folder, file) = own_history();
    let with = |more: &[&str], code: i32| {
        let arguments = ["backtest", &file, "--columns", COLUMNS];
        refused(&run(&[&arguments, more].concat()), code)
    };
    assert!(with(&["--review-days", "0"], 2).contains("--review-days"));
    assert!(with(&["--holding-fraction=-1"], 2).contains("--holding-fraction"));
    assert!(with(&["--learning-days", "3"], 2).contains("--learning-days"));
    assert!(with(&["--shelf-lives", "nowhere.csv"], 1).contains("nowhere.csv"));
    let lives = write(folder.path(), "lives.csv", "sku,shelf_life_days\nB3,0\n");
    assert!(with(&["--shelf-lives", &lives], 1).contains("B3"));
    let broken = write(
        folder.path(),
        "broken.csv",
        "date,sku,quantity\n2026-13-01,A,1\n",
    );
    assert!(refused(&run(&["backtest", &broken]), 1).contains("broken.csv line 2"));
    let empty = write(folder.path(), "empty.csv", "date,sku,quantity\n");
    assert!(refused(&run(&["backtest", &empty]), 1).contains("empty.csv"));
    // Not one review: there is no service to speak of, neither reached nor missed.
    let short = write(
        folder.path(),
        "short.csv",
        "date,sku,quantity\n2026-01-01,A,1\n",
    );
    let told = refused(&run(&["backtest", &short]), 1);
    assert!(
        told.contains("short") && told.contains("159 in all"),
        "{told}"
    );
}
