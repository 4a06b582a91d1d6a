//! Recorded sales as demand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kulakan::simulate::{Input, Overrides, simulate};

use super::one_shop;

const SALES: &str = include_str!("../data/store_sales_daily.csv");

/// A store and an item that sell on most days.
const STORE: &str = "406";
const ITEM: &str = "1082185";

/// One shop and one product whose demand is what that store sold of that item.
fn input() -> Input {
    let columns = "[replay]\nfile = \"store_sales_daily.csv\"\nshop = \"store\"\nproduct = \"item\"\n\
                   date = \"date\"\nquantity = \"qty\"\n";
    let text = one_shop(&[
        &format!("product.name = \"{ITEM}\""),
        &format!("shop.name = \"{STORE}\""),
        "history_days = 60",
        "warm_up_days = 30",
    ]);
    let text = text
        .replace("\ndays = 30\n", "\n")
        .replace("[demand]\ndistribution = \"constant\"\n", "")
        .replacen("[delivery]", &format!("{columns}[delivery]"), 1);
    Input::parse(&text).unwrap()
}

#[test]
fn replayed_sales_are_asked_for_on_their_days() {
    let setting = input().network(&Overrides::default(), Some(SALES)).unwrap();
    let mut sold: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in SALES.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        if (cells[0], cells[1]) == (STORE, ITEM) {
            *sold.entry(cells[2].parse().unwrap()).or_default() += cells[3].parse::<i64>().unwrap();
        }
    }
    let (first, last) = (*sold.keys().min().unwrap(), *sold.keys().max().unwrap());
    let length = (last - first).num_days() + 1;
    assert_eq!(i64::from(setting.1.days), length - 90);
    assert_eq!(setting.1.replications, 1);
    let begin = first + chrono::Days::new(60);
    for policy in super::POLICIES {
        super::replication(&setting, policy, 0, &mut |evening| {
            let today = begin + chrono::Days::new(u64::from(evening.day));
            let sold = sold.get(&today).copied().unwrap_or(0);
            assert_eq!(evening.demand, [sold], "{today}");
        });
    }
    let report = simulate(&setting.0, &setting.1, None, &mut |_, _| ()).unwrap();
    let total = &report.policies.last().unwrap().intervals.total;
    // One history says nothing of chance.
    assert_eq!((total.low, total.high), (None, None));
}

#[test]
fn sales_that_cannot_be_used_are_refused_with_their_line() {
    let input = input();
    let refused = |sales: &str| {
        let refused = input.network(&Overrides::default(), Some(sales));
        refused.unwrap_err().to_string()
    };
    assert_eq!(
        refused("store,date,qty\n"),
        "sales line 1: there is no column item"
    );
    assert_eq!(
        refused(&format!(
            "store,item,date,qty\n{STORE},{ITEM},2017-02-30,1\n"
        )),
        "sales line 2: 2017-02-30 is no date like 2026-01-31"
    );
    assert_eq!(
        refused(&format!(
            "store;item;date;qty\n{STORE};{ITEM};2017-02-28;1,5\n"
        )),
        "sales line 2: quantity 1,5 is no whole number from 0 to 100000000"
    );
    assert_eq!(
        refused("store,item,date,qty\nx,y,2017-02-28,1\n"),
        "sales line 1: no row is about any of the shops and products of the input"
    );
    assert_eq!(
        refused(&format!(
            "store,item,date,qty\n{STORE},{ITEM},2017-02-28,1\n"
        )),
        "history_days and warm_up_days is 90, must together be less than the days of the replayed sales"
    );
}
