//! A counter: a shop with goods, its daemon, and somebody who opens its pages.

use std::time::Instant;

use reqwest::{Response, redirect};
use serde_json::{Value, json};

use super::printer::PATIENCE;
use crate::harness::running::{Client, Daemon, ShopFolder};

/// A Monday, 09.40 in Jakarta.
pub const NOW: &str = "2026-11-23T02:40:00Z";

/// Never in these tests: nothing is planned.
const SCHEDULE: &str = "0 0 2 1 1 *";

/// What an answer was: its status, where it leads, its body.
pub struct Page {
    pub status: u16,
    pub to: String,
    pub kind: String,
    pub bytes: Vec<u8>,
}

impl Page {
    async fn of(response: Response) -> Self {
        let header = |name: &str| {
            let value = response.headers().get(name);
            let text = value.and_then(|value| value.to_str().ok());
            text.unwrap_or_default().to_owned()
        };
        let (to, kind) = (header("location"), header("content-type"));
        Self {
            status: response.status().as_u16(),
            to,
            kind,
            bytes: response.bytes().await.expect("a body").to_vec(),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("text")
    }
}

pub struct Counter {
    pub shop: ShopFolder,
    pub daemon: Daemon,
    pub api: Client,
    http: reqwest::Client,
}

impl Counter {
    /// Noodles at Rp3.500 the piece, rice at Rp14.000 the kilogram.
    pub async fn open() -> Self {
        let (shop, token) = ShopFolder::found(NOW, "Asia/Jakarta", SCHEDULE).await;
        let daemon = shop.run().await;
        let api = Client::new(&daemon, &token);
        for product in [
            json!({ "sku": "MIE", "name": "Mie goreng", "price": 3_500, "cost": 2_900 }),
            json!({ "sku": "BERAS", "name": "Beras", "unit": "kg", "price": 14_000, "cost": 12_000 }),
        ] {
            let (status, body) = api.post("/products", &product).await;
            assert_eq!(status, 201, "{body}");
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            shop,
            daemon,
            api,
            http,
        }
    }

    /// The daemon ends and starts again.
    pub async fn restarted(self) -> Self {
        self.daemon.stop().await;
        let daemon = self.shop.run().await;
        let shop = self.shop.open().await;
        let token = shop.create_token("again").await.expect("a token");
        let api = Client::new(&daemon, &token);
        Self {
            daemon,
            api,
            ..self
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.daemon.url())
    }

    pub async fn get(&self, path: &str) -> Page {
        Page::of(
            self.http
                .get(self.url(path))
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }

    /// A form as a browser sends it.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| {
                let value: Vec<String> = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
                format!("{name}={}", value.concat())
            })
            .collect();
        let request = self
            .http
            .post(self.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(fields.join("&"));
        Page::of(request.send().await.expect("an answer")).await
    }

    /// A form with a photograph.
    pub async fn post_photo(&self, path: &str, fields: &[(&str, &str)], photo: &[u8]) -> Page {
        const BOUNDARY: &str = "potongan";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"f\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(photo);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = self
            .http
            .post(self.url(path))
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(body);
        Page::of(request.send().await.expect("an answer")).await
    }

    /// Saves the settings of receipts and printer.
    pub async fn set_up(&self, fields: &[(&str, &str)]) {
        let page = self.post("/pengaturan/struk", fields).await;
        assert_eq!(page.status, 303, "{}", page.text());
    }

    /// Settings for a printer at this address, and what else is wanted.
    pub async fn set_up_network(&self, address: std::net::SocketAddr, others: &[(&str, &str)]) {
        let (host, port) = (address.ip().to_string(), address.port().to_string());
        let mut fields = vec![("kind", "network"), ("host", &host), ("port", &port)];
        fields.extend_from_slice(others);
        self.set_up(&fields).await;
    }

    pub async fn sell(&self, sale: &Value) -> Value {
        let (status, body) = self.api.post("/sales", sale).await;
        assert_eq!(status, 201, "{body}");
        body
    }

    /// Noodles for cash.
    pub async fn sell_noodles(&self, id: &str) -> Value {
        let lines = json!([{ "sku": "MIE", "quantity": 2 }]);
        self.sell(&json!({ "id": id, "lines": lines, "payment": { "method": "cash" } }))
            .await
    }

    /// Asks for a page until it says this: for what the daemon does by itself.
    pub async fn until(&self, path: &str, expected: &str) -> String {
        let started = Instant::now();
        loop {
            let text = self.get(path).await.text();
            if text.contains(expected) {
                return text;
            }
            assert!(started.elapsed() < PATIENCE, "{path} stays at {text}");
            tokio::task::yield_now().await;
        }
    }
}
