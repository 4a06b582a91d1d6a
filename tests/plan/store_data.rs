//! Twenty stores' real sales: every line against the definition.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kulakan::model::Sku;
use kulakan::plan::{Method, Policy, plan, plan_product};

use super::definition::{Rules, independent};
use super::{imported, product};

type Sales = BTreeMap<(String, String), BTreeMap<NaiveDate, i64>>;

fn store_sales() -> Sales {
    let mut sales = Sales::new();
    for line in include_str!("../data/store_sales_daily.csv")
        .lines()
        .skip(1)
    {
        let mut cells = line.split(',');
        let mut cell = || cells.next().unwrap();
        let (store, item) = (cell().to_owned(), cell().to_owned());
        let (date, quantity) = (cell().parse().unwrap(), cell().parse::<i64>().unwrap());
        *sales
            .entry((store, item))
            .or_default()
            .entry(date)
            .or_insert(0) += quantity;
    }
    sales
}

#[test]
fn every_line_of_twenty_stores_agrees_with_the_definition() {
    let date = NaiveDate::from_ymd_opt(2017, 12, 31).unwrap();
    let sales = store_sales();
    let stores: std::collections::BTreeSet<_> = sales.keys().map(|(store, _)| store).collect();
    assert_eq!((stores.len(), sales.len()), (20, 1015));
    let mut with_origins = 0;
    for ((store, item), by_date) in &sales {
        let flows = by_date.iter().map(|(&day, &sold)| imported(day, sold));
        let line = plan_product(date, &product(flows.collect()), &Policy::default());
        let name = format!("store {store} item {item}");
        let Some((f, sigma, s)) = independent(date, by_date, &Rules::default()) else {
            assert_eq!(line.method, Method::TooLittleHistory, "{name}");
            continue;
        };
        assert!((line.forecast_per_day - f).abs() < 1e-6, "{name}: f");
        assert!(
            (line.sigma_protection - sigma).abs() < 1e-6,
            "{name}: sigma_H"
        );
        assert_eq!(line.order_up_to, s as f64, "{name}: S");
        with_origins += usize::from(line.reason.origins >= 8);
    }
    assert!(with_origins > 900, "only {with_origins} lines used origins");
}

#[test]
fn a_store_is_planned_the_same_in_any_order() {
    let date = NaiveDate::from_ymd_opt(2017, 12, 31).unwrap();
    let sales = store_sales();
    let (store, _) = sales.keys().next().unwrap().clone();
    let mut inputs: Vec<_> = sales
        .iter()
        .filter(|((of, _), _)| *of == store)
        .map(|((_, item), by_date)| {
            let mut input = product(by_date.iter().map(|(&d, &q)| imported(d, q)).collect());
            input.sku = Sku::parse(item).unwrap();
            input
        })
        .collect();
    let lines = plan(date, &inputs, &Policy::default());
    inputs.reverse();
    for input in &mut inputs {
        input.flows.reverse();
    }
    assert_eq!(plan(date, &inputs, &Policy::default()), lines);
    assert!(lines.len() > 20);
}
