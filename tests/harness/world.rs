//! A hub and shops as `main` starts them: real databases in a temporary folder, real HTTP on free ports, and one clock
//! that stands still until it is set.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use kulakan::clock::{ManualClock, SharedClock};
use kulakan::config::Config;
use kulakan::error::Result;
use kulakan::hub::{Hub, NewHub};
use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::{NewShop, Shop};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::backend::Backend;

/// The moment at which a wall clock in Jakarta shows `hour:minute` on `date`.
pub fn jakarta(date: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    date.and_hms_opt(hour, minute, 0).unwrap().and_utc() - chrono::Duration::hours(7)
}

/// A daemon under way.
pub struct Daemon {
    pub address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<Result<()>>,
}

impl Daemon {
    /// Ends it as SIGTERM does, and waits until it has.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

async fn listener(address: Option<SocketAddr>) -> tokio::net::TcpListener {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    kulakan::web::serve::listen(address.unwrap_or(any))
        .await
        .unwrap()
}

/// One side's API, asked as a script would.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    pub base: String,
    token: String,
}

impl Api {
    pub fn new(address: SocketAddr, token: String) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            http,
            base: format!("http://{address}"),
            token,
        }
    }

    /// The status and JSON of any call.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let mut request = self
            .http
            .request(method, format!("{}/api/v1{path}", self.base))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (status, value)
    }

    /// `GET` that must succeed.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert!(status.is_success(), "GET {path}: {status} {body}");
        body
    }

    /// `POST` that must succeed.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, Some(&body)).await;
        assert!(status.is_success(), "POST {path} {body}: {status} {answer}");
        answer
    }

    /// Asks until `done`: for what a daemon does by itself. Bounded, so that a fault ends the test with its last answer.
    pub async fn until(&self, path: &str, done: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let (_, answer) = self.call(Method::GET, path, None).await;
            if done(&answer) {
                return answer;
            }
            assert!(
                started.elapsed() < Duration::from_mins(1),
                "{path} stays at {answer}"
            );
            tokio::task::yield_now().await;
        }
    }
}

/// A shop with its daemon.
pub struct ShopSide {
    pub name: String,
    pub folder: PathBuf,
    pub api: Api,
    daemon: Daemon,
}

/// A hub with its daemon, and its shops.
pub struct World {
    pub clock: Arc<ManualClock>,
    pub folder: tempfile::TempDir,
    pub hub: Api,
    hub_daemon: Option<Daemon>,
    pub shops: Vec<ShopSide>,
}

impl World {
    /// A hub with the products of `catalogue` (a products file) and shops that have them too, paired.
    pub async fn start(now: DateTime<Utc>, catalogue: &str, names: &[&str]) -> Self {
        Self::start_on(Backend::Sqlite, now, catalogue, names).await
    }

    /// The same with the hub kept in this database.
    pub async fn start_on(
        backend: Backend,
        now: DateTime<Utc>,
        catalogue: &str,
        names: &[&str],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(now);
        let shared: SharedClock = clock.clone();
        let file = folder.path().join("products.csv");
        std::fs::write(&file, catalogue).unwrap();
        backend.settle(&folder.path().join("hub"));
        let hub_config = Config::for_folder(&folder.path().join("hub")).unwrap();
        let new = NewHub {
            name: "Distributor".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            pin: None,
        };
        let hub = Hub::create(hub_config, new, shared.clone()).await.unwrap();
        hub.import(kulakan::hub::HubImport::Products, &file, false)
            .await
            .unwrap();
        let mut codes = Vec::new();
        for name in names {
            codes.push(hub.add_shop(name).await.unwrap().1);
        }
        let token = hub.create_token("test").await.unwrap();
        drop(hub);
        let daemon = start_hub(folder.path(), &shared, None).await;
        let mut world = Self {
            hub: Api::new(daemon.address, token),
            hub_daemon: Some(daemon),
            clock,
            folder,
            shops: Vec::new(),
        };
        for (name, code) in names.iter().zip(codes) {
            world.add_shop(name, &file, &code).await;
        }
        world
    }

    async fn add_shop(&mut self, name: &str, products: &Path, code: &str) {
        let folder = self.folder.path().join(name);
        let clock: SharedClock = self.clock.clone();
        let new = NewShop {
            name: name.to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            currency: "IDR".to_owned(),
            pin: None,
        };
        let shop = Shop::create(Config::for_folder(&folder).unwrap(), new, clock.clone())
            .await
            .unwrap();
        let kind = ImportKind::Products;
        shop.import(kind, products, ImportOptions::default(), &mut |_| {})
            .await
            .unwrap();
        shop.pair(&self.hub.base, code).await.unwrap();
        let token = shop.create_token("test").await.unwrap();
        drop(shop);
        let daemon = start_shop(&folder, &clock, None).await;
        let api = Api::new(daemon.address, token);
        self.shops.push(ShopSide {
            name: name.to_owned(),
            folder,
            api,
            daemon,
        });
    }

    /// The hub goes away; its address stays its own.
    pub async fn stop_hub(&mut self) -> SocketAddr {
        let daemon = self.hub_daemon.take().unwrap();
        let address = daemon.address;
        daemon.stop().await;
        address
    }

    /// The hub comes back where it was.
    pub async fn start_hub(&mut self, address: SocketAddr) {
        let clock: SharedClock = self.clock.clone();
        self.hub_daemon = Some(start_hub(self.folder.path(), &clock, Some(address)).await);
    }

    /// A shop's daemon ends and starts again, as after a power cut that left time to write.
    pub async fn restart_shop(&mut self, index: usize) {
        let clock: SharedClock = self.clock.clone();
        let shop = self.shops.remove(index);
        let address = shop.daemon.address;
        shop.daemon.stop().await;
        let daemon = start_shop(&shop.folder, &clock, Some(address)).await;
        self.shops.insert(index, ShopSide { daemon, ..shop });
    }

    /// Waits until a shop has nothing left to send and has pulled what was there for it.
    pub async fn drained(&self, index: usize) {
        let api = &self.shops[index].api;
        api.post("/sync", json!({})).await;
        api.until("/sync", |sync| sync["backlog"] == 0).await;
    }

    pub async fn stop(mut self) {
        for shop in self.shops.drain(..) {
            shop.daemon.stop().await;
        }
        if let Some(hub) = self.hub_daemon.take() {
            hub.stop().await;
        }
    }
}

async fn start_hub(folder: &Path, clock: &SharedClock, address: Option<SocketAddr>) -> Daemon {
    let config = Config::for_folder(&folder.join("hub")).unwrap();
    let listener = listener(address).await;
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(kulakan::hub::run(
        config,
        listener,
        clock.clone(),
        stop.clone(),
    ));
    Daemon {
        address,
        stop,
        task,
    }
}

async fn start_shop(folder: &Path, clock: &SharedClock, address: Option<SocketAddr>) -> Daemon {
    let config = Config::for_folder(folder).unwrap();
    let listener = listener(address).await;
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(kulakan::shop::run(
        config,
        listener,
        clock.clone(),
        stop.clone(),
    ));
    Daemon {
        address,
        stop,
        task,
    }
}
