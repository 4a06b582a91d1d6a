//! Bearer tokens on the API.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::shop::Shop;
use crate::web::Problem;

/// Middleware: without a valid token a request reaches nothing.
pub async fn bearer(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let verified = match crate::web::bearer(request.headers()) {
        Some(token) => shop.verify_token(token).await,
        None => Err(Error::Unauthorized(
            "a bearer token is needed: kulakan shop token create --label LABEL".to_owned(),
        )),
    };
    match verified {
        Ok(_) => next.run(request).await,
        Err(error) => Problem::from(error).into_response(),
    }
}
