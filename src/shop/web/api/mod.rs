//! The JSON API, to be nested under `/api/v1`.

mod customers;
mod deliveries;
mod demand;
pub mod plans;
mod products;
mod sales;
mod stock;
mod sync;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

use crate::error::Error;
use crate::shop::Shop;
use crate::shop::outcome::Outcome;
use crate::web::Problem;

/// Every call of the API, with paths relative to `/api/v1`.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .merge(products::router())
        .merge(sales::router())
        .merge(customers::router())
        .merge(stock::router())
        .merge(demand::router())
        .merge(plans::router())
        .merge(deliveries::router())
        .merge(sync::router())
}

/// 201 for what was recorded now, 200 with the same body for what was recorded before, 409 for another content.
fn recorded<T: Serialize>(outcome: Outcome<T>) -> Result<Response, Problem> {
    match outcome {
        Outcome::Recorded(body) => Ok((StatusCode::CREATED, axum::Json(body)).into_response()),
        Outcome::Already(body) => Ok((StatusCode::OK, axum::Json(body)).into_response()),
        Outcome::Conflict(detail) => Err(Error::Conflict(detail).into()),
    }
}
