//! One's own password.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::super::Pages;
use super::super::access::secret;
use super::super::visitor::Visitor;
use super::texts::PeopleTexts;
use super::{After, STYLE};
use crate::error::Error;
use crate::web::Language;
use crate::web::layout::{Frame, page};

/// For everybody.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/sandi", get(show).post(change))
}

#[derive(Template)]
#[template(path = "hub/web/templates/own_password.html")]
struct OwnPassword {
    frame: Frame,
    texts: &'static PeopleTexts,
    told: Option<&'static str>,
    has_own: bool,
    name: String,
    role: &'static str,
    old_fault: Option<&'static str>,
    new_fault: Option<&'static str>,
    again_fault: Option<&'static str>,
}

fn view(pages: &Pages, language: Language, visitor: &Visitor) -> OwnPassword {
    let texts = PeopleTexts::of(language);
    OwnPassword {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(language, texts.own, "/sandi")
        },
        texts,
        told: None,
        has_own: !visitor.person.id.is_empty(),
        name: visitor.person.name.clone(),
        role: texts.role_name(visitor.role()),
        old_fault: None,
        new_fault: None,
        again_fault: None,
    }
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
    Query(After { baru }): Query<After>,
) -> Response {
    let view = view(&pages, language, &visitor);
    page(&OwnPassword {
        told: (baru == "sandi").then_some(view.texts.saved),
        ..view
    })
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    lama: String,
    #[serde(default)]
    baru: String,
    #[serde(default)]
    ulang: String,
}

async fn change(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let mut view = view(&pages, language, &visitor);
    let texts = view.texts;
    let status = if typed.baru == typed.ulang {
        let secret = secret(&headers).unwrap_or_default();
        let changed = pages
            .hub
            .change_password(&visitor.person, &secret, &typed.lama, &typed.baru)
            .await;
        match changed {
            Ok(true) => return Redirect::to("/sandi?baru=sandi").into_response(),
            Ok(false) => {
                view.old_fault = Some(texts.wrong_old);
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Err(Error::Invalid(fields)) => {
                let told = fields
                    .first()
                    .map(|wrong| texts.fault(&wrong.field, &wrong.message));
                view.new_fault = told;
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Err(Error::Refused(_)) => {
                view.old_fault = Some(texts.wait);
                StatusCode::TOO_MANY_REQUESTS
            }
            Err(error) => return pages.message(language, error, "/sandi"),
        }
    } else {
        view.again_fault = Some(texts.not_the_same);
        StatusCode::UNPROCESSABLE_ENTITY
    };
    (status, page(&view)).into_response()
}
