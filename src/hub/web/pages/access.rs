//! Who may see the pages: coming in, the guard of every page, and leaving.

use std::net::{IpAddr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::visitor::Visitor;
use super::{Pages, doors};
use crate::error::{Error, Result};
use crate::hub::login::{Door, LogIn, Person};
use crate::web::language::COOKIE as LANGUAGE;
use crate::web::layout::{Frame, local_path, page};
use crate::web::session::{COOKIE, is_by_hand, wants_page};
use crate::web::{Language, encoded, texts};
use doors::Who;

texts! {
    /// What is said about coming in.
    AccessTexts {
        log_in: "Masuk" = "Log in";
        login: "Nama masuk" = "Login name";
        password: "Kata sandi" = "Password";
        pin: "PIN" = "PIN";
        or_pin: "Atau dengan PIN hub" = "Or by the hub's PIN";
        wrong_password: "Nama masuk atau kata sandi salah." = "Login name or password is wrong.";
        wrong_pin: "PIN salah. Coba lagi sebentar lagi." = "Wrong PIN. Try again in a moment.";
        too_often: "Terlalu sering salah. Coba lagi setelah (detik):" = "Wrong too often. Try again after (seconds):";
        forgotten: "Lupa kata sandi? Minta pemilik memberi yang baru." = "Forgotten the password? Ask the owner for a new one.";
        not_yours: "Halaman ini bukan untuk tugas Anda." = "This page is not for your role.";
        more: "Lainnya" = "More";
        own_password: "Kata sandi saya" = "My password";
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/log_in.html")]
struct LogInPage {
    frame: Frame,
    texts: &'static AccessTexts,
    door: Door,
    fault: Option<String>,
    /// What was typed.
    login: String,
    /// Where to go on to.
    next: String,
}

/// Lets a person through who has a session and the role for the page, or sits at this machine where there is nothing to
/// ask for; and has the page made for them.
pub(super) async fn guard(
    State(pages): State<Pages>,
    language: Language,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    let Some(who) = doors::who(&method, &path) else {
        tracing::error!(path, "a page that the table of doors does not list");
        return pages.message(language, Error::Forbidden(refusal(language)), "/");
    };
    if who == Who::Anybody {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    match admitted(&pages, &head).await {
        Ok(Some(visitor)) => {
            if !doors::may(visitor.role(), &method, &path) {
                let home = doors::home(visitor.role());
                if path == "/" {
                    return Redirect::to(home).into_response();
                }
                let refused = Error::Forbidden(refusal(language));
                return visitor
                    .served(async { pages.message(language, refused, home) })
                    .await;
            }
            let request = Request::from_parts(head, body);
            visitor.served(next.run(request)).await
        }
        Ok(None) => turned_away(&pages, language, &head).await,
        Err(error) => pages.message(language, error, "/"),
    }
}

fn refusal(language: Language) -> String {
    AccessTexts::of(language).not_yours.to_owned()
}

/// The secret in the cookie.
pub(super) fn secret(headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(COOKIE).map(|cookie| cookie.value().to_owned())
}

async fn admitted(pages: &Pages, head: &Parts) -> Result<Option<Visitor>> {
    if let Some(secret) = secret(&head.headers) {
        let by_hand = is_by_hand(&head.method, &head.headers);
        if let Some(person) = pages.hub.admitted(&secret, by_hand).await? {
            return Ok(Some(Visitor {
                person,
                session: true,
            }));
        }
    }
    let here = is_here(head) && pages.hub.door().await?.only_here();
    Ok(here.then(|| Visitor {
        person: Person::owner(),
        session: false,
    }))
}

/// Whether the sender sits at this machine.
fn is_here(head: &Parts) -> bool {
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback())
}

async fn turned_away(pages: &Pages, language: Language, head: &Parts) -> Response {
    match pages.hub.door().await {
        Ok(door) if door.only_here() => {
            let told = super::Texts::of(language).only_here.to_owned();
            pages.message(language, Error::Forbidden(told), "/")
        }
        Ok(_) => {
            let asked = head.uri.path();
            let back = head.method.is_safe() && wants_page(&head.headers) && asked != "/";
            let to = match back {
                true => format!("/masuk?next={}", encoded(asked)),
                false => "/masuk".to_owned(),
            };
            Redirect::to(&to).into_response()
        }
        Err(error) => pages.message(language, error, "/"),
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    language: Language,
    Query(Asked { next }): Query<Asked>,
) -> Response {
    form(&pages, language, StatusCode::OK, None, "", &next).await
}

async fn form(
    pages: &Pages,
    language: Language,
    status: StatusCode,
    fault: Option<String>,
    login: &str,
    next: &str,
) -> Response {
    let door = match pages.hub.door().await {
        Ok(door) => door,
        Err(error) => return pages.message(language, error, "/"),
    };
    if door.only_here() {
        return Redirect::to("/").into_response();
    }
    let texts = AccessTexts::of(language);
    let shown = page(&LogInPage {
        frame: pages.frame(language, texts.log_in, "/masuk"),
        texts,
        door,
        fault,
        login: login.to_owned(),
        next: local_path(next).to_owned(),
    });
    (status, shown).into_response()
}

/// Where guesses come from, to be slowed down there. Behind a proxy on this machine everybody seems to sit here: it has
/// added the address that it was asked from to what it was told itself; without it nobody stands for all.
fn place(peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    if !peer.to_canonical().is_loopback() {
        return Some(peer);
    }
    let Some(told) = headers.get_all("x-forwarded-for").iter().next_back() else {
        return Some(peer);
    };
    told.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// What was typed at the door: a name and a password, or a PIN.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    nama: String,
    #[serde(default)]
    sandi: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn log_in(
    State(pages): State<Pages>,
    language: Language,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let texts = AccessTexts::of(language);
    let address = peer.and_then(|Extension(peer)| place(peer.0.ip(), &headers));
    let by_pin = typed.nama.is_empty();
    let outcome = match by_pin {
        true => pages.hub.log_in_by_pin(&typed.pin, address).await,
        false => pages.hub.log_in(&typed.nama, &typed.sandi, address).await,
    };
    let (status, fault) = match outcome {
        Ok(LogIn::Welcome {
            secret,
            language: reads,
        }) => {
            let mut cookies = CookieJar::new().add(session_cookie(secret));
            if let Some(reads) = reads.as_deref().and_then(Language::from_tag) {
                cookies = cookies.add(language_cookie(reads));
            }
            return (cookies, Redirect::to(local_path(&typed.next))).into_response();
        }
        Ok(LogIn::Wrong) if by_pin => (StatusCode::UNAUTHORIZED, texts.wrong_pin.to_owned()),
        Ok(LogIn::Wrong) => (StatusCode::UNAUTHORIZED, texts.wrong_password.to_owned()),
        Ok(LogIn::TooOften(seconds)) => (
            StatusCode::TOO_MANY_REQUESTS,
            format!("{} {seconds}", texts.too_often),
        ),
        Err(error) => return pages.message(language, error, "/masuk"),
    };
    form(
        &pages,
        language,
        status,
        Some(fault),
        &typed.nama,
        &typed.next,
    )
    .await
}

/// The browser keeps it for good, because a telephone closes its browser all day; the hub knows when the session is over.
fn session_cookie(secret: String) -> Cookie<'static> {
    Cookie::build((COOKIE, secret))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .permanent()
        .build()
}

fn language_cookie(language: Language) -> Cookie<'static> {
    Cookie::build((LANGUAGE, language.tag()))
        .path("/")
        .same_site(SameSite::Lax)
        .permanent()
        .build()
}

pub(super) async fn log_out(
    State(pages): State<Pages>,
    language: Language,
    headers: HeaderMap,
) -> Response {
    if let Some(secret) = secret(&headers)
        && let Err(error) = pages.hub.log_out(&secret).await
    {
        return pages.message(language, error, "/");
    }
    let gone = CookieJar::from_headers(&headers).remove(Cookie::build(COOKIE).path("/"));
    (gone, Redirect::to("/masuk")).into_response()
}
