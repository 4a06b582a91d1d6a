//! Orang: who can log in, what each may do, and their passwords. For the owner.

mod details;
mod own;
mod person;
pub(super) mod texts;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;
use uuid::Uuid;

use super::Pages;
use super::toko::contact;
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::hub::users::NewUser;
use crate::web::Language;
use crate::web::layout::{Frame, asset, page};
use details::{DetailsForm, TypedDetails};
use texts::PeopleTexts;

/// The style sheet of these pages.
const STYLE: &str = "/assets/hub-people.css";

/// For the owner; one's own password, at `/sandi`, is for everybody.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/orang", get(show).post(add))
        .route(
            STYLE,
            get(async || asset("text/css", include_str!("../../assets/people.css"))),
        )
        .merge(person::routes())
        .merge(own::routes())
}

#[derive(Template)]
#[template(path = "hub/web/templates/people.html")]
struct PeoplePage {
    frame: Frame,
    texts: &'static PeopleTexts,
    told: Option<&'static str>,
    users: Vec<Row>,
    form: DetailsForm,
}

struct Row {
    id: String,
    name: String,
    login: String,
    role: &'static str,
    /// The route or the supplier that it is about.
    own: String,
    active: bool,
    last_login: String,
    you: bool,
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    baru: String,
}

/// What is told once something was done.
fn told(texts: &'static PeopleTexts, done: &str) -> Option<&'static str> {
    match done {
        "orang" => Some(texts.added),
        "simpan" => Some(texts.saved),
        "keluar" => Some(texts.logged_out),
        _ => None,
    }
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
    Query(After { baru }): Query<After>,
) -> Response {
    let shown = async {
        let form = DetailsForm::empty(&pages, language).await?;
        view(&pages, language, &visitor, form).await
    };
    match shown.await {
        Ok(view) => page(&PeoplePage {
            told: told(view.texts, &baru),
            ..view
        }),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn view(
    pages: &Pages,
    language: Language,
    visitor: &Visitor,
    form: DetailsForm,
) -> Result<PeoplePage> {
    let texts = PeopleTexts::of(language);
    let users = pages.hub.users().await?;
    let rows = users
        .into_iter()
        .map(|user| {
            let route = user.route_id.as_deref();
            Row {
                you: user.id == visitor.person.id,
                role: texts.role_name(user.role),
                own: user
                    .supplier
                    .or_else(|| form.route_name(route).map(ToOwned::to_owned))
                    .unwrap_or_default(),
                active: user.active,
                last_login: contact(pages, user.last_login, language),
                id: user.id,
                name: user.name,
                login: user.login,
            }
        })
        .collect();
    Ok(PeoplePage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(language, texts.people, "/orang")
        },
        texts,
        told: None,
        users: rows,
        form,
    })
}

#[derive(Deserialize)]
struct Typed {
    id: Uuid,
    #[serde(default)]
    masuk: String,
    #[serde(default)]
    sandi: String,
    #[serde(flatten)]
    details: TypedDetails,
}

async fn add(
    State(pages): State<Pages>,
    language: Language,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Response {
    let new = NewUser {
        id: typed.id,
        login: typed.masuk.clone(),
        password: Some(typed.sandi.clone()),
        details: typed.details.clone().into(),
    };
    let fields = match pages.hub.add_user(&pages.actor(), new).await {
        Ok(_) => return Redirect::to("/orang?baru=orang").into_response(),
        Err(Error::Invalid(fields)) => fields,
        Err(error) => return pages.message(language, error, "/orang"),
    };
    let again = async {
        let mut form = DetailsForm::of(&pages, language, &typed.details).await?;
        form.id = typed.id.to_string();
        form.login = typed.masuk;
        form.password = typed.sandi;
        form.wrong(language, fields);
        view(&pages, language, &visitor, form).await
    };
    match again.await {
        Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
        Err(error) => pages.message(language, error, "/orang"),
    }
}
