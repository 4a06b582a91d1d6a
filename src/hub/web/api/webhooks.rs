//! `/webhooks`, `/messages`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::queries::MessageQuery;
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::messages::{Made, NewWebhook};
use crate::hub::store::outbox::{Message, MessageFilter, MessageState};
use crate::hub::store::webhooks::Webhook;
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(switch))
        .routes(routes!(ping))
        .routes(routes!(messages))
        .routes(routes!(again))
}

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookBody {
    /// Its identity.
    id: String,
    /// Where calls go.
    url: String,
    /// Which kinds of events.
    kinds: Vec<String>,
    /// The customer whose orders it is told of.
    customer_id: Option<String>,
    /// Still called.
    active: bool,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// What calls are signed with; told once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<Webhook> for WebhookBody {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            kinds: webhook.kinds,
            customer_id: webhook.customer_id,
            active: webhook.active,
            created_at: webhook.created_at,
            secret: None,
        }
    }
}

/// A subscription to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhookBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// Where calls go, `https://`.
    url: String,
    /// Which kinds of events, such as `order.shipped`, `order.*` or `*`; all if absent.
    #[serde(default)]
    kinds: Vec<String>,
    /// The customer whose orders it is told of; the distributor's own if absent.
    customer_id: Option<String>,
}

/// Whether a subscription is called.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchBody {
    /// Called.
    active: bool,
}

/// The subscriptions, without their secrets.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses(
    (status = OK, body = Items<WebhookBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<WebhookBody>>, Problem> {
    Ok(Items::json(hub.webhooks().await?))
}

/// Makes a subscription. Its secret is in this answer and in no other.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = NewWebhookBody, responses(
    (status = CREATED, body = WebhookBody),
    (status = OK, body = WebhookBody, description = "Made before by the same request; without the secret"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn create(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<NewWebhookBody>,
) -> Result<Response, Problem> {
    let new = NewWebhook {
        id: body.id,
        url: body.url,
        kinds: body.kinds,
        customer_id: body.customer_id,
    };
    let (status, body) = match hub.create_webhook(&caller, new).await? {
        Made::Created(webhook) => {
            let secret = Some(webhook.secret.clone());
            let told = WebhookBody {
                secret,
                ..webhook.into()
            };
            (StatusCode::CREATED, told)
        }
        Made::Repeated(webhook) => (StatusCode::OK, webhook.into()),
    };
    Ok((status, Json(body)).into_response())
}

/// Switches a subscription on or off.
#[utoipa::path(post, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    request_body = SwitchBody, responses(
    (status = OK, body = WebhookBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn switch(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<SwitchBody>,
) -> Result<Json<WebhookBody>, Problem> {
    let webhook = hub.set_webhook_active(&caller, &id, body.active).await?;
    Ok(Json(webhook.into()))
}

/// Calls a subscription with an event `ping`.
#[utoipa::path(post, path = "/webhooks/{id}/ping", tag = "webhooks", params(("id" = String, Path)), responses(
    (status = ACCEPTED, description = "The call is queued"), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn ping(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    hub.ping_webhook(&caller, &id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// A message to a customer, or a call of another system.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageBody {
    /// Its identity; calls carry it as `Kulakan-Delivery`.
    id: String,
    /// `email`, `whatsapp` or `webhook`.
    channel: &'static str,
    /// An address, a telephone number, or a webhook's identity.
    recipient: String,
    /// What it tells of.
    kind: String,
    /// The order that it is about.
    order_id: Option<String>,
    /// How far it has come.
    state: &'static str,
    /// How often it was tried.
    attempts: i64,
    /// Of these, how often nobody knows how it ended.
    unsure: i64,
    /// When it is tried next, while it waits.
    next_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    last_error: Option<String>,
    /// When it was queued.
    created_at: DateTime<Utc>,
    /// When the other side took it.
    sent_at: Option<DateTime<Utc>>,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            channel: message.channel.as_str(),
            recipient: message.recipient,
            kind: message.kind,
            order_id: message.order_id,
            state: message.state.as_str(),
            attempts: message.attempts,
            unsure: message.unsure,
            next_at: (message.state == MessageState::Waiting).then_some(message.next_at),
            last_error: Some(message.last_error).filter(|text| !text.is_empty()),
            created_at: message.created_at,
            sent_at: message.sent_at,
        }
    }
}

/// The latest 200 messages and calls, newest first.
#[utoipa::path(get, path = "/messages", tag = "webhooks", params(MessageQuery), responses(
    (status = OK, body = Items<MessageBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn messages(
    State(hub): State<Hub>,
    Query(query): Query<MessageQuery>,
) -> Result<Json<Items<MessageBody>>, Problem> {
    let state = query
        .state
        .map(|text| {
            MessageState::parse(&text).ok_or_else(|| {
                Error::invalid("state", format!("{text:?} is no state of a message"))
            })
        })
        .transpose()?;
    let filter = MessageFilter {
        state,
        order_id: query.order,
        ..MessageFilter::default()
    };
    Ok(Items::json(hub.messages(filter).await?))
}

/// Sends a message that is stuck once more, or calls another system with what it has lost.
#[utoipa::path(post, path = "/messages/{id}/again", tag = "webhooks", params(("id" = String, Path)), responses(
    (status = OK, body = MessageBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = CONFLICT, body = Problem)))]
async fn again(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<MessageBody>, Problem> {
    Ok(Json(hub.send_again(&caller, &id).await?.into()))
}
