//! `/products`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::shop::Shop;
use crate::shop::outcome::Page;
use crate::shop::products::{NewProduct, Product, ProductPatch, ProductQuery};
use crate::web::Problem;
use crate::web::problem::{Json, Query};

/// The calls of this file.
pub fn router() -> OpenApiRouter<Shop> {
    OpenApiRouter::new()
        .routes(routes!(find, define))
        .routes(routes!(get, change))
}

/// Products by name and code, or those whose name, code or barcode has `q` in it.
#[utoipa::path(get, path = "/products", tag = "products", params(ProductQuery),
    responses((status = OK, body = Page<Product>)))]
async fn find(
    State(shop): State<Shop>,
    Query(query): Query<ProductQuery>,
) -> Result<axum::Json<Page<Product>>, Problem> {
    Ok(axum::Json(shop.find_products(query).await?))
}

/// Adds a product.
#[utoipa::path(post, path = "/products", tag = "products", request_body = NewProduct,
    responses(
        (status = CREATED, body = Product),
        (status = CONFLICT, body = Problem, description = "The code or a barcode belongs to another product"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn define(
    State(shop): State<Shop>,
    Json(new): Json<NewProduct>,
) -> Result<(StatusCode, axum::Json<Product>), Problem> {
    let product = shop.define_product(new).await?;
    Ok((StatusCode::CREATED, axum::Json(product)))
}

/// One product.
#[utoipa::path(get, path = "/products/{sku}", tag = "products", params(("sku" = String, Path)),
    responses((status = OK, body = Product), (status = NOT_FOUND, body = Problem)))]
async fn get(
    State(shop): State<Shop>,
    Path(sku): Path<String>,
) -> Result<axum::Json<Product>, Problem> {
    Ok(axum::Json(shop.product(&sku).await?))
}

/// Changes a product: absent members stay, `null` clears what can be empty, `units` replaces the whole list.
#[utoipa::path(patch, path = "/products/{sku}", tag = "products", params(("sku" = String, Path)),
    request_body = ProductPatch,
    responses(
        (status = OK, body = Product),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "A barcode belongs to another product"),
        (status = UNPROCESSABLE_ENTITY, body = Problem),
    ))]
async fn change(
    State(shop): State<Shop>,
    Path(sku): Path<String>,
    Json(patch): Json<ProductPatch>,
) -> Result<axum::Json<Product>, Problem> {
    Ok(axum::Json(shop.change_product(&sku, patch).await?))
}
