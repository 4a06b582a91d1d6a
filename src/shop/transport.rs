//! How calls reach the hub. The protocol itself, and what each answer means, is in [`super::sync`].

use std::future::Future;
use std::io::Read;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::wire::{CLOCK_HEADER, INSTANCE_HEADER, PROTOCOL, VERSION_HEADER};

/// One call to the hub.
#[derive(Debug, Clone)]
pub struct Call {
    /// The path, from `wire`.
    pub path: &'static str,
    /// A query parameter, unescaped.
    pub query: Option<(&'static str, String)>,
    /// The device's token; absent only for pairing.
    pub token: Option<String>,
    /// What this shop's clock shows, RFC 3339.
    pub clock: String,
    /// Which copy of the shop's database speaks.
    pub instance: Option<Uuid>,
    /// The body of a `POST`; a call without one is a `GET`.
    pub body: Option<Body>,
}

/// What is sent.
#[derive(Debug, Clone)]
pub enum Body {
    /// JSON text.
    Json(String),
    /// JSON text compressed with zstd.
    Zstd(Vec<u8>),
    /// Bytes of no further meaning.
    Bytes(Vec<u8>),
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// What the hub asked to wait before another attempt.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing came back. Whether the hub took the call is then unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoReply {
    /// It took too long.
    Timeout,
    /// No connection, or it broke; why.
    Unreachable(String),
}

/// A way to the hub.
pub trait Transport: Send + Sync {
    /// Makes one call to the hub at `hub_url`.
    fn call(
        &self,
        hub_url: &str,
        call: Call,
    ) -> impl Future<Output = Result<Reply, NoReply>> + Send;
}

/// No page of notes and no other reply is larger.
const LARGEST_REPLY: usize = 16 * 1024 * 1024;

/// 2^24 bytes are all that a reply may decompress to.
const REPLY_WINDOW_LOG: u32 = 24;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// For the whole call; a push of 256 KiB fits on a line of 50 kbit/s.
const CALL_TIMEOUT: Duration = Duration::from_mins(1);

/// The real way: HTTP, with TLS where the address says `https`.
#[derive(Debug, Default)]
pub struct HttpTransport {
    // Made at the first call, so that a shop without a hub never pays for TLS.
    client: Mutex<Option<reqwest::Client>>,
}

impl HttpTransport {
    fn client(&self) -> Result<reqwest::Client, NoReply> {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*client {
            return Ok(client.clone());
        }
        static PROVIDER: OnceLock<()> = OnceLock::new();
        PROVIDER.get_or_init(|| {
            // Already installed by somebody else in this process is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let built = reqwest::Client::builder()
            .user_agent(concat!("kulakan/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .pool_max_idle_per_host(1)
            .build()
            .map_err(|error| NoReply::Unreachable(with_causes(&error)))?;
        *client = Some(built.clone());
        Ok(built)
    }
}

impl Transport for HttpTransport {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        let client = self.client()?;
        let mut url = reqwest::Url::parse(&format!("{hub_url}{}", call.path))
            .map_err(|error| NoReply::Unreachable(format!("{hub_url}: {error}")))?;
        if let Some((name, value)) = &call.query {
            url.query_pairs_mut().append_pair(name, value);
        }
        let mut request = match &call.body {
            None => client.get(url),
            Some(Body::Bytes(_)) => client
                .post(url)
                .header("content-type", "application/octet-stream"),
            Some(_) => client.post(url).header("content-type", "application/json"),
        };
        request = request
            .header(VERSION_HEADER, PROTOCOL)
            .header(CLOCK_HEADER, &call.clock);
        if let Some(token) = &call.token {
            request = request.bearer_auth(token);
        }
        if let Some(instance) = call.instance {
            request = request.header(INSTANCE_HEADER, instance.to_string());
        }
        if call.body.is_none() {
            request = request.header("accept-encoding", "zstd");
        }
        request = match call.body {
            None => request,
            Some(Body::Json(text)) => request.body(text),
            Some(Body::Bytes(bytes)) => request.body(bytes),
            Some(Body::Zstd(bytes)) => request.header("content-encoding", "zstd").body(bytes),
        };
        let mut response = request.send().await.map_err(no_reply)?;
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let packed = response
            .headers()
            .get("content-encoding")
            .is_some_and(|value| value == "zstd");
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(no_reply)? {
            if body.len() + chunk.len() > LARGEST_REPLY {
                return Err(NoReply::Unreachable(format!(
                    "the reply is larger than {LARGEST_REPLY} bytes"
                )));
            }
            body.extend_from_slice(&chunk);
        }
        if packed {
            body = unpacked(&body).map_err(NoReply::Unreachable)?;
        }
        Ok(Reply {
            status: response.status().as_u16(),
            retry_after,
            body,
        })
    }
}

/// Decompresses a reply, as far as a reply may go: a broken or hostile hub must not fill the memory of a small machine.
fn unpacked(body: &[u8]) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("the reply cannot be decompressed: {error}");
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(unreadable)?;
    decoder
        .window_log_max(REPLY_WINDOW_LOG)
        .map_err(unreadable)?;
    let mut text = Vec::new();
    let most = LARGEST_REPLY as u64 + 1;
    decoder
        .take(most)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    if text.len() > LARGEST_REPLY {
        return Err(format!("the reply is larger than {LARGEST_REPLY} bytes"));
    }
    Ok(text)
}

fn no_reply(error: reqwest::Error) -> NoReply {
    if error.is_timeout() {
        NoReply::Timeout
    } else {
        NoReply::Unreachable(with_causes(&error.without_url()))
    }
}

/// The message with what lies beneath it: "connection refused" is never in the first one.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// Checks a hub's address and writes it without a slash at its end.
///
/// # Errors
/// [`Error::Invalid`] for anything but `http://` or `https://` with a host and nothing after its port but a path.
pub fn hub_address(text: &str) -> Result<String> {
    let wrong = |why: &str| Error::invalid("--hub", format!("{text} {why}"));
    let url = reqwest::Url::parse(text.trim())
        .map_err(|error| wrong(&format!("is no address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("must begin with https:// or http://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must not hold a query"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
