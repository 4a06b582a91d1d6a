//! The language of the pages: Indonesian, or English for those who ask for it.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;

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

    /// That of whoever sent these headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        CookieJar::from_headers(headers)
            .get(COOKIE)
            .and_then(|cookie| Self::from_tag(cookie.value()))
            .unwrap_or_default()
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
        Ok(Self::of(&parts.headers))
    }
}
