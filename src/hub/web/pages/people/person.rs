//! One person: what they may do, a new password, and keeping them out.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::super::Pages;
use super::super::toko::contact;
use super::super::visitor::Visitor;
use super::details::{DetailsForm, TypedDetails};
use super::texts::PeopleTexts;
use super::{After, STYLE, told};
use crate::error::{Error, FieldError, Result};
use crate::web::Language;
use crate::web::layout::{Frame, page};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/orang/{id}", get(show).post(change))
        .route("/orang/{id}/sandi", post(give_password))
        .route("/orang/{id}/keluar", post(log_out))
        .route("/orang/{id}/tutup", post(switch_off))
        .route("/orang/{id}/masuk", post(switch_on))
}

#[derive(Template)]
#[template(path = "hub/web/templates/person.html")]
struct PersonPage {
    frame: Frame,
    texts: &'static PeopleTexts,
    told: Option<&'static str>,
    fault: Option<&'static str>,
    id: String,
    login: String,
    since: String,
    last_login: String,
    sessions: i64,
    active: bool,
    you: bool,
    version: i64,
    form: DetailsForm,
}

/// What is shown besides what is kept.
#[derive(Default)]
struct Shown {
    told: Option<&'static str>,
    fault: Option<&'static str>,
    typed: Option<TypedDetails>,
    password: Option<String>,
    fields: Vec<FieldError>,
}

async fn view(pages: &Pages, language: Language, id: &str, shown: Shown) -> Result<PersonPage> {
    let texts = PeopleTexts::of(language);
    let user = pages.hub.user(id).await?;
    let sessions = pages.hub.sessions_by_user().await?;
    let typed = shown.typed.unwrap_or_else(|| TypedDetails::from(&user));
    let mut form = DetailsForm::of(pages, language, &typed).await?;
    if let Some(password) = shown.password {
        form.password = password;
    }
    form.wrong(language, shown.fields);
    let you = Visitor::current().is_some_and(|visitor| visitor.person.id == user.id);
    Ok(PersonPage {
        frame: Frame {
            styles: vec![STYLE],
            path: format!("/orang/{id}"),
            ..pages.frame(language, &user.name, "/orang")
        },
        texts,
        told: shown.told,
        fault: shown.fault,
        since: contact(pages, Some(user.created_at), language),
        last_login: contact(pages, user.last_login, language),
        sessions: sessions.get(&user.id).copied().unwrap_or_default(),
        active: user.active,
        you,
        version: user.version,
        id: user.id,
        login: user.login,
        form,
    })
}

async fn respond(
    pages: &Pages,
    language: Language,
    id: &str,
    status: StatusCode,
    shown: Shown,
) -> Response {
    match view(pages, language, id, shown).await {
        Ok(view) => (status, page(&view)).into_response(),
        Err(error) => pages.message(language, error, "/orang"),
    }
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Query(After { baru }): Query<After>,
) -> Response {
    let shown = Shown {
        told: told(PeopleTexts::of(language), &baru),
        ..Shown::default()
    };
    respond(&pages, language, &id, StatusCode::OK, shown).await
}

/// Leads on when it was done, and says on the page what stands in the way.
async fn done(
    pages: &Pages,
    language: Language,
    id: &str,
    result: Result<()>,
    after: &str,
    mut shown: Shown,
) -> Response {
    let texts = PeopleTexts::of(language);
    let status = match result {
        Ok(()) => return Redirect::to(&format!("/orang/{id}?baru={after}")).into_response(),
        Err(Error::Invalid(fields)) => {
            shown.fields = fields;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::Refused(why)) => {
            let oneself = why.starts_with("nobody");
            shown.fault = Some(if oneself {
                texts.not_oneself
            } else {
                texts.last_owner
            });
            StatusCode::CONFLICT
        }
        Err(Error::Conflict(_)) => {
            shown.fault = Some(texts.changed_meanwhile);
            // What somebody else has made of it is what is to be seen.
            shown.typed = None;
            StatusCode::CONFLICT
        }
        Err(error) => return pages.message(language, error, "/orang"),
    };
    respond(pages, language, id, status, shown).await
}

#[derive(Deserialize)]
struct Changed {
    versi: i64,
    #[serde(flatten)]
    details: TypedDetails,
}

async fn change(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(sent): Form<Changed>,
) -> Response {
    let details = sent.details.clone().into();
    let result = pages
        .hub
        .change_user(&pages.actor(), &id, sent.versi, details)
        .await;
    let shown = Shown {
        typed: Some(sent.details),
        ..Shown::default()
    };
    done(&pages, language, &id, result, "simpan", shown).await
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    sandi: String,
}

async fn give_password(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(Given { sandi }): Form<Given>,
) -> Response {
    let result = pages
        .hub
        .set_user_password(&pages.actor(), &id, Some(sandi.clone()))
        .await;
    let shown = Shown {
        password: Some(sandi),
        ..Shown::default()
    };
    done(&pages, language, &id, result.map(|_| ()), "simpan", shown).await
}

async fn log_out(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let result = pages.hub.end_sessions(&pages.actor(), &id).await;
    let result = result.map(|_| ());
    done(&pages, language, &id, result, "keluar", Shown::default()).await
}

async fn switch_off(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    let result = pages.hub.switch_user(&visitor.person, &id, false).await;
    done(&pages, language, &id, result, "simpan", Shown::default()).await
}

async fn switch_on(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    let result = pages.hub.switch_user(&visitor.person, &id, true).await;
    done(&pages, language, &id, result, "simpan", Shown::default()).await
}
