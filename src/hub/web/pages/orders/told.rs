//! What customers are told: what a person has to send, what is stuck, and the latest.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Tab, Texts, frame, moment, tabs};
use crate::error::{Error, Result};
use crate::hub::messages::email::Letter;
use crate::hub::store::outbox::{Channel, Message, MessageFilter, MessageState};
use crate::hub::web::pages::Pages;
use crate::web::layout::{Frame, page};
use crate::web::{Language, encoded};

const HERE: &str = "/pesanan/kabar";

/// The latest messages that are shown.
const LATEST: usize = 50;

#[derive(Template)]
#[template(path = "hub/web/templates/orders/told.html")]
struct Told {
    frame: Frame,
    texts: &'static Texts,
    tabs: Vec<Tab>,
    no_smtp: bool,
    by_hand: Vec<Row>,
    stuck: Vec<Row>,
    latest: Vec<Row>,
}

struct Row {
    id: String,
    to: String,
    text: String,
    order_id: String,
    state: &'static str,
    when: String,
    error: String,
    attempts: i64,
    next: String,
    unsure: bool,
    was_by_hand: bool,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    language: Language,
    headers: HeaderMap,
) -> Response {
    match view(&pages, language, &headers).await {
        Ok(view) => page(&view),
        Err(error) => pages.message(language, error, "/pesanan"),
    }
}

async fn view(pages: &Pages, language: Language, headers: &HeaderMap) -> Result<Told> {
    let texts = Texts::of(language);
    let base = base(pages, headers);
    let in_state = async |state| {
        let filter = MessageFilter {
            state: Some(state),
            ..MessageFilter::default()
        };
        pages.hub.messages(filter).await
    };
    let mut by_hand = in_state(MessageState::ByHand).await?;
    // The oldest news first: the customer reads them in their order.
    by_hand.reverse();
    let mut stuck = in_state(MessageState::Stuck).await?;
    stuck.retain(|message| message.channel != Channel::Webhook);
    let mut latest = pages.hub.messages(MessageFilter::default()).await?;
    latest.retain(|message| {
        message.channel != Channel::Webhook
            && !matches!(message.state, MessageState::ByHand | MessageState::Stuck)
    });
    latest.truncate(LATEST);
    let waits_for_mail = latest
        .iter()
        .any(|it| it.channel == Channel::Email && it.state == MessageState::Waiting);
    let rows = |messages: Vec<Message>| {
        messages
            .into_iter()
            .map(|message| row(pages, message, &base, language))
            .collect()
    };
    Ok(Told {
        frame: frame(pages, language, texts.messages, HERE),
        texts,
        tabs: tabs(texts, HERE),
        no_smtp: waits_for_mail && !pages.hub.sends_email(),
        by_hand: rows(by_hand),
        stuck: rows(stuck),
        latest: rows(latest),
    })
}

/// Under which address the customer reaches the hub: the setting, or else the address that this page was asked under.
fn base(pages: &Pages, headers: &HeaderMap) -> String {
    pages.hub.config().public_url().unwrap_or_else(|| {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        format!("http://{host}")
    })
}

fn text(message: &Message, base: &str) -> String {
    serde_json::from_str::<Letter>(&message.payload)
        .map(|letter| letter.text_with(Some(base)))
        .unwrap_or_default()
}

fn row(pages: &Pages, message: Message, base: &str, language: Language) -> Row {
    let texts = Texts::of(language);
    let at = message.sent_at.unwrap_or(message.created_at);
    Row {
        text: text(&message, base),
        state: texts.message_state(message.state),
        when: moment(pages, at, language),
        next: if message.state == MessageState::Waiting && message.attempts > 0 {
            moment(pages, message.next_at, language)
        } else {
            String::new()
        },
        unsure: message.state == MessageState::Stuck && message.unsure > 0,
        was_by_hand: message.channel == Channel::WhatsApp && message.state == MessageState::Sent,
        error: message.last_error,
        attempts: message.attempts,
        to: message.recipient,
        order_id: message.order_id.unwrap_or_default(),
        id: message.id,
    }
}

/// Notes the tap and leads on to WhatsApp, where the person sends it.
pub(super) async fn by_whatsapp(
    State(pages): State<Pages>,
    language: Language,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    match pages.hub.sent_by_hand(&pages.actor(), &id, true).await {
        Ok(message) => {
            let text = text(&message, &base(&pages, &headers));
            let link = format!(
                "https://wa.me/{}?text={}",
                message.recipient,
                encoded(&text)
            );
            // A form may lead to our own pages only; this header leads on from ours.
            let Ok(onward) = HeaderValue::from_str(&format!("0; url={link}")) else {
                let error = Error::Internal("the link cannot be written".to_owned());
                return pages.message(language, error, HERE);
            };
            let texts = Texts::of(language);
            let shown = page(&Onward {
                frame: frame(&pages, language, texts.open_whatsapp, HERE),
                texts,
                link,
            });
            ([(HeaderName::from_static("refresh"), onward)], shown).into_response()
        }
        Err(error) => pages.message(language, error, HERE),
    }
}

#[derive(Template)]
#[template(path = "hub/web/templates/orders/onward.html")]
struct Onward {
    frame: Frame,
    texts: &'static Texts,
    link: String,
}

pub(super) async fn sent(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.sent_by_hand(&pages.actor(), &id, true).await;
    back(&pages, language, done)
}

pub(super) async fn not_sent(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.sent_by_hand(&pages.actor(), &id, false).await;
    back(&pages, language, done)
}

pub(super) async fn again(
    State(pages): State<Pages>,
    language: Language,
    Path(id): Path<String>,
) -> Response {
    let done = pages.hub.send_again(&pages.actor(), &id).await;
    back(&pages, language, done)
}

fn back(pages: &Pages, language: Language, done: Result<Message>) -> Response {
    match done {
        Ok(_) => Redirect::to(HERE).into_response(),
        Err(error) => pages.message(language, error, HERE),
    }
}
