//! `/suppliers`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::shops::sku;
use crate::hub::Hub;
use crate::hub::store::catalogue::Supplier;
use crate::hub::store::product_suppliers::{ProductSupplier, SupplierTerms, SupplyKind};
use crate::hub::supplier_book::SupplierOverview;
use crate::hub::web::auth::Caller;
use crate::model::{Money, Quantity};
use crate::web::Problem;
use crate::web::problem::Json as Body;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, put))
        .routes(routes!(get))
        .routes(routes!(put_product))
        .routes(routes!(unavailable))
        .routes(routes!(switch_off))
        .routes(routes!(switch_on))
}

/// A supplier and its terms. Money is rupiah.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplierFacts {
    /// By which it is known.
    name: String,
    /// Days from ordering to having the goods.
    lead_time_days: Option<u32>,
    /// How far that varies: its standard deviation in days.
    lead_time_sd_days: Option<f64>,
    /// The least that an order must be worth.
    minimum_order_value: Option<i64>,
    /// What an order costs the distributor, whatever it holds.
    handling_cost: Option<i64>,
    /// What an order costs the supplier itself.
    supplier_order_cost: Option<i64>,
    /// `mon,thu`: the days on which it takes orders.
    order_weekdays: Option<String>,
    /// How to call.
    phone: Option<String>,
    /// Where to write.
    email: Option<String>,
    /// Where it is.
    address: Option<String>,
    /// It cannot deliver before this date.
    unavailable_until: Option<NaiveDate>,
    /// Why.
    unavailable_reason: Option<String>,
}

/// A supplier with what is open there.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupplierBody {
    /// The supplier.
    #[serde(flatten)]
    facts: SupplierFacts,
    /// Still bought from.
    active: bool,
    /// Products that it is asked first for.
    first_for: usize,
    /// Products that it is a reserve for.
    reserve_for: usize,
    /// Orders that something is still to come of.
    open_orders: usize,
    /// Of them, past the day they were to be here.
    late_orders: usize,
    /// What it offers, where one supplier is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<Vec<OfferBody>>,
}

/// A product at a supplier. What is absent is the supplier's own, or the product's.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferBody {
    /// The product.
    sku: String,
    /// `purchase` or `production`; read only.
    #[serde(default)]
    kind: Option<String>,
    /// 1 is asked first.
    rank: u32,
    /// The supplier's own code.
    supplier_sku: Option<String>,
    /// Days from ordering to having it.
    lead_time_days: Option<u32>,
    /// Rupiah per unit.
    price: Option<i64>,
    /// What a unit costs the supplier itself.
    supplier_price: Option<i64>,
    /// The least order of it, base units.
    minimum_quantity: Option<i64>,
    /// What ordering it costs the distributor each time.
    order_cost: Option<i64>,
    /// What that costs the supplier each time.
    supplier_order_cost: Option<i64>,
    /// The supplier's pack.
    pack_name: Option<String>,
    /// Base units in it.
    pack_size: Option<i64>,
    /// Still offered.
    #[serde(default = "yes")]
    active: bool,
}

fn yes() -> bool {
    true
}

/// When a supplier can deliver again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnavailableBody {
    /// Not before this date; absent: it can now.
    until: Option<NaiveDate>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// What switching a supplier off came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SwitchedOffBody {
    /// Numbers of the orders that stay to be received.
    open_orders: Vec<String>,
    /// The products that it was asked first for.
    products: Vec<HandedOnBody>,
}

/// A product that is bought from somebody else now.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandedOnBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// Who is asked now; absent where nobody delivers it any more.
    supplier: Option<String>,
}

impl From<SupplierOverview> for SupplierBody {
    fn from(overview: SupplierOverview) -> Self {
        let SupplierOverview {
            supplier, terms, ..
        } = overview;
        Self {
            active: supplier.active,
            first_for: overview.products.0,
            reserve_for: overview.products.1,
            open_orders: overview.open_orders,
            late_orders: overview.late_orders,
            products: None,
            facts: SupplierFacts {
                name: supplier.name,
                lead_time_days: supplier.lead_time_days,
                lead_time_sd_days: terms
                    .lead_time_sd_milli_days
                    .map(|milli| f64::from(milli) / 1000.0),
                minimum_order_value: supplier.minimum_order_value.map(|money| money.0),
                handling_cost: supplier.handling_cost.map(|money| money.0),
                supplier_order_cost: terms.supplier_order_cost.map(|money| money.0),
                order_weekdays: terms.order_weekdays,
                phone: supplier.phone,
                email: supplier.email,
                address: supplier.address,
                unavailable_until: terms.unavailable_until,
                unavailable_reason: terms.unavailable_reason,
            },
        }
    }
}

impl From<ProductSupplier> for OfferBody {
    fn from(terms: ProductSupplier) -> Self {
        let (pack_name, pack_size) = terms.pack.unzip();
        Self {
            sku: terms.sku.to_string(),
            kind: Some(terms.kind.as_str().to_owned()),
            rank: terms.rank,
            supplier_sku: terms.supplier_sku,
            lead_time_days: terms.lead_time_days,
            price: terms.price.map(|money| money.0),
            supplier_price: terms.supplier_price.map(|money| money.0),
            minimum_quantity: terms.minimum_quantity.map(|quantity| quantity.0),
            order_cost: terms.order_cost.map(|money| money.0),
            supplier_order_cost: terms.supplier_order_cost.map(|money| money.0),
            pack_name,
            pack_size: pack_size.map(|size| size.0),
            active: terms.active,
        }
    }
}

/// All suppliers, those still bought from first.
#[utoipa::path(get, path = "/suppliers", tag = "supply", responses(
    (status = OK, body = Items<SupplierBody>), (status = UNAUTHORIZED, body = Problem)))]
async fn list(State(hub): State<Hub>) -> Result<Json<Items<SupplierBody>>, Problem> {
    Ok(Items::json(hub.suppliers().await?))
}

/// Writes a supplier, in place of what was known under the name.
#[utoipa::path(post, path = "/suppliers", tag = "supply", request_body = SupplierFacts, responses(
    (status = OK, body = SupplierBody), (status = UNAUTHORIZED, body = Problem),
    (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn put(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Body(body): Body<SupplierFacts>,
) -> Result<Json<SupplierBody>, Problem> {
    let milli = body.lead_time_sd_days.map(|days| {
        // Beyond the limit it stays so, and is refused there.
        (days * 1000.0).round().clamp(0.0, f64::from(u32::MAX)) as u32
    });
    let name = body.name.trim().to_owned();
    let supplier = Supplier {
        name: name.clone(),
        lead_time_days: body.lead_time_days,
        minimum_order_value: body.minimum_order_value.map(Money),
        handling_cost: body.handling_cost.map(Money),
        phone: body.phone,
        email: body.email,
        address: body.address,
        active: true,
    };
    let terms = SupplierTerms {
        unavailable_until: body.unavailable_until,
        unavailable_reason: body.unavailable_reason,
        supplier_order_cost: body.supplier_order_cost.map(Money),
        lead_time_sd_milli_days: milli,
        order_weekdays: body.order_weekdays.filter(|days| !days.is_empty()),
    };
    hub.put_supplier(&caller, supplier, terms).await?;
    Ok(Json(hub.supplier(&name).await?.overview.into()))
}

/// A supplier and what it offers.
#[utoipa::path(get, path = "/suppliers/{name}", tag = "supply", params(("name" = String, Path)), responses(
    (status = OK, body = SupplierBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Result<Json<SupplierBody>, Problem> {
    let found = hub.supplier(&name).await?;
    let offers = found.offers.into_iter().map(|(offer, _)| offer.into());
    Ok(Json(SupplierBody {
        products: Some(offers.collect()),
        ..found.overview.into()
    }))
}

/// Sets what a supplier offers a product at, in place of what was known.
#[utoipa::path(post, path = "/suppliers/{name}/products", tag = "supply", params(("name" = String, Path)),
    request_body = OfferBody, responses(
    (status = NO_CONTENT), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn put_product(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(name): Path<String>,
    Body(body): Body<OfferBody>,
) -> Result<StatusCode, Problem> {
    let terms = ProductSupplier {
        sku: sku("sku", &body.sku)?,
        supplier: name,
        kind: SupplyKind::Purchase,
        rank: body.rank,
        supplier_sku: body.supplier_sku,
        lead_time_days: body.lead_time_days,
        price: body.price.map(Money),
        supplier_price: body.supplier_price.map(Money),
        minimum_quantity: body.minimum_quantity.map(Quantity),
        order_cost: body.order_cost.map(Money),
        supplier_order_cost: body.supplier_order_cost.map(Money),
        pack: body.pack_name.zip(body.pack_size.map(Quantity)),
        active: body.active,
    };
    hub.set_product_supplier(&caller, terms).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that a supplier cannot deliver before a date, or that it can again.
#[utoipa::path(post, path = "/suppliers/{name}/unavailable", tag = "supply", params(("name" = String, Path)),
    request_body = UnavailableBody, responses(
    (status = NO_CONTENT), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn unavailable(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(name): Path<String>,
    Body(body): Body<UnavailableBody>,
) -> Result<StatusCode, Problem> {
    hub.set_supplier_unavailable(&caller, &name, body.until, &body.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Buys no more from a supplier: its open orders stay, its products go to the next in rank. Again: 200.
#[utoipa::path(post, path = "/suppliers/{name}/switch-off", tag = "supply", params(("name" = String, Path)), responses(
    (status = OK, body = SwitchedOffBody), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn switch_off(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<Json<SwitchedOffBody>, Problem> {
    let done = hub.switch_supplier_off(&caller, &name).await?;
    let products = done.products.into_iter();
    Ok(Json(SwitchedOffBody {
        open_orders: done.open_orders,
        products: products
            .map(|(sku, name, supplier)| HandedOnBody {
                sku: sku.to_string(),
                name,
                supplier,
            })
            .collect(),
    }))
}

/// Buys from a supplier again. Again: 204.
#[utoipa::path(post, path = "/suppliers/{name}/switch-on", tag = "supply", params(("name" = String, Path)), responses(
    (status = NO_CONTENT), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem)))]
async fn switch_on(
    State(hub): State<Hub>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    hub.switch_supplier_on(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
