//! `/groups`: groups of shops, so that what holds for all of them is said once.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use crate::hub::Hub;
use crate::hub::store::groups::Group;
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::Json as Body;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, remove))
        .routes(routes!(put_in, take_out))
}

/// A group of shops.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupBody {
    /// Its identity.
    id: String,
    /// Its name, no other group's.
    name: String,
    /// How many shops are in it.
    shops: usize,
}

impl From<(Group, usize)> for GroupBody {
    fn from((group, shops): (Group, usize)) -> Self {
        Self {
            id: group.id,
            name: group.name,
            shops,
        }
    }
}

/// A group and who is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMembersBody {
    /// Its identity.
    id: String,
    /// Its name.
    name: String,
    /// Its shops by name.
    shops: Vec<GroupShopBody>,
}

/// A shop of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupShopBody {
    /// Its identity.
    id: String,
    /// Its name.
    name: String,
}

/// A group to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroupBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// 1 to 100 characters, no other group's.
    name: String,
}

/// The groups by name.
#[utoipa::path(get, path = "/groups", tag = "costs", responses(
    (status = OK, body = Items<GroupBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<GroupBody>>, Problem> {
    Ok(Items::json(hub.groups_counted().await?))
}

/// Makes a group.
#[utoipa::path(post, path = "/groups", tag = "costs", request_body = NewGroupBody, responses(
    (status = CREATED, body = GroupMembersBody),
    (status = OK, body = GroupMembersBody, description = "Made before by the same request"),
    (status = UNAUTHORIZED, body = Problem),
    (status = CONFLICT, body = Problem, description = "Another group has the name, or this identity has another"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn add(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<NewGroupBody>,
) -> Result<Response, Problem> {
    let (group, made) = hub.add_group(&caller, body.id, &body.name).await?;
    let status = if made {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, members(&hub, &group.id).await?).into_response())
}

/// A group and its shops.
#[utoipa::path(get, path = "/groups/{id}", tag = "costs", params(("id" = String, Path)), responses(
    (status = OK, body = GroupMembersBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<GroupMembersBody>, Problem> {
    members(&hub, &id).await
}

async fn members(hub: &Hub, id: &str) -> Result<Json<GroupMembersBody>, Problem> {
    let (group, shops) = hub.group(id).await?;
    Ok(Json(GroupMembersBody {
        id: group.id,
        name: group.name,
        shops: shops
            .into_iter()
            .map(|shop| GroupShopBody {
                id: shop.id,
                name: shop.name,
            })
            .collect(),
    }))
}

/// Removes a group: its shops are in none then, and its costs hold for nobody.
#[utoipa::path(delete, path = "/groups/{id}", tag = "costs", params(("id" = String, Path)), responses(
    (status = NO_CONTENT, description = "It is gone"), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn remove(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    hub.group(&id).await?;
    hub.remove_group(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a shop into a group, out of the one it was in. Again: 200.
#[utoipa::path(put, path = "/groups/{id}/shops/{shop_id}", tag = "costs",
    params(("id" = String, Path), ("shop_id" = String, Path)), responses(
    (status = OK, body = GroupMembersBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn put_in(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path((id, shop_id)): Path<(String, String)>,
) -> Result<Json<GroupMembersBody>, Problem> {
    hub.put_into_group(&caller, &shop_id, &id).await?;
    members(&hub, &id).await
}

/// Takes a shop out of a group. Again: 200.
#[utoipa::path(delete, path = "/groups/{id}/shops/{shop_id}", tag = "costs",
    params(("id" = String, Path), ("shop_id" = String, Path)), responses(
    (status = OK, body = GroupMembersBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn take_out(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path((id, shop_id)): Path<(String, String)>,
) -> Result<Json<GroupMembersBody>, Problem> {
    hub.take_out_of_group(&caller, &shop_id, &id).await?;
    members(&hub, &id).await
}
