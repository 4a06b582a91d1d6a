//! Ways to pay, at the page: in parts, on account, and what is wrong with them.

use super::{Counter, tap, version};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_parts_with_change_and_on_account() {
    let counter = Counter::open();
    let browser = counter.browser(360, 740).await;
    tap(&browser, ".favourites button[value='tambah:MIE']").await;
    version(&browser, 2).await;
    tap(&browser, "button[value='cepat:1:10']").await;
    version(&browser, 3).await;
    tap(&browser, ".rest > summary").await;
    browser.fill(".rest input[name='potongan']", "10%").await;
    tap(&browser, "button[value='belanja']").await;
    version(&browser, 4).await;
    assert_eq!(browser.text("#total").await, "Rp31.500");

    let split = "#bayar > details:has([name='tunai'])";
    tap(&browser, ".pay > summary").await;
    tap(&browser, &format!("{split} > summary")).await;
    browser.fill("[name='transfer']", "10.000").await;
    browser.fill("[name='tunai']", "20.000").await;
    tap(&browser, "button[value='campur']").await;
    // What was typed is kept, and what is wrong is said.
    let told = browser.text(".notice").await;
    assert!(told.contains("Masih kurang Rp1.500"), "{told}");
    browser.screenshot("till-split-short-360").await;
    browser.fill("[name='tunai']", "25.000").await;
    tap(&browser, "button[value='campur']").await;
    assert_eq!(browser.text("#kembalian").await, "Rp3.500");
    let kept = |method: &str| {
        counter.number(&format!(
            "SELECT amount FROM sale_payments WHERE method = '{method}'"
        ))
    };
    assert_eq!((kept("cash"), kept("transfer")), (21_500, 10_000));

    tap(&browser, "#lagi").await;
    browser.find("#keranjang .empty").await;
    tap(&browser, ".favourites button[value='tambah:KOPI']").await;
    version(&browser, 2).await;
    tap(&browser, ".pay > summary").await;
    tap(&browser, "#bayar > details:has([name='nama']) > summary").await;
    browser.fill("[name='nama']", "Bu Sri").await;
    tap(&browser, "button[value='nama']").await;
    browser.find("#keranjang[data-state='sold']").await;
    assert!(browser.text(".sold").await.contains("Kasbon tercatat"));
    let owed = "SELECT sum(l.amount) FROM customer_ledger l JOIN customers c ON c.id = l.customer_id WHERE c.name = 'Bu Sri'";
    assert_eq!(counter.number(owed), 2_000);

    // Next time she is one tap.
    tap(&browser, "#lagi").await;
    browser.find("#keranjang .empty").await;
    tap(&browser, ".favourites button[value='tambah:KOPI']").await;
    version(&browser, 2).await;
    tap(&browser, ".pay > summary").await;
    tap(&browser, "#bayar > details:has([name='nama']) > summary").await;
    tap(&browser, ".buyer").await;
    browser.find("#keranjang[data-state='sold']").await;
    assert_eq!(counter.number(owed), 4_000);
    assert_eq!(counter.number("SELECT count(*) FROM customers"), 1);
    browser.close().await;
    counter.doctor();
}
