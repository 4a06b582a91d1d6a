//! `/stock`

use axum::extract::{Path, State};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::recorded;
use crate::shop::Shop;
use crate::shop::stock::{
    Adjustment, AdjustmentRequest, Count, CountRequest, Position, Stock, StockQuery, StockReceipt,
    StockReceiptRequest,
};
use crate::web::Problem;
use crate::web::problem::{Json, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(receive))
        .routes(routes!(count))
        .routes(routes!(adjust))
}

/// The positions of all products, base units, in the order of their codes.
#[utoipa::path(get, path = "/stock", tag = "stock", params(StockQuery), responses((status = OK, body = Stock)))]
async fn list(
    State(shop): State<Shop>,
    Query(query): Query<StockQuery>,
) -> Result<axum::Json<Stock>, Problem> {
    Ok(axum::Json(shop.stock(query).await?))
}

/// The position of one product, base units.
#[utoipa::path(get, path = "/stock/{sku}", tag = "stock", params(("sku" = String, Path)),
    responses((status = OK, body = Position), (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(shop): State<Shop>,
    Path(sku): Path<String>,
) -> Result<axum::Json<Position>, Problem> {
    Ok(axum::Json(shop.stock_of(&sku).await?))
}

/// Takes in goods bought elsewhere than from the hub.
#[utoipa::path(post, path = "/stock/receipts", tag = "stock", request_body = StockReceiptRequest,
    responses(
        (status = CREATED, body = StockReceipt),
        (status = OK, body = StockReceipt, description = "Recorded before; the same body"),
        (status = CONFLICT, body = Problem, description = "The id was used for something else"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn receive(
    State(shop): State<Shop>,
    Json(request): Json<StockReceiptRequest>,
) -> Result<Response, Problem> {
    recorded(shop.receive_stock(request).await?)
}

/// Sets the book to what was counted: counted less what the ledger held at `at_seq`.
#[utoipa::path(post, path = "/stock/counts", tag = "stock", request_body = CountRequest,
    responses(
        (status = CREATED, body = Count),
        (status = OK, body = Count, description = "Recorded before; the same body"),
        (status = CONFLICT, body = Problem, description = "The id was used for something else"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn count(
    State(shop): State<Shop>,
    Json(request): Json<CountRequest>,
) -> Result<Response, Problem> {
    recorded(shop.count_stock(request).await?)
}

/// Takes goods out that were not sold, or corrects the book.
#[utoipa::path(post, path = "/stock/adjustments", tag = "stock", request_body = AdjustmentRequest,
    responses(
        (status = CREATED, body = Adjustment),
        (status = OK, body = Adjustment, description = "Recorded before; the same body"),
        (status = CONFLICT, body = Problem, description = "The id was used for something else"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn adjust(
    State(shop): State<Shop>,
    Json(request): Json<AdjustmentRequest>,
) -> Result<Response, Problem> {
    recorded(shop.adjust_stock(request).await?)
}
