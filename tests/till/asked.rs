//! A customer asks for what is not there, with the next one waiting: one tap or one key, and the sale goes on.

use super::{Counter, ENTER, F2, tap, type_keys, version};
use crate::browser::Browser;

const F7: &str = "\u{e037}";
const TAB: &str = "\u{e004}";

/// What was recorded, once the page says so.
async fn told(browser: &Browser, words: &str) {
    let script = "return document.getElementById('dicatat').textContent";
    loop {
        let shown = browser.script(script).await;
        if shown.as_str().unwrap_or_default().contains(words) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

fn missed(counter: &Counter, sku: &str) -> i64 {
    counter.number(&format!(
        "SELECT coalesce(sum(f.missed), 0) FROM daily_flows f JOIN products p ON p.id = f.product_id
         WHERE p.sku = '{sku}'"
    ))
}

async fn asked_for_in_vain(width: u32, height: u32) {
    let counter = Counter::open();
    let browser = counter.browser(width, height).await;
    tap(&browser, ".grid button[value='tambah:KOPI']").await;
    version(&browser, 2).await;

    browser.fill("#cari", "mi").await;
    browser.find("#hasil .hits.ready .gone").await;
    browser.screenshot(&format!("till-none-here-{width}")).await;
    assert!(!browser.overflows().await);
    // A double tap is one customer.
    browser.click("#hasil .miss button").await;
    browser.click("#hasil .miss button").await;
    told(&browser, "Dicatat, ada yang cari: Mi goreng").await;
    browser
        .screenshot(&format!("till-asked-told-{width}"))
        .await;
    assert!(!browser.overflows().await);
    assert_eq!(missed(&counter, "MIE"), 1);
    browser.click("#dicatat button").await;
    told(&browser, "Tidak jadi dicatat: Mi goreng").await;
    assert_eq!(missed(&counter, "MIE"), 0);

    // By keys alone: a key for what is marked, or the button beside it.
    type_keys(&browser, F2).await;
    type_keys(&browser, "teh").await;
    browser
        .find("#hasil .hits.ready button[value='tambah:TEH']")
        .await;
    type_keys(&browser, F7).await;
    told(&browser, "Dicatat, ada yang cari: Teh celup").await;
    assert_eq!(missed(&counter, "TEH"), 1);
    browser.fill("#cari", "gula").await;
    browser
        .find("#hasil .hits.ready button[value='tambah:GULA']")
        .await;
    browser
        .script("document.querySelector('#hasil .hits button').focus()")
        .await;
    type_keys(&browser, TAB).await;
    type_keys(&browser, ENTER).await;
    told(&browser, "Dicatat, ada yang cari: Gula").await;
    assert_eq!(missed(&counter, "GULA"), 1000);

    // What no product is.
    browser.fill("#cari", "kopi luwak asli").await;
    browser.find("#hasil form[action='/stok/dicari']").await;
    browser
        .screenshot(&format!("till-nothing-found-{width}"))
        .await;
    browser.click("#hasil .miss button").await;
    told(&browser, "ada yang cari: kopi luwak asli").await;
    assert_eq!(counter.number("SELECT count(*) FROM wishes"), 1);
    assert!(!browser.overflows().await);

    // The cart was never touched, and is paid as if nothing had been.
    assert_eq!(browser.text("#total").await, "Rp2.000");
    version(&browser, 2).await;
    browser.click(".pay > summary").await;
    browser.click("#pas").await;
    browser.find(".sold").await;
    assert_eq!(counter.number("SELECT sum(total) FROM sales"), 2_000);
    browser.goto(&format!("{}/stok/dicari", counter.base)).await;
    assert!(browser.text("main").await.contains("kopi luwak asli"));
    browser.screenshot(&format!("wishes-{width}")).await;
    assert!(!browser.overflows().await);
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    counter.doctor();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_for_in_vain_on_a_telephone() {
    asked_for_in_vain(360, 740).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_for_in_vain_at_a_desk() {
    asked_for_in_vain(1280, 800).await;
}
