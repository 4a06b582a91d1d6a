//! A shop as `main` starts it, on a free port with a clock that stands still, and a till that talks to it.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Once};

use chrono::{DateTime, Utc};
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::shop::{NewShop, Shop};
use kulakan::web::serve;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The moment at which test shops are founded: a Monday at 09.00 in Jakarta.
pub const FOUNDED: &str = "2026-11-23T02:00:00Z";

/// A running shop; its folder goes when it is dropped.
pub struct TestShop {
    /// The same shop as a second process would open it: for what has no call.
    pub shop: Shop,
    pub clock: Arc<ManualClock>,
    address: SocketAddr,
    token: String,
    client: reqwest::Client,
    folder: TempDir,
    _stop: DropGuard,
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub kind: String,
    pub text: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body, after a check of the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// Checks that it is a problem of this status, and gives `field: message` of every wrong field, or the detail.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let body = self.expect(status);
        assert_eq!(self.kind, "application/problem+json", "{}", self.text);
        assert_eq!(body["status"], status);
        let fields: Vec<String> = body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| format!("{}: {}", text(&error["field"]), text(&error["message"])))
            .collect();
        if fields.is_empty() {
            text(&body["detail"])
        } else {
            fields.join("; ")
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A moment of RFC 3339.
pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

impl TestShop {
    /// A new shop in Jakarta at [`FOUNDED`].
    pub async fn start() -> Self {
        static RING: Once = Once::new();
        RING.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config::load(folder.path().to_owned(), &Vec::new(), |_| None).expect("config");
        let clock = ManualClock::at(moment(FOUNDED));
        let new = NewShop {
            name: "Warung Contoh".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            currency: "IDR".to_owned(),
            pin: None,
        };
        let shop = Shop::create(config.clone(), new, clock.clone())
            .await
            .expect("a shop");
        let token = shop.create_token("till").await.expect("a token");
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = serve::listen(any).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        tokio::spawn(kulakan::shop::run(
            config,
            listener,
            clock.clone(),
            stop.clone(),
        ));
        Self {
            shop,
            clock,
            address,
            token,
            client: reqwest::Client::new(),
            folder,
            _stop: stop.drop_guard(),
        }
    }

    /// Sets the clock.
    pub fn at(&self, time: &str) {
        self.clock.set(moment(time));
    }

    /// A file in the shop's folder, to import.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    pub async fn get(&self, path: impl Display) -> Reply {
        self.send(reqwest::Method::GET, path, None).await
    }

    pub async fn post(&self, path: impl Display, body: &Value) -> Reply {
        self.send(reqwest::Method::POST, path, Some(body.to_string()))
            .await
    }

    pub async fn post_nothing(&self, path: impl Display) -> Reply {
        self.send(reqwest::Method::POST, path, None).await
    }

    /// The API's own description.
    pub async fn description(&self) -> Reply {
        self.send(reqwest::Method::GET, "/../openapi.json", None)
            .await
    }

    pub async fn post_text(&self, path: impl Display, body: String) -> Reply {
        self.send(reqwest::Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: impl Display, body: &Value) -> Reply {
        self.send(reqwest::Method::PATCH, path, Some(body.to_string()))
            .await
    }

    async fn send(
        &self,
        method: reqwest::Method,
        path: impl Display,
        body: Option<String>,
    ) -> Reply {
        let url = format!("http://{}/api/v1{path}", self.address);
        let mut request = self.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        let response = request.send().await.expect("an answer");
        Reply {
            status: response.status().as_u16(),
            kind: response
                .headers()
                .get("content-type")
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            text: response.text().await.expect("a body"),
        }
    }

    /// The database, to look into and not to change.
    pub fn database(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(Shop::file(self.folder.path()), flags).expect("the database")
    }

    /// One number out of the database.
    pub fn number(&self, sql: &str) -> i64 {
        self.database()
            .query_row(sql, [], |row| row.get(0))
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Events that somebody's doing caused, and not the daemon's own start or night.
    pub fn told(&self) -> i64 {
        self.number("SELECT count(*) FROM events WHERE kind NOT IN ('policy.set', 'plan.saved')")
    }
}
