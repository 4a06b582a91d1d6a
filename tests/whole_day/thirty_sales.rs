//! A day: opened, thirty sales with every way to pay and every unit, one taken back, a debt paid off in part, closed.

use crate::browser::Browser;
use crate::till::{Counter, ENTER, F2, F4, F9, type_keys, version};

/// What the test itself adds up from what it keyed in.
#[derive(Default)]
struct Sums {
    receipts: i64,
    cash: i64,
    transfer: i64,
    qris: i64,
    debt: i64,
}

impl Sums {
    fn turnover(&self) -> i64 {
        self.cash + self.transfer + self.qris + self.debt
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_thirty_sales_adds_up() {
    let counter = Counter::open();
    let browser = counter.browser(360, 740).await;
    browser.goto(&format!("{}/hari", counter.base)).await;
    browser.fill("#float", "200.000").await;
    browser.click("form[action='/hari/buka'] button").await;
    browser.find("a[href$='/tutup']").await;

    browser.goto(&format!("{}/kasir", counter.base)).await;
    let mut sums = Sums::default();
    let mut taken_back = String::new();
    for number in 1..=30 {
        let total = fill(&browser, number).await;
        let id = pay(&browser, number, total, &mut sums).await;
        if number == 6 {
            taken_back = id;
        }
        next(&browser).await;
    }
    assert_eq!(sums.receipts, 30);
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 30);

    // The sixth was a packet of noodles for cash.
    let receipt = format!("{}/penjualan/{taken_back}", counter.base);
    browser.goto(&format!("{receipt}/batal")).await;
    browser.fill("#alasan_lain", "salah barang").await;
    browser.click("main form button.danger").await;
    browser.find("a[href^='/struk/']").await;
    let void = format!("SELECT count(*) FROM voids WHERE sale_id = '{taken_back}'");
    assert_eq!(counter.number(&void), 1);
    sums.cash -= 3_500;

    // Bu Tini pays off a part of what she owes.
    let tini = "SELECT count(*) FROM customers WHERE name = 'Bu Tini'";
    assert_eq!(counter.number(tini), 1);
    browser.goto(&format!("{}/kasbon", counter.base)).await;
    browser.click("main .rows a").await;
    browser.fill("#amount", "2.000").await;
    browser
        .click("form[action$='/bayar'] button:not(.quiet)")
        .await;
    let owed = "SELECT sum(amount) FROM customer_ledger";
    browser.find("main .figures, main .card").await;
    assert_eq!(counter.number(owed), sums.debt - 2_000);

    // What the drawer holds is what was put in, taken and given, to the rupiah.
    let drawer = 200_000 + sums.cash + 2_000;
    browser.goto(&format!("{}/hari", counter.base)).await;
    let shown = browser.text("main").await;
    for (what, amount) in [
        ("turnover", sums.turnover()),
        ("cash", sums.cash),
        ("transfer", sums.transfer),
        ("QRIS", sums.qris),
        ("debts", sums.debt),
        ("drawer", drawer),
    ] {
        let amount = rupiah(amount);
        assert!(shown.contains(&amount), "{what} {amount}: {shown}");
    }
    browser.screenshot("day-of-thirty-360").await;
    browser.click("a[href$='/tutup']").await;
    browser.fill("#counted", &drawer.to_string()).await;
    browser.click("button[value='check']").await;
    browser.find(".tag.good").await;
    browser.click("button[value='save']").await;
    browser.find(".figures").await;
    let shown = browser.text("main").await;
    assert!(shown.contains("Pas"), "{shown}");
    browser.screenshot("day-of-thirty-closed-360").await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    counter.doctor();
}

/// Puts something into the cart, each time another unit or way, and says what it comes to.
async fn fill(browser: &Browser, number: i64) -> i64 {
    match number % 5 {
        // A packet by its code.
        1 => {
            type_keys(browser, &format!("8991002101234{ENTER}")).await;
            version(browser, 2).await;
            3_500
        }
        // A carton by its own.
        2 => {
            type_keys(browser, &format!("18991002101231{ENTER}")).await;
            version(browser, 2).await;
            131_000
        }
        // A string of ten sachets, by fingers.
        3 => {
            browser
                .click(".favourites button[value='tambah:KOPI']")
                .await;
            version(browser, 2).await;
            browser.click("button[value='satuan:1:renceng']").await;
            version(browser, 3).await;
            18_000
        }
        // Loose sugar by weight.
        4 => {
            browser.fill("#cari", "gula").await;
            browser.click("#hasil button[value='tambah:GULA']").await;
            version(browser, 2).await;
            browser.fill("#jumlah", "0,75").await;
            browser.click("button[value='jumlah:1']").await;
            version(browser, 3).await;
            13_500
        }
        // Three boxes at the price for three.
        _ => {
            type_keys(browser, F2).await;
            type_keys(browser, "3*teh").await;
            browser
                .find("#hasil .hits.ready button[value='tambah:TEH']")
                .await;
            type_keys(browser, ENTER).await;
            version(browser, 2).await;
            21_000
        }
    }
}

/// Pays in another way each time, and tells the sale's id.
async fn pay(browser: &Browser, number: i64, total: i64, sums: &mut Sums) -> String {
    sums.receipts += 1;
    let part = |name: &str| format!("#bayar > details:has({name})");
    match number % 6 {
        0 => {
            type_keys(browser, F4).await;
            type_keys(browser, ENTER).await;
            sums.cash += total;
        }
        1 => {
            open(browser).await;
            browser.click("#pas").await;
            sums.cash += total;
        }
        2 => {
            open(browser).await;
            let way = part("[value='transfer']");
            browser.click(&format!("{way} > summary")).await;
            browser.click(&format!("{way} button")).await;
            sums.transfer += total;
        }
        3 => {
            open(browser).await;
            let way = part("[value='qris']");
            browser.click(&format!("{way} > summary")).await;
            browser.click(&format!("{way} button")).await;
            sums.qris += total;
        }
        4 => {
            open(browser).await;
            browser
                .click(&format!("{} > summary", part("[name='nama']")))
                .await;
            if sums.debt == 0 {
                browser.fill("[name='nama']", "Bu Tini").await;
                browser.click("button[value='nama']").await;
            } else {
                browser.click(".buyer").await;
            }
            sums.debt += total;
        }
        _ => {
            open(browser).await;
            browser
                .click(&format!("{} > summary", part("[name='tunai']")))
                .await;
            browser.fill("[name='transfer']", "1.000").await;
            browser
                .fill("[name='tunai']", &(total - 1_000).to_string())
                .await;
            browser.click("button[value='campur']").await;
            sums.transfer += 1_000;
            sums.cash += total - 1_000;
        }
    }
    let cart = browser.find("#keranjang[data-state='sold']").await;
    assert!(
        browser.text(".sold").await.contains(&rupiah(total)),
        "sale {number}"
    );
    cart.attr("data-id").await.unwrap().unwrap()
}

async fn open(browser: &Browser) {
    browser.click(".pay > summary").await;
}

async fn next(browser: &Browser) {
    type_keys(browser, F9).await;
    browser.find("#keranjang[data-state='open']").await;
}

/// `Rp27.500`.
fn rupiah(amount: i64) -> String {
    let digits = amount.to_string();
    let mut text = String::from("Rp");
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}
