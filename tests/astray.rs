//! Wrong addresses, old pages and files that are too large, at both sides: a page for people, problem JSON for programs.

use chrono::NaiveDate;
use reqwest::{Client, Method, Response, StatusCode};

use crate::browser::Browser;
use crate::harness::counter::{Counter, OWNERS_PIN};
use crate::harness::world::{World, jakarta};

const CATALOGUE: &str = "sku,name,unit,price,cost\nMIE,Mi goreng,bungkus,3500,3000\n";

async fn ask(method: Method, url: &str, accept: &str, body: usize, cookie: &str) -> Response {
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client
        .request(method, url)
        .header("accept", accept)
        .header("cookie", cookie)
        .header("content-type", "application/x-www-form-urlencoded");
    let request = if body > 0 {
        request.body(format!("q={}", "x".repeat(body)))
    } else {
        request
    };
    request.send().await.unwrap()
}

fn kind(response: &Response) -> String {
    let kind = response.headers()["content-type"].to_str().unwrap();
    kind.split(';').next().unwrap().to_owned()
}

/// What browsers say when somebody opens a page.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_get_a_page_in_their_language_and_programs_a_problem() {
    let first = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let world = World::start(jakarta(first, 7, 0), CATALOGUE, &["Warung"]).await;
    let shop = world.shops[0].api.base.clone();
    let hub = world.hub.base.clone();
    let form = |path: &str| (Method::POST, format!("{shop}{path}"), 3_000_000);
    for (method, url, body, status, indonesian, english) in [
        (
            Method::GET,
            format!("{shop}/tidak/ada"),
            0,
            404,
            "Halaman ini tidak ada",
            "There is no such page",
        ),
        (
            Method::GET,
            format!("{hub}/tidak/ada"),
            0,
            404,
            "Halaman ini tidak ada",
            "There is no such page",
        ),
        (
            Method::GET,
            format!("{shop}/stok/tidak-ada/"),
            0,
            404,
            "Halaman ini tidak ada",
            "There is no such page",
        ),
        (
            Method::GET,
            format!("{shop}/keluar"),
            0,
            405,
            "tidak bisa dibuka begini",
            "does not open like this",
        ),
        (
            Method::GET,
            format!("{hub}/keluar"),
            0,
            405,
            "tidak bisa dibuka begini",
            "does not open like this",
        ),
        (
            form("/opname").0,
            form("/opname").1,
            form("/opname").2,
            413,
            "terlalu besar",
            "Too much was sent",
        ),
        (
            Method::POST,
            format!("{hub}/kiriman"),
            3_000_000,
            413,
            "terlalu besar",
            "Too much was sent",
        ),
        (
            Method::POST,
            format!("{hub}/kiriman"),
            3,
            422,
            "tidak terbaca",
            "could not be read",
        ),
    ] {
        for (cookie, words, language) in [("", indonesian, "id"), ("bahasa=en", english, "en")] {
            let answer = ask(method.clone(), &url, BROWSER, body, cookie).await;
            assert_eq!(answer.status(), status, "{url}");
            assert_eq!(kind(&answer), "text/html", "{url}");
            let policy = answer.headers()["content-security-policy"]
                .to_str()
                .unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            let page = answer.text().await.unwrap();
            assert!(page.contains(words), "{url}: {page}");
            assert!(
                page.contains(&format!("<html lang=\"{language}\"")),
                "{page}"
            );
            assert!(page.contains("<a class=\"button\" href=\"/\">"), "{page}");
        }
        let answer = ask(method.clone(), &url, "*/*", body, "").await;
        assert_eq!(answer.status(), status, "{url}");
        assert_eq!(kind(&answer), "application/problem+json", "{url}");
    }
    // The API's callers get what they were promised, whatever their client says that it accepts.
    for url in [
        format!("{shop}/api/v1/nothing"),
        format!("{hub}/api/v1/nothing"),
    ] {
        let answer = ask(Method::GET, &url, BROWSER, 0, "").await;
        assert!(answer.status().is_client_error());
        assert_eq!(kind(&answer), "application/problem+json", "{url}");
    }
    // Under a name that is not ours nothing looks like a page.
    let client = Client::builder().no_proxy().build().unwrap();
    let elsewhere = client
        .get(format!("{shop}/tidak/ada"))
        .header("accept", BROWSER)
        .header("host", "jahat.example");
    let answer = elsewhere.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(kind(&answer), "application/problem+json");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_home_is_one_tap() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/<b>tidak</b>", counter.url)).await;
    assert_eq!(browser.text("h1").await, "Halaman ini tidak ada");
    assert!(!browser.overflows().await);
    browser.screenshot("astray-360").await;
    browser.click(".tools a").await;
    assert_eq!(browser.text("h1").await, "There is no such page");
    browser.click("main a.button").await;
    browser.find("#pin").await;
    browser.close().await;
}
