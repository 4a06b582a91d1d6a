//! Generated shops: a hundred products of which the popular sell most, one to five of them a time, a hundred sales a day.

use std::path::Path;

use chrono::{DateTime, Days, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::contact::Contact;
use kulakan::hub::{Hub, NewHub};
use kulakan::model::{Quantity, Sku};
use kulakan::wire::event::{Event, Fact, GENESIS, LotMove};
use kulakan::wire::exchange::{PairRequest, Push};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;
use uuid::Uuid;

use crate::postgres::Postgres;

/// Events of a full push.
pub const IN_ONE_PUSH: usize = 500;

pub fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A hub in a folder, on a database of its own where there is a server.
pub async fn new_hub(folder: &Path, server: Option<&Postgres>, database: &str) -> Hub {
    std::fs::create_dir_all(folder).unwrap();
    if let Some(server) = server {
        server.psql(&format!("CREATE DATABASE {database}")).unwrap();
        let settings = format!("database = \"{}\"\n", server.url_of("kulakan", database));
        std::fs::write(folder.join("config.toml"), settings).unwrap();
    }
    let new = NewHub {
        name: "Distributor".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        pin: None,
    };
    let config = Config::for_folder(folder).unwrap();
    Hub::create(config, new, ManualClock::at(now()))
        .await
        .unwrap()
}

/// A paired shop and its log.
pub struct Generated {
    /// As its device is known.
    pub contact: Contact,
    /// Its device's secret.
    pub token: String,
    /// Its log, as it is pushed.
    pub pushes: Vec<Push>,
    /// Lines of all its sales.
    pub lines: usize,
}

impl Generated {
    /// Adds a shop and lets it in; what it sold since, a hundred times a day.
    pub async fn paired(hub: &Hub, index: usize, events: usize) -> Self {
        let (_, code) = hub.add_shop(&format!("Warung {index}")).await.unwrap();
        let device = Uuid::now_v7();
        let token = format!("token-of-{}", device.simple());
        let request = PairRequest {
            code,
            device,
            name: "Warung".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            token: token.clone(),
        };
        hub.pair(request).await.unwrap();
        let mut random = Pcg64::new(index as u128 + 1, 7);
        let mut below = move |bound: u64| random.next_u64() % bound;
        let (mut log, mut links, mut lines) = (Vec::new(), vec![GENESIS], 0);
        for number in 0..events {
            let moves: Vec<LotMove> = (0..=below(5))
                .map(|_| {
                    // The smaller of two draws: the popular sell most.
                    let product = below(100).min(below(100));
                    LotMove {
                        sku: Sku::parse(&format!("SKU-{product:03}")).unwrap(),
                        expires: None,
                        quantity: Quantity(-1 - below(3) as i64),
                    }
                })
                .collect();
            lines += moves.len();
            let sale_id = Uuid::now_v7().to_string();
            let (kind, payload) = Fact::SaleRecorded { sale_id, moves }.encode().unwrap();
            let event = Event {
                seq: number as i64 + 1,
                event_id: Uuid::now_v7(),
                kind,
                version: 1,
                at_utc: "2026-11-22T03:00:00.000Z".to_owned(),
                utc_offset_minutes: 420,
                // A hundred sales a day.
                business_date: now().date_naive() - Days::new(((events - number) / 100) as u64),
                payload,
            };
            links.push(event.hash(device, 1, links[number]));
            log.push(event);
        }
        let pushes = log
            .chunks(IN_ONE_PUSH)
            .zip((0..).step_by(IN_ONE_PUSH))
            .map(|(events, from): (_, usize)| Push {
                epoch: 1,
                from_seq: from as i64 + 1,
                prev_hash: links[from],
                events: events.to_vec(),
            })
            .collect();
        let contact = Contact {
            device,
            skew_seconds: None,
            program: None,
            instance: None,
        };
        Self {
            contact,
            token,
            pushes,
            lines,
        }
    }
}
