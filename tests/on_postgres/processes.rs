//! Three hub processes on one database take in the same shops' pushes while one of them is killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use kulakan::clock::ManualClock;
use kulakan::wire::exchange::RejectionBody;
use kulakan::wire::{EVENTS_PATH, PAIR_PATH, PROTOCOL, VERSION_HEADER};

use super::hub_sync::{Shop, known, new_hub, receipt, sale, start_of_time};
use crate::harness::program::{HubProcess, json, run_on};

const SHOPS: usize = 4;
const EVENTS: usize = 80;
const IN_ONE_PUSH: usize = 4;

/// Sends a shop's log to one process from wherever the hub says that it stands, until all of it is there or the process
/// is gone. Whether it got to the end.
async fn send(client: reqwest::Client, url: String, shop: Shop, taken: Arc<AtomicI64>) -> bool {
    let mut from = 0;
    while from < shop.log.len() {
        let to = (from + IN_ONE_PUSH).min(shop.log.len());
        let body = serde_json::to_vec(&shop.push(from..to)).unwrap();
        let sent = client
            .post(format!("{url}{EVENTS_PATH}"))
            .header(VERSION_HEADER, PROTOCOL)
            .bearer_auth(&shop.token)
            .body(zstd::encode_all(&*body, 3).unwrap())
            .send()
            .await;
        let Ok(answer) = sent else { return false };
        let status = answer.status().as_u16();
        let Ok(body) = answer.bytes().await else {
            return false;
        };
        match status {
            200 => {
                taken.fetch_add(1, Ordering::Relaxed);
                from = to;
            }
            409 => {
                let why: RejectionBody = serde_json::from_slice(&body).unwrap();
                from = usize::try_from(why.head.unwrap().seq).unwrap();
            }
            503 => {}
            other => panic!("{other}: {}", String::from_utf8_lossy(&body)),
        }
    }
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_take_in_the_same_shops_while_one_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let hub = new_hub(folder.path(), ManualClock::at(start_of_time())).await;
    let mut processes: Vec<HubProcess> = (0..3).map(|_| HubProcess::start(folder.path())).collect();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut shops = Vec::new();
    for index in 0..SHOPS {
        let (id, code) = hub.add_shop(&format!("Warung {index}")).await.unwrap();
        let mut shop = Shop::new();
        shop.id = id;
        let paired = client
            .post(format!("{}{PAIR_PATH}", processes[index % 3].url))
            .header(VERSION_HEADER, PROTOCOL)
            .json(&shop.asks(&code))
            .send()
            .await
            .unwrap();
        assert_eq!(paired.status().as_u16(), 200);
        shop.record(&receipt("A", 1000));
        for number in 1..EVENTS {
            shop.record(&sale(["A", "B"][number % 2], 1 + (number % 3) as i64));
        }
        shops.push(shop);
    }

    let taken = Arc::new(AtomicI64::new(0));
    let mut senders = Vec::new();
    for shop in &shops {
        for (index, process) in processes.iter().enumerate() {
            let work = send(
                client.clone(),
                process.url.clone(),
                shop.clone(),
                taken.clone(),
            );
            senders.push((index, tokio::spawn(work)));
        }
    }
    let killed = AtomicBool::new(false);
    while !killed.load(Ordering::Relaxed) {
        if taken.load(Ordering::Relaxed) >= (SHOPS * EVENTS / IN_ONE_PUSH / 2) as i64 {
            processes.remove(1);
            killed.store(true, Ordering::Relaxed);
        }
        tokio::task::yield_now().await;
    }
    for (index, sender) in senders {
        let reached_the_end = sender.await.unwrap();
        assert!(reached_the_end || index == 1, "process {index} failed");
    }
    drop(processes);

    for shop in &shops {
        let (lots, _) = known(&hub, &shop.id).await;
        let mut right = [1000, 0];
        for number in 1..EVENTS {
            right[number % 2] -= 1 + (number % 3) as i64;
        }
        let found: Vec<i64> = lots.iter().map(|lot| lot.quantity.0).collect();
        assert_eq!(found, right, "{}", shop.id);
    }
    // The log without a gap, each event applied once, stock and flow as the log has them.
    let report = json(&run_on(folder.path(), &["hub", "doctor", "--json"]));
    assert_eq!(report["ok"], true, "{report}");
    let chain = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["name"] == "chain");
    let detail = chain.unwrap()["detail"].as_str().unwrap().to_owned();
    assert_eq!(
        detail,
        format!("{} events of {SHOPS} devices", SHOPS * EVENTS)
    );
}
