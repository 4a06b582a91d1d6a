//! Orang dan PIN: who works here, and what lets them in.

pub(super) mod texts;

use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::Pages;
use super::access::refusal;
use super::sales;
use super::texts::Texts;
use super::visitor::Visitor;
use crate::error::{Error, Result};
use crate::shop::access::{OWNER, Person, PinOutcome, Role};
use crate::web::Language;
use crate::web::layout::{Frame, asset, date, page};
use texts::PeopleTexts;

/// The style sheet of these pages.
pub(super) const STYLE: &str = "/assets/people.css";

/// The files of these pages; anybody may have them.
pub(super) fn assets() -> Router<Pages> {
    Router::new().route(
        STYLE,
        get(async || asset("text/css", include_str!("../../assets/people.css"))),
    )
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route("/orang", get(show))
        .route("/orang/pin", post(set_pin))
        .route("/orang/kasir", post(add))
        .route("/orang/kasir/{id}/pin", post(give_pin))
        .route("/orang/kasir/{id}/berhenti", post(retire))
}

/// How the audit log and receipts name somebody, for reading.
pub(super) fn actor(name: &str, language: Language) -> String {
    let texts = PeopleTexts::of(language);
    match name {
        OWNER => texts.owner,
        "till" => texts.the_till,
        "sync" | "recovered" => texts.the_connection,
        other => other,
    }
    .to_owned()
}

#[derive(Template)]
#[template(path = "shop/web/templates/people.html")]
struct PeoplePage {
    frame: Frame,
    texts: &'static PeopleTexts,
    has_pin: bool,
    told: Option<&'static str>,
    cashiers: Vec<Row>,
    faults: Faults,
    /// What was typed for a new cashier.
    name: String,
}

struct Row {
    id: i64,
    name: String,
    since: String,
    error: Option<String>,
}

/// What is wrong with what was sent, beside its field.
#[derive(Default)]
struct Faults {
    old: Option<String>,
    new: Option<String>,
    again: Option<String>,
    name: Option<String>,
    pin: Option<String>,
    /// The PIN for the cashier with this number.
    of_cashier: Option<(i64, String)>,
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    baru: String,
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(after): Query<After>,
) -> Response {
    let texts = PeopleTexts::of(visitor.language);
    let told = match &*after.baru {
        "kasir" => Some(texts.added),
        "pin" | "berhenti" => Some(texts.saved),
        _ => None,
    };
    match view(&pages, &visitor, Faults::default(), told).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/orang"),
    }
}

async fn view(
    pages: &Pages,
    visitor: &Visitor,
    faults: Faults,
    told: Option<&'static str>,
) -> Result<PeoplePage> {
    let language = visitor.language;
    let since = |utc: &str| {
        sales::local(pages, utc)
            .map(|wall| date(wall.date(), language))
            .unwrap_or_default()
    };
    let cashiers = pages
        .shop
        .cashiers()
        .await?
        .into_iter()
        .map(|cashier| Row {
            error: faults
                .of_cashier
                .as_ref()
                .filter(|(id, _)| *id == cashier.id)
                .map(|(_, message)| message.clone()),
            id: cashier.id,
            since: since(&cashier.since_utc),
            name: cashier.name,
        })
        .collect();
    let title = Texts::of(language).people;
    Ok(PeoplePage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(visitor, title, "/orang")
        },
        texts: PeopleTexts::of(language),
        has_pin: visitor.door.has_pin,
        told,
        cashiers,
        faults,
        name: String::new(),
    })
}

/// The page once more, with what was wrong.
async fn again(
    pages: &Pages,
    visitor: &Visitor,
    status: StatusCode,
    faults: Faults,
    name: &str,
) -> Response {
    match view(pages, visitor, faults, None).await {
        Ok(view) => {
            let view = PeoplePage {
                name: name.to_owned(),
                ..view
            };
            (status, page(&view)).into_response()
        }
        Err(error) => pages.message(visitor, error, "/orang"),
    }
}

#[derive(Deserialize)]
struct OwnPin {
    #[serde(default)]
    lama: String,
    baru: String,
    ulang: String,
}

async fn set_pin(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(sent): Form<OwnPin>,
) -> Response {
    let texts = PeopleTexts::of(visitor.language);
    let mut faults = Faults::default();
    if sent.baru.trim() != sent.ulang.trim() {
        faults.again = Some(texts.not_the_same.to_owned());
        return again(
            &pages,
            &visitor,
            StatusCode::UNPROCESSABLE_ENTITY,
            faults,
            "",
        )
        .await;
    }
    let outcome = match pages.shop.set_owner_pin(&sent.lama, &sent.baru).await {
        Ok(outcome) => outcome,
        Err(Error::Invalid(_)) => {
            faults.new = Some(texts.not_a_pin.to_owned());
            return again(
                &pages,
                &visitor,
                StatusCode::UNPROCESSABLE_ENTITY,
                faults,
                "",
            )
            .await;
        }
        Err(error) => return pages.message(&visitor, error, "/orang"),
    };
    if let Some((status, message)) = refusal(&pages, texts, visitor.language, outcome) {
        faults.old = Some(message);
        return again(&pages, &visitor, status, faults, "").await;
    }
    // Whoever came in by the old PIN has to know the new one; this browser goes on.
    pages
        .sessions
        .end_where(|person| person.role == Role::Owner);
    pages.sessions.end(&headers);
    let first = outcome == PinOutcome::NoPin;
    match pages.sessions.start(Person::owner(), pages.shop.now().utc) {
        Ok(session) => {
            let to = if first {
                "/orang?baru=pin#kasir"
            } else {
                "/orang?baru=pin"
            };
            (CookieJar::new().add(session), Redirect::to(to)).into_response()
        }
        Err(error) => pages.message(&visitor, error, "/orang"),
    }
}

#[derive(Deserialize)]
struct NewCashier {
    nama: String,
    pin: String,
}

async fn add(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(sent): Form<NewCashier>,
) -> Response {
    let texts = PeopleTexts::of(visitor.language);
    let fields = match pages.shop.add_cashier(&sent.nama, &sent.pin).await {
        Ok(_) => return Redirect::to("/orang?baru=kasir").into_response(),
        Err(Error::Invalid(fields)) => fields,
        Err(Error::Refused(_)) => {
            let first = Error::Refused(texts.pin_first.to_owned());
            return pages.message(&visitor, first, "/orang");
        }
        Err(error) => return pages.message(&visitor, error, "/orang"),
    };
    let mut faults = Faults::default();
    for field in fields {
        match (&*field.field, &*field.message) {
            ("name", "is taken") => faults.name = Some(texts.name_taken.to_owned()),
            ("name", _) => faults.name = Some(texts.name_needed.to_owned()),
            _ => faults.pin = Some(texts.not_a_pin.to_owned()),
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    again(&pages, &visitor, status, faults, &sent.nama).await
}

#[derive(Deserialize)]
struct GivenPin {
    pin: String,
}

async fn give_pin(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Form(sent): Form<GivenPin>,
) -> Response {
    let texts = PeopleTexts::of(visitor.language);
    match pages.shop.set_cashier_pin(id, &sent.pin).await {
        Ok(()) => {
            pages.sessions.end_where(|person| person.id == Some(id));
            Redirect::to("/orang?baru=pin").into_response()
        }
        Err(Error::Invalid(_)) => {
            let faults = Faults {
                of_cashier: Some((id, texts.not_a_pin.to_owned())),
                ..Faults::default()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            again(&pages, &visitor, status, faults, "").await
        }
        Err(error) => pages.message(&visitor, error, "/orang"),
    }
}

async fn retire(State(pages): State<Pages>, visitor: Visitor, Path(id): Path<i64>) -> Response {
    match pages.shop.retire_cashier(id).await {
        // Sent twice, they stopped once.
        Ok(()) | Err(Error::NotFound(_)) => {
            pages.sessions.end_where(|person| person.id == Some(id));
            Redirect::to("/orang?baru=berhenti").into_response()
        }
        Err(error) => pages.message(&visitor, error, "/orang"),
    }
}
