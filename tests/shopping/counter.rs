//! A shop with three weeks of history, its pages read as a browser without script reads them.

use std::sync::Mutex;

use kulakan::shop::Shop;
use kulakan::shop::import::{ImportKind, ImportOptions};
use reqwest::redirect::Policy;
use serde_json::Value;

use crate::harness::running::{Client, Daemon, ShopFolder};

/// Coffee brings Rp500 a sachet of Rp1.500, rice Rp500 a kilogram of Rp12.500, and what salt costs nobody entered.
pub const PRODUCTS: &str = "\
sku,name,unit,price,cost,category,pack_name,pack_size,pack_price,supplier
KOPI,Kopi sachet <b>mantap</b>,sachet,2000,1500,Minuman,renceng,10,,Grosir Jaya
BERAS,Beras pulen,kg,13000,12500,Sembako,karung,5,,Toko Makmur
GARAM,Garam,bungkus,3000,0,,,,,
";

/// The morning for which the shop plans.
pub const MORNING: &str = "2026-11-21T23:00:00Z";

/// A shop under way and its pages.
pub struct Counter {
    pub folder: ShopFolder,
    pub shop: Shop,
    pub daemon: Daemon,
    pub api: Client,
    http: reqwest::Client,
    /// Of whoever logged in.
    session: Mutex<String>,
}

/// A page as it came.
pub struct Shown {
    pub status: u16,
    pub text: String,
    pub kind: String,
}

impl Counter {
    /// A shop with products, not yet running a plan by itself.
    pub async fn start(products: &str, history: &str) -> Self {
        let schedule = "0 0 2 1 1 *";
        let (folder, token) =
            ShopFolder::found("2026-11-21T00:00:00Z", "Asia/Jakarta", schedule).await;
        let shop = folder.open().await;
        for (kind, name, rows) in [
            (ImportKind::Products, "products.csv", products),
            (ImportKind::Sales, "sales.csv", history),
        ] {
            if rows.is_empty() {
                continue;
            }
            let file = folder.path.join(name);
            std::fs::write(&file, rows).unwrap();
            shop.import(kind, &file, ImportOptions::default(), &mut |_| {})
                .await
                .unwrap();
        }
        folder.set(MORNING);
        let daemon = folder.run().await;
        Self {
            api: Client::new(&daemon, &token),
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .build()
                .unwrap(),
            session: Mutex::default(),
            folder,
            shop,
            daemon,
        }
    }

    /// Three weeks in which coffee sold twelve a day, rice four kilograms and salt one.
    pub async fn with_history() -> Self {
        let mut rows = "date,sku,quantity\n".to_owned();
        for day in 1..=21 {
            for (sku, quantity) in [("KOPI", 12), ("BERAS", 4), ("GARAM", 1)] {
                rows.push_str(&format!("2026-11-{day:02},{sku},{quantity}\n"));
            }
        }
        Self::start(PRODUCTS, &rows).await
    }

    pub async fn get(&self, path: &str) -> Shown {
        let url = format!("{}{path}", self.daemon.url());
        let request = self.http.get(url).header("cookie", self.session());
        Shown::of(request.send().await.unwrap()).await
    }

    fn session(&self) -> String {
        self.session.lock().unwrap().clone()
    }

    /// Logs somebody in, whose page every later one is.
    pub async fn log_in(&self, fields: &[(&str, &str)]) {
        let answer = self.post("/masuk", fields).await;
        assert_eq!(answer.status().as_u16(), 303);
        let cookies = answer.headers().get_all("set-cookie").iter();
        let cookies: Vec<&str> = cookies
            .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap())
            .collect();
        *self.session.lock().unwrap() = cookies.join("; ");
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        let url = format!("{}{path}", self.daemon.url());
        let request = self.http.post(url).header("cookie", self.session());
        let kind = "application/x-www-form-urlencoded";
        let request = request.header("content-type", kind).body(url::form(fields));
        request.send().await.unwrap()
    }

    /// Sends a form; where it leads to.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let answer = self.post(path, fields).await;
        let location = answer.headers().get("location");
        let location = location.map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location.unwrap_or_default())
    }

    /// One number out of the database.
    pub fn number(&self, sql: &str) -> i64 {
        let file = Shop::file(&self.folder.path);
        let database = rusqlite::Connection::open(file).unwrap();
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Records a sale, which must succeed.
    pub async fn sell(&self, sale: Value) -> Value {
        let (status, receipt) = self.api.post("/sales", &sale).await;
        assert_eq!(status, 201, "{sale}: {receipt}");
        receipt
    }

    pub async fn stop(self) {
        self.daemon.stop().await;
    }
}

impl Shown {
    async fn of(answer: reqwest::Response) -> Self {
        let kind = answer.headers().get("content-type");
        let kind = kind.map(|kind| kind.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap().to_vec();
        Self {
            status,
            kind: kind.unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The rows of a CSV file under its heading, after a check of that.
    pub fn rows(&self, heading: &str) -> Vec<Vec<String>> {
        assert_eq!(
            (self.status, self.kind.as_str()),
            (200, "text/csv; charset=utf-8"),
            "{}",
            self.text
        );
        let text = self.text.trim_start_matches('\u{feff}');
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(
            reader
                .headers()
                .unwrap()
                .iter()
                .collect::<Vec<_>>()
                .join(","),
            heading
        );
        let rows = reader.records().map(|row| {
            let row = row.unwrap();
            row.iter().map(str::to_owned).collect()
        });
        rows.collect()
    }
}

mod url {
    /// Fields as a browser encodes them.
    pub fn form(fields: &[(&str, &str)]) -> String {
        let escaped = |text: &str| {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                    byte => format!("%{byte:02X}"),
                })
                .collect::<String>()
        };
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        pairs.join("&")
    }
}
