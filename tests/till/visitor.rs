//! Whoever comes to the till with a browser that runs no script.

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use super::Counter;

/// A browser without script: it keeps its cookie.
pub struct Visitor<'a> {
    counter: &'a Counter,
    client: Client,
    cookie: String,
}

/// A cart as the page shows it.
#[derive(Debug)]
pub struct Shown {
    pub id: String,
    pub version: String,
    pub html: String,
}

/// What stands between two texts.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before}: {text}"));
    rest.split_once(after).expect("an end").0
}

impl<'a> Visitor<'a> {
    pub async fn come(counter: &'a Counter) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .build()
            .expect("a client");
        let page = client
            .get(format!("{}/kasir", counter.base))
            .send()
            .await
            .expect("an answer");
        let cookie = page.headers()[SET_COOKIE].to_str().expect("a text");
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        let cookie = cookie.split(';').next().expect("a value").to_owned();
        Self {
            counter,
            client,
            cookie,
        }
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| {
                format!("{name}={}", value.replace('%', "%25").replace('+', "%2B"))
            })
            .collect();
        self.client
            .post(format!("{}{path}", self.counter.base))
            .header(COOKIE, &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
            .send()
            .await
            .expect("an answer")
    }

    pub async fn get(&self, path: &str) -> String {
        let page = self
            .client
            .get(format!("{}{path}", self.counter.base))
            .header(COOKIE, &self.cookie)
            .send()
            .await
            .expect("an answer");
        page.text().await.expect("a text")
    }

    pub async fn cart(&self) -> Shown {
        let html = self.get("/kasir").await;
        Shown {
            id: between(&html, "data-id=\"", "\"").to_owned(),
            version: between(&html, "data-version=\"", "\"").to_owned(),
            html,
        }
    }

    /// Presses a button of the cart that is shown.
    pub async fn press(&self, shown: &Shown, action: &str, fields: &[(&str, &str)]) -> Response {
        let page = between(&shown.html, "name=\"halaman\" value=\"", "\"");
        let mut all = vec![
            ("versi", &*shown.version),
            ("halaman", page),
            ("aksi", action),
        ];
        all.extend_from_slice(fields);
        self.post(&format!("/kasir/{}", shown.id), &all).await
    }

    pub async fn pay(&self, shown: &Shown, due: &str, fields: &[(&str, &str)]) -> Response {
        let mut all = vec![("versi", &*shown.version), ("jumlah", due)];
        all.extend_from_slice(fields);
        self.post(&format!("/kasir/{}/bayar", shown.id), &all).await
    }
}
