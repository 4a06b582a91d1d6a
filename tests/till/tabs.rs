//! One cart at several pages: tabs, reloads, held ones.

use super::{Counter, ENTER, tap, type_keys, version};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_show_one_cart_and_sell_it_once() {
    let counter = Counter::open();
    let browser = counter.browser(1280, 800).await;
    type_keys(&browser, &format!("8991002101234{ENTER}")).await;
    version(&browser, 2).await;
    let first = browser.client.window().await.unwrap();
    let second = browser.client.new_window(true).await.unwrap().handle;
    browser
        .client
        .switch_to_window(second.clone())
        .await
        .unwrap();
    browser.goto(&format!("{}/kasir", counter.base)).await;
    version(&browser, 2).await;
    assert_eq!(browser.text("#total").await, "Rp3.500");

    // What the first adds the second does not know: its correction is not made, and it is told.
    browser
        .client
        .switch_to_window(first.clone())
        .await
        .unwrap();
    type_keys(&browser, &format!("8998866200301{ENTER}")).await;
    version(&browser, 3).await;
    browser
        .client
        .switch_to_window(second.clone())
        .await
        .unwrap();
    browser.click("button[value='cepat:1:5']").await;
    version(&browser, 3).await;
    assert!(
        browser
            .text(".notice")
            .await
            .contains("berubah di halaman lain")
    );
    assert_eq!(browser.text("#total").await, "Rp5.500");
    // But something more is something more.
    type_keys(&browser, &format!("8998866200301{ENTER}")).await;
    version(&browser, 4).await;
    assert_eq!(browser.text("#total").await, "Rp7.500");

    // Paying what is no longer there pays nothing.
    browser
        .client
        .switch_to_window(first.clone())
        .await
        .unwrap();
    browser.click(".pay > summary").await;
    browser.click("#pas").await;
    version(&browser, 4).await;
    assert!(
        browser
            .text(".notice")
            .await
            .contains("berubah di halaman lain")
    );
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
    browser.click(".pay > summary").await;
    browser.click("#pas").await;
    browser.find("#keranjang[data-state='sold']").await;
    browser.client.switch_to_window(second).await.unwrap();
    browser.click(".pay > summary").await;
    browser.click("#pas").await;
    browser.find("#keranjang[data-state='sold']").await;
    let shown = browser.text("#keranjang").await;
    assert!(
        shown.contains("tidak dijual dua kali") && shown.contains("Struk nomor 1"),
        "{shown}"
    );
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 1);
    assert_eq!(counter.number("SELECT sum(total) FROM sales"), 7_500);
    browser.close().await;
    counter.doctor();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_survives_reload_and_is_put_aside_and_taken_back() {
    let counter = Counter::open();
    let browser = counter.browser(360, 740).await;
    tap(&browser, ".favourites button[value='tambah:KOPI']").await;
    version(&browser, 2).await;
    browser.client.refresh().await.unwrap();
    assert_eq!(browser.text("#total").await, "Rp2.000");

    tap(&browser, ".rest > summary").await;
    browser.fill("input[name='label']", "baju merah").await;
    tap(&browser, "#simpan button").await;
    browser.find("#keranjang .empty").await;
    tap(&browser, ".favourites button[value='tambah:MIE']").await;
    version(&browser, 2).await;
    browser
        .goto(&format!("{}/kasir/tertunda", counter.base))
        .await;
    let shown = browser.text("main").await;
    assert!(
        shown.contains("baju merah") && shown.contains("Rp2.000"),
        "{shown}"
    );
    browser.screenshot("till-held-360").await;
    tap(&browser, "main form button").await;
    // The one that stood there is put aside in its place.
    browser.find("#keranjang .basket").await;
    assert_eq!(browser.text("#total").await, "Rp2.000");
    browser
        .goto(&format!("{}/kasir/tertunda", counter.base))
        .await;
    assert!(browser.text("main").await.contains("Mi goreng"));
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
