//! The first page: how today goes and what wants a look.

use serde_json::json;

use super::counter::{Counter, PRODUCTS};

#[tokio::test]
async fn a_new_shop_is_led_to_its_first_sale() {
    let counter = Counter::start("", "").await;
    let page = counter.get("/").await.text;
    assert!(page.contains("href=\"/barang/baru\""), "{page}");
    counter.stop().await;

    let counter = Counter::start(PRODUCTS, "").await;
    let page = counter.get("/").await.text;
    assert!(!page.contains("href=\"/barang/baru\"") && page.contains("Mulai jualan"));
    counter
        .sell(json!({ "id": "s1", "lines": [{ "sku": "KOPI", "quantity": 3 }], "payment": { "method": "cash" } }))
        .await;
    let page = counter.get("/").await.text;
    assert!(!page.contains("Mulai jualan"), "{page}");
    // Three at 2000 that cost 1500.
    assert!(
        page.contains("Rp6.000") && page.contains("Rp1.500"),
        "{page}"
    );
    // Salt whose cost nobody entered would be all profit.
    let told = "belum ada harga modalnya: 1";
    assert!(!page.contains(told), "{page}");
    counter
        .sell(json!({ "id": "s2", "lines": [{ "sku": "GARAM", "quantity": 2 }], "payment": { "method": "cash" } }))
        .await;
    let page = counter.get("/").await.text;
    assert!(page.contains(told), "{page}");
    let report = counter.get("/laporan").await.text;
    assert!(report.contains("tanpa harga modal"), "{report}");
    counter.stop().await;
}

#[tokio::test]
async fn it_tells_what_runs_out_expires_comes_and_is_owed() {
    let counter = Counter::with_history().await;
    let lines = json!([
        { "sku": "KOPI", "quantity": 500, "expires": "2026-11-25" },
        { "sku": "BERAS", "quantity": 300 },
    ]);
    let (status, answer) = counter
        .api
        .post("/stock/receipts", &json!({ "id": "r1", "lines": lines }))
        .await;
    assert!((200..300).contains(&status), "{answer}");
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    let page = counter.get("/").await.text;
    // Salt alone is out; the coffee's date is near; the total is that of the list.
    let low = page.split("Stok menipis").nth(1).unwrap();
    assert!(
        low.contains("Garam") && !low.contains("Beras pulen"),
        "{low}"
    );
    assert!(page.contains("Segera kedaluwarsa") && page.contains("Rabu, 25 Nov 2026"));
    assert!(page.contains(&plan.total_cost.to_string()), "{page}");
    assert!(page.contains("Belum tersambung ke distributor"));
    assert!(page.contains("Belum ada cadangan"), "{page}");

    // What a customer owes shows up once it is due.
    assert!(!page.contains("Kasbon jatuh tempo"));
    counter
        .sell(
            json!({ "id": "s1", "lines": [{ "sku": "BERAS", "quantity": 1 }],
                      "payment": { "method": "debt", "customer_id": "bu-tini" } }),
        )
        .await;
    counter.folder.set("2027-01-30T05:00:00Z");
    let page = counter.get("/").await.text;
    assert!(
        page.contains("Kasbon jatuh tempo") && page.contains("Rp13.000"),
        "{page}"
    );
    assert!(page.contains("sudah lewat"), "{page}");
    counter.stop().await;
}

#[tokio::test]
async fn a_cashier_sees_no_money_of_the_owners() {
    let counter = Counter::with_history().await;
    counter.shop.plan_and_save(None).await.unwrap();
    counter
        .sell(json!({ "id": "s1", "lines": [{ "sku": "KOPI", "quantity": 3 }], "payment": { "method": "cash" } }))
        .await;
    let owners = counter.get("/").await.text;
    assert!(
        owners.contains("Omzet") && owners.contains("Rp6.000"),
        "{owners}"
    );
    counter.shop.set_owner_pin("", "4711").await.unwrap();
    let id = counter
        .shop
        .add_cashier("Ani", "1357")
        .await
        .unwrap()
        .to_string();
    counter.log_in(&[("who", &id), ("pin", "1357")]).await;
    let page = counter.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Struk") && page.text.contains("href=\"/kasir\""));
    for hidden in ["Omzet", "Laba", "Rp", "/saran", "/laporan"] {
        assert!(!page.text.contains(hidden), "{hidden}: {}", page.text);
    }
    for path in [
        "/saran",
        "/saran/belanja",
        "/saran/kenapa/KOPI",
        "/saran/unduh/saran.csv",
        "/laporan",
        "/laporan/barang",
        "/laporan/stok",
        "/laporan/ramalan",
        "/laporan/unduh/per-hari.csv",
    ] {
        let answer = counter.get(path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.text.contains("Rp"), "{path}: {}", answer.text);
    }
    let form = [("saran", "x"), ("sku", "KOPI"), ("jumlah", "1")];
    for path in ["/saran/jumlah", "/saran/beli", "/saran/anggaran", "/hitung"] {
        assert_eq!(counter.send(path, &form).await.0, 403, "{path}");
    }
    counter.stop().await;
}
