//! Catatan: who did what and when, and whether the log of it is whole. For the owner.

pub(super) mod texts;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use super::Pages;
use super::devices::STYLE;
use super::toko::contact;
use crate::error::Result;
use crate::hub::audit_log::WantedEntries;
use crate::hub::login::OWNER;
use crate::hub::store::audit::Entry;
use crate::web::layout::{Frame, page};
use crate::web::{Language, encoded};
use texts::{ACTIONS, AuditTexts};

/// The longest value of a detail that is shown.
const LONGEST: usize = 200;

/// For the owner.
pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/catatan", get(show))
}

#[derive(Template)]
#[template(path = "hub/web/templates/audit.html")]
struct AuditPage {
    frame: Frame,
    texts: &'static AuditTexts,
    day: String,
    who: String,
    about: String,
    people: Vec<String>,
    /// Whether the chain holds, if it was asked for; where it breaks if not.
    checked: Option<Option<i64>>,
    rows: Vec<Row>,
    more: Option<String>,
    later: bool,
}

struct Row {
    seq: i64,
    when: String,
    who: String,
    what: &'static str,
    /// What it is called where there are no words for it.
    code: String,
    subject: String,
    /// Of the shop that it is about.
    link: Option<String>,
    details: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    hari: String,
    #[serde(default)]
    siapa: String,
    #[serde(default)]
    tentang: String,
    #[serde(default)]
    periksa: String,
    sebelum: Option<i64>,
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    match view(&pages, language, asked).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/"),
    }
}

async fn view(pages: &Pages, language: Language, asked: Asked) -> Result<AuditPage> {
    let texts = AuditTexts::of(language);
    let day: Option<NaiveDate> = asked.hari.parse().ok();
    let told = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let actor = told(&asked.siapa).map(|who| match who == texts.owner {
        true => OWNER.to_owned(),
        false => who,
    });
    let found = pages
        .hub
        .audit_log(WantedEntries {
            day,
            actor,
            subject: told(&asked.tentang),
            before: asked.sebelum,
        })
        .await?;
    let checked = match asked.periksa.is_empty() {
        true => None,
        false => Some(pages.hub.audit_break().await?),
    };
    let mut people = vec![texts.owner.to_owned()];
    people.extend(pages.hub.users().await?.into_iter().map(|user| user.name));
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    let last = found.entries.last().map(|entry| entry.seq);
    let more = last.filter(|_| found.more).map(|seq| {
        format!(
            "/catatan?hari={day}&siapa={}&tentang={}&sebelum={seq}",
            encoded(&asked.siapa),
            encoded(&asked.tentang)
        )
    });
    let rows = found
        .entries
        .into_iter()
        .map(|entry| {
            let name = found.names.get(&entry.subject).cloned();
            row(pages, entry, name, language)
        })
        .collect();
    Ok(AuditPage {
        frame: Frame {
            styles: vec![STYLE],
            ..pages.frame(language, texts.title, "/catatan")
        },
        texts,
        day,
        who: asked.siapa,
        about: asked.tentang,
        people,
        checked,
        rows,
        more,
        later: asked.sebelum.is_some(),
    })
}

fn row(pages: &Pages, entry: Entry, name: Option<String>, language: Language) -> Row {
    let words = ACTIONS.iter().find(|(code, ..)| *code == entry.action);
    let what = words.map_or("", |(_, indonesian, english)| match language {
        Language::Indonesian => indonesian,
        Language::English => english,
    });
    // People have pages too, but the name alone says who it was.
    let of_shop = ["shop.", "device.", "copy.", "alarm.", "epoch."]
        .iter()
        .any(|start| entry.action.starts_with(start));
    Row {
        seq: entry.seq,
        when: contact(pages, Some(entry.at), language),
        who: person(&entry.actor, language),
        what,
        code: entry.action,
        link: (of_shop && name.is_some())
            .then(|| format!("/perangkat/{}", encoded(&entry.subject))),
        details: details(&entry.detail)
            .into_iter()
            .filter(|line| name.as_ref() != Some(line))
            .collect(),
        subject: name.unwrap_or(entry.subject),
    }
}

/// How somebody of the log is called.
fn person(actor: &str, language: Language) -> String {
    let texts = AuditTexts::of(language);
    if let Some(label) = actor.strip_prefix("token ") {
        return format!("{} {label}", texts.system);
    }
    if actor.starts_with("device ") {
        return texts.device.to_owned();
    }
    match actor {
        OWNER | "page" => texts.owner.to_owned(),
        "hub" | "nightly" => texts.hub.to_owned(),
        other => other.to_owned(),
    }
}

/// A detail as lines of `name: value`, or as the text that it is.
fn details(detail: &str) -> Vec<String> {
    let short = |text: String| -> String {
        match text.chars().count() > LONGEST {
            true => text.chars().take(LONGEST).chain(['…']).collect(),
            false => text,
        }
    };
    match serde_json::from_str(detail) {
        Ok(Value::Object(fields)) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| {
                let told = match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                format!("{name}: {}", short(told))
            })
            .collect(),
        _ if detail.is_empty() => Vec::new(),
        _ => vec![short(detail.to_owned())],
    }
}
