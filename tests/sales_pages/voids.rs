//! Taking all of a receipt back: once, with a reason, by the owner's word.

use serde_json::json;

use crate::harness::counter::{Counter, OWNERS_PIN};

async fn sold() -> Counter {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    let lines = json!([{ "sku": "MIE", "quantity": 2 }]);
    counter.sell("s1", lines, json!({ "method": "cash" })).await;
    counter
}

const VOIDS: &str = "SELECT count(*) FROM voids";

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_voided_once_and_stays_the_same_receipt() {
    let counter = sold().await;
    let owner = counter.owner().await;
    let without = owner.post("/penjualan/s1/batal", &[]).await.expect(422);
    assert!(without.contains("Pilih atau tulis alasannya."), "{without}");
    assert_eq!(counter.number(VOIDS), 0);

    let fields = [("alasan", "Salah ketik"), ("alasan_lain", "")];
    for _ in 0..2 {
        let to = owner.post("/penjualan/s1/batal", &fields).await.leads();
        assert_eq!(to, "/penjualan/s1?baru=batal");
    }
    assert_eq!(counter.number(VOIDS), 1);
    let shown = owner.get("/penjualan/s1?baru=batal").await.expect(200);
    for told in [
        "Struk #1",
        "Dibatalkan",
        "Salah ketik",
        "Pemilik",
        "Rp7.000 Tunai",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!shown.contains("/penjualan/s1/batal\""), "{shown}");
    let log = owner.get("/catatan?apa=sale.voided").await.expect(200);
    assert!(
        log.contains("Struk dibatalkan") && log.contains("Struk #1 · Rp7.000 · Salah ketik"),
        "{log}"
    );
    assert!(log.contains("Catatan utuh"), "{log}");

    // For another reason, or as a return, it is too late.
    let other = [("alasan", "Salah barang")];
    owner.post("/penjualan/s1/batal", &other).await.expect(409);
    let late = [("id", "r1"), ("jumlah.1", "1"), ("alasan", "Salah barang")];
    owner.post("/penjualan/s1/retur", &late).await.expect(409);
    assert_eq!(counter.number("SELECT count(*) FROM returns"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_needs_the_owners_pin_for_it() {
    let counter = sold().await;
    let (_, siti) = counter.cashier("Siti", "2468").await;
    let form = siti.get("/penjualan/s1/batal").await.expect(200);
    assert!(form.contains("PIN pemilik"), "{form}");
    let with = |pin| [("alasan", "Salah ketik"), ("pin", pin)];
    siti.post("/penjualan/s1/batal", &with(""))
        .await
        .expect(422);
    // Her own does not do.
    siti.post("/penjualan/s1/batal", &with("2468"))
        .await
        .expect(401);
    let returned = [
        ("id", "r1"),
        ("jumlah.1", "1"),
        ("alasan", "Salah barang"),
        ("pin", "0000"),
    ];
    siti.post("/penjualan/s1/retur", &returned)
        .await
        .expect(401);
    assert_eq!(counter.number(VOIDS), 0);
    assert_eq!(counter.number("SELECT count(*) FROM returns"), 0);
    siti.post("/penjualan/s1/batal", &with(OWNERS_PIN))
        .await
        .leads();
    assert_eq!(counter.number(VOIDS), 1);
    let by = "SELECT count(*) FROM audit WHERE action = 'sale.voided' AND actor = 'Siti'";
    assert_eq!(counter.number(by), 1);
    assert_eq!(
        counter.number("SELECT count(*) FROM audit WHERE detail LIKE '%4711%'"),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_for_it_count_as_attempts_at_the_owners() {
    let counter = sold().await;
    let (_, siti) = counter.cashier("Siti", "2468").await;
    let with = |pin| [("alasan", "Salah ketik"), ("pin", pin)];
    for _ in 0..4 {
        siti.post("/penjualan/s1/batal", &with("0000"))
            .await
            .expect(401);
    }
    let told = siti
        .post("/penjualan/s1/batal", &with(OWNERS_PIN))
        .await
        .expect(429);
    assert!(told.contains("Coba lagi pukul 09.00.30"), "{told}");
    assert_eq!(counter.number(VOIDS), 0);
    counter.at("2026-11-23T02:00:31Z");
    siti.post("/penjualan/s1/batal", &with(OWNERS_PIN))
        .await
        .leads();
}
