//! Sambungan: what was sent, what was not, and since when.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};

use super::Pages;
use super::texts::Texts;
use super::visitor::Visitor;
use crate::error::Result;
use crate::shop::store::notes::SetAside;
use crate::web::layout::{Frame, moment, page};

#[derive(Template)]
#[template(path = "shop/web/templates/sync.html")]
struct Sync {
    frame: Frame,
    texts: &'static Texts,
    hub: Option<String>,
    backlog: i64,
    quarantined: i64,
    set_aside: Vec<SetAside>,
    last_success: String,
    next_attempt: Option<String>,
    last_error: Option<String>,
    device: String,
    incidents: Vec<(String, String)>,
}

/// What only the owner may open.
pub(super) fn owner_routes() -> Router<Pages> {
    Router::new().route("/sinkron", get(show))
}

async fn show(State(pages): State<Pages>, visitor: Visitor) -> Response {
    match view(&pages, &visitor).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(&visitor, error, "/"),
    }
}

async fn view(pages: &Pages, visitor: &Visitor) -> Result<Sync> {
    let language = visitor.language;
    let texts = Texts::of(language);
    let status = pages.shop.sync_status().await?;
    let zone = pages.shop.info().timezone;
    let local = |text: &String| {
        let utc: DateTime<Utc> = text.parse().ok()?;
        Some(moment(utc.with_timezone(&zone).naive_local(), language))
    };
    let mut frame = pages.frame(visitor, texts.sync, "/sinkron");
    frame.styles.push("/assets/home.css");
    Ok(Sync {
        frame,
        texts,
        hub: status
            .paired
            .then(|| match status.distributors.as_slice() {
                [] => status.hub_name.or(status.hub_url),
                several => Some(several.join(", ")),
            })
            .flatten(),
        backlog: status.backlog,
        quarantined: status.quarantined,
        set_aside: status.set_aside,
        last_success: status
            .last_success_at
            .as_ref()
            .and_then(local)
            .unwrap_or_else(|| texts.never.to_owned()),
        next_attempt: status.next_attempt_at.as_ref().and_then(local),
        last_error: status.last_error,
        device: status.device,
        incidents: pages
            .shop
            .incidents(language)
            .await?
            .into_iter()
            .map(|told| (local(&told.incident.at).unwrap_or_default(), told.text))
            .collect(),
    })
}
