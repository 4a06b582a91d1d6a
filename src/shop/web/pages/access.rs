//! Who may see the pages.

use askama::Template;
use axum::Form;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::Pages;
use super::people::STYLE;
use super::people::texts::PeopleTexts;
use super::texts::Texts;
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::shop::access::{Door, Person, PinOutcome, Role, Who};
use crate::web::layout::{Frame, local_path, page};
use crate::web::session::{Admission, wants_json};
use crate::web::{Language, Problem, encoded};

/// Remembers who came in last at this machine, so that their name is chosen already the next time.
const LAST_HERE: &str = "orang";

#[derive(Template)]
#[template(path = "shop/web/templates/log_in.html")]
struct LogIn {
    frame: Frame,
    texts: &'static PeopleTexts,
    /// Nobody but the owner where there is nobody to choose from.
    people: Vec<Choice>,
    next: String,
    error: Option<String>,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

#[derive(Default, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    lanjut: String,
}

#[derive(Deserialize)]
pub(super) struct PinForm {
    /// A cashier's number; anything else is the owner.
    #[serde(default)]
    who: String,
    pin: String,
    #[serde(default)]
    lanjut: String,
}

/// Lets a person through who has a session, or sits at this machine where no PIN is set: that one is the owner.
pub(super) async fn guard(
    State(pages): State<Pages>,
    language: Language,
    mut request: Request,
    next: Next,
) -> Response {
    let door = match pages.shop.door().await {
        Ok(door) => door,
        Err(error) => return Problem::from(error).into_response(),
    };
    pages.sessions.were_ended(door.sessions_ended);
    let now = pages.shop.now().utc;
    match pages
        .sessions
        .admission(door.has_pin, &request, now, door.idle())
    {
        Admission::Granted(who) => {
            let person = who.unwrap_or_else(Person::owner);
            request.extensions_mut().insert(person);
            request.extensions_mut().insert(door);
            next.run(request).await
        }
        Admission::NeedsPin => turned_away(&request),
        Admission::OnlyHere => {
            let told = Texts::of(language).only_here.to_owned();
            pages.message(&nobody(language), Error::Forbidden(told), "/")
        }
    }
}

/// To where the PIN is asked for, and from there back to the page that was wanted. A script of a page is told in its own
/// terms.
fn turned_away(request: &Request) -> Response {
    if wants_json(request.headers()) {
        let detail = "the session is over: log in again";
        return Problem::from(Error::Unauthorized(detail.to_owned())).into_response();
    }
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    if request.method() != Method::GET || path == "/" {
        return Redirect::to("/masuk").into_response();
    }
    let query = parameter("lanjut", path);
    Redirect::to(&format!("/masuk?{query}")).into_response()
}

/// `name=value` as it stands in a URL.
pub(super) fn parameter(name: &str, value: &str) -> String {
    let folders: Vec<String> = value.split('/').map(encoded).collect();
    format!("{name}={}", folders.join("/"))
}

/// Lets the owner through, and nobody else.
pub(super) async fn owner_only(
    State(pages): State<Pages>,
    visitor: Visitor,
    request: Request,
    next: Next,
) -> Response {
    if visitor.is_owner() {
        return next.run(request).await;
    }
    let only = Texts::of(visitor.language).owner_only.to_owned();
    pages.message(&visitor, Error::Forbidden(only), "/")
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    language: Language,
    jar: CookieJar,
    Query(next): Query<Back>,
) -> Response {
    let last = jar.get(LAST_HERE).map(|cookie| cookie.value().to_owned());
    let who = last.unwrap_or_default();
    form(&pages, language, &who, &next.lanjut, None).await
}

/// Somebody of whom nothing is known but the language: a page for them has no menu of a cashier's, and none of a session's.
fn nobody(language: Language) -> Visitor {
    Visitor {
        language,
        person: Person::owner(),
        door: Door {
            has_pin: false,
            lock_minutes: 0,
            sessions_ended: 0,
        },
    }
}

/// Whose PIN a form or a cookie means.
fn who(text: &str) -> Who {
    text.parse().map_or(Who::Owner, Who::Cashier)
}

async fn form(
    pages: &Pages,
    language: Language,
    chosen: &str,
    next: &str,
    error: Option<(StatusCode, String)>,
) -> Response {
    let texts = PeopleTexts::of(language);
    let visitor = nobody(language);
    let cashiers = match pages.shop.cashiers().await {
        Ok(cashiers) => cashiers,
        Err(error) => return pages.message(&visitor, error, "/masuk"),
    };
    let chosen = who(chosen);
    let mut people: Vec<Choice> = Vec::new();
    if !cashiers.is_empty() {
        let known = |cashier: &crate::shop::access::Cashier| chosen == Who::Cashier(cashier.id);
        people.push(Choice {
            value: "pemilik".to_owned(),
            name: texts.owner.to_owned(),
            chosen: !cashiers.iter().any(known),
        });
        people.extend(cashiers.into_iter().map(|cashier| Choice {
            value: cashier.id.to_string(),
            chosen: known(&cashier),
            name: cashier.name,
        }));
    }
    let frame = pages.frame(&visitor, texts.log_in, "/masuk");
    let frame = Frame {
        menu: Vec::new(),
        styles: vec![STYLE],
        ..frame
    };
    let status = error.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
    let shown = page(&LogIn {
        frame,
        texts,
        people,
        next: local_path(next).to_owned(),
        error: error.map(|(_, message)| message),
    });
    (status, shown).into_response()
}

pub(super) async fn log_in(
    State(pages): State<Pages>,
    language: Language,
    Form(sent): Form<PinForm>,
) -> Response {
    match try_to_log_in(&pages, language, &sent).await {
        Ok(response) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn try_to_log_in(pages: &Pages, language: Language, sent: &PinForm) -> Result<Response> {
    let texts = PeopleTexts::of(language);
    let who = who(&sent.who);
    pages
        .sessions
        .were_ended(pages.shop.door().await?.sessions_ended);
    let outcome = pages.shop.try_pin_of(who, &sent.pin).await?;
    if outcome == PinOutcome::NoPin {
        return Ok(Redirect::to("/").into_response());
    }
    if let Some(refused) = refusal(pages, texts, language, outcome) {
        return Ok(form(pages, language, &sent.who, &sent.lanjut, Some(refused)).await);
    }
    // Somebody may have stopped working here while their PIN was being looked at.
    let Some(person) = pages.shop.person(who).await? else {
        let wrong = (StatusCode::UNAUTHORIZED, texts.wrong_pin.to_owned());
        return Ok(form(pages, language, "", &sent.lanjut, Some(wrong)).await);
    };
    let last = person.id.map_or_else(String::new, |id| id.to_string());
    let remembered = Cookie::build((LAST_HERE, last))
        .path("/masuk")
        .http_only(true)
        .same_site(SameSite::Strict)
        .permanent()
        .build();
    let session = pages.sessions.start(person, pages.shop.now().utc)?;
    let cookies = CookieJar::new().add(session).add(remembered);
    Ok((cookies, Redirect::to(local_path(&sent.lanjut))).into_response())
}

/// What to tell somebody whose PIN does not let them do something, if it does not.
pub(super) fn refusal(
    pages: &Pages,
    texts: &PeopleTexts,
    language: Language,
    outcome: PinOutcome,
) -> Option<(StatusCode, String)> {
    match outcome {
        PinOutcome::Right | PinOutcome::NoPin => None,
        PinOutcome::Wrong => Some((StatusCode::UNAUTHORIZED, texts.wrong_pin.to_owned())),
        PinOutcome::LockedUntil(until) => Some((
            StatusCode::TOO_MANY_REQUESTS,
            format!(
                "{} {}.",
                texts.locked_until,
                wall_clock(pages, until, language)
            ),
        )),
    }
}

/// `09.40` on the shop's wall; the seconds too, because a lock may end within the minute.
fn wall_clock(pages: &Pages, moment: DateTime<Utc>, language: Language) -> String {
    let local = moment.with_timezone(&pages.shop.info().timezone);
    let form = match language {
        Language::Indonesian => "%H.%M.%S",
        Language::English => "%H:%M:%S",
    };
    local.format(form).to_string()
}

/// The owner's approval of what this visitor is about to do: their session, or their PIN typed into somebody else's. What
/// to tell where it is not given.
///
/// # Errors
/// What the database said.
pub(super) async fn approval(
    pages: &Pages,
    visitor: &Visitor,
    pin: &str,
) -> Result<Option<(StatusCode, String)>> {
    if visitor.person.role == Role::Owner {
        return Ok(None);
    }
    let texts = PeopleTexts::of(visitor.language);
    if pin.is_empty() {
        let missing = texts.ask_the_owner.to_owned();
        return Ok(Some((StatusCode::UNPROCESSABLE_ENTITY, missing)));
    }
    let outcome = pages.shop.authorise(pin).await?;
    Ok(refusal(pages, texts, visitor.language, outcome))
}

pub(super) async fn log_out(State(pages): State<Pages>, headers: HeaderMap) -> Redirect {
    pages.sessions.end(&headers);
    Redirect::to("/masuk")
}

/// How long the session lasts if nobody does anything, for a page that lies open. Asking is not using.
pub(super) async fn left(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
) -> axum::Json<serde_json::Value> {
    let idle = visitor.door.idle();
    let left = match visitor.door.has_pin {
        true => pages
            .sessions
            .left(&headers, pages.shop.now().utc, idle)
            .unwrap_or_default(),
        false => idle,
    };
    axum::Json(json!({ "left_seconds": left.num_seconds() }))
}

/// Somebody uses a page that asks the daemon for nothing: the guard has noted it.
pub(super) async fn used() -> StatusCode {
    StatusCode::NO_CONTENT
}
