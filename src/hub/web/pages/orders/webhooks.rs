//! Webhooks: which systems are called, and how their calls went.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Texts, frame, moment};
use crate::error::Result;
use crate::hub::messages::{KINDS, Made, NewWebhook};
use crate::hub::store::outbox::{Attempt, Message, MessageFilter, MessageState};
use crate::hub::store::webhooks::Webhook;
use crate::hub::web::pages::Pages;
use crate::web::Language;
use crate::web::layout::{Frame, page};

const HERE: &str = "/pengaturan/webhook";

/// Calls whose attempts are told.
const TOLD: usize = 50;

#[derive(Template)]
#[template(path = "hub/web/templates/orders/webhooks.html")]
struct List {
    frame: Frame,
    texts: &'static Texts,
    new_id: String,
    secret: String,
    hooks: Vec<Hook>,
    kinds: String,
}

struct Hook {
    id: String,
    url: String,
    kinds: String,
    active: bool,
}

impl From<Webhook> for Hook {
    fn from(webhook: Webhook) -> Self {
        Self {
            kinds: webhook.kinds.join(" "),
            id: webhook.id,
            url: webhook.url,
            active: webhook.active,
        }
    }
}

pub(super) async fn list(State(pages): State<Pages>, language: Language) -> Response {
    shown(&pages, language, String::new()).await
}

async fn shown(pages: &Pages, language: Language, secret: String) -> Response {
    let texts = Texts::of(language);
    match pages.hub.webhooks().await {
        Ok(found) => page(&List {
            frame: frame(pages, language, texts.webhooks, HERE),
            texts,
            new_id: Uuid::now_v7().to_string(),
            secret,
            hooks: found.into_iter().map(Hook::from).collect(),
            kinds: KINDS.join(", "),
        }),
        Err(error) => pages.message(language, error, "/"),
    }
}

#[derive(Deserialize)]
pub(super) struct Added {
    id: Uuid,
    url: String,
    #[serde(default)]
    kejadian: String,
    #[serde(default)]
    pelanggan: String,
}

/// Adds one and shows its secret, this once.
pub(super) async fn add(
    State(pages): State<Pages>,
    language: Language,
    Form(form): Form<Added>,
) -> Response {
    let new = NewWebhook {
        id: Some(form.id),
        url: form.url,
        kinds: form
            .kejadian
            .split([',', ' ', '\n', '\r'])
            .filter(|kind| !kind.is_empty())
            .map(ToOwned::to_owned)
            .collect(),
        customer_id: Some(form.pelanggan.trim().to_owned()).filter(|id| !id.is_empty()),
    };
    match pages.hub.create_webhook(&pages.actor(), new).await {
        Ok(Made::Created(webhook)) => shown(&pages, language, webhook.secret).await,
        Ok(Made::Repeated(_)) => Redirect::to(HERE).into_response(),
        Err(error) => pages.message(language, error, HERE),
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/orders/webhook.html")]
struct Log {
    frame: Frame,
    texts: &'static Texts,
    hook: Hook,
    calls: Vec<Call>,
}

struct Call {
    id: String,
    kind: String,
    state: &'static str,
    class: &'static str,
    when: String,
    payload: String,
    attempts: Vec<String>,
    may_again: bool,
}

pub(super) async fn log(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    match log_view(&pages, language, &id).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, HERE),
    }
}

async fn log_view(pages: &Pages, language: Language, id: &str) -> Result<Log> {
    let texts = Texts::of(language);
    let hook = pages.hub.webhook(id).await?;
    let filter = MessageFilter {
        recipient: Some(id.to_owned()),
        ..MessageFilter::default()
    };
    let mut calls = Vec::new();
    for message in pages.hub.messages(filter).await?.into_iter().take(TOLD) {
        let (message, attempts) = pages.hub.message(&message.id).await?;
        calls.push(call(pages, language, message, attempts));
    }
    Ok(Log {
        frame: frame(pages, language, texts.log, &format!("{HERE}/{id}")),
        texts,
        hook: hook.into(),
        calls,
    })
}

fn call(pages: &Pages, language: Language, message: Message, attempts: Vec<Attempt>) -> Call {
    let texts = Texts::of(language);
    Call {
        state: texts.message_state(message.state),
        class: match message.state {
            MessageState::Sent => "good",
            MessageState::Stuck | MessageState::Dropped => "due",
            _ => "along",
        },
        when: moment(pages, message.created_at, language),
        attempts: attempts
            .into_iter()
            .map(|it| {
                let when = moment(pages, it.at, language);
                format!("{}. {when}: {}", it.number, it.detail)
            })
            .collect(),
        may_again: matches!(
            message.state,
            MessageState::Sent | MessageState::Stuck | MessageState::Dropped
        ),
        kind: message.kind,
        payload: message.payload,
        id: message.id,
    }
}

#[derive(Deserialize)]
pub(super) struct Switched {
    aktif: u8,
}

pub(super) async fn switch(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
    Form(form): Form<Switched>,
) -> Response {
    let done = pages
        .hub
        .set_webhook_active(&pages.actor(), &id, form.aktif == 1)
        .await;
    back(&pages, language, &id, done.map(|_| ()))
}

pub(super) async fn ping(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.ping_webhook(&pages.actor(), &id).await;
    back(&pages, language, &id, done)
}

pub(super) async fn again(
    State(pages): State<Pages>,
    language: Language,
    Path((id, message)): Path<(String, String)>,
) -> Response {
    let done = pages.hub.send_again(&pages.actor(), &message).await;
    back(&pages, language, &id, done.map(|_| ()))
}

fn back(pages: &Pages, language: Language, id: &str, done: Result<()>) -> Response {
    let back = format!("{HERE}/{id}");
    match done {
        Ok(()) => Redirect::to(&back).into_response(),
        Err(error) => pages.message(language, error, &back),
    }
}
