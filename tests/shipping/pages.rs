//! The pages in a real browser: a dispatcher's day, and a driver's where no signal is.

use kulakan::config::Config;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

use super::super::hub_api::Distributor;
use super::{noodles, of_noodles, stocked};
use crate::browser::Browser;

async fn sound(browser: &Browser, name: &str) {
    assert!(
        !browser.overflows().await,
        "{name} is wider than its window"
    );
    assert_eq!(browser.errors().await, Vec::<String>::new(), "{name}");
    browser.screenshot(name).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispatcher_drafts_confirms_and_sends_a_day_off_and_prints_its_papers() {
    let distributor = stocked(200).await;
    for name in ["Warung Ani", "Warung Budi", "Warung Citra"] {
        distributor.shop(name).await;
    }
    let url = |path: &str| distributor.daemon.url(path);
    let browser = Browser::start(1280, 900).await;
    browser.goto(&url("/kiriman")).await;
    assert!(browser.text(".empty").await.contains("Susun kiriman"));
    browser.click("form[action='/kiriman/susun'] button").await;
    let told = browser.text(".good-news").await;
    assert!(
        told.contains("Disusun: 3") && told.contains("1 barang kurang"),
        "{told}"
    );
    // Who gets less is in the folded lines of the shops' cards.
    for card in 2..=4 {
        let summary = format!("section.card:nth-of-type({card}) details summary");
        browser.click(&summary).await;
    }
    let page = browser.text("main").await;
    assert!(page.contains("stok dibagi rata"), "{page}");
    sound(&browser, "kiriman-1280").await;
    browser.click("button[value=setujui]").await;
    assert!(browser.text(".good-news").await.contains("Berhasil: 3"));
    // One line is loaded otherwise than recommended.
    let id = distributor.get("/shipments?state=confirmed").await["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    browser.goto(&url(&format!("/kiriman/{id}"))).await;
    browser.fill("[name='jumlah.ROTI']", "7").await;
    browser.click("button[formaction$='/berangkat']").await;
    let shipment = distributor.get(&format!("/shipments/{id}")).await;
    assert_eq!(shipment["state"], "dispatched");
    assert_eq!(
        super::super::hub_api::line(&shipment, "ROTI")["quantity"],
        7
    );
    // What was typed cannot be read: nothing is done, and the page says where.
    browser.fill("[name='jumlah.ROTI']", "tujuh").await;
    browser.click("form.stack button.quiet").await;
    assert!(browser.text("main").await.contains("ROTI"));

    browser.goto(&url("/kiriman?tanggal=2026-11-22")).await;
    browser.click("button[value=berangkat]").await;
    assert_eq!(noodles(&distributor).await, (0, 0, 0));
    let _ = browser.errors().await;
    let papers = [
        (format!("/kiriman/{id}/surat-jalan"), "SJ-2026-"),
        ("/kiriman/muat?tanggal=2026-11-22".to_owned(), "Warung Budi"),
        (
            "/kiriman/lembar-rute?tanggal=2026-11-22".to_owned(),
            "Warung Citra",
        ),
    ];
    for (path, says) in &papers {
        browser.goto(&url(path)).await;
        let paper = browser.text(".paper").await;
        assert!(paper.contains(says), "{path}: {paper}");
    }
    browser.goto(&url(&papers[0].0)).await;
    assert!(browser.text(".paper").await.contains("SOON"));
    sound(&browser, "surat-jalan-1280").await;
    browser.close().await;

    let browser = Browser::start(360, 780).await;
    let pages = [
        ("/kiriman?tanggal=2026-11-22".to_owned(), "kiriman-360"),
        (format!("/kiriman/{id}"), "kiriman-satu-360"),
        (papers[0].0.clone(), "surat-jalan-360"),
        ("/jadwal".to_owned(), "jadwal-360"),
        ("/jadwal/rute".to_owned(), "jadwal-rute-360"),
        ("/jadwal/kemasan".to_owned(), "jadwal-kemasan-360"),
        ("/kiriman/selisih".to_owned(), "selisih-360"),
        ("/kiriman/retur".to_owned(), "retur-360"),
        ("/rute-saya?rute=-".to_owned(), "rute-saya-360"),
    ];
    for (path, name) in pages {
        browser.goto(&url(&path)).await;
        sound(&browser, name).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn routes_vehicles_and_stops_are_set_up_on_their_pages() {
    let distributor = Distributor::start().await;
    for name in ["Warung Ani", "Warung Budi"] {
        distributor.shop(name).await;
    }
    let url = |path: &str| distributor.daemon.url(path);
    let browser = Browser::start(1280, 900).await;
    browser.goto(&url("/jadwal/rute")).await;
    browser
        .fill("form[action='/jadwal/mobil'] [name=nama]", "Gran Max")
        .await;
    browser
        .fill("form[action='/jadwal/mobil'] [name=liter]", "1.500,5")
        .await;
    browser.click("form[action='/jadwal/mobil'] button").await;
    browser
        .fill("form[action='/jadwal/rute'] [name=nama]", "Utara")
        .await;
    browser
        .click("form[action='/jadwal/rute'] [name='hari.sun']")
        .await;
    browser
        .click("form[action='/jadwal/rute'] option:nth-of-type(2)")
        .await;
    browser
        .click("form[action='/jadwal/rute'] .steps button")
        .await;
    let vehicles = distributor.get("/vehicles").await;
    assert_eq!(vehicles["items"][0]["volume"], 1_500_500);
    let routes = distributor.get("/routes").await;
    let route = &routes["items"][0];
    assert_eq!(
        (&route["weekdays"], &route["vehicle_id"]),
        (&json!("sun"), &vehicles["items"][0]["id"])
    );
    browser.click("a[href^='/jadwal/rute/']").await;
    browser.fill("#warung", "Warung Budi\nWarung Ani\n").await;
    browser.click("form.stack button").await;
    let routes = distributor.get("/routes").await;
    assert_eq!(routes["items"][0]["shops"].as_array().unwrap().len(), 2);
    browser.fill("#warung", "Warung Entah").await;
    browser.click("form.stack button").await;
    assert!(browser.text("main").await.contains("Warung Entah"));
    let _ = browser.errors().await;
    browser.goto(&url("/jadwal")).await;
    let calendar = browser.text(".calendar").await;
    assert!(
        calendar.contains("Utara") && calendar.contains("2 warung"),
        "{calendar}"
    );
    sound(&browser, "jadwal-1280").await;
    browser.close().await;
}

/// Asks the page until `script` gives true.
async fn until(browser: &Browser, script: &str) {
    let started = Instant::now();
    while browser.script(script).await != Value::Bool(true) {
        assert!(
            started.elapsed() < Duration::from_secs(40),
            "never: {script}"
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_without_signal_records_stops_and_each_is_sent_once_when_the_hub_is_back() {
    let mut distributor = stocked(200).await;
    let (ani, budi) = (
        distributor.shop("Warung Ani").await,
        distributor.shop("Warung Budi").await,
    );
    let (_, route) = distributor
        .post("/routes", json!({ "name": "Utara", "salesman": "Joko" }))
        .await;
    let route = route["id"].as_str().unwrap().to_owned();
    let stops = json!({ "shops": [budi.id, ani.id] });
    let path = format!("/routes/{route}/stops");
    let put = distributor.call(reqwest::Method::PUT, &path, Some(&stops));
    assert_eq!(put.await.0, 200);
    let mut ids = Vec::new();
    for shop in [&budi, &ani] {
        let id = of_noodles(&distributor, shop, 80).await;
        distributor.step(&id, "confirm", json!({})).await;
        assert_eq!(distributor.step(&id, "dispatch", json!({})).await.0, 200);
        ids.push(id);
    }
    let page = distributor.daemon.url(&format!("/rute-saya?rute={route}"));
    let browser = Browser::start(360, 780).await;
    browser.goto(&page).await;
    assert!(browser.text("main").await.contains("1. Warung Budi"));
    until(
        &browser,
        "return caches.match(location.href).then((found) => found !== undefined)",
    )
    .await;

    distributor.daemon.stop.cancel();
    (&mut distributor.daemon.running).await.unwrap().unwrap();
    browser.goto(&page).await;
    assert!(browser.text("main").await.contains("2. Warung Ani"));
    let card = |id: &str, inner: &str| format!("[data-stop='{id}'] {inner}");
    browser.click(&card(&ids[0], "details summary")).await;
    browser
        .fill(&card(&ids[0], "[name='turun.MIE']"), "78")
        .await;
    browser
        .fill(&card(&ids[0], "[name='retur.MIE']"), "5")
        .await;
    browser.click(&card(&ids[0], "details button")).await;
    browser
        .click(&card(&ids[1], "[data-forms] > form button"))
        .await;
    assert!(
        browser
            .text(&card(&ids[0], "[data-waiting]"))
            .await
            .contains("Menunggu sinyal")
    );
    browser.screenshot("rute-saya-tanpa-sinyal-360").await;
    // Even a closed and opened page keeps what waits.
    browser.goto(&page).await;
    let waiting = "return JSON.parse(localStorage.getItem('kulakan-rute-antre')).length";
    assert_eq!(browser.script(waiting).await, 2);

    let listener = kulakan::web::serve::listen(distributor.daemon.address)
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let run = kulakan::hub::run(
        Config::for_folder(distributor.daemon.folder.path()).unwrap(),
        listener,
        distributor.daemon.clock.clone(),
        stop.clone(),
    );
    distributor.daemon.stop = stop;
    distributor.daemon.running = tokio::spawn(run);
    browser
        .script("dispatchEvent(new Event('online')); return true")
        .await;
    until(
        &browser,
        "return JSON.parse(localStorage.getItem('kulakan-rute-antre')).length === 0",
    )
    .await;
    browser.goto(&page).await;
    browser.screenshot("rute-saya-terkirim-360").await;
    let states: Vec<Value> = [
        distributor.get(&format!("/shipments/{}", ids[0])).await["state"].clone(),
        distributor.get(&format!("/shipments/{}", ids[1])).await["state"].clone(),
    ]
    .into();
    assert_eq!(states, [json!("short"), json!("received")]);
    let found = distributor.get("/differences").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let returns = distributor.get("/returns").await;
    assert_eq!(returns["items"].as_array().unwrap().len(), 1);
    assert_eq!(returns["items"][0]["lines"][0]["quantity"], 5);
    browser.close().await;
}
