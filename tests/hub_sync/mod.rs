//! Shops' side of the sync protocol, spoken to a running hub over HTTP.

mod founding;
mod intake;
mod notes;
mod pairing;
mod pushes;
mod rush;
mod splits;

use std::net::SocketAddr;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::error::Result;
use kulakan::hub::store::projections::{self, DayRow, LotRow};
use kulakan::hub::store::{self};
use kulakan::hub::{Hub, NewHub};
use kulakan::model::{Quantity, Sku};
use kulakan::wire::event::{Event, Fact, GENESIS, Hash, LotMove};
use kulakan::wire::exchange::{PairRequest, Push};
use kulakan::wire::{EVENTS_PATH, PAIR_PATH, PROTOCOL, VERSION_HEADER};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) fn start_of_time() -> DateTime<Utc> {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn sku(code: &str) -> Sku {
    Sku::parse(code).unwrap()
}

pub(crate) fn part(code: &str, quantity: i64) -> LotMove {
    LotMove {
        sku: sku(code),
        expires: None,
        quantity: Quantity(quantity),
    }
}

pub(crate) fn sale(code: &str, quantity: i64) -> Fact {
    Fact::SaleRecorded {
        sale_id: Uuid::now_v7().to_string(),
        moves: vec![part(code, -quantity)],
    }
}

pub(crate) fn receipt(code: &str, quantity: i64) -> Fact {
    Fact::StockReceived {
        moves: vec![part(code, quantity)],
    }
}

pub(crate) async fn new_hub(folder: &Path, clock: Arc<ManualClock>) -> Hub {
    let new = NewHub {
        name: "Distributor Makmur".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        pin: None,
    };
    super::BACKEND.settle(folder);
    let config = Config::for_folder(folder).unwrap();
    Hub::create(config, new, clock).await.unwrap()
}

/// What a hub knows of a shop's stock and days.
pub(crate) async fn known(hub: &Hub, shop_id: &str) -> (Vec<LotRow>, Vec<DayRow>) {
    let shop_id = shop_id.to_owned();
    store::read(hub.store(), move |tx| {
        let days = projections::days(tx, &shop_id, NaiveDate::MIN)?;
        Ok((projections::lots(tx, &shop_id)?, days))
    })
    .await
    .unwrap()
}

/// A daemon as `kulakan hub run` starts it, and a second handle on its database as its commands open it.
pub(crate) struct Daemon {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) hub: Hub,
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) running: JoinHandle<Result<()>>,
    pub(crate) client: reqwest::Client,
}

impl Daemon {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(start_of_time());
        drop(new_hub(folder.path(), clock.clone()).await);
        Self::start_in(folder, clock).await
    }

    async fn start_in(folder: tempfile::TempDir, clock: Arc<ManualClock>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = Config::for_folder(folder.path()).unwrap();
        let hub = Hub::open(config.clone(), clock.clone()).await.unwrap();
        let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let run = kulakan::hub::run(config, listener, clock.clone(), stop.clone());
        let running = tokio::spawn(run);
        Self {
            folder,
            clock,
            hub,
            address,
            stop,
            running,
            client: reqwest::Client::new(),
        }
    }

    async fn restart(self) -> Self {
        self.stop.cancel();
        drop(self.client);
        self.running.await.unwrap().unwrap();
        drop(self.hub);
        Self::start_in(self.folder, self.clock).await
    }

    pub(crate) fn advance(&self, by: Duration) {
        use kulakan::clock::Clock;
        self.clock.set(self.clock.now() + by);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> reqwest::RequestBuilder {
        self.client
            .get(self.url(path))
            .header(VERSION_HEADER, PROTOCOL)
            .bearer_auth(token)
    }

    fn post(&self, path: &str, token: &str) -> reqwest::RequestBuilder {
        self.client
            .post(self.url(path))
            .header(VERSION_HEADER, PROTOCOL)
            .bearer_auth(token)
    }

    async fn pair(&self, code: &str, shop: &Shop) -> (u16, Value) {
        answer(self.post(PAIR_PATH, "").json(&shop.asks(code))).await
    }

    /// A shop, added and paired.
    pub(crate) async fn shop(&self, name: &str) -> Shop {
        let (id, code) = self.hub.add_shop(name).await.unwrap();
        let mut shop = Shop::new();
        let (status, body) = self.pair(&code, &shop).await;
        assert_eq!((status, &body["shop_id"]), (200, &Value::from(id.clone())));
        shop.id = id;
        shop
    }

    fn sent(&self, shop: &Shop, push: &Push) -> reqwest::RequestBuilder {
        let body = zstd::encode_all(&*serde_json::to_vec(push).unwrap(), 3).unwrap();
        self.post(EVENTS_PATH, &shop.token).body(body)
    }

    async fn send(&self, shop: &Shop, push: &Push) -> (u16, Value) {
        answer(self.sent(shop, push)).await
    }

    /// The request that [`Daemon::push`] makes.
    pub(crate) fn pushed(&self, shop: &Shop, range: Range<usize>) -> reqwest::RequestBuilder {
        self.sent(shop, &shop.push(range))
    }

    /// Pushes events `range` (counted from 0) of the shop's current epoch.
    pub(crate) async fn push(&self, shop: &Shop, range: Range<usize>) -> (u16, Value) {
        answer(self.pushed(shop, range)).await
    }

    async fn stock(&self, shop: &Shop, code: &str) -> i64 {
        let (lots, _) = known(&self.hub, &shop.id).await;
        let mine = lots.iter().filter(|lot| lot.sku.as_str() == code);
        mine.map(|lot| lot.quantity.0).sum()
    }
}

pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    if status == 204 {
        return (status, Value::Null);
    }
    let kind = response.headers()["content-type"].clone();
    if status >= 400 {
        assert_eq!(kind, "application/problem+json");
    }
    (status, response.json().await.unwrap())
}

/// A shop's log, as a shop keeps it.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) id: String,
    pub(crate) device: Uuid,
    pub(crate) token: String,
    pub(crate) epoch: i64,
    /// The hash that the epoch's first event follows.
    pub(crate) base: Hash,
    pub(crate) log: Vec<(Event, Hash)>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let device = Uuid::now_v7();
        Self {
            id: String::new(),
            device,
            token: format!("token-of-{}", device.simple()),
            epoch: 1,
            base: GENESIS,
            log: Vec::new(),
        }
    }

    /// What its device asks for with a code.
    pub(crate) fn asks(&self, code: &str) -> PairRequest {
        PairRequest {
            code: code.to_owned(),
            device: self.device,
            name: "Warung Bu Sri".to_owned(),
            timezone: "Asia/Makassar".to_owned(),
            token: self.token.clone(),
        }
    }

    pub(crate) fn record(&mut self, fact: &Fact) {
        self.record_on(day("2026-11-22"), fact);
    }

    pub(crate) fn record_on(&mut self, date: NaiveDate, fact: &Fact) {
        let (kind, payload) = fact.encode().unwrap();
        self.record_raw(Uuid::now_v7(), date, &kind, 1, &payload);
    }

    fn record_raw(
        &mut self,
        event_id: Uuid,
        business_date: NaiveDate,
        kind: &str,
        version: u32,
        payload: &str,
    ) {
        let event = Event {
            seq: self.log.len() as i64 + 1,
            event_id,
            kind: kind.to_owned(),
            version,
            at_utc: "2026-11-22T03:00:00.000Z".to_owned(),
            utc_offset_minutes: 480,
            business_date,
            payload: payload.to_owned(),
        };
        let hash = event.hash(self.device, self.epoch, self.hash_at(self.log.len()));
        self.log.push((event, hash));
    }

    /// The hash after `count` events.
    fn hash_at(&self, count: usize) -> Hash {
        count
            .checked_sub(1)
            .map_or(self.base, |last| self.log[last].1)
    }

    pub(crate) fn push(&self, range: Range<usize>) -> Push {
        Push {
            epoch: self.epoch,
            from_seq: range.start as i64 + 1,
            prev_hash: self.hash_at(range.start),
            events: self.log[range]
                .iter()
                .map(|(event, _)| event.clone())
                .collect(),
        }
    }

    /// Starts an epoch with the events after the first `kept` re-parented, as a restored shop does.
    fn begin_epoch(&mut self, epoch: i64, base: Hash, kept: usize) {
        let unsent: Vec<(Event, Hash)> = self.log.drain(..).skip(kept).collect();
        (self.epoch, self.base) = (epoch, base);
        for (event, _) in unsent {
            self.record_raw(
                event.event_id,
                event.business_date,
                &event.kind,
                event.version,
                &event.payload,
            );
        }
    }
}
