//! Customers who buy here no longer, and those who change their names.

use reqwest::Method;
use serde_json::json;

use crate::day::desk::Desk;
use crate::harness::counter::{Counter, OWNERS_PIN};

async fn added(desk: &Desk) {
    let customer = json!({ "id": "sri", "name": "Bu Sri", "phone": "0812 3456 7890" });
    assert_eq!(desk.api.post("/customers", &customer).await.0, 201);
}

/// Where the name of a customer is offered.
const OFFERED: [&str; 3] = ["/kasbon?semua=1", "/kasbon?q=sri", "/kasir/pelanggan?q=sri"];

#[tokio::test(flavor = "multi_thread")]
async fn whoever_owes_nothing_is_put_away_and_can_come_back() {
    let desk = Desk::open().await;
    added(&desk).await;
    let debt = json!({ "method": "debt", "customer_id": "sri" });
    desk.sell("s1", &[("GULA", 2)], debt.clone()).await;
    let page = desk.get("/kasbon/sri").await;
    assert!(!page.html.contains("/kasbon/sri/simpan"), "{}", page.html);
    let refused = desk.post("/kasbon/sri/simpan", &[]).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text().contains("harus lunas dulu"),
        "{}",
        refused.text()
    );

    let page = desk.get("/kasbon/sri").await;
    let id = page.hidden("/kasbon/sri/bayar", "id");
    let paid = [("id", &*id), ("method", "cash"), ("all", "36.500")];
    Desk::taken(&desk.post("/kasbon/sri/bayar", &paid).await, "/kasbon/sri");
    for path in OFFERED {
        assert!(desk.get(path).await.text().contains("Bu Sri"), "{path}");
    }
    for _ in 0..2 {
        Desk::taken(&desk.post("/kasbon/sri/simpan", &[]).await, "/kasbon/sri");
    }
    for path in OFFERED {
        assert!(!desk.get(path).await.text().contains("Bu Sri"), "{path}");
    }
    // The history stays, and there is a way back.
    let page = desk.get("/kasbon/sri").await;
    assert!(page.text().contains("Pelanggan lama"), "{}", page.text());
    assert!(page.text().contains("36.500"), "{}", page.text());
    assert!(desk.get("/kasbon?lama=1").await.text().contains("Bu Sri"));
    let sale = json!({ "id": "s2", "lines": [{ "sku": "MIE", "quantity": 1 }], "payment": debt });
    assert_eq!(desk.api.post("/sales", &sale).await.0, 422);
    // Another telephone number alone does not bring anybody back.
    let form = [("name", "Bu Sri"), ("phone", "0812 0000 0000")];
    Desk::taken(&desk.post("/kasbon/sri/ubah", &form).await, "/kasbon/sri");
    assert!(!desk.get("/kasbon?semua=1").await.text().contains("Bu Sri"));

    for _ in 0..2 {
        Desk::taken(&desk.post("/kasbon/sri/kembali", &[]).await, "/kasbon/sri");
    }
    for path in OFFERED {
        assert!(desk.get(path).await.text().contains("Bu Sri"), "{path}");
    }
    assert_eq!(desk.api.post("/sales", &sale).await.0, 201);
    let entries = |action: &str| {
        let sql = format!("SELECT count(*) FROM audit WHERE action = '{action}'");
        desk.number(&sql)
    };
    assert_eq!(
        (
            entries("customer.retired"),
            entries("customer.brought_back")
        ),
        (1, 1)
    );
    let log = desk.get("/catatan").await.text();
    assert!(
        log.contains("Pelanggan tidak dipakai lagi") && log.contains("Pelanggan dipakai lagi"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_keeps_what_was_bought_under_the_old() {
    let desk = Desk::open().await;
    added(&desk).await;
    let debt = json!({ "method": "debt", "customer_id": "sri" });
    desk.sell("s1", &[("GULA", 2)], debt).await;
    let form = [("name", "Bu Sri RT 3"), ("phone", "0812 3456 7890")];
    Desk::taken(&desk.post("/kasbon/sri/ubah", &form).await, "/kasbon/sri");
    let page = desk.get("/kasbon/sri").await;
    assert!(
        page.text().contains("Bu Sri RT 3") && page.text().contains("Rp36.500"),
        "{}",
        page.text()
    );
    let receipt = desk.get("/penjualan/s1").await.text();
    assert!(receipt.contains("Bu Sri RT 3"), "{receipt}");
    let log = desk.get("/catatan").await.text();
    assert!(
        log.contains("Data pelanggan diubah") && log.contains("Bu Sri RT 3"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_puts_nobody_away() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let customer = json!({ "id": "sri", "name": "Bu Sri" });
    counter
        .api(Method::POST, "/customers", Some(&customer))
        .await;
    let (_, ani) = counter.cashier("Ani", "2580").await;
    let page = ani.get("/kasbon/sri").await.expect(200);
    assert!(!page.contains("/simpan"), "{page}");
    ani.post("/kasbon/sri/simpan", &[]).await.expect(403);
    let retired = "SELECT count(*) FROM customers WHERE retired_at_utc IS NOT NULL";
    assert_eq!(counter.number(retired), 0);
}
