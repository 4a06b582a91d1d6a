//! `/sync/v1/backups`: off-site backups over HTTP; see `wire::offsite`.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;

use super::sync::{Caller, check_protocol, code_refused, malformed, whole};
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::offsite::{Committed, Granting, PartKept};
use crate::web::problem::Json;
use crate::web::{Problem, bearer};
use crate::wire::event::Hash;
use crate::wire::offsite::{
    Asked, BACKUP_FORGET_PATH, BACKUP_GRANTS_PATH, BACKUP_MISSING_PATH, BACKUP_PARTS_PATH,
    BACKUP_SET_PATH, BACKUPS_PATH, Commit, CommitRejection, GrantRequest, MAX_NAMES_BYTES,
    MAX_PART_BYTES, Missing, SetReply, SetsReply,
};

/// A code and a token, or nothing.
const SMALL_BODY: usize = 4 * 1024;

/// The exchanges.
pub fn router(hub: Hub) -> Router {
    Router::new()
        .route(BACKUP_GRANTS_PATH, post(grant))
        .route(BACKUP_FORGET_PATH, post(forget))
        .route_layer(DefaultBodyLimit::max(SMALL_BODY))
        .route(
            BACKUPS_PATH,
            get(sets)
                .post(commit)
                .layer(DefaultBodyLimit::max(MAX_NAMES_BYTES)),
        )
        .route(
            BACKUP_MISSING_PATH,
            post(missing).layer(DefaultBodyLimit::max(MAX_NAMES_BYTES)),
        )
        .route(BACKUP_SET_PATH, get(set))
        .route(
            BACKUP_PARTS_PATH,
            get(part)
                .post(keep)
                .layer(DefaultBodyLimit::max(MAX_PART_BYTES)),
        )
        .route_layer(axum::middleware::from_fn(check_protocol))
        .with_state(hub)
}

/// The shop whose sets a request may read.
struct Reader(String);

impl FromRequestParts<Hub> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)
            .ok_or_else(|| Error::Unauthorized("a bearer token is needed".to_owned()))?;
        Ok(Self(hub.backup_reader(token).await?))
    }
}

#[derive(Deserialize)]
struct PartQuery {
    hash: Hash,
}

#[derive(Deserialize)]
struct SetQuery {
    id: Uuid,
}

fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query
        .map(|Query(query)| query)
        .map_err(|rejection| malformed(rejection.body_text()))
}

async fn missing(
    State(hub): State<Hub>,
    caller: Caller,
    Json(parts): Json<Asked>,
) -> Result<axum::Json<Missing>, Problem> {
    Ok(axum::Json(hub.missing_parts(caller.0.device, parts).await?))
}

async fn keep(
    State(hub): State<Hub>,
    caller: Caller,
    query: Result<Query<PartQuery>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let hash = asked(query)?.hash;
    let body = whole(body, too_large)?;
    match hub.keep_part(caller.0.device, hash, body.into()).await? {
        PartKept::Stored => Ok(StatusCode::NO_CONTENT.into_response()),
        PartKept::NoRoom(held, most) => Err(no_room(held, most)),
    }
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "The part is too large",
        format!("a part has at most {MAX_PART_BYTES} bytes"),
    )
}

fn no_room(held: u64, most: u64) -> Problem {
    let mib = |bytes: u64| bytes.div_ceil(1 << 20);
    Problem::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "backup-quota",
        "The shop's room for backups is used up",
        format!(
            "the hub keeps at most {} MiB of a shop's backups and holds {} MiB of this one's; the distributor can give \
             more (backup_quota_mib)",
            most >> 20,
            mib(held)
        ),
    )
}

async fn commit(
    State(hub): State<Hub>,
    caller: Caller,
    Json(commit): Json<Commit>,
) -> Result<Response, Problem> {
    let why = match hub.commit_backup(caller.0.device, commit).await? {
        Committed::Stored => return Ok(StatusCode::NO_CONTENT.into_response()),
        Committed::Rejected(why) => why,
    };
    let detail = match why {
        CommitRejection::MissingParts => "parts of the backup are not here",
        CommitRejection::OtherChain => "the chain that the backup goes on with ends elsewhere",
    };
    Err(Problem::new(
        StatusCode::CONFLICT,
        "backup-rejected",
        "The backup is not complete",
        detail,
    )
    .with("code", serde_json::to_value(why).unwrap_or_default()))
}

async fn forget(State(hub): State<Hub>, caller: Caller) -> Result<StatusCode, Problem> {
    hub.forget_backups(caller.0.device).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sets(
    State(hub): State<Hub>,
    Reader(shop_id): Reader,
) -> Result<axum::Json<SetsReply>, Problem> {
    Ok(axum::Json(hub.backup_sets(shop_id).await?))
}

async fn set(
    State(hub): State<Hub>,
    Reader(shop_id): Reader,
    query: Result<Query<SetQuery>, QueryRejection>,
) -> Result<axum::Json<SetReply>, Problem> {
    let id = asked(query)?.id;
    Ok(axum::Json(hub.backup_set(shop_id, id).await?))
}

async fn part(
    State(hub): State<Hub>,
    Reader(shop_id): Reader,
    query: Result<Query<PartQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let content = hub.backup_part(shop_id, asked(query)?.hash).await?;
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((kind, content).into_response())
}

async fn grant(State(hub): State<Hub>, Json(request): Json<GrantRequest>) -> Response {
    match hub.grant_backups(request).await {
        Ok(Granting::Granted(reply)) => axum::Json(reply).into_response(),
        Ok(Granting::Refused(why)) => code_refused(why),
        Err(error) => Problem::from(error).into_response(),
    }
}
