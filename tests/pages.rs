//! Both sides' first pages in a real browser: what they show, what their buttons do, in both languages, on a telephone
//! and on a desk.

use chrono::{Days, NaiveDate};
use serde_json::json;

use crate::browser::Browser;
use crate::harness::world::{World, jakarta};

const CATALOGUE: &str = "\
sku,name,unit,price,cost,pack_name,pack_size,pack_price,shelf_life_days,minimum_order
MIE,Mi goreng rasa ayam bawang ukuran jumbo dengan nama yang panjang sekali,bungkus,3500,3000,dus,40,131000,240,
GULA,Gula pasir <b>curah</b>,kg,18000,16500,karung,25,440000,,
TEH,Teh celup,kotak,7500,6300,,,,,
";

/// Twelve days of sales, planned on the morning of the thirteenth.
async fn warung() -> (World, NaiveDate) {
    let first = NaiveDate::from_ymd_opt(2026, 11, 10).unwrap();
    let world = World::start(jakarta(first, 7, 0), CATALOGUE, &["Warung Bu Sri"]).await;
    let api = &world.shops[0].api;
    for day in 0..12 {
        world.clock.set(jakarta(first + Days::new(day), 9, 0));
        let lines = json!([{ "sku": "MIE", "quantity": 12 }, { "sku": "GULA", "quantity": "2.5" }]);
        let sale =
            json!({ "id": format!("s{day}"), "lines": lines, "payment": { "method": "cash" } });
        api.post("/sales", sale).await;
    }
    let today = first + Days::new(12);
    world.clock.set(jakarta(today, 5, 0));
    api.until("/plans/latest", |plan| {
        plan["plan_date"] == today.to_string()
    })
    .await;
    (world, today)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loop_closes_by_hand_on_both_sides_pages() {
    let (world, _) = warung().await;
    world.drained(0).await;
    let browser = Browser::start(360, 740).await;
    let (shop, hub) = (world.shops[0].api.base.clone(), world.hub.base.clone());

    browser.goto(&format!("{shop}/saran")).await;
    assert_eq!(browser.text("h1").await, "Saran kulakan");
    let shown = browser.text("main").await;
    assert!(shown.contains("Minggu, 22 Nov 2026"), "{shown}");
    assert!(shown.contains("Total belanja: Rp"), "{shown}");
    // A product's name is text, whatever it holds.
    assert!(shown.contains("Gula pasir <b>curah</b>"), "{shown}");
    assert!(shown.contains("3 karung (75 kg)"), "{shown}");
    assert!(shown.contains("Laku ±2,5 kg per hari"), "{shown}");
    assert!(
        shown.contains("1 barang belum punya cukup catatan"),
        "{shown}"
    );
    assert!(!browser.overflows().await);
    browser.screenshot("shop-suggestions-360").await;

    browser.click(".tools a").await;
    assert_eq!(browser.text("h1").await, "Reorder suggestions");
    let shown = browser.text("main").await;
    assert!(shown.contains("Sells about 2.5 kg a day"), "{shown}");
    assert!(shown.contains("Sunday, 22 Nov 2026"), "{shown}");
    browser.click(".tools a").await;
    assert_eq!(browser.text("h1").await, "Saran kulakan");

    browser.goto(&format!("{shop}/stok")).await;
    let shown = browser.text("main").await;
    assert!(shown.contains("-30 kg"), "{shown}");
    assert!(shown.contains("Minus: hitung ulang"), "{shown}");
    assert!(!browser.overflows().await);
    browser.screenshot("shop-stock-360").await;
    browser.fill("#q", "teh").await;
    browser.click("form:has(#q) button").await;
    browser.find("input[value='teh']").await;
    let shown = browser.text("ul.shelf").await;
    assert!(
        shown.contains("Teh celup") && !shown.contains("Gula"),
        "{shown}"
    );

    browser.goto(&format!("{shop}/sinkron")).await;
    let shown = browser.text("main").await;
    assert!(
        shown.contains("Semua sudah terkirim") && shown.contains("Distributor"),
        "{shown}"
    );
    browser.screenshot("shop-sync-360").await;

    browser.goto(&format!("{hub}/")).await;
    let shown = browser.text("main").await;
    assert!(
        shown.contains("Warung Bu Sri") && shown.contains("Giliran kirim"),
        "{shown}"
    );
    assert!(!browser.overflows().await);
    browser.screenshot("hub-shops-360").await;
    browser.goto(&format!("{hub}/toko")).await;
    browser.click("a[href^='/toko/0']").await;
    let shown = browser.text("main").await;
    assert!(shown.contains("-30 kg"), "{shown}");
    assert!(!browser.overflows().await);
    browser.screenshot("hub-positions-360").await;

    browser.goto(&format!("{hub}/kiriman")).await;
    browser.click("form[action='/kiriman/susun'] button").await;
    browser.click("section.card details summary").await;
    browser.screenshot("hub-due-360").await;
    browser
        .click("section.card form[action$='/setujui'] button")
        .await;
    browser
        .click("section.card form[action$='/berangkat'] button")
        .await;
    let shown = browser.text("main").await;
    assert!(shown.contains("Di jalan"), "{shown}");
    assert!(!browser.overflows().await);

    world.drained(0).await;
    browser.goto(&format!("{shop}/saran")).await;
    assert!(
        browser
            .text("main")
            .await
            .contains("Sedang dikirim distributor")
    );
    browser.click("section.card a").await;
    browser.screenshot("shop-delivery-360").await;
    browser.fill("input[name='came.GULA']", "40").await;
    browser.fill("input[name='damaged.GULA']", "0,5").await;
    browser.click("main form button").await;
    browser.find("span.tag.good").await;
    assert!(browser.text("main").await.contains("Sudah masuk"));
    world.drained(0).await;
    let stock = world.shops[0].api.get("/stock/GULA").await;
    assert_eq!(stock["on_hand"], -30_000 + 39_500);

    browser.goto(&format!("{hub}/kiriman")).await;
    assert!(browser.text("main").await.contains("Diterima kurang"));
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_fit_a_desk_and_say_when_there_is_nothing() {
    let first = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let world = World::start(jakarta(first, 7, 0), CATALOGUE, &["Warung Baru"]).await;
    let browser = Browser::start(1280, 800).await;
    let (shop, hub) = (&world.shops[0].api.base, &world.hub.base);
    for (url, name, expected) in [
        (
            format!("{shop}/saran"),
            "shop-empty-1280",
            "Hitung ulang sekarang",
        ),
        (
            format!("{shop}/kiriman"),
            "shop-no-deliveries-1280",
            "Belum ada kiriman",
        ),
        (format!("{shop}/stok"), "shop-stock-1280", "Habis"),
        (format!("{hub}/toko"), "hub-shops-1280", "Warung Baru"),
        (
            format!("{hub}/kiriman"),
            "hub-nothing-due-1280",
            "Susun kiriman",
        ),
    ] {
        browser.goto(&url).await;
        let shown = browser.text("main").await;
        assert!(shown.contains(expected), "{url}: {shown}");
        assert!(!browser.overflows().await, "{url}");
        browser.screenshot(name).await;
    }
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
    world.stop().await;
}
