//! Orders of customers, what is told of them, and the distributor's other systems, as the outside sees them.

mod announced;
mod conservation;
mod killed;
mod life;
mod messages;
mod pages;
mod shops;
mod sinks;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kulakan::clock::{ManualClock, SharedClock};
use kulakan::config::Config;
use kulakan::hub::store::warehouse::{self, MoveReason, StockMove};
use kulakan::hub::{Hub, HubImport, NewHub, store};
use kulakan::model::{Quantity, Sku};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::harness::world::{Api, jakarta};

pub const CATALOGUE: &str = "\
sku,name,unit,price,cost,pack_name,pack_size,supplier
MIE,Mi goreng,bungkus,3100,2900,dus,40,Grosir Jaya
KUE,Kue ulang tahun,buah,150000,90000,,,
GAS,Tabung gas,buah,22000,20000,,,Agen Gas
TEH,Teh celup,kotak,8000,7000,,,
";

const SUPPLIERS: &str = "name,lead_time_days\nGrosir Jaya,3\nAgen Gas,1\n";

/// A running hub with a catalogue, its clock, and a token to call it with.
pub struct Distributor {
    pub api: Api,
    pub hub: Hub,
    pub clock: Arc<ManualClock>,
    pub folder: tempfile::TempDir,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<kulakan::error::Result<()>>,
}

pub fn morning() -> DateTime<Utc> {
    jakarta("2026-11-23".parse().unwrap(), 8, 0)
}

impl Distributor {
    pub async fn start() -> Self {
        Self::with(|config| config).await
    }

    /// The same with settings of one's own.
    pub async fn with(settings: impl FnOnce(Config) -> Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        super::BACKEND.settle(folder.path());
        let clock = ManualClock::at(morning());
        let shared: SharedClock = clock.clone();
        let config = settings(Config::for_folder(folder.path()).unwrap());
        let new = NewHub {
            name: "Toko Makmur".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            pin: None,
        };
        let hub = Hub::create(config.clone(), new, shared.clone())
            .await
            .unwrap();
        for (kind, text) in [
            (HubImport::Suppliers, SUPPLIERS),
            (HubImport::Products, CATALOGUE),
        ] {
            let file = folder.path().join("import.csv");
            std::fs::write(&file, text).unwrap();
            hub.import(kind, &file, false).await.unwrap();
        }
        let token = hub.create_token("test").await.unwrap();
        let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let run = kulakan::hub::run(config, listener, shared, stop.clone());
        Self {
            api: Api::new(address, token),
            hub,
            clock,
            folder,
            stop,
            running: tokio::spawn(run),
        }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
    }

    /// Goods come into the warehouse.
    pub async fn stock(&self, sku: &str, quantity: i64) {
        let moved = StockMove {
            sku: Sku::parse(sku).unwrap(),
            lot: String::new(),
            expires: None,
            quantity: Quantity(quantity),
            reason: MoveReason::Receipt,
            reference: "test".to_owned(),
        };
        let now = self.hub.now();
        store::write(self.hub.store(), move |tx| {
            warehouse::post(tx, now, "test", std::slice::from_ref(&moved))
        })
        .await
        .unwrap();
    }

    /// On hand and reserved of a product.
    pub async fn in_warehouse(&self, sku: &str) -> (i64, i64) {
        let (sku, today) = (Sku::parse(sku).unwrap(), self.hub.today());
        store::read(self.hub.store(), move |tx| {
            let all = warehouse::availability(tx, today)?;
            let of_product = all.get(&sku).copied().unwrap_or_default();
            Ok((of_product.on_hand.0, of_product.reserved.0))
        })
        .await
        .unwrap()
    }

    pub async fn try_post(&self, path: &str, body: Value) -> (u16, Value) {
        let (status, answer) = self.api.call(Method::POST, path, Some(&body)).await;
        (status.as_u16(), answer)
    }

    /// An order of Bu Ani, told by e-mail, accepted at once where `confirm`.
    pub async fn order(&self, lines: Value, confirm: bool) -> Value {
        let body = json!({
            "customer": { "name": "Bu Ani", "email": "ani@example.com" }, "lines": lines, "confirm": confirm,
        });
        self.api.post("/orders", body).await
    }

    pub async fn step(&self, order: &Value, step: &str, body: Value) -> (u16, Value) {
        let id = order["id"].as_str().unwrap();
        self.try_post(&format!("/orders/{id}/{step}"), body).await
    }

    pub async fn look(&self, order: &Value) -> Value {
        self.api
            .get(&format!("/orders/{}", order["id"].as_str().unwrap()))
            .await
    }
}

/// The figures of an order's first line: reserved, shipped, backordered, cancelled.
pub fn figures(order: &Value) -> [i64; 4] {
    ["reserved", "shipped", "backordered", "cancelled"]
        .map(|name| order["lines"][0][name].as_i64().unwrap())
}
