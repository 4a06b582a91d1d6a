//! From a shop that has nothing to its first sale, by somebody who was never taught: within two minutes of what she does.

use crate::browser::Browser;
use crate::till::Counter;

/// What a person does, each with its usual time (Card, Moran and Newell, The Keystroke-Level Model, 1980).
struct Person<'b> {
    browser: &'b Browser,
    seconds: f64,
    taps: u32,
}

/// To find out what to do next.
const THINKS: f64 = 1.35;
/// To reach for something on the screen and touch it.
const TAPS: f64 = 1.1 + 0.2;
/// A key, by somebody who does not type for a living.
const TYPES: f64 = 0.5;

impl Person<'_> {
    async fn tap(&mut self, css: &str) {
        self.seconds += THINKS + TAPS;
        self.taps += 1;
        self.browser.click(css).await;
    }

    async fn write(&mut self, css: &str, text: &str) {
        self.tap(css).await;
        self.seconds += THINKS + TYPES * text.chars().count() as f64;
        self.browser.fill(css, text).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_makes_her_first_sale_within_two_minutes() {
    let counter = Counter::empty();
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/", counter.base)).await;
    browser.screenshot("first-run-360").await;
    let mut person = Person {
        browser: &browser,
        seconds: 0.0,
        taps: 0,
    };
    person.tap("main a[href='/barang/baru']").await;
    person
        .write("[name='name']", "Mi goreng rasa ayam bawang")
        .await;
    person.write("[name='u.0.price']", "3500").await;
    person.tap("form[data-goods] .actions button").await;
    browser.find("[role='status']").await;
    person.tap("nav a[href='/kasir']").await;
    person.write("#cari", "mi").await;
    person.tap("#hasil button[value^='tambah:']").await;
    person.tap(".pay > summary").await;
    person.tap("#pas").await;
    let shown = browser.text(".sold").await;
    assert!(
        shown.contains("Lunas") && shown.contains("Rp3.500"),
        "{shown}"
    );
    assert_eq!(counter.number("SELECT sum(total) FROM sales"), 3_500);
    println!("{} taps, {:.0} s", person.taps, person.seconds);
    assert!(person.seconds < 120.0, "{:.0} s", person.seconds);
    browser.close().await;
    counter.doctor();
}
