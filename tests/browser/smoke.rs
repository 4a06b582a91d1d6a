//! The harness itself, on a page of our own.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

use super::Browser;

const PAGE: &str = "<!doctype html><title>Kulakan</title>\
    <meta name=viewport content='width=device-width'><link rel=icon href=data:,>\
    <h1>Saran kulakan</h1><input id=q><button onclick=\"late()\">Cari</button><p id=out></p>\
    <script>function late() { setTimeout(() => { out.innerHTML = '<b>' + q.value + '</b>' }, 50) }</script>";

const BROKEN: &str = "<!doctype html><link rel=icon href=data:,>\
    <meta name=viewport content='width=device-width'><div style='width: 900px'>wide</div>\
    <script>throw new Error('broken till')</script>";

#[tokio::test(flavor = "multi_thread")]
async fn the_harness_reads_clicks_and_sees_errors() {
    let pages = Router::new()
        .route("/", get(|| async { Html(PAGE) }))
        .route("/broken", get(|| async { Html(BROKEN) }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, pages).await });

    let browser = Browser::start(390, 844).await;
    browser.goto(&format!("http://{address}/")).await;
    assert_eq!(browser.text("h1").await, "Saran kulakan");
    browser.fill("#q", "gula 1 kg").await;
    browser.click("button").await;
    assert_eq!(browser.text("#out b").await, "gula 1 kg");
    assert_eq!(browser.errors().await, Vec::<String>::new());
    assert!(!browser.overflows().await);
    let image = std::fs::read(browser.screenshot("smoke").await).expect("a screenshot on disk");
    let side = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(
        (side(16), side(20)),
        (390, 844),
        "width and height in the PNG header"
    );

    browser.goto(&format!("http://{address}/broken")).await;
    let errors = browser.errors().await;
    assert!(
        errors.iter().any(|error| error.contains("broken till")),
        "{errors:?}"
    );
    assert!(browser.overflows().await);
    browser.close().await;
}
