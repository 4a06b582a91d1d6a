//! Who looks at a page, and in which language.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::shop::access::{Door, Person, Role};
use crate::web::{Language, Problem};

/// Whoever sent the request, as the guard knows them.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// The language that they read.
    pub language: Language,
    /// Who they are.
    pub person: Person,
    /// What stood between them and the page.
    pub door: Door,
}

impl Visitor {
    /// They may see cost, profit and settings.
    pub(super) fn is_owner(&self) -> bool {
        self.person.role == Role::Owner
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(language) = Language::from_request_parts(parts, state).await;
        let person = parts.extensions.get::<Person>().cloned();
        let door = parts.extensions.get::<Door>().copied();
        let (person, door) = person.zip(door).ok_or_else(|| {
            // A route that was put outside of the guard.
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The page could not be shown",
                "nobody asked who you are",
            )
        })?;
        Ok(Self {
            language,
            person,
            door,
        })
    }
}
