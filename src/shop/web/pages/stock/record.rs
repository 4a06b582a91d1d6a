//! Goods that left without being sold.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::Pages;
use super::super::stockroom::{Fields, field, frame, fresh_id, spoken, wrong_fields};
use super::super::texts::Texts;
use super::super::visitor::Visitor;
use super::texts::StockTexts;
use crate::error::{Error, Result};
use crate::model::{AdjustmentReason, Quantity};
use crate::shop::figure::Figure;
use crate::shop::outcome::Outcome;
use crate::shop::products::ProductQuery;
use crate::shop::stock::AdjustmentRequest;
use crate::web::layout::{Frame, date, page};
use crate::web::{Language, encoded};

/// Reasons as the form sends them, in the order of the buttons.
const REASONS: [AdjustmentReason; 4] = [
    AdjustmentReason::Waste,
    AdjustmentReason::Expired,
    AdjustmentReason::OwnUse,
    AdjustmentReason::Return,
];

#[derive(Template)]
#[template(path = "shop/web/templates/stock_record.html")]
struct Record {
    frame: Frame,
    texts: &'static Texts,
    words: &'static StockTexts,
    /// The product, once it is chosen.
    chosen: Option<Chosen>,
    query: String,
    found: Vec<(String, String)>,
    searched: bool,
}

struct Chosen {
    id: String,
    sku: String,
    name: String,
    on_hand: String,
    reasons: Vec<(&'static str, &'static str, bool)>,
    quantity: String,
    units: Vec<(String, bool)>,
    lots: Vec<(String, String, bool)>,
    note: String,
    /// What leaves, where that is to be asked about.
    asked: String,
    wrong: Vec<String>,
}

impl Chosen {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong == field)
    }
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    sku: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    alasan: String,
    #[serde(default)]
    dari: String,
}

pub(super) async fn ask(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Response {
    let fields: Fields = [
        ("id", fresh_id()),
        ("sku", which.sku),
        ("reason", which.alasan),
        ("expires", which.dari),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    match view(&pages, &visitor, &fields, which.q, Vec::new()).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/stok/catat"),
    }
}

async fn view(
    pages: &Pages,
    visitor: &Visitor,
    fields: &Fields,
    query: String,
    wrong: Vec<String>,
) -> Result<Record> {
    let language = visitor.language;
    let (texts, words) = (Texts::of(language), StockTexts::of(language));
    let mut found = Vec::new();
    let mut sku = field(fields, "sku").to_owned();
    let query = query.trim().to_owned();
    if sku.is_empty() && !query.is_empty() {
        let wanted = ProductQuery {
            q: Some(query.clone()),
            limit: Some(20),
            active: Some(true),
            ..ProductQuery::default()
        };
        let products = pages.shop.find_products(wanted).await?.items;
        if let [only] = &products[..] {
            sku = only.sku.to_string();
        }
        found = products
            .into_iter()
            .map(|product| (product.sku.to_string(), product.name))
            .collect();
    }
    let chosen = if sku.is_empty() {
        None
    } else {
        Some(chosen(pages, visitor, fields, &sku, wrong).await?)
    };
    Ok(Record {
        frame: frame(pages, visitor, words.record_title, "/stok", "/stok/catat"),
        texts,
        words,
        searched: !query.is_empty(),
        query,
        found,
        chosen,
    })
}

async fn chosen(
    pages: &Pages,
    visitor: &Visitor,
    fields: &Fields,
    sku: &str,
    wrong: Vec<String>,
) -> Result<Chosen> {
    let language = visitor.language;
    let words = StockTexts::of(language);
    let stock = pages.shop.product_stock(sku, None).await?;
    let main = (stock.product.unit.clone(), stock.product.main_factor());
    let reason = field(fields, "reason");
    let from = field(fields, "expires");
    let mut lots: Vec<(String, String, bool)> = Vec::new();
    let mut dates: Vec<_> = stock
        .position
        .lots
        .iter()
        .filter_map(|lot| lot.expires)
        .collect();
    dates.dedup();
    for day in dates {
        let there: Quantity = stock
            .position
            .lots
            .iter()
            .filter(|lot| lot.expires == Some(day))
            .map(|lot| lot.quantity)
            .sum();
        let told = format!(
            "{} ({})",
            date(day, language),
            spoken(there, &main, language)
        );
        lots.push((day.to_string(), told, day.to_string() == from));
    }
    let label = |reason| match reason {
        AdjustmentReason::Waste => words.moved_waste,
        AdjustmentReason::Expired => words.moved_expired,
        AdjustmentReason::OwnUse => words.moved_own_use,
        _ => words.moved_return,
    };
    let unit = match field(fields, "unit") {
        "" => main.0.as_str(),
        unit => unit,
    };
    Ok(Chosen {
        id: field(fields, "id").to_owned(),
        sku: sku.to_owned(),
        on_hand: spoken(stock.position.on_hand, &main, language),
        reasons: REASONS
            .iter()
            .map(|known| (known.as_str(), label(*known), known.as_str() == reason))
            .collect(),
        quantity: fields.get("quantity").cloned().unwrap_or_default(),
        units: stock
            .product
            .units
            .iter()
            .map(|known| (known.name.clone(), known.name == unit))
            .collect(),
        lots,
        note: field(fields, "note").to_owned(),
        asked: asked(fields),
        name: stock.product.name,
        wrong,
    })
}

pub(super) async fn save(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Response {
    let by = visitor.person.name.clone();
    let saved = match request(&fields, visitor.language) {
        Ok(request) => {
            // She is sure of the figure that she was asked about, and of no other.
            let sure = field(&fields, "sure") == asked(&fields);
            pages.shop.adjust_stock_seen(request, &by, sure).await
        }
        Err(error) => Err(error),
    };
    let sku = field(&fields, "sku").to_owned();
    let error = match saved.and_then(Outcome::kept) {
        Ok(done) => {
            return Redirect::to(&product_path(done.sku.as_str(), "keluar")).into_response();
        }
        Err(error) => error,
    };
    let wrong = match wrong_fields(error) {
        Ok(wrong) if !wrong.iter().any(|wrong| wrong == "sku" || wrong == "id") => wrong,
        Ok(wrong) => {
            let error = Error::NotFound(format!("{} {sku:?}", wrong.join(", ")));
            return pages.message(&visitor, error, "/stok/catat");
        }
        Err(error) => return pages.message(&visitor, error, "/stok/catat"),
    };
    match view(&pages, &visitor, &fields, String::new(), wrong).await {
        Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
        Err(error) => pages.message(&visitor, error, "/stok/catat"),
    }
}

/// What she is asked about when more leaves than the book has.
fn asked(fields: &Fields) -> String {
    format!("{} {}", field(fields, "quantity"), field(fields, "unit"))
        .trim()
        .to_owned()
}

fn request(fields: &Fields, language: Language) -> Result<AdjustmentRequest> {
    let reason = REASONS
        .into_iter()
        .find(|reason| reason.as_str() == field(fields, "reason"))
        .ok_or_else(|| Error::invalid("reason", "must be chosen"))?;
    let expires = match field(fields, "expires") {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Error::invalid("expires", "is no date"))?,
        ),
    };
    Ok(AdjustmentRequest {
        id: Some(field(fields, "id").to_owned()),
        sku: field(fields, "sku").to_owned(),
        quantity: Figure::typed(field(fields, "quantity"), language),
        reason,
        unit: Some(field(fields, "unit").to_owned()).filter(|unit| !unit.is_empty()),
        expires,
        note: Some(field(fields, "note").to_owned()),
    })
}

/// A product's page that says what was just recorded.
pub(super) fn product_path(sku: &str, recorded: &str) -> String {
    format!("/stok/{}?tercatat={recorded}", encoded(sku))
}
