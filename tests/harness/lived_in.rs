//! A shop that has lived through some days: goods received, sold, taken back, counted, thrown away, asked for in vain,
//! and history imported. Made once a run of the tests, and handed out as copies.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::program::{done, run_on};
use super::running::{Client, Daemon, ShopFolder, moment};

const FOUNDED: &str = "2026-11-23T02:00:00Z";

/// A moment at which the last of it is over and the next night has not begun.
pub const LATER: &str = "2026-11-25T08:00:00Z";

async fn post(client: &Client, path: &str, body: Value) {
    let (status, answer) = client.post(path, &body).await;
    assert!(
        (200..300).contains(&status),
        "{path} {body}: {status} {answer}"
    );
}

/// Sets the clock and waits until the night is over: its plan is made, and then its backup.
pub async fn night(folder: &ShopFolder, client: &Client, now: &str) {
    folder.set(now);
    let figure = "kulakan_shop_backup_last_timestamp_seconds";
    until(client, &format!("{figure} {}", moment(now).timestamp())).await;
}

/// Waits until the figures of the shop say `line`.
pub async fn until(client: &Client, line: &str) {
    let says = |text: &Value| {
        text.as_str()
            .is_some_and(|text| text.lines().any(|told| told == line))
    };
    client.until("/metrics", says).await;
}

/// Sells `quantity` of `sku` for cash.
pub async fn sell(client: &Client, id: &str, sku: &str, quantity: i64) -> Value {
    let sale = json!({
        "id": id, "lines": [{ "sku": sku, "quantity": quantity }],
        "payment": { "method": "cash", "tendered": 1_000_000 },
    });
    let (status, receipt) = client.post("/sales", &sale).await;
    assert_eq!(status, 201, "{receipt}");
    receipt
}

/// A shop that runs and has lived.
pub async fn running() -> (ShopFolder, Daemon, Client) {
    let (folder, token) = ShopFolder::found(FOUNDED, "Asia/Jakarta", "0 0 2 * * *").await;
    let history = folder.path.join("sales.csv");
    std::fs::write(
        &history,
        "date,sku,quantity\n2026-11-20,MIE,12\n2026-11-21,MIE,7\n",
    )
    .unwrap();
    let daemon = folder.run().await;
    let client = Client::new(&daemon, &token);
    for product in [
        json!({ "sku": "MIE", "name": "Mie goreng", "price": 3_500, "cost": 2_900 }),
        json!({ "sku": "ROTI", "name": "Roti tawar", "price": 14_000, "cost": 11_000, "shelf_life_days": 5 }),
    ] {
        post(&client, "/products", product).await;
    }
    let lines = json!([
        { "sku": "MIE", "quantity": 40, "expires": "2027-05-01" },
        { "sku": "ROTI", "quantity": 10, "expires": "2026-11-27" },
    ]);
    post(&client, "/stock/receipts", json!({ "lines": lines })).await;
    for number in 0..6 {
        sell(&client, &format!("senin-{number}"), "MIE", 3).await;
    }
    sell(&client, "senin-roti", "ROTI", 2).await;
    post(&client, "/sales/senin-1/void", json!({ "reason": "salah" })).await;
    night(&folder, &client, "2026-11-24T02:00:00Z").await;
    sell(&client, "selasa-1", "ROTI", 9).await;
    post(
        &client,
        "/sales/senin-roti/void",
        json!({ "reason": "rusak" }),
    )
    .await;
    post(
        &client,
        "/stock/counts",
        json!({ "lines": [{ "sku": "MIE", "counted": 20 }] }),
    )
    .await;
    let waste = json!({ "sku": "MIE", "quantity": 1, "reason": "waste" });
    post(&client, "/stock/adjustments", waste).await;
    post(
        &client,
        "/demand/missed",
        json!({ "sku": "ROTI", "quantity": 3 }),
    )
    .await;
    let file = history.to_str().unwrap();
    done(&run_on(&folder.path, &["shop", "import", "sales", file]));
    night(&folder, &client, LATER).await;
    sell(&client, "rabu-1", "MIE", 1).await;
    (folder, daemon, client)
}

static LIVED: OnceCell<Vec<u8>> = OnceCell::const_new();

/// A folder with a copy of that shop, which nothing runs on.
pub async fn copy() -> TempDir {
    let bytes = LIVED
        .get_or_init(|| async {
            let (folder, daemon, _) = running().await;
            daemon.stop().await;
            let file = folder.path.join("whole.db");
            done(&run_on(
                &folder.path,
                &["shop", "backup", file.to_str().unwrap()],
            ));
            std::fs::read(file).unwrap()
        })
        .await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(database(folder.path()), bytes).unwrap();
    folder
}

/// The shop's database in a data folder.
pub fn database(folder: &Path) -> PathBuf {
    folder.join("shop.db")
}

/// Does to a database what no program of ours would: triggers are dropped and put back.
pub fn by_hand(file: &Path, sql: &str) {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap();
    let triggers: Vec<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    for (name, _) in &triggers {
        connection
            .execute_batch(&format!("DROP TRIGGER {name}"))
            .unwrap();
    }
    connection.execute_batch(sql).unwrap();
    for (_, text) in &triggers {
        connection.execute_batch(text).unwrap();
    }
}
