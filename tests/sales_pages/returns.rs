//! Goods that come back: lots, demand, money, and what is refused.

use kulakan::config::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};

/// A shop with milk in two lots of 3 and 10, and a sale of 5 that took from both.
async fn milk_sold() -> (Counter, Visitor) {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("SUSU", "Susu kotak", 7_000, 5_500).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    for (quantity, expires) in [(3, "2026-11-30"), (10, "2026-12-31")] {
        let lines = json!([{ "sku": "SUSU", "quantity": quantity, "expires": expires }]);
        let body = json!({ "lines": lines });
        counter
            .api(Method::POST, "/stock/receipts", Some(&body))
            .await;
    }
    let lines = json!([{ "sku": "SUSU", "quantity": 5 }, { "sku": "MIE", "quantity": 2 }]);
    counter.sell("s1", lines, json!({ "method": "cash" })).await;
    let owner = counter.owner().await;
    (counter, owner)
}

/// On hand by date, as the API tells it.
async fn lots(counter: &Counter, sku: &str) -> Vec<(String, i64)> {
    let stock = counter
        .api(Method::GET, &format!("/stock/{sku}"), None)
        .await;
    let lots = stock["lots"].as_array().unwrap();
    let told = |lot: &Value| {
        let expires = lot["expires"].as_str().unwrap_or("").to_owned();
        (expires, lot["quantity"].as_i64().unwrap())
    };
    lots.iter().map(told).collect()
}

async fn healthy(counter: &Counter) {
    let config = Config::for_folder(counter.folder.path()).unwrap();
    let report = kulakan::shop::doctor::examine(&config).await.unwrap();
    for name in ["stock", "flows", "replay", "chain", "receipts", "audit"] {
        assert!(report.passed(name), "{name}: {report:?}");
    }
}

fn sold_on(counter: &Counter, sku: &str, date: &str) -> i64 {
    counter.number(&format!(
        "SELECT f.sold FROM daily_flows f JOIN products p ON p.id = f.product_id
         WHERE p.sku = '{sku}' AND f.business_date = '{date}'"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_go_back_to_their_lots_and_the_demand_of_their_day_is_less() {
    let (counter, owner) = milk_sold().await;
    counter.at("2026-11-25T02:00:00Z");
    // Two days without use have ended the session.
    let owner = if owner.get("/penjualan/s1").await.status == 303 {
        counter.owner().await
    } else {
        panic!("the session goes on");
    };
    let form = owner.get("/penjualan/s1/retur").await.expect(200);
    assert!(form.contains("Susu kotak"), "{form}");
    let fields = [
        ("id", "r1"),
        ("jumlah.1", "4"),
        ("alasan", "Barang rusak"),
        ("uang", "cash"),
    ];
    let to = owner.post("/penjualan/s1/retur", &fields).await.leads();
    assert_eq!(to, "/penjualan/s1?baru=r1");
    let shown = owner.get(&to).await.expect(200);
    assert!(shown.contains("Rp28.000"), "{shown}");
    assert!(shown.contains("4 bungkus Susu kotak"), "{shown}");

    // Three of the first date and one of the second: nothing is believed fresher than it may be.
    let dates = [("2026-11-30".to_owned(), 3), ("2026-12-31".to_owned(), 9)];
    assert_eq!(lots(&counter, "SUSU").await, dates);
    assert_eq!(sold_on(&counter, "SUSU", "2026-11-23"), 1);

    // Sent once more, by a second tap or a reload.
    let to = owner.post("/penjualan/s1/retur", &fields).await.leads();
    assert_eq!(to, "/penjualan/s1?baru=r1");
    assert_eq!(counter.number("SELECT count(*) FROM returns"), 1);
    assert_eq!(sold_on(&counter, "SUSU", "2026-11-23"), 1);

    // One is left with the customer.
    let fields = [
        ("id", "r2"),
        ("jumlah.1", "2"),
        ("alasan", "Barang rusak"),
        ("uang", "cash"),
    ];
    let refused = owner.post("/penjualan/s1/retur", &fields).await.expect(422);
    assert!(
        refused.contains("Tidak bisa lebih dari 1 bungkus"),
        "{refused}"
    );
    assert_eq!(counter.number("SELECT count(*) FROM returns"), 1);
    healthy(&counter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_spoiled_leaves_again_as_waste() {
    let (counter, owner) = milk_sold().await;
    let fields = [
        ("id", "r1"),
        ("jumlah.1", "2"),
        ("rusak.1", "ya"),
        ("alasan_lain", "Basi"),
        ("uang", "cash"),
    ];
    owner.post("/penjualan/s1/retur", &fields).await.leads();
    assert_eq!(lots(&counter, "SUSU").await, [("2026-12-31".to_owned(), 8)]);
    assert_eq!(sold_on(&counter, "SUSU", "2026-11-23"), 3);
    let wasted =
        "SELECT -sum(quantity) FROM stock_movements WHERE kind = 'adjustment' AND reason = 'waste'";
    assert_eq!(counter.number(wasted), 2);
    let told = "SELECT count(*) FROM events WHERE kind IN ('sale.returned', 'stock.adjusted')";
    assert_eq!(counter.number(told), 2);
    healthy(&counter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_sale_comes_back_all_of_it_is_what_was_paid() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_333, 3_000).await;
    counter.product("TEH", "Teh celup", 7_777, 6_300).await;
    counter.shop.set_cash_rounding(500).await.unwrap();
    let lines = json!([
        { "sku": "MIE", "quantity": 3, "discount": 1_000 }, { "sku": "TEH", "quantity": 1 },
    ]);
    let receipt = counter.sell("s1", lines, json!({ "method": "cash" })).await;
    let owner = counter.owner().await;
    let amount = "SELECT coalesce(sum(amount), 0) FROM returns";
    let mut before = 0;
    for (id, line) in [("r1", "jumlah.1"), ("r2", "jumlah.1"), ("r3", "jumlah.2")] {
        let fields = [
            ("id", id),
            (line, "1"),
            ("alasan", "Salah barang"),
            ("uang", "cash"),
        ];
        owner.post("/penjualan/s1/retur", &fields).await.leads();
        let now = counter.number(amount);
        assert_eq!((now - before) % 500, 0, "{id}: {before} then {now}");
        before = now;
    }
    let last = [
        ("id", "r4"),
        ("jumlah.1", "1"),
        ("alasan", "Salah barang"),
        ("uang", "cash"),
    ];
    owner.post("/penjualan/s1/retur", &last).await.leads();
    assert_eq!(counter.number(amount), receipt["total"].as_i64().unwrap());
    healthy(&counter).await;
}
