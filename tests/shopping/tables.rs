//! Tables as files: what a spreadsheet makes of them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use kulakan::model::{Money, Quantity};
use kulakan::table::{Cell, FileKind, Table};

fn table() -> Table {
    let texts = [
        "=1+1",
        "+62812",
        "-5",
        "@name",
        "\tx",
        "\rx",
        "Gula, \"pasir\"",
        "a=b",
    ];
    let mut rows: Vec<Vec<Cell>> = texts
        .iter()
        .map(|text| vec![(*text).into(), Cell::Number(1)])
        .collect();
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    rows.push(vec![
        Cell::Money(Money(-27_500)),
        Cell::Quantity(Quantity(2500), 1000),
    ]);
    rows.push(vec![Cell::Date(day), Cell::PerMille(-125)]);
    rows.push(vec![Cell::Empty, Cell::Empty]);
    Table {
        name: "per/hari: [uji] yang namanya jauh lebih panjang".to_owned(),
        columns: vec!["=Barang".to_owned(), "Jumlah".to_owned()],
        rows,
    }
}

#[test]
fn in_csv_no_text_is_a_formula_and_numbers_stay_numbers() {
    let file = table().file(FileKind::Csv).unwrap();
    let text = String::from_utf8(file).unwrap();
    let expected = "\u{feff}'=Barang,Jumlah\n'=1+1,1\n'+62812,1\n'-5,1\n'@name,1\n'\tx,1\n\"'\rx\",1\n\
        \"Gula, \"\"pasir\"\"\",1\na=b,1\n-27500,2.5\n2026-11-22,-12.5\n,\n";
    assert_eq!(text, expected);
}

#[test]
fn in_a_workbook_texts_are_strings_and_numbers_are_numbers() {
    let file = table().file(FileKind::Xlsx).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(name.chars().count() <= 31, "{name}");
    assert!(
        book.worksheet_formula(&name).unwrap().is_empty(),
        "nothing is a formula"
    );
    let sheet = book.worksheet_range(&name).unwrap();
    let cell = |row: u32, column: u32| sheet.get_value((row, column)).unwrap().clone();
    assert_eq!(cell(1, 0), Data::String("=1+1".to_owned()));
    assert_eq!(cell(3, 0), Data::String("-5".to_owned()));
    assert_eq!(cell(1, 1), Data::Float(1.0));
    assert_eq!(cell(9, 0), Data::Float(-27_500.0));
    assert_eq!(cell(9, 1), Data::Float(2.5));
    assert!(
        matches!(cell(10, 0), Data::DateTime(_)),
        "{:?}",
        cell(10, 0)
    );
    assert_eq!(cell(10, 1), Data::Float(-0.125));
}
