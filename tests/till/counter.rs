//! What a shopkeeper with a queue in front of her tripped over, each so that it stays mended.

use super::{Counter, tap, version};

/// In the middle of a sale that is paid, one touch begins the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_sale_the_next_begins_with_its_first_item() {
    let counter = Counter::open();
    let browser = counter.browser(360, 740).await;
    let coffee = ".favourites button[value='tambah:KOPI']";
    tap(&browser, coffee).await;
    version(&browser, 2).await;
    tap(&browser, ".pay > summary").await;
    tap(&browser, "#pas").await;
    browser.find("#keranjang[data-state='sold']").await;
    tap(&browser, coffee).await;
    version(&browser, 2).await;
    assert_eq!(browser.text("#total").await, "Rp2.000");

    tap(&browser, ".pay > summary").await;
    tap(&browser, "#pas").await;
    browser.find("#keranjang[data-state='sold']").await;
    browser.fill("#cari", "gula").await;
    tap(&browser, "#hasil button[value='tambah:GULA']").await;
    version(&browser, 2).await;
    assert_eq!(browser.text("#total").await, "Rp18.000");
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 2);
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
