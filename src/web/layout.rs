//! What every page has: frame, style sheet, menu, language switch, and how figures and dates are written.

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::Language;
use super::language::COOKIE;

/// An entry of the menu.
#[derive(Debug, Clone, Copy)]
pub struct MenuItem {
    /// Where it leads.
    pub path: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Its picture in `assets/icons.svg`.
    pub icon: &'static str,
    /// It is the page being shown.
    pub current: bool,
}

/// The frame of a page; templates that extend `web/templates/layout.html` have it as `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// The page's own title.
    pub title: String,
    /// Whose page it is: the shop's or the hub's name.
    pub owner: String,
    /// The menu.
    pub menu: Vec<MenuItem>,
    /// This page's path, to come back to after switching the language.
    pub path: String,
    /// Somebody is logged in and can log out.
    pub logged_in: bool,
    /// Paths of the scripts that this page needs besides the one of every page.
    pub scripts: Vec<&'static str>,
    /// Paths of the style sheets that this page needs besides the one of every page.
    pub styles: Vec<&'static str>,
    /// Seconds without use after which this page locks itself; 0 for one that does not.
    pub lock_seconds: u32,
}

impl Frame {
    /// The text of the language switch: the other language's own name.
    #[must_use]
    pub fn switch_label(&self) -> &'static str {
        match self.language.other() {
            Language::Indonesian => "Bahasa Indonesia",
            Language::English => "English",
        }
    }

    /// The query by which a browser keeps our files until the program has others.
    #[must_use]
    pub fn kept(&self) -> &'static str {
        KEPT
    }

    /// What the button that ends a session says.
    #[must_use]
    pub fn log_out_label(&self) -> &'static str {
        match self.language {
            Language::Indonesian => "Keluar",
            Language::English => "Log out",
        }
    }

    /// What a reader of the page aloud jumps to first.
    #[must_use]
    pub fn skip_label(&self) -> &'static str {
        match self.language {
            Language::Indonesian => "Langsung ke isi",
            Language::English => "Skip to content",
        }
    }
}

/// A rendered template, or the fault as a plain page.
pub fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "the page could not be shown",
            )
                .into_response()
        }
    }
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

/// What a browser asks for to install the pages as an app.
const MANIFEST: &str = r##"{"name":"kulakan","short_name":"kulakan","lang":"id","start_url":"/","scope":"/","display":"standalone","background_color":"#f6f7f4","theme_color":"#0b6b4f","icons":[{"src":"/assets/icon.svg","sizes":"any","type":"image/svg+xml"},{"src":"/assets/icon-192.png","sizes":"192x192","type":"image/png"},{"src":"/assets/icon-512.png","sizes":"512x512","type":"image/png","purpose":"any"}]}"##;

/// The style sheet, icons, what makes the pages an app, and the language switch, the same on both sides.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    const SCRIPT: &str = "text/javascript";
    Router::new()
        .route(
            "/manifest.webmanifest",
            get(async || asset("application/manifest+json", MANIFEST)),
        )
        .route(
            "/sw.js",
            get(async || asset(SCRIPT, include_str!("assets/sw.js"))),
        )
        .route(
            "/assets/install.js",
            get(async || asset(SCRIPT, include_str!("assets/install.js"))),
        )
        .route(
            "/assets/closed.js",
            get(async || asset(SCRIPT, include_str!("assets/closed.js"))),
        )
        .route(
            "/assets/closed.html",
            get(async || {
                asset(
                    "text/html; charset=utf-8",
                    include_str!("assets/closed.html"),
                )
            }),
        )
        .route(
            "/assets/icon-192.png",
            get(async || {
                asset(
                    "image/png",
                    include_bytes!("assets/icon-192.png").as_slice(),
                )
            }),
        )
        .route(
            "/assets/icon-512.png",
            get(async || {
                asset(
                    "image/png",
                    include_bytes!("assets/icon-512.png").as_slice(),
                )
            }),
        )
        .route(
            "/assets/style.css",
            get(async || asset("text/css", include_str!("assets/style.css"))),
        )
        .route(
            "/assets/page.js",
            get(async || asset("text/javascript", include_str!("assets/page.js"))),
        )
        .route(
            "/assets/icons.svg",
            get(async || asset("image/svg+xml", include_str!("assets/icons.svg"))),
        )
        .route(
            "/assets/icon.svg",
            get(async || asset("image/svg+xml", include_str!("assets/icon.svg"))),
        )
        .route("/bahasa/{tag}", get(switch))
}

/// Asked for with this, a file under `/assets/` is for good: of a program with other files it has another address.
const KEPT: &str = concat!("v=", env!("KULAKAN_ASSETS"));

/// Middleware: lets browsers keep files that are asked for under the address of this very program.
pub async fn keep(request: Request, next: axum::middleware::Next) -> Response {
    let uri = request.uri();
    let ours = uri.path().starts_with("/assets/") && uri.query() == Some(KEPT);
    let mut response = next.run(request).await;
    if ours && response.status() == StatusCode::OK {
        let for_good = HeaderValue::from_static("max-age=31536000, immutable");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, for_good);
    }
    response
}

/// A file that is part of the program.
pub fn asset(kind: &'static str, content: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("max-age=3600"),
        ),
    ];
    (headers, content.into()).into_response()
}

async fn switch(Path(tag): Path<String>, Query(next): Query<Next>) -> Response {
    let language = Language::from_tag(&tag).unwrap_or_default();
    let cookie = Cookie::build((COOKIE, language.tag()))
        .path("/")
        .same_site(SameSite::Lax)
        .permanent()
        .build();
    let cookies = axum_extra::extract::CookieJar::new().add(cookie);
    (cookies, Redirect::to(local_path(&next.next))).into_response()
}

/// `path` if it is one of ours, else the first page: a redirect must not lead to another site.
#[must_use]
pub fn local_path(path: &str) -> &str {
    // A browser leaves control characters out, so that `/<TAB>/` becomes `//`.
    let leads_away =
        path.starts_with("//") || path.contains(|sign: char| sign == '\\' || sign.is_control());
    if path.starts_with('/') && !leads_away {
        path
    } else {
        "/"
    }
}

/// `Sabtu, 22 Nov 2026`.
#[must_use]
pub fn date(date: NaiveDate, language: Language) -> String {
    let (days, months) = match language {
        Language::Indonesian => (
            [
                "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
            ],
            [
                "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des",
            ],
        ),
        Language::English => (
            [
                "Monday",
                "Tuesday",
                "Wednesday",
                "Thursday",
                "Friday",
                "Saturday",
                "Sunday",
            ],
            [
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
            ],
        ),
    };
    let weekday = days[date.weekday().num_days_from_monday() as usize % 7];
    let month = months[date.month0() as usize % 12];
    format!("{weekday}, {} {month} {}", date.day(), date.year())
}

/// A moment of the wall clock: `Sabtu, 22 Nov 2026 09.40` (`09:40` in English).
#[must_use]
pub fn moment(local: chrono::NaiveDateTime, language: Language) -> String {
    let separator = if language == Language::Indonesian {
        '.'
    } else {
        ':'
    };
    format!(
        "{} {}{separator}{}",
        date(local.date(), language),
        local.format("%H"),
        local.format("%M")
    )
}

/// A whole or decimal number with the language's marks: `12.500,5` in Indonesian, `12,500.5` in English. `text` is a
/// plain decimal figure.
#[must_use]
pub fn figure(text: &str, language: Language) -> String {
    let (thousands, decimal) = if language == Language::Indonesian {
        ('.', ',')
    } else {
        (',', '.')
    };
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(decimal);
        out.push_str(fraction);
    }
    out
}
