//! Who reaches what.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::routes;
use crate::harness::counter::{Counter, OWNERS_PIN, form};

/// Cost and profit of this shop's only product; nothing else comes to these figures.
const COST: i64 = 54_321;
const PRICE: i64 = 98_765;

async fn trading() -> Counter {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", PRICE, COST).await;
    let receipt = json!({ "lines": [{ "sku": "MIE", "quantity": 10, "expires": "2026-12-31", "cost": COST }] });
    counter
        .api(Method::POST, "/stock/receipts", Some(&receipt))
        .await;
    let lines = json!([{ "sku": "MIE", "quantity": 1 }]);
    let debt = json!({ "method": "debt", "customer_id": "tini" });
    counter.sell("s1", lines.clone(), debt).await;
    counter.sell("s2", lines, json!({ "method": "cash" })).await;
    counter
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_a_page_without_a_pin() {
    let counter = trading().await;
    let nobody = counter.visitor();
    for route in routes::all().iter().filter(|route| !public(&route.path)) {
        for (method, has) in [(Method::GET, route.reads), (Method::POST, route.writes)] {
            if !has {
                continue;
            }
            let seen = nobody
                .send(form(nobody.request(method.clone(), &route.path), &[]))
                .await;
            assert!(
                seen.status == 303 && seen.to.starts_with("/masuk"),
                "{method} {}: {} {}",
                route.path,
                seen.status,
                seen.text
            );
        }
    }
}

/// What lies outside of the door: the door itself, and files that are the same in every shop.
fn public(path: &str) -> bool {
    path == "/masuk" || path.starts_with("/assets/") || path.starts_with("/bahasa/")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_reaches_no_page_of_the_owner_and_sees_no_cost_anywhere() {
    let counter = trading().await;
    let (_, siti) = counter.cashier("Siti", "2468").await;
    let owner = counter.owner().await;
    let profit = PRICE - COST;
    let told = |text: &str| -> Option<String> {
        [COST, profit, 2 * profit, COST * 8, COST * 10]
            .iter()
            .flat_map(|figure| {
                let plain = figure.to_string();
                let (thousands, rest) = plain.split_at(plain.len() - 3);
                [
                    plain.clone(),
                    format!("{thousands}.{rest}"),
                    format!("{thousands},{rest}"),
                ]
            })
            .find(|figure| text.contains(figure.as_str()))
    };
    let mut owners = 0;
    for route in routes::all().iter().filter(|route| !public(&route.path)) {
        if route.owners {
            owners += 1;
            for (method, has) in [(Method::GET, route.reads), (Method::POST, route.writes)] {
                if has {
                    let seen = siti
                        .send(form(siti.request(method.clone(), &route.path), &[]))
                        .await;
                    assert_eq!(seen.status, 403, "{method} {}: {}", route.path, seen.text);
                }
            }
        } else if route.reads {
            let seen = siti.get(&route.path).await;
            assert_ne!(seen.status, 500, "{}: {}", route.path, seen.text);
            assert_eq!(told(&seen.text), None, "{}: {}", route.path, seen.text);
        }
    }
    assert!(owners >= 8, "{owners} pages of the owner");
    // The owner's pages are where they should be, for the owner.
    for path in ["/orang", "/catatan", "/pengaturan", "/saran"] {
        owner.get(path).await.expect(200);
    }
    let menu = siti.get("/lainnya").await.expect(200);
    for path in ["/orang", "/catatan", "/pengaturan", "/saran", "/laporan"] {
        assert!(
            !menu.contains(&format!("href=\"{path}\"")),
            "{path}: {menu}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_make_no_browser_send_a_form() {
    let counter = trading().await;
    let owner = counter.owner().await;
    let before = counter.number("SELECT count(*) FROM audit");
    for route in routes::all().iter().filter(|route| route.writes) {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
        ] {
            let request = owner.request(Method::POST, &route.path).header(name, value);
            let seen = owner.send(form(request, &[("pin", OWNERS_PIN)])).await;
            assert_eq!(
                seen.status, 403,
                "{} {name}: {value}: {}",
                route.path, seen.text
            );
            assert!(seen.text.contains("bukan dari sini"), "{}", seen.text);
            assert_eq!(seen.cookies, Vec::<String>::new());
        }
    }
    assert_eq!(counter.number("SELECT count(*) FROM audit"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_made_to_point_here_reaches_nothing() {
    let counter = trading().await;
    let owner = counter.owner().await;
    for host in [
        "evil.example",
        "evil.example:7171",
        "localhost.evil.example",
        "192.168.1.9",
    ] {
        for method in [Method::GET, Method::POST] {
            let request = owner.request(method, "/penjualan").header("host", host);
            let seen = owner.send(request).await;
            assert_eq!(seen.status, 421, "{host}: {}", seen.text);
        }
    }
    let request = owner
        .request(Method::GET, "/penjualan")
        .header("host", "localhost");
    owner.send(request).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_is_a_cookie_that_no_script_reads_and_no_other_site_sends() {
    let counter = trading().await;
    let seen = counter
        .visitor()
        .post("/masuk", &[("pin", OWNERS_PIN)])
        .await;
    assert_eq!(seen.to, "/");
    let session = seen
        .cookies
        .iter()
        .find(|cookie| cookie.starts_with("sesi="))
        .unwrap();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(session.contains(attribute), "{session}");
    }
    let secret = session["sesi=".len()..].split(';').next().unwrap();
    assert_eq!(secret.len(), 64);
    // It is in no page and no address.
    let owner = counter.owner().await;
    let secret = owner.cookie.split_once('=').unwrap().1.to_owned();
    for route in routes::all().iter().filter(|route| route.reads) {
        let seen = owner.get(&route.path).await;
        assert!(
            !seen.text.contains(&secret) && !seen.to.contains(&secret),
            "{}",
            route.path
        );
    }
}

/// No form of a page is larger.
const FORM_LIMIT: usize = 2 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_turned_away() {
    let counter = trading().await;
    let owner = counter.owner().await;
    let huge = format!("pin={}", "1".repeat(FORM_LIMIT - 3));
    for path in [
        "/masuk",
        "/penjualan/s1/batal",
        "/orang/kasir",
        "/pengaturan",
    ] {
        let request = owner.request(Method::POST, path).body(huge.clone());
        let kind = "application/x-www-form-urlencoded";
        let seen = owner.send(request.header("content-type", kind)).await;
        assert_eq!(seen.status, 413, "{path}: {}", seen.text);
    }
    // What no photograph is as large as is turned away by its announcement, before any of it was sent.
    let address = counter.url.trim_start_matches("http://").to_owned();
    let answer = tokio::task::spawn_blocking(move || announced(&address, 17 * 1024 * 1024));
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    owner.get("/penjualan").await.expect(200);
}

/// The answer to a form of this many bytes of which none is sent.
fn announced(address: &str, bytes: usize) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let wait = Duration::from_secs(30);
    stream.set_read_timeout(Some(wait)).unwrap();
    let head =
        format!("POST /masuk HTTP/1.1\r\nhost: {address}\r\ncontent-length: {bytes}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 512];
    let read = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}
