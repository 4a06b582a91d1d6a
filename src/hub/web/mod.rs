//! The hub over HTTP: sync for shops; calls and pages for people.

pub mod api;
pub mod auth;
mod backups;
mod doors;
pub mod health;
pub mod openapi;
pub mod pages;
pub mod sync;

use axum::Router;

use super::Hub;
use crate::web::Language;
use crate::web::language::{House, of_house};

/// Everything that the hub answers.
pub fn router(hub: Hub) -> Router {
    doors::router(hub)
}

/// Everything that it answers to one distributor.
fn of_tenant(hub: Hub) -> Router {
    let house = House(Language::from_tag(&hub.identity().language).unwrap_or_default());
    Router::new()
        .merge(sync::router(hub.clone()))
        .merge(backups::router(hub.clone()))
        .merge(pages::router(hub.clone()))
        .merge(api::router(hub))
        .layer(axum::middleware::from_fn_with_state(house, of_house))
}
