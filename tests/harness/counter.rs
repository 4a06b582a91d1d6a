//! A shop with people at its counter, and browsers without a screen that keep their cookies.

use std::sync::Arc;

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::shop::{NewShop, Shop};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::shop::{FOUNDED, moment};

/// The owner's PIN.
pub const OWNERS_PIN: &str = "4711";

/// A running shop.
pub struct Counter {
    /// The same shop as a second process would open it.
    pub shop: Shop,
    pub clock: Arc<ManualClock>,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    pub token: String,
    pub folder: TempDir,
    _stop: DropGuard,
}

/// An answer as a browser sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub status: u16,
    /// Where it leads.
    pub to: String,
    /// `name=value; attributes` of each cookie that it sets.
    pub cookies: Vec<String>,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Seen {
    /// Checks the status, and gives the page.
    #[track_caller]
    pub fn expect(self, status: u16) -> String {
        assert_eq!(self.status, status, "to {:?}: {}", self.to, self.text);
        self.text
    }

    /// Checks that it leads somewhere, and gives where.
    #[track_caller]
    pub fn leads(self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.to
    }
}

/// Somebody's browser.
#[derive(Clone)]
pub struct Visitor {
    client: Client,
    pub url: String,
    /// `sesi=...` once they are in.
    pub cookie: String,
}

impl Visitor {
    pub async fn send(&self, request: RequestBuilder) -> Seen {
        let mut request = request;
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        let response = request.send().await.expect("an answer");
        let headers = response.headers().clone();
        let all = |name: &str| -> Vec<String> {
            let values = headers.get_all(name).into_iter();
            values
                .map(|value| value.to_str().unwrap().to_owned())
                .collect()
        };
        Seen {
            status: response.status().as_u16(),
            to: all("location").pop().unwrap_or_default(),
            cookies: all("set-cookie"),
            headers: headers.clone(),
            text: response.text().await.expect("a body"),
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .header("accept", "text/html")
    }

    pub async fn get(&self, path: &str) -> Seen {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.send(form(self.request(Method::POST, path), fields))
            .await
    }

    /// Comes in with a PIN: as the owner, or as the cashier with a number.
    pub async fn come_in(&mut self, who: &str, pin: &str) {
        self.cookie.clear();
        let seen = self.post("/masuk", &[("who", who), ("pin", pin)]).await;
        assert_eq!(seen.status, 303, "{}", seen.text);
        self.cookie = session(&seen);
    }
}

/// A request with the fields of a form.
pub fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let escaped = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(pairs.join("&"))
}

/// `sesi=...` of an answer that let somebody in.
pub fn session(seen: &Seen) -> String {
    let cookie = seen
        .cookies
        .iter()
        .find(|cookie| cookie.starts_with("sesi="))
        .unwrap_or_else(|| panic!("no session: {seen:?}"));
    cookie.split(';').next().unwrap().to_owned()
}

impl Counter {
    /// A new shop in Jakarta at [`FOUNDED`], whose pages open with `pin` if there is one.
    pub async fn start(pin: Option<&str>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config::for_folder(folder.path()).expect("settings");
        let clock = ManualClock::at(moment(FOUNDED));
        let new = NewShop {
            name: "Warung Contoh".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            currency: "IDR".to_owned(),
            pin: pin.map(str::to_owned),
        };
        let shop = Shop::create(config.clone(), new, clock.clone())
            .await
            .expect("a shop");
        let token = shop.create_token("test").await.expect("a token");
        let any = "127.0.0.1:0".parse().expect("an address");
        let listener = kulakan::web::serve::listen(any).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
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
            url,
            token,
            folder,
            _stop: stop.drop_guard(),
        }
    }

    pub fn at(&self, time: &str) {
        self.clock.set(moment(time));
    }

    /// Somebody who has not come in yet.
    pub fn visitor(&self) -> Visitor {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none());
        Visitor {
            client: client.build().expect("a client"),
            url: self.url.clone(),
            cookie: String::new(),
        }
    }

    /// Somebody who came in.
    pub async fn person(&self, who: &str, pin: &str) -> Visitor {
        let mut visitor = self.visitor();
        visitor.come_in(who, pin).await;
        visitor
    }

    pub async fn owner(&self) -> Visitor {
        self.person("pemilik", OWNERS_PIN).await
    }

    /// A new cashier, who came in.
    pub async fn cashier(&self, name: &str, pin: &str) -> (i64, Visitor) {
        let id = self.shop.add_cashier(name, pin).await.expect("a cashier");
        (id, self.person(&id.to_string(), pin).await)
    }

    /// A call of the API that must succeed.
    pub async fn api(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}/api/v1{path}", self.url);
        let mut request = self
            .visitor()
            .client
            .request(method, url)
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let text = response.text().await.expect("a body");
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// A product.
    pub async fn product(&self, sku: &str, name: &str, price: i64, cost: i64) {
        let product = json!({
            "sku": sku, "name": name, "unit": "bungkus", "price": price, "cost": cost,
        });
        self.api(Method::POST, "/products", Some(&product)).await;
    }

    /// A sale.
    pub async fn sell(&self, id: &str, lines: Value, payment: Value) -> Value {
        let sale = json!({ "id": id, "lines": lines, "payment": payment });
        self.api(Method::POST, "/sales", Some(&sale)).await
    }

    /// One number out of the database.
    pub fn number(&self, sql: &str) -> i64 {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let file = Shop::file(self.folder.path());
        let database = rusqlite::Connection::open_with_flags(file, flags).expect("the database");
        database
            .query_row(sql, [], |row| row.get(0))
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}
