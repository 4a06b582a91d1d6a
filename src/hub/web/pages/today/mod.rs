//! The first page: the morning.

mod compared;
pub(super) mod texts;

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;

use super::texts::Texts;
use super::{Pages, spoken};
use crate::chart::{Chart, Line, Stroke};
use crate::error::Result;
use crate::hub::store::overview::ShopSummary;
use crate::hub::store::service::Week;
use crate::hub::store::shipments::ShipmentState;
use crate::hub::today::{ProductRow, Today, percent};
use crate::model::Quantity;
use crate::web::Language;
use crate::web::layout::{Frame, date, figure, moment, page};
use texts::TodayTexts;

/// For owner and dispatcher.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/", get(show))
        .route("/rencana", post(plan_now))
        .route("/rencana/banding", post(compared::compare))
}

#[derive(Template)]
#[template(path = "hub/web/templates/today.html")]
struct View {
    frame: Frame,
    texts: &'static Texts,
    words: &'static TodayTexts,
    date: String,
    planned: Option<PlannedView>,
    under_way: bool,
    outdated: bool,
    shops: i64,
    tiles: Vec<Tile>,
    due: Vec<Entry>,
    risk: Vec<Entry>,
    silent: Vec<Entry>,
    sent: Vec<Entry>,
    missing: Vec<Entry>,
    loads: Vec<Entry>,
    doubts: Vec<Entry>,
    moving: Vec<Entry>,
    alarms: Vec<String>,
    weeks: Vec<(String, String)>,
    weeks_picture: String,
    compared: Option<compared::View>,
}

struct PlannedView {
    date: String,
    at: String,
}

struct Tile {
    name: &'static str,
    value: String,
    link: &'static str,
    wrong: bool,
}

/// A line of a list: what it is, how much, and what there is to say of it.
#[derive(Default)]
struct Entry {
    link: String,
    name: String,
    amount: String,
    told: String,
    tag: String,
}

async fn show(State(pages): State<Pages>, language: Language) -> Response {
    let shown = async {
        let today = pages.hub.today_at_a_glance().await?;
        let mut shown = view(&pages, &today, language);
        let compared = pages.hub.comparison().await?;
        shown.compared = compared.map(|(at, found)| compared::view(&pages, at, &found, language));
        Ok(shown)
    };
    match shown.await {
        Ok(shown) => page(&shown),
        Err(error) => pages.message(language, error, "/"),
    }
}

/// Plans all shops at once, for a hub that was off at night or has news to take in.
async fn plan_now(State(pages): State<Pages>, language: Language) -> Response {
    match planned(&pages).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn planned(pages: &Pages) -> Result<()> {
    pages.hub.plan_all(pages.hub.today()).await?;
    Ok(())
}

fn view(pages: &Pages, today: &Today, language: Language) -> View {
    let words = TodayTexts::of(language);
    let zone = pages.hub.identity().timezone;
    let run = today.run.as_ref();
    let at =
        |at: chrono::DateTime<chrono::Utc>| moment(at.with_timezone(&zone).naive_local(), language);
    let frame = pages.frame(language, words.title, "/");
    View {
        frame: Frame {
            styles: vec!["/assets/hub-plan.css"],
            ..frame
        },
        texts: Texts::of(language),
        words,
        date: date(today.date, language),
        planned: run.map(|run| PlannedView {
            date: date(run.plan_date, language),
            at: at(run.finished_at.unwrap_or(run.started_at)),
        }),
        under_way: run.is_some_and(|run| run.finished_at.is_none()),
        outdated: run.is_none_or(|run| run.plan_date != today.date),
        shops: today.counts.shops,
        tiles: tiles(today, language),
        due: today
            .due
            .iter()
            .map(|shop| due_entry(shop, language))
            .collect(),
        risk: today
            .at_risk
            .iter()
            .map(|shop| risk_entry(shop, language))
            .collect(),
        silent: today
            .silent
            .iter()
            .map(|shop| Entry {
                link: format!("/toko/{}", shop.id),
                name: shop.name.clone(),
                told: shop.last_contact.map_or_else(
                    || words.never.to_owned(),
                    |contact| format!("{} {}", words.since, at(contact)),
                ),
                ..Entry::default()
            })
            .collect(),
        sent: today
            .sent
            .iter()
            .map(|row| sent_entry(row, today, language))
            .collect(),
        missing: today
            .missing
            .iter()
            .map(|row| Entry {
                link: format!("/barang/{}", row.sku),
                name: row.name.clone(),
                amount: format!(
                    "{} {} {} {}",
                    row.plan.out_shops, words.of, row.plan.shops, words.shops_out
                ),
                ..Entry::default()
            })
            .collect(),
        loads: today
            .loads
            .iter()
            .map(|load| Entry {
                link: "/jadwal".to_owned(),
                name: if load.route.is_empty() {
                    words.no_route.to_owned()
                } else {
                    load.route.clone()
                },
                amount: load.value.to_string(),
                told: format!("{} {} {}", load.shops, words.stops, load.vehicle),
                tag: String::new(),
            })
            .collect(),
        doubts: doubts(today, language),
        moving: moving(&today.shipments, language),
        alarms: today
            .alarms
            .iter()
            .map(|alarm| Texts::of(language).alarm(alarm.kind).to_owned())
            .collect(),
        weeks: service_weeks(&today.weeks, language),
        weeks_picture: service_picture(&today.weeks, words.service_heading, language),
        compared: None,
    }
}

fn tiles(today: &Today, language: Language) -> Vec<Tile> {
    let words = TodayTexts::of(language);
    let counts = &today.counts;
    let number = |value: i64| figure(&value.to_string(), language);
    let tile = |name, value, link, wrong| Tile {
        name,
        value,
        link,
        wrong,
    };
    let service = percent(counts.stocked_days, counts.product_days);
    vec![
        tile(words.shops, number(counts.shops), "/toko", false),
        tile(
            words.due,
            number(counts.due),
            "/toko?pilih=giliran&urut=habis",
            false,
        ),
        tile(
            words.due_value,
            counts.due_value.to_string(),
            "/kiriman",
            false,
        ),
        tile(
            words.at_risk,
            number(counts.at_risk),
            "/toko?pilih=risiko&urut=habis",
            counts.at_risk > 0,
        ),
        tile(
            words.out,
            number(counts.out),
            "/toko?pilih=kosong&urut=kosong",
            counts.out > 0,
        ),
        tile(
            words.silent,
            number(counts.silent),
            "/toko?pilih=diam&urut=kabar",
            counts.silent > 0,
        ),
        tile(
            words.service,
            service.map_or_else(|| "–".to_owned(), |share| format!("{share}%")),
            "/toko?urut=layanan",
            false,
        ),
    ]
}

/// `habis dalam 2,5 hari`, or that something is out already.
pub(super) fn runs_out(millidays: i64, language: Language) -> String {
    let words = TodayTexts::of(language);
    if millidays <= 0 {
        return words.runs_out_now.to_owned();
    }
    let tenths = (millidays + 50) / 100;
    let days = if tenths % 10 == 0 || tenths >= 100 {
        (tenths / 10).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    format!(
        "{} {} {}",
        words.runs_out,
        figure(&days, language),
        words.days
    )
}

fn due_entry(shop: &ShopSummary, language: Language) -> Entry {
    let words = TodayTexts::of(language);
    let mut entry = Entry {
        link: format!("/toko/{}", shop.id),
        name: shop.name.clone(),
        ..Entry::default()
    };
    if let Some(plan) = &shop.plan {
        entry.amount = plan.send_value.to_string();
        entry.told = format!("{} {}", plan.send_products, words.lines);
        if let Some(first) = plan.first_out_millidays {
            entry.told = format!("{} · {}", entry.told, runs_out(first, language));
        }
        if plan.out_products > 0 {
            entry.tag = format!("{} {}", plan.out_products, words.empty_now);
        }
    }
    entry
}

fn risk_entry(shop: &ShopSummary, language: Language) -> Entry {
    let words = TodayTexts::of(language);
    let mut entry = Entry {
        link: format!("/toko/{}", shop.id),
        name: shop.name.clone(),
        ..Entry::default()
    };
    if let Some(plan) = &shop.plan {
        entry.amount = format!("{} {}", plan.risk_products, words.lines);
        let first = plan.first_out_millidays.unwrap_or_default();
        entry.told = format!(
            "{} · {} {}",
            runs_out(first, language),
            words.turn,
            date(plan.due_on, language)
        );
    }
    entry
}

fn sent_entry(row: &ProductRow, today: &Today, language: Language) -> Entry {
    let words = TodayTexts::of(language);
    let amount = |quantity: Quantity| spoken(quantity, Some(&row.unit), language);
    let goes = row.plan.due_quantity;
    let (told, tag) = match today.available.get(&row.sku) {
        None => (words.not_counted.to_owned(), String::new()),
        Some(&available) if available >= goes => (
            format!("{} · {}", amount(available), words.enough),
            String::new(),
        ),
        Some(&available) => (
            amount(available),
            format!("{} {}", words.short_by, amount(goes - available)),
        ),
    };
    Entry {
        link: format!("/barang/{}", row.sku),
        name: row.name.clone(),
        amount: amount(goes),
        told,
        tag,
    }
}

fn doubts(today: &Today, language: Language) -> Vec<Entry> {
    let words = TodayTexts::of(language);
    let counts = &today.counts;
    [
        (words.flags, counts.flags, "/toko/aneh"),
        (
            words.conflicts,
            counts.unit_conflicts,
            "/toko?pilih=ragu&urut=nama",
        ),
        (
            words.quarantined,
            counts.quarantined,
            "/toko?pilih=ragu&urut=nama",
        ),
    ]
    .into_iter()
    .filter(|(_, count, _)| *count > 0)
    .map(|(name, count, link)| Entry {
        link: link.to_owned(),
        name: name.to_owned(),
        amount: figure(&count.to_string(), language),
        ..Entry::default()
    })
    .collect()
}

fn moving(states: &BTreeMap<ShipmentState, i64>, language: Language) -> Vec<Entry> {
    let words = TodayTexts::of(language);
    [
        (ShipmentState::Recommended, words.recommended),
        (ShipmentState::Confirmed, words.confirmed),
        (ShipmentState::Dispatched, words.dispatched),
    ]
    .into_iter()
    .filter_map(|(state, name)| Some((name, *states.get(&state)?)))
    .filter(|(_, count)| *count > 0)
    .map(|(name, count)| Entry {
        link: "/kiriman".to_owned(),
        name: name.to_owned(),
        amount: figure(&count.to_string(), language),
        ..Entry::default()
    })
    .collect()
}

/// Service by week as text: its Monday and the share, the last week first.
pub(super) fn service_weeks(weeks: &[Week], language: Language) -> Vec<(String, String)> {
    let told = weeks.iter().rev().map(|week| {
        let share = percent(week.stocked_days, week.product_days);
        (
            date(week.monday, language),
            share.map(|share| format!("{share}%")).unwrap_or_default(),
        )
    });
    told.collect()
}

/// Service by week as a picture; empty for fewer than two weeks.
pub(super) fn service_picture(weeks: &[Week], title: &str, language: Language) -> String {
    let words = TodayTexts::of(language);
    let Some(first) = weeks.first().map(|week| week.monday) else {
        return String::new();
    };
    if weeks.len() < 2 {
        return String::new();
    }
    let number = |monday: NaiveDate| (monday - first).num_days() as f64 / 7.0 + 1.0;
    let points = weeks
        .iter()
        .filter(|week| week.product_days > 0)
        .map(|week| {
            let share = week.stocked_days as f64 * 100.0 / week.product_days as f64;
            (number(week.monday), share)
        })
        .collect();
    let chart = Chart {
        title: title.to_owned(),
        x_axis: format!("{} {}", words.week, date(first, language)),
        y_axis: words.percent_axis.to_owned(),
        lines: vec![Line {
            name: words.share.to_owned(),
            points,
            stroke: Stroke::Solid,
        }],
        decimal_sign: language.decimal_sign(),
        ..Chart::default()
    };
    chart.picture()
}
