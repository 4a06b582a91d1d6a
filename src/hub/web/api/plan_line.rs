//! A line of a plan as the API tells it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::plan::{DemandClass, Method, PlanLine, Urgency};

/// What to do about one product. Figures of the mathematics are unrounded; quantities are whole base units.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlanLineBody {
    /// The product.
    sku: String,
    /// `moving_average`, `ses`, `blend`, `croston`, `sba`, `tsb`, `weekday` or `calendar`, or `too_little_history`: then there is no
    /// forecast and no suggestion.
    #[schema(value_type = String)]
    method: Method,
    /// What kind of demand it has: `smooth`, `intermittent`, `erratic` or `lumpy`; absent while it has none.
    #[schema(value_type = Option<String>)]
    demand_class: Option<DemandClass>,
    /// f: base units per day.
    forecast_per_day: f64,
    /// sigma_H: standard deviation of the forecast's error over the protection interval.
    sigma_protection: f64,
    /// H: days from one chance to order to the goods of the next.
    protection_days: u32,
    /// k: (S - m) / sigma_H.
    service_factor: f64,
    /// S - m.
    safety_stock: f64,
    /// S.
    order_up_to: f64,
    /// The sum of the shop's ledger.
    on_hand: i64,
    /// Of that, past its date or going to be before it can sell.
    expiring: i64,
    /// In confirmed shipments.
    on_order: i64,
    /// In dispatched shipments.
    in_transit: i64,
    /// Owed to customers.
    backordered: i64,
    /// on_hand - expiring + on_order + in_transit - backordered.
    position: i64,
    /// S - position, at least 0.
    need: i64,
    /// packs times pack_size.
    quantity: i64,
    /// Whole packs.
    packs: i64,
    /// Base units in a pack.
    pack_size: i64,
    /// `due`, `along` or `later`.
    #[schema(value_type = String)]
    urgency: Urgency,
    /// Days that the stock in the shop is expected to last; absent without demand.
    days_to_stock_out: Option<f64>,
    /// Why, as data: every figure that the quantity follows from.
    #[schema(value_type = Object)]
    reason: crate::plan::Reason,
}

impl From<PlanLine> for PlanLineBody {
    fn from(line: PlanLine) -> Self {
        Self {
            sku: line.sku.to_string(),
            method: line.method,
            demand_class: line.demand_class,
            forecast_per_day: line.forecast_per_day,
            sigma_protection: line.sigma_protection,
            protection_days: line.protection_days,
            service_factor: line.service_factor,
            safety_stock: line.safety_stock,
            order_up_to: line.order_up_to,
            on_hand: line.on_hand.0,
            expiring: line.expiring.0,
            on_order: line.on_order.0,
            in_transit: line.in_transit.0,
            backordered: line.backordered.0,
            position: line.position.0,
            need: line.need.0,
            quantity: line.quantity.0,
            packs: line.packs,
            pack_size: line.pack_size.0,
            urgency: line.urgency,
            days_to_stock_out: line.days_to_stock_out,
            reason: line.reason,
        }
    }
}
