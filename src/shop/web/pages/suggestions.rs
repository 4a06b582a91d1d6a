//! Saran kulakan: what to buy, how many packs, why, what it costs; and what is coming anyway.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use serde::Deserialize;

use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, deliveries, in_unit, money};
use crate::error::{Error, Result};
use crate::model::Quantity;
use crate::model::day::ROLLOVER_HOUR;
use crate::plan::explain::demand_class;
use crate::plan::{Method, PlanLanguage, PlanLine, Urgency, sentence};
use crate::shop::deliveries::DeliveryQuery;
use crate::shop::nightly::{Plan, PlannedLine};
use crate::web::Language;
use crate::web::layout::{Frame, date, page};

#[derive(Template)]
#[template(path = "shop/web/templates/suggestions.html")]
struct Suggestions {
    frame: Frame,
    texts: &'static Texts,
    plan: Option<PlanView>,
    coming: Vec<deliveries::Summary>,
}

struct PlanView {
    date: String,
    is_old: bool,
    total: String,
    groups: Vec<Group>,
    too_little_history: usize,
}

struct Group {
    heading: &'static str,
    class: &'static str,
    lines: Vec<LineView>,
}

struct LineView {
    name: String,
    amount: String,
    cost: String,
    sentence: String,
    demand_class: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Which {
    /// A plan that was just computed, in place of the night's.
    #[serde(default)]
    saran: Option<String>,
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
        .route("/saran", get(show))
        .route("/hitung", post(compute))
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Response {
    match view(&pages, &visitor, which.saran).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

/// Plans from the figures of this moment; the night's own plan stays as it is.
pub(super) async fn compute(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match pages.shop.plan_now(None).await {
        Ok(plan) => Redirect::to(&format!("/saran?saran={}", plan.id)).into_response(),
        Err(error) => pages.message(&visitor, error, "/saran"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, id: Option<String>) -> Result<Suggestions> {
    let language = visitor.language;
    let texts = Texts::of(language);
    let plan = match &id {
        Some(id) => pages.shop.plan(id).await,
        None => pages.shop.latest_saved_plan().await,
    };
    let plan = match plan {
        Ok(plan) => Some(plan_view(&plan, language, pages.shop.now().local)),
        // Nothing was planned yet, or an old link was opened.
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let coming = pages
        .shop
        .deliveries(DeliveryQuery::default())
        .await?
        .iter()
        .filter(|delivery| deliveries::is_open(delivery))
        .map(|delivery| deliveries::summary(delivery, language))
        .collect();
    Ok(Suggestions {
        frame: pages.frame(visitor, texts.suggestions, "/saran"),
        texts,
        plan,
        coming,
    })
}

fn plan_view(plan: &Plan, language: Language, now: NaiveDateTime) -> PlanView {
    let texts = Texts::of(language);
    let groups = [
        (Urgency::Due, texts.due_heading, "due"),
        (Urgency::Along, texts.along_heading, "along"),
        (Urgency::Later, texts.later_heading, "later"),
    ];
    let group = |heading, class, wanted: &dyn Fn(&PlanLine) -> bool| Group {
        heading,
        class,
        lines: plan
            .lines
            .iter()
            .filter(|planned| wanted(&planned.line))
            .map(|planned| line_view(planned, language))
            .collect(),
    };
    let to_buy = groups.into_iter().map(|(urgency, heading, class)| {
        group(heading, class, &|line| {
            line.urgency == urgency && line.quantity > Quantity::ZERO
        })
    });
    // A product that runs out must not be missing from the list only because no order of it would be right.
    let held_back = group(texts.held_back_heading, "later", &|line| {
        line.urgency == Urgency::Due && line.need > Quantity::ZERO && line.packs == 0
    });
    PlanView {
        date: date(plan.plan_date, language),
        is_old: night_is_missing(plan.plan_date, now),
        total: money(plan.total_cost, language),
        groups: to_buy
            .chain([held_back])
            .filter(|group| !group.lines.is_empty())
            .collect(),
        too_little_history: plan
            .lines
            .iter()
            .filter(|line| line.line.method == Method::TooLittleHistory)
            .count(),
    }
}

/// Before the morning begins, yesterday's plan is still the latest there can be.
fn night_is_missing(plan_date: NaiveDate, now: NaiveDateTime) -> bool {
    let age = now.date().signed_duration_since(plan_date).num_days();
    age > 1 || (age == 1 && now.hour() >= ROLLOVER_HOUR)
}

fn line_view(planned: &PlannedLine, language: Language) -> LineView {
    let spoken = match language {
        Language::Indonesian => PlanLanguage::Indonesian,
        Language::English => PlanLanguage::English,
    };
    let packs = in_unit(Quantity(planned.line.packs), 1, language);
    let amount = if planned.pack_name == planned.unit {
        format!("{packs} {}", planned.unit)
    } else {
        let units = in_unit(planned.line.quantity, planned.unit_factor, language);
        format!("{packs} {} ({units} {})", planned.pack_name, planned.unit)
    };
    LineView {
        name: planned.name.clone(),
        amount,
        cost: money(planned.cost, language),
        sentence: sentence(&planned.line, spoken, planned.measures()),
        demand_class: planned
            .line
            .demand_class
            .map_or("", |class| demand_class(class, spoken)),
    }
}
