//! The list of orders.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Tab, Texts, day, frame, phase_class, rupiah, tabs};
use crate::error::Result;
use crate::hub::orders::MOST_ORDERS;
use crate::hub::store::orders::{OrderFilter, OrderPhase};
use crate::hub::web::pages::Pages;
use crate::web::Language;
use crate::web::layout::{Frame, page};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    tahap: String,
    #[serde(default)]
    nomor: String,
    #[serde(default)]
    sebelum: String,
}

#[derive(Template)]
#[template(path = "hub/web/templates/orders/list.html")]
struct List {
    frame: Frame,
    texts: &'static Texts,
    tabs: Vec<Tab>,
    phases: Vec<Choice>,
    phase: String,
    orders: Vec<Row>,
    more: Option<String>,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

struct Row {
    id: String,
    number: String,
    customer: String,
    phase: &'static str,
    class: &'static str,
    placed: String,
    value: String,
    what: String,
    waits: bool,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    match view(&pages, language, &asked).await {
        // Whoever typed the number of one order wants that one.
        Ok(view) if !asked.nomor.trim().is_empty() && view.orders.len() == 1 => {
            Redirect::to(&format!("/pesanan/{}", view.orders[0].id)).into_response()
        }
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/pesanan"),
    }
}

async fn view(pages: &Pages, language: Language, asked: &Asked) -> Result<List> {
    let texts = Texts::of(language);
    let phase = OrderPhase::parse(&asked.tahap);
    let before = match asked.sebelum.as_str() {
        "" => None,
        id => {
            let order = pages.hub.order(id).await?.order;
            Some((order.placed_at, order.id))
        }
    };
    let filter = OrderFilter {
        phase,
        number: Some(asked.nomor.trim().to_uppercase()).filter(|text| !text.is_empty()),
        before,
        ..OrderFilter::default()
    };
    let found = pages.hub.orders(filter).await?;
    let more = (found.len() as i64 == MOST_ORDERS)
        .then(|| found.last().map(|(order, _)| order.id.clone()))
        .flatten();
    let orders = found
        .into_iter()
        .map(|(order, customer)| {
            let names: Vec<&str> = order
                .lines
                .iter()
                .take(3)
                .map(|line| line.name.as_str())
                .collect();
            let rest = order.lines.len().saturating_sub(names.len());
            let mut what = names.join(", ");
            if rest > 0 {
                what.push_str(&format!(" +{rest}"));
            }
            Row {
                phase: texts.phase(order.phase),
                class: phase_class(order.phase),
                placed: day(pages.hub.day_of(order.placed_at), language),
                value: rupiah(order.value(), language),
                waits: order.confirmed_at.is_some()
                    && order.lines.iter().any(|line| line.backordered.0 > 0),
                customer: customer.name,
                number: order.number,
                id: order.id,
                what,
            }
        })
        .collect();
    let phases = OrderPhase::ALL
        .into_iter()
        .map(|choice| Choice {
            value: choice.as_str(),
            label: texts.phase(choice),
            chosen: phase == Some(choice),
        })
        .collect();
    Ok(List {
        frame: frame(pages, language, texts.orders, "/pesanan"),
        texts,
        tabs: tabs(texts, "/pesanan"),
        phases,
        phase: phase.map(OrderPhase::as_str).unwrap_or_default().to_owned(),
        orders,
        more,
    })
}
