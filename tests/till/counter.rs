//! What a shopkeeper with a queue in front of her tripped over, each so that it stays mended.

use crate::browser::Browser;

use super::{Counter, ENTER, tap, type_keys, version};

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

/// Whoever scans one thing after the other looks at the goods: what the till does not know is heard, and stays on the
/// screen until somebody has seen to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_without_a_product_is_not_lost_among_further_scans() {
    let counter = Counter::open();
    let browser = counter.browser(360, 740).await;
    browser
        .script(
            "window.tones = 0;
             const real = AudioContext.prototype.createOscillator;
             AudioContext.prototype.createOscillator = function () {
                 window.tones += 1;
                 return real.apply(this);
             };
             document.activeElement.blur()",
        )
        .await;
    for code in [
        "4006381333931",
        "8991002101234",
        "WRG-0042",
        "8998866200301",
    ] {
        type_keys(&browser, &format!("{code}{ENTER}")).await;
    }
    version(&browser, 5).await;
    assert_eq!(browser.text("#total").await, "Rp5.500");
    let told = browser.text(".unknown").await;
    assert!(
        told.contains("4006381333931") && told.contains("WRG-0042"),
        "{told}"
    );
    assert_eq!(browser.script("return window.tones").await, 2);
    browser.screenshot("till-unknown-360").await;
    // Nor is it forgotten where it is paid, or by the page that is loaded again.
    tap(&browser, ".pay > summary").await;
    let told = browser.text("#bayar .notice").await;
    assert!(told.contains("4006381333931, WRG-0042"), "{told}");
    browser.client.refresh().await.unwrap();
    tap(&browser, "button[value='sudah:4006381333931']").await;
    version(&browser, 6).await;
    assert!(!browser.text(".unknown").await.contains("4006381333931"));
    tap(&browser, "button[value='sudah:WRG-0042']").await;
    version(&browser, 7).await;
    let left = "return document.querySelectorAll('.unknown').length";
    assert_eq!(browser.script(left).await, 0);
    assert!(!browser.overflows().await);
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}

/// Part of a sale goes on an account where it is typed, and the name is asked for there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_on_account_has_its_name_in_place() {
    let counter = Counter::open();
    counter.by_hand(
        "INSERT INTO customers (id, name, created_at_utc)
         VALUES ('tini', 'Bu Tini', '2026-01-01T00:00:00Z')",
    );
    let browser = counter.browser(360, 740).await;
    tap(&browser, ".favourites button[value='tambah:MIE']").await;
    version(&browser, 2).await;
    let split = "#bayar > details:has([name='tunai'])";
    for _ in 0..2 {
        tap(&browser, ".pay > summary").await;
        tap(&browser, &format!("{split} > summary")).await;
        let siapa = browser.find("[name='siapa']").await;
        assert!(!siapa.is_displayed().await.unwrap());
        browser.fill("[name='tunai']", "1.000").await;
        browser.fill("[name='utang']", "2.500").await;
        if counter.number("SELECT count(*) FROM sales") == 0 {
            tap(&browser, "button[value='campur']").await;
            assert!(browser.text("#bayar .notice").await.contains("Isi nama"));
            browser.fill("[name='siapa']", "tini").await;
            browser.screenshot("till-split-debt-360").await;
            tap(&browser, "button[value='campur']").await;
            // Nobody is added to the book by accident.
            let asked = browser.text(".question").await;
            assert!(asked.contains("Bu Tini") && asked.contains("Orang baru: tini"));
            assert!(!browser.overflows().await);
            browser.screenshot("till-whose-360").await;
            tap(&browser, ".question button[value='campur:tini']").await;
            browser.find("#keranjang[data-state='sold']").await;
            tap(&browser, ".favourites button[value='tambah:MIE']").await;
            version(&browser, 2).await;
        }
    }
    // The next time she is one touch, once it is said that there is a debt.
    tap(&browser, ".whose button[value='campur:tini']").await;
    browser.find("#keranjang[data-state='sold']").await;
    let owed = "SELECT sum(amount) FROM customer_ledger WHERE customer_id = 'tini'";
    assert_eq!(counter.number(owed), 5_000);
    assert_eq!(counter.number("SELECT count(*) FROM customers"), 1);
    assert_eq!(
        counter.number("SELECT sum(amount) FROM sale_payments WHERE method = 'cash'"),
        2_000
    );
    browser.close().await;
    counter.doctor();
}

/// On a telephone what is sold all day is under the thumb for every further item, not only for the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn favourites_stay_in_reach_while_the_cart_fills() {
    let counter = Counter::open();
    for (width, height) in [(360, 740), (360, 600), (800, 1100)] {
        let browser = counter.browser(width, height).await;
        tap(&browser, ".favourites button[value='tambah:MIE']").await;
        version(&browser, 2).await;
        for _ in 0..3 {
            browser
                .script("window.scrollTo(0, document.body.scrollHeight)")
                .await;
            // Not the browser's own click, which scrolls to what it clicks.
            let reached = browser
                .script(
                    "const coffee = document.querySelector(\".favourites [value='tambah:KOPI']\");
                     const { left, top } = coffee.getBoundingClientRect();
                     const hit = document.elementFromPoint(left + 20, top + 20);
                     const at = document.getElementById('keranjang').dataset.version;
                     if (coffee.contains(hit)) hit.click();
                     return coffee.contains(hit) && top > innerHeight / 2 ? Number(at) : -1",
                )
                .await;
            let at = reached.as_u64().expect("it is in reach, in the lower half");
            version(&browser, at as u32 + 1).await;
        }
        assert!(!browser.overflows().await);
        browser
            .screenshot(&format!("till-reach-{width}x{height}"))
            .await;
        tap(&browser, ".pay > summary").await;
        browser
            .screenshot(&format!("till-pay-{width}x{height}"))
            .await;
        tap(&browser, "#pas").await;
        browser.find("#keranjang[data-state='sold']").await;
        assert!(!browser.overflows().await);
        browser.close().await;
    }
}

/// Writes into a field at a person's pace: keys that a driver sends follow each other like those of a scanner.
async fn write(browser: &Browser, css: &str, text: &str) {
    let script = format!(
        "const field = document.querySelector(\"{css}\"); field.focus(); field.value = '{text}'"
    );
    browser.script(&script).await;
}

/// What was typed and not sent yet is not lost because something else is scanned, or because it is paid at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_kept_when_something_else_is_scanned() {
    let counter = Counter::open();
    let browser = counter.browser(360, 740).await;
    tap(&browser, ".favourites button[value='tambah:MIE']").await;
    version(&browser, 2).await;
    tap(&browser, ".tail summary").await;
    write(&browser, ".edit [name='harga']", "3.000").await;
    write(&browser, ".edit [name='catatan']", "penyok").await;
    type_keys(&browser, &format!("8998866200301{ENTER}")).await;
    version(&browser, 4).await;
    let shown = browser.text(".basket").await;
    assert!(shown.contains("penyok") && shown.contains("harga khusus"));
    assert_eq!(browser.text("#total").await, "Rp5.000");

    // A price that is none is shown again where it was typed; what was scanned is in the cart all the same.
    tap(&browser, ".basket > .selected .tail summary").await;
    write(&browser, ".edit [name='harga']", "murah").await;
    write(&browser, ".edit [name='catatan']", "promo").await;
    type_keys(&browser, &format!("8990000000013{ENTER}")).await;
    version(&browser, 5).await;
    let told = browser.text(".edit .detail .error").await;
    assert!(told.contains("Harga tidak cocok"), "{told}");
    browser.screenshot("till-put-back-360").await;
    let kept = "return [...document.querySelectorAll('.edit .detail input:not([type=hidden])')].map((field) => field.value).join('|')";
    assert_eq!(browser.script(kept).await, "murah||promo");
    assert_eq!(browser.text("#total").await, "Rp12.550");
    browser.fill(".edit [name='harga']", "1.500").await;

    // Bayar takes what was typed with it: the sum on it is the sum that is paid.
    tap(&browser, ".pay > summary").await;
    version(&browser, 6).await;
    let exact = browser.text(".pay[open] #pas").await;
    assert!(exact.contains("Rp12.050"), "{exact}");
    tap(&browser, ".pay > summary").await;
    browser.fill("#cari", "gula").await;
    tap(&browser, "#hasil button[value='tambah:GULA']").await;
    version(&browser, 7).await;
    browser.screenshot("till-loose-360").await;
    browser.fill("#seharga", "5.000").await;
    tap(&browser, ".favourites button[value='tambah:MIE']").await;
    version(&browser, 9).await;
    assert!(browser.text(".basket").await.contains("seharga Rp5.000"));
    assert_eq!(browser.text("#total").await, "Rp20.550");
    assert!(!browser.overflows().await);
    browser.close().await;
    counter.doctor();
}
