//! A shop whose pages are opened and whose forms are sent as a browser without script would.

use kulakan::shop::Shop;
use kulakan::web::encoded;
use reqwest::redirect;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::harness::running::{Client, Daemon, ShopFolder};

/// 22 November 2026 in the morning, Jakarta.
pub const MORNING: &str = "2026-11-22T01:00:00Z";

/// A running shop at whose counter somebody is.
pub struct Desk {
    pub folder: ShopFolder,
    pub daemon: Daemon,
    pub api: Client,
    browser: reqwest::Client,
    /// The session of whoever is logged in.
    cookie: String,
}

/// A page as it came.
pub struct Shown {
    pub status: u16,
    pub to: String,
    pub html: String,
}

impl Desk {
    /// A shop with two products, the one at 3.500 that costs 2.900, the other at 18.250 that costs 15.000.
    pub async fn open() -> Self {
        let (folder, token) = ShopFolder::found(MORNING, "Asia/Jakarta", "0 0 2 * * *").await;
        let daemon = folder.run().await;
        let api = Client::new(&daemon, &token);
        for product in [
            json!({ "sku": "MIE", "name": "Mie goreng", "price": 3_500, "cost": 2_900 }),
            json!({ "sku": "GULA", "name": "Gula", "price": 18_250, "cost": 15_000 }),
        ] {
            let (status, answer) = api.post("/products", &product).await;
            assert_eq!(status, 201, "{answer}");
        }
        let browser = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            folder,
            daemon,
            api,
            browser,
            cookie: String::new(),
        }
    }

    /// Logs somebody in: the owner, or a cashier by their number.
    pub async fn log_in(&mut self, who: &str, pin: &str) {
        let url = format!("{}/masuk", self.daemon.url());
        let form = self
            .browser
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("who={who}&pin={pin}"));
        let answer = form.send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter();
        let pairs: Vec<&str> = cookies
            .filter_map(|cookie| cookie.to_str().unwrap().split(';').next())
            .collect();
        assert!(!pairs.is_empty(), "{}", answer.status());
        self.cookie = pairs.join("; ");
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Shown {
        let request = request.header("cookie", &self.cookie);
        let response = request.send().await.unwrap();
        let to = response.headers().get("location");
        Shown {
            status: response.status().as_u16(),
            to: to.map_or("", |to| to.to_str().unwrap()).to_owned(),
            html: response.text().await.unwrap(),
        }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Shown {
        let url = format!("{}{path}", self.daemon.url());
        self.send(self.browser.get(url)).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let url = format!("{}{path}", self.daemon.url());
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let form = self
            .browser
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(pairs.join("&"));
        self.send(form).await
    }

    /// Sends a form that must be taken.
    #[track_caller]
    pub fn taken(shown: &Shown, to: &str) {
        assert_eq!((shown.status, &*shown.to), (303, to), "{}", shown.html);
    }

    /// Sells one of each line `(code, quantity)`.
    pub async fn sell(&self, id: &str, lines: &[(&str, i64)], payment: Value) -> Value {
        let lines: Vec<Value> = lines
            .iter()
            .map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity }))
            .collect();
        let sale = json!({ "id": id, "lines": lines, "payment": payment });
        let (status, receipt) = self.api.post("/sales", &sale).await;
        assert_eq!(status, 201, "{receipt}");
        receipt
    }

    /// Takes a sale back.
    pub async fn void(&self, id: &str) {
        let path = format!("/sales/{id}/void");
        let (status, answer) = self.api.post(&path, &json!({ "reason": "salah" })).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// The database, to look into.
    pub fn database(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(Shop::file(&self.folder.path), flags).unwrap()
    }

    /// One number out of it.
    #[track_caller]
    pub fn number(&self, sql: &str) -> i64 {
        let number = self.database().query_row(sql, [], |row| row.get(0));
        number.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

impl Shown {
    /// What stands beside a label: the text of the element after the one that holds it.
    #[track_caller]
    pub fn beside(&self, label: &str) -> String {
        let marked = format!("<dt>{label}</dt><dd>");
        let (_, after) = self
            .html
            .split_once(&marked)
            .unwrap_or_else(|| panic!("no {label} in {}", self.html));
        let (text, _) = after.split_once("</dd>").unwrap();
        words(text)
    }

    /// The same under a heading, where a label stands under several.
    #[track_caller]
    pub fn under(&self, heading: &str, label: &str) -> String {
        let (_, after) = self
            .html
            .split_once(&format!("<h3>{heading}</h3>"))
            .unwrap_or_else(|| panic!("no {heading} in {}", self.html));
        Self {
            status: self.status,
            to: String::new(),
            html: after.to_owned(),
        }
        .beside(label)
    }

    /// The value of the hidden field of the form that goes to `action`.
    #[track_caller]
    pub fn hidden(&self, action: &str, name: &str) -> String {
        let form = format!("action=\"{action}\"");
        let (_, after) = self.html.split_once(&form).unwrap_or_else(|| {
            panic!("no form to {action} in {}", self.html);
        });
        let field = format!("name=\"{name}\" value=\"");
        let (_, value) = after.split_once(&field).unwrap();
        value.split('"').next().unwrap().to_owned()
    }

    /// What a person reads.
    pub fn text(&self) -> String {
        words(&self.html)
    }
}

/// The text between tags.
fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = true;
    for sign in html.chars() {
        match sign {
            '<' => inside = false,
            '>' => inside = true,
            _ if inside => text.push(sign),
            _ => {}
        }
    }
    text.trim().to_owned()
}
