//! A scanner in a real browser, as slow as one over Bluetooth: no scan is lost, and none lands in a field.

use serde_json::json;

use super::browse::{shop, until};
use super::on_hand;
use crate::browser::Browser;

const PACKET: &str = "8996001600146";
const CARTON: &str = "8998866200578";
const UNKNOWN: &str = "8990000000109";

/// What a scanner does that takes so many milliseconds a key: it types wherever the cursor is by then. The keys carry
/// their times as those of a keyboard do, however busy this machine is.
async fn scan(browser: &Browser, code: &str, gap: u32) {
    let typed = format!(
        "return (async () => {{
           const heard = document.documentElement.dataset;
           while (!heard.scanner) await new Promise((done) => setTimeout(done));
           window.struck = Math.max(performance.now(), (window.struck ?? 0) + 1000);
           for (const key of [...'{code}', 'Enter']) {{
             const at = document.activeElement;
             const event = new KeyboardEvent('keydown', {{ key, bubbles: true, cancelable: true }});
             Object.defineProperty(event, 'timeStamp', {{ value: window.struck += {gap} }});
             const typed = at.dispatchEvent(event) && key !== 'Enter';
             if (typed && at.matches('input')) at.value += key;
             await new Promise((done) => setTimeout(done));
           }}
         }})()"
    );
    browser.script(&typed).await;
}

const SHOWN: &str = "return [...document.querySelectorAll('#lines [id^=quantity]')].map((field) => field.value).join()";
const LEFT_OVER: &str =
    "return document.getElementById('unknown-codes').querySelector('ul').textContent.trim()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn goods_are_received_scan_after_scan() {
    let counter = shop().await;
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/barang-masuk", counter.url)).await;
    browser.click("form.block button").await;
    // None waits for the one before, and a code that nobody knows swallows none that follows.
    for code in [CARTON, PACKET, UNKNOWN, CARTON] {
        scan(&browser, code, 45).await;
    }
    until(&browser, SHOWN, "2,1").await;
    until(&browser, LEFT_OVER, &format!("{UNKNOWN}Buat barang baru")).await;
    assert_eq!(
        browser
            .script("return document.getElementById('code').value")
            .await,
        json!("")
    );
    // The cursor is in a quantity that is just being typed.
    browser.fill("#quantity-1", "7").await;
    scan(&browser, CARTON, 45).await;
    until(&browser, SHOWN, "3,7").await;
    let held = "return document.activeElement.id";
    assert_eq!(browser.script(held).await, json!("quantity-1"));
    assert!(!browser.overflows().await);
    browser.screenshot("scanning-receive-360").await;
    browser.click("button[value='save']").await;
    browser.find(".tag.good").await;
    assert_eq!(on_hand(&counter, "MIE").await, 127);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_puts_no_scan_in_twice() {
    let counter = shop().await;
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/barang-masuk", counter.url)).await;
    browser.click("form.block button").await;
    let losing = "const real = window.fetch;
        let lost = 0;
        window.fetch = async (...of) => {
          const answer = await real(...of);
          if (of[1]?.method === 'POST' && lost++ === 0) throw new TypeError('lost');
          return answer;
        };";
    browser.script(losing).await;
    scan(&browser, CARTON, 45).await;
    scan(&browser, CARTON, 45).await;
    until(&browser, SHOWN, "2").await;
    until(
        &browser,
        "return document.getElementById('told').textContent",
        "",
    )
    .await;
    assert_eq!(browser.script(SHOWN).await, json!("2"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_count_goes_on_after_a_code_that_nobody_knows() {
    let counter = shop().await;
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/opname", counter.url)).await;
    browser.click("form.stack button").await;
    browser.find("form[data-count]").await;
    for code in [PACKET, UNKNOWN, PACKET, PACKET] {
        scan(&browser, code, 45).await;
    }
    let counted = "return document.querySelector('#counted [data-counted]')?.textContent ?? ''";
    until(&browser, counted, "3 bungkus").await;
    // Told until somebody says that it is dealt with.
    let here = browser.client.current_url().await.unwrap();
    browser.goto(here.as_str()).await;
    until(&browser, LEFT_OVER, &format!("{UNKNOWN}Buat barang baru")).await;
    browser.screenshot("scanning-count-360").await;
    browser.click("#unknown-codes button").await;
    until(
        &browser,
        "return String(document.getElementById('unknown-codes').hidden)",
        "true",
    )
    .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_opens_its_product_from_the_lists() {
    let counter = shop().await;
    let browser = Browser::start(1280, 800).await;
    let path = "return location.pathname";
    for (from, to) in [
        ("/barang", "/barang/kode/MIE"),
        ("/stok", "/stok/MIE"),
        ("/barang/baru", "/barang/kode/MIE"),
    ] {
        browser.goto(&format!("{}{from}", counter.url)).await;
        scan(&browser, PACKET, 0).await;
        until(&browser, path, to).await;
    }
    browser.goto(&format!("{}/stok", counter.url)).await;
    scan(&browser, UNKNOWN, 45).await;
    until(&browser, LEFT_OVER, &format!("{UNKNOWN}Buat barang baru")).await;
    // A product that is being added takes the code for its barcode, wherever the cursor is.
    browser.click("#unknown-codes a").await;
    let barcode = "return document.getElementsByName('u.0.barcodes')[0].value";
    until(&browser, barcode, UNKNOWN).await;
    browser.goto(&format!("{}/barang/baru", counter.url)).await;
    browser.fill("[name='name']", "Kopi").await;
    scan(&browser, UNKNOWN, 45).await;
    until(&browser, barcode, UNKNOWN).await;
    let name = "return document.getElementsByName('name')[0].value";
    assert_eq!(browser.script(name).await, json!("Kopi"));
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
