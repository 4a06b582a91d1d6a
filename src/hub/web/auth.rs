//! Who calls: bearer tokens of `/api/v1`.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::Error;
use crate::hub::Hub;
use crate::web::{Problem, bearer};

/// Who calls, as the audit log names them.
#[derive(Debug, Clone)]
pub struct Caller(pub String);

/// Middleware: a call without a valid token gets 401 and reaches nothing; one with it carries its [`Caller`].
pub async fn require_token(
    State(hub): State<Hub>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let secret = bearer(request.headers()).ok_or_else(|| {
        Error::Unauthorized(
            "a token is needed: kulakan hub token create, then Authorization: Bearer TOKEN"
                .to_owned(),
        )
    })?;
    let label = hub.token_label(secret).await?;
    request
        .extensions_mut()
        .insert(Caller(format!("token {label}")));
    Ok(next.run(request).await)
}
