//! The schedule: a week by day and route, four weeks ahead, what is late and who is silent.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{Days, Duration, NaiveDate};
use serde::Deserialize;

use super::texts::ShippingTexts;
use super::{Pages, asked_day, frame};
use crate::error::Result;
use crate::hub::shipments::calendar::{CalendarCell, NAMED_SHOPS, monday};
use crate::web::Language;
use crate::web::encoded;
use crate::web::layout::{Frame, date, figure, moment, page};

/// A shop that was not heard of for this long is listed as silent.
const SILENT_AFTER: Duration = Duration::hours(48);

#[derive(Template)]
#[template(path = "hub/web/templates/shipping/schedule.html")]
struct Schedule {
    frame: Frame,
    texts: &'static ShippingTexts,
    /// The first and the last day of the week.
    week: (String, String),
    before: NaiveDate,
    after: NaiveDate,
    days: Vec<(String, bool)>,
    rows: Vec<Row>,
    /// The day, how much there is on it, and whether there is anything.
    month: Vec<(String, String, bool)>,
    late: Vec<(String, String, String)>,
    silent: Vec<(String, String)>,
}

struct Row {
    route: String,
    cells: Vec<Cell>,
}

struct Cell {
    link: String,
    today: bool,
    shipments: i64,
    due: usize,
    names: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct WeekQuery {
    minggu: Option<String>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(query): Query<WeekQuery>,
) -> Response {
    match view(&pages, language, &query).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/jadwal"),
    }
}

async fn view(pages: &Pages, language: Language, query: &WeekQuery) -> Result<Schedule> {
    let texts = ShippingTexts::of(language);
    let today = pages.hub.today();
    let week = monday(asked_day(query.minggu.as_ref(), today, language)?);
    let since = pages.hub.now() - SILENT_AFTER;
    let calendar = pages.hub.calendar(week, 28, since).await?;
    let fleet = pages.hub.fleet().await?;
    let zone = pages.hub.identity().timezone;
    let dates: Vec<NaiveDate> = (0..7).map(|offset| week + Days::new(offset)).collect();
    let mut routes: Vec<(String, String)> = fleet
        .routes
        .iter()
        .filter(|route| route.active)
        .map(|route| (route.id.clone(), route.name.clone()))
        .collect();
    routes.push((String::new(), texts.no_route.to_owned()));
    let no_cell = CalendarCell::default();
    let rows = routes.into_iter().map(|(id, name)| {
        let cells = dates.iter().map(|day| {
            let cell = calendar.cells.get(&(*day, id.clone())).unwrap_or(&no_cell);
            let mut names = cell.names.join(", ");
            if cell.due > NAMED_SHOPS {
                names.push_str(&format!(" {}", texts.more_shops));
            }
            let route = if id.is_empty() {
                "-".to_owned()
            } else {
                encoded(&id)
            };
            Cell {
                link: format!("/kiriman?tanggal={day}&rute={route}"),
                today: *day == today,
                shipments: cell.shipments.values().sum(),
                due: cell.due,
                names,
            }
        });
        Row {
            route: name,
            cells: cells.collect(),
        }
    });
    let mut per_day: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for ((day, _), cell) in &calendar.cells {
        let shipments: i64 = cell.shipments.values().sum();
        *per_day.entry(*day).or_default() += shipments + cell.due as i64;
    }
    let month = (0..28).map(|offset| {
        let day = week + Days::new(offset);
        let count = per_day.get(&day).copied().unwrap_or(0);
        (
            day.format("%d/%m").to_string(),
            figure(&count.to_string(), language),
            count > 0,
        )
    });
    Ok(Schedule {
        frame: frame(pages, language, texts.schedule, "/jadwal"),
        texts,
        week: (date(week, language), date(week + Days::new(6), language)),
        before: week - Days::new(7),
        after: week + Days::new(7),
        days: dates
            .iter()
            .map(|day| (date(*day, language), *day == today))
            .collect(),
        rows: rows.collect(),
        month: month.collect(),
        late: calendar
            .late
            .into_iter()
            .map(|late| {
                (
                    late.shipment_id,
                    late.shop_name,
                    date(late.delivery_date, language),
                )
            })
            .collect(),
        silent: calendar
            .silent
            .into_iter()
            .map(|(name, at)| {
                let at = at.map_or_else(
                    || "–".to_owned(),
                    |at| moment(at.with_timezone(&zone).naive_local(), language),
                );
                (name, at)
            })
            .collect(),
    })
}
