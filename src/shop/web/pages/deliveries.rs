//! Barang datang: what the distributor announced, and taking in what really came.

use askama::Template;
use axum::Form;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::NaiveDate;

use super::Pages;
use super::counting::texts::PurchaseTexts;
use super::stockroom::{
    Fields, frame, in_field, signed, spoken, told_factor, unit_name, wrong_fields,
};
use super::taken_back::{self, TakenBackTexts};
use super::texts::Texts;
use super::visitor::Visitor;
use crate::error::{Error, Faults, Result};
use crate::model::{BaseUnit, Quantity, Sku};
use crate::shop::deliveries::{DeliveryQuery, DeliveryReceipt, ReceiptLine};
use crate::shop::figure::Figure;
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
    words: &'static TakenBackTexts,
    deliveries: Vec<Summary>,
    taken_back: Vec<taken_back::Card>,
}

#[derive(Template)]
#[template(path = "shop/web/templates/delivery.html")]
struct DeliveryPage {
    frame: Frame,
    texts: &'static Texts,
    words: &'static PurchaseTexts,
    id: String,
    state: &'static str,
    class: &'static str,
    expected: String,
    why: String,
    can_receive: bool,
    lines: Vec<Line>,
}

/// One product of a delivery, whatever the number of its dates.
struct Line {
    sku: String,
    name: String,
    quantity: String,
    /// `20 bungkus, Sabtu, 20 Mar 2027` of each date.
    dates: Vec<String>,
    /// Base units in what the fields are in, and its name.
    factor: i64,
    unit: String,
    /// What the fields hold, without marks between thousands.
    came: String,
    damaged: String,
    /// What came, once it has.
    told_came: String,
    told_damaged: String,
    /// What usable goods are more than announced, or less; empty when it agrees.
    difference: String,
    wrong: bool,
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
    let found = async {
        let deliveries = pages.shop.deliveries(DeliveryQuery::default()).await?;
        Ok::<_, Error>((deliveries, taken_back::cards(&pages, language).await?))
    };
    match found.await {
        Ok((deliveries, taken_back)) => page(&Deliveries {
            frame: pages.frame(&visitor, texts.deliveries, "/kiriman"),
            texts,
            words: TakenBackTexts::of(language),
            taken_back,
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
    match view(&pages, &visitor, &id, &Fields::new(), &[]).await {
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

/// The unit in which the shop speaks of a product, and what its stock counts; pieces for one that it does not have yet.
pub(super) async fn unit_of(pages: &Pages, sku: &str) -> Result<((String, i64), BaseUnit)> {
    match pages.shop.product(sku).await {
        Ok(product) => Ok((
            (product.unit.clone(), product.main_factor()),
            product.base_unit,
        )),
        Err(Error::NotFound(_)) => Ok(((String::new(), 1), BaseUnit::Piece)),
        Err(error) => Err(error),
    }
}

/// The lines of one product put together.
struct Sum {
    sku: Sku,
    name: String,
    quantity: Quantity,
    dates: Vec<(Quantity, NaiveDate)>,
    received: Option<Quantity>,
    damaged: Option<Quantity>,
}

fn by_product(delivery: &Delivery) -> Vec<Sum> {
    let mut sums: Vec<Sum> = Vec::new();
    for line in &delivery.lines {
        let place = sums.iter().position(|sum| sum.sku == line.sku);
        let place = place.unwrap_or_else(|| {
            sums.push(Sum {
                sku: line.sku.clone(),
                name: line.name.clone(),
                quantity: Quantity::ZERO,
                dates: Vec::new(),
                received: None,
                damaged: None,
            });
            sums.len() - 1
        });
        let Some(sum) = sums.get_mut(place) else {
            continue;
        };
        let add = |to: Option<Quantity>, more: Option<Quantity>| match (to, more) {
            (Some(to), Some(more)) => Some(to + more),
            (to, more) => to.or(more),
        };
        sum.quantity += line.quantity;
        sum.dates
            .extend(line.expires.map(|day| (line.quantity, day)));
        sum.received = add(sum.received, line.received);
        sum.damaged = add(sum.damaged, line.damaged);
    }
    sums
}

async fn view(
    pages: &Pages,
    visitor: &Visitor,
    id: &str,
    typed: &Fields,
    wrong: &[String],
) -> Result<DeliveryPage> {
    let language = visitor.language;
    let texts = Texts::of(language);
    let delivery = find(pages, id).await?;
    let mut lines = Vec::with_capacity(delivery.lines.len());
    for sum in by_product(&delivery) {
        let (unit, _) = unit_of(pages, sum.sku.as_str()).await?;
        let told = |quantity: Option<Quantity>| {
            quantity
                .filter(|quantity| *quantity != Quantity::ZERO)
                .map(|quantity| spoken(quantity, &unit, language))
                .unwrap_or_default()
        };
        let usable = sum
            .received
            .map(|came| came - sum.damaged.unwrap_or_default());
        let difference = usable
            .map(|usable| usable - sum.quantity)
            .unwrap_or_default();
        let field = |name: &str, usual: String| {
            let typed = typed.get(&format!("{name}.{}", sum.sku)).cloned();
            typed.unwrap_or(usual)
        };
        let (announced, exact) = in_field(sum.quantity, unit.1, language);
        let factor = told_factor(typed, &format!("factor.{}", sum.sku), exact);
        lines.push(Line {
            factor,
            unit: unit_name(&unit, factor, texts),
            quantity: spoken(sum.quantity, &unit, language),
            dates: sum
                .dates
                .iter()
                .map(|(quantity, day)| {
                    format!(
                        "{}, {}",
                        spoken(*quantity, &unit, language),
                        date(*day, language)
                    )
                })
                .collect(),
            came: field("came", announced),
            damaged: field("damaged", "0".to_owned()),
            told_came: sum
                .received
                .map(|came| spoken(came, &unit, language))
                .unwrap_or_default(),
            told_damaged: told(sum.damaged),
            difference: if difference == Quantity::ZERO {
                String::new()
            } else {
                signed(difference, &unit, language)
            },
            wrong: wrong
                .iter()
                .any(|field| field.ends_with(&format!(".{}", sum.sku))),
            sku: sum.sku.to_string(),
            name: sum.name,
        });
    }
    let (state, class) = state(&delivery, language);
    let path = format!("/kiriman/{id}");
    Ok(DeliveryPage {
        frame: frame(pages, visitor, texts.deliveries, "/kiriman", &path),
        texts,
        words: PurchaseTexts::of(language),
        id: delivery.id.clone(),
        state,
        class,
        expected: date(delivery.expected_on, language),
        why: delivery.cancel_reason.clone(),
        can_receive: is_open(&delivery),
        lines,
    })
}

pub(super) async fn receive(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let back = format!("/kiriman/{id}");
    let received = async {
        let receipt = read(&pages, &fields, visitor.language).await?;
        pages.shop.receive_delivery(&id, receipt).await?.kept()
    };
    let Err(error) = received.await else {
        return Redirect::to(&back).into_response();
    };
    let wrong = match wrong_fields(error) {
        Ok(wrong) => wrong,
        Err(error) => return pages.message(&visitor, error, &back),
    };
    match view(&pages, &visitor, &id, &fields, &wrong).await {
        Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
        Err(error) => pages.message(&visitor, error, &back),
    }
}

/// Fields `came.SKU` and `damaged.SKU`, in units of `factor.SKU` base units as the page showed them.
async fn read(pages: &Pages, fields: &Fields, language: Language) -> Result<DeliveryReceipt> {
    let mut faults = Faults::default();
    let mut lines = Vec::new();
    for (field, text) in fields {
        let Some(sku) = field.strip_prefix("came.") else {
            continue;
        };
        let ((_, usual), base) = unit_of(pages, sku).await?;
        let factor = told_factor(fields, &format!("factor.{sku}"), usual);
        let quantity = |text: &str| {
            let text = if text.trim().is_empty() { "0" } else { text };
            match Figure::typed(text, language).with_parts(base, factor)? {
                quantity if quantity >= Quantity::ZERO => Ok(quantity),
                _ => Err("must be 0 or more".to_owned()),
            }
        };
        let damaged_field = format!("damaged.{sku}");
        let came = faults.note(field, quantity(text));
        let damaged = fields.get(&damaged_field).map_or("0", String::as_str);
        let damaged = faults.note(&damaged_field, quantity(damaged));
        let (Some(came), Some(damaged)) = (came, damaged) else {
            continue;
        };
        if damaged > came {
            faults.add(damaged_field, "is more than came");
        }
        lines.push(ReceiptLine {
            sku: sku.to_owned(),
            received: came.0,
            damaged: damaged.0,
        });
    }
    faults.into_result()?;
    Ok(DeliveryReceipt { lines })
}
