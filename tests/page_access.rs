//! Who may see the pages of both sides, and whose forms they take.

use std::net::SocketAddr;
use std::path::Path;

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::{Hub, NewHub};
use kulakan::shop::{NewShop, Shop};
use reqwest::{Client, RequestBuilder, redirect};
use rstest::rstest;
use tokio_util::sync::CancellationToken;

use crate::harness::running::moment;

const NOW: &str = "2026-11-23T02:00:00Z";
const ZONE: &str = "Asia/Jakarta";

#[derive(Clone, Copy)]
enum Side {
    Shop,
    Hub,
}

/// A daemon of that side whose pages open with 4711, and a browser that keeps what cookies it is given.
async fn daemon(side: Side, folder: &Path) -> (SocketAddr, Client) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (clock, config) = (
        ManualClock::at(moment(NOW)),
        Config::for_folder(folder).unwrap(),
    );
    let (name, timezone, pin) = (
        "Contoh".to_owned(),
        ZONE.to_owned(),
        Some("4711".to_owned()),
    );
    let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    match side {
        Side::Shop => {
            let currency = "IDR".to_owned();
            let new = NewShop {
                name,
                timezone,
                currency,
                pin,
            };
            drop(
                Shop::create(config.clone(), new, clock.clone())
                    .await
                    .unwrap(),
            );
            tokio::spawn(kulakan::shop::run(config, listener, clock, stop));
        }
        Side::Hub => {
            let new = NewHub {
                name,
                timezone,
                pin,
            };
            drop(
                Hub::create(config.clone(), new, clock.clone())
                    .await
                    .unwrap(),
            );
            tokio::spawn(kulakan::hub::run(config, listener, clock, stop));
        }
    }
    let browser = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none());
    (address, browser.build().unwrap())
}

fn pin_form(request: RequestBuilder, pin: &str) -> RequestBuilder {
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("pin={pin}"))
}

/// Status, where it leads, and the session cookie that it sets, which need not be the first of its cookies.
async fn seen(request: RequestBuilder) -> (u16, String, String) {
    let response = request.send().await.unwrap();
    let texts = |name: &str| -> Vec<String> {
        let values = response.headers().get_all(name).iter();
        values
            .map(|value| value.to_str().unwrap().to_owned())
            .collect()
    };
    let session = texts("set-cookie")
        .into_iter()
        .find(|cookie| cookie.starts_with("sesi="));
    (
        response.status().as_u16(),
        texts("location").into_iter().next().unwrap_or_default(),
        session.unwrap_or_default(),
    )
}

#[rstest]
#[case::shop(Side::Shop, &["/", "/stok", "/kiriman", "/sinkron"])]
#[case::hub(Side::Hub, &["/", "/toko/x", "/kiriman"])]
#[tokio::test(flavor = "multi_thread")]
async fn pages_open_with_the_pin_only_and_until_one_leaves(
    #[case] side: Side,
    #[case] paths: &[&str],
) {
    let folder = tempfile::tempdir().unwrap();
    let (address, browser) = daemon(side, folder.path()).await;
    let url = |path: &str| format!("http://{address}{path}");
    let log_in = |pin: &str| pin_form(browser.post(url("/masuk")), pin);
    for path in paths {
        let (status, to, _) = seen(browser.get(url(path))).await;
        let asked = to.split('?').next();
        assert_eq!((status, asked), (303, Some("/masuk")), "{path}");
    }
    assert_eq!(seen(browser.get(url("/masuk"))).await.0, 200);
    let (status, _, cookie) = seen(log_in("0000")).await;
    assert_eq!((status, &*cookie), (401, ""));
    let (status, to, cookie) = seen(log_in("4711")).await;
    assert_eq!((status, &*to), (303, "/"));
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let session = cookie.split(';').next().unwrap().to_owned();
    // The first page may lead on to another.
    let inside = paths[paths.len() - 1];
    let with = |request: RequestBuilder| request.header("cookie", session.clone());
    assert_eq!(seen(with(browser.get(url(inside)))).await.0, 200);
    let forged = browser.get(url(inside)).header("cookie", "sesi=0");
    assert_eq!(seen(forged).await.0, 303);

    assert_eq!(seen(with(browser.post(url("/keluar")))).await.0, 303);
    assert_eq!(seen(with(browser.get(url(inside)))).await.0, 303);
}

#[rstest]
#[case::shop(Side::Shop)]
#[case::hub(Side::Hub)]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_is_turned_away(#[case] side: Side) {
    let folder = tempfile::tempdir().unwrap();
    let (address, browser) = daemon(side, folder.path()).await;
    let form = || pin_form(browser.post(format!("http://{address}/masuk")), "4711");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        let (status, _, cookie) = seen(form().header(name, value)).await;
        assert_eq!((status, &*cookie), (403, ""), "{name}: {value}");
    }
    let own = format!("http://{address}");
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", &*own)] {
        assert_eq!(
            seen(form().header(name, value)).await.0,
            303,
            "{name}: {value}"
        );
    }
}
