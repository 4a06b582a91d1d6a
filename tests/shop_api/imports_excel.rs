//! Excel files, and files as large as a chain's.

use std::fmt::Write as _;
use std::io::Write as _;

use kulakan::shop::import::{ImportKind, ImportOptions};
use serde_json::json;

use super::noodles;
use crate::harness::shop::TestShop;
use crate::harness::xlsx::{Cell, parts, workbook, zip};

async fn import(
    shop: &TestShop,
    kind: ImportKind,
    file: Vec<u8>,
) -> kulakan::error::Result<kulakan::shop::import::ImportReport> {
    let path = shop.file("Buku.XLSX", file);
    shop.shop
        .import(kind, &path, ImportOptions::default(), &mut |_| {})
        .await
}

fn texts(names: &[&'static str]) -> Vec<Cell> {
    names.iter().map(|name| Cell::Text(name)).collect()
}

#[tokio::test]
async fn numbers_and_dates_of_a_sheet_are_what_was_typed() {
    let shop = TestShop::start().await;
    let products = workbook(
        0,
        &[
            texts(&[
                "sku",
                "name",
                "unit",
                "price",
                "cost",
                "barcode",
                "minimum_order",
            ]),
            vec![
                Cell::Number(826_249.0),
                Cell::Text("Beras &amp; lain"),
                Cell::Text("kg"),
                Cell::Number(14_000.0),
                Cell::Number(12_000.0),
                Cell::Number(8_991_234_500_010.0),
                Cell::Number(0.7),
            ],
        ],
    );
    import(&shop, ImportKind::Products, products)
        .await
        .expect("imported");
    let product = shop.get("/products/826249").await.expect(200);
    assert_eq!(product["name"], "Beras & lain");
    assert_eq!(product["units"][0]["barcodes"], json!(["8991234500010"]));
    assert_eq!(product["minimum_order"], 700);
    let history = workbook(
        0,
        &[
            texts(&["date", "sku", "quantity"]),
            // 2026-11-01 and, as text, the day after.
            vec![
                Cell::Day(46_327),
                Cell::Number(826_249.0),
                Cell::Number(0.1),
            ],
            vec![
                Cell::Text("2026-11-02"),
                Cell::Text("826249"),
                Cell::Text("2,5"),
            ],
            vec![Cell::Empty, Cell::Empty, Cell::Empty],
        ],
    );
    let report = import(&shop, ImportKind::Sales, history)
        .await
        .expect("imported");
    assert_eq!((report.rows, report.updated), (2, 2));
    let first = "SELECT imported FROM daily_flows WHERE business_date = '2026-11-01'";
    assert_eq!(shop.number(first), 100);
    assert_eq!(shop.number("SELECT sum(imported) FROM daily_flows"), 2_600);
}

#[tokio::test]
async fn a_faulty_row_of_a_sheet_is_named_by_the_number_that_excel_shows() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let rows = [
        texts(&["sku", "quantity"]),
        vec![Cell::Text("MIE"), Cell::Number(3.0)],
        vec![Cell::Text("MIE"), Cell::Number(2.5)],
        vec![Cell::Empty, Cell::Number(1.0)],
    ];
    let problem = import(&shop, ImportKind::Stock, workbook(2, &rows)).await;
    let problem = problem.expect_err("refused").to_string();
    assert_eq!(
        problem,
        "Buku.XLSX line 5: quantity: \"2.5\" must be a whole number of this unit; Buku.XLSX line 6: sku: the cell is empty"
    );
    assert_eq!(shop.number("SELECT count(*) FROM stock_movements"), 0);
}

#[tokio::test]
async fn a_long_history_tells_its_progress_and_is_sent_in_parts() {
    let shop = TestShop::start().await;
    let mut file = "date,sku,quantity\n".to_owned();
    for row in 0..12_000_u32 {
        let (day, sku) = (row % 28 + 1, row / 28 % 100);
        writeln!(file, "2026-0{}-{day:02},P{sku},1", row / 2_800 % 5 + 1).expect("a line");
    }
    let path = shop.file("panjang.csv", file);
    let options = ImportOptions {
        create_missing: true,
        ..ImportOptions::default()
    };
    let mut told = Vec::new();
    let report = shop
        .shop
        .import(ImportKind::Sales, &path, options, &mut |rows| {
            told.push(rows);
        })
        .await
        .expect("imported");
    assert_eq!(told, [5_000, 10_000, 12_000]);
    assert_eq!((report.created, report.updated), (100, 12_000));
    let most = "SELECT max(json_array_length(payload, '$.rows')) FROM events WHERE kind = 'history.imported'";
    assert_eq!(shop.number(most), 500);
    let sent = "SELECT sum(json_array_length(payload, '$.rows')) FROM events WHERE kind = 'history.imported'";
    assert_eq!(shop.number(sent), 12_000);
}

/// A file with one more part, packed as a spreadsheet would pack it.
fn packed(more: &str, content: &[u8]) -> Vec<u8> {
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let kept = parts(0, &[texts(&["sku", "name", "price"])]);
    let kept = kept.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, content) in kept.chain([(more, content)]) {
        file.start_file(name, options).unwrap();
        file.write_all(content).unwrap();
    }
    file.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_file_that_unpacks_to_more_than_a_machine_has_is_refused_before_it_does() {
    let shop = TestShop::start().await;
    let many = b"<sst uniqueCount=\"1000000000000\"><si><t>a</t></si></sst>";
    let huge = vec![b' '; 65 * 1024 * 1024];
    let mut again = String::from("<worksheet><sheetData><row>");
    for _ in 0..2_000_001 {
        again.push_str("<c r=\"A1\"><v>1</v></c>");
    }
    again.push_str("</row></sheetData></worksheet>");
    let mut sheet = parts(0, &[]);
    sheet.last_mut().unwrap().1 = again;
    for (file, wanted) in [
        (packed("xl/sharedStrings.xml", many), "claims more texts"),
        (packed("xl/theme.xml", &huge), "unpacks to more"),
        (zip(&sheet), "holds more"),
    ] {
        assert!(file.len() < 100 * 1024 * 1024);
        let refused = import(&shop, ImportKind::Products, file).await;
        let told = format!("{:?}", refused.expect_err("refused"));
        assert!(told.contains(wanted), "{told}");
    }
}
