//! A shop's side of sync, held against a running hub: pairing, draining, lost answers, restored and cloned databases,
//! and what the hub's notes do.

mod bytes;
mod decisions;
mod deliveries;
mod faults;
mod recovered;
mod returned;
mod splits;
mod taken_back;

use std::path::{Path, PathBuf};

use kulakan::shop::Shop;
use kulakan::shop::transport::HttpTransport;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::program::{done, run_on};
use crate::harness::running::{Client, Daemon, HubFolder, ShopFolder};

const NOW: &str = "2026-11-23T02:00:00Z";
const NEVER: &str = "0 0 2 1 1 *";

/// A hub with its daemon, and one paired shop without one: the tests let it exchange when they want it to.
struct Pair {
    hub: HubFolder,
    daemon: Daemon,
    shop_id: String,
    folder: ShopFolder,
    shop: Shop,
    token: String,
}

impl Pair {
    async fn new() -> Self {
        let hub = HubFolder::found_on(super::BACKEND, NOW).await;
        let daemon = hub.run(None).await;
        let (folder, token) = ShopFolder::found(NOW, "Asia/Jakarta", NEVER).await;
        let shop = folder.open().await;
        let (shop_id, code) = hub.open().await.add_shop("Warung Contoh").await.unwrap();
        shop.pair(&daemon.url(), &code).await.unwrap();
        product(&shop, "MIE").await;
        receive(&shop, "MIE", 1000).await;
        Self {
            hub,
            daemon,
            shop_id,
            folder,
            shop,
            token,
        }
    }

    /// What a hub that answers has of the shop's stock.
    async fn stock_at_hub(&self, sku: &str) -> i64 {
        let hub = self.hub.open().await;
        let positions = hub.positions(&self.shop_id).await.unwrap();
        let row = positions.iter().find(|row| row.sku.as_str() == sku);
        row.map_or(0, |row| row.stock.on_hand.0)
    }

    /// Sales that had their effect at the hub, each once.
    fn sales_at_hub(&self) -> i64 {
        self.hub.number(
            "SELECT count(*) FROM events WHERE kind = 'sale.recorded' AND state = 'applied'",
        )
    }
}

fn number(database: &Path, sql: &str) -> i64 {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = Connection::open_with_flags(database, flags).unwrap();
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

async fn product(shop: &Shop, sku: &str) {
    let new = json!({ "sku": sku, "name": format!("Barang {sku}"), "price": 3500, "cost": 2700 });
    shop.define_product(from(new)).await.unwrap();
}

async fn receive(shop: &Shop, sku: &str, quantity: i64) {
    let receipt = json!({ "lines": [{ "sku": sku, "quantity": quantity }] });
    shop.receive_stock(from(receipt)).await.unwrap();
}

/// Sells one piece.
async fn sell(shop: &Shop, id: &str) {
    let sale = json!({
        "id": id, "lines": [{ "sku": "MIE", "quantity": 1 }], "payment": { "method": "qris" },
    });
    shop.sell(from(sale)).await.unwrap();
}

async fn on_hand(shop: &Shop, sku: &str) -> i64 {
    shop.stock_of(sku).await.unwrap().on_hand.0
}

/// A copy of a database as a backup makes it, in a folder of its own.
fn copy_of(database: &Path) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(database.file_name().unwrap());
    Connection::open(database)
        .unwrap()
        .execute("VACUUM INTO ?1", [path.to_str().unwrap()])
        .unwrap();
    // VACUUM INTO keeps both marks of the file, which opening checks.
    (folder, path)
}

/// Puts a hub that is not running back to a copy of its database, as its owner does.
fn put_hub_back(hub: &HubFolder, copy: &Path) {
    let arguments = ["hub", "restore", copy.to_str().unwrap()];
    done(&run_on(hub.folder.path(), &arguments));
}

#[tokio::test(flavor = "multi_thread")]
async fn pairing_again_is_the_same_pairing_and_another_hub_is_refused() {
    let hub = HubFolder::found_on(super::BACKEND, NOW).await;
    let daemon = hub.run(None).await;
    let (folder, _) = ShopFolder::found(NOW, "Asia/Jakarta", NEVER).await;
    let shop = folder.open().await;
    let error = shop.exchange().await.unwrap_err().to_string();
    assert!(error.contains("shop pair"), "{error}");
    let (shop_id, code) = hub.open().await.add_shop("Warung").await.unwrap();

    let error = shop.pair(&daemon.url(), "AAAA-AAAA").await.unwrap_err();
    assert!(error.to_string().contains("no such code"), "{error}");
    assert!(!shop.sync_status().await.unwrap().paired);
    let first = shop.pair(&daemon.url(), &code).await.unwrap();
    let in_groups = code.to_lowercase().replace('-', " ");
    let again = shop.pair(&daemon.url(), &in_groups).await.unwrap();
    assert_eq!((&first.shop_id, &again.shop_id), (&shop_id, &shop_id));
    let status = shop.sync_status().await.unwrap();
    assert!(status.paired);
    assert_eq!(status.hub_name.as_deref(), Some("Distributor Contoh"));

    let error = shop
        .pair("https://elsewhere.example", &code)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("a shop has one hub"), "{error}");
    for wrong in [
        "ftp://hub.example",
        "hub.example",
        "http://",
        "http://u:p@hub.example",
        "http://hub.example/?a=b",
    ] {
        let error = shop.pair(wrong, &code).await.unwrap_err().to_string();
        assert!(error.starts_with("--hub: "), "{wrong}: {error}");
    }
    daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_happened_reaches_the_hub_in_batches_and_once() {
    let pair = Pair::new().await;
    // More than one push holds.
    for number in 0..620 {
        sell(&pair.shop, &format!("s-{number}")).await;
    }
    let done = pair.shop.exchange().await.unwrap();
    let status = pair.shop.sync_status().await.unwrap();
    assert_eq!(done.pushed, status.head_seq);
    assert_eq!((status.backlog, status.acked_seq), (0, status.head_seq));
    assert_eq!(
        status.last_success_at.as_deref(),
        Some("2026-11-23T02:00:00.000Z")
    );
    assert_eq!(pair.sales_at_hub(), 620);
    assert_eq!(pair.stock_at_hub("MIE").await, 380);
    assert_eq!(pair.shop.exchange().await.unwrap().pushed, 0);
    pair.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_sells_on_without_its_hub_and_drains_by_itself_when_it_is_back() {
    let pair = Pair::new().await;
    let address = pair.daemon.address;
    let running = pair.folder.run().await;
    let client = Client::new(&running, &pair.token);
    client.until("/sync", |sync| sync["backlog"] == 0).await;
    pair.daemon.stop().await;
    for number in 0..30 {
        let sale = json!({
            "id": format!("s-{number}"), "lines": [{ "sku": "MIE", "quantity": 1 }],
            "payment": { "method": "qris" },
        });
        let (status, answer) = client.post("/sales", &sale).await;
        assert_eq!(status, 201, "{answer}");
    }
    let away = client
        .until("/sync", |sync| sync["failures"].as_i64() > Some(0))
        .await;
    assert_eq!(away["backlog"], 30);
    assert!(
        away["last_error"]
            .as_str()
            .unwrap()
            .contains("cannot be reached"),
        "{away}"
    );
    let (status, health) = client.get("/healthz").await;
    assert_eq!((status, &health["status"]), (200, &json!("ok")));

    // A month later the hub is back; nobody does anything but let time pass.
    let daemon = pair.hub.run(Some(address)).await;
    pair.folder.set("2026-12-23T02:00:00Z");
    let back = client.until("/sync", |sync| sync["backlog"] == 0).await;
    let settled = client.until("/sync", |sync| sync["failures"] == 0).await;
    assert_eq!(settled["last_error"], Value::Null, "{back}");
    assert!(
        settled["clock_skew_seconds"].as_i64().unwrap() > 29 * 86_400,
        "{settled}"
    );
    running.stop().await;
    daemon.stop().await;
    assert_eq!(
        pair.hub
            .number("SELECT count(*) FROM events WHERE kind = 'sale.recorded'"),
        30
    );
}

/// A way to the hub that the tests own.
fn http() -> HttpTransport {
    HttpTransport::default()
}
