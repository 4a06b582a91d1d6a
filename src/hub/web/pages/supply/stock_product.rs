//! One product of the warehouse: its lots, what is promised of it, its ledger, and the forms that change it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::super::Pages;
use super::texts::{MoveTexts, SupplyTexts};
use super::{days, frame, told};
use crate::error::{Error, Result};
use crate::hub::store::stock_ledger::PostedMove;
use crate::hub::warehouse::ProductStock;
use crate::model::{AdjustmentReason, Quantity, Sku};
use crate::web::Language;
use crate::web::layout::{Frame, date, moment, page};

/// Moves on a page.
const MOVES: i64 = 50;

#[derive(Template)]
#[template(path = "hub/web/templates/supply/stock_product.html")]
struct ProductView {
    frame: Frame,
    texts: &'static SupplyTexts,
    sku: String,
    unit: String,
    counted: bool,
    figures: Vec<(&'static str, String)>,
    below_zero: bool,
    lots: Vec<Lot>,
    promised: Vec<(String, String)>,
    moves: Vec<Move>,
    older: Option<i64>,
    at_seq: i64,
    ids: [String; 3],
    reasons: Vec<(&'static str, &'static str)>,
}

struct Lot {
    code: String,
    expires: String,
    quantity: String,
    past: bool,
    below_zero: bool,
}

struct Move {
    what: &'static str,
    quantity: String,
    left: bool,
    when: String,
    actor: String,
    lot: String,
    /// Where it came from, for moves that have a page.
    link: String,
}

#[derive(Deserialize)]
pub(super) struct Older {
    sebelum: Option<i64>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(code): Path<String>,
    Query(older): Query<Older>,
) -> Response {
    match view(&pages, language, &code, older.sebelum).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/gudang"),
    }
}

pub(super) fn reasons(texts: &'static SupplyTexts) -> Vec<(&'static str, &'static str)> {
    [
        AdjustmentReason::Waste,
        AdjustmentReason::Expired,
        AdjustmentReason::OwnUse,
        AdjustmentReason::Return,
        AdjustmentReason::Correction,
    ]
    .into_iter()
    .map(|reason| (reason.as_str(), texts.adjustment(reason)))
    .collect()
}

async fn view(
    pages: &Pages,
    language: Language,
    code: &str,
    before: Option<i64>,
) -> Result<ProductView> {
    let texts = SupplyTexts::of(language);
    let sku = Sku::parse(code).map_err(|_| Error::NotFound(code.to_owned()))?;
    let ProductStock {
        today,
        row,
        lots,
        reservations,
        last_seq,
        moves,
    } = pages.hub.stock_of(&sku, before, MOVES).await?;
    let unit = &row.unit;
    let there = row.availability.unwrap_or_default();
    let mut figures = Vec::new();
    if row.availability.is_some() {
        figures.push((texts.available, told(there.available(), unit, language)));
        figures.push((texts.on_hand, told(there.on_hand, unit, language)));
        for (label, quantity) in [
            (texts.reserved, there.reserved),
            (texts.expired, there.expired),
            (texts.on_order, there.on_order),
        ] {
            if quantity > Quantity::ZERO {
                figures.push((label, told(quantity, unit, language)));
            }
        }
    }
    if row.per_day > 0.0 {
        let per_day = Quantity(row.per_day.round() as i64);
        figures.push((texts.needed_daily, told(per_day, unit, language)));
    }
    if let Some(cover) = row.days_of_cover {
        let text = format!("{} {}", days(cover, language), texts.days);
        figures.push((texts.cover, text));
    }
    let oldest = moves.last().map(|posted| posted.seq);
    let path = format!("/gudang/{}", crate::web::encoded(sku.as_str()));
    Ok(ProductView {
        frame: frame(pages, language, &row.name, "/gudang", &path),
        texts,
        sku: sku.to_string(),
        unit: unit.0.clone(),
        counted: row.availability.is_some(),
        figures,
        below_zero: row.below_zero,
        lots: lots
            .iter()
            .map(|lot| Lot {
                code: lot.lot.clone(),
                expires: lot
                    .expires
                    .map(|day| date(day, language))
                    .unwrap_or_default(),
                quantity: told(lot.quantity, unit, language),
                past: lot.is_expired(today),
                below_zero: lot.quantity < Quantity::ZERO,
            })
            .collect(),
        promised: reservations
            .iter()
            .map(|reservation| {
                let kind = match reservation.kind.as_str() {
                    "shipment" => texts.shipment,
                    "order" => texts.order,
                    other => other,
                };
                (kind.to_owned(), told(reservation.quantity, unit, language))
            })
            .collect(),
        moves: moves
            .iter()
            .map(|posted| moved(pages, posted, unit, language))
            .collect(),
        older: oldest.filter(|seq| *seq > 1 && moves.len() as i64 == MOVES),
        at_seq: last_seq,
        ids: std::array::from_fn(|_| Uuid::now_v7().to_string()),
        reasons: reasons(texts),
    })
}

fn moved(pages: &Pages, posted: &PostedMove, unit: &(String, i64), language: Language) -> Move {
    use crate::hub::store::warehouse::MoveReason;

    let zone = pages.hub.identity().timezone;
    let moved = &posted.moved;
    let sign = if moved.quantity > Quantity::ZERO {
        "+"
    } else {
        ""
    };
    let mut lot = moved.lot.clone();
    if let Some(expires) = moved.expires {
        if !lot.is_empty() {
            lot.push_str(" · ");
        }
        lot.push_str(&date(expires, language));
    }
    let link = match moved.reason {
        MoveReason::Receipt | MoveReason::Count | MoveReason::Adjustment => {
            format!("/gudang/dokumen/{}", moved.reference)
        }
        MoveReason::Dispatch | MoveReason::Undispatch => format!("/kiriman/{}", moved.reference),
        _ => String::new(),
    };
    Move {
        what: MoveTexts::of(language).reason(moved.reason),
        quantity: format!("{sign}{}", told(moved.quantity, unit, language)),
        left: moved.quantity < Quantity::ZERO,
        when: moment(posted.at.with_timezone(&zone).naive_local(), language),
        actor: posted.actor.clone(),
        lot,
        link,
    }
}
