//! What a file says, and what is said of a file that cannot be read.

use std::path::PathBuf;

use chrono::NaiveDate;
use kulakan::error::Result;
use kulakan::history::{Columns, History, ReadOptions, read};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The history of these files.
fn of(files: &[&str], options: &ReadOptions) -> Result<History> {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (1..)
        .zip(files)
        .map(|(number, text)| {
            let path = folder.path().join(format!("sales-{number}.csv"));
            std::fs::write(&path, text).unwrap();
            path
        })
        .collect();
    read(&paths, options, &|_| {})
}

fn renamed(columns: &str) -> ReadOptions {
    ReadOptions {
        columns: columns.parse::<Columns>().unwrap(),
        ..ReadOptions::default()
    }
}

/// Shop, code, first date and demand of each series.
fn series(history: &History) -> Vec<(&str, &str, String, Vec<u32>)> {
    let told = |one: &'_ kulakan::history::Series| (one.first.to_string(), one.demand.clone());
    history
        .series
        .iter()
        .map(|one| {
            let (first, demand) = told(one);
            (one.shop.as_str(), one.sku.as_str(), first, demand)
        })
        .collect()
}

#[test]
fn rows_in_any_order_become_days_without_a_gap_to_the_end_of_the_history() {
    let text = "date,sku,quantity\n2026-03-04,B,7\n2026-03-02,A,1\n2026-03-04,A,2\n2026-03-04,A,3\n2026-03-01,A,4\n2026-03-06,C,9\n";
    let history = of(&[text], &ReadOptions::default()).unwrap();
    assert_eq!(
        (history.first, history.last),
        (day("2026-03-01"), day("2026-03-06"))
    );
    assert_eq!(
        series(&history),
        [
            ("", "A", "2026-03-01".to_owned(), vec![4, 1, 0, 5, 0, 0]),
            ("", "B", "2026-03-04".to_owned(), vec![7, 0, 0]),
            ("", "C", "2026-03-06".to_owned(), vec![9]),
        ]
    );
}

#[test]
fn a_file_as_spreadsheets_write_it_is_read() {
    let text = "\u{feff}Date;SKU;Quantity;Shop\r\n\r\n2026-03-02 00:00:00;\"A;1\"; 3 ;Bu Sri\r\n;;;\r\n2026-3-4;A2;1,0;\"Pak\nJoko\"";
    let history = of(&[text], &ReadOptions::default());
    // A shop's name has no line break.
    assert_eq!(
        history.unwrap_err().to_string(),
        "sales-1.csv line 5: shop: holds a control character"
    );
    let history = of(&[&text.replace("Pak\n", "Pak ")], &ReadOptions::default()).unwrap();
    assert_eq!(
        series(&history),
        [
            ("Bu Sri", "A;1", "2026-03-02".to_owned(), vec![3, 0, 0]),
            ("Pak Joko", "A2", "2026-03-04".to_owned(), vec![1]),
        ]
    );
}

#[test]
fn columns_have_the_names_that_the_file_gives_them_and_others_are_left_out() {
    let text = "store,item,date,price,qty\n7,A,2026-03-02,1000,3\n8,A,2026-03-02,1000,4\n";
    let options = renamed("sku=item,quantity=qty,shop=store");
    let history = of(&[text], &options).unwrap();
    assert_eq!(
        series(&history),
        [
            ("7", "A", "2026-03-02".to_owned(), vec![3]),
            ("8", "A", "2026-03-02".to_owned(), vec![4]),
        ]
    );
    let history = of(&[text], &renamed("sku=item,quantity=qty")).unwrap();
    assert_eq!(
        series(&history),
        [("", "A", "2026-03-02".to_owned(), vec![7])]
    );
    let fault = of(&[text], &ReadOptions::default()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "sales-1.csv line 1: the column \"sku\" is missing; sales-1.csv line 1: the column \"quantity\" is missing; \
         sales-1.csv line 1: the column \"store\" is unknown; known are date,sku,quantity,shop; \
         sales-1.csv line 1: the column \"item\" is unknown; known are date,sku,quantity,shop; \
         sales-1.csv line 1: the column \"price\" is unknown; known are date,sku,quantity,shop; \
         sales-1.csv line 1: the column \"qty\" is unknown; known are date,sku,quantity,shop"
    );
}

#[test]
fn returns_are_taken_from_the_sales_of_their_day_and_never_below_nothing() {
    let text = "date,sku,quantity\n2026-03-01,A,5\n2026-03-01,A,-2\n2026-03-02,A,-4\n2026-03-03,A,-1\n2026-03-03,A,1\n";
    let history = of(&[text], &ReadOptions::default()).unwrap();
    assert_eq!(
        series(&history),
        [("", "A", "2026-03-01".to_owned(), vec![3, 0, 0])]
    );
}

#[test]
fn files_are_added_up_as_if_they_were_one() {
    let one = "date,sku,quantity\n2026-03-01,A,5\n2026-03-02,B,1\n";
    let other = "quantity;sku;date\n3;A;2026-03-01\n2;A;2026-02-28\n";
    let history = of(&[one, other], &ReadOptions::default()).unwrap();
    assert_eq!(
        series(&history),
        [
            ("", "A", "2026-02-28".to_owned(), vec![2, 8, 0]),
            ("", "B", "2026-03-02".to_owned(), vec![1]),
        ]
    );
}

#[test]
fn every_faulty_row_is_named_and_nothing_is_read() {
    let text = "date,sku,quantity\n2026-02-29,A,1\n2026-03-01,,1\n\n2026-03-01,A B,1\n2026-03-01,A,half\n2026-03-01,A,0.5\n2026-03-01,A\n1989-12-31,A,1\n2100-01-01,A,1\n2026-03-01,A,1000000001\n,A,1\n2026-03-01,A,\n";
    let fault = of(&[text], &ReadOptions::default()).unwrap_err();
    assert_eq!(
        fault.to_string().split("; ").collect::<Vec<_>>(),
        [
            "sales-1.csv line 2: date: \"2026-02-29\" is no date such as 2026-11-22",
            "sales-1.csv line 3: sku: the cell is empty",
            "sales-1.csv line 5: sku: \"A B\" holds a character that is not allowed",
            "sales-1.csv line 6: quantity: \"half\" is not a number",
            "sales-1.csv line 7: quantity: \"0.5\" is not a whole number of base units",
            "sales-1.csv line 8: has 2 columns, the header has 3",
            "sales-1.csv line 9: date: 1989-12-31 is before 1990-01-01",
            "sales-1.csv line 10: date: 2100-01-01 is after 2099-12-31",
            "sales-1.csv line 11: quantity: \"1000000001\" is beyond the limit of 1000000000 base units",
            "sales-1.csv line 12: date: the cell is empty",
            "sales-1.csv line 13: quantity: the cell is empty",
        ]
    );
}

#[test]
fn of_many_faulty_rows_the_first_twenty_are_told_and_the_others_counted() {
    let rows: String = (0..50).map(|_| "2026-03-01,A,x\n").collect();
    let good: String = (0..3000).map(|_| "2026-03-01,A,1\n").collect();
    let text = format!("date,sku,quantity\n{good}{rows}");
    for threads in 0..4 {
        let options = ReadOptions {
            threads,
            ..ReadOptions::default()
        };
        let told = of(&[&text], &options).unwrap_err().to_string();
        let told: Vec<&str> = told.split("; ").collect();
        assert_eq!(told.len(), 21);
        assert!(told[0].starts_with("sales-1.csv line 3002: quantity"));
        assert!(told[19].starts_with("sales-1.csv line 3021: quantity"));
        assert_eq!(told[20], "further: 30 more faults");
    }
}

#[test]
fn a_date_after_the_latest_one_is_a_fault() {
    let text = "date,sku,quantity\n2026-03-01,A,1\n2062-03-01,A,1\n";
    let options = ReadOptions {
        latest: Some(day("2026-11-22")),
        ..ReadOptions::default()
    };
    assert_eq!(
        of(&[text], &options).unwrap_err().to_string(),
        "sales-1.csv line 3: date: 2062-03-01 is after 2026-11-22"
    );
}

#[test]
fn a_day_may_sum_up_to_the_limit_in_whatever_order_and_not_beyond() {
    let full = "2026-03-01,A,1000000000\n";
    let back = "2026-03-01,A,-1000000000\n";
    let header = "date,sku,quantity\n";
    let text = format!("{header}{}{}", full.repeat(5), back.repeat(4));
    let history = of(&[&text], &ReadOptions::default()).unwrap();
    assert_eq!(history.series[0].demand, [1_000_000_000]);
    let text = format!("{header}{}{}", full.repeat(5), back.repeat(3));
    assert_eq!(
        of(&[&text], &ReadOptions::default())
            .unwrap_err()
            .to_string(),
        "A on 2026-03-01: the day's sum is beyond the limit of 1000000000 base units"
    );
    let text = format!("{header}{}{}", back.repeat(5), full.repeat(3));
    let history = of(&[&text], &ReadOptions::default()).unwrap();
    assert_eq!(history.series[0].demand, [0]);
}

#[test]
fn a_file_without_a_row_or_without_anything_is_refused() {
    for (text, why) in [
        (
            "",
            "line 1: the file is empty; its first line must name the columns",
        ),
        ("date,sku,quantity\n", "line 1: no row follows the header"),
        (
            "date,sku,quantity\n\n,,\n",
            "line 1: no row follows the header",
        ),
    ] {
        let fault = of(&[text], &ReadOptions::default()).unwrap_err();
        assert_eq!(fault.to_string(), format!("sales-1.csv {why}"));
    }
    let missing = read(
        &["/nowhere/sales.csv"],
        &ReadOptions::default(),
        &|_: u64| {},
    );
    let told = missing.unwrap_err().to_string();
    assert!(told.starts_with("reading /nowhere/sales.csv"), "{told}");
}

#[test]
fn progress_ends_with_the_bytes_of_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "date,sku,quantity\n2026-03-01,A,1\n").unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    let most = std::sync::atomic::AtomicU64::new(0);
    let told = |bytes| {
        most.fetch_max(bytes, std::sync::atomic::Ordering::Relaxed);
    };
    read(&[&path, &path], &ReadOptions::default(), &told).unwrap();
    assert_eq!(most.into_inner(), 2 * size);
}
