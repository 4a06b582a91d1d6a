//! `/sync/v1`: the wire's exchanges over HTTP.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
use crate::hub::Hub;
use crate::hub::contact::{Contact, Program};
use crate::hub::intake::Answer;
use crate::hub::pairing::{CodeRefusal, Pairing};
use crate::web::problem::Json;
use crate::web::{Problem, bearer};
use crate::wire::exchange::{EpochReply, EpochRequest, PairRequest, Push};
use crate::wire::packing::{MAX_RATIO, UnpackError, unpack};
use crate::wire::{
    CLOCK_HEADER, EPOCHS_PATH, EVENTS_PATH, HEAD_PATH, INSTANCE_HEADER, LOG_PATH, MAX_BATCH_EVENTS,
    MAX_DECOMPRESSED_BYTES, NOTES_PATH, OLDEST_PROTOCOL, PAIR_PATH, PROTOCOL, VERSION_HEADER,
};

/// Above the wire's own limit a push of several events is told to come in smaller ones.
const MOST_COMPRESSED: usize = 1024 * 1024;

/// Pairings and epochs are a few hundred bytes.
const SMALL_BODY: usize = 16 * 1024;

/// Shorter replies than this gain nothing by compression.
const WORTH_COMPRESSING: usize = 512;

/// zstd's level for replies: a hub serves many shops, so no stronger one than its default.
const REPLY_LEVEL: i32 = 3;

/// A clock further off than this is worth a line in the log.
const NOTABLE_SKEW_SECONDS: i64 = 300;

/// The exchanges.
pub fn router(hub: Hub) -> Router {
    Router::new()
        .route(PAIR_PATH, post(pair))
        .route(HEAD_PATH, get(head))
        .route(EPOCHS_PATH, post(epoch))
        .route(NOTES_PATH, get(notes))
        .route(LOG_PATH, get(log))
        .route_layer(DefaultBodyLimit::max(SMALL_BODY))
        .route(
            EVENTS_PATH,
            post(events).layer(DefaultBodyLimit::max(MAX_DECOMPRESSED_BYTES)),
        )
        // Of the routes only: an unknown path is no question of versions.
        .route_layer(axum::middleware::from_fn(check_protocol))
        .with_state(hub)
}

/// Middleware: what another version of the protocol means is not guessed at.
pub(super) async fn check_protocol(request: Request, next: Next) -> Response {
    let spoken = request
        .headers()
        .get(VERSION_HEADER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u32>().ok());
    match spoken {
        Some(version) if (OLDEST_PROTOCOL..=PROTOCOL).contains(&version) => next.run(request).await,
        _ => Problem::new(
            StatusCode::UPGRADE_REQUIRED,
            "unknown-protocol",
            "The versions of shop and hub do not fit",
            format!(
                "this hub understands {VERSION_HEADER} {OLDEST_PROTOCOL} to {PROTOCOL}, not {}; upgrade the older \
                 of the two programs",
                spoken.map_or_else(|| "none".to_owned(), |version| version.to_string())
            ),
        )
        .with("protocol", PROTOCOL)
        .with("oldest_protocol", OLDEST_PROTOCOL)
        .into_response(),
    }
}

/// The device that a request's bearer token belongs to, and what the request tells of it.
pub(super) struct Caller(pub(super) Contact);

impl FromRequestParts<Hub> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)
            .ok_or_else(|| Error::Unauthorized("a device's bearer token is needed".to_owned()))?;
        let device = hub.authenticate(token).await?;
        let skew_seconds = skew(&parts.headers, hub.now());
        if skew_seconds.is_some_and(|seconds| seconds.abs() > NOTABLE_SKEW_SECONDS) {
            tracing::warn!(
                shop = device.shop_id,
                skew_seconds,
                "the shop's clock is off"
            );
        }
        let instance = parts.headers.get(INSTANCE_HEADER);
        let told = |name: &str| parts.headers.get(name)?.to_str().ok();
        Ok(Self(Contact {
            device: device.id,
            skew_seconds,
            program: told(header::USER_AGENT.as_str()).and_then(Program::of_agent),
            instance: instance.and_then(|value| Uuid::parse_str(value.to_str().ok()?).ok()),
        }))
    }
}

/// The shop's clock minus the hub's, if the request tells the shop's.
fn skew(headers: &HeaderMap, now: DateTime<Utc>) -> Option<i64> {
    let told: DateTime<Utc> = headers.get(CLOCK_HEADER)?.to_str().ok()?.parse().ok()?;
    Some(told.signed_duration_since(now).num_seconds())
}

async fn pair(State(hub): State<Hub>, Json(request): Json<PairRequest>) -> Response {
    match hub.pair(request).await {
        Ok(Pairing::Paired(reply)) => axum::Json(reply).into_response(),
        Ok(Pairing::Refused(why)) => code_refused(why),
        Ok(Pairing::Elsewhere(why)) => Problem::new(
            StatusCode::CONFLICT,
            "paired-elsewhere",
            "The device belongs to another shop",
            why,
        )
        .into_response(),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Why a one-time code let nobody in.
pub(super) fn code_refused(why: CodeRefusal) -> Response {
    let (status, kind, title, detail) = match why {
        CodeRefusal::Wrong => (
            StatusCode::FORBIDDEN,
            "wrong-code",
            "The pairing code is wrong",
            "there is no such code; compare it with what the distributor gave",
        ),
        CodeRefusal::Expired => (
            StatusCode::FORBIDDEN,
            "expired-code",
            "The pairing code has expired",
            "the code was valid for seven days; ask the distributor for a new one",
        ),
        CodeRefusal::Used => (
            StatusCode::CONFLICT,
            "used-code",
            "The pairing code was used",
            "a code lets one device in once; ask the distributor for a new one",
        ),
        CodeRefusal::TooManyGuesses(_) => (
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-guesses",
            "Too many wrong codes",
            "wait a moment and try again",
        ),
    };
    let mut response = Problem::new(status, kind, title, detail).into_response();
    if let CodeRefusal::TooManyGuesses(seconds) = why {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn head(State(hub): State<Hub>, caller: Caller) -> Result<Response, Problem> {
    let reply = hub.head(caller.0).await?;
    Ok(axum::Json(reply).into_response())
}

#[derive(Deserialize)]
struct LogQuery {
    /// The epoch and the seq of the last event that is known, with a point between.
    after: String,
}

async fn log(
    State(hub): State<Hub>,
    caller: Caller,
    query: Result<Query<LogQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|rejection| malformed(rejection.body_text()))?;
    let point = query.after.split_once('.');
    let after = point.and_then(|(epoch, seq)| Some((epoch.parse().ok()?, seq.parse().ok()?)));
    let after =
        after.ok_or_else(|| malformed(format!("after={} is not EPOCH.SEQ", query.after)))?;
    let page = hub.log(caller.0, after).await?;
    packed(&headers, page).await
}

/// A reply, compressed where the shop takes that and it is worth it: catalogues and logs go over lines of 64 kbit/s.
async fn packed(
    headers: &HeaderMap,
    reply: impl Serialize + Send + 'static,
) -> Result<Response, Problem> {
    let takes_zstd = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim() == "zstd"));
    let unwritable = |error: String| Error::Internal(format!("writing a reply: {error}"));
    let encoded = tokio::task::spawn_blocking(move || {
        let text = serde_json::to_vec(&reply).map_err(|error| error.to_string())?;
        if !takes_zstd || text.len() < WORTH_COMPRESSING {
            return Ok((text, false));
        }
        let packed = zstd::bulk::compress(&text, REPLY_LEVEL).map_err(|error| error.to_string())?;
        Ok((packed, true))
    })
    .await
    .map_err(|error| unwritable(error.to_string()))?;
    let (body, compressed) = encoded.map_err(unwritable)?;
    let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    if compressed {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    }
    Ok(response)
}

async fn events(
    State(hub): State<Hub>,
    caller: Caller,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let Ok(_one_of_few) = hub.intake.clone().try_acquire_owned() else {
        return Ok(busy());
    };
    let body = whole(body, too_large)?;
    // Megabytes of decompressing and parsing are no work for a thread that answers everybody.
    let push = tokio::task::spawn_blocking(move || read_push(&body))
        .await
        .map_err(|error| Error::Internal(format!("reading a push: {error}")))??;
    answered(hub.push(caller.0, push).await?).map(IntoResponse::into_response)
}

/// A body that came as a whole, or what is wrong with it.
pub(super) fn whole(
    body: Result<Bytes, BytesRejection>,
    too_large: fn() -> Problem,
) -> Result<Bytes, Problem> {
    body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            malformed(rejection.body_text())
        }
    })
}

/// Too many shops push at once: come back, and not all at the same moment (the shop adds chance to what it is told).
fn busy() -> Response {
    let mut response = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Too many shops push at once",
        "the hub takes in other pushes right now; try again a little later",
    )
    .into_response();
    let seconds = HeaderValue::from_static("10");
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

fn read_push(body: &[u8]) -> Result<Push, Problem> {
    let text = unpack(body, MAX_DECOMPRESSED_BYTES).map_err(|error| match error {
        UnpackError::TooLarge(_) | UnpackError::Bomb => too_large(),
        UnpackError::Unreadable(_) => malformed(error.to_string()),
    })?;
    let push: Push = serde_json::from_slice(&text).map_err(|error| malformed(error.to_string()))?;
    if push.events.len() > MAX_BATCH_EVENTS
        || (push.events.len() > 1 && body.len() > MOST_COMPRESSED)
    {
        return Err(too_large());
    }
    Ok(push)
}

pub(super) fn malformed(detail: String) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed-body",
        "The body cannot be read",
        detail,
    )
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "The push is too large",
        format!(
            "at most {MAX_BATCH_EVENTS} events, {MOST_COMPRESSED} bytes compressed and {MAX_DECOMPRESSED_BYTES} bytes \
             decompressed, and {MAX_RATIO} times as large decompressed as compressed; send fewer events at a time"
        ),
    )
}

async fn epoch(
    State(hub): State<Hub>,
    caller: Caller,
    Json(request): Json<EpochRequest>,
) -> Result<axum::Json<EpochReply>, Problem> {
    answered(hub.grant_epoch(caller.0, request).await?)
}

fn answered<T>(answer: Answer<T>) -> Result<axum::Json<T>, Problem> {
    match answer {
        Answer::Accepted(reply) => Ok(axum::Json(reply)),
        Answer::Rejected { why, head } => Err(Problem::new(
            StatusCode::CONFLICT,
            "sync-rejected",
            "It does not follow what the hub holds",
            format!(
                "the hub holds this device's log up to epoch {} seq {}",
                head.epoch, head.seq
            ),
        )
        .with("code", serde_json::to_value(why).unwrap_or_default())
        .with("head", serde_json::to_value(head).unwrap_or_default())),
    }
}

#[derive(Deserialize)]
struct PullQuery {
    cursor: Option<String>,
}

async fn notes(
    State(hub): State<Hub>,
    caller: Caller,
    Query(query): Query<PullQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let page = hub.pull(caller.0, query.cursor).await?;
    packed(&headers, page).await
}
