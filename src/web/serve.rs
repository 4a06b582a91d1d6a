//! Listening and serving until told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use super::astray;
use super::host::{self, AllowedHosts};
use super::layout;
use crate::error::{Error, Result};

/// No request of a person or a till is larger; imports go through the command line, sync has its own limit.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// A page or call that takes longer has lost its reader.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Opens the address to listen on; port 0 takes a free one.
///
/// # Errors
/// [`Error::Refused`] when another program has the port, [`Error::Io`] otherwise.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Error::Refused(format!(
            "{address} is in use by another program; stop it or choose another port with --listen"
        )),
        _ => Error::io(format!("listening on {address}"))(error),
    })
}

/// The first listener that the service manager hands over (socket activation), or else one on `address`.
///
/// # Errors
/// As [`listen`].
pub async fn listen_or_inherit(address: SocketAddr) -> Result<TcpListener> {
    #[cfg(target_os = "linux")]
    {
        let inherited = listenfd::ListenFd::from_env()
            .take_tcp_listener(0)
            .map_err(Error::io("taking over the listener of the service manager"))?;
        if let Some(listener) = inherited {
            let taken = "taking over the listener of the service manager";
            listener.set_nonblocking(true).map_err(Error::io(taken))?;
            return TcpListener::from_std(listener).map_err(Error::io(taken));
        }
    }
    listen(address).await
}

/// Tells the service manager, where there is one, that requests are answered from now on.
fn tell_ready() {
    #[cfg(target_os = "linux")]
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Ready]) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}

/// Serves `router` until `stop` is cancelled, then finishes the requests under way.
///
/// # Errors
/// [`Error::Io`] when the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    hosts: AllowedHosts,
    body_limit: Option<usize>,
    stop: CancellationToken,
) -> Result<()> {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    // JSON is no document: there they would only be bytes on a shop's slow line, call by call.
    let of_documents = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static(name),
            move |response: &Response| {
                let kind = response.headers().get(CONTENT_TYPE);
                let json = kind.is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
                (!json).then(|| HeaderValue::from_static(value))
            },
        )
    };
    let router = router
        .layer(axum::middleware::from_fn(layout::keep))
        .layer(axum::middleware::from_fn_with_state(hosts, host::check))
        .layer(of_documents(
            "content-security-policy",
            CONTENT_SECURITY_POLICY,
        ))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(of_documents("referrer-policy", REFERRER_POLICY))
        .layer(header("cache-control", "no-store"))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            REQUEST_TIMEOUT,
        ))
        .layer(RequestBodyLimitLayer::new(body_limit.unwrap_or(BODY_LIMIT)))
        .layer(CatchPanicLayer::new())
        .layer(axum::middleware::from_fn(astray::answered));
    tell_ready();
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move { stop.cancelled().await })
    .await
    .map_err(Error::io("serving"))
}

/// Other sites are not told where somebody was. The program is: the page that keeps watch over lost connections leads
/// back to where a form was sent from.
pub(super) const REFERRER_POLICY: &str = "same-origin";

/// Nothing but our own files, no inline script, no frame around us.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
