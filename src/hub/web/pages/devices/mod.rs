//! Perangkat: which devices speak for the shops, what is wrong with them, codes for new ones. For the office.

mod one;
pub(super) mod texts;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use chrono::Duration;
use serde::Deserialize;

use super::Pages;
use super::toko::contact;
use crate::error::{Error, Result};
use crate::hub::contact::ALARM_STANDS;
use crate::hub::store::device_list::{DeviceQuery, DevicesOf, ShopDevices};
use crate::web::layout::{Frame, asset, figure, page};
use crate::web::{Language, encoded};
use texts::DeviceTexts;

/// The style sheet of these pages.
pub(super) const STYLE: &str = "/assets/hub-devices.css";

/// Shops on one page of the list.
const SHOWN: i64 = 50;

/// A clock that is further off than this is told of.
const NOTABLE_SKEW_SECONDS: i64 = 120;

/// A shop that was not heard of for this long is silent.
const SILENT_AFTER: Duration = Duration::hours(48);

/// For the office.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/perangkat", get(show).post(add))
        .route(
            STYLE,
            get(async || asset("text/css", include_str!("../../assets/devices.css"))),
        )
        .merge(one::routes())
}

#[derive(Template)]
#[template(path = "hub/web/templates/devices.html")]
struct DevicesPage {
    frame: Frame,
    texts: &'static DeviceTexts,
    search: String,
    /// Value, label, chosen.
    choices: Vec<(&'static str, &'static str, bool)>,
    found: String,
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
    name: String,
    name_fault: Option<&'static str>,
}

struct Row {
    id: String,
    name: String,
    last_contact: String,
    /// What stands out, with the colour of its tag.
    tag: (&'static str, &'static str),
    alarms: Vec<&'static str>,
    set_aside: i64,
    skew: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    cari: String,
    #[serde(default)]
    pilih: String,
    #[serde(default)]
    lewati: i64,
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    match view(&pages, language, asked).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn view(pages: &Pages, language: Language, asked: Asked) -> Result<DevicesPage> {
    let texts = DeviceTexts::of(language);
    let now = pages.hub.now();
    let only = match &*asked.pilih {
        "peringatan" => DevicesOf::AlarmedSince(now - ALARM_STANDS),
        "disisihkan" => DevicesOf::SetAside,
        "diam" => DevicesOf::SilentSince(now - SILENT_AFTER),
        "belum" => DevicesOf::Unpaired,
        _ => DevicesOf::All,
    };
    let search: String = asked.cari.trim().chars().take(100).collect();
    let offset = asked.lewati.max(0);
    let query = DeviceQuery {
        text: search.clone(),
        only,
        offset,
        limit: SHOWN,
    };
    let (shops, found) = pages.hub.device_page(query).await?;
    let to = |offset: i64| {
        format!(
            "/perangkat?cari={}&pilih={}&lewati={offset}",
            encoded(&search),
            encoded(&asked.pilih)
        )
    };
    let choices = [
        ("", texts.all),
        ("peringatan", texts.alarmed),
        ("disisihkan", texts.set_aside),
        ("diam", texts.silent),
        ("belum", texts.unpaired),
    ];
    Ok(DevicesPage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(language, texts.title, "/perangkat")
        },
        texts,
        choices: choices
            .map(|(value, label)| (value, label, value == asked.pilih))
            .into(),
        found: figure(&found.to_string(), language),
        rows: shops
            .into_iter()
            .map(|shop| row(pages, shop, language))
            .collect(),
        previous: (offset > 0).then(|| to((offset - SHOWN).max(0))),
        next: (offset.saturating_add(SHOWN) < found).then(|| to(offset + SHOWN)),
        search,
        name: String::new(),
        name_fault: None,
    })
}

fn row(pages: &Pages, shop: ShopDevices, language: Language) -> Row {
    let texts = DeviceTexts::of(language);
    let shop_texts = super::Texts::of(language);
    let linked = shop.link.as_ref().is_some_and(|link| link.speaks);
    let speaks = linked || shop.devices.iter().any(|known| known.device.is_let_in());
    let silent = shop
        .last_contact
        .is_none_or(|at| pages.hub.now() - at > SILENT_AFTER);
    Row {
        last_contact: contact(pages, shop.last_contact, language),
        tag: match (speaks, silent) {
            (false, _) => (texts.not_paired, "along"),
            (true, true) => (texts.silent, "due"),
            (true, false) => (texts.in_touch, "good"),
        },
        alarms: shop
            .alarms
            .iter()
            .map(|alarm| shop_texts.alarm(alarm.kind))
            .collect(),
        set_aside: shop.set_aside,
        skew: notable_skew(shop.skew_seconds, language),
        id: shop.id,
        name: shop.name,
    }
}

/// By how much a clock is off, if that is worth telling.
fn notable_skew(seconds: Option<i64>, language: Language) -> Option<String> {
    let seconds = seconds.filter(|seconds| seconds.saturating_abs() > NOTABLE_SKEW_SECONDS)?;
    Some(figure(&seconds.to_string(), language))
}

#[derive(Deserialize)]
struct NewShop {
    #[serde(default)]
    nama: String,
}

async fn add(
    State(pages): State<Pages>,
    language: Language,
    Form(NewShop { nama }): Form<NewShop>,
) -> Response {
    let texts = DeviceTexts::of(language);
    let fault = match pages.hub.add_shop_by(&pages.actor(), &nama).await {
        Ok((id, code)) => return one::with_code(&pages, language, &id, code).await,
        Err(Error::Invalid(_)) => texts.name_wrong,
        Err(Error::Conflict(_)) => texts.name_taken,
        Err(error) => return pages.message(language, error, "/perangkat"),
    };
    match view(&pages, language, Asked::default()).await {
        Ok(view) => {
            let view = DevicesPage {
                name: nama,
                name_fault: Some(fault),
                ..view
            };
            (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response()
        }
        Err(error) => pages.message(language, error, "/perangkat"),
    }
}
