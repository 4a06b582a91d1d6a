//! What `/deliveries` answers with.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::shipments::ShipmentBody;
use crate::hub::shipments::day::TripView;
use crate::hub::store::shipments::ShipmentState;
use crate::hub::store::trips::{LineShare, ShippedLot};

/// A shipment with its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct TripBody {
    /// The shipment.
    #[serde(flatten)]
    shipment: ShipmentBody,
    /// Where it goes.
    shop_name: String,
    /// The day on which it leaves.
    delivery_date: NaiveDate,
    /// With which route.
    route_id: Option<String>,
    /// Number of the delivery note.
    number: Option<String>,
    /// Rises with each change.
    version: i64,
    /// Confirmed or sent although the stock on the books does not cover it.
    beyond_stock: bool,
    /// When whoever drove told what was unloaded.
    unloaded_at: Option<DateTime<Utc>>,
    /// Who that was.
    unloaded_by: Option<String>,
    /// When the shop's own record of it came.
    shop_told_at: Option<DateTime<Utc>>,
    /// How the lines came about, where it was drafted with its day.
    shares: Vec<ShareBody>,
    /// What left, lot by lot.
    lots: Vec<ShippedLotBody>,
}

/// How a line came to its quantity, in base units.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareBody {
    /// The product.
    sku: String,
    /// Base units in a pack.
    pack_size: i64,
    /// What the plan recommended.
    recommended: i64,
    /// After sharing out what is scarce.
    allocated: i64,
    /// After the room of the vehicle.
    loaded: i64,
    /// What keeps the share from being larger: `why` is `need_met`, `less_than_a_pack` or `scarce`.
    #[schema(value_type = Option<Object>)]
    share: Option<crate::plan::allocation::ShareLimit>,
    /// What of the vehicle is full: `volume` or `weight`.
    #[schema(value_type = Option<String>)]
    full: Option<crate::plan::allocation::Full>,
}

impl From<LineShare> for ShareBody {
    fn from(share: LineShare) -> Self {
        Self {
            sku: share.sku.to_string(),
            pack_size: share.pack_size.0,
            recommended: share.recommended.0,
            allocated: share.allocated.0,
            loaded: share.loaded.0,
            share: share.share,
            full: share.full,
        }
    }
}

/// Goods of one lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShippedLotBody {
    /// The product.
    sku: String,
    /// The supplier's code of the lot; empty for none.
    lot: String,
    /// Best before.
    expires: Option<NaiveDate>,
    /// Base units.
    quantity: i64,
}

impl From<ShippedLot> for ShippedLotBody {
    fn from(part: ShippedLot) -> Self {
        Self {
            sku: part.sku.to_string(),
            lot: part.lot,
            expires: part.expires,
            quantity: part.quantity.0,
        }
    }
}

impl From<TripView> for TripBody {
    fn from(view: TripView) -> Self {
        let trip = view.trip;
        Self {
            shipment: view.shipment.into(),
            shop_name: view.shop_name,
            delivery_date: trip.delivery_date,
            route_id: trip.route_id,
            number: trip.number,
            version: trip.version,
            beyond_stock: trip.beyond_stock,
            unloaded_at: trip.unloaded_at,
            unloaded_by: trip.unloaded_by,
            shop_told_at: trip.shop_told_at,
            shares: view.shares.into_iter().map(Into::into).collect(),
            lots: view.lots.into_iter().map(Into::into).collect(),
        }
    }
}

/// One page of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayBody {
    /// The day.
    pub date: NaiveDate,
    /// The shipments, by route and stop.
    pub items: Vec<TripBody>,
    /// How many shipments of the whole day there are.
    pub counts: Vec<DayCountBody>,
}

/// How many shipments of a route are in a state.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayCountBody {
    /// The route; empty for none.
    pub route_id: String,
    /// The state.
    #[schema(value_type = String)]
    pub state: ShipmentState,
    /// How many.
    pub count: i64,
}
