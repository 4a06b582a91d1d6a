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
use crate::shop::access::PinOutcome;
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

/// Lets a person through who has a session, or sits at this machine where no PIN is set.
pub(super) async fn guard(
    State(pages): State<Pages>,
    language: Language,
    request: Request,
    next: Next,
) -> Response {
    match pages
        .sessions
        .admission(pages.shop.info().has_pin, &request, pages.shop.now().utc)
    {
        Admission::Granted => next.run(request).await,
        Admission::NeedsPin => Redirect::to("/masuk").into_response(),
        Admission::OnlyHere => {
            (StatusCode::FORBIDDEN, Texts::of(language).only_here).into_response()
        }
    }
}

pub(super) async fn ask(State(pages): State<Pages>, language: Language) -> Response {
    form(&pages, language, false)
}

fn form(pages: &Pages, language: Language, wrong: bool) -> Response {
    let texts = Texts::of(language);
    let frame = pages.frame(language, texts.log_in, "/masuk");
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
    let outcome = match pages.shop.try_pin(&pin).await {
        Ok(outcome) => outcome,
        Err(error) => return pages.message(language, error, "/masuk"),
    };
    match outcome {
        PinOutcome::Right => match pages.sessions.start(pages.shop.now().utc) {
            Ok(cookie) => (
                axum_extra::extract::CookieJar::new().add(cookie),
                Redirect::to("/"),
            )
                .into_response(),
            Err(error) => pages.message(language, error, "/masuk"),
        },
        PinOutcome::NoPin => Redirect::to("/").into_response(),
        PinOutcome::Wrong | PinOutcome::LockedUntil(_) => form(&pages, language, true),
    }
}

pub(super) async fn log_out(State(pages): State<Pages>, headers: HeaderMap) -> Redirect {
    pages.sessions.end(&headers);
    Redirect::to("/masuk")
}
