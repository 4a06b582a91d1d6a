//! One shop's devices: letting in and shutting out, alarms, a code for a new one, and what of it is set aside.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use uuid::Uuid;

use super::super::Pages;
use super::super::texts::Texts;
use super::super::toko::contact;
use super::texts::DeviceTexts;
use super::{STYLE, notable_skew};
use crate::error::{Error, Result};
use crate::hub::store::alarms::AlarmKind;
use crate::hub::store::device_list::KnownDevice;
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, page};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/perangkat/{id}", get(show))
        .route("/perangkat/{id}/kode", post(new_code))
        .route("/perangkat/{id}/tutup", post(shut))
        .route("/perangkat/{id}/buka", post(let_in))
        .route("/perangkat/{id}/beres", post(dismiss))
        .route("/perangkat/{id}/lepas", post(unlink))
}

#[derive(Template)]
#[template(path = "hub/web/templates/shop_devices.html")]
struct ShopDevicesPage {
    frame: Frame,
    texts: &'static DeviceTexts,
    id: String,
    /// Told this once.
    code: Option<String>,
    fault: Option<&'static str>,
    last_contact: String,
    skew: Option<String>,
    code_until: Option<String>,
    alarms: Vec<AlarmView>,
    devices: Vec<DeviceView>,
    set_aside: Vec<AsideView>,
    link: Option<LinkedView>,
    /// What its device tells goes to further distributors too.
    shared: bool,
}

/// The device of a shop that is entered with another distributor.
struct LinkedView {
    tag: (&'static str, &'static str),
    since: String,
    program: Option<String>,
    speaks: bool,
}

struct AlarmView {
    kind: &'static str,
    says: &'static str,
    last: String,
    times: String,
}

struct DeviceView {
    id: String,
    tag: (&'static str, &'static str),
    paired: String,
    epoch: String,
    records: String,
    program: Option<String>,
    copies: i64,
    can_shut: bool,
    can_let_in: bool,
    replaced: bool,
}

struct AsideView {
    kind: String,
    came: String,
    day: String,
    why: String,
}

async fn view(pages: &Pages, language: Language, id: &str) -> Result<ShopDevicesPage> {
    let texts = DeviceTexts::of(language);
    let (shop, set_aside) = pages.hub.devices_of(id).await?;
    let when = |at| contact(pages, Some(at), language);
    Ok(ShopDevicesPage {
        frame: Frame {
            styles: vec![STYLE],
            path: format!("/perangkat/{}", shop.id),
            ..pages.frame(language, &shop.name, "/perangkat")
        },
        texts,
        code: None,
        fault: None,
        last_contact: contact(pages, shop.last_contact, language),
        skew: notable_skew(shop.skew_seconds, language),
        code_until: shop.code_until.map(when),
        alarms: shop
            .alarms
            .iter()
            .map(|alarm| AlarmView {
                kind: alarm.kind.as_str(),
                says: Texts::of(language).alarm(alarm.kind),
                last: when(alarm.last_at),
                times: figure(&alarm.times.to_string(), language),
            })
            .collect(),
        devices: shop
            .devices
            .iter()
            .map(|known| device_view(pages, known, language))
            .collect(),
        set_aside: set_aside
            .into_iter()
            .map(|event| AsideView {
                kind: format!("{} {}", event.kind, event.version),
                came: when(event.received_at),
                day: date(event.business_date, language),
                why: event.reason,
            })
            .collect(),
        shared: shop.shared,
        link: shop.link.map(|link| LinkedView {
            tag: match link.speaks {
                true => (texts.in_use, "good"),
                false => (texts.shut_out, "due"),
            },
            since: when(link.linked_at),
            program: link.program,
            speaks: link.speaks,
        }),
        id: shop.id,
    })
}

fn device_view(pages: &Pages, known: &KnownDevice, language: Language) -> DeviceView {
    let texts = DeviceTexts::of(language);
    let device = &known.device;
    DeviceView {
        id: device.id.to_string(),
        tag: match (device.revoked, device.blocked) {
            (true, _) => (texts.replaced, "along"),
            (false, true) => (texts.shut_out, "due"),
            (false, false) => (texts.in_use, "good"),
        },
        paired: contact(pages, Some(known.paired_at), language),
        epoch: device.head.epoch.to_string(),
        records: figure(&device.head.seq.to_string(), language),
        program: device.program.clone(),
        copies: known.copies,
        can_shut: device.is_let_in(),
        can_let_in: device.blocked && !device.revoked,
        replaced: device.revoked,
    }
}

async fn show(State(pages): State<Pages>, language: Language, Path(id): Path<String>) -> Response {
    match view(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/perangkat"),
    }
}

/// The shop's page with a code that is told this once.
pub(super) async fn with_code(
    pages: &Pages,
    language: Language,
    id: &str,
    code: String,
) -> Response {
    match view(pages, language, id).await {
        Ok(view) => page(&ShopDevicesPage {
            code: Some(code),
            ..view
        }),
        Err(error) => pages.message(language, error, "/perangkat"),
    }
}

async fn new_code(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match pages.hub.new_code_for(&pages.actor(), &id).await {
        Ok(code) => with_code(&pages, language, &id, code).await,
        Err(error) => pages.message(language, error, "/perangkat"),
    }
}

#[derive(Deserialize)]
struct Which {
    perangkat: Uuid,
}

async fn shut(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(Which { perangkat }): Form<Which>,
) -> Response {
    let actor = pages.actor();
    let done = pages.hub.block_device(&actor, &id, perangkat).await;
    respond(&pages, language, &id, done).await
}

async fn let_in(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(Which { perangkat }): Form<Which>,
) -> Response {
    let actor = pages.actor();
    let done = pages.hub.unblock_device(&actor, &id, perangkat).await;
    respond(&pages, language, &id, done).await
}

#[derive(Deserialize)]
struct Noticed {
    #[serde(default)]
    jenis: String,
}

async fn dismiss(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(Noticed { jenis }): Form<Noticed>,
) -> Response {
    let done = match AlarmKind::parse(&jenis) {
        Some(kind) => pages.hub.dismiss_alarm(&pages.actor(), &id, kind).await,
        None => Err(Error::invalid("jenis", "is no kind of alarm")),
    };
    respond(&pages, language, &id, done).await
}

async fn unlink(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.unlink_shop_with(&pages.actor(), &id).await;
    respond(&pages, language, &id, done).await
}

async fn respond(pages: &Pages, language: Language, id: &str, done: Result<()>) -> Response {
    match done {
        Ok(()) => Redirect::to(&format!("/perangkat/{id}")).into_response(),
        Err(Error::Refused(_)) => match view(pages, language, id).await {
            Ok(view) => {
                let told = ShopDevicesPage {
                    fault: Some(view.texts.taken_over),
                    ..view
                };
                (StatusCode::CONFLICT, page(&told)).into_response()
            }
            Err(error) => pages.message(language, error, "/perangkat"),
        },
        Err(error) => pages.message(language, error, "/perangkat"),
    }
}
