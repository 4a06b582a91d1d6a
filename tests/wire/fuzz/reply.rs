//! What a shop makes of a hub that answers nonsense.

use std::sync::Mutex;
use std::time::Duration;

use kulakan::clock::{ManualClock, SharedClock};
use kulakan::config::Config;
use kulakan::shop::transport::{Call, NoReply, Reply, Transport};
use kulakan::shop::{NewShop, Shop};
use kulakan::wire::{EVENTS_PATH, HEAD_PATH, PAIR_PATH};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::Target;
use super::decode::{notes, spoilt_example};
use super::mutate::{Chance, spoilt};

const HUB: &str = "http://hub.example";

/// Answers by chance, as an input says: its first eight bytes are the seed.
struct Nonsense {
    chance: Mutex<Chance>,
    notes: Vec<Value>,
    calls: Mutex<u32>,
}

impl Nonsense {
    fn body(&self, call: &Call, chance: &mut Chance) -> Vec<u8> {
        let incarnation = Uuid::from_u128(u128::from(chance.next() % 2));
        let hash = format!("{:064x}", chance.next() % 2);
        let head = json!({
            "epoch": chance.below(4), "seq": chance.below(4), "hash": hash, "incarnation": incarnation,
            "server_time": "2026-11-23T02:00:00.000Z", "protocol": 1, "oldest_protocol": 1,
            "ack_seq": chance.below(8), "ack_hash": hash,
        });
        let text = if call.path == HEAD_PATH || call.path == EVENTS_PATH {
            head.to_string()
        } else if call.path.starts_with("/sync/v1/epochs") {
            json!({ "head": head, "code": chance.pick(&["gap", "fork", "stale_epoch", "else"]) })
                .to_string()
        } else {
            let notes: Vec<Value> = (0..chance.below(4))
                .filter_map(|_| {
                    let text = spoilt_example(&self.notes, chance);
                    let mut note: Value = serde_json::from_slice(&text).ok()?;
                    let id = json!(Uuid::from_u128(u128::from(chance.next())));
                    note.as_object_mut()?.insert("note_id".to_owned(), id);
                    Some(note)
                })
                .collect();
            json!({
                "notes": notes, "cursor": chance.below(100).to_string(), "more": chance.once_in(2),
                "incarnation": incarnation, "snapshot": chance.once_in(4),
            })
            .to_string()
        };
        if chance.once_in(3) {
            spoilt(&text, chance)
        } else {
            text.into_bytes()
        }
    }
}

impl Transport for Nonsense {
    async fn call(&self, _: &str, call: Call) -> Result<Reply, NoReply> {
        if call.path == PAIR_PATH {
            let paired = json!({
                "shop_id": "s", "hub_name": "Hub", "incarnation": Uuid::nil(), "epoch": 1,
            });
            return Ok(Reply {
                status: 200,
                retry_after: None,
                body: paired.to_string().into_bytes(),
            });
        }
        let mut calls = self.calls.lock().expect("a lock");
        *calls += 1;
        let mut chance = self.chance.lock().expect("a lock");
        if *calls > 60 || chance.once_in(20) {
            return Err(NoReply::Timeout);
        }
        let body = self.body(&call, &mut chance);
        let status = *chance.pick(&[
            200, 200, 200, 200, 200, 200, 409, 409, 413, 401, 500, 503, 302,
        ]);
        Ok(Reply {
            status,
            retry_after: chance
                .once_in(4)
                .then(|| Duration::from_secs(chance.next() >> chance.below(64))),
            body,
        })
    }
}

pub struct Replies {
    runtime: Runtime,
    shop: Shop,
    notes: Vec<Value>,
    _folder: tempfile::TempDir,
}

impl Replies {
    pub fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let shop = runtime.block_on(async {
            let clock: SharedClock =
                ManualClock::at("2026-11-23T02:00:00Z".parse().expect("a moment"));
            let new = NewShop {
                name: "Warung".to_owned(),
                timezone: "Asia/Jakarta".to_owned(),
                currency: "IDR".to_owned(),
                pin: None,
            };
            let config = Config::for_folder(folder.path()).expect("settings");
            let shop = Shop::create(config, new, clock).await.expect("a shop");
            let product = json!({ "sku": "MIE", "name": "Mi", "price": 3500, "cost": 3000 });
            let product = serde_json::from_value(product).expect("a product");
            shop.define_product(product).await.expect("a product");
            let way = Nonsense {
                chance: Mutex::new(Chance::of_case(0, 0)),
                notes: notes(),
                calls: Mutex::default(),
            };
            shop.pair_over(&way, HUB, "CODE").await.expect("a pairing");
            shop
        });
        Self {
            runtime,
            shop,
            notes: notes(),
            _folder: folder,
        }
    }
}

impl Target for Replies {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        chance.next().to_le_bytes().to_vec()
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        let seed = input
            .first_chunk()
            .map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let way = Nonsense {
            chance: Mutex::new(Chance::of_case(seed, 0)),
            notes: self.notes.clone(),
            calls: Mutex::default(),
        };
        let receipt = json!({ "lines": [{ "sku": "MIE", "quantity": 1 }] });
        let receipt = serde_json::from_value(receipt).map_err(|error| error.to_string())?;
        self.runtime.block_on(async {
            let before = self.on_hand().await?;
            let ended = self.shop.exchange_over(&way).await;
            if let Err(error) = ended
                && !matches!(error, kulakan::error::Error::Remote(_))
            {
                return Err(format!("{error:?}"));
            }
            let status = self
                .shop
                .sync_status()
                .await
                .map_err(|error| error.to_string())?;
            if status.acked_seq > status.head_seq {
                return Err(format!(
                    "{} of {} acknowledged",
                    status.acked_seq, status.head_seq
                ));
            }
            self.shop
                .receive_stock(receipt)
                .await
                .map_err(|error| error.to_string())?;
            let after = self.on_hand().await?;
            if after == before + 1 {
                Ok(())
            } else {
                Err(format!("stock went from {before} to {after}"))
            }
        })
    }
}

impl Replies {
    async fn on_hand(&self) -> Result<i64, String> {
        let stock = self.shop.stock_of("MIE").await;
        Ok(stock.map_err(|error| error.to_string())?.on_hand.0)
    }
}
