//! At the door: whose a request is, before anything of it is looked at.
//!
//! The secret that a request carries names its distributor, and everything behind the door is built over a [`Hub`] that
//! sees that distributor's rows only. No handler can choose another one: there is none in its reach. A request without a
//! secret that anybody has is handed to the first distributor's pages and calls, which let nobody in without one of
//! their own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use tower::ServiceExt;

use crate::error::Result;
use crate::hub::Hub;
use crate::hub::store::Tenant;
use crate::hub::store::identity::Identity;
use crate::web::session::COOKIE;
use crate::web::{Problem, bearer};

/// Distributors whose calls and pages are held ready; building them anew costs a millisecond.
const HELD_READY: usize = 256;

/// Where everybody may follow a link; the link's last part is the secret.
const PUBLIC_LINK: &str = "/lacak/";

/// A distributor as it was when its calls and pages were built, and these.
type Ready = (Arc<Identity>, Router);

#[derive(Clone)]
struct Doors {
    hub: Hub,
    ready: Arc<Mutex<HashMap<Tenant, Ready>>>,
}

/// Everything that the hub answers, to each for its own distributor.
pub(super) fn router(hub: Hub) -> Router {
    let doors = Doors {
        hub,
        ready: Arc::default(),
    };
    Router::new().fallback(enter).with_state(doors)
}

async fn enter(State(doors): State<Doors>, request: Request) -> Response {
    let behind = if is_for_anybody(&request) {
        doors.any().await
    } else {
        let secret = secret(request.uri().path(), request.headers());
        doors.behind(secret).await
    };
    match behind {
        Ok(router) => {
            let only_asked_about = request.method() == Method::HEAD;
            let mut response = match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            if !only_asked_about {
                // It is told once, by the outermost router, after everything that others have to say.
                response.headers_mut().remove(header::CONTENT_LENGTH);
            }
            response
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Whether what is asked for is the same for everybody, whoever they are.
fn is_for_anybody(request: &Request) -> bool {
    request.method().is_safe() && request.uri().path().starts_with("/assets/")
}

impl Doors {
    /// Whichever distributor's calls and pages are ready: for what is the same at all of them, and asked for with every
    /// page.
    async fn any(&self) -> Result<Router> {
        let ready = {
            let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            ready.values().next().map(|(_, router)| router.clone())
        };
        match ready {
            Some(router) => Ok(router),
            None => self.behind(None).await,
        }
    }

    async fn behind(&self, secret: Option<String>) -> Result<Router> {
        let hub = match secret {
            Some(secret) => self.hub.whose_secret(&secret).await?,
            None => None,
        };
        let hub = match hub {
            Some(hub) => hub,
            // Its name may have been changed since the program was started, by another process too.
            None => self.hub.of_tenant(Tenant::default()).await?,
        };
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let tenant = hub.store().tenant().clone();
        if let Some((identity, router)) = ready.get(&tenant)
            && **identity == *hub.identity
        {
            return Ok(router.clone());
        }
        if ready.len() >= HELD_READY {
            ready.clear();
        }
        let identity = Arc::clone(&hub.identity);
        let router = super::of_tenant(hub);
        ready.insert(tenant, (identity, router.clone()));
        Ok(router)
    }
}

/// The secret that a request carries: a bearer token, a link's, or that of a session.
fn secret(path: &str, headers: &HeaderMap) -> Option<String> {
    if let Some(token) = bearer(headers) {
        return Some(token.to_owned());
    }
    if let Some(link) = path.strip_prefix(PUBLIC_LINK) {
        let link = link.split('/').next().unwrap_or_default();
        return Some(link.to_owned());
    }
    let jar = CookieJar::from_headers(headers);
    jar.get(COOKIE).map(|cookie| cookie.value().to_owned())
}
