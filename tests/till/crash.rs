//! The program is killed while somebody sells.

use super::{Counter, ENTER, F4, type_keys, version};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_outlives_the_program_and_is_sold_once() {
    let mut counter = Counter::open();
    let browser = counter.browser(1280, 800).await;
    type_keys(&browser, &format!("8991002101234{ENTER}")).await;
    version(&browser, 2).await;
    counter.kill();
    // What is scanned meanwhile is not lost, and the page says that it waits.
    type_keys(&browser, &format!("8998866200301{ENTER}")).await;
    browser.find("#putus:not([hidden])").await;
    assert!(browser.text("#putus").await.contains("Sambungan putus"));
    browser.screenshot("till-waiting-1280").await;
    counter.start_again();
    version(&browser, 3).await;
    assert_eq!(browser.text("#total").await, "Rp5.500");

    // Killed before the payment reached it: the page does not know, asks, and hears that nothing was paid.
    counter.kill();
    type_keys(&browser, F4).await;
    type_keys(&browser, ENTER).await;
    browser.find("#putus:not([hidden])").await;
    assert!(browser.text("#putus").await.contains("Belum pasti"));
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
    counter.start_again();
    browser.find("#bayar button:not(:disabled)").await;
    assert!(browser.text("#putus").await.contains("Belum terbayar"));
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
    type_keys(&browser, F4).await;
    type_keys(&browser, ENTER).await;
    browser.find("#keranjang[data-state='sold']").await;
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 1);

    // And what is paid is paid, whatever happens to the program afterwards.
    let id: String = browser
        .find("#keranjang")
        .await
        .attr("data-id")
        .await
        .unwrap()
        .unwrap();
    counter.kill();
    counter.start_again();
    browser.goto(&format!("{}/kasir/{id}", counter.base)).await;
    assert!(browser.text("#keranjang").await.contains("Lunas"));
    browser.close().await;
    counter.doctor();
}
