//! What is taken out: products that come in again as they were, and no cell that a spreadsheet would reckon.

use kulakan::shop::export::{Days, ExportKind};
use kulakan::shop::import::{ImportKind, ImportOptions, ImportReport};
use kulakan::shop::products::{NewProduct, NewUnit, PriceTier};
use kulakan::table::FileKind;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::harness::counter::Counter;
use crate::harness::program::{done, json as printed, refused, run_on};

/// Names that a spreadsheet, a CSV reader or a page might take for something else.
fn words() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "=1+1",
        "+62",
        "-5",
        "@jumlah",
        "'=SUM(A1)",
        "''@x",
        "'kutip",
        "a;b,c",
        "\"dua\"",
        "Mi <b>",
        "é",
        "1e5",
        "0012",
        "ya",
        "= ",
        "-",
    ]);
    prop_oneof![odd.prop_map(str::to_owned), "[a-zA-Z0-9 ='@+-]{1,12}"]
        .prop_filter("not blank", |text| !text.trim().is_empty())
}

fn unit(name: String) -> impl Strategy<Value = NewUnit> {
    let tiers = prop::collection::btree_map(2..500_i64, 0..90_000_i64, 0..3);
    (1..5_000_i64, 0..5_000_000_i64, tiers).prop_map(move |(factor, price, tiers)| NewUnit {
        name: name.clone(),
        factor: Some(factor),
        price,
        barcodes: Vec::new(),
        tiers: tiers
            .into_iter()
            .map(|(from, price)| PriceTier { from, price })
            .collect(),
    })
}

fn product() -> impl Strategy<Value = NewProduct> {
    let main = prop::sample::select(vec!["pcs", "kg", "liter", "ons", "dus", "=pak"]);
    let units = prop::sample::subsequence(vec!["renceng", "karton", "bal", "'@peti"], 0..4);
    let units = units.prop_flat_map(|names| {
        let units: Vec<_> = names
            .into_iter()
            .map(|name| unit(name.to_owned()))
            .collect();
        units
    });
    let labels = (
        words(),
        prop::option::of(words()),
        prop::option::of(words()),
    );
    let figures = (
        0..900_000_i64,
        prop::option::of(1..36_500_u32),
        prop::option::of(1..9_i64),
        any::<[bool; 4]>(),
    );
    (
        labels,
        main,
        unit(String::new()),
        units,
        figures,
        any::<prop::sample::Index>(),
    )
        .prop_map(
            |(
                (name, category, supplier),
                main,
                first,
                others,
                (cost, days, place, flags),
                order,
            )| {
                let first = NewUnit {
                    name: main.to_owned(),
                    // Half of them count as their name says.
                    factor: first
                        .factor
                        .filter(|_| flags[0] && !matches!(main, "kg" | "liter" | "ons")),
                    ..first
                };
                let mut units = vec![first];
                units.extend(others);
                let order = units[order.index(units.len())].name.clone();
                NewProduct {
                    name,
                    category,
                    supplier,
                    unit: Some(main.to_owned()),
                    units,
                    order_unit: Some(order),
                    cost: Some(cost),
                    shelf_life_days: days,
                    favourite: place,
                    consignment: Some(flags[1]),
                    active: Some(flags[2]),
                    open_price: Some(flags[3]),
                    ..NewProduct::default()
                }
            },
        )
}

async fn import(counter: &Counter, name: &str, content: &[u8]) -> ImportReport {
    let path = counter.folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let options = ImportOptions::default();
    let done = counter
        .shop
        .import(ImportKind::Products, &path, options, &mut |_| {})
        .await;
    done.unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(content)))
}

#[test]
fn exported_products_come_in_again_as_they_were() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    let everything = Days::of(None, None).unwrap();
    TestRunner::new(config)
        .run(&prop::collection::vec(product(), 1..12), |products| {
            runtime.block_on(async {
                let counter = Counter::start(None).await;
                for (index, mut new) in products.into_iter().enumerate() {
                    new.sku = [format!("B-{index}"), format!("={index}")][index % 2].clone();
                    for (place, unit) in new.units.iter_mut().enumerate() {
                        unit.barcodes =
                            vec![format!("+{index}.{place}"), format!("K{index}.{place}")];
                    }
                    counter.shop.define_product(new).await.unwrap();
                }
                let sheet = counter
                    .shop
                    .export(ExportKind::Products, everything)
                    .await
                    .unwrap();
                for (format, name) in [(FileKind::BareCsv, "a.csv"), (FileKind::Xlsx, "a.xlsx")] {
                    let file = sheet.file(format).unwrap();
                    let here = import(&counter, name, &file).await;
                    let unchanged = ImportReport {
                        rows: sheet.rows.len() as u64,
                        unchanged: sheet.rows.len() as u64,
                        products: sheet.rows.len() as u64,
                        ..ImportReport::default()
                    };
                    assert_eq!(here, unchanged, "{}", String::from_utf8_lossy(&file));
                    let elsewhere = Counter::start(None).await;
                    import(&elsewhere, name, &file).await;
                    let again = elsewhere
                        .shop
                        .export(ExportKind::Products, everything)
                        .await
                        .unwrap();
                    assert_eq!(again, sheet);
                }
            });
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn the_page_sends_files_in_which_nothing_is_a_formula() {
    let counter = Counter::start(None).await;
    counter
        .product("MIE", "=HYPERLINK(\"http://x\")", 3_500, 3_000)
        .await;
    let owner = counter.visitor();
    let seen = owner.get("/barang/ekspor.csv").await;
    assert_eq!(
        seen.headers["content-disposition"],
        "attachment; filename=\"barang.csv\""
    );
    let text = seen.expect(200);
    assert!(
        text.contains("MIE,\"'=HYPERLINK(\"\"http://x\"\")\",bungkus,3500,3000"),
        "{text}"
    );
    let seen = owner.get("/barang/ekspor.xlsx").await;
    assert_eq!(seen.status, 200);
    assert_eq!(
        seen.headers["content-disposition"],
        "attachment; filename=\"barang.xlsx\""
    );
}

#[tokio::test]
async fn the_command_takes_out_sales_stock_and_movements() {
    let counter = Counter::start(None).await;
    let rice =
        json!({ "sku": "BERAS", "name": "+Beras", "unit": "kg", "price": 14_000, "cost": 13_000 });
    counter
        .api(reqwest::Method::POST, "/products", Some(&rice))
        .await;
    let lots = json!({ "id": "r1", "lines": [{ "sku": "BERAS", "quantity": 20, "expires": "2027-01-31" }] });
    counter
        .api(reqwest::Method::POST, "/stock/receipts", Some(&lots))
        .await;
    counter
        .sell(
            "s1",
            json!([{ "sku": "BERAS", "quantity": 1.5 }]),
            json!({ "method": "cash" }),
        )
        .await;
    counter.at("2026-11-25T03:00:00Z");
    counter
        .sell(
            "s2",
            json!([{ "sku": "BERAS", "quantity": 2 }]),
            json!({ "method": "qris" }),
        )
        .await;
    let folder = counter.folder.path();
    let csv = done(&run_on(folder, &["shop", "export", "sales"]));
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[1],
        "2026-11-23,09:00:00,1,s1,BERAS,'+Beras,1.5,kg,14000,0,21000,19500,cash,0,sale"
    );
    assert_eq!(lines.len(), 3);
    let csv = done(&run_on(
        folder,
        &["shop", "export", "sales", "--from", "2026-11-24"],
    ));
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let csv = done(&run_on(
        folder,
        &["shop", "export", "sales", "--to", "2026-11-24"],
    ));
    assert!(csv.contains("s1") && !csv.contains("s2"), "{csv}");
    let csv = done(&run_on(folder, &["shop", "export", "stock"]));
    assert!(
        csv.contains("BERAS,16.5,2027-01-31,13000,'+Beras,kg"),
        "{csv}"
    );
    let rows = printed(&run_on(folder, &["shop", "export", "movements", "--json"]));
    assert_eq!(rows["rows"].as_array().map(Vec::len), Some(3), "{rows}");
    assert_eq!(rows["rows"][1][4], "-1.5");
    let file = folder.join("jual.xlsx");
    let told = done(&run_on(
        folder,
        &[
            "shop",
            "export",
            "sales",
            "--format",
            "xlsx",
            "--out",
            file.to_str().unwrap(),
        ],
    ));
    assert!(told.starts_with("2 rows written to"), "{told}");
    assert!(std::fs::read(&file).unwrap().starts_with(b"PK"));
    let told = refused(
        &run_on(
            folder,
            &[
                "shop",
                "export",
                "sales",
                "--from",
                "2026-11-24",
                "--to",
                "2026-11-01",
            ],
        ),
        2,
    );
    assert!(told.contains("--to"), "{told}");
    let csv = done(&run_on(folder, &["shop", "export", "plan"]));
    assert!(
        csv.starts_with("date,sku,name,quantity,unit,packs"),
        "{csv}"
    );
}
