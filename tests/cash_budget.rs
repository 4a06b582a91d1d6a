//! A shop that has less money than its plan costs, from the command line to the page.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kulakan::clock::SystemClock;
use kulakan::config::Config;
use kulakan::model::Money;
use kulakan::shop::Shop;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::program::{self, run_on};

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    program::done(&run_on(folder, arguments))
}

#[track_caller]
fn plan(folder: &Path, arguments: &[&str]) -> Value {
    let all = [
        &["--json", "shop", "plan", "--date", "2026-11-22"],
        arguments,
    ]
    .concat();
    serde_json::from_str(&done(folder, &all)).unwrap()
}

/// Coffee brings Rp500 a sachet of Rp1.500, rice Rp500 a kilogram of Rp12.500, and what salt costs nobody entered.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    done(path, &["shop", "init", "--name", "Warung Pas-pasan"]);
    let products = path.join("products.csv");
    let rows = "sku,name,unit,price,cost,pack_name,pack_size,pack_price,minimum_order\n\
        KOPI,Kopi sachet,sachet,2000,1500,renceng,10,,\n\
        BERAS,Beras,kg,13000,12500,karung,5,,\n\
        GARAM,Garam,bungkus,3000,0,,,,\n";
    fs::write(&products, rows).unwrap();
    done(
        path,
        &["shop", "import", "products", products.to_str().unwrap()],
    );
    let sales = path.join("sales.csv");
    let mut rows = "date,sku,quantity\n".to_owned();
    for day in 1..=21 {
        for (sku, quantity) in [("KOPI", 12), ("BERAS", 4), ("GARAM", 1)] {
            rows.push_str(&format!("2026-11-{day:02},{sku},{quantity}\n"));
        }
    }
    fs::write(&sales, rows).unwrap();
    done(path, &["shop", "import", "sales", sales.to_str().unwrap()]);
    folder
}

fn line<'p>(plan: &'p Value, sku: &str) -> &'p Value {
    let mut lines = plan["lines"].as_array().unwrap().iter();
    lines.find(|line| line["sku"] == sku).unwrap()
}

fn packs(plan: &Value, sku: &str) -> i64 {
    line(plan, sku)["packs"].as_i64().unwrap()
}

#[test]
fn a_budget_on_the_command_line_cuts_what_earns_least() {
    let folder = shop();
    let whole = plan(folder.path(), &[]);
    assert_eq!(whole["budget"], Value::Null);
    assert_eq!(whole["cut"], Value::Array(Vec::new()));
    let wanted = whole["total_cost"].as_i64().unwrap();
    let cut = plan(folder.path(), &["--budget", "400000"]);
    let total = cut["total_cost"].as_i64().unwrap();
    assert!(
        wanted > 400_000 && total <= 400_000 && total > 300_000,
        "{wanted} {total}"
    );
    assert_eq!(cut["budget"], 400_000);
    // Coffee earns a third of its cost, rice a twenty-fifth: the rice goes.
    assert_eq!(packs(&cut, "KOPI"), packs(&whole, "KOPI"));
    assert!(packs(&cut, "BERAS") < packs(&whole, "BERAS"));
    assert_eq!(packs(&cut, "GARAM"), packs(&whole, "GARAM"));
    assert_eq!(cut["without_cost"], serde_json::json!(["GARAM"]));
    let taken = &cut["cut"][0];
    let rice = line(&cut, "BERAS");
    assert_eq!(
        (&taken["sku"], &taken["to"]),
        (&rice["sku"], &rice["quantity"])
    );
    assert_eq!(taken["from"], line(&whole, "BERAS")["quantity"]);
    assert_eq!(taken["saved"].as_i64().unwrap(), wanted - total);
    assert!(cut["margin_lost"].as_f64().unwrap() > 0.0);
    let last = rice["reason"]["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(last["step"], "cut_to_budget");
    assert!(
        rice["sentence"]
            .as_str()
            .unwrap()
            .contains("dipotong anggaran")
    );
    let costs = cut["lines"].as_array().unwrap().iter();
    assert_eq!(
        costs
            .map(|line| line["cost"].as_i64().unwrap())
            .sum::<i64>(),
        total
    );
}

#[test]
fn the_table_shows_budget_and_cut() {
    let folder = shop();
    let arguments = ["shop", "plan", "--date", "2026-11-22", "--budget", "400000"];
    let table = done(folder.path(), &arguments);
    assert!(table.contains("(anggaran Rp400.000)"), "{table}");
    assert!(
        table.contains("Dipotong anggaran (perkiraan laba hilang Rp"),
        "{table}"
    );
    assert!(table.contains("Beras: "), "{table}");
    assert!(
        table.contains("tidak dihitung dalam anggaran: GARAM"),
        "{table}"
    );
    let english = done(
        folder.path(),
        &[&arguments[..], &["--language", "en"]].concat(),
    );
    assert!(english.contains("(budget Rp400.000)") && english.contains("Cut by the budget"));
    let rich = done(
        folder.path(),
        &[
            "shop",
            "plan",
            "--date",
            "2026-11-22",
            "--budget",
            "9000000",
        ],
    );
    assert!(
        rich.contains("(anggaran Rp9.000.000)") && !rich.contains("Dipotong"),
        "{rich}"
    );
}

#[tokio::test]
async fn the_setting_holds_for_the_plan_that_a_night_keeps() {
    let folder = shop();
    fs::write(folder.path().join("config.toml"), "cash_budget = 150000\n").unwrap();
    let kept = plan(folder.path(), &["--save"]);
    assert_eq!(
        (&kept["budget"], &kept["saved"]),
        (&Value::from(150_000), &Value::from(true))
    );
    let config = Config::for_folder(folder.path()).unwrap();
    let shop = Shop::open(config, Arc::new(SystemClock)).await.unwrap();
    // Read back from what is stored, as the morning's page does.
    let read = shop.latest_saved_plan().await.unwrap();
    let budget = read.budget.unwrap();
    assert_eq!(budget.budget, Money(150_000));
    assert!(read.total_cost <= budget.budget && !budget.cut.is_empty());
    assert_eq!(Value::from(read.total_cost.0), kept["total_cost"]);
    // The hub knows no prices, and is told nothing of the budget.
    assert_eq!(kept["policy"].get("cash_budget"), None);
}

#[test]
fn a_budget_that_cannot_be_is_refused() {
    let folder = shop();
    let output = run_on(folder.path(), &["shop", "plan", "--budget", "-1"]);
    assert_eq!(output.status.code(), Some(2));
    fs::write(folder.path().join("config.toml"), "cash_budget = -1\n").unwrap();
    let output = run_on(folder.path(), &["shop", "plan"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("cash_budget: must be 0 or more rupiah"),
        "{told}"
    );
}
