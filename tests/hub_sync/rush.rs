//! Everybody comes back at once, after a day on which no line worked.

use kulakan::clock::ManualClock;
use kulakan::wire::exchange::PushReply;
use kulakan::wire::{EVENTS_PATH, HEAD_PATH, NOTES_PATH, PROTOCOL, VERSION_HEADER};
use reqwest::{Client, RequestBuilder};
use tokio::task::JoinSet;

use super::{Shop, known, new_hub, receipt, sale, start_of_time};
use crate::harness::program::HubProcess;

const SHOPS: usize = 500;

/// Sales of each shop that the hub has not heard of.
const SALES: usize = 5;

/// What the program may hold, as it is built for tests: twice what this takes on a server, where each connection has its share.
const MOST_MEGABYTES: f64 = 300.0;

fn asked(request: RequestBuilder, shop: &Shop) -> RequestBuilder {
    request
        .header(VERSION_HEADER, PROTOCOL)
        .bearer_auth(&shop.token)
}

/// What a shop does that finds its hub again: where does my log end there, here is what you have not, what is new?
/// Whether it was done, or was told to come again.
async fn exchange(client: Client, url: String, shop: Shop) -> bool {
    let head = asked(client.get(format!("{url}{HEAD_PATH}")), &shop);
    assert_eq!(head.send().await.unwrap().status(), 200);
    let push = serde_json::to_vec(&shop.push(0..shop.log.len())).unwrap();
    let push = asked(client.post(format!("{url}{EVENTS_PATH}")), &shop)
        .body(zstd::encode_all(&*push, 3).unwrap());
    let answer = push.send().await.unwrap();
    if answer.status() == 503 {
        assert!(answer.headers().contains_key("retry-after"));
        return false;
    }
    assert_eq!(answer.status(), 200);
    let told: PushReply = answer.json().await.unwrap();
    assert_eq!(told.ack_seq, shop.log.len() as i64);
    let notes = asked(client.get(format!("{url}{NOTES_PATH}")), &shop);
    assert_eq!(notes.send().await.unwrap().status(), 200);
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_shops_that_come_back_at_once_are_all_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let hub = new_hub(folder.path(), ManualClock::at(start_of_time())).await;
    let mut shops = Vec::new();
    for number in 0..SHOPS {
        let (id, code) = hub.add_shop(&format!("Warung {number}")).await.unwrap();
        let mut shop = Shop::new();
        shop.id = id;
        hub.pair(shop.asks(&code)).await.unwrap();
        shop.record(&receipt("A", 100));
        for sold in 0..SALES {
            shop.record(&sale(["A", "B"][sold % 2], 1 + (number % 3) as i64));
        }
        shops.push(shop);
    }
    let process = HubProcess::start(folder.path());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().build().unwrap();

    let mut outside: Vec<usize> = (0..SHOPS).collect();
    while !outside.is_empty() {
        let mut at_once = JoinSet::new();
        for index in outside.drain(..) {
            let work = exchange(client.clone(), process.url.clone(), shops[index].clone());
            at_once.spawn(async move { (index, work.await) });
        }
        let all = at_once.len();
        while let Some(ended) = at_once.join_next().await {
            let (index, done) = ended.unwrap();
            if !done {
                outside.push(index);
            }
        }
        assert!(outside.len() < all, "nobody was let in");
    }

    for (number, shop) in shops.iter().enumerate() {
        let (lots, _) = known(&hub, &shop.id).await;
        let stock: Vec<(&str, i64)> = lots
            .iter()
            .map(|lot| (lot.sku.as_str(), lot.quantity.0))
            .collect();
        let each = 1 + (number % 3) as i64;
        assert_eq!(stock, [("A", 100 - 3 * each), ("B", -2 * each)], "{number}");
    }
    let peak = process.peak_megabytes();
    assert!(peak < MOST_MEGABYTES, "{peak} MB");
}
