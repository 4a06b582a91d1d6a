//! Errors as the outside sees them: RFC 9457 problem JSON.

use axum::body::HttpBody;
use axum::extract::rejection::{JsonDataError, JsonRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;

/// One wrong field of an input.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProblemField {
    /// Which, for example `lines[0].quantity`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// A problem body.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem, as a URI reference.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// This case in words.
    pub detail: String,
    /// The wrong fields, for input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// Further members that a protocol defines.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl Problem {
    /// A problem of its own kind.
    #[must_use]
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            extra: serde_json::Map::new(),
        }
    }

    /// With a further member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        let (status, kind, title) = match &error {
            Error::Invalid(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-input",
                "The input is wrong",
            ),
            Error::NotFound(_) => (StatusCode::NOT_FOUND, "not-found", "There is no such thing"),
            Error::Conflict(_) => (
                StatusCode::CONFLICT,
                "conflict",
                "It contradicts what is recorded",
            ),
            Error::Refused(_) => (
                StatusCode::CONFLICT,
                "refused",
                "It cannot be done in the present state",
            ),
            Error::Forbidden(_) => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "Somebody else may do this",
            ),
            Error::Unauthorized(_) => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "Valid credentials are needed",
            ),
            Error::Locked(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "database-locked",
                "The database is in use",
            ),
            Error::Busy(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too much goes on at once",
            ),
            Error::Unreachable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "database-unreachable",
                "The database cannot be reached",
            ),
            Error::DiskFull => (
                StatusCode::INSUFFICIENT_STORAGE,
                "disk-full",
                "The disk is full",
            ),
            Error::OutcomeUnknown(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "outcome-unknown",
                "The outcome is unknown",
            ),
            Error::Remote(_) => (StatusCode::BAD_GATEWAY, "remote", "The other side failed"),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "fault",
                "The program or its disk failed",
            ),
        };
        if status.is_server_error() {
            tracing::error!(%error, "request failed");
        }
        let mut problem = Self::new(status, kind, title, detail);
        if let Error::Invalid(fields) = error {
            problem.errors = fields
                .into_iter()
                .map(|field| ProblemField {
                    field: field.field,
                    message: field.message,
                })
                .collect();
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Answers that routing and its layers give on their own (wrong method, body too large, time out, panic) come without
/// a body or with plain text; clients are promised problem JSON everywhere.
pub async fn in_place_of_plain(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !plain || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (kind, title, detail) = match status {
        StatusCode::METHOD_NOT_ALLOWED => (
            "wrong-method",
            "The call does not take this method",
            "see /api/openapi.json for the methods that it takes",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "The body is too large", TOO_LARGE),
        StatusCode::GATEWAY_TIMEOUT => (
            "timeout",
            "It took too long",
            "try again; what carries an id is never recorded twice",
        ),
        _ => (
            "fault",
            "The request failed",
            status.canonical_reason().unwrap_or("no reason is known"),
        ),
    };
    let problem = Problem::new(status, kind, title, detail).into_response();
    // What else the answer carries stays: the methods allowed, the headers that every answer has.
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_ENCODING);
    let (new, body) = problem.into_parts();
    parts.headers.extend(new.headers);
    Response::from_parts(parts, body)
}

/// A JSON body whose faults are answered as problem JSON.
#[derive(Debug, Default)]
pub struct Json<T>(pub T);

impl<S, T> axum::extract::FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: serde::de::DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(
        request: axum::extract::Request,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(too_large())
            }
            Err(rejection) => {
                let mut problem = Problem::new(
                    rejection.status(),
                    "malformed-body",
                    "The body cannot be read",
                    rejection.body_text(),
                );
                if let JsonRejection::JsonDataError(error) = &rejection {
                    problem.errors.extend(misfit(error));
                }
                Err(problem)
            }
        }
    }
}

/// What is said of a body over the limit, whoever measured it.
fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "The body is too large",
        TOO_LARGE,
    )
}

/// What to do instead of sending so much.
const TOO_LARGE: &str =
    "send less at a time; files are imported with kulakan shop import or kulakan hub import";

/// No body at all is `None`.
impl<S, T> axum::extract::OptionalFromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: serde::de::DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(
        request: axum::extract::Request,
        state: &S,
    ) -> Result<Option<Self>, Self::Rejection> {
        if request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as axum::extract::FromRequest<S>>::from_request(request, state)
            .await
            .map(Some)
    }
}

/// The member of a JSON body that is missing or of the wrong kind.
fn misfit(error: &JsonDataError) -> Option<ProblemField> {
    let mut source = std::error::Error::source(error);
    let at = loop {
        match source?.downcast_ref::<serde_path_to_error::Error<serde_json::Error>>() {
            Some(at) => break at,
            None => source = source?.source(),
        }
    };
    let text = at.inner().to_string();
    // Where in the text it stands is in the detail; a field is named by its path.
    let message = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(text, _)| text);
    let outer = Some(at.path().to_string()).filter(|path| path != ".");
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.strip_suffix('`'));
    let (field, message) = match (outer, missing) {
        (Some(outer), Some(name)) => (format!("{outer}.{name}"), "is missing"),
        (None, Some(name)) => (name.to_owned(), "is missing"),
        (Some(path), None) => (path, message),
        (None, None) => ("body".to_owned(), message),
    };
    Some(ProblemField {
        field,
        message: message.to_owned(),
    })
}

/// A query string whose faults are answered as problem JSON.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S, T> axum::extract::FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: serde::de::DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem::new(
                rejection.status(),
                "malformed-query",
                "The query cannot be read",
                rejection.body_text(),
            )),
        }
    }
}
