//! The nightly plan as a running shop makes it, under a clock that is set by hand.

use kulakan::shop::Shop;
use rusqlite::Connection;
use serde_json::json;

use crate::harness::running::{Client, Daemon, ShopFolder};

const AT_TWO: &str = "0 0 2 * * *";

/// Monday 23 November 2026, nine in the morning in Jakarta.
const FOUNDED: &str = "2026-11-23T02:00:00Z";

fn saved_dates(folder: &ShopFolder) -> Vec<String> {
    let database = Connection::open(Shop::file(&folder.path)).unwrap();
    let mut statement = database
        .prepare("SELECT plan_date FROM plans WHERE saved = 1 ORDER BY rowid")
        .unwrap();
    let dates = statement.query_map([], |row| row.get(0)).unwrap();
    dates.collect::<Result<_, _>>().unwrap()
}

/// Sets the clock and waits for the plan of `date`.
async fn night(folder: &ShopFolder, client: &Client, now: &str, date: &str) {
    folder.set(now);
    client
        .until("/plans/latest", |plan| plan["plan_date"] == date)
        .await;
}

async fn jakarta() -> (ShopFolder, Daemon, Client, String) {
    let (folder, token) = ShopFolder::found(FOUNDED, "Asia/Jakarta", AT_TWO).await;
    let daemon = folder.run().await;
    let client = Client::new(&daemon, &token);
    (folder, daemon, client, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_night_is_planned_once() {
    let (folder, daemon, client, _) = jakarta().await;
    let (status, _) = client.get("/plans/latest").await;
    assert_eq!(status, 404, "nothing is planned on the day of founding");
    night(&folder, &client, "2026-11-23T19:00:00Z", "2026-11-24").await;
    folder.set("2026-11-23T19:00:30Z");
    folder.set("2026-11-24T05:00:00Z");
    night(&folder, &client, "2026-11-24T19:00:00Z", "2026-11-25").await;
    daemon.stop().await;
    assert_eq!(saved_dates(&folder), ["2026-11-24", "2026-11-25"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_night_is_planned_at_the_next_start_and_only_then() {
    let (folder, daemon, client, token) = jakarta().await;
    night(&folder, &client, "2026-11-23T19:00:00Z", "2026-11-24").await;
    daemon.stop().await;
    // Off over three nights; on again on the 27th at ten.
    folder.set("2026-11-27T03:00:00Z");
    for _ in 0..2 {
        let daemon = folder.run().await;
        let client = Client::new(&daemon, &token);
        client
            .until("/plans/latest", |plan| plan["plan_date"] == "2026-11-27")
            .await;
        daemon.stop().await;
    }
    let daemon = folder.run().await;
    let client = Client::new(&daemon, &token);
    night(&folder, &client, "2026-11-27T19:00:00Z", "2026-11-28").await;
    daemon.stop().await;
    assert_eq!(
        saved_dates(&folder),
        ["2026-11-24", "2026-11-27", "2026-11-28"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_wrong_and_right_plans_no_date_twice_and_leaves_none_out() {
    let (folder, daemon, client, _) = jakarta().await;
    night(&folder, &client, "2026-11-23T19:00:00Z", "2026-11-24").await;
    folder.set("1970-01-01T00:00:00Z");
    folder.set("2026-11-23T20:00:00Z");
    night(&folder, &client, "2030-06-01T00:00:00Z", "2030-06-01").await;
    night(&folder, &client, "2026-11-24T19:00:00Z", "2026-11-25").await;
    night(&folder, &client, "2026-11-25T19:00:00Z", "2026-11-26").await;
    daemon.stop().await;
    assert_eq!(
        saved_dates(&folder),
        ["2026-11-24", "2030-06-01", "2026-11-25", "2026-11-26"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nights_of_changing_clocks_have_one_plan_each() {
    let (folder, token) =
        ShopFolder::found("2026-10-23T10:00:00Z", "Europe/Berlin", "0 30 2 * * *").await;
    let daemon = folder.run().await;
    let client = Client::new(&daemon, &token);
    night(&folder, &client, "2026-10-24T00:30:00Z", "2026-10-24").await;
    // 02:30 comes twice.
    night(&folder, &client, "2026-10-25T00:30:00Z", "2026-10-25").await;
    folder.set("2026-10-25T01:30:00Z");
    night(&folder, &client, "2026-10-26T01:30:00Z", "2026-10-26").await;
    // 02:30 does not come at all.
    night(&folder, &client, "2027-03-28T01:00:00Z", "2027-03-28").await;
    daemon.stop().await;
    assert_eq!(
        saved_dates(&folder),
        ["2026-10-24", "2026-10-25", "2026-10-26", "2027-03-28"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_saved_once_a_date_and_read_back_as_it_was_made() {
    let (folder, daemon, client, _) = jakarta().await;
    let product = json!({
        "sku": "MIE-1", "name": "Mie goreng", "unit": "bungkus", "price": 3500, "cost": 2750,
        "units": [{ "name": "dus", "factor": 40, "price": 120_000 }], "order_unit": "dus",
    });
    let (status, answer) = client.post("/products", &product).await;
    assert_eq!(status, 201, "{answer}");
    let shop = folder.open().await;
    let history = folder.path.join("sales.csv");
    let rows: String = (1..=28)
        .map(|day| format!("2026-10-{day:02},MIE-1,{}\n", 4 + day % 3))
        .collect();
    std::fs::write(&history, format!("date,sku,quantity\n{rows}")).unwrap();
    shop.import(
        kulakan::shop::ImportKind::Sales,
        &history,
        kulakan::shop::ImportOptions::default(),
        &mut |_| {},
    )
    .await
    .unwrap();

    let (status, asked) = client.post("/plans", &json!({})).await;
    assert_eq!((status, &asked["saved"]), (201, &json!(false)));
    assert_eq!(asked["plan_date"], "2026-11-23");
    let (_, first) = client.post("/plans", &json!({ "save": true })).await;
    let (_, second) = client.post("/plans", &json!({ "save": true })).await;
    assert_eq!(first["saved"], true);
    assert_eq!(second, first);
    let id = first["id"].as_str().unwrap();
    let (_, read) = client.get(&format!("/plans/{id}")).await;
    assert_eq!(read, first);

    let line = &first["lines"][0];
    assert_eq!(line["sku"], "MIE-1");
    assert_eq!(line["pack_name"], "dus");
    assert_eq!(line["pack_size"], 40);
    let quantity = line["quantity"].as_i64().unwrap();
    assert!(quantity > 0 && quantity % 40 == 0, "{line}");
    assert_eq!(line["cost"], quantity * 2750);
    assert_eq!(first["total_cost"], line["cost"]);
    assert!(line["sentence"].as_str().unwrap().contains("dus"));

    let (status, problem) = client
        .post("/plans", &json!({ "save": true, "date": "2026-12-24" }))
        .await;
    assert_eq!(status, 422, "{problem}");
    // The night after comes although its date was asked for by hand before.
    night(&folder, &client, "2026-11-23T19:00:00Z", "2026-11-24").await;
    daemon.stop().await;
    let database = Connection::open(Shop::file(&folder.path)).unwrap();
    let told: i64 = database
        .query_row(
            "SELECT count(*) FROM events WHERE kind = 'plan.saved'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(told, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_is_told_the_policy_once_for_each_change() {
    let (folder, daemon, _, _) = jakarta().await;
    daemon.stop().await;
    folder.run().await.stop().await;
    std::fs::write(folder.path.join("config.toml"), "[plan]\nreview_days = 3\n").unwrap();
    let folder = ShopFolder::at(folder.path.clone(), folder.clock.clone(), AT_TWO).keeping(folder);
    folder.run().await.stop().await;
    let database = Connection::open(Shop::file(&folder.path)).unwrap();
    let mut statement = database
        .prepare("SELECT payload FROM events WHERE kind = 'policy.set' ORDER BY seq")
        .unwrap();
    let told: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let days: Vec<serde_json::Value> = told
        .iter()
        .map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap()["review_days"].clone())
        .collect();
    assert_eq!(days, [json!(7), json!(3)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_stop_the_start_and_are_named() {
    let (folder, _) = ShopFolder::found(FOUNDED, "Asia/Jakarta", AT_TWO).await;
    for (settings, named) in [
        ("schedule = \"every night\"\n", "schedule: "),
        ("[plan]\nreview_days = 0\n", "plan.review_days: "),
        ("[plan]\ndistribution = \"cauchy\"\n", "plan.distribution: "),
        ("cash_budget = -1\n", "cash_budget: "),
        ("[plan]\nmethod = \"guess\"\n", "plan.method: "),
        ("[plan]\nlebaran = [\"Maret\"]\n", "plan.lebaran"),
    ] {
        std::fs::write(folder.path.join("config.toml"), settings).unwrap();
        let config = kulakan::config::Config::for_folder(&folder.path).unwrap();
        let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let stop = tokio_util::sync::CancellationToken::new();
        let error = kulakan::shop::run(config, listener, folder.clock.clone(), stop)
            .await
            .unwrap_err();
        assert!(error.to_string().starts_with(named), "{error}");
    }
}
