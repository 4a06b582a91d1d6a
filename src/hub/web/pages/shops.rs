//! The shops: who was heard of when, who is due, and what each has.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};

use super::texts::Texts;
use super::{Pages, spoken};
use crate::error::Result;
use crate::model::Quantity;
use crate::web::Language;
use crate::web::layout::{Frame, date, moment, page};

/// A shop that was not heard of for this long is shown as silent: its figures may be far from its shelf.
const SILENT_AFTER: Duration = Duration::hours(48);

#[derive(Template)]
#[template(path = "hub/web/templates/shops.html")]
struct Shops {
    frame: Frame,
    texts: &'static Texts,
    rows: Vec<ShopRow>,
}

struct ShopRow {
    id: String,
    name: String,
    last_contact: String,
    silent: bool,
    due: bool,
    next_delivery: String,
    quarantined: i64,
    alarms: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "hub/web/templates/positions.html")]
struct Positions {
    frame: Frame,
    texts: &'static Texts,
    last_contact: String,
    rows: Vec<PositionView>,
}

struct PositionView {
    name: String,
    on_hand: String,
    on_order: String,
    in_transit: String,
    position: String,
    coming: bool,
}

pub(super) async fn list(State(pages): State<Pages>, language: Language) -> Response {
    match shops(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn shops(pages: &Pages, language: Language) -> Result<Shops> {
    let texts = Texts::of(language);
    let (now, today) = (pages.hub.now(), pages.hub.today());
    let mut rows = Vec::new();
    for overview in pages.hub.shops().await? {
        let next = overview.delivery.map(|(_, due_on)| due_on);
        rows.push(ShopRow {
            silent: overview
                .shop
                .last_contact
                .is_none_or(|at| now - at > SILENT_AFTER),
            last_contact: contact(pages, overview.shop.last_contact, language),
            due: next.is_some_and(|due_on| due_on <= today),
            next_delivery: next
                .map(|due_on| date(due_on, language))
                .unwrap_or_default(),
            quarantined: overview.events.quarantined,
            alarms: overview
                .alarms
                .iter()
                .map(|alarm| texts.alarm(alarm.kind))
                .collect(),
            id: overview.shop.id,
            name: overview.shop.name,
        });
    }
    Ok(Shops {
        frame: pages.frame(language, texts.shops, "/"),
        texts,
        rows,
    })
}

/// A moment on the hub's wall, or that it never came.
pub(super) fn contact(pages: &Pages, at: Option<DateTime<Utc>>, language: Language) -> String {
    let zone = pages.hub.identity().timezone;
    at.map_or_else(
        || Texts::of(language).never.to_owned(),
        |at| moment(at.with_timezone(&zone).naive_local(), language),
    )
}

pub(super) async fn positions(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match shop(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn shop(pages: &Pages, language: Language, id: &str) -> Result<Positions> {
    let texts = Texts::of(language);
    let positions = pages.hub.positions(id).await?;
    let overview = pages
        .hub
        .shops()
        .await?
        .into_iter()
        .find(|overview| overview.shop.id == id);
    let (name, last_contact) = overview
        .map(|overview| (overview.shop.name, overview.shop.last_contact))
        .unwrap_or_default();
    let rows = positions
        .into_iter()
        .map(|row| {
            let told = |quantity: Quantity| spoken(quantity, Some(&row.unit), language);
            PositionView {
                on_hand: told(row.stock.on_hand),
                on_order: told(row.stock.on_order),
                in_transit: told(row.stock.in_transit),
                position: told(row.stock.position()),
                coming: row.stock.on_order + row.stock.in_transit > Quantity::ZERO,
                name: row.name.clone(),
            }
        })
        .collect();
    Ok(Positions {
        frame: Frame {
            path: format!("/toko/{id}"),
            ..pages.frame(language, &name, "/toko")
        },
        texts,
        last_contact: contact(pages, last_contact, language),
        rows,
    })
}
