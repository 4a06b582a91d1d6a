//! What a page may hold: our own scripts and styles as files of their own, and whatever people typed as text.

use kulakan::shop::access::Person;
use reqwest::Method;
use serde_json::json;

use super::routes;
use crate::harness::counter::{Counter, OWNERS_PIN};

const NAME: &str = "<script>alert(1)</script>";

/// Everything that can have a name has this one.
async fn hostile() -> Counter {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let name = format!("{NAME}\"'><img src=x onerror=alert(2)>");
    counter.product("MIE", &name, 3_500, 3_000).await;
    counter.shop.add_cashier(NAME, "2468").await.unwrap();
    let customer = json!({ "id": "tini", "name": NAME, "note": NAME });
    let customer = serde_json::from_value(customer).unwrap();
    counter
        .shop
        .add_customer(&customer, &Person::owner())
        .await
        .unwrap();
    let lines = json!([{ "sku": "MIE", "quantity": 1 }]);
    let debt = json!({ "method": "debt", "customer_id": "tini" });
    counter.sell("s1", lines.clone(), debt.clone()).await;
    counter.sell("s2", lines, debt).await;
    let reason = json!({ "reason": NAME });
    counter
        .api(Method::POST, "/sales/s1/void", Some(&reason))
        .await;
    counter
}

/// A page's tags with their attributes.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .filter_map(|part| part.split('>').next())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_runs_what_somebody_typed() {
    let counter = hostile().await;
    let owner = counter.owner().await;
    let paths = routes::all();
    let mut pages = 0;
    let more = [
        "/penjualan?q=<script>alert(1)</script>",
        "/masuk?lanjut=/<script>alert(1)</script>",
    ];
    let paths = paths
        .iter()
        .filter(|route| route.reads)
        .map(|route| &*route.path);
    for path in paths.chain(more) {
        let seen = owner.get(path).await;
        assert_ne!(seen.status, 500, "{path}: {}", seen.text);
        let header = |name: &str| {
            let value = seen.headers.get(name);
            value
                .map(|value| value.to_str().unwrap())
                .unwrap_or_default()
        };
        if !header("content-type").starts_with("text/html") {
            continue;
        }
        pages += 1;
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"));
        for weak in ["unsafe", "*", "http:", "https:"] {
            assert!(!policy.contains(weak), "{path}: {policy}");
        }
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        for tag in tags(&seen.text) {
            let tag = tag.to_lowercase();
            if tag.starts_with("script") {
                assert!(tag.contains(" src=\"/assets/"), "{path}: <{tag}>");
            }
            assert!(!tag.starts_with("style"), "{path}: <{tag}>");
            // What stands between quotation marks is text.
            let bare: String = tag.split('"').step_by(2).collect();
            for attribute in bare.split_whitespace().skip(1) {
                let inline = attribute == "style="
                    || attribute.starts_with("on") && attribute.ends_with('=');
                assert!(!inline, "{path}: <{tag}>");
            }
            for outside in [
                "src=\"http",
                "href=\"http",
                "src=\"//",
                "href=\"//",
                "=\"javascript:",
            ] {
                let shared = tag.contains("href=\"https://wa.me/");
                assert!(shared || !tag.contains(outside), "{path}: <{tag}>");
            }
        }
    }
    assert!(pages >= 15, "{pages} pages");
    for path in [
        "/penjualan/s1",
        "/orang",
        "/catatan",
        "/masuk",
        "/kasbon",
        "/kasbon/tini",
    ] {
        let page = owner.get(path).await.expect(200);
        assert!(
            page.contains("alert(1)") && !page.contains(NAME),
            "{path}: {page}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_puts_a_secret_into_an_address() {
    let counter = hostile().await;
    let owner = counter.owner().await;
    let mut asked = 0;
    for route in routes::all().iter().filter(|route| route.reads) {
        let html = owner.get(&route.path).await.text;
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if form.contains("type=\"password\"") || form.contains("name=\"pin\"") {
                asked += 1;
                assert!(form.contains("method=\"post\""), "{}: {form}", route.path);
            }
        }
    }
    assert!(asked >= 3, "{asked} forms with a PIN");
    // A PIN in an address lets nobody in.
    let seen = counter
        .visitor()
        .get(&format!("/masuk?pin={OWNERS_PIN}"))
        .await;
    assert_eq!((seen.status, seen.cookies.len()), (200, 0));
    let nobody = counter.visitor();
    let address = format!("/masuk?pin={OWNERS_PIN}");
    let seen = nobody.send(nobody.request(Method::POST, &address)).await;
    assert_ne!(seen.status, 303);
}
