//! A page that nobody uses locks itself, at the daemon and in the browser.

use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::harness::counter::{Counter, OWNERS_PIN};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_ten_minutes_without_use() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    counter.at("2026-11-23T02:09:59Z");
    owner.get("/stok").await.expect(200);
    counter.at("2026-11-23T02:19:58Z");
    owner.get("/stok").await.expect(200);
    counter.at("2026-11-23T02:29:58Z");
    assert_eq!(
        owner.get("/stok?q=teh").await.leads(),
        "/masuk?lanjut=/stok%3Fq%3Dteh"
    );
    // A clock that is set back does not bring it back.
    counter.at("2026-11-23T02:20:00Z");
    owner.get("/stok").await.leads();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_lies_open_keeps_nobodys_session_alive() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    let script = |method: Method| {
        let request = reqwest::Client::new().request(method, format!("{}/sesi", owner.url));
        owner.send(request.header("accept", "application/json"))
    };
    counter.at("2026-11-23T02:09:00Z");
    let left: Value = serde_json::from_str(&script(Method::GET).await.expect(200)).unwrap();
    assert_eq!(left, json!({ "left_seconds": 60 }));
    counter.at("2026-11-23T02:09:30Z");
    let left: Value = serde_json::from_str(&script(Method::GET).await.expect(200)).unwrap();
    assert_eq!(left["left_seconds"], 30);
    // Somebody types a long receipt.
    script(Method::POST).await.expect(204);
    counter.at("2026-11-23T02:19:00Z");
    let left: Value = serde_json::from_str(&script(Method::GET).await.expect(200)).unwrap();
    assert_eq!(left["left_seconds"], 30);
    counter.at("2026-11-23T02:19:30Z");
    let over: Value = serde_json::from_str(&script(Method::GET).await.expect(401)).unwrap();
    assert_eq!(over["type"], "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_says_after_how_long() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    let set = |minutes| [("pembulatan", "500"), ("kunci", minutes)];
    for wrong in ["0", "241", "", "x", "-1"] {
        let page = owner.post("/pengaturan", &set(wrong)).await.expect(422);
        assert!(page.contains("Isi 1 sampai 240 menit"), "{wrong}: {page}");
    }
    assert_eq!(counter.shop.cash_rounding().await.unwrap(), 0);
    owner.post("/pengaturan", &set("3")).await.leads();
    assert_eq!(counter.shop.cash_rounding().await.unwrap(), 500);
    let shown = owner.get("/pengaturan").await.expect(200);
    assert!(
        shown.contains("data-lock=\"180\"") && shown.contains("value=\"3\""),
        "{shown}"
    );
    counter.at("2026-11-23T02:03:00Z");
    owner.get("/stok").await.leads();
    let changed = "SELECT count(*) FROM audit WHERE action = 'setting.changed'";
    assert_eq!(counter.number(changed), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_of_a_page_that_never_locks_ends_with_the_first_pin() {
    let counter = Counter::start(None).await;
    counter.shop.set_lock_minutes(0).await.unwrap();
    counter.shop.set_owner_pin("", OWNERS_PIN).await.unwrap();
    assert_eq!(counter.shop.door().await.unwrap().lock_minutes, 10);
    assert!(counter.shop.set_lock_minutes(0).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_goes_to_the_pin_by_itself_and_comes_back() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.cashier("Siti", "2468").await;
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/penjualan", counter.url)).await;
    assert_eq!(browser.text("h1").await, "Masuk");
    assert!(!browser.overflows().await);
    browser.screenshot("people-log-in-360").await;
    browser.click("input[value=pemilik]").await;
    browser.fill("#pin", "0000").await;
    browser.click("main button").await;
    browser.find("#pin-error").await;
    browser.screenshot("people-log-in-wrong-360").await;
    browser.fill("#pin", OWNERS_PIN).await;
    browser.click("main button").await;
    browser.find("#hari").await;
    assert_eq!(browser.errors().await.len(), 1, "the wrong PIN alone");

    // Ten minutes later, by both clocks; the page finds out by itself.
    counter.at("2026-11-23T02:10:00Z");
    let later = "const now = Date.now.bind(Date); Date.now = () => now() + 600000;";
    browser.script(later).await;
    browser.find("#pin").await;
    let path = browser
        .script("return location.pathname + location.search")
        .await;
    assert_eq!(path, "/masuk?lanjut=%2Fpenjualan");
    browser.fill("#pin", OWNERS_PIN).await;
    browser.click("main button").await;
    browser.find("#hari").await;
    browser.close().await;
}
