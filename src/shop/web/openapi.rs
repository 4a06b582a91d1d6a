//! The description of the API, generated from its code.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, openapi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "kulakan shop",
        description = "Till, stock, suggestions and deliveries of one shop. Quantities are whole base units (pieces, \
                       grams, millilitres) and money whole rupiah, where nothing else is said."
    ),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        api.components
            .get_or_insert_with(openapi::Components::new)
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// What is true of the API as a whole.
pub fn description() -> openapi::OpenApi {
    Description::openapi()
}

/// The description as it is served: written once.
#[derive(Clone)]
pub struct Text(std::sync::Arc<str>);

impl Text {
    /// Of the API with all its calls.
    pub fn of(api: &openapi::OpenApi) -> Self {
        Self(crate::web::openapi::finished(api).to_string().into())
    }
}

impl IntoResponse for Text {
    fn into_response(self) -> Response {
        (
            [(header::CONTENT_TYPE, "application/json")],
            self.0.to_string(),
        )
            .into_response()
    }
}
