//! One product: what is there by date, where it comes from, and everything that moved it, in words.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::super::people::actor;
use super::super::stockroom::{frame, fresh_id, sees_costs, signed, spoken, when};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::super::{Pages, money};
use super::texts::StockTexts;
use crate::error::Result;
use crate::model::{Money, Quantity};
use crate::shop::store::glance::MovementRow;
use crate::shop::store::purchases::SourceRow;
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "shop/web/templates/stock_product.html")]
struct ProductPage {
    frame: Frame,
    texts: &'static Texts,
    words: &'static StockTexts,
    sku: String,
    form_id: String,
    /// What was just recorded and can be taken back.
    undo: Option<String>,
    flash: &'static str,
    on_hand: String,
    sold_out: bool,
    below_zero: bool,
    coming: String,
    consignor: Option<(String, String)>,
    consignment: bool,
    lots: Vec<Lot>,
    sources: Vec<Source>,
    movements: Vec<Movement>,
    older: Option<i64>,
}

struct Lot {
    quantity: String,
    expires: String,
    /// For the link that records it as expired.
    iso: String,
    came: String,
    left: String,
    past: bool,
    soon: bool,
}

struct Source {
    supplier: String,
    date: String,
    /// Empty for whoever may not see it.
    price: String,
}

struct Movement {
    what: String,
    link: String,
    quantity: String,
    left: bool,
    when: String,
    by: String,
    note: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    tercatat: String,
    /// The request that was recorded, to be taken back.
    catatan: Option<String>,
    sebelum: Option<i64>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(sku): Path<String>,
    Query(which): Query<Which>,
) -> Response {
    match view(&pages, &visitor, &sku, which).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/stok"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, sku: &str, which: Which) -> Result<ProductPage> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), StockTexts::of(language));
    let stock = pages.shop.product_stock(sku, which.sebelum).await?;
    let unit = (stock.product.unit.clone(), stock.product.main_factor());
    let coming = stock.position.on_order + stock.position.in_transit;
    let lots = stock.position.lots.iter().map(|lot| Lot {
        quantity: spoken(lot.quantity, &unit, language),
        expires: lot
            .expires
            .map(|day| date(day, language))
            .unwrap_or_default(),
        iso: lot.expires.map(|day| day.to_string()).unwrap_or_default(),
        came: lot
            .received_on
            .map(|day| date(day, language))
            .unwrap_or_default(),
        left: lot
            .expires
            .map(|day| days_left(day, stock.today, words))
            .unwrap_or_default(),
        past: lot.expires.is_some_and(|day| day < stock.today),
        soon: lot
            .expires
            .is_some_and(|day| (day - stock.today).num_days() <= 14),
    });
    let lots: Vec<Lot> = lots.collect();
    let path = format!("/stok/{sku}");
    Ok(ProductPage {
        frame: frame(pages, visitor, &stock.product.name, "/stok", &path),
        sku: sku.to_owned(),
        form_id: fresh_id(),
        undo: which.catatan,
        flash: match which.tercatat.as_str() {
            "" => "",
            "tanya" => words.asked_recorded,
            "batal" => words.asked_taken_back,
            _ => words.recorded,
        },
        on_hand: spoken(stock.position.on_hand, &unit, language),
        sold_out: stock.position.on_hand == Quantity::ZERO,
        below_zero: stock.position.on_hand < Quantity::ZERO,
        coming: if coming > Quantity::ZERO {
            spoken(coming, &unit, language)
        } else {
            String::new()
        },
        consignor: stock.consignor.clone(),
        consignment: stock.product.consignment,
        lots,
        sources: stock
            .sources
            .iter()
            .map(|source| self::source(source, sees_costs(visitor), words, language))
            .collect(),
        older: stock
            .more
            .then(|| stock.movements.last().map(|movement| movement.seq))
            .flatten(),
        movements: stock
            .movements
            .iter()
            .map(|movement| self::movement(pages, movement, &unit, words, language))
            .collect(),
        texts,
        words,
    })
}

fn days_left(day: NaiveDate, today: NaiveDate, words: &StockTexts) -> String {
    match (day - today).num_days() {
        left if left < 0 => words.past_date.to_owned(),
        0 => words.last_day.to_owned(),
        left => format!("{left} {}", words.days_left),
    }
}

fn source(source: &SourceRow, priced: bool, words: &StockTexts, language: Language) -> Source {
    let price = source.total.filter(|_| priced).map(|total| {
        let one = Money::for_quantity(total, source.quantity.0, source.unit.1);
        format!("{} / {}", money(one, language), source.unit.0)
    });
    Source {
        supplier: if source.supplier.is_empty() {
            words.unknown_supplier.to_owned()
        } else {
            source.supplier.clone()
        },
        date: date(source.date, language),
        price: price.unwrap_or_default(),
    }
}

fn movement(
    pages: &Pages,
    row: &MovementRow,
    unit: &(String, i64),
    words: &StockTexts,
    language: Language,
) -> Movement {
    let what = match (row.kind.as_str(), row.reason.as_str()) {
        ("sale", _) => words.moved_sale,
        ("void", _) => words.moved_void,
        ("receipt", _) if row.delivery => words.moved_delivery,
        ("receipt", _) => words.moved_receipt,
        ("count", _) => words.moved_count,
        (_, "waste") => words.moved_waste,
        (_, "expired") => words.moved_expired,
        (_, "own_use") => words.moved_own_use,
        (_, "return") => words.moved_return,
        _ => words.moved_correction,
    };
    let mut told = what.to_owned();
    if let Some(number) = row.sale {
        told.push_str(&format!(", {} {number}", words.receipt_number));
    }
    if let Some(supplier) = row.supplier.as_deref().filter(|name| !name.is_empty()) {
        told.push_str(&format!(", {supplier}"));
    }
    let link = match row.kind.as_str() {
        "sale" | "void" if row.sale.is_some() => format!("/penjualan/{}", row.reference),
        "receipt" if row.delivery => format!("/kiriman/{}", row.reference),
        "receipt" if row.supplier.is_some() => format!("/barang-masuk/{}", row.reference),
        _ => String::new(),
    };
    Movement {
        what: told,
        link,
        quantity: signed(row.quantity, unit, language),
        left: row.quantity < Quantity::ZERO,
        when: when(pages, &row.at, language),
        by: actor(&row.by, language),
        note: row.note.clone(),
    }
}
