//! Carts that wait: put aside, found again, emptied.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::texts::TillTexts;
use super::{Asker, Pages, Visitor};
use crate::shop::web::pages::money;
use crate::web::layout::{self, Frame, page};

#[derive(Template)]
#[template(path = "shop/web/templates/till_held.html")]
struct Held {
    frame: Frame,
    texts: &'static TillTexts,
    carts: Vec<Waiting>,
}

struct Waiting {
    id: String,
    label: String,
    names: String,
    due: String,
    when: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct HoldForm {
    #[serde(default)]
    label: String,
}

pub(super) async fn hold(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<HoldForm>,
) -> Response {
    match pages.shop.hold_cart(&id, &form.label).await {
        Ok(()) => Redirect::to("/kasir").into_response(),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

pub(super) async fn resume(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    match pages.shop.resume_cart(&id, &asker.till).await {
        Ok(()) => asker.answer(Redirect::to("/kasir")),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

pub(super) async fn empty(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Response {
    match pages.shop.drop_cart(&id, &visitor.person).await {
        Ok(()) => Redirect::to("/kasir").into_response(),
        Err(error) => pages.message(&visitor, error, "/kasir"),
    }
}

pub(super) async fn held(
    State(pages): State<Pages>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let asker = match Asker::of(visitor.clone(), &headers) {
        Ok(asker) => asker,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let texts = asker.texts();
    let carts = match pages.shop.waiting_carts(&asker.till).await {
        Ok(carts) => carts,
        Err(error) => return pages.message(&visitor, error, "/kasir"),
    };
    let language = visitor.language;
    let timezone = pages.shop.info().timezone;
    let held = Held {
        frame: pages.frame(&visitor, texts.held, "/kasir"),
        texts,
        carts: carts
            .into_iter()
            .map(|cart| Waiting {
                due: money(cart.due, language),
                names: cart
                    .lines
                    .iter()
                    .map(|line| line.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                when: chrono::DateTime::parse_from_rfc3339(&cart.changed_at)
                    .map(|moment| moment.with_timezone(&timezone).naive_local())
                    .map(|local| layout::moment(local, language))
                    .unwrap_or_default(),
                label: cart.label,
                id: cart.id,
            })
            .collect(),
    };
    asker.answer(page(&held))
}
