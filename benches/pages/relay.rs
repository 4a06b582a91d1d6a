//! Between browser and daemon: hands on what is asked and answered as it is, and writes down the bytes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;

/// One answer of the daemon.
#[derive(Clone)]
pub struct Answer {
    pub path: String,
    pub status: u16,
    pub encoding: String,
    /// Head and body as the daemon sent them.
    pub bytes: u64,
}

/// The relay; it ends with the program.
#[derive(Clone)]
pub struct Relay {
    http: reqwest::Client,
    base: String,
    seen: Arc<Mutex<Vec<Answer>>>,
    pub address: SocketAddr,
}

impl Relay {
    /// Stands in for the daemon at `base`.
    pub async fn start(base: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            base: base.to_owned(),
            seen: Arc::default(),
            address: listener.local_addr().unwrap(),
        };
        let router = Router::new().fallback(hand_on).with_state(relay.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        relay
    }

    /// Whether this was asked for since the last call of [`Relay::seen`].
    pub fn has_answered(&self, path: &str) -> bool {
        let seen = self.seen.lock().unwrap();
        seen.iter().any(|answer| answer.path.starts_with(path))
    }

    /// What was answered since the last call.
    pub fn seen(&self) -> Vec<Answer> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn hand_on(State(relay): State<Relay>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().to_string();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let answer = relay
        .http
        .request(parts.method, format!("{}{path}", relay.base))
        .headers(parts.headers)
        .body(body)
        .send()
        .await
        .unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    relay.seen.lock().unwrap().push(Answer {
        path,
        status: status.as_u16(),
        encoding: text(&headers, header::CONTENT_ENCODING),
        bytes: head(&headers) + body.len() as u64,
    });
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    // The one that this answer is sent with is its own.
    response.headers_mut().remove(header::TRANSFER_ENCODING);
    response
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// Status line and headers, each with what separates it from the next.
fn head(headers: &HeaderMap) -> u64 {
    let lines = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    ("HTTP/1.1 200 OK\r\n\r\n".len() + lines.sum::<usize>()) as u64
}
