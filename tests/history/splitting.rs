//! Files cut into parts and lines without the `csv` crate say what the `csv` crate reads in them.

use std::path::Path;

use kulakan::error::Result;
use kulakan::history::{Columns, History, ReadOptions, Series, read};
use proptest::prelude::*;

/// One cell as some program writes it.
fn cell() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        6 => prop::sample::select(vec![
            "2026-03-01", "2026-03-15", "2026-3-2", "2026-02-30", "2026-03-04T10:00", "2026-04-30", "1989-01-01",
        ]),
        6 => prop::sample::select(vec!["A", "B-1", "a", "KOPI-SUSU-250-GRAM-ISI-24", "C D", ""]),
        6 => prop::sample::select(vec![
            "0", "3", "12", "-2", "+5", "1.0", "0,5", "007", "123456789", "1234567890", "x",
        ]),
        1 => prop::sample::select(vec!["Caf\u{e9}", "\u{a0}7", "é,ü", "5\" pipa", "\"\""]),
    ];
    (text, 0..14).prop_map(|(text, style)| match style {
        0..7 => text.to_owned(),
        7..10 => format!("\"{text}\""),
        10 => format!(" {text}\t"),
        11 => format!("\"{text}\" "),
        12 => format!("\" {text}"),
        _ => format!("\"{}\"", text.replace('"', "\"\"")),
    })
}

fn line() -> impl Strategy<Value = String> {
    let good = (
        1..29_u32,
        prop::sample::select(vec!["A", "B-1", "C"]),
        -5..90_i32,
        any::<bool>(),
    )
        .prop_map(|(day, sku, quantity, quoted)| match quoted {
            false => format!("2026-03-{day:02},{sku},{quantity},"),
            true => format!("\"2026-03-{day:02}\",\"{sku}\",\"{quantity}\",\"a, b\""),
        });
    let any = prop::collection::vec(cell(), 0..6).prop_map(|cells| cells.join(","));
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\n\n", "\r\r\n"]);
    (prop_oneof![12 => good, 1 => any], end).prop_map(|(line, end)| line + end)
}

/// Files of good rows only, of which a history comes, or of any.
fn file() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(line(), 0..40),
        prop::sample::select(vec!["", "\u{feff}"]),
        any::<bool>(),
    )
        .prop_map(|(lines, mark, ended)| {
            let text = lines.concat();
            let text = if ended {
                &text
            } else {
                text.trim_end_matches(['\r', '\n'])
            };
            format!("{mark}date,sku,quantity,note\n2026-03-01,FIRST,1,\n2026-04-30,LAST,1,\n{text}")
        })
}

fn history_of(path: &Path, text: &str, threads: usize) -> Result<History> {
    std::fs::write(path, text).unwrap();
    let options = ReadOptions {
        columns: "sku=sku".parse::<Columns>().unwrap(),
        threads,
        ..ReadOptions::default()
    };
    read(&[path], &options, &|_| {})
}

fn told(history: &Result<History>) -> Result<Vec<&Series>, String> {
    match history {
        Ok(history) => Ok(history
            .series
            .iter()
            .filter(|series| series.sku.as_str() != "ODD")
            .collect()),
        Err(error) => Err(error.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_file_says_the_same_in_parts_and_to_the_csv_crate(text in file()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sales.csv");
        // A cell with a line break gives the whole file to the `csv` crate. It comes first: behind a quote that is
        // never closed it would be no cell.
        let first_row = text.find('\n').unwrap() + 1;
        let (header, rows) = text.split_at(first_row);
        let odd = format!("{header}2026-04-01,ODD,1,\"two\nlines\"\n{rows}");
        let blank = format!("{header}\n\n{rows}");
        let by_crate = history_of(&path, &odd, 1);
        for threads in [1, 2, 3, 7] {
            let in_parts = history_of(&path, &blank, threads);
            prop_assert_eq!(told(&in_parts), told(&by_crate), "{} threads", threads);
        }
    }
}

#[test]
fn every_place_to_cut_a_file_gives_the_same_history() {
    let rows: String = (0..60)
        .map(|row| {
            format!(
                "2026-03-{:02},P{},{}\r\n",
                1 + row % 28,
                row % 7,
                row * 13 % 11
            )
        })
        .collect();
    let text = format!("date,sku,quantity\n{rows}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sales.csv");
    std::fs::write(&path, &text).unwrap();
    let with = |threads| {
        let options = ReadOptions {
            threads,
            ..ReadOptions::default()
        };
        read(&[&path], &options, &|_| {}).unwrap()
    };
    let whole = with(1);
    let sold: u32 = whole.series.iter().flat_map(|series| &series.demand).sum();
    assert_eq!(sold, (0..60).map(|row| row * 13 % 11).sum::<u32>());
    for threads in 2..100 {
        assert_eq!(with(threads), whole, "{threads} threads");
    }
}

/// Blocks of the file end in the middle of rows, and lines are longer than a block.
#[test]
fn files_of_many_blocks_are_read_whole() {
    use std::fmt::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sales.csv");
    let mut text = String::from("date,sku,quantity,note\n");
    let mut expected = 0_u64;
    for row in 0..40_000_u64 {
        let quantity = row * 7919 % 101;
        expected += quantity;
        let (day, sku) = (1 + row % 28, row * 31 % 997);
        writeln!(text, "2026-03-{day:02},P{sku},{quantity},").unwrap();
    }
    for long in ["", &"long ".repeat(100_000)] {
        let text = format!("{text}2026-03-01,LONG,1,{long}\n2026-03-02,LONG,1,");
        for threads in [1, 2, 3] {
            let history = history_of(&path, &text, threads).unwrap();
            let sold = history.series.iter().flat_map(|series| &series.demand);
            assert_eq!(sold.map(|sold| u64::from(*sold)).sum::<u64>(), expected + 2);
            assert_eq!(history.series.len(), 998);
        }
    }
}
