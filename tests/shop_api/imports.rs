//! Files of what a shop already has.

use kulakan::error::{Error, Result};
use kulakan::shop::import::{ImportKind, ImportOptions, ImportReport};
use serde_json::json;

use super::{define, noodles, on_hand, receive, rice};
use crate::harness::shop::TestShop;

async fn import(
    shop: &TestShop,
    kind: ImportKind,
    name: &str,
    content: impl AsRef<[u8]>,
    options: ImportOptions,
) -> Result<ImportReport> {
    let path = shop.file(name, content);
    shop.shop.import(kind, &path, options, &mut |_| {}).await
}

/// Imports a sales history.
pub async fn sales(shop: &TestShop, content: &str) -> Result<ImportReport> {
    let options = ImportOptions::default();
    import(shop, ImportKind::Sales, "penjualan.csv", content, options).await
}

/// Imports an opening balance or a count.
pub async fn stock(shop: &TestShop, content: &str) -> Result<ImportReport> {
    let options = ImportOptions::default();
    import(shop, ImportKind::Stock, "stok.csv", content, options).await
}

async fn products(shop: &TestShop, content: &str) -> Result<ImportReport> {
    let options = ImportOptions::default();
    import(shop, ImportKind::Products, "barang.csv", content, options).await
}

/// The faults of a refused file, `place: message` each.
#[track_caller]
fn faults(result: Result<ImportReport>) -> Vec<String> {
    match result {
        Err(Error::Invalid(fields)) => fields
            .into_iter()
            .map(|field| format!("{}: {}", field.field, field.message))
            .collect(),
        other => panic!("{other:?} instead of faults"),
    }
}

/// With two columns without a name, as spreadsheets leave them.
const CATALOGUE: &str = "\u{feff}sku;name;unit;price;cost;barcode;category;pack_name;pack_size;pack_price;pack_barcode;\
shelf_life_days;minimum_order;supplier;consignment;active;;
MIE;Mie goreng;pcs;3500;2900;8991234500010;Makanan;dus;40;132000;18991234500017;240;40;Agung;0;1;;
BERAS;\"Beras; pandan\";kg;14000;12000,00;;;karung;25;;;;12,5;;;;;
ROTI;Roti tawar;bungkus;16000;14000;;;;;;;5;;Bakery;ya;1;;
";

#[tokio::test]
async fn a_catalogue_comes_in_and_comes_in_again_without_effect() {
    let shop = TestShop::start().await;
    let report = products(&shop, CATALOGUE).await.expect("imported");
    assert_eq!(
        (
            report.rows,
            report.created,
            report.updated,
            report.unchanged
        ),
        (3, 3, 0, 0)
    );
    let noodles = shop.get("/products/MIE").await.expect(200);
    assert_eq!(
        noodles,
        json!({
            "sku": "MIE", "name": "Mie goreng", "category": "Makanan", "base_unit": "piece", "unit": "pcs",
            "units": [
                { "name": "pcs", "factor": 1, "price": 3_500, "barcodes": ["8991234500010"] },
                { "name": "dus", "factor": 40, "price": 132_000, "barcodes": ["18991234500017"] },
            ],
            "order_unit": "dus", "pack_size": 40, "cost": 2_900, "shelf_life_days": 240, "minimum_order": 40,
            "supplier": "Agung", "consignment": false, "active": true,
        })
    );
    let rice = shop.get("/products/BERAS").await.expect(200);
    assert_eq!(
        (&rice["name"], &rice["base_unit"]),
        (&json!("Beras; pandan"), &json!("gram"))
    );
    assert_eq!(
        (&rice["pack_size"], &rice["minimum_order"]),
        (&json!(25_000), &json!(12_500))
    );
    assert_eq!(
        rice["units"][1]["price"], 350_000,
        "a pack costs what its content does"
    );
    let bread = shop.get("/products/ROTI").await.expect(200);
    assert_eq!(
        (&bread["consignment"], &bread["order_unit"]),
        (&json!(true), &json!("bungkus"))
    );
    let events = shop.told();
    let report = products(&shop, CATALOGUE).await.expect("imported");
    assert_eq!(
        (report.created, report.updated, report.unchanged),
        (0, 0, 3)
    );
    assert_eq!(shop.told(), events);
    // Fewer columns change less.
    let prices = "sku,name,unit,price,cost\nMIE,,,3700,\nROTI,Roti tawar,pak,16500,14000\n";
    let report = products(&shop, prices).await.expect("imported");
    assert_eq!((report.updated, report.unchanged), (2, 0));
    let mut dearer = noodles;
    dearer["units"][0]["price"] = json!(3_700);
    assert_eq!(shop.get("/products/MIE").await.expect(200), dearer);
    let bread = shop.get("/products/ROTI").await.expect(200);
    assert_eq!(
        (&bread["unit"], &bread["order_unit"]),
        (&json!("pak"), &json!("pak"))
    );
    assert_eq!(bread["units"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_faulty_row_is_named_and_nothing_of_the_file_is_kept() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let file = "sku,name,unit,price,cost,barcode,pack_name,pack_size
A,Baik,pcs,1000,900,,,
B,,pcs,1000,900,,,
C,C,pcs,27.55,900,,,
D,D,pcs,-5,900,,,
A,Lagi,pcs,1000,900,,,
E,E,pcs,1000
F,F,pcs,1000,900,8991234500011,,
G,G,pcs,1000,900,8991234500010,,
H,H,pcs,1000,900,,dus,
I J,I,pcs,1000,900,,,
MIE,Mie,kg,1000,900,,,
";
    let told = faults(products(&shop, file).await);
    let wanted = [
        "barang.csv line 6: sku: A is on line 2 too",
        "barang.csv line 7: has 4 columns, the header has 8",
    ];
    assert_eq!(told, wanted, "rows that cannot be told apart come first");
    let readable: Vec<&str> = file
        .lines()
        .filter(|line| !line.starts_with("A,Lagi") && !line.starts_with("E,"))
        .collect();
    let readable = readable.join("\r\n");
    let told = faults(products(&shop, &readable).await);
    let wanted = [
        "barang.csv line 3: name: the cell is empty",
        "barang.csv line 4: price: \"27.55\" is no amount of whole rupiah such as 27500",
        "barang.csv line 5: price: \"-5\" is no amount",
        "barang.csv line 6: units[0].barcodes[0]: has a wrong check digit",
        "barang.csv line 7: the barcode 8991234500010 is on pcs of \"Mie goreng\" (code MIE)",
        "barang.csv line 8: pack_size: the cell is empty",
        "barang.csv line 9: sku: holds a character that is not allowed",
        "barang.csv line 10: unit: \"kg\" counts in gram, the product in piece, which cannot change",
    ];
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.starts_with(wanted), "{told} is not {wanted}");
    }
    assert_eq!(shop.number("SELECT count(*) FROM products"), 1);
    assert_eq!(shop.told(), 1);
}

#[tokio::test]
async fn a_header_says_what_it_lacks_and_what_is_unknown() {
    let shop = TestShop::start().await;
    let one = |told: Vec<String>| told.join(" | ");
    let told = one(faults(
        products(&shop, "sku,name,unit,prize,cost,sku\n").await,
    ));
    for wanted in [
        "line 1: the column \"prize\" is unknown; known are sku,name",
        "\"price\" is missing",
        "\"sku\" is there twice",
    ] {
        assert!(told.contains(wanted), "{wanted} in {told}");
    }
    assert!(one(faults(products(&shop, "").await)).contains("the file is empty"));
    assert!(one(faults(sales(&shop, "date,sku,quantity\n\n").await)).contains("no row follows"));
    let told = one(faults(
        sales(&shop, "date,sku,quantity\n2026-11-01,\"MIE,3\n").await,
    ));
    assert!(
        told.contains("penjualan.csv line 2: has 2 columns"),
        "{told}"
    );
    // Blank lines and line breaks inside a cell count as lines.
    let lines = "date,sku,quantity\r\n\r\n2026-11-01,\"A\nB\",1\r\n\n , ,\n2026-11-01,X,1";
    let told = one(faults(sales(&shop, lines).await));
    assert!(
        told.contains("line 3: sku: \"A\\nB\"") && told.contains("line 7: sku: no product"),
        "{told}"
    );
    let path = shop.file("latin.csv", b"date,sku,quantity\n2026-11-01,\xe9,3\n");
    let result = shop
        .shop
        .import(
            ImportKind::Sales,
            &path,
            ImportOptions::default(),
            &mut |_| {},
        )
        .await;
    assert_eq!(one(faults(result)), "latin.csv line 2: is not UTF-8 text");
    let missing = shop
        .shop
        .import(
            ImportKind::Sales,
            "tiada.csv".as_ref(),
            ImportOptions::default(),
            &mut |_| {},
        )
        .await;
    assert!(matches!(missing, Err(Error::Io { .. })), "{missing:?}");
    let other = shop
        .shop
        .import(
            ImportKind::Sales,
            "data.pdf".as_ref(),
            ImportOptions::default(),
            &mut |_| {},
        )
        .await;
    assert!(one(faults(other)).contains("neither a .csv nor an .xlsx"));
    let path = shop.file("rusak.xlsx", b"no zip");
    let broken = shop
        .shop
        .import(
            ImportKind::Sales,
            &path,
            ImportOptions::default(),
            &mut |_| {},
        )
        .await;
    assert!(one(faults(broken)).contains("is no readable Excel file"));
}

#[tokio::test]
async fn history_is_summed_by_day_and_replaces_itself() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    rice(&shop).await;
    let file = "Date, SKU ,quantity,price\n2026-11-01,MIE,3,3500\n2026-11-01,MIE,4,\n2026-11-02,BERAS,\"1,25\",\n2025-01-31,MIE,0,\n";
    let report = sales(&shop, file).await.expect("imported");
    assert_eq!(
        (
            report.rows,
            report.products,
            report.updated,
            report.unchanged
        ),
        (4, 2, 3, 0)
    );
    assert_eq!(
        report.first_date.map(|date| date.to_string()).as_deref(),
        Some("2025-01-31")
    );
    assert_eq!(
        report.last_date.map(|date| date.to_string()).as_deref(),
        Some("2026-11-02")
    );
    let imported = "SELECT group_concat(imported, ' ') = '0 7 1250' FROM (SELECT imported FROM daily_flows ORDER BY business_date)";
    assert_eq!(shop.number(imported), 1);
    let events = shop.told();
    let report = sales(&shop, file).await.expect("imported");
    assert_eq!((report.updated, report.unchanged), (0, 3));
    assert_eq!(shop.told(), events, "nothing new to tell");
    sales(&shop, "date,sku,quantity\n2026-11-01,MIE,5\n")
        .await
        .expect("imported");
    assert_eq!(
        shop.number("SELECT sum(imported) FROM daily_flows WHERE business_date = '2026-11-01'"),
        5
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM stock_movements"),
        0,
        "the past moves no stock"
    );
}

#[tokio::test]
async fn history_that_cannot_be_is_refused_by_line() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let file = "date,sku,quantity
2026-11-23,MIE,1
2026-11-24,MIE,1
1989-12-31,MIE,1
2026-02-30,MIE,1
01/02/2026,MIE,1
2026-11-01,TEH,1
2026-11-01,MIE,-1
2026-11-01,MIE,0.5
2026-11-01,MIE,2000000000
2026-11-01,MIE,
2026-11-01,MIE,banyak
2026-11-02,TEH,1
";
    let told = faults(sales(&shop, file).await);
    let wanted = [
        "line 3: date: 2026-11-24 is after today, 2026-11-23",
        "line 4: date: 1989-12-31 is before 1990-01-01",
        "line 5: date: \"2026-02-30\" is no date",
        "line 6: date: \"01/02/2026\" is no date",
        "line 7: sku: no product has the code \"TEH\"",
        "line 8: quantity: -1 is less than 0",
        "line 9: quantity: \"0.5\" must be a whole number",
        "line 10: quantity: \"2000000000\" is beyond the limit",
        "line 11: quantity: the cell is empty",
        "line 12: quantity: \"banyak\" is not a number",
    ];
    assert_eq!(told.len(), wanted.len(), "{told:#?}");
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.contains(wanted), "{told} is not {wanted}");
    }
    assert_eq!(shop.number("SELECT count(*) FROM daily_flows"), 0);
    let many: String = (0..100).map(|_| "2026-11-01,MIE,x\n").collect();
    let told = faults(sales(&shop, &format!("date,sku,quantity\n{many}")).await);
    assert_eq!(told.len(), 21);
    assert_eq!(told[20], "further: 80 more faults");
}

#[tokio::test]
async fn a_file_of_another_system_comes_in_by_naming_its_columns() {
    let shop = TestShop::start().await;
    let file = "store,item,date,qty\n292,826249,2017-01-02,1\n31,826249,2017-01-02,9\n292,826249,2017-01-02,2\n292,5978648,2017-02-11,4\n";
    let options = |create_missing, dry_run| ImportOptions {
        columns: "date=date,sku=item,quantity=qty".parse().expect("columns"),
        filters: vec!["store=292".parse().expect("a filter")],
        create_missing,
        dry_run,
    };
    let unknown = import(
        &shop,
        ImportKind::Sales,
        "toko.csv",
        file,
        options(false, false),
    )
    .await;
    assert_eq!(
        faults(unknown),
        [
            "toko.csv line 2: sku: no product has the code \"826249\"",
            "toko.csv line 5: sku: no product has the code \"5978648\"",
        ]
    );
    let trial = import(
        &shop,
        ImportKind::Sales,
        "toko.csv",
        file,
        options(true, true),
    )
    .await
    .expect("a report");
    assert!(trial.dry_run);
    assert_eq!(
        shop.told() + shop.number("SELECT count(*) FROM products"),
        0
    );
    let report = import(
        &shop,
        ImportKind::Sales,
        "toko.csv",
        file,
        options(true, false),
    )
    .await
    .expect("imported");
    assert_eq!(
        report,
        ImportReport {
            dry_run: false,
            ..trial
        }
    );
    assert_eq!(
        (
            report.rows,
            report.filtered_out,
            report.created,
            report.updated
        ),
        (3, 1, 2, 2)
    );
    let product = shop.get("/products/826249").await.expect(200);
    assert_eq!(
        (&product["name"], &product["unit"]),
        (&json!("826249"), &json!("pcs"))
    );
    assert_eq!(shop.number("SELECT sum(imported) FROM daily_flows"), 7);
    for wrong in ["date", "=a", "date=a,date=b", "date="] {
        assert!(
            wrong.parse::<kulakan::shop::import::Columns>().is_err(),
            "{wrong}"
        );
    }
    let mut wrong = options(true, false);
    wrong.columns = "sku=barang,jumlah=qty".parse().expect("columns");
    wrong.filters = vec!["toko=1".parse().expect("a filter")];
    let told = faults(import(&shop, ImportKind::Sales, "toko.csv", file, wrong).await).join(" | ");
    for wanted in [
        "no column \"barang\"",
        "\"jumlah\" is none of the columns",
        "no column \"toko\"",
        "\"quantity\" is missing",
    ] {
        assert!(told.contains(wanted), "{wanted} in {told}");
    }
}

#[tokio::test]
async fn an_opening_balance_is_lots_and_a_later_file_is_a_count() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    rice(&shop).await;
    define(&shop, json!({ "sku": "TEH", "name": "Teh", "price": 1 })).await;
    let file = "sku,quantity,expires,cost\nMIE,30,2027-03-01,2800\nMIE,10,2027-01-01,2800\nMIE,10,2027-01-01,\nBERAS,\"12,5\",,\nTEH,0,,\n";
    let report = stock(&shop, file).await.expect("imported");
    assert_eq!(
        (
            report.rows,
            report.products,
            report.updated,
            report.unchanged
        ),
        (5, 3, 2, 1)
    );
    let lots = shop.get("/stock/MIE").await.expect(200)["lots"].clone();
    assert_eq!(
        lots,
        json!([
            { "expires": "2027-01-01", "quantity": 20, "received_on": "2026-11-23" },
            { "expires": "2027-03-01", "quantity": 30, "received_on": "2026-11-23" },
        ])
    );
    let lots = shop.get("/stock/BERAS").await.expect(200)["lots"].clone();
    assert_eq!(
        lots,
        json!([{ "quantity": 12_500, "received_on": "2026-11-23" }])
    );
    assert_eq!(shop.get("/products/MIE").await.expect(200)["cost"], 2_800);
    let movements = shop.number("SELECT count(*) FROM stock_movements WHERE kind = 'count'");
    assert_eq!(movements, 3);
    assert_eq!(
        stock(&shop, file).await.expect("imported").updated,
        0,
        "the same count changes nothing"
    );
    // Without dates the product is counted as a whole: what is missing went first expired first.
    stock(&shop, "sku,quantity\nMIE,45\n")
        .await
        .expect("imported");
    let lots = shop.get("/stock/MIE").await.expect(200)["lots"].clone();
    assert_eq!(lots[0]["quantity"], 15);
    // With dates every lot is what the file says.
    stock(
        &shop,
        "sku,quantity,expires\nMIE,5,2027-03-01\nMIE,7,2028-01-01\n",
    )
    .await
    .expect("imported");
    let lots = shop.get("/stock/MIE").await.expect(200)["lots"].clone();
    assert_eq!(lots.as_array().map(Vec::len), Some(2), "{lots}");
    assert_eq!(
        (&lots[0]["quantity"], &lots[1]["quantity"]),
        (&json!(5), &json!(7))
    );
    let before = on_hand(&shop, "MIE").await;
    let told = faults(
        stock(
            &shop,
            "sku,quantity,expires\nMIE,1,\nMIE,1,besok\nKOPI,1,\nMIE,-1,\n",
        )
        .await,
    );
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(on_hand(&shop, "MIE").await, before);
    receive(&shop, "MIE", 1, None).await;
}
