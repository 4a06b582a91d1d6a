//! Who may see the pages.

use askama::Template;
use axum::Form;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Pages;
use super::texts::Texts;
use super::visitor::Visitor;
use crate::shop::access::{Person, PinOutcome, Role};
use crate::web::Language;
use crate::web::layout::{Frame, page};
use crate::web::session::Admission;

#[derive(Template)]
#[template(path = "shop/web/templates/log_in.html")]
struct LogIn {
    frame: Frame,
    texts: &'static Texts,
    wrong: bool,
}

#[derive(Deserialize)]
pub(super) struct PinForm {
    pin: String,
}

/// A session unused for this long is over.
const IDLE: chrono::Duration = chrono::Duration::hours(12);

/// Lets a person through who has a session, or sits at this machine where no PIN is set: that one is the owner.
pub(super) async fn guard(
    State(pages): State<Pages>,
    language: Language,
    mut request: Request,
    next: Next,
) -> Response {
    let has_pin = pages.shop.info().has_pin;
    let now = pages.shop.now().utc;
    match pages.sessions.admission(has_pin, &request, now, IDLE) {
        Admission::Granted(who) => {
            let person = who.unwrap_or_else(Person::owner);
            request.extensions_mut().insert(person);
            next.run(request).await
        }
        Admission::NeedsPin => Redirect::to("/masuk").into_response(),
        Admission::OnlyHere => {
            (StatusCode::FORBIDDEN, Texts::of(language).only_here).into_response()
        }
    }
}

/// Lets the owner through, and nobody else.
pub(super) async fn owner_only(
    State(pages): State<Pages>,
    visitor: Visitor,
    request: Request,
    next: Next,
) -> Response {
    if visitor.person.role == Role::Owner {
        return next.run(request).await;
    }
    let only = Texts::of(visitor.language).owner_only.to_owned();
    pages.message(&visitor, crate::error::Error::Forbidden(only), "/")
}

pub(super) async fn ask(State(pages): State<Pages>, language: Language) -> Response {
    form(&pages, language, false)
}

fn form(pages: &Pages, language: Language, wrong: bool) -> Response {
    let texts = Texts::of(language);
    let visitor = Visitor {
        language,
        person: Person::owner(),
    };
    let frame = pages.frame(&visitor, texts.log_in, "/masuk");
    let frame = Frame {
        menu: Vec::new(),
        logged_in: false,
        ..frame
    };
    let status = if wrong {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::OK
    };
    (
        status,
        page(&LogIn {
            frame,
            texts,
            wrong,
        }),
    )
        .into_response()
}

pub(super) async fn log_in(
    State(pages): State<Pages>,
    language: Language,
    Form(PinForm { pin }): Form<PinForm>,
) -> Response {
    let owner = Person::owner();
    let visitor = Visitor {
        language,
        person: owner.clone(),
    };
    let outcome = match pages.shop.try_pin(&pin).await {
        Ok(outcome) => outcome,
        Err(error) => return pages.message(&visitor, error, "/masuk"),
    };
    match outcome {
        PinOutcome::Right => match pages.sessions.start(owner, pages.shop.now().utc) {
            Ok(cookie) => (
                axum_extra::extract::CookieJar::new().add(cookie),
                Redirect::to("/"),
            )
                .into_response(),
            Err(error) => pages.message(&visitor, error, "/masuk"),
        },
        PinOutcome::NoPin => Redirect::to("/").into_response(),
        PinOutcome::Wrong | PinOutcome::LockedUntil(_) => form(&pages, language, true),
    }
}

pub(super) async fn log_out(State(pages): State<Pages>, headers: HeaderMap) -> Redirect {
    pages.sessions.end(&headers);
    Redirect::to("/masuk")
}
