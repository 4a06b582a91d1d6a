//! Shops and hubs as `main` starts them, on free ports, under a clock that stands still until it is set.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::error::Result;
use kulakan::hub::{Hub, NewHub};
use kulakan::shop::{NewShop, Shop};
use kulakan::web::serve;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::backend::{Backend, asked};

/// A moment of RFC 3339.
pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// A daemon under way.
pub struct Daemon {
    pub address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<Result<()>>,
}

impl Daemon {
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it as SIGTERM does, and waits until it has.
    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.expect("no panic").expect("a clean end");
    }
}

async fn listener(address: Option<SocketAddr>) -> (tokio::net::TcpListener, SocketAddr) {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = serve::listen(address.unwrap_or(any)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// A shop's folder and clock; its daemon may come and go.
pub struct ShopFolder {
    pub clock: Arc<ManualClock>,
    pub path: PathBuf,
    config: Config,
    /// Removed with the last of its shops.
    folder: Option<TempDir>,
}

impl ShopFolder {
    /// A new shop in `zone`, founded at `founded`, and a token for its API.
    pub async fn found(founded: &str, zone: &str, schedule: &str) -> (Self, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_owned();
        let mut found = Self::at(path, ManualClock::at(moment(founded)), schedule);
        found.folder = Some(folder);
        let new = NewShop {
            name: "Warung Contoh".to_owned(),
            timezone: zone.to_owned(),
            currency: "IDR".to_owned(),
            pin: None,
        };
        let shop = Shop::create(found.config.clone(), new, found.clock.clone())
            .await
            .expect("a shop");
        let token = shop.create_token("test").await.expect("a token");
        (found, token)
    }

    /// A folder that holds a shop already.
    pub fn at(path: PathBuf, clock: Arc<ManualClock>, schedule: &str) -> Self {
        let config = Config::for_folder(&path)
            .expect("settings")
            .with("schedule", schedule);
        Self {
            clock,
            path,
            config,
            folder: None,
        }
    }

    /// The same folder with other settings, in place of `earlier`.
    pub fn keeping(mut self, earlier: Self) -> Self {
        self.folder = earlier.folder;
        self
    }

    pub fn set(&self, now: &str) {
        self.clock.set(moment(now));
    }

    /// The same shop as a second process would open it.
    pub async fn open(&self) -> Shop {
        Shop::open(self.config.clone(), self.clock.clone())
            .await
            .expect("the shop")
    }

    pub async fn run(&self) -> Daemon {
        let (listener, address) = listener(None).await;
        let stop = CancellationToken::new();
        let run = kulakan::shop::run(
            self.config.clone(),
            listener,
            self.clock.clone(),
            stop.clone(),
        );
        let task = tokio::spawn(run);
        Daemon {
            address,
            stop,
            task,
        }
    }
}

fn settings(folder: &Path) -> Config {
    Config::for_folder(folder).expect("settings")
}

/// A hub's folder and clock; its daemon may come and go.
pub struct HubFolder {
    pub clock: Arc<ManualClock>,
    pub folder: TempDir,
}

impl HubFolder {
    pub async fn found(now: &str) -> Self {
        Self::found_on(Backend::Sqlite, now).await
    }

    /// The same, kept in this database.
    pub async fn found_on(backend: Backend, now: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        backend.settle(folder.path());
        let found = Self {
            clock: ManualClock::at(moment(now)),
            folder,
        };
        let new = NewHub {
            name: "Distributor Contoh".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            pin: None,
        };
        Hub::create(settings(found.folder.path()), new, found.clock.clone())
            .await
            .expect("a hub");
        found
    }

    /// A whole number that a query finds in its database.
    pub fn number(&self, sql: &str) -> i64 {
        let found = self.text(sql);
        found.parse().unwrap_or_else(|_| panic!("{sql}: {found}"))
    }

    /// The same for a text.
    pub fn text(&self, sql: &str) -> String {
        asked(self.folder.path(), sql)
    }

    /// The same hub as a second process would open it.
    pub async fn open(&self) -> Hub {
        Hub::open(settings(self.folder.path()), self.clock.clone())
            .await
            .expect("the hub")
    }

    /// Runs it, where `address` says if it has been somewhere before.
    pub async fn run(&self, address: Option<SocketAddr>) -> Daemon {
        let (listener, address) = listener(address).await;
        let stop = CancellationToken::new();
        let config = settings(self.folder.path());
        let run = kulakan::hub::run(config, listener, self.clock.clone(), stop.clone());
        let task = tokio::spawn(run);
        Daemon {
            address,
            stop,
            task,
        }
    }
}

/// A daemon's API, asked as a script would.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    pub fn new(daemon: &Daemon, token: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client"),
            base: daemon.url(),
            token: token.to_owned(),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = request
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (status, value)
    }

    /// Status and JSON of a `GET` under `/api/v1`.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let url = format!("{}/api/v1{path}", self.base);
        self.send(self.http.get(url)).await
    }

    /// Status and JSON of a `POST` under `/api/v1`.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/api/v1{path}", self.base);
        self.send(self.http.post(url).json(body)).await
    }

    /// Asks until `done`: for what a daemon does by itself. Bounded, so that a fault ends the test with its last answer.
    pub async fn until(&self, path: &str, done: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let (_, answer) = self.get(path).await;
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
