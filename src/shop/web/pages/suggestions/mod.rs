//! Saran kulakan: what to buy, how many packs, why, what it costs; today's money; and what is coming anyway.

mod basket;
mod settings;
pub(super) mod texts;
mod view;
mod why;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::visitor::Visitor;
use super::{Pages, amount};
use crate::error::{Error, Result};
use crate::plan::PlanLanguage;
use crate::web::layout::{asset, page};
use crate::web::{Language, encoded};

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route("/saran", get(show))
        .route("/hitung", post(compute))
        .route("/saran/anggaran", post(set_budget))
        .route("/saran/jumlah", post(choose))
        .route("/saran/beli", post(basket::tick))
        .route("/saran/belanja", get(basket::show))
        .route("/saran/unduh/{file}", get(download))
        .route("/saran/kenapa/{sku}", get(why::show))
        .route(
            "/pengaturan/belanja",
            get(settings::ask).post(settings::save),
        )
        .route(
            "/assets/shopping.css",
            get(async || asset("text/css", include_str!("../../assets/shopping.css"))),
        )
        .route(
            "/assets/shopping.js",
            get(async || asset("text/javascript", include_str!("../../assets/shopping.js"))),
        )
}

/// Which plan.
#[derive(Deserialize)]
pub(super) struct Which {
    /// A plan that was just computed, in place of the night's.
    #[serde(default)]
    saran: Option<String>,
}

/// A budget that was typed and could not be read.
struct WrongBudget {
    typed: String,
    message: &'static str,
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Response {
    match view::of(&pages, &visitor, which.saran, None).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

#[derive(Deserialize)]
pub(super) struct Compute {
    /// Keep it as the plan of today: last night made none.
    #[serde(default)]
    simpan: Option<String>,
}

/// Plans from the figures of this moment; the night's own plan stays as it is.
async fn compute(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<Compute>,
) -> Response {
    let planned = if form.simpan.is_some() {
        pages.shop.plan_and_save(None).await
    } else {
        pages.shop.plan_now(None).await
    };
    match planned {
        Ok(plan) if plan.saved => Redirect::to("/saran").into_response(),
        Ok(plan) => Redirect::to(&format!("/saran?saran={}", plan.id)).into_response(),
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

#[derive(Deserialize)]
struct BudgetForm {
    saran: String,
    #[serde(default)]
    anggaran: String,
    /// As much as it takes, whatever stands in the field.
    #[serde(default)]
    tanpa: Option<String>,
}

async fn set_budget(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<BudgetForm>,
) -> Response {
    let texts = texts::BuyTexts::of(visitor.language);
    let budget = if form.tanpa.is_some() || form.anggaran.trim().is_empty() {
        None
    } else {
        let Some(money) = amount::parse(&form.anggaran) else {
            let wrong = WrongBudget {
                typed: form.anggaran,
                message: texts.budget_wrong,
            };
            return match view::of(&pages, &visitor, Some(form.saran), Some(wrong)).await {
                Ok(view) => (StatusCode::UNPROCESSABLE_ENTITY, page(&view)).into_response(),
                Err(error) => pages.message(&visitor, error, "/saran"),
            };
        };
        Some(money)
    };
    let by = &visitor.person.name;
    match pages
        .shop
        .set_shopping_budget(&form.saran, budget, by)
        .await
    {
        Ok(()) => Redirect::to(&link(&pages, "/saran", &form.saran, "").await).into_response(),
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

#[derive(Deserialize)]
struct AmountForm {
    saran: String,
    sku: String,
    #[serde(default)]
    jumlah: String,
    /// A button's own number, in place of the field; empty for as suggested.
    #[serde(default)]
    jadi: Option<String>,
}

async fn choose(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<AmountForm>,
) -> Response {
    let chosen = async {
        let text = form.jadi.as_deref().unwrap_or(&form.jumlah);
        let packs = packs(text, visitor.language)?;
        let by = &visitor.person.name;
        pages
            .shop
            .choose_packs(&form.saran, &form.sku, packs, by)
            .await
    };
    match chosen.await {
        Ok(()) => {
            let back = link(&pages, "/saran", &form.saran, &form.sku).await;
            Redirect::to(&back).into_response()
        }
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

async fn download(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(file): Path<String>,
    Query(which): Query<Which>,
) -> Response {
    let made = async {
        let (name, kind) = crate::shop::web::table::asked(&file)?;
        if name != "saran" {
            return Err(Error::NotFound(format!("there is no file {file:?}")));
        }
        let list = pages.shop.shopping_list(which.saran.as_deref()).await?;
        crate::shop::web::table::download(&view::table(&list, visitor.language), kind)
    };
    match made.await {
        Ok(file) => file,
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

/// Where to go back to: the night's plan needs no name, so that tomorrow the same link shows tomorrow's.
async fn link(pages: &Pages, path: &str, plan_id: &str, sku: &str) -> String {
    let latest = pages.shop.latest_saved_plan_id().await.ok().flatten();
    let which = if latest.as_deref() == Some(plan_id) {
        String::new()
    } else {
        format!("?saran={}", encoded(plan_id))
    };
    let place = if sku.is_empty() {
        String::new()
    } else {
        format!("#{}", encoded(sku))
    };
    format!("{path}{which}{place}")
}

/// A number of packs; nothing for as many as suggested.
fn packs(text: &str, language: Language) -> Result<Option<i64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = texts::BuyTexts::of(language);
    text.parse()
        .map(Some)
        .map_err(|_| Error::invalid(wrong.amount, wrong.amount_wrong))
}

/// The planner's name of the language.
fn spoken(language: Language) -> PlanLanguage {
    match language {
        Language::Indonesian => PlanLanguage::Indonesian,
        Language::English => PlanLanguage::English,
    }
}
