//! Who may see the pages.

use askama::Template;
use axum::Form;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::Pages;
use super::texts::Texts;
use crate::error::Error;
use crate::web::Language;
use crate::web::layout::{Frame, page};
use crate::web::session::Admission;

/// A session unused for this long is over.
const IDLE: chrono::Duration = chrono::Duration::hours(12);

#[derive(Template)]
#[template(path = "hub/web/templates/log_in.html")]
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
        .admission(pages.has_pin(), &request, pages.hub.now(), IDLE)
    {
        Admission::Granted(_) => next.run(request).await,
        Admission::NeedsPin => Redirect::to("/masuk").into_response(),
        Admission::OnlyHere => {
            let told = Texts::of(language).only_here.to_owned();
            pages.message(language, Error::Forbidden(told), "/")
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
    let now = pages.hub.now();
    if !pages.attempts.begin(now) {
        return form(&pages, language, true);
    }
    let hub = pages.hub.clone();
    // argon2 takes tens of milliseconds on purpose.
    let right = tokio::task::spawn_blocking(move || hub.pin_matches(&pin)).await;
    match right {
        Ok(true) => {
            pages.attempts.succeeded();
            match pages.sessions.start((), now) {
                Ok(cookie) => (CookieJar::new().add(cookie), Redirect::to("/")).into_response(),
                Err(error) => pages.message(language, error, "/masuk"),
            }
        }
        Ok(false) => form(&pages, language, true),
        Err(error) => pages.message(
            language,
            Error::Internal(format!("checking a PIN: {error}")),
            "/masuk",
        ),
    }
}

pub(super) async fn log_out(State(pages): State<Pages>, headers: HeaderMap) -> Redirect {
    pages.sessions.end(&headers);
    Redirect::to("/masuk")
}
