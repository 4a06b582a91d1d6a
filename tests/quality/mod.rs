//! What every page owes whoever stands behind the counter: nothing wider than her telephone, nothing that a finger
//! misses, nothing that a weak eye or a screen reader cannot take in, in light and in dark, in both languages.

mod walk;

use chrono::{Days, NaiveDate};
use rstest::rstest;
use serde_json::json;

use crate::browser::Browser;
use crate::browser::rules::{strings, violations};
use crate::harness::world::{World, jakarta};
use walk::Walk;

/// A week's trade with a long name, a sold-out product and one below zero.
const CATALOGUE: &str = "\
sku,name,unit,price,cost,barcode,pack_name,pack_size,pack_price,shelf_life_days,supplier,consignment
MIE,Mi goreng rasa ayam bawang ukuran jumbo dengan nama yang panjang sekali,bungkus,3500,3000,8991001000019,dus,40,131000,240,Grosir Jaya,
GULA,Gula pasir <b>curah</b>,kg,18000,16500,,karung,25,440000,,Grosir Jaya,
TEH,Teh celup,kotak,7500,6300,8991001000033,,,,,Toko Makmur,
ROTI,Roti tawar,bungkus,15000,12000,,,,,4,Bu Ani,yes
";

/// A shop with ten days behind it.
async fn warung() -> World {
    let first = NaiveDate::from_ymd_opt(2026, 11, 10).unwrap();
    let world = World::start(jakarta(first, 7, 0), CATALOGUE, &["Warung Bu Sri"]).await;
    let api = &world.shops[0].api;
    let lots = json!([{ "sku": "MIE", "quantity": 200 }, { "sku": "TEH", "quantity": 3 }]);
    api.post("/stock/receipts", json!({ "id": "r1", "lines": lots }))
        .await;
    for day in 0..10 {
        world.clock.set(jakarta(first + Days::new(day), 9, 0));
        let lines = json!([
            { "sku": "MIE", "quantity": 12 },
            { "sku": "GULA", "quantity": "2.5" },
            { "sku": "TEH", "quantity": 1 },
        ]);
        let method = ["cash", "qris", "debt", "transfer"][day as usize % 4];
        let payment = json!({ "method": method, "customer_id": "bu-tini" });
        let sale = json!({ "id": format!("s{day}"), "lines": lines, "payment": payment });
        api.post("/sales", sale).await;
    }
    let today = first + Days::new(10);
    world.clock.set(jakarta(today, 5, 0));
    api.until("/plans/latest", |plan| {
        plan["plan_date"] == today.to_string()
    })
    .await;
    world.clock.set(jakarta(today, 9, 30));
    world
}

#[rstest]
#[case::on_a_telephone(360, 740, false, "id")]
#[case::on_a_desk_in_the_dark(1280, 800, true, "id")]
#[case::on_a_telephone_in_the_dark_in_english(360, 740, true, "en")]
#[case::on_a_desk_in_english(1280, 800, false, "en")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_read_and_used(
    #[case] width: u32,
    #[case] height: u32,
    #[case] dark: bool,
    #[case] language: &str,
) {
    let world = warung().await;
    let base = world.shops[0].api.base.clone();
    let browser = Browser::start(width, height).await;
    if dark {
        let features = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
        browser
            .devtools(
                "Emulation.setEmulatedMedia",
                json!({ "features": features }),
            )
            .await;
    }
    browser.goto(&format!("{base}/bahasa/{language}")).await;
    let mut faults = Vec::new();
    let (mut walk, mut pages) = (Walk::new(), Vec::new());
    while let Some(path) = walk.next(&browser, &base).await {
        let name = path
            .trim_matches('/')
            .replace(['/', '?', '=', '&', '%'], "-");
        // Pictures are kept of the language that is looked at; the other is measured.
        if language == "id" {
            browser.screenshot(&format!("page-{width}-{name}")).await;
        }
        let mut wrong = |what: String| faults.push(format!("{path}: {what}"));
        let spoken = browser.script("return document.documentElement.lang").await;
        if spoken != language {
            wrong(format!("speaks {spoken}"));
        }
        if browser.overflows().await {
            wrong("is wider than the window".to_owned());
        }
        for target in small_targets(&browser).await {
            wrong(format!("too small for a finger: {target}"));
        }
        for violation in violations(&browser).await {
            wrong(violation);
        }
        for error in browser.errors().await {
            wrong(error);
        }
        pages.push(path);
    }
    assert!(pages.len() > 40, "only {pages:?}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("{} pages at {width}: {pages:?}", pages.len());
    browser.close().await;
}

/// Buttons, fields and menu entries that are lower or narrower than 44 pixels.
async fn small_targets(browser: &Browser) -> Vec<String> {
    const SCRIPT: &str = "\
        const asked = 'button, .button, select, textarea, input:not([type=hidden]), nav a, .links a, summary';
        return [...document.querySelectorAll(asked)].filter((one) => {
            const part = one.matches('[type=checkbox], [type=radio]') ? one.closest('label') || one : one;
            const box = part.getBoundingClientRect();
            const shown = box.width > 0 && getComputedStyle(part).visibility === 'visible' && !one.closest('.skip');
            return shown && (box.height < 43.5 || box.width < 43.5);
        }).map((one) => one.outerHTML.slice(0, 120));";
    strings(&browser.script(SCRIPT).await)
}
