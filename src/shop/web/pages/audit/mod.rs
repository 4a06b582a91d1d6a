//! Catatan kejadian: who did what, when, and whether the log of it is whole.

pub(super) mod texts;
pub(super) mod words;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use serde::Deserialize;

use super::people::{STYLE, actor};
use super::visitor::Visitor;
use super::{Pages, money, sales};
use crate::error::Result;
use crate::model::Money;
use crate::shop::audit::{Entry, Wanted};
use crate::web::Language;
use crate::web::layout::{Frame, moment, page};
use texts::AuditTexts;

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new().route("/catatan", get(show))
}

#[derive(Template)]
#[template(path = "shop/web/templates/audit.html")]
struct AuditPage {
    frame: Frame,
    texts: &'static AuditTexts,
    broken_at: Option<i64>,
    day: String,
    /// As stored, as read, and whether it is the one asked for.
    actors: Vec<(String, String, bool)>,
    actions: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    /// The query of the page after this one.
    more: Option<String>,
}

struct Row {
    seq: i64,
    when: String,
    who: String,
    what: String,
    /// Where to read more of it, where there is such a page.
    link: Option<String>,
    subject: String,
    detail: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    hari: String,
    #[serde(default)]
    siapa: String,
    #[serde(default)]
    apa: String,
    sebelum: Option<i64>,
}

async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Response {
    match view(&pages, &visitor, asked).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor, asked: Asked) -> Result<AuditPage> {
    let language = visitor.language;
    let texts = AuditTexts::of(language);
    let day: Option<NaiveDate> = asked.hari.parse().ok();
    let found = pages
        .shop
        .audit_log(Wanted {
            day,
            actor: Some(asked.siapa.clone()).filter(|actor| !actor.is_empty()),
            action: Some(asked.apa.clone()).filter(|action| !action.is_empty()),
            before: asked.sebelum,
        })
        .await?;
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    let last = found.entries.last().map(|entry| entry.seq);
    let more = last.filter(|_| found.more).map(|seq| {
        let text = super::access::parameter;
        format!(
            "{}&{}&{}&sebelum={seq}",
            text("hari", &day),
            text("siapa", &asked.siapa),
            text("apa", &asked.apa)
        )
    });
    let mut actions: Vec<(String, String, bool)> = found
        .actions
        .into_iter()
        .map(|action| {
            let chosen = action == asked.apa;
            (action.clone(), words::action(&action, language), chosen)
        })
        .collect();
    actions.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(AuditPage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(visitor, texts.title, "/catatan")
        },
        texts,
        broken_at: found.broken_at,
        day,
        actors: found
            .actors
            .into_iter()
            .map(|name| {
                let chosen = name == asked.siapa;
                (name.clone(), actor(&name, language), chosen)
            })
            .collect(),
        actions,
        rows: found
            .entries
            .into_iter()
            .map(|entry| row(pages, entry, language))
            .collect(),
        more,
    })
}

fn row(pages: &Pages, entry: Entry, language: Language) -> Row {
    let link = match &*entry.action {
        "sale.recorded" | "sale.voided" | "sale.returned" => {
            Some(format!("/penjualan/{}", entry.subject))
        }
        "delivery.received" => Some(format!("/kiriman/{}", entry.subject)),
        "return.confirmed" => Some(format!("/kiriman/retur/{}", entry.subject)),
        _ => None,
    };
    Row {
        seq: entry.seq,
        when: sales::local(pages, &entry.at_utc)
            .map(|wall| moment(wall, language))
            .unwrap_or_default(),
        who: actor(&entry.actor, language),
        what: words::action(&entry.action, language),
        link,
        subject: actor(&entry.subject, language),
        detail: told(&entry, language),
    }
}

/// What was noted with an entry, in the reader's words where it is of a receipt: `receipt 12, ...`.
fn told(entry: &Entry, language: Language) -> String {
    let receipt = || {
        let (number, rest) = entry.detail.strip_prefix("receipt ")?.split_once(", ")?;
        let texts = AuditTexts::of(language);
        let (figures, reason) = rest.split_once(": ").unwrap_or((rest, ""));
        let mut told = format!("{} #{number}", texts.receipt);
        for word in figures.split([' ', ',']) {
            let word = match word {
                "cash" => texts.cash.to_owned(),
                "transfer" => texts.transfer.to_owned(),
                "qris" => texts.qris.to_owned(),
                "debt" => texts.debt.to_owned(),
                other => match other.parse() {
                    Ok(amount) => money(Money(amount), language),
                    Err(_) => continue,
                },
            };
            told.push_str(&format!(" · {word}"));
        }
        if !reason.is_empty() {
            told.push_str(&format!(" · {reason}"));
        }
        Some(told)
    };
    receipt().unwrap_or_else(|| entry.detail.clone())
}
