//! The language of the pages: Indonesian, or English for those who ask for it.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;

use crate::chart::DecimalSign;

/// The cookie that remembers the choice.
pub const COOKIE: &str = "bahasa";

/// A language that every page speaks in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The shopkeepers' own.
    #[default]
    Indonesian,
    /// The second.
    English,
}

impl Language {
    /// The tag for `<html lang>` and the cookie.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }

    /// The other one, for the switch.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Indonesian => Self::English,
            Self::English => Self::Indonesian,
        }
    }

    /// What it writes before decimals.
    #[must_use]
    pub fn decimal_sign(self) -> DecimalSign {
        match self {
            Self::Indonesian => DecimalSign::Comma,
            Self::English => DecimalSign::Point,
        }
    }

    /// What whoever sent these headers has chosen, if anything.
    #[must_use]
    pub fn chosen(headers: &HeaderMap) -> Option<Self> {
        CookieJar::from_headers(headers)
            .get(COOKIE)
            .and_then(|cookie| Self::from_tag(cookie.value()))
    }

    /// By its tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Indonesian, Self::English]
            .into_iter()
            .find(|language| language.tag() == tag)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let house = || parts.extensions.get::<House>().map(|house| house.0);
        Ok(Self::chosen(&parts.headers)
            .or_else(house)
            .unwrap_or_default())
    }
}

/// The language of a side for whoever has chosen none: on its requests, and on its answers for what is done with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct House(pub Language);

/// Middleware: serves whoever has chosen no language in this one.
pub async fn of_house(State(house): State<House>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(house);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(house);
    response
}
