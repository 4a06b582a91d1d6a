//! Twenty real stores from the command line: import as a user would, plan, and hold every line against the definition.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::Value;

use crate::harness::program::{done, run_on};
use crate::plan::definition::{Rules, independent};

const SALES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/store_sales_daily.csv"
);

type Store = BTreeMap<String, BTreeMap<NaiveDate, i64>>;

fn stores() -> BTreeMap<String, Store> {
    let mut stores: BTreeMap<String, Store> = BTreeMap::new();
    for line in std::fs::read_to_string(SALES).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let day = cells[2].parse().unwrap();
        *stores
            .entry(cells[0].to_owned())
            .or_default()
            .entry(cells[1].to_owned())
            .or_default()
            .entry(day)
            .or_default() += cells[3].parse::<i64>().unwrap();
    }
    stores
}

fn kulakan(folder: &Path, arguments: &[&str]) -> String {
    done(&run_on(folder, arguments))
}

#[test]
fn every_store_imports_and_plans_as_the_definition_says() {
    let stores = stores();
    assert_eq!(stores.len(), 20);
    let date = NaiveDate::from_ymd_opt(2017, 12, 31).unwrap();
    let mut lines = 0;
    for (store, items) in &stores {
        let folder = tempfile::tempdir().unwrap();
        kulakan(folder.path(), &["shop", "init", "--name", store]);
        let filter = format!("store={store}");
        let import = [
            "shop",
            "import",
            "sales",
            SALES,
            "--columns",
            "sku=item,quantity=qty",
            "--where",
            &filter,
            "--create-missing",
        ];
        kulakan(folder.path(), &import);
        let printed = kulakan(
            folder.path(),
            &["shop", "plan", "--date", "2017-12-31", "--json"],
        );
        let plan: Value = serde_json::from_str(&printed).unwrap();
        let planned: BTreeMap<&str, &Value> = plan["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["sku"].as_str().unwrap(), line))
            .collect();
        assert_eq!(planned.len(), items.len(), "store {store}");
        for (item, sales) in items {
            let line = planned[item.as_str()];
            let place = format!("store {store} item {item}");
            let (f, sigma, s) = independent(date, sales, &Rules::default()).unwrap();
            assert!(
                (line["forecast_per_day"].as_f64().unwrap() - f).abs() < 1e-6,
                "{place}: f"
            );
            let told = line["sigma_protection"].as_f64().unwrap();
            assert!(
                (told - sigma).abs() < 1e-6,
                "{place}: sigma_H {told} {sigma}"
            );
            #[allow(
                clippy::float_cmp,
                reason = "a whole number must come through JSON unchanged"
            )]
            let same = line["order_up_to"].as_f64().unwrap() == s as f64;
            assert!(same, "{place}: S {} {s}", line["order_up_to"]);
            lines += 1;
        }
    }
    assert_eq!(lines, 1015);
}
