//! The shop's door: who may in, under which name, and what monitors see.

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::shop::access::{PinOutcome, lock_after};
use kulakan::shop::{NewShop, Shop};
use reqwest::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::Value;

use crate::harness::running::{Client, Daemon, ShopFolder, moment};

const NOW: &str = "2026-11-23T02:00:00Z";

struct Door {
    folder: ShopFolder,
    daemon: Daemon,
    token: String,
    client: reqwest::Client,
}

impl Door {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (folder, token) = ShopFolder::found(NOW, "Asia/Jakarta", "0 0 2 * * *").await;
        Self {
            daemon: folder.run().await,
            folder,
            token,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(Method::GET, format!("{}{path}", self.daemon.url()))
    }

    async fn status(&self, path: &str) -> StatusCode {
        self.get(path).send().await.unwrap().status()
    }
}

async fn problem(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status);
    (status, body)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_wants_a_valid_token_and_tells_nothing_without() {
    let door = Door::open().await;
    let sync = "/api/v1/sync";
    let (status, body) = problem(door.get(sync)).await;
    assert_eq!(status, 401);
    assert!(body["detail"].as_str().unwrap().contains("token create"));
    let challenge = door.get(sync).send().await.unwrap();
    assert_eq!(challenge.headers()["www-authenticate"], "Bearer");
    let wrong = "0".repeat(64);
    assert_eq!(problem(door.get(sync).bearer_auth(wrong)).await.0, 401);
    assert_eq!(
        problem(door.get(sync).header("authorization", "Basic eDp5"))
            .await
            .0,
        401
    );
    for scheme in ["Bearer", "bearer"] {
        let header = format!("{scheme} {}", door.token);
        let right = door.get(sync).header("authorization", header);
        assert_eq!(right.send().await.unwrap().status(), 200);
    }
    let shop = door.folder.open().await;
    let id = shop.tokens().await.unwrap()[0].id;
    shop.revoke_token(id).await.unwrap();
    assert_eq!(
        problem(door.get(sync).bearer_auth(&door.token)).await.0,
        401
    );
    door.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_is_turned_away() {
    let door = Door::open().await;
    let request = door
        .get("/api/v1/sync")
        .bearer_auth(&door.token)
        .header("host", "evil.example");
    let (status, body) = problem(request).await;
    assert_eq!(status, 421);
    assert!(body["detail"].as_str().unwrap().contains("evil.example"));
    let localhost = door
        .get("/api/v1/sync")
        .bearer_auth(&door.token)
        .header("host", format!("localhost:{}", door.daemon.address.port()));
    assert_eq!(localhost.send().await.unwrap().status(), 200);
    door.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_a_write_that_succeeds() {
    let door = Door::open().await;
    for path in ["/healthz", "/api/v1/healthz"] {
        assert_eq!(door.status(path).await, 200, "{path}");
    }
    door.daemon.stop().await;
    // The settings name a short patience, so that the refusal comes soon.
    std::fs::write(
        door.folder.path.join("config.toml"),
        "busy_timeout_ms = 50\n",
    )
    .unwrap();
    let path = door.folder.path.clone();
    let folder = ShopFolder::at(path, door.folder.clock.clone(), "0 0 2 * * *");
    let daemon = folder.run().await;
    let url = format!("{}/healthz", daemon.url());
    assert_eq!(door.client.get(&url).send().await.unwrap().status(), 200);
    let holder = Connection::open(Shop::file(&folder.path)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (status, body) = problem(door.client.get(&url)).await;
    assert_eq!(status, 503);
    assert!(
        body["detail"].as_str().unwrap().contains("in use"),
        "{body}"
    );
    holder.execute_batch("ROLLBACK").unwrap();
    assert_eq!(door.client.get(&url).send().await.unwrap().status(), 200);
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_in_the_text_form_of_prometheus() {
    let door = Door::open().await;
    // The policy is the first that the hub is told; the daemon writes it down by itself.
    let api = Client::new(&door.daemon, &door.token);
    api.until("/sync", |sync| sync["backlog"] == 1).await;
    api.get("/products").await;
    let text = door
        .get("/metrics")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for line in [
        "kulakan_shop_sales_total 0",
        "kulakan_shop_sync_backlog_events 1",
        "kulakan_shop_sync_last_success_timestamp_seconds 0",
        "kulakan_shop_http_requests_total{path=\"/api/v1/products\",status=\"200\"} 1",
        "# EOF",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in {text}"
        );
    }
    assert_eq!(door.status("/api/v1/metrics").await, 200);
    door.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_names_every_call() {
    let door = Door::open().await;
    let api: Value = door
        .get("/api/openapi.json")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(
        api["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        api["openapi"]
    );
    for (path, method) in [
        ("/sales", "post"),
        ("/sales", "get"),
        ("/sales/{id}", "get"),
        ("/sales/{id}/void", "post"),
        ("/products", "get"),
        ("/products", "post"),
        ("/products/{sku}", "get"),
        ("/products/{sku}", "patch"),
        ("/stock", "get"),
        ("/stock/{sku}", "get"),
        ("/stock/receipts", "post"),
        ("/stock/counts", "post"),
        ("/stock/adjustments", "post"),
        ("/demand/missed", "post"),
        ("/plans", "post"),
        ("/plans/latest", "get"),
        ("/plans/{id}", "get"),
        ("/deliveries", "get"),
        ("/deliveries/{id}/receipt", "post"),
        ("/sync", "get"),
        ("/healthz", "get"),
        ("/metrics", "get"),
    ] {
        let call = &api["paths"][format!("/api/v1{path}")][method];
        assert!(call["responses"].is_object(), "{method} {path}");
    }
    // Every schema that is pointed at is there.
    let text = api.to_string();
    for pointer in text.split("#/components/schemas/").skip(1) {
        let name = pointer.split('"').next().unwrap();
        assert!(api["components"]["schemas"][name].is_object(), "{name}");
    }
    assert_eq!(
        api["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    let (status, _) = problem(door.get("/api/v1/nothing")).await;
    assert_eq!(status, 404);
    door.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_of_1970_founds_no_shop() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(moment("1970-01-01T00:05:00Z"));
    let new = NewShop {
        name: "Warung".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        currency: "IDR".to_owned(),
        pin: None,
    };
    let config = Config::for_folder(folder.path()).unwrap();
    let error = Shop::create(config, new, clock)
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(
        error.to_string().contains("set the date and time"),
        "{error}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_lock_for_longer_and_longer() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(moment(NOW));
    let new = NewShop {
        name: "Warung".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        currency: "IDR".to_owned(),
        pin: Some("4711".to_owned()),
    };
    let config = Config::for_folder(folder.path()).unwrap();
    let shop = Shop::create(config, new, clock.clone()).await.unwrap();
    assert_eq!(shop.try_pin("4711").await.unwrap(), PinOutcome::Right);
    for _ in 0..4 {
        assert_eq!(shop.try_pin("0000").await.unwrap(), PinOutcome::Wrong);
    }
    let until = moment("2026-11-23T02:00:30Z");
    assert_eq!(
        shop.try_pin("4711").await.unwrap(),
        PinOutcome::LockedUntil(until)
    );
    clock.set(until);
    assert_eq!(shop.try_pin("0000").await.unwrap(), PinOutcome::Wrong);
    let until = moment("2026-11-23T02:01:30Z");
    assert_eq!(
        shop.try_pin("4711").await.unwrap(),
        PinOutcome::LockedUntil(until)
    );
    clock.set(until);
    assert_eq!(shop.try_pin("4711").await.unwrap(), PinOutcome::Right);
    assert_eq!(shop.try_pin("0000").await.unwrap(), PinOutcome::Wrong);
    assert_eq!(lock_after(3), None);
    assert_eq!(lock_after(u32::MAX), Some(chrono::Duration::hours(1)));
}
