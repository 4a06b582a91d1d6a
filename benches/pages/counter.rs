//! The till in a browser: from a scanner's Enter to the line on the screen, from the tap that pays to "Lunas".

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::figures::Table;
use crate::goods::good;
use crate::warung::Warung;

/// Sales, each of so many scans.
const SALES: usize = 20;
const SCANS: usize = 4;

const ENTER: &str = "\u{e007}";

const LINE_ON_SCREEN: Duration = Duration::from_millis(100);
const PAID: Duration = Duration::from_millis(150);

/// Times each, at the browser's own speed and four times slower.
pub async fn measure(warung: &Warung, table: &mut Table) {
    for rate in [1, 4] {
        let browser = Browser::start(360, 740).await;
        browser.goto(&format!("{}/kasir", warung.base)).await;
        slowed(&browser, rate).await;
        let meter = Meter::install(&browser).await;
        let (mut lines, mut paid) = (Vec::new(), Vec::new());
        for sale in 0..SALES {
            for scan in 0..SCANS {
                let barcode = good(1 + (sale * SCANS + scan) * 30).barcode.unwrap();
                meter
                    .expect(&format!(
                        "document.querySelectorAll('.basket > li').length === {}",
                        scan + 1
                    ))
                    .await;
                let focus = browser.client.active_element().await.unwrap();
                focus.send_keys(&format!("{barcode}{ENTER}")).await.unwrap();
                lines.push(meter.read().await);
            }
            browser.click(".pay > summary").await;
            meter
                .expect("document.querySelector('#keranjang[data-state=sold]') !== null")
                .await;
            browser.click("#pas").await;
            paid.push(meter.read().await);
            assert!(browser.text(".sold").await.contains("Lunas"));
            browser.click("#lagi").await;
            browser.find("#keranjang[data-state=open]").await;
        }
        assert_eq!(browser.errors().await, Vec::<String>::new());
        browser.close().await;
        let what = format!("from a scanner's Enter to the line, {rate}x slower");
        // What is promised is promised at the browser's own speed; four times slower it must not take four times as long.
        let limit = LINE_ON_SCREEN * if rate == 1 { 1 } else { 2 };
        table.times(&what, lines, limit);
        let what = format!("from the tap that pays to \"Lunas\", {rate}x slower");
        table.times(&what, paid, PAID);
    }
}

/// Slows the browser's processor down.
pub async fn slowed(browser: &Browser, rate: u32) {
    let rate = json!({ "rate": rate });
    browser
        .devtools("Emulation.setCPUThrottlingRate", rate)
        .await;
}

/// A clock on the page itself: from the last key or tap, as the system saw it, to the first picture after something has
/// come about.
pub struct Meter<'b>(&'b Browser);

const METER: &str = "
    window.meter = { from: 0, took: null, done: null };
    for (const kind of ['keydown', 'pointerdown']) {
        addEventListener(kind, (event) => { meter.from = event.timeStamp; }, true);
    }
    new MutationObserver(() => {
        if (!meter.done || !meter.done()) return;
        meter.done = null;
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { meter.took = performance.now() - meter.from; };
            port2.postMessage(0);
        });
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
";

impl<'b> Meter<'b> {
    /// On the page that is open; it goes with it.
    pub async fn install(browser: &'b Browser) -> Self {
        browser.script(METER).await;
        Self(browser)
    }

    /// What the next measurement waits for, as an expression of the page.
    pub async fn expect(&self, condition: &str) {
        let script = format!("meter.took = null; meter.done = () => {condition};");
        self.0.script(&script).await;
    }

    /// How long it took from the last key or tap.
    pub async fn read(&self) -> Duration {
        const READ: &str = "
            const answer = arguments[arguments.length - 1];
            const look = () => meter.took === null ? setTimeout(look, 5) : answer(meter.took);
            look();";
        let answer = self.0.client.execute_async(READ, Vec::new()).await;
        let took: Option<f64> = answer.as_ref().ok().and_then(Value::as_f64);
        Duration::from_secs_f64(took.expect("it comes about") / 1000.0)
    }
}
