//! Who looks at a page, for as long as it is being made.

use std::future::Future;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::hub::login::Person;
use crate::hub::store::users::Role;
use crate::web::Problem;

tokio::task_local! {
    static VISITOR: Visitor;
}

/// Whoever sent the request, as the guard knows them. A handler takes it as an argument; the frame of a page asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visitor {
    /// Who they are.
    pub person: Person,
    /// They came in by a session, which they can end.
    pub session: bool,
}

impl Visitor {
    /// Has `work` done for this visitor.
    pub(super) async fn served<T>(self, work: impl Future<Output = T>) -> T {
        VISITOR.scope(self, work).await
    }

    /// Whoever is being served; nobody on a page that stands outside of the guard.
    pub(super) fn current() -> Option<Self> {
        VISITOR.try_with(Clone::clone).ok()
    }

    /// What they may do.
    pub(super) fn role(&self) -> Role {
        self.person.role
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::current().ok_or_else(|| {
            // A route that was put outside of the guard.
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The page could not be shown",
                "nobody asked who you are",
            )
        })
    }
}
