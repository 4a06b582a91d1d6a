//! What a driver takes back from a shop: told to the shop, confirmed there by hand, and known at the hub.

use chrono::NaiveDate;
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::harness::world::{World, jakarta};

const CATALOGUE: &str = "sku,name,unit,price,cost\nMIE,Mi goreng,bungkus,3500,3000\nROTI,Roti tawar,bungkus,17000,14000\n";

/// A shop with ten breads of which four are past their date tomorrow, and twenty noodles.
async fn shop() -> World {
    let now = jakarta(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 9, 0);
    let backend = super::super::BACKEND;
    let world = World::start_on(backend, now, CATALOGUE, &["Warung Ani"]).await;
    let lines = json!([
        { "sku": "ROTI", "quantity": 4, "expires": "2026-11-24" },
        { "sku": "ROTI", "quantity": 6, "expires": "2026-11-27" },
        { "sku": "MIE", "quantity": 20 },
    ]);
    let api = &world.shops[0].api;
    api.post("/stock/receipts", json!({ "lines": lines })).await;
    world.drained(0).await;
    world
}

async fn collected(world: &World) -> Value {
    let shops = world.hub.get("/shops").await;
    let lines = json!([
        { "sku": "ROTI", "quantity": 5, "reason": "expired", "expires": "2026-11-24" },
        { "sku": "MIE", "quantity": 2, "reason": "damaged" },
    ]);
    let body = json!({ "shop_id": shops["items"][0]["id"], "lines": lines });
    world.hub.post("/returns", body).await
}

async fn word(world: &World) -> Value {
    world.hub.get("/returns").await["items"][0].clone()
}

async fn on_hand(world: &World, sku: &str) -> i64 {
    let stock = world.shops[0].api.get(&format!("/stock/{sku}")).await;
    stock["on_hand"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_leaves_the_shop_when_the_shop_says_so_and_once() {
    let world = shop().await;
    collected(&world).await;
    world.drained(0).await;
    let api = &world.shops[0].api;
    let told = api.get("/deliveries/returns").await["items"][0].clone();
    assert_eq!(
        (
            &told["state"],
            &told["number"],
            &told["lines"][0]["quantity"]
        ),
        (&json!("open"), &json!("RT-2026-000001"), &json!(5)),
        "{told}"
    );
    assert_eq!(
        (on_hand(&world, "ROTI").await, on_hand(&world, "MIE").await),
        (10, 20)
    );
    assert_eq!(word(&world).await["shop_word"], "waiting");

    let path = format!(
        "/deliveries/returns/{}/confirm",
        told["id"].as_str().unwrap()
    );
    let wrong = json!({ "lines": [{ "line": 9, "quantity": 1 }] });
    let (status, problem) = api.call(Method::POST, &path, Some(&wrong)).await;
    assert_eq!(
        (status.as_u16(), &problem["errors"][0]["field"]),
        (422, &json!("lines[0].line"))
    );
    for wanted in [201, 200] {
        let (status, body) = api.call(Method::POST, &path, Some(&json!({}))).await;
        assert_eq!(
            (status.as_u16(), &body["state"]),
            (wanted, &json!("confirmed")),
            "{body}"
        );
    }
    let other = json!({ "lines": [{ "line": 1, "quantity": 1 }] });
    assert_eq!(
        api.call(Method::POST, &path, Some(&other)).await.0.as_u16(),
        409
    );
    // Of the date that was told as far as it is there, then what expires first.
    assert_eq!(
        (on_hand(&world, "ROTI").await, on_hand(&world, "MIE").await),
        (5, 18)
    );
    world.drained(0).await;
    let known = word(&world).await;
    assert_eq!(
        (&known["shop_word"], &known["lines"][0]["shop_quantity"]),
        (&json!("agrees"), &json!(5)),
        "{known}"
    );
    let shop = known["shop_id"].as_str().unwrap();
    let positions = world.hub.get(&format!("/shops/{shop}/positions")).await;
    let of_hub = |sku: &str| {
        let mut items = positions["items"].as_array().unwrap().iter();
        items.find(|item| item["sku"] == sku).unwrap()["on_hand"].clone()
    };
    assert_eq!((of_hub("ROTI"), of_hub("MIE")), (json!(5), json!(18)));
    let cancel = format!("/returns/{}/cancel", known["id"].as_str().unwrap());
    let (status, _) = world
        .hub
        .call(Method::POST, &cancel, Some(&json!({})))
        .await;
    assert_eq!(status.as_u16(), 409, "what the shop has confirmed happened");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopkeeper_answers_with_one_tap_or_says_otherwise_and_the_hub_sees_it() {
    let world = shop().await;
    collected(&world).await;
    world.drained(0).await;
    let at_shop = |path: &str| format!("{}{path}", world.shops[0].api.base);
    let browser = Browser::start(360, 800).await;
    browser.goto(&at_shop("/kiriman")).await;
    assert!(browser.text("main").await.contains("Benar, sudah diambil"));
    let sound = async |name: &str| {
        assert!(!browser.overflows().await, "{name}");
        assert_eq!(browser.errors().await, Vec::<String>::new(), "{name}");
        browser.screenshot(name).await;
    };
    sound("diambil-360").await;
    browser.click("section.card p a").await;
    browser.click("details summary").await;
    browser.fill("[name='diambil.1']", "3").await;
    sound("diambil-satu-360").await;
    browser.click("details button").await;
    let told = browser.text("main").await;
    assert!(
        told.contains("Sudah dibenarkan") && told.contains("Kata Anda 3"),
        "{told}"
    );
    assert_eq!(
        (on_hand(&world, "ROTI").await, on_hand(&world, "MIE").await),
        (7, 18)
    );
    world.drained(0).await;
    let known = word(&world).await;
    assert_eq!(
        (&known["shop_word"], &known["lines"][0]["shop_quantity"]),
        (&json!("differs"), &json!(3)),
        "{known}"
    );
    browser
        .goto(&format!("{}/kiriman/retur", world.hub.base))
        .await;
    let told = browser.text("main").await;
    assert!(
        told.contains("Warung bilang lain") && told.contains("kata warung: 3"),
        "{told}"
    );
    sound("retur-jawaban-360").await;

    // Another one, withdrawn before anybody answered.
    let again = collected(&world).await;
    let cancel = format!("/returns/{}/cancel", again["id"].as_str().unwrap());
    world.hub.post(&cancel, json!({})).await;
    world.drained(0).await;
    let path = format!(
        "/deliveries/returns/{}/confirm",
        again["id"].as_str().unwrap()
    );
    let api = &world.shops[0].api;
    let (status, _) = api.call(Method::POST, &path, Some(&json!({}))).await;
    assert_eq!(status.as_u16(), 409);
    assert_eq!(on_hand(&world, "ROTI").await, 7);
    browser.goto(&at_shop("/kiriman")).await;
    assert!(browser.text("main").await.contains("Ditarik distributor"));
    world.stop().await;
}
