//! Production: what each line should make and why, and the runs that are planned.

pub(super) mod buying;
mod figures;
mod plan;
mod texts;
mod view;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use uuid::Uuid;

use super::Pages;
use crate::error::{Error, Result};
use crate::hub::production::plans::{Made, NewPlan};
use crate::web::Language;
use crate::web::layout::{Frame, asset, page};
use texts::ProductionTexts;
use view::{LineView, PlanView};

/// Production, for owners and dispatchers.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/produksi", get(show).post(create))
        .route("/produksi/jalur", get(figures::new))
        .route(
            "/produksi/jalur/{line}",
            get(figures::show).post(figures::save),
        )
        .route("/produksi/rencana/{id}", get(plan::show))
        .route("/produksi/rencana/{id}/lembar", get(plan::sheet))
        .route("/produksi/rencana/{id}/setujui", post(plan::confirm))
        .route("/produksi/rencana/{id}/mulai", post(plan::start))
        .route("/produksi/rencana/{id}/selesai", post(plan::finish))
        .route("/produksi/rencana/{id}/batal", post(plan::cancel))
        .route("/produksi/rencana/{id}/kembalikan", post(plan::take_back))
        .route("/produksi/rencana/{id}/belanja", post(buying::order))
        .route(
            "/assets/production.css",
            get(async || asset("text/css", include_str!("../../assets/production.css"))),
        )
}

/// What the menu calls it.
pub(super) fn menu_label(language: Language) -> &'static str {
    ProductionTexts::of(language).production
}

#[derive(Template)]
#[template(path = "hub/web/templates/production.html")]
struct Production {
    frame: Frame,
    texts: &'static ProductionTexts,
    lines: Vec<LineView>,
    plans: Vec<PlanView>,
}

/// The frame of a page of production.
fn frame(pages: &Pages, language: Language, title: &str, path: String) -> Frame {
    let mut frame = pages.frame(language, title, "/produksi");
    frame.path = path;
    frame.styles.push("/assets/production.css");
    frame
}

async fn show(State(pages): State<Pages>, language: Language) -> Response {
    match overview(&pages, language).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn overview(pages: &Pages, language: Language) -> Result<Production> {
    let texts = ProductionTexts::of(language);
    let reports = pages.hub.production(pages.hub.today()).await?;
    let plans = pages.hub.production_plans(None, None).await?;
    Ok(Production {
        frame: frame(pages, language, texts.production, "/produksi".to_owned()),
        texts,
        lines: reports
            .iter()
            .map(|report| LineView::of(report, language))
            .collect(),
        plans: plans
            .iter()
            .take(20)
            .map(|plan| PlanView::of(plan, language))
            .collect(),
    })
}

#[derive(Deserialize)]
struct CreateForm {
    id: Uuid,
    line: String,
}

/// Plans the next run of a line. The form's identity makes it one run, however often it is sent.
async fn create(
    State(pages): State<Pages>,
    language: Language,
    Form(form): Form<CreateForm>,
) -> Response {
    let new = NewPlan {
        id: Some(form.id),
        line: form.line,
        run_on: None,
        lines: None,
    };
    match pages.hub.create_production_plan(&pages.actor(), new).await {
        Ok(Made::Created(plan) | Made::Repeated(plan)) => {
            Redirect::to(&format!("/produksi/rencana/{}", plan.id)).into_response()
        }
        Err(error) => pages.message(language, error, "/produksi"),
    }
}

/// A fault of a field that a person typed into.
fn mistyped(field: &str, language: Language) -> Error {
    Error::invalid(field, ProductionTexts::of(language).not_a_number)
}
