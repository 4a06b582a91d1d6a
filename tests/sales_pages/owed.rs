//! Goods that were bought on credit and come back: the debt is less by them.

use serde_json::json;

use crate::harness::counter::{Counter, OWNERS_PIN};

const OWED: &str =
    "SELECT coalesce(sum(amount), 0) FROM customer_ledger WHERE customer_id = 'tini'";

async fn on_credit() -> Counter {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    let lines = json!([{ "sku": "MIE", "quantity": 4 }]);
    let payment = json!({ "method": "debt", "customer_id": "tini" });
    counter.sell("s1", lines, payment).await;
    counter
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_comes_off_the_debt_as_far_as_there_is_one() {
    let counter = on_credit().await;
    assert_eq!(counter.number(OWED), 14_000);
    let owner = counter.owner().await;
    let form = owner.get("/penjualan/s1/retur").await.expect(200);
    assert!(form.contains("value=\"cash\" checked"), "{form}");
    let back = |id, quantity, how| {
        [
            ("id", id),
            ("jumlah.1", quantity),
            ("alasan", "Salah barang"),
            ("uang", how),
        ]
    };
    let to = owner
        .post("/penjualan/s1/retur", &back("r1", "1", "debt"))
        .await
        .leads();
    assert_eq!(counter.number(OWED), 10_500);
    let shown = owner.get(&to).await.expect(200);
    assert!(
        shown.contains("Utang dikurangi") && shown.contains("Rp3.500"),
        "{shown}"
    );
    // Sent again, it is the same return.
    owner
        .post("/penjualan/s1/retur", &back("r1", "1", "debt"))
        .await
        .leads();
    assert_eq!(counter.number(OWED), 10_500);
    // With another quantity under the same identity it is not.
    owner
        .post("/penjualan/s1/retur", &back("r1", "2", "debt"))
        .await
        .expect(409);
    assert_eq!(counter.number(OWED), 10_500);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_owed_goes_back_in_money() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    let lines = json!([{ "sku": "MIE", "quantity": 1 }]);
    counter.sell("s1", lines, json!({ "method": "cash" })).await;
    let owner = counter.owner().await;
    let form = owner.get("/penjualan/s1/retur").await.expect(200);
    assert!(!form.contains("value=\"debt\""), "{form}");
    let fields = [
        ("id", "r1"),
        ("jumlah.1", "1"),
        ("alasan", "Salah barang"),
        ("uang", "debt"),
    ];
    let told = owner.post("/penjualan/s1/retur", &fields).await.expect(422);
    assert!(told.contains("Pilih tunai atau transfer"), "{told}");
    assert_eq!(counter.number("SELECT count(*) FROM returns"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_takes_the_whole_debt_off() {
    let counter = on_credit().await;
    let owner = counter.owner().await;
    owner
        .post("/penjualan/s1/batal", &[("alasan", "Salah ketik")])
        .await
        .leads();
    assert_eq!(counter.number(OWED), 0);
    let shown = owner.get("/penjualan/s1?baru=batal").await.expect(200);
    assert!(
        shown.contains("Tidak ada uang yang perlu diserahkan"),
        "{shown}"
    );
}
