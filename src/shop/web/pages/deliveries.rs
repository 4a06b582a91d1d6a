//! Barang datang: what the distributor announced, and taking in what really came.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, in_unit};
use crate::error::{Error, Result};
use crate::model::Quantity;
use crate::shop::deliveries::{DeliveryQuery, DeliveryReceipt, ReceiptLine};
use crate::shop::outcome::Outcome;
use crate::shop::store::deliveries::Delivery;
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

/// A delivery in a list.
pub(super) struct Summary {
    pub id: String,
    pub summary: String,
    pub state: &'static str,
    pub class: &'static str,
    pub expected: String,
}

#[derive(Template)]
#[template(path = "shop/web/templates/deliveries.html")]
struct Deliveries {
    frame: Frame,
    texts: &'static Texts,
    deliveries: Vec<Summary>,
}

#[derive(Template)]
#[template(path = "shop/web/templates/delivery.html")]
struct DeliveryPage {
    frame: Frame,
    texts: &'static Texts,
    id: String,
    state: &'static str,
    class: &'static str,
    expected: String,
    can_receive: bool,
    lines: Vec<Line>,
}

struct Line {
    sku: String,
    name: String,
    unit: String,
    quantity: String,
    /// The same without marks between thousands, for the field.
    value: String,
    came: String,
    damaged: String,
}

/// It may still come.
pub(super) fn is_open(delivery: &Delivery) -> bool {
    matches!(delivery.state.as_str(), "announced" | "dispatched")
}

pub(super) fn summary(delivery: &Delivery, language: Language) -> Summary {
    let names: Vec<&str> = delivery
        .lines
        .iter()
        .take(3)
        .map(|line| line.name.as_str())
        .collect();
    let more = delivery.lines.len().saturating_sub(names.len());
    let mut summary = names.join(", ");
    if more > 0 {
        summary.push_str(&format!(" + {more}"));
    }
    let (state, class) = state(delivery, language);
    let expected = date(delivery.expected_on, language);
    Summary {
        id: delivery.id.clone(),
        summary,
        state,
        class,
        expected,
    }
}

fn state(delivery: &Delivery, language: Language) -> (&'static str, &'static str) {
    let texts = Texts::of(language);
    match delivery.state.as_str() {
        "announced" => (texts.announced, "along"),
        "dispatched" => (texts.dispatched, "along"),
        "received" => (texts.received, "good"),
        _ => (texts.cancelled, "due"),
    }
}

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/kiriman", get(list))
        .route("/kiriman/{id}", get(show).post(receive))
}

async fn list(State(pages): State<Pages>, visitor: Visitor) -> Response {
    let language = visitor.language;
    let texts = Texts::of(language);
    match pages.shop.deliveries(DeliveryQuery::default()).await {
        Ok(deliveries) => page(&Deliveries {
            frame: pages.frame(&visitor, texts.deliveries, "/kiriman"),
            texts,
            deliveries: deliveries
                .iter()
                .map(|delivery| summary(delivery, language))
                .collect(),
        }),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match view(&pages, &visitor, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/kiriman"),
    }
}

async fn find(pages: &Pages, id: &str) -> Result<Delivery> {
    let all = pages.shop.deliveries(DeliveryQuery::default()).await?;
    all.into_iter()
        .find(|delivery| delivery.id == id)
        .ok_or_else(|| Error::NotFound(format!("there is no delivery {id}")))
}

/// The unit in which the shop speaks of a product; pieces for one that it does not have yet.
async fn unit_of(pages: &Pages, sku: &str) -> Result<(String, i64)> {
    match pages.shop.product(sku).await {
        Ok(product) => Ok((product.unit.clone(), product.main_factor())),
        Err(Error::NotFound(_)) => Ok((String::new(), 1)),
        Err(error) => Err(error),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, id: &str) -> Result<DeliveryPage> {
    let language = visitor.language;
    let texts = Texts::of(language);
    let delivery = find(pages, id).await?;
    let mut lines = Vec::with_capacity(delivery.lines.len());
    for line in &delivery.lines {
        let (unit, factor) = unit_of(pages, line.sku.as_str()).await?;
        let told = |quantity: Option<Quantity>| {
            quantity
                .map(|quantity| in_unit(quantity, factor, language))
                .unwrap_or_default()
        };
        lines.push(Line {
            sku: line.sku.to_string(),
            name: line.name.clone(),
            quantity: in_unit(line.quantity, factor, language),
            value: line.quantity.in_unit(factor),
            came: told(line.received),
            damaged: told(line.damaged),
            unit,
        });
    }
    let (state, class) = state(&delivery, language);
    Ok(DeliveryPage {
        frame: Frame {
            path: format!("/kiriman/{id}"),
            ..pages.frame(visitor, texts.deliveries, "/kiriman")
        },
        texts,
        id: delivery.id.clone(),
        state,
        class,
        expected: date(delivery.expected_on, language),
        can_receive: is_open(&delivery),
        lines,
    })
}

pub(super) async fn receive(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Response {
    let back = format!("/kiriman/{id}");
    let received = async {
        let receipt = read(&pages, &fields).await?;
        pages.shop.receive_delivery(&id, receipt).await
    };
    match received.await {
        Ok(Outcome::Recorded(_) | Outcome::Already(_)) => Redirect::to(&back).into_response(),
        Ok(Outcome::Conflict(why)) => pages.message(&visitor, Error::Conflict(why), &back),
        Err(error) => pages.message(&visitor, error, &back),
    }
}

/// Fields `came.SKU` and `damaged.SKU`, in the unit that the page showed.
async fn read(pages: &Pages, fields: &BTreeMap<String, String>) -> Result<DeliveryReceipt> {
    let mut lines = Vec::new();
    for (field, text) in fields {
        let Some(sku) = field.strip_prefix("came.") else {
            continue;
        };
        let (_, factor) = unit_of(pages, sku).await?;
        let quantity = |field: &str, text: &str| {
            Quantity::parse(if text.trim().is_empty() { "0" } else { text }, factor)
                .map_err(|error| Error::invalid(field, error.to_string()))
        };
        let damaged = format!("damaged.{sku}");
        let damaged_text = fields.get(&damaged).map_or("0", String::as_str);
        lines.push(ReceiptLine {
            sku: sku.to_owned(),
            received: quantity(field, text)?.0,
            damaged: quantity(&damaged, damaged_text)?.0,
        });
    }
    Ok(DeliveryReceipt { lines })
}
