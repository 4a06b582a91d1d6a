//! `/stock`: the distributor's own stock.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Items;
use super::queries::{StockDocumentQuery, StockMovesQuery};
use super::shops::sku;
use super::stock_bodies::{DocumentBody, ProductStockBody, StockBody};
use crate::error::Error;
use crate::hub::Hub;
use crate::hub::store::stock_documents::DocumentKind;
use crate::hub::warehouse::{
    AdjustmentRequest, CountLine, CountRequest, Counted, LotCounted, ReceiptLine, ReceiptRequest,
    Recorded, Undone,
};
use crate::hub::web::auth::Caller;
use crate::model::{AdjustmentReason, Quantity};
use crate::web::Problem;
use crate::web::problem::{Json as Body, Query};

/// The most moves in one answer.
const MOST_MOVES: i64 = 200;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(receive))
        .routes(routes!(count))
        .routes(routes!(adjust))
        .routes(routes!(documents))
        .routes(routes!(undo))
}

/// Goods in, outside an order to a supplier.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// From whom, or why.
    #[serde(default)]
    note: String,
    /// What came.
    lines: Vec<ReceiptLineBody>,
}

/// What came of a lot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptLineBody {
    /// The product.
    sku: String,
    /// Base units, above 0.
    quantity: i64,
    /// The supplier's lot code.
    #[serde(default)]
    lot: String,
    /// Best before.
    expires: Option<NaiveDate>,
}

/// Shelves counted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// In words.
    #[serde(default)]
    note: String,
    /// What was counted, a product once.
    lines: Vec<CountLineBody>,
}

/// A product counted: as a whole by `counted`, or lot by lot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountLineBody {
    /// The product.
    sku: String,
    /// The last position of its ledger when it was counted; now if absent.
    at_seq: Option<i64>,
    /// All of it together, base units.
    counted: Option<i64>,
    /// Lot by lot, in place of `counted`.
    lots: Option<Vec<CountLotBody>>,
    /// There are no other lots than these.
    #[serde(default)]
    only_lots: bool,
}

/// A lot counted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountLotBody {
    /// The supplier's lot code.
    #[serde(default)]
    lot: String,
    /// Best before.
    expires: Option<NaiveDate>,
    /// Base units.
    counted: i64,
}

/// Stock changed by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentBody {
    /// Made by the caller, so that the request may be repeated.
    id: Option<Uuid>,
    /// The product.
    sku: String,
    /// Base units. How many left, above 0; for `correction` the change.
    quantity: i64,
    /// `waste`, `expired`, `own_use`, `return` (to the supplier) or `correction`.
    #[schema(value_type = String)]
    reason: AdjustmentReason,
    /// Of the lot with this code (and `expires`); without both, first expired first out.
    lot: Option<String>,
    /// Of the lot with this date.
    expires: Option<NaiveDate>,
    /// More may leave than the book has.
    #[serde(default)]
    beyond_book: bool,
    /// What happened.
    #[serde(default)]
    note: String,
}

/// The warehouse, product by product.
#[utoipa::path(get, path = "/stock", tag = "supply", responses(
    (status = OK, body = Items<StockBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<StockBody>>, Problem> {
    Ok(Items::json(hub.stock().await?.rows))
}

/// A product's stock by lot, what is promised of it, and its ledger.
#[utoipa::path(get, path = "/stock/{sku}", tag = "supply", params(("sku" = String, Path), StockMovesQuery), responses(
    (status = OK, body = ProductStockBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(code): Path<String>,
    Query(query): Query<StockMovesQuery>,
) -> Result<Json<ProductStockBody>, Problem> {
    let sku = sku("sku", &code)?;
    let stock = hub.stock_of(&sku, query.before, MOST_MOVES).await?;
    Ok(Json(stock.into()))
}

/// Books goods in. The same again: 200.
#[utoipa::path(post, path = "/stock/receipts", tag = "supply", request_body = ReceiptBody, responses(
    (status = CREATED, body = DocumentBody), (status = OK, body = DocumentBody, description = "Recorded before"),
    (status = UNAUTHORIZED, body = Problem), (status = CONFLICT, body = Problem, description = "The id has other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn receive(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<ReceiptBody>,
) -> Result<Response, Problem> {
    let lines = body.lines.into_iter().enumerate().map(|(index, line)| {
        Ok(ReceiptLine {
            sku: sku(&format!("lines[{index}].sku"), &line.sku)?,
            quantity: Quantity(line.quantity),
            lot: line.lot.trim().to_owned(),
            expires: line.expires,
        })
    });
    let request = ReceiptRequest {
        id: body.id,
        note: body.note,
        lines: lines.collect::<Result<_, Error>>()?,
    };
    Ok(answer(hub.receive_stock(&caller, request).await?))
}

/// Records a count and sets the book right. The same again: 200.
#[utoipa::path(post, path = "/stock/counts", tag = "supply", request_body = CountBody, responses(
    (status = CREATED, body = DocumentBody), (status = OK, body = DocumentBody, description = "Recorded before"),
    (status = UNAUTHORIZED, body = Problem), (status = CONFLICT, body = Problem, description = "The id has other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn count(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<CountBody>,
) -> Result<Response, Problem> {
    let lines = body.lines.into_iter().enumerate().map(|(index, line)| {
        let field = |name: &str| format!("lines[{index}].{name}");
        Ok(CountLine {
            sku: sku(&field("sku"), &line.sku)?,
            at_seq: line.at_seq,
            counted: match (line.counted, line.lots) {
                (Some(all), None) => Counted::Whole(Quantity(all)),
                (None, Some(lots)) if line.only_lots => Counted::OnlyLots(counted_lots(lots)),
                (None, Some(lots)) => Counted::Lots(counted_lots(lots)),
                _ => {
                    let message = "give either counted or lots";
                    return Err(Error::invalid(field("counted"), message));
                }
            },
        })
    });
    let request = CountRequest {
        id: body.id,
        note: body.note,
        lines: lines.collect::<Result<_, Error>>()?,
    };
    Ok(answer(hub.count_stock(&caller, request).await?))
}

fn counted_lots(lots: Vec<CountLotBody>) -> Vec<LotCounted> {
    lots.into_iter()
        .map(|lot| LotCounted {
            lot: lot.lot.trim().to_owned(),
            expires: lot.expires,
            quantity: Quantity(lot.counted),
        })
        .collect()
}

/// Changes stock by hand. The same again: 200.
#[utoipa::path(post, path = "/stock/adjustments", tag = "supply", request_body = AdjustmentBody, responses(
    (status = CREATED, body = DocumentBody), (status = OK, body = DocumentBody, description = "Recorded before"),
    (status = UNAUTHORIZED, body = Problem),
    (status = CONFLICT, body = Problem, description = "The book has less, or the id has other content"),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn adjust(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<AdjustmentBody>,
) -> Result<Response, Problem> {
    let lot = (body.lot.is_some() || body.expires.is_some())
        .then(|| (body.lot.unwrap_or_default().trim().to_owned(), body.expires));
    let request = AdjustmentRequest {
        id: body.id,
        sku: sku("sku", &body.sku)?,
        quantity: Quantity(body.quantity),
        reason: body.reason,
        lot,
        beyond_book: body.beyond_book,
        note: body.note,
    };
    Ok(answer(hub.adjust_stock(&caller, request).await?))
}

/// The latest 200 receipts, counts and adjustments, newest first.
#[utoipa::path(get, path = "/stock/documents", tag = "supply", params(StockDocumentQuery), responses(
    (status = OK, body = Items<DocumentBody>), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn documents(
    State(hub): State<Hub>,
    Query(query): Query<StockDocumentQuery>,
) -> Result<Json<Items<DocumentBody>>, Problem> {
    let kind = query
        .kind
        .map(|text| {
            DocumentKind::parse(&text).ok_or_else(|| {
                Error::invalid("kind", format!("{text:?} is no kind of stock document"))
            })
        })
        .transpose()?;
    Ok(Items::json(hub.stock_documents(kind).await?))
}

/// Takes a receipt or an adjustment back, while the goods are still there. Again: 200.
#[utoipa::path(post, path = "/stock/documents/{id}/undo", tag = "supply", params(("id" = String, Path)), responses(
    (status = OK, body = DocumentBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem),
    (status = CONFLICT, body = Problem, description = "A count, or the goods have left since")))]
async fn undo(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<DocumentBody>, Problem> {
    match hub.undo_stock_document(&caller, &id).await? {
        Undone::Done(document) | Undone::Repeated(document) => Ok(Json(document.into())),
        Undone::Refused { why, .. } => Err(Error::Refused(why).into()),
    }
}

fn answer(recorded: Recorded) -> Response {
    let status = match recorded {
        Recorded::New(_) => StatusCode::CREATED,
        Recorded::Repeated(_) => StatusCode::OK,
    };
    (status, Json(DocumentBody::from(recorded.document()))).into_response()
}
