//! A product that runs out though no order of it would be right: both lists of suggestions name it, with the reason.

use std::path::Path;

use crate::harness::program::{done, run_on};
use crate::harness::shop::TestShop;

fn kulakan(folder: &Path, arguments: &[&str]) -> String {
    done(&run_on(folder, arguments))
}

#[tokio::test]
async fn what_runs_out_and_must_not_be_bought_is_named() {
    let shop = TestShop::start().await;
    let sales: String = (1..=20)
        .map(|day| format!("2026-11-{day:02},ROTI,5\n"))
        .collect();
    // Five days sell 25 of it, and nobody sends fewer than 30.
    let products = "sku,name,unit,price,cost,shelf_life_days,minimum_order\nROTI,Roti tawar,pcs,15000,12000,5,30\n";
    let products = shop.file("products.csv", products);
    let sales = shop.file("sales.csv", format!("date,sku,quantity\n{sales}"));
    let folder = products.parent().expect("a folder");
    for (kind, file) in [("products", &products), ("sales", &sales)] {
        let file = file.to_str().expect("a path");
        kulakan(folder, &["shop", "import", kind, file]);
    }
    let reason = "jangan beli dulu";
    let table = kulakan(folder, &["shop", "plan", "--date", "2026-11-21"]);
    assert!(
        table
            .lines()
            .any(|line| line.starts_with("Roti tawar: ") && line.contains(reason)),
        "{table}"
    );
    let asked = serde_json::json!({ "date": "2026-11-21", "save": true });
    let plan = shop.post("/plans", &asked).await.expect(201);
    assert_eq!(plan["lines"][0]["quantity"], 0);
    let page = shop.get("/../../saran").await.text;
    assert!(
        page.contains("Roti tawar") && page.contains(reason),
        "{page}"
    );
}
