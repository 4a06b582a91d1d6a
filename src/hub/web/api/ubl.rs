//! `/ubl`: documents of the trade as XML.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::queries::InventoryQuery;
use super::shipments::{ShipmentBody, taken};
use crate::hub::Hub;
use crate::hub::ubl::MOST_BYTES;
use crate::hub::web::auth::Caller;
use crate::web::Problem;
use crate::web::problem::Query;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(inventory))
        .routes(routes!(despatch))
        .routes(routes!(receipt))
        .routes(routes!(receive))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// A document as XML.
pub(in crate::hub::web) fn xml(document: String) -> Response {
    (
        [(header::CONTENT_TYPE, "application/xml; charset=utf-8")],
        document,
    )
        .into_response()
}

/// UBL 2.1 Inventory Report of a shop, or of the distributor's own warehouse.
#[utoipa::path(get, path = "/ubl/inventory-report", tag = "ubl", params(InventoryQuery), responses(
    (status = OK, body = String, content_type = "application/xml", description = "The document"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "There is no stock to report")))]
async fn inventory(
    State(hub): State<Hub>,
    Query(query): Query<InventoryQuery>,
) -> Result<Response, Problem> {
    Ok(xml(hub.inventory_report(query.shop.as_deref()).await?))
}

/// UBL 2.1 Despatch Advice of a shipment that has left, lot by lot.
#[utoipa::path(get, path = "/ubl/despatch-advice/{shipment}", tag = "ubl", params(("shipment" = String, Path)),
    responses((status = OK, body = String, content_type = "application/xml", description = "The document"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It has not left")))]
async fn despatch(
    State(hub): State<Hub>,
    Path(shipment): Path<String>,
) -> Result<Response, Problem> {
    Ok(xml(hub.despatch_advice(&shipment).await?))
}

/// UBL 2.1 Receipt Advice of a shipment that has arrived.
#[utoipa::path(get, path = "/ubl/receipt-advice/{shipment}", tag = "ubl", params(("shipment" = String, Path)),
    responses((status = OK, body = String, content_type = "application/xml", description = "The document"),
    (status = UNAUTHORIZED, body = Problem), (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "It has not arrived")))]
async fn receipt(
    State(hub): State<Hub>,
    Path(shipment): Path<String>,
) -> Result<Response, Problem> {
    Ok(xml(hub.receipt_advice(&shipment).await?))
}

/// Records what a UBL Receipt Advice of version 2 says of a shipment, for a shop that runs another system. The shipment
/// is named by `DespatchDocumentReference` (`UUID`, or else `ID`, is its id), products by
/// `Item/SellersItemIdentification/ID`. The same document again: 200.
#[utoipa::path(post, path = "/ubl/receipt-advice", tag = "ubl",
    request_body(content = String, content_type = "application/xml"), responses(
    (status = OK, body = ShipmentBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "Something else was recorded of it before, or it has not left"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn receive(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    document: Bytes,
) -> Result<Json<ShipmentBody>, Problem> {
    taken(hub.take_receipt_advice(&caller, &document).await?)
}
