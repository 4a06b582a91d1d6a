//! How far an order is, for whoever has its link: phases, their times and the promised date, and nothing else.
//!
//! The link carries 256 random bits, so it cannot be guessed; who asks for many that are none is put off all the same.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Duration, Utc};

use super::show::step_text;
use super::{Texts, day, moment, phase_class};
use crate::error::Error;
use crate::hub::orders::notices::promised_on;
use crate::hub::web::pages::Pages;
use crate::web::Language;
use crate::web::language::COOKIE;
use crate::web::layout::{Frame, page};

/// Looks of one address within a minute, and of these those at links that there are not.
const LOOKS: u32 = 120;
const MISSES: u32 = 20;

/// Addresses that are remembered at once; with more, everybody begins anew.
const REMEMBERED: usize = 10_000;

/// Who looked at links lately.
#[derive(Clone, Default)]
pub(in crate::hub::web) struct Lookers(Arc<Mutex<HashMap<IpAddr, Look>>>);

#[derive(Clone, Copy)]
struct Look {
    since: DateTime<Utc>,
    looks: u32,
    misses: u32,
}

impl Lookers {
    /// Counts a look, or a miss; whether the address may look on.
    fn may(&self, who: IpAddr, now: DateTime<Utc>, missed: bool) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= REMEMBERED && !held.contains_key(&who) {
            held.clear();
        }
        let fresh = Look {
            since: now,
            looks: 0,
            misses: 0,
        };
        let look = held.entry(who).or_insert(fresh);
        if (now - look.since).abs() >= Duration::minutes(1) {
            *look = fresh;
        }
        if missed {
            look.misses = look.misses.saturating_add(1);
        } else {
            look.looks = look.looks.saturating_add(1);
        }
        look.looks <= LOOKS && look.misses <= MISSES
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/orders/track.html")]
struct Track {
    frame: Frame,
    texts: &'static Texts,
    number: String,
    distributor: String,
    phase: &'static str,
    class: &'static str,
    expected: String,
    reason: String,
    history: Vec<(String, String)>,
    told: &'static str,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let (who, now) = (peer.ip().to_canonical(), pages.hub.now());
    let texts = Texts::of(language);
    let refuse = |status, told| {
        let view = Track {
            frame: bare(&pages, language, texts.tracking, "/"),
            texts,
            number: String::new(),
            distributor: String::new(),
            phase: "",
            class: "",
            expected: String::new(),
            reason: String::new(),
            history: Vec::new(),
            told,
        };
        unlisted((status, page(&view)).into_response())
    };
    if !pages.lookers.may(who, now, false) {
        return refuse(StatusCode::TOO_MANY_REQUESTS, texts.too_often);
    }
    let all = match pages.hub.tracked(&token).await {
        Ok(all) => all,
        Err(Error::NotFound(_)) => {
            return if pages.lookers.may(who, now, true) {
                refuse(StatusCode::NOT_FOUND, texts.no_such_link)
            } else {
                refuse(StatusCode::TOO_MANY_REQUESTS, texts.too_often)
            };
        }
        Err(error) => return pages.message(language, error, "/"),
    };
    // The customer's own language, unless this browser has chosen one.
    let has_chosen = CookieJar::from_headers(&headers).get(COOKIE).is_some();
    let own = Language::from_tag(&all.customer.language).filter(|_| !has_chosen);
    let language = own.unwrap_or(language);
    let texts = Texts::of(language);
    let order = &all.order;
    let title = format!("{} {}", texts.tracking, order.number);
    let view = Track {
        frame: bare(&pages, language, &title, &format!("/lacak/{token}")),
        texts,
        number: order.number.clone(),
        distributor: pages.hub.identity().name.clone(),
        phase: texts.phase(order.phase),
        class: phase_class(order.phase),
        expected: promised_on(order)
            .filter(|_| order.confirmed_at.is_some())
            .map(|on| day(on, language))
            .unwrap_or_default(),
        reason: order
            .cancelled_at
            .and(order.cancel_reason.clone())
            .unwrap_or_default(),
        history: all
            .phases
            .iter()
            .map(|step| {
                let what = step_text(texts, step.phase, &step.detail, language);
                (what, moment(&pages, step.at, language))
            })
            .collect(),
        told: "",
    };
    unlisted(page(&view))
}

/// A frame without a way to the other pages.
fn bare(pages: &Pages, language: Language, title: &str, path: &str) -> Frame {
    let mut frame = super::frame(pages, language, title, path);
    frame.menu = Vec::new();
    frame.logged_in = false;
    frame
}

/// No search engine keeps it.
fn unlisted(mut response: Response) -> Response {
    response.headers_mut().insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    response
}
