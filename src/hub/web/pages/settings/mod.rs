//! Pengaturan: the hub's name, zone, language and PIN, how its backups stand, and the way to what other pages set. For the owner.

pub(super) mod texts;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::Pages;
use super::access::secret;
use super::devices::STYLE;
use super::toko::contact;
use crate::error::{Error, Result};
use crate::web::Language;
use crate::web::layout::{Frame, page};
use texts::SettingsTexts;

/// Zones that are offered; any other can be typed.
const ZONES: [&str; 3] = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"];

/// For the owner.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/pengaturan", get(show).post(change))
        .route("/pengaturan/pin", post(set_pin))
}

/// What is set on pages of its own: the path and what it is called.
fn elsewhere(texts: &'static SettingsTexts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("/orang", texts.people),
        ("/perangkat", texts.devices),
        ("/biaya", texts.costs),
        ("/pengaturan/webhook", texts.webhooks),
        ("/catatan", texts.audit),
    ]
}

#[derive(Template)]
#[template(path = "hub/web/templates/settings.html")]
struct SettingsPage {
    frame: Frame,
    texts: &'static SettingsTexts,
    told: Option<&'static str>,
    name: String,
    timezone: String,
    zones: &'static [&'static str],
    /// The tag of the language for whoever has chosen none.
    speaks: String,
    faults: Faults,
    people: bool,
    has_pin: bool,
    links: Vec<(&'static str, &'static str)>,
    /// The database is one that the hub backs up itself.
    own_backups: bool,
    folder: String,
    count: usize,
    last: String,
    failure: Option<String>,
    version: &'static str,
    database: String,
    since: String,
}

/// What is wrong with what was sent, beside its field.
#[derive(Default)]
struct Faults {
    name: Option<&'static str>,
    timezone: Option<&'static str>,
    language: Option<&'static str>,
    pin: Option<&'static str>,
    again: Option<&'static str>,
}

impl Faults {
    fn any(&self) -> bool {
        let all = [
            self.name,
            self.timezone,
            self.language,
            self.pin,
            self.again,
        ];
        all.iter().any(Option::is_some)
    }
}

async fn view(pages: &Pages, language: Language, faults: Faults) -> Result<SettingsPage> {
    let texts = SettingsTexts::of(language);
    let identity = pages.hub.identity();
    let (people, backups) = (pages.hub.users().await?, pages.hub.backups().await?);
    let database = pages.hub.database()?;
    let last = backups.last.as_ref().map(|kept| kept.at);
    Ok(SettingsPage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(language, texts.title, "/pengaturan")
        },
        texts,
        told: None,
        name: identity.name.clone(),
        timezone: identity.timezone.name().to_owned(),
        zones: &ZONES,
        speaks: identity.language.clone(),
        faults,
        people: !people.is_empty(),
        has_pin: identity.pin_hash.is_some(),
        links: elsewhere(texts),
        own_backups: !database.starts_with("postgres"),
        folder: backups.folder.display().to_string(),
        count: backups.count,
        last: last.map_or_else(
            || texts.no_backup.to_owned(),
            |at| contact(pages, Some(at), language),
        ),
        failure: backups.failure.map(|failure| failure.error),
        version: env!("CARGO_PKG_VERSION"),
        database,
        since: contact(pages, Some(identity.created_at), language),
    })
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    baru: String,
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(After { baru }): Query<After>,
) -> Response {
    match view(&pages, language, Faults::default()).await {
        Ok(view) => page(&SettingsPage {
            told: (baru == "simpan").then_some(view.texts.saved),
            ..view
        }),
        Err(error) => pages.message(language, error, "/"),
    }
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    nama: String,
    #[serde(default)]
    zona: String,
    #[serde(default)]
    bahasa: String,
}

async fn change(
    State(pages): State<Pages>,
    language: Language,
    Form(typed): Form<Typed>,
) -> Response {
    let texts = SettingsTexts::of(language);
    // A page that was opened before there was a choice sends none.
    let speaks = match &*typed.bahasa {
        "" => pages.hub.identity().language.clone(),
        chosen => chosen.to_owned(),
    };
    let changed = pages
        .hub
        .change_settings(&pages.actor(), &typed.nama, &typed.zona, &speaks)
        .await;
    let mut faults = Faults::default();
    match changed {
        Ok(()) => return Redirect::to("/pengaturan?baru=simpan").into_response(),
        Err(Error::Invalid(fields)) => {
            for wrong in fields {
                match &*wrong.field {
                    "name" => faults.name = Some(texts.name_wrong),
                    "language" => faults.language = Some(texts.language_wrong),
                    _ => faults.timezone = Some(texts.timezone_wrong),
                }
            }
        }
        Err(error) => return pages.message(language, error, "/pengaturan"),
    }
    again(&pages, language, faults, Some(typed)).await
}

async fn again(
    pages: &Pages,
    language: Language,
    faults: Faults,
    typed: Option<Typed>,
) -> Response {
    let wrong = faults.any();
    match view(pages, language, faults).await {
        Ok(mut view) => {
            if let Some(typed) = typed {
                view.name = typed.nama;
                view.timezone = typed.zona;
                view.speaks = typed.bahasa;
            }
            let status = match wrong {
                true => StatusCode::UNPROCESSABLE_ENTITY,
                false => StatusCode::OK,
            };
            (status, page(&view)).into_response()
        }
        Err(error) => pages.message(language, error, "/pengaturan"),
    }
}

#[derive(Deserialize)]
struct Pin {
    #[serde(default)]
    baru: String,
    #[serde(default)]
    ulang: String,
    #[serde(default)]
    hapus: String,
}

async fn set_pin(
    State(pages): State<Pages>,
    language: Language,
    headers: HeaderMap,
    Form(typed): Form<Pin>,
) -> Response {
    let texts = SettingsTexts::of(language);
    let mut faults = Faults::default();
    if typed.hapus.is_empty() && typed.baru.trim() != typed.ulang.trim() {
        faults.again = Some(texts.not_the_same);
        return again(&pages, language, faults, None).await;
    }
    let pin = typed.hapus.is_empty().then(|| typed.baru.trim());
    let kept = secret(&headers);
    match pages
        .hub
        .set_pin(&pages.actor(), pin, kept.as_deref())
        .await
    {
        Ok(()) => Redirect::to("/pengaturan?baru=simpan").into_response(),
        Err(Error::Invalid(_)) => {
            faults.pin = Some(texts.pin_wrong);
            again(&pages, language, faults, None).await
        }
        Err(error) => pages.message(language, error, "/pengaturan"),
    }
}
