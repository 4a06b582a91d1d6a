//! A stockroom in a real browser, on a phone and on a desk: receive, count while selling, waste, goods of others.

use std::time::{Duration, Instant};

use super::{on_hand, sell};
use crate::browser::Browser;
use crate::harness::counter::Counter;
use reqwest::Method;
use serde_json::json;

const ENTER: &str = "\u{e007}";

/// Waits until what a script returns is so.
pub async fn until(browser: &Browser, script: &str, wanted: &str) {
    let started = Instant::now();
    loop {
        let is = browser.script(script).await;
        if is == json!(wanted) {
            return;
        }
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{script} stays at {is}"
        );
        tokio::task::yield_now().await;
    }
}

/// What a scanner does: it types fast, wherever the cursor is, and ends with Enter.
async fn scan(browser: &Browser, code: &str) {
    let typed = format!(
        "const at = document.activeElement;
         for (const key of [...'{code}', 'Enter']) {{
           const event = new KeyboardEvent('keydown', {{ key, bubbles: true, cancelable: true }});
           if (at.dispatchEvent(event) && key !== 'Enter' && at.value !== undefined) at.value += key;
         }}"
    );
    browser.script(&typed).await;
}

async fn picture(browser: &Browser, name: &str, width: u32) {
    assert!(!browser.overflows().await, "{name} at {width}");
    browser
        .screenshot(&format!("stockroom-{name}-{width}"))
        .await;
}

pub async fn shop() -> Counter {
    let counter = Counter::start(None).await;
    let noodles = json!({
        "sku": "MIE", "name": "Mi goreng rasa ayam bawang ukuran jumbo dengan nama yang panjang sekali",
        "unit": "bungkus", "cost": 3000, "category": "Mi",
        "units": [
            { "name": "bungkus", "factor": 1, "price": 3500, "barcodes": ["8996001600146"] },
            { "name": "dus", "factor": 40, "price": 131_000, "barcodes": ["8998866200578"] },
        ],
        "order_unit": "dus", "shelf_life_days": 10,
    });
    counter.api(Method::POST, "/products", Some(&noodles)).await;
    counter.product("TEH", "Teh <b>celup</b>", 7500, 6300).await;
    counter.product("ROTI", "Roti sobek", 5000, 0).await;
    counter
}

async fn a_day_in_the_stockroom(width: u32, height: u32) {
    let counter = shop().await;
    let browser = Browser::start(width, height).await;
    let url = counter.url.clone();

    // Receive: scanned, typed, kept without a button, taken in.
    browser.goto(&format!("{url}/barang-masuk")).await;
    picture(&browser, "receive-empty", width).await;
    browser.click("form.block button").await;
    browser
        .fill("#code", &format!("8998866200578{ENTER}"))
        .await;
    browser.fill("#quantity-0", "2").await;
    browser.fill("#price-0", "131.000").await;
    browser.fill("#supplier", "Toko Grosir Makmur").await;
    browser.click("#note").await;
    let kept = "return document.querySelector('form[data-keep]').dataset.keep";
    until(&browser, kept, "done").await;
    let list = browser.client.current_url().await.unwrap();
    browser.goto(list.as_str()).await;
    let shown = browser.text("main").await;
    assert!(shown.contains("Rp3.000 → Rp3.275"), "{shown}");
    // A scan while the cursor is in another field adds a product and leaves the field as it was.
    browser.click("#quantity-0").await;
    scan(&browser, "8996001600146").await;
    browser.find("#quantity-1").await;
    let quantity = browser
        .find("#quantity-0")
        .await
        .prop("value")
        .await
        .unwrap();
    assert_eq!(quantity.as_deref(), Some("2"));
    picture(&browser, "receive", width).await;
    browser.click("button[value='remove.1']").await;
    until(
        &browser,
        "return String(document.querySelectorAll('#quantity-1').length)",
        "0",
    )
    .await;
    browser
        .click("input[name='paid_how'][value='drawer']")
        .await;
    browser.click("button[value='save']").await;
    browser.find(".tag.good").await;
    picture(&browser, "received", width).await;
    assert_eq!(on_hand(&counter, "MIE").await, 80);

    // Count while the till sells.
    browser.goto(&format!("{url}/opname")).await;
    picture(&browser, "count-start", width).await;
    browser.click("form.stack button").await;
    browser.find("form[data-count]").await;
    browser.script("document.activeElement.blur()").await;
    scan(&browser, "8998866200578").await;
    browser
        .fill("#code", &format!("8998866200578{ENTER}"))
        .await;
    let counted = "return document.querySelector('#counted [data-counted]')?.textContent ?? ''";
    until(&browser, counted, "80 bungkus").await;
    sell(&counter, "s1", "MIE", 5).await;
    browser.fill("#counted input[name='quantity']", "73").await;
    browser.click("#counted button[value='set']").await;
    until(&browser, counted, "73 bungkus").await;
    sell(&counter, "s2", "MIE", 3).await;
    picture(&browser, "count", width).await;
    browser
        .goto(browser.client.current_url().await.unwrap().as_str())
        .await;
    assert!(
        browser.text("#counted").await.contains("73 bungkus"),
        "a reload loses nothing"
    );
    browser.click(".actions a").await;
    browser.find("input[name='at_seq']").await;
    let shown = browser.text("main").await;
    assert!(
        shown.contains("-2 bungkus") && shown.contains("-Rp6.550"),
        "{shown}"
    );
    picture(&browser, "count-review", width).await;
    browser.click(".actions button").await;
    browser.find(".tag.good").await;
    assert_eq!(on_hand(&counter, "MIE").await, 70);

    // Waste.
    browser.goto(&format!("{url}/stok/MIE")).await;
    picture(&browser, "product", width).await;
    browser.click("a[href='/stok/catat?sku=MIE']").await;
    browser.click("input[value='waste']").await;
    browser.fill("#quantity", "3").await;
    browser.fill("#note", "digigit tikus").await;
    picture(&browser, "waste", width).await;
    browser.click("main form button").await;
    browser.find(".flash").await;
    assert!(browser.text("main").await.contains("digigit tikus"));
    browser.click("form[action='/stok/tidak-ada'] button").await;
    until(
        &browser,
        "return document.querySelector('.flash').textContent",
        "Sudah dicatat: ada yang tanya.",
    )
    .await;
    assert_eq!(on_hand(&counter, "MIE").await, 67);
    browser.goto(&format!("{url}/stok")).await;
    assert!(browser.text("main").await.contains("Teh <b>celup</b>"));
    picture(&browser, "list", width).await;

    goods_of_others(&counter, &browser, width).await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}

async fn goods_of_others(counter: &Counter, browser: &Browser, width: u32) {
    let url = &counter.url;
    browser.goto(&format!("{url}/titip-jual")).await;
    browser.fill("#name", "Pak Slamet Roti").await;
    browser.click("main form button").await;
    browser.click("form[action$='/masuk'] button").await;
    browser.fill("#code", "roti").await;
    browser.click("button[value='add']").await;
    browser.click("button[value='pick.ROTI']").await;
    browser.fill("#quantity-0", "20").await;
    browser.fill("#price-0", "4000").await;
    picture(browser, "left", width).await;
    browser.click("button[value='save']").await;
    browser.find(".tag.good").await;
    sell(counter, "r1", "ROTI", 12).await;
    browser.goto(&format!("{url}/titip-jual")).await;
    browser.click(".rows a").await;
    picture(browser, "consignor", width).await;
    browser.click("a[href$='/bayar']").await;
    browser.fill("#returned-0", "3").await;
    browser.fill("#remaining-0", "5").await;
    browser.click("button[value='compute']").await;
    browser.find("#paid").await;
    assert!(
        browser
            .text("main")
            .await
            .contains("Harus dibayar: Rp48.000")
    );
    picture(browser, "settle", width).await;
    browser.click("button[value='save']").await;
    browser.find("[data-print]").await;
    picture(browser, "statement", width).await;
    assert_eq!(on_hand(counter, "ROTI").await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_in_the_stockroom_on_a_phone() {
    a_day_in_the_stockroom(360, 740).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_in_the_stockroom_at_a_desk() {
    a_day_in_the_stockroom(1280, 800).await;
}
