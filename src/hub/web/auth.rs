//! Who calls: bearer tokens of `/api/v1`.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::Error;
use crate::hub::Hub;
use crate::web::Problem;

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

/// The secret of `Authorization: Bearer SECRET`; the scheme's name is not case-sensitive (RFC 9110, section 11.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = text.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| secret.trim())
        .filter(|secret| !secret.is_empty())
}
