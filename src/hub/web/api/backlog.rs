//! `/backlog`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::hub::Hub;
use crate::hub::orders::board::{Blocker, BoardLine, MissedProduct};
use crate::hub::store::orders::{LineKind, OrderPhase};
use crate::web::Problem;

/// The calls of this file.
pub fn router() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(backlog))
}

/// Everything that is ordered and has not left.
#[derive(Debug, Serialize, ToSchema)]
pub struct BacklogBody {
    /// The day that it is for.
    date: NaiveDate,
    /// Rupiah that customers pay for what is set aside and has not left.
    backlog_value: i64,
    /// Rupiah that customers pay for what is not there.
    backorder_value: i64,
    /// Everything open, oldest first.
    items: Vec<BacklogLineBody>,
    /// What of products is not there, the most valuable first: what to buy.
    missed: Vec<MissedBody>,
}

/// An open line.
#[derive(Debug, Serialize, ToSchema)]
pub struct BacklogLineBody {
    /// The order.
    order_id: String,
    /// Its number.
    number: String,
    /// How far it has come.
    #[schema(value_type = String)]
    phase: OrderPhase,
    /// When it came.
    placed_at: DateTime<Utc>,
    /// Days since.
    age_days: i64,
    /// Who ordered.
    customer_id: String,
    /// The customer's name.
    customer: String,
    /// The shop that the customer is.
    shop_id: Option<String>,
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// `stock`, `made` or `dropship`.
    #[schema(value_type = String)]
    kind: LineKind,
    /// Backlog: set aside, in base units.
    reserved: i64,
    /// Backorder: not there, in base units.
    backordered: i64,
    /// Rupiah, of both.
    value: i64,
    /// What it waits for: `confirmation`, `hold`, `stock`, `not_ordered`, `supplier_order`, `production`, `supplier`,
    /// `delivery_day`, or `nothing`: it can leave.
    #[schema(value_type = String)]
    blocker: Blocker,
    /// Which supplier order, stage, supplier, or reason of a hold.
    blocked_by: Option<String>,
    /// When it was promised for.
    promised_on: Option<NaiveDate>,
    /// When it is wanted.
    wanted_on: Option<NaiveDate>,
    /// When it is expected to be whole, as things are today.
    expected_on: Option<NaiveDate>,
    /// Expected later than promised or wanted.
    late: bool,
}

impl From<BoardLine> for BacklogLineBody {
    fn from(it: BoardLine) -> Self {
        let (open, line) = (it.open.clone(), it.open.line);
        Self {
            order_id: open.order_id,
            number: open.number,
            phase: open.phase,
            placed_at: open.placed_at,
            age_days: it.age_days,
            customer_id: open.customer_id,
            customer: open.customer,
            shop_id: open.shop_id,
            sku: line.sku.to_string(),
            name: line.name,
            kind: line.kind,
            reserved: line.reserved.0,
            backordered: line.backordered.0,
            value: it.value.0,
            blocker: it.blocker,
            blocked_by: Some(it.blocked_by).filter(|text| !text.is_empty()),
            promised_on: line.promised_on,
            wanted_on: open.wanted_on,
            expected_on: it.expected_on,
            late: it.is_late,
        }
    }
}

/// What of a product is not there.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissedBody {
    /// The product.
    sku: String,
    /// Its name.
    name: String,
    /// Base units.
    backordered: i64,
    /// Rupiah that customers would pay.
    value: i64,
    /// How many orders wait for it.
    orders: usize,
    /// Base units that open supplier orders bring.
    coming: i64,
    /// Who would be asked.
    supplier: Option<String>,
}

impl From<MissedProduct> for MissedBody {
    fn from(it: MissedProduct) -> Self {
        Self {
            sku: it.sku.to_string(),
            name: it.name,
            backordered: it.backordered.0,
            value: it.value.0,
            orders: it.orders,
            coming: it.coming.0,
            supplier: Some(it.supplier).filter(|text| !text.is_empty()),
        }
    }
}

/// Everything that is ordered and has not left: backlog (set aside) and backorders (not there), and what each waits for.
#[utoipa::path(get, path = "/backlog", tag = "orders", responses(
    (status = OK, body = BacklogBody), (status = UNAUTHORIZED, body = Problem)))]
async fn backlog(State(hub): State<Hub>) -> Result<Json<BacklogBody>, Problem> {
    let board = hub.backlog().await?;
    Ok(Json(BacklogBody {
        date: board.today,
        backlog_value: board.backlog_value().0,
        backorder_value: board.backorder_value().0,
        items: board.lines.into_iter().map(Into::into).collect(),
        missed: board.missed.into_iter().map(Into::into).collect(),
    }))
}
