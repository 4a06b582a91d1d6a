//! `/schedule`

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::plan_line::PlanLineBody;
use super::queries::ScheduleQuery;
use crate::hub::Hub;
use crate::hub::planning::{IntervalSource, Lines, RecommendedLine, Visit};
use crate::plan::{PlanLanguage, sentence};
use crate::web::problem::Query;
use crate::web::{Language, Problem};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(schedule))
}

/// One product that a shop should be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecommendedBody {
    /// The product's name.
    name: String,
    /// What the shop orders it in.
    pack_name: String,
    /// What the shop pays for it.
    value: i64,
    /// Why, in a sentence.
    sentence: String,
    /// The plan.
    #[serde(flatten)]
    plan: PlanLineBody,
}

/// A shop's place in the schedule.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitBody {
    /// The shop.
    shop_id: String,
    /// The shop's name.
    shop_name: String,
    /// The day that was asked about.
    date: NaiveDate,
    /// When the next delivery is due.
    due_on: NaiveDate,
    /// The shop's turn has come by `date`.
    due: bool,
    /// When the last delivery left.
    last_delivery: Option<NaiveDate>,
    /// When goods decided on at `date` are expected at the shop.
    expected_on: NaiveDate,
    /// Days from one delivery to the next.
    interval_days: u32,
    /// `set` by the distributor, `joint` by cost, or the `shop`'s own.
    #[schema(value_type = String)]
    interval_source: IntervalSource,
    /// The interval at which delivering and holding cost least together, unrounded; absent while costs are unknown.
    joint_interval_days_unrounded: Option<f64>,
    /// What all lines cost the shop.
    value: i64,
    /// What to send; empty while the shop is not due.
    lines: Vec<RecommendedBody>,
}

/// The schedule of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleBody {
    /// The day.
    date: NaiveDate,
    /// The deliveries that are due by then.
    due: Vec<VisitBody>,
    /// The other shops: whose turn comes later, or who have enough of everything.
    others: Vec<VisitBody>,
}

fn line(line: RecommendedLine, language: PlanLanguage) -> RecommendedBody {
    RecommendedBody {
        sentence: sentence(&line.plan, language, line.measures()),
        name: line.name,
        pack_name: line.pack_name,
        value: line.value.0,
        plan: line.plan.into(),
    }
}

fn visit(visit: Visit, language: PlanLanguage) -> VisitBody {
    VisitBody {
        due: visit.is_due(),
        value: visit.value().0,
        shop_id: visit.shop_id,
        shop_name: visit.shop_name,
        date: visit.date,
        due_on: visit.due_on,
        last_delivery: visit.last_delivery,
        expected_on: visit.expected_on,
        interval_days: visit.interval.days,
        interval_source: visit.interval.source,
        joint_interval_days_unrounded: visit.interval.joint.map(|joint| joint.days_unrounded),
        lines: visit
            .lines
            .into_iter()
            .map(|each| line(each, language))
            .collect(),
    }
}

/// The deliveries that are due on a day and what to send, and when the other shops' turns come.
#[utoipa::path(get, path = "/schedule", tag = "shops", params(ScheduleQuery), responses(
    (status = OK, body = ScheduleBody), (status = UNAUTHORIZED, body = Problem)))]
async fn schedule(
    State(hub): State<Hub>,
    Query(query): Query<ScheduleQuery>,
) -> Result<Json<ScheduleBody>, Problem> {
    let date = query.date.unwrap_or_else(|| hub.today());
    let chosen = query.lang.as_deref().and_then(Language::from_tag);
    let language = match chosen.unwrap_or_default() {
        Language::Indonesian => PlanLanguage::Indonesian,
        Language::English => PlanLanguage::English,
    };
    let visits = hub.schedule(date, Lines::DueBy(date)).await?;
    Ok(Json(document(date, visits, language)))
}

/// A day's visits as the API tells them and `kulakan hub plan --json` prints them.
#[must_use]
pub fn document(date: NaiveDate, visits: Vec<Visit>, language: PlanLanguage) -> ScheduleBody {
    let (due, others) = visits
        .into_iter()
        .partition::<Vec<Visit>, _>(|each| each.is_due() && !each.lines.is_empty());
    let bodies = |visits: Vec<Visit>| {
        visits
            .into_iter()
            .map(|each| visit(each, language))
            .collect()
    };
    ScheduleBody {
        date,
        due: bodies(due),
        others: bodies(others),
    }
}
