//! `/demand`

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Items;
use super::queries::DemandQuery;
use super::shops::sku;
use crate::hub::Hub;
use crate::hub::store::positions::{DemandFilter, DemandRow};
use crate::web::Problem;
use crate::web::problem::Query;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What was asked for of a product in a shop on a business date, in base units.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemandBody {
    /// The shop.
    shop_id: String,
    /// The product.
    sku: String,
    /// The business date.
    date: NaiveDate,
    /// Sold at the till, less what was taken back.
    sold: i64,
    /// Sold according to an imported history.
    imported: i64,
    /// Asked for and not there.
    missed: i64,
    /// sold + imported + missed, at least 0.
    demand: i64,
}

impl From<DemandRow> for DemandBody {
    fn from(row: DemandRow) -> Self {
        Self {
            shop_id: row.shop_id,
            sku: row.sku.to_string(),
            date: row.date,
            sold: row.sold.0,
            imported: row.imported.0,
            missed: row.missed.0,
            demand: (row.sold + row.imported + row.missed).0.max(0),
        }
    }
}

/// Daily demand by date, shop and product, the first 10000 rows; days without any are left out.
#[utoipa::path(get, path = "/demand", tag = "shops", params(DemandQuery), responses(
    (status = OK, body = Items<DemandBody>), (status = UNAUTHORIZED, body = Problem),
    (status = NOT_FOUND, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
async fn list(
    State(hub): State<Hub>,
    Query(query): Query<DemandQuery>,
) -> Result<Json<Items<DemandBody>>, Problem> {
    let filter = DemandFilter {
        shop_id: query.shop,
        sku: query.sku.map(|text| sku("sku", &text)).transpose()?,
        from: query.from,
        to: query.to,
    };
    Ok(Items::json(hub.demand(filter).await?))
}
