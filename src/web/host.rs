//! The Host check: a page of another site that has its name point here (DNS rebinding) is turned away.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Problem;

/// The names under which this daemon may be asked.
#[derive(Debug, Clone)]
pub struct AllowedHosts(Arc<Vec<String>>);

impl AllowedHosts {
    /// `localhost`, the loopback addresses, the address listened on, and the names that the settings add.
    ///
    /// Where every address is listened on (`0.0.0.0`), any literal IP address is allowed too: rebinding needs a name.
    #[must_use]
    pub fn new(listening: SocketAddr, further: &[String]) -> Self {
        let mut names = vec![
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            "::1".to_owned(),
        ];
        names.push(listening.ip().to_string());
        if listening.ip().is_unspecified() {
            names.push(ANY_ADDRESS.to_owned());
        }
        names.extend(further.iter().map(|name| name.to_lowercase()));
        Self(Arc::new(names))
    }

    /// Whether a `Host` header names this daemon.
    #[must_use]
    pub fn allows(&self, host: &str) -> bool {
        let name = without_port(host).to_lowercase();
        self.0.contains(&name)
            || (self.0.iter().any(|allowed| allowed == ANY_ADDRESS)
                && name.parse::<IpAddr>().is_ok())
    }
}

const ANY_ADDRESS: &str = "*ip*";

fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Middleware: requests under another name get 421 and reach nothing.
pub async fn check(State(hosts): State<AllowedHosts>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| request.uri().host())
        .unwrap_or_default();
    if hosts.allows(host) {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "wrong-host",
        "This daemon does not answer under that name",
        format!("the name {host:?} is not in allowed_hosts of config.toml"),
    )
    .into_response()
}
