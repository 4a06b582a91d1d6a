//! Sessions of people at a page, and the check that a form was sent from our own page.
//!
//! Sessions live in memory: a restart logs everybody out, which after a power cut is what a counter wants.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

use super::Problem;
use crate::error::{Error, Result};

/// The session cookie.
pub const COOKIE: &str = "sesi";

/// More sessions than a shop has people; the oldest make room.
const MOST: usize = 200;

/// The sessions of one daemon, each of somebody, and unused for some time over. Only digests of the secrets are held.
#[derive(Clone)]
pub struct Sessions<W> {
    held: Arc<Mutex<HashMap<[u8; 32], Session<W>>>>,
    /// The figure under which those held were begun.
    ended: Arc<AtomicU64>,
}

struct Session<W> {
    who: W,
    used: DateTime<Utc>,
}

impl<W> Default for Sessions<W> {
    fn default() -> Self {
        Self {
            held: Arc::default(),
            ended: Arc::default(),
        }
    }
}

impl<W: Clone> Sessions<W> {
    /// Starts a session of `who` and returns its cookie. The oldest make room for it beyond [`MOST`].
    ///
    /// # Errors
    /// [`Error::Internal`] when the system gives no randomness.
    pub fn start(&self, who: W, now: DateTime<Utc>) -> Result<Cookie<'static>> {
        let secret = random_secret()?;
        let mut sessions = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST
            && let Some(oldest) = sessions
                .iter()
                .min_by_key(|(_, session)| session.used)
                .map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(digest(&secret), Session { who, used: now });
        Ok(Cookie::build((COOKIE, secret))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .build())
    }

    /// Whose session the request carries, if it was used within the last `idle`; this use keeps it alive.
    #[must_use]
    pub fn who(&self, headers: &HeaderMap, now: DateTime<Utc>, idle: Duration) -> Option<W> {
        self.found(headers, now, idle, true).map(|(who, _)| who)
    }

    /// How much of `idle` is left of the session that the request carries; asking does not keep it alive.
    #[must_use]
    pub fn left(
        &self,
        headers: &HeaderMap,
        now: DateTime<Utc>,
        idle: Duration,
    ) -> Option<Duration> {
        self.found(headers, now, idle, false).map(|(_, left)| left)
    }

    fn found(
        &self,
        headers: &HeaderMap,
        now: DateTime<Utc>,
        idle: Duration,
        used: bool,
    ) -> Option<(W, Duration)> {
        let jar = CookieJar::from_headers(headers);
        let key = digest(jar.get(COOKIE)?.value());
        let mut sessions = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&key)?;
        let unused = now.signed_duration_since(session.used);
        if unused >= idle {
            sessions.remove(&key);
            return None;
        }
        if used {
            session.used = now;
            return Some((session.who.clone(), idle));
        }
        Some((session.who.clone(), idle - unused))
    }

    /// Ends every session that was begun before all were ended `times` times, which another process may have done. To be
    /// told before a PIN is looked at, so that one which is no longer right begins no session that lasts.
    pub fn were_ended(&self, times: u64) {
        if self.ended.swap(times, Ordering::Relaxed) != times {
            self.end_where(|_| true);
        }
    }

    /// Ends every session of those for whom `gone` holds.
    pub fn end_where(&self, gone: impl Fn(&W) -> bool) {
        let mut sessions = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| !gone(&session.who));
    }

    /// Ends the request's session.
    pub fn end(&self, headers: &HeaderMap) {
        if let Some(cookie) = CookieJar::from_headers(headers).get(COOKIE) {
            self.held
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&digest(cookie.value()));
        }
    }
}

/// 256 random bits as 64 hexadecimal digits.
///
/// # Errors
/// [`Error::Internal`] when the system gives no randomness.
pub fn random_secret() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Internal(format!("the system gives no randomness: {error}")))?;
    Ok(bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            use std::fmt::Write;
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        }))
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Who may see pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission<W> {
    /// This person may: of a session, or nobody in particular where no PIN is set.
    Granted(Option<W>),
    /// The PIN is needed first.
    NeedsPin,
    /// No PIN is set, and this person does not sit at this machine.
    OnlyHere,
}

impl<W: Clone> Sessions<W> {
    /// Whether the sender of `request` may see pages: with a session used within the last `idle` where a PIN is set, and
    /// without a PIN only from this machine itself.
    #[must_use]
    pub fn admission(
        &self,
        has_pin: bool,
        request: &Request,
        now: DateTime<Utc>,
        idle: Duration,
    ) -> Admission<W> {
        if has_pin {
            let used = is_by_hand(request.method(), request.headers());
            return match self.found(request.headers(), now, idle, used) {
                Some((who, _)) => Admission::Granted(Some(who)),
                None => Admission::NeedsPin,
            };
        }
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        if peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback()) {
            Admission::Granted(None)
        } else {
            Admission::OnlyHere
        }
    }
}

/// Whether a person did something: opened a page or sent a form. What a page that lies open asks for by itself keeps
/// nobody's session alive.
#[must_use]
pub fn is_by_hand(method: &Method, headers: &HeaderMap) -> bool {
    !method.is_safe() || wants_page(headers)
}

/// Whether a page is asked for, and not figures for one that is open.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kinds| kinds.contains("text/html"))
}

/// Whether the script of a page asks, which wants an answer of its own.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|kinds| kinds.as_bytes().starts_with(b"application/json"))
}

/// Whether a form comes from one of our own pages (against cross-site request forgery): browsers say so in
/// `Sec-Fetch-Site`, older ones in `Origin`, whose host must be the one that was asked. A request with neither is no
/// browser's and carries no cookie that it was not given.
#[must_use]
pub fn is_from_our_page(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &header::HeaderValue| value.to_str().ok())
    };
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST)
        }
    }
}

/// Middleware: turns away forms that another site made this person's browser send.
pub async fn from_our_page(request: Request, next: Next) -> Response {
    if is_from_our_page(request.method(), request.headers()) {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::FORBIDDEN,
        "foreign-form",
        "The form comes from another site",
        "only pages of this daemon may send it",
    )
    .into_response()
}

/// Attempts at a PIN that is the same for everybody: after a few wrong ones, each further one has to wait longer.
#[derive(Clone, Default)]
pub struct Attempts(Arc<Mutex<(u32, Option<DateTime<Utc>>)>>);

/// Wrong attempts that cost no wait.
const FREE_ATTEMPTS: u32 = 5;

impl Attempts {
    /// Counts an attempt before it is looked at; whether it may be.
    #[must_use]
    pub fn begin(&self, now: DateTime<Utc>) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, locked_until) = *state;
        if locked_until.is_some_and(|until| now < until && until - now <= Duration::hours(1)) {
            return false;
        }
        let beyond = (count + 1).saturating_sub(FREE_ATTEMPTS).min(12);
        let lock =
            (beyond > 0).then(|| now + Duration::seconds(1 << beyond).min(Duration::hours(1)));
        *state = (count.saturating_add(1).min(1000), lock);
        true
    }

    /// The last attempt was right: the count begins anew.
    pub fn succeeded(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (0, None);
    }
}

/// The secret of `Authorization: Bearer SECRET`; the scheme's name is not case-sensitive (RFC 9110, section 11.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = text.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| secret.trim())
        .filter(|secret| !secret.is_empty())
}
