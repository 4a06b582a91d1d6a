//! A shop: what it sells, has and needs, and what supplying it costs.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::today::{service_picture, service_weeks};
use super::super::{Pages, spoken};
use super::delivery::{self, DeliveryView};
use super::texts::ShopTexts;
use super::ways::{self, WaysView};
use crate::chart::{Chart, Line, Stroke};
use crate::hub::account::{Account, AccountLine, CostedInterval, PICTURE_DAYS, stock_by_day};
use crate::hub::planning::IntervalSource;
use crate::hub::today::percent;
use crate::model::{Money, Quantity};
use crate::plan::sentence::Measures;
use crate::plan::{PlanLanguage, Urgency, sentence};
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, moment, page};

#[derive(Template)]
#[template(path = "hub/web/templates/toko.html")]
struct View {
    frame: Frame,
    words: &'static ShopTexts,
    id: String,
    head: String,
    silent: Option<String>,
    quarantined: bool,
    figures: Vec<(&'static str, String)>,
    can_send: bool,
    conflicts: Vec<(String, String)>,
    /// What is needed or to be taken along, and all else.
    rows: Vec<RowView>,
    rest: Vec<RowView>,
    rest_heading: String,
    estimated: bool,
    shown: Option<Shown>,
    costs_note: &'static str,
    cost_figures: Vec<(&'static str, String)>,
    cost_rows: Vec<CostRow>,
    curve: String,
    ways: WaysView,
    delivery: DeliveryView,
    service: String,
    /// The Monday of each week and the share, the last one first.
    weeks: Vec<(String, String)>,
}

struct RowView {
    sku: String,
    name: String,
    tag: &'static str,
    class: &'static str,
    why: String,
    forecast: String,
    level: String,
    position: String,
    projected: String,
    need: String,
    send: String,
}

struct Shown {
    name: String,
    picture: String,
    level: String,
    days: Vec<(String, String, String)>,
}

struct CostRow {
    name: &'static str,
    days: String,
    delivering: String,
    holding: String,
    total: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    barang: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    match pages.hub.account(&id).await {
        Ok(account) => page(&view(&pages, &account, &asked.barang, language)),
        Err(error) => pages.message(language, error, "/toko"),
    }
}

/// Plans the shop again, with what it has told since the night.
pub(super) async fn plan_again(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match pages.hub.plan_again(&id).await {
        Ok(()) => Redirect::to(&format!("/toko/{id}")).into_response(),
        Err(error) => pages.message(language, error, "/toko"),
    }
}

fn view(pages: &Pages, account: &Account, chosen: &str, language: Language) -> View {
    let words = ShopTexts::of(language);
    let zone = pages.hub.identity().timezone;
    let shop = &account.shop;
    let contact = shop
        .last_contact
        .map(|at| moment(at.with_timezone(&zone).naive_local(), language));
    let mut head = format!(
        "{} {}",
        words.figures_until,
        contact.as_deref().unwrap_or(words.never)
    );
    if let Some(group) = &account.group {
        head = format!("{head} · {} {group}", words.of_group);
    }
    let silent = match &contact {
        None => Some(words.never_heard.to_owned()),
        Some(at) if account.is_estimated() => Some(format!(
            "{} {at}. {}",
            words.silent_since, words.silent_note
        )),
        Some(_) => None,
    };
    let shown = account
        .lines
        .iter()
        .find(|line| line.plan.sku.as_str() == chosen)
        .or(account.lines.first());
    let frame = pages.frame(language, &shop.name, "/toko");
    let (pressing, rest): (Vec<_>, Vec<_>) = account.lines.iter().partition(|line| {
        let plan = &line.plan;
        plan.urgency != Urgency::Later || plan.need.0 > 0 || plan.packs > 0
    });
    // Of a shop that needs nothing all is shown.
    let (pressing, rest) = match pressing.is_empty() {
        true => (rest, pressing),
        false => (pressing, rest),
    };
    View {
        frame: Frame {
            styles: vec!["/assets/hub-plan.css"],
            path: format!("/toko/{}", shop.id),
            ..frame
        },
        words,
        id: shop.id.clone(),
        head,
        silent,
        quarantined: account.quarantined > 0,
        figures: figures(account, language),
        can_send: !account.visit.lines.is_empty(),
        conflicts: account
            .unit_conflicts
            .iter()
            .map(|(sku, name)| (format!("/barang/{sku}"), format!("{name} ({sku})")))
            .collect(),
        rows: pressing.iter().map(|line| row(line, language)).collect(),
        rest_heading: format!(
            "{} {}",
            figure(&rest.len().to_string(), language),
            words.rest
        ),
        rest: rest.iter().map(|line| row(line, language)).collect(),
        estimated: account.is_estimated(),
        shown: shown.map(|line| picture(line, account, language)),
        costs_note: if account.costs.unknown {
            words.costs_unknown
        } else {
            words.costs_note
        },
        cost_figures: cost_figures(account, language),
        cost_rows: cost_rows(account, language),
        curve: curve(account, language),
        ways: ways::view(account, language),
        delivery: delivery::view(account, language),
        service: service_picture(&account.weeks, words.service_heading, language),
        weeks: service_weeks(&account.weeks, language),
    }
}

fn figures(account: &Account, language: Language) -> Vec<(&'static str, String)> {
    let words = ShopTexts::of(language);
    let visit = &account.visit;
    let source = match visit.interval.source {
        IntervalSource::Set => words.set_by_us,
        IntervalSource::Joint => words.least_cost,
        IntervalSource::Shop => words.by_shop,
    };
    let (all, stocked) = account.weeks.iter().fold((0, 0), |sums, week| {
        (sums.0 + week.product_days, sums.1 + week.stocked_days)
    });
    let mut figures = vec![
        (
            words.every,
            format!("{} {} ({source})", visit.interval.days, words.days),
        ),
        (words.weekdays, delivery::days_of(account, language)),
        (words.next, date(visit.due_on, language)),
        (words.arrives, date(account.arrives_on, language)),
        (words.to_send, visit.value().to_string()),
    ];
    if let Some(last) = visit.last_delivery {
        figures.push((words.last_delivery, date(last, language)));
    }
    if let Some(share) = percent(stocked, all) {
        figures.push((words.service, format!("{share}%")));
    }
    figures
}

/// Whole tenths, with the language's mark.
fn tenths(value: f64, language: Language) -> String {
    figure(&format!("{value:.1}"), language)
}

/// What stock is filled up to, in the unit that the shop speaks of.
fn level(line: &AccountLine, language: Language) -> String {
    let level = line.plan.order_up_to / line.unit.1.max(1) as f64;
    format!("{} {}", tenths(level, language), line.unit.0)
}

fn row(line: &AccountLine, language: Language) -> RowView {
    let words = ShopTexts::of(language);
    let plan = &line.plan;
    let told = |quantity: Quantity| spoken(quantity, Some(&line.unit), language);
    let factor = line.unit.1.max(1) as f64;
    let spoken_in = match language {
        Language::Indonesian => PlanLanguage::Indonesian,
        Language::English => PlanLanguage::English,
    };
    let measures = Measures {
        pack: &line.pack_name,
        unit: &line.unit.0,
        unit_factor: line.unit.1,
    };
    let (tag, class) = match plan.urgency {
        Urgency::Due => (words.due, "due"),
        Urgency::Along => (words.along, "along"),
        Urgency::Later => ("", ""),
    };
    RowView {
        sku: plan.sku.to_string(),
        name: line.name.clone(),
        tag,
        class,
        why: sentence(plan, spoken_in, measures),
        forecast: tenths(plan.forecast_per_day / factor, language),
        level: level(line, language),
        position: told(plan.position),
        projected: told(line.projected),
        need: told(plan.need),
        send: if plan.packs > 0 {
            let packs = figure(&plan.packs.to_string(), language);
            format!("{packs} {}", line.pack_name)
        } else {
            String::new()
        },
    }
}

fn picture(line: &AccountLine, account: &Account, language: Language) -> Shown {
    let words = ShopTexts::of(language);
    let factor = line.unit.1.max(1) as f64;
    let days = stock_by_day(line, account.date);
    let at = |day: chrono::NaiveDate| (day - account.date).num_days() as f64;
    let level = line.plan.order_up_to / factor;
    let chart = Chart {
        title: format!("{} {}", words.picture_of, line.name),
        x_axis: words.days_ago.to_owned(),
        y_axis: line.unit.0.clone(),
        columns: days
            .iter()
            .map(|(day, _, sold)| (at(*day), sold.0 as f64 / factor))
            .collect(),
        lines: vec![
            Line {
                name: words.stock.to_owned(),
                points: days
                    .iter()
                    .map(|(day, stock, _)| (at(*day), stock.0 as f64 / factor))
                    .collect(),
                stroke: Stroke::Step,
            },
            Line {
                name: words.level.to_owned(),
                points: vec![(-(PICTURE_DAYS as f64), level), (0.0, level)],
                stroke: Stroke::Dashed,
            },
        ],
        decimal_sign: language.decimal_sign(),
        ..Chart::default()
    };
    let told = |quantity: Quantity| spoken(quantity, Some(&line.unit), language);
    Shown {
        name: line.name.clone(),
        picture: chart.picture(),
        level: self::level(line, language),
        days: days
            .iter()
            .rev()
            .map(|(day, stock, sold)| (date(*day, language), told(*stock), told(*sold)))
            .collect(),
    }
}

fn cost_figures(account: &Account, language: Language) -> Vec<(&'static str, String)> {
    let words = ShopTexts::of(language);
    let costs = &account.costs;
    let both = |distributor: Money, shop: Money| {
        format!(
            "{distributor} ({}) + {shop} ({})",
            words.yours, words.the_shops
        )
    };
    vec![
        (
            words.per_delivery,
            both(costs.delivery.distributor, costs.delivery.shop),
        ),
        (
            words.per_items,
            both(costs.items.distributor, costs.items.shop),
        ),
        (
            words.holding_cost,
            format!("{}%", tenths(costs.holding_fraction * 100.0, language)),
        ),
    ]
}

fn cost_rows(account: &Account, language: Language) -> Vec<CostRow> {
    let words = ShopTexts::of(language);
    let money = |value: f64| Money(value.round() as i64).to_string();
    account
        .costs
        .at
        .iter()
        .map(|&(what, days, delivering, holding)| CostRow {
            name: match what {
                CostedInterval::Unrounded => words.unrounded,
                CostedInterval::WholeDays => words.whole_days,
                CostedInterval::InUse => words.in_use,
            },
            days: match what {
                CostedInterval::Unrounded => figure(&format!("{days:.2}"), language),
                _ => figure(&format!("{days:.0}"), language),
            },
            delivering: money(delivering),
            holding: money(holding),
            total: money(delivering + holding),
        })
        .collect()
}

/// What deliveries, holding and both cost over the interval; empty where no cost is known.
fn curve(account: &Account, language: Language) -> String {
    let words = ShopTexts::of(language);
    let points = &account.costs.curve;
    if points.len() < 2 {
        return String::new();
    }
    let line = |name: &str, stroke, cost: &dyn Fn(&(f64, f64, f64)) -> f64| Line {
        name: name.to_owned(),
        points: points
            .iter()
            .map(|point| (point.0, cost(point) / 1000.0))
            .collect(),
        stroke,
    };
    let chart = Chart {
        title: words.curve_heading.to_owned(),
        x_axis: words.curve_x.to_owned(),
        y_axis: words.curve_y.to_owned(),
        lines: vec![
            line(words.total, Stroke::Solid, &|point| point.1 + point.2),
            line(words.delivering, Stroke::Dashed, &|point| point.1),
            line(words.holding, Stroke::Dashed, &|point| point.2),
        ],
        decimal_sign: language.decimal_sign(),
        ..Chart::default()
    };
    chart.picture()
}
