//! Calls of other systems, signed.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;
use reqwest::redirect::Policy;
use sha2::Sha256;

use super::guard::{self, PublicOnly};
use super::{Answer, Retry};
use crate::error::{Error, Result};
use crate::hub::store::outbox::Message;
use crate::hub::store::webhooks::Webhook;

/// How long the other system may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// What is kept of an answer, in characters.
const KEPT_OF_ANSWER: usize = 200;

/// The header that carries the signature.
pub const SIGNATURE: &str = "kulakan-signature";

/// The header that is the same for every attempt at one call, for the receiver to drop what it has already.
pub const DELIVERY: &str = "kulakan-delivery";

/// The header that names the kind of event.
pub const EVENT: &str = "kulakan-event";

/// Sends calls.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    client: reqwest::Client,
    excepted: Arc<[String]>,
}

impl Caller {
    /// One that may reach public addresses and the `excepted` hosts.
    pub fn new(excepted: Vec<String>) -> Result<Self> {
        // Already there when something else of this process has come first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let excepted: Arc<[String]> = excepted.into();
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(PublicOnly {
                excepted: Arc::clone(&excepted),
            }))
            .user_agent(concat!("kulakan/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::Internal(format!("preparing calls: {error}")))?;
        Ok(Self { client, excepted })
    }

    /// One attempt.
    pub async fn call(&self, webhook: &Webhook, message: &Message, now: DateTime<Utc>) -> Answer {
        let url = match guard::checked(&webhook.url, &self.excepted) {
            Ok(url) => url,
            Err(error) => return Answer::No(Retry::Never, error.to_string()),
        };
        let sent = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header(EVENT, &message.kind)
            .header(DELIVERY, &message.id)
            .header(SIGNATURE, signature(&webhook.secret, now, &message.payload))
            .body(message.payload.clone())
            .send()
            .await;
        let mut response = match sent {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Answer::No(Retry::Later, told(&error)),
            Err(error) => return Answer::Unknown(told(&error)),
        };
        let status = response.status();
        if status.is_success() {
            return Answer::Yes(status.to_string());
        }
        // As much of it as is kept, however much there is.
        let start = match response.chunk().await {
            Ok(Some(bytes)) => String::from_utf8_lossy(&bytes)
                .chars()
                .filter(|sign| !sign.is_control())
                .take(KEPT_OF_ANSWER)
                .collect(),
            _ => String::new(),
        };
        let retry = if status == StatusCode::GONE {
            Retry::Never
        } else {
            Retry::Later
        };
        Answer::No(retry, format!("{status} {start}").trim_end().to_owned())
    }
}

fn told(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        format!("no answer within {} s", TIMEOUT.as_secs())
    } else {
        "the connection failed".to_owned()
    };
    let mut source = error.source();
    while let Some(inner) = source {
        if inner.source().is_none() {
            text = format!("{text}: {inner}");
        }
        source = inner.source();
    }
    text
}

/// The signature of a body sent at `now`: `t=SECONDS,v1=HEX`, HEX the HMAC-SHA-256 (RFC 2104) of `SECONDS.BODY` under the
/// webhook's secret.
#[must_use]
pub fn signature(secret: &str, now: DateTime<Utc>, body: &str) -> String {
    let seconds = now.timestamp();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // HMAC takes keys of every length.
        return format!("t={seconds}");
    };
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("t={seconds},v1={hex}")
}
