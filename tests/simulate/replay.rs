//! Recorded sales as demand.

use kulakan::simulate::{Input, Overrides, simulate};

use super::one_shop;

const SALES: &str = include_str!("../data/store_sales_daily.csv");

/// The store and two products that sell there every few days.
fn input(extra: &str) -> String {
    let columns = "[replay]\nfile = \"store_sales_daily.csv\"\nshop = \"store\"\nproduct = \"item\"\n\
                   date = \"date\"\nquantity = \"qty\"\n";
    let text = one_shop(&[
        &format!("product.name = \"{}\"", busiest()[0].1),
        &format!("shop.name = \"{}\"", busiest()[0].0),
        "history_days = 60",
        "warm_up_days = 30",
    ]);
    let without_days = text
        .replace("\ndays = 30\n", "\n")
        .replace("[demand]\ndistribution = \"constant\"\n", "");
    without_days.replacen("[delivery]", &format!("{columns}[delivery]"), 1) + extra
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str, i64)> {
    SALES.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0], cells[1], cells[2], cells[3].parse().unwrap())
    })
}

/// Store and item of the pairs with the most rows.
fn busiest() -> Vec<(&'static str, &'static str)> {
    let mut counts = std::collections::BTreeMap::new();
    for (store, item, _, _) in rows() {
        *counts.entry((store, item)).or_insert(0) += 1;
    }
    let mut pairs: Vec<_> = counts.into_iter().collect();
    pairs.sort_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
    pairs.into_iter().map(|(pair, _)| pair).take(1).collect()
}

#[test]
fn replayed_sales_are_asked_for_on_their_days() {
    let (store, item) = busiest()[0];
    let input = Input::parse(&input("")).unwrap();
    let setting = input.network(&Overrides::default(), Some(SALES)).unwrap();
    let of_pair = || rows().filter(|row| (row.0, row.1) == (store, item));
    let first = of_pair().map(|row| row.2).min().unwrap();
    let last = of_pair().map(|row| row.2).max().unwrap();
    let date = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let length = (date(last) - date(first)).num_days() + 1;
    assert_eq!(i64::from(setting.1.days), length - 90);
    assert_eq!(setting.1.replications, 1);
    let begin = date(first) + chrono::Days::new(60);
    for policy in super::POLICIES {
        super::replication(&setting, policy, 0, &mut |evening| {
            let today = begin + chrono::Days::new(u64::from(evening.day));
            let sold: i64 = of_pair()
                .filter(|row| date(row.2) == today)
                .map(|row| row.3)
                .sum();
            assert_eq!(evening.demand, [sold], "{today}");
        });
    }
    let report = simulate(&setting.0, &setting.1, None, &mut |_, _| ()).unwrap();
    let total = &report.policies[2].intervals.total;
    // One history says nothing of chance.
    assert_eq!((total.low, total.high), (None, None));
}

#[test]
fn sales_that_cannot_be_used_are_refused_with_their_line() {
    let input = Input::parse(&input("")).unwrap();
    let refused = |sales: &str| {
        let refused = input.network(&Overrides::default(), Some(sales));
        refused.unwrap_err().to_string()
    };
    let (store, item) = busiest()[0];
    assert_eq!(
        refused("store,date,qty\n"),
        "sales line 1: there is no column item"
    );
    assert_eq!(
        refused(&format!(
            "store,item,date,qty\n{store},{item},2017-02-30,1\n"
        )),
        "sales line 2: 2017-02-30 is no date like 2026-01-31"
    );
    assert_eq!(
        refused(&format!(
            "store;item;date;qty\n{store};{item};2017-02-28;1,5\n"
        )),
        "sales line 2: quantity 1,5 is no whole number from 0 to 100000000"
    );
    assert_eq!(
        refused("store,item,date,qty\nx,y,2017-02-28,1\n"),
        "sales line 1: no row is about any of the shops and products of the input"
    );
    assert_eq!(
        refused(&format!(
            "store,item,date,qty\n{store},{item},2017-02-28,1\n"
        )),
        "history_days and warm_up_days is 90, must together be less than the days of the replayed sales"
    );
}
