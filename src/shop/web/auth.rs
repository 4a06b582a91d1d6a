//! Bearer tokens on the API.

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::shop::Shop;
use crate::web::Problem;

/// Middleware: without a valid token a request reaches nothing.
pub async fn bearer(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let verified = match token {
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
