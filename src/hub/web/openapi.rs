//! The description of the API, made from the code that answers.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// What holds of the whole API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "kulakan hub",
        description = "Shops' stock and demand, the delivery schedule, and shipments. Quantities are base units \
                       (pieces, grams, millilitres), money whole rupiah, dates ISO 8601."
    ),
    security(("token" = [])),
    modifiers(&Token),
    tags(
        (name = "shops", description = "What shops have, sell and need"),
        (name = "costs", description = "What deliveries cost, for all shops, a group or one; and groups of shops"),
        (name = "shipments", description = "recommended, confirmed, dispatched, received or short; or cancelled"),
        (name = "ubl", description = "OASIS UBL 2.1 documents: Inventory Report, Despatch Advice, Receipt Advice"),
        (name = "exports", description = "Everything as CSV or Excel"),
        (name = "production", description = "Runs, lots and costs of what is made here, and the runs that are planned"),
        (name = "supply", description = "The distributor's own stock, its suppliers and its orders to them"),
        (name = "orders", description = "Orders of customers and shops: received, confirmed, in production, ready, shipped, \
            delivered; or cancelled. Backlog is set aside, backorders are not there yet"),
        (name = "webhooks", description = "Calls of other systems, signed, and messages to customers"),
        (name = "service", description = "Health, figures and this description"),
    )
)]
pub struct Description;

struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}
