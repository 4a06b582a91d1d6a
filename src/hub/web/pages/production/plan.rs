//! A planned run: its steps, what came out, and the sheet to print.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;

use super::buying::{self, BuyingView};
use super::texts::ProductionTexts;
use super::view::{PlanView, whole};
use super::{Pages, frame, mistyped};
use crate::error::{Error, Result};
use crate::hub::production::plans::{LineRequest, MadeRequest, Outcome, Step};
use crate::hub::store::production_plans::{PlanState, ProductionPlan};
use crate::model::{Quantity, Sku};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, page};

#[derive(Template)]
#[template(path = "hub/web/templates/production_plan.html")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says whether a part of the page is there"
)]
struct Plan {
    frame: Frame,
    texts: &'static ProductionTexts,
    plan: PlanView,
    version: i64,
    reason: String,
    lines: Vec<LineView>,
    materials: Vec<MaterialView>,
    can_confirm: bool,
    can_start: bool,
    can_finish: bool,
    can_cancel: bool,
    can_take_back: bool,
    /// Whether the material will be there, while the run is not over.
    buying: Option<BuyingView>,
}

#[derive(Template)]
#[template(path = "hub/web/templates/production_sheet.html")]
struct Sheet {
    frame: Frame,
    texts: &'static ProductionTexts,
    plan: PlanView,
    lines: Vec<LineView>,
    materials: Vec<MaterialView>,
    routes: Vec<RouteView>,
}

struct LineView {
    sku: String,
    name: String,
    lot: String,
    quantity: String,
    quantity_typed: String,
    made: String,
    rejected: String,
    expires: String,
    expires_iso: String,
}

struct MaterialView {
    sku: String,
    name: String,
    unit: String,
    planned: String,
    planned_typed: String,
    used: String,
}

struct RouteView {
    name: String,
    lines: Vec<(String, String)>,
}

/// The unit that each material is spoken of in, and base units in that.
pub(super) type Units = BTreeMap<Sku, (String, i64)>;

async fn units(pages: &Pages) -> Result<Units> {
    let materials = pages.hub.production_materials().await?;
    Ok(materials
        .into_iter()
        .map(|material| (material.sku, (material.unit, material.unit_factor)))
        .collect())
}

fn lines(plan: &ProductionPlan, language: Language) -> Vec<LineView> {
    let told = |quantity: Option<Quantity>| {
        quantity
            .map(|quantity| whole(quantity.0, language))
            .unwrap_or_default()
    };
    plan.lines
        .iter()
        .map(|line| LineView {
            sku: line.sku.to_string(),
            name: line.name.clone(),
            lot: whole(line.lot.0, language),
            quantity: whole(line.quantity.0, language),
            quantity_typed: line.quantity.0.to_string(),
            made: told(line.made),
            rejected: told(line.rejected),
            expires: line
                .expires
                .map(|expires| date(expires, language))
                .unwrap_or_default(),
            expires_iso: line
                .expires
                .map(|expires| expires.to_string())
                .unwrap_or_default(),
        })
        .collect()
}

fn materials(plan: &ProductionPlan, units: &Units, language: Language) -> Vec<MaterialView> {
    plan.materials
        .iter()
        .map(|material| {
            let (unit, factor) = units
                .get(&material.sku)
                .cloned()
                .unwrap_or((String::new(), 1));
            let told = |quantity: Quantity| {
                format!("{} {unit}", figure(&quantity.in_unit(factor), language))
            };
            MaterialView {
                sku: material.sku.to_string(),
                name: material.name.clone(),
                planned: told(material.planned),
                planned_typed: material.planned.in_unit(factor),
                used: material.used.map(told).unwrap_or_default(),
                unit,
            }
        })
        .collect()
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let view = async {
        let plan = pages.hub.production_plan(&id).await?;
        let units = units(&pages).await?;
        let path = format!("/produksi/rencana/{}", plan.id);
        Ok(Plan {
            frame: frame(&pages, language, &plan.number, path),
            texts: ProductionTexts::of(language),
            version: plan.version,
            reason: plan.cancel_reason.clone().unwrap_or_default(),
            lines: lines(&plan, language),
            materials: materials(&plan, &units, language),
            can_confirm: plan.state == PlanState::Draft,
            can_start: plan.state == PlanState::Confirmed,
            can_finish: matches!(plan.state, PlanState::Confirmed | PlanState::Started),
            can_cancel: !matches!(plan.state, PlanState::Done | PlanState::Cancelled),
            can_take_back: plan.state == PlanState::Done,
            buying: buying::view(&pages, &plan, &units, language).await?,
            plan: PlanView::of(&plan, language),
        })
    };
    match view.await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/produksi"),
    }
}

pub(super) async fn sheet(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let view = async {
        let plan = pages.hub.production_plan(&id).await?;
        let units = units(&pages).await?;
        let texts = ProductionTexts::of(language);
        let names: BTreeMap<&Sku, &str> = plan
            .lines
            .iter()
            .map(|line| (&line.sku, line.name.as_str()))
            .collect();
        let routes: BTreeSet<&str> = plan
            .routes
            .iter()
            .map(|route| route.route.as_str())
            .collect();
        let routes = routes
            .into_iter()
            .map(|name| RouteView {
                name: name.to_owned(),
                lines: plan
                    .routes
                    .iter()
                    .filter(|route| route.route == name)
                    .map(|route| {
                        let product = names.get(&route.sku).copied().unwrap_or_default();
                        (product.to_owned(), whole(route.quantity.0, language))
                    })
                    .collect(),
            })
            .collect();
        let path = format!("/produksi/rencana/{}/lembar", plan.id);
        let title = format!("{} {}", texts.production, plan.number);
        Ok(Sheet {
            frame: frame(&pages, language, &title, path),
            texts,
            lines: lines(&plan, language),
            materials: materials(&plan, &units, language),
            routes,
            plan: PlanView::of(&plan, language),
        })
    };
    match view.await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/produksi"),
    }
}

/// The fields of a form, whose names hold the code that each is for.
type Fields = Form<Vec<(String, String)>>;

/// The values of the fields `name.CODE` by code; empty ones are left out.
fn of_codes(fields: &[(String, String)], name: &str) -> Result<Vec<(Sku, String)>> {
    fields
        .iter()
        .filter_map(|(field, value)| {
            let code = field.strip_prefix(name)?.strip_prefix('.')?;
            Some((field, code, value.trim()))
        })
        .filter(|(_, _, value)| !value.is_empty())
        .map(|(field, code, value)| {
            let sku = Sku::parse(code).map_err(|error| Error::invalid(field, error.to_string()))?;
            Ok((sku, value.to_owned()))
        })
        .collect()
}

/// A quantity as people write it: `1.500` and `1500` are alike, `0,25` is a quarter of a unit.
fn typed(text: &str, factor: i64, field: &str, language: Language) -> Result<Quantity> {
    super::figures::plain(text)
        .and_then(|plain| Quantity::parse(&plain, factor).ok())
        .ok_or_else(|| mistyped(field, language))
}

pub(super) async fn confirm(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Response {
    let edits = || {
        of_codes(&fields, "buat")?
            .into_iter()
            .map(|(sku, text)| {
                let quantity = typed(&text, 1, sku.as_str(), language)?;
                Ok(LineRequest { sku, quantity })
            })
            .collect::<Result<Vec<_>>>()
    };
    let version = fields
        .iter()
        .find(|(name, _)| name == "version")
        .and_then(|(_, value)| value.parse().ok());
    let step = match edits() {
        Ok(edits) => {
            pages
                .hub
                .confirm_production_plan(&pages.actor(), &id, edits, version)
                .await
        }
        Err(error) => Err(error),
    };
    done(&pages, language, &id, step)
}

pub(super) async fn start(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let step = pages.hub.start_production_plan(&pages.actor(), &id).await;
    done(&pages, language, &id, step)
}

pub(super) async fn finish(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Response {
    let step = match units(&pages)
        .await
        .and_then(|units| outcome(&fields, &units, language))
    {
        Ok(outcome) => {
            pages
                .hub
                .finish_production_plan(&pages.actor(), &id, outcome)
                .await
        }
        Err(error) => Err(error),
    };
    done(&pages, language, &id, step)
}

fn outcome(fields: &[(String, String)], units: &Units, language: Language) -> Result<Outcome> {
    let rejected: BTreeMap<Sku, String> = of_codes(fields, "gagal")?.into_iter().collect();
    let until: BTreeMap<Sku, String> = of_codes(fields, "sampai")?.into_iter().collect();
    let lines = of_codes(fields, "jadi")?
        .into_iter()
        .map(|(sku, text)| {
            let field = sku.as_str();
            let rejected = rejected
                .get(&sku)
                .map_or(Ok(Quantity::ZERO), |text| typed(text, 1, field, language))?;
            let expires = until
                .get(&sku)
                .map(|text| text.parse::<NaiveDate>())
                .transpose()
                .map_err(|error| Error::invalid(field, error.to_string()))?;
            Ok(MadeRequest {
                made: typed(&text, 1, field, language)?,
                rejected,
                expires,
                sku,
            })
        })
        .collect::<Result<_>>()?;
    let used = of_codes(fields, "pakai")?
        .into_iter()
        .map(|(sku, text)| {
            let factor = units.get(&sku).map_or(1, |(_, factor)| *factor);
            let quantity = typed(&text, factor, sku.as_str(), language)?;
            Ok((sku, quantity))
        })
        .collect::<Result<_>>()?;
    Ok(Outcome { lines, used })
}

#[derive(Deserialize)]
pub(super) struct CancelForm {
    reason: String,
}

pub(super) async fn cancel(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(CancelForm { reason }): Form<CancelForm>,
) -> Response {
    let step = pages
        .hub
        .cancel_production_plan(&pages.actor(), &id, &reason)
        .await;
    done(&pages, language, &id, step)
}

pub(super) async fn take_back(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let step = pages
        .hub
        .take_back_production_plan(&pages.actor(), &id)
        .await;
    done(&pages, language, &id, step)
}

fn done(pages: &Pages, language: Language, id: &str, step: Result<Step>) -> Response {
    let back = format!("/produksi/rencana/{}", crate::web::encoded(id));
    match step {
        Ok(Step::Done(_) | Step::Repeated(_)) => Redirect::to(&back).into_response(),
        Ok(Step::Refused { why, .. }) => pages.message(language, Error::Conflict(why), &back),
        Err(error) => pages.message(language, error, &back),
    }
}
