//! Events cross the line as they were written: what is hashed is their text, not what it means.

use kulakan::shop::Shop;
use rusqlite::Connection;
use uuid::Uuid;

use super::{Pair, sell};
use crate::simulation::audit::chain::append_event;

/// As no version of this program writes it, and as JSON allows it.
const PAYLOAD: &str = "{ \"quantity\": 2,\n  \"sku\": \"\\u004dIE\" }";

#[tokio::test(flavor = "multi_thread")]
async fn what_another_version_wrote_reaches_the_hub_to_the_byte() {
    let pair = Pair::new().await;
    let log = Connection::open(Shop::file(&pair.folder.path)).unwrap();
    let id = Uuid::now_v7().to_string();
    append_event(&log, &id, "demand.missed", 1, PAYLOAD);
    sell(&pair.shop, "after-it").await;
    pair.shop.exchange().await.unwrap();
    let status = pair.shop.sync_status().await.unwrap();
    assert_eq!((status.epoch, status.backlog), (1, 0));
    let held = |column: &str| {
        let sql = format!("SELECT {column} FROM events WHERE kind = 'demand.missed'");
        pair.hub.text(&sql)
    };
    assert_eq!((&*held("payload"), &*held("state")), (PAYLOAD, "applied"));
    pair.daemon.stop().await;
}
