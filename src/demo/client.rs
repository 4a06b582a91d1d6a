//! The demonstration speaks to both sides as anyone would: through their HTTP APIs, with a token.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::error::{Error, Result};

/// One side's API.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// How long the demonstration waits for a daemon to do what it does by itself.
const PATIENCE: Duration = Duration::from_secs(15);

impl Api {
    /// The API that answers at `base` (`http://127.0.0.1:7171`).
    ///
    /// # Errors
    /// [`Error::Internal`] when no client can be built.
    pub fn new(base: &str, token: String) -> Result<Self> {
        // Both sides of a connection need a provider of cryptography, even where it stays plain.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| Error::Internal(format!("building an HTTP client: {error}")))?;
        Ok(Self {
            http,
            base: base.to_owned(),
            token,
        })
    }

    /// `GET`.
    ///
    /// # Errors
    /// [`Error::Remote`] with the problem's detail.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.send(self.http.get(format!("{}/api/v1{path}", self.base)), path)
            .await
    }

    /// `POST`.
    ///
    /// # Errors
    /// [`Error::Remote`] with the problem's detail.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self
            .http
            .post(format!("{}/api/v1{path}", self.base))
            .json(body);
        self.send(request, path).await
    }

    /// Asks `path` until `done` says yes: for what a daemon does by itself, such as planning at night.
    ///
    /// # Errors
    /// [`Error::Remote`] when it did not happen in time; `awaited` names it.
    pub async fn wait_for(
        &self,
        path: &str,
        awaited: &str,
        done: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let started = Instant::now();
        loop {
            // Nothing is there yet when it answers 404, so only the end of patience is an error.
            let answer = self.get(path).await;
            if let Ok(answer) = &answer
                && done(answer)
            {
                return Ok(answer.clone());
            }
            if started.elapsed() > PATIENCE {
                let last =
                    answer.map_or_else(|error| error.to_string(), |answer| answer.to_string());
                return Err(Error::Remote(format!(
                    "{awaited} did not happen; last answer: {last}"
                )));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder, path: &str) -> Result<Value> {
        let failed = |error: reqwest::Error| Error::Remote(format!("{path}: {error}"));
        let response = request
            .bearer_auth(&self.token)
            .send()
            .await
            .map_err(failed)?;
        let status = response.status();
        let body: Value = response.json().await.map_err(failed)?;
        if status.is_success() {
            return Ok(body);
        }
        let detail = body
            .get("detail")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Err(Error::Remote(format!("{path}: {status}: {detail}")))
    }
}

/// An array member, empty where there is none.
pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A text member, empty where there is none.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A whole number, 0 where there is none.
pub fn number(value: &Value, name: &str) -> i64 {
    value.get(name).and_then(Value::as_i64).unwrap_or_default()
}
