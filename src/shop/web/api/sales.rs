//! `/sales`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recorded;
use crate::error::Error;
use crate::shop::Shop;
use crate::shop::outcome::{Outcome, Page};
use crate::shop::till::{
    self, Receipt, Refund, ReturnRequest, Returned, Sale, SaleRequest, SalesQuery,
};
use crate::web::Problem;
use crate::web::problem::{Json, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(list, sell))
        .routes(routes!(get))
        .routes(routes!(void))
        .routes(routes!(give_back))
}

/// Records a sale. Sending the same request again is safe: it is answered with the same body and recorded once.
#[utoipa::path(post, path = "/sales", tag = "sales", request_body = SaleRequest,
    responses(
        (status = CREATED, body = Receipt),
        (status = OK, body = Receipt, description = "Recorded before; the same body"),
        (status = CONFLICT, body = Problem, description = "The id is that of a sale with other content, or the debt exceeds the customer's limit"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn sell(
    State(shop): State<Shop>,
    Json(request): Json<SaleRequest>,
) -> Result<Response, Problem> {
    recorded(shop.sell(request).await?)
}

/// Sales between two business dates, the newest receipt first.
#[utoipa::path(get, path = "/sales", tag = "sales", params(SalesQuery),
    responses((status = OK, body = Page<Sale>)))]
async fn list(
    State(shop): State<Shop>,
    Query(query): Query<SalesQuery>,
) -> Result<axum::Json<Page<Sale>>, Problem> {
    Ok(axum::Json(shop.sales(query).await?))
}

/// A sale and what became of it.
#[utoipa::path(get, path = "/sales/{id}", tag = "sales", params(("id" = String, Path)),
    responses((status = OK, body = Sale), (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(shop): State<Shop>,
    Path(id): Path<String>,
) -> Result<axum::Json<Sale>, Problem> {
    Ok(axum::Json(shop.sale(&id).await?))
}

/// Why a sale is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoidRequest {
    /// 1 to 200 characters.
    reason: String,
    /// How what was paid by QRIS or transfer goes back: `cash` or `transfer`. Without it, the way it came.
    #[serde(default)]
    refund: Option<Refund>,
}

/// Takes a sale back, once. Asked again for the same reason it answers the same.
#[utoipa::path(post, path = "/sales/{id}/void", tag = "sales", params(("id" = String, Path)),
    request_body = VoidRequest,
    responses(
        (status = OK, body = Sale),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "Taken back before for another reason"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn void(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    Json(request): Json<VoidRequest>,
) -> Result<axum::Json<Sale>, Problem> {
    let request = till::VoidRequest {
        reason: request.reason,
        refund: request.refund,
    };
    match shop.void_sale_by(&id, request, "till").await? {
        Outcome::Recorded(sale) | Outcome::Already(sale) => Ok(axum::Json(sale)),
        Outcome::Conflict(detail) => Err(Error::Conflict(detail).into()),
    }
}

/// Takes some of a sale back. Of a carton single pieces may come back by their `unit`. The money is the goods' share of
/// what was paid, to the nearest rupiah (in cash to the shop's coins) over everything that came back so far, so that all
/// parts together never come to more than was paid, and the last one makes them come to exactly that. Sending the same
/// request again is safe.
#[utoipa::path(post, path = "/sales/{id}/returns", tag = "sales", params(("id" = String, Path)),
    request_body = ReturnRequest,
    responses(
        (status = CREATED, body = Returned),
        (status = OK, body = Returned, description = "Recorded before; the same body"),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "The sale was voided, or the id is that of another return"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn give_back(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    Json(request): Json<ReturnRequest>,
) -> Result<Response, Problem> {
    recorded(shop.return_goods(&id, request, "till").await?)
}
