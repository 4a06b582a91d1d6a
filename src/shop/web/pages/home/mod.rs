//! Beranda: how today goes, what wants to be looked at, and the way to the till.

pub(super) mod texts;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, NaiveDateTime, Utc};

use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, deliveries, in_unit, money};
use crate::error::{Error, Result};
use crate::model::Quantity;
use crate::shop::access::Role;
use crate::shop::reports::today::Today;
use crate::shop::store::reports::Shelf;
use crate::web::Language;
use crate::web::layout::{Frame, asset, date, moment, page};
use texts::HomeTexts;

/// Rows of a list on the first page; what is beyond them is a number.
const ROWS: usize = 5;

#[derive(Template)]
#[template(path = "shop/web/templates/home.html")]
struct Home {
    frame: Frame,
    texts: &'static HomeTexts,
    common: &'static Texts,
    date: String,
    first_steps: Option<FirstSteps>,
    receipts: i64,
    /// For the owner's eyes.
    money: Option<OwnersMoney>,
    running_low: Part,
    expiring: Part,
    coming: Vec<deliveries::Summary>,
    /// How many owe what should have been paid.
    debtors: i64,
    warnings: Vec<Warning>,
    sync: String,
    backup: String,
}

/// What is left to do before the first sale.
struct FirstSteps {
    has_goods: bool,
}

struct OwnersMoney {
    revenue: String,
    profit: String,
    overdue: String,
    plan: Option<PlanLine>,
}

/// The latest night in short.
struct PlanLine {
    total: String,
    count: usize,
    missing: bool,
}

/// The beginning of a list, and how many more there are.
struct Part {
    rows: Vec<Row>,
    more: usize,
}

struct Row {
    name: String,
    told: String,
    urgent: bool,
}

struct Warning {
    text: String,
    link: &'static str,
}

/// What everybody may open.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/", get(show)).route(
        "/assets/home.css",
        get(async || asset("text/css", include_str!("../../assets/home.css"))),
    )
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new()
}

async fn show(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match view(&pages, &visitor).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/lainnya"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor) -> Result<Home> {
    let language = visitor.language;
    let texts = HomeTexts::of(language);
    let today = pages.shop.how_today_goes().await?;
    let owner = visitor.person.role == Role::Owner;
    let money = if owner {
        Some(OwnersMoney {
            revenue: money(today.sold.revenue, language),
            profit: money(today.sold.profit(), language),
            overdue: money(today.debts.overdue, language),
            plan: plan(pages, &today, language).await?,
        })
    } else {
        None
    };
    let now = pages.shop.now().local;
    let zone = pages.shop.info().timezone;
    let local = |utc: DateTime<Utc>| utc.with_timezone(&zone).naive_local();
    let mut frame = pages.frame(visitor, texts.today, "/");
    frame.styles.push("/assets/home.css");
    Ok(Home {
        frame,
        texts,
        common: Texts::of(language),
        date: date(today.date, language),
        first_steps: (today.sales_ever == 0).then_some(FirstSteps {
            has_goods: today.products > 0,
        }),
        receipts: today.sold.sales,
        money,
        running_low: part(&today.running_low, |shelf| low(shelf, language)),
        expiring: part(&today.expiring, |shelf| near(shelf, &today, language)),
        coming: today
            .coming
            .iter()
            .map(|delivery| deliveries::summary(delivery, language))
            .collect(),
        debtors: today.debts.overdue_customers,
        warnings: warnings(pages, visitor, &today).await?,
        sync: sync(&today, now, local, language),
        backup: backup(&today, now, local, language),
    })
}

fn part(shelves: &[Shelf], row: impl Fn(&Shelf) -> Row) -> Part {
    Part {
        rows: shelves.iter().take(ROWS).map(row).collect(),
        more: shelves.len().saturating_sub(ROWS),
    }
}

fn spoken(shelf: &Shelf, language: Language) -> String {
    let quantity = in_unit(shelf.quantity, shelf.unit_factor, language);
    format!("{quantity} {}", shelf.unit)
}

fn low(shelf: &Shelf, language: Language) -> Row {
    let texts = HomeTexts::of(language);
    let urgent = shelf.quantity <= Quantity::ZERO;
    Row {
        name: shelf.name.clone(),
        told: if urgent {
            texts.sold_out.to_owned()
        } else {
            format!("{} {}", texts.left, spoken(shelf, language))
        },
        urgent,
    }
}

fn near(shelf: &Shelf, today: &Today, language: Language) -> Row {
    let texts = HomeTexts::of(language);
    let expires = shelf.expires.unwrap_or(today.date);
    let urgent = expires < today.date;
    let until = if urgent {
        texts.expired.to_owned()
    } else {
        format!("{} {}", texts.until, date(expires, language))
    };
    Row {
        name: shelf.name.clone(),
        told: format!("{}, {until}", spoken(shelf, language)),
        urgent,
    }
}

async fn plan(pages: &Pages, today: &Today, language: Language) -> Result<Option<PlanLine>> {
    match pages.shop.shopping_list(None).await {
        Ok(list) => Ok(Some(PlanLine {
            total: money(list.total, language),
            count: list.to_buy().count(),
            missing: list.plan.plan_date < today.date,
        })),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What happened to the data is the owner's to see; a wrong clock everybody can set right.
async fn warnings(pages: &Pages, visitor: &Visitor, today: &Today) -> Result<Vec<Warning>> {
    let texts = HomeTexts::of(visitor.language);
    let mut warnings = Vec::new();
    let mut warn = |text: String, link| warnings.push(Warning { text, link });
    if today.clock_suspect {
        warn(texts.clock.to_owned(), "");
    }
    if let Some(free) = today.disk_low_bytes {
        let mebibytes = (free / 1024 / 1024).to_string();
        warn(format!("{} {mebibytes}", texts.disk), "");
    }
    if today.backups.failure.is_some() {
        warn(texts.backup_failed.to_owned(), "");
    }
    if visitor.person.role == Role::Owner {
        if today.without_cost > 0 {
            let told = format!("{}: {}", texts.without_cost, today.without_cost);
            warn(told, "/laporan/barang");
        }
        let week = chrono::Duration::days(7);
        let now = pages.shop.now().utc;
        for told in pages.shop.incidents(visitor.language).await? {
            let at: Option<DateTime<Utc>> = told.incident.at.parse().ok();
            if at.is_some_and(|at| now.signed_duration_since(at) < week) {
                warn(told.text, "/sinkron");
            }
        }
    }
    Ok(warnings)
}

/// A moment of today as its time alone.
fn when(at: NaiveDateTime, now: NaiveDateTime, language: Language) -> String {
    let whole = moment(at, language);
    if at.date() == now.date() {
        whole.rsplit(' ').next().unwrap_or_default().to_owned()
    } else {
        whole
    }
}

fn sync(
    today: &Today,
    now: NaiveDateTime,
    local: impl Fn(DateTime<Utc>) -> NaiveDateTime,
    language: Language,
) -> String {
    let texts = HomeTexts::of(language);
    let sync = &today.sync;
    if !sync.paired {
        return texts.not_paired.to_owned();
    }
    let last = sync.last_success_at.as_ref().and_then(|at| at.parse().ok());
    let last = last.map_or_else(
        || texts.never.to_owned(),
        |at| when(local(at), now, language),
    );
    if sync.backlog == 0 {
        format!("{}, {} {last}", texts.all_sent, texts.last_connected)
    } else {
        let waiting = in_unit(Quantity(sync.backlog), 1, language);
        format!(
            "{}: {waiting}, {} {last}",
            texts.not_sent, texts.last_connected
        )
    }
}

fn backup(
    today: &Today,
    now: NaiveDateTime,
    local: impl Fn(DateTime<Utc>) -> NaiveDateTime,
    language: Language,
) -> String {
    let texts = HomeTexts::of(language);
    today.backups.last.as_ref().map_or_else(
        || texts.no_backup.to_owned(),
        |kept| {
            format!(
                "{} {}",
                texts.last_backup,
                when(local(kept.at), now, language)
            )
        },
    )
}
