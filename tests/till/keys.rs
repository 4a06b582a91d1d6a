//! A sale by scanner, by keyboard alone, and by fingers.

use super::{Counter, DOWN, ENTER, F2, F4, F9, tap, type_keys, version};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_scan_to_paid_in_three_actions() {
    let counter = Counter::open();
    let browser = counter.browser(1280, 800).await;
    // The scanner types wherever the focus is; this one is on no field.
    browser
        .client
        .execute("document.activeElement.blur()", Vec::new())
        .await
        .unwrap();
    type_keys(&browser, &format!("8991002101234{ENTER}")).await;
    version(&browser, 2).await;
    assert_eq!(browser.text("#total").await, "Rp3.500");
    browser.screenshot("till-scanned-1280").await;
    browser.click(".pay > summary").await;
    browser.click("#pas").await;
    let shown = browser.text(".sold").await;
    assert!(
        shown.contains("Lunas") && shown.contains("Rp3.500"),
        "{shown}"
    );
    assert_eq!(counter.number("SELECT sum(total) FROM sales"), 3_500);
    browser.screenshot("till-paid-1280").await;

    // The next scan begins the next sale; a carton's code carries its unit.
    type_keys(&browser, &format!("18991002101231{ENTER}")).await;
    version(&browser, 2).await;
    assert_eq!(browser.text("#total").await, "Rp131.000");
    type_keys(&browser, &format!("8991002101234{ENTER}")).await;
    version(&browser, 3).await;
    assert_eq!(browser.text("#total").await, "Rp134.500");
    // A scanner ends with Enter: that must not press the button that has the focus.
    type_keys(&browser, F4).await;
    type_keys(&browser, &format!("8998866200301{ENTER}")).await;
    version(&browser, 4).await;
    assert_eq!(browser.text("#total").await, "Rp136.500");
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 1);
    type_keys(&browser, &format!("0000000000000{ENTER}")).await;
    let told = browser.text(".notice").await;
    assert!(told.contains("Tidak ditemukan: 0000000000000"), "{told}");
    assert_eq!(browser.text("#total").await, "Rp136.500");
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    counter.doctor();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sale_by_the_keyboard_alone() {
    let counter = Counter::open();
    let browser = counter.browser(1280, 800).await;
    type_keys(&browser, F2).await;
    type_keys(&browser, "3*teh").await;
    browser
        .find("#hasil .hits.ready button[value='tambah:TEH']")
        .await;
    browser.screenshot("till-search-1280").await;
    type_keys(&browser, ENTER).await;
    version(&browser, 2).await;
    // Three boxes: the price for three.
    assert_eq!(browser.text("#total").await, "Rp21.000");
    assert!(browser.text(".basket").await.contains("harga grosir"));
    type_keys(&browser, "k").await;
    browser.find("#hasil button[value='tambah:KOPI']").await;
    type_keys(&browser, DOWN).await;
    type_keys(&browser, ENTER).await;
    version(&browser, 3).await;
    type_keys(&browser, F4).await;
    type_keys(&browser, ENTER).await;
    browser.find("#keranjang[data-state='sold']").await;
    assert_eq!(counter.number("SELECT sum(total) FROM sales"), 23_000);
    type_keys(&browser, F9).await;
    browser.find("#keranjang[data-state='open']").await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    counter.doctor();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sale_by_fingers_on_a_telephone() {
    let counter = Counter::open();
    let browser = counter.browser(360, 740).await;
    browser.screenshot("till-empty-360").await;
    tap(&browser, ".favourites button[value='tambah:KOPI']").await;
    version(&browser, 2).await;
    // A product's name is text, whatever it holds.
    assert!(
        browser
            .text(".basket")
            .await
            .contains("<script>alert(1)</script>")
    );
    tap(&browser, "button[value='satuan:1:renceng']").await;
    version(&browser, 3).await;
    tap(&browser, "button[value='cepat:1:3']").await;
    version(&browser, 4).await;
    assert_eq!(browser.text("#total").await, "Rp54.000");
    browser.screenshot("till-cart-360").await;
    tap(&browser, ".favourites button[value='tambah:SAYUR']").await;
    version(&browser, 5).await;
    assert!(browser.text(".basket").await.contains("Isi harganya dulu"));
    browser.fill("input[name='harga']", "4.000").await;
    tap(&browser, "button[value='rinci:2']").await;
    version(&browser, 6).await;
    browser.fill("#cari", "gula").await;
    tap(&browser, "#hasil button[value='tambah:GULA']").await;
    version(&browser, 7).await;
    browser.fill("#jumlah", "0,75").await;
    tap(&browser, "button[value='jumlah:3']").await;
    version(&browser, 8).await;
    assert_eq!(browser.text("#total").await, "Rp71.500");
    assert!(!browser.overflows().await);
    browser.screenshot("till-three-360").await;
    tap(&browser, ".pay > summary").await;
    browser.screenshot("till-pay-360").await;
    assert!(!browser.overflows().await);
    tap(&browser, "button[value='tunai:100000']").await;
    assert_eq!(browser.text("#kembalian").await, "Rp28.500");
    browser.screenshot("till-paid-360").await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    counter.doctor();
}
