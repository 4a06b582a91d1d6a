//! A day's shipments together: to look at by route and stop, and to be decided on in one action.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Edits, Step};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::store::differences::{self, Difference};
use crate::hub::store::shipments::{self as rows, Shipment, ShipmentState};
use crate::hub::store::trips::{self, DayFilter, LineShare, ShippedLot, Trip};
use crate::hub::store::{self, HubTx, catalogue, shops};
use crate::model::Sku;
use crate::wire::note::CatalogueEntry;

/// Shipments on one page of a day.
pub const DAY_PAGE: i64 = 50;

/// The most shipments of one route or day that papers are printed of, or that one action decides on.
pub const MOST_OF_A_DAY: i64 = 2_000;

/// A shipment with all that is known of its way.
#[derive(Debug, Clone)]
pub struct TripView {
    /// The shipment.
    pub shipment: Shipment,
    /// Its way.
    pub trip: Trip,
    /// The shop's name.
    pub shop_name: String,
    /// How its lines came about, where it was drafted with its day.
    pub shares: Vec<LineShare>,
    /// What of it left, lot by lot.
    pub lots: Vec<ShippedLot>,
}

/// One page of a day.
#[derive(Debug, Clone)]
pub struct DayView {
    /// The shipments, by route and stop.
    pub shipments: Vec<TripView>,
    /// How many shipments of the day are in each state, by route ('' for none).
    pub counts: BTreeMap<(String, ShipmentState), i64>,
}

/// What one action did to a day's shipments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayReport {
    /// Shipments that took the step.
    pub done: Vec<String>,
    /// Shipments that did not: which, where they go, and why.
    pub refused: Vec<RefusedShipment>,
}

/// A shipment that did not take a step with its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedShipment {
    /// The shipment.
    pub id: String,
    /// The shop's name.
    pub shop_name: String,
    /// Why.
    pub why: String,
}

impl Hub {
    /// A page of a day's shipments.
    ///
    /// # Errors
    /// What the database said.
    pub async fn day(&self, date: NaiveDate, filter: DayFilter, page: i64) -> Result<DayView> {
        self.day_part(date, filter, DAY_PAGE, page.max(0).saturating_mul(DAY_PAGE))
            .await
    }

    /// All shipments of a day that papers are printed of, at most [`MOST_OF_A_DAY`].
    ///
    /// # Errors
    /// What the database said.
    pub async fn whole_day(&self, date: NaiveDate, filter: DayFilter) -> Result<DayView> {
        self.day_part(date, filter, MOST_OF_A_DAY, 0).await
    }

    async fn day_part(
        &self,
        date: NaiveDate,
        filter: DayFilter,
        limit: i64,
        offset: i64,
    ) -> Result<DayView> {
        store::read(self.store(), move |tx| {
            let mut shipments = Vec::new();
            for trip in trips::of_day(tx, date, &filter, limit, offset)? {
                shipments.push(view(tx, trip)?);
            }
            let mut counts = BTreeMap::new();
            for ((_, route, state), found) in trips::counts_of_day(tx, date, date)? {
                if let Some(state) = ShipmentState::parse(&state) {
                    counts.insert((route, state), found);
                }
            }
            Ok(DayView { shipments, counts })
        })
        .await
    }

    /// A shipment with its way, and what of it differs from what was sent.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn trip(&self, id: &str) -> Result<(TripView, Vec<Difference>)> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| {
            let shipment = rows::get(tx, &id)?;
            let trip = super::trip_of(tx, &shipment)?;
            let mut found = differences::list(tx, true, Some(&id), MOST_OF_A_DAY)?;
            found.extend(differences::list(tx, false, Some(&id), MOST_OF_A_DAY)?);
            Ok((view(tx, trip)?, found))
        })
        .await
    }

    /// Takes every shipment of a day (and route) to `target`, each in a transaction of its own: what can be done is done,
    /// and the rest is told with why.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a target that no whole day is taken to, and what the database said.
    pub async fn advance_day(
        &self,
        actor: &str,
        date: NaiveDate,
        route_id: Option<String>,
        target: ShipmentState,
    ) -> Result<DayReport> {
        self.may_plan_for(date)?;
        let from = match target {
            ShipmentState::Confirmed => ShipmentState::Recommended,
            ShipmentState::Dispatched => ShipmentState::Confirmed,
            _ => return Err(Error::invalid("state", "must be confirmed or dispatched")),
        };
        let filter = DayFilter {
            route_id,
            state: Some(from.as_str().to_owned()),
        };
        let waiting = store::read(self.store(), move |tx| {
            let mut waiting = Vec::new();
            for trip in trips::of_day(tx, date, &filter, MOST_OF_A_DAY, 0)? {
                let name = shops::get(tx, &trip.shop_id)?.name;
                waiting.push((trip.shipment_id, trip.version, name));
            }
            Ok(waiting)
        })
        .await?;
        let mut report = DayReport::default();
        for (id, version, shop_name) in waiting {
            let edits = Edits {
                version: Some(version),
                ..Edits::default()
            };
            let step = if target == ShipmentState::Confirmed {
                self.confirm_shipment(actor, &id, edits).await
            } else {
                self.dispatch_shipment(actor, &id, edits).await
            };
            let why = match step {
                Ok(Step::Done(_) | Step::Repeated(_)) => {
                    report.done.push(id);
                    continue;
                }
                Ok(Step::Refused { why, .. }) => why,
                Err(error @ (Error::Invalid(_) | Error::Refused(_) | Error::Conflict(_))) => {
                    error.to_string()
                }
                Err(error) => return Err(error),
            };
            report.refused.push(RefusedShipment { id, shop_name, why });
        }
        Ok(report)
    }
}

fn view(tx: &mut dyn HubTx, trip: Trip) -> Result<TripView> {
    Ok(TripView {
        shipment: rows::get(tx, &trip.shipment_id)?,
        shop_name: shops::get(tx, &trip.shop_id)?.name,
        shares: trips::shares(tx, &trip.shop_id, &trip.shipment_id)?,
        lots: trips::lots(tx, &trip.shop_id, &trip.shipment_id)?,
        trip,
    })
}

/// In what the distributor speaks of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductUnit {
    /// The unit.
    pub name: String,
    /// Base units in it.
    pub factor: i64,
    /// What it is delivered in.
    pub pack_name: String,
    /// Base units in that.
    pub pack_size: i64,
    /// The product's name.
    pub product: String,
}

impl Hub {
    /// What each shop is called, by identity.
    ///
    /// # Errors
    /// What the database said.
    pub async fn shop_names(&self) -> Result<BTreeMap<String, String>> {
        let shops = store::read(self.store(), shops::list).await?;
        Ok(shops.into_iter().map(|shop| (shop.id, shop.name)).collect())
    }

    /// In what the distributor speaks of each product of its catalogue.
    ///
    /// # Errors
    /// What the database said.
    pub async fn product_units(&self) -> Result<BTreeMap<Sku, ProductUnit>> {
        let products = store::read(self.store(), catalogue::products).await?;
        let unit = |entry: CatalogueEntry| {
            let unit = ProductUnit {
                name: entry.unit,
                factor: entry.unit_factor,
                pack_name: entry.pack_name,
                pack_size: entry.pack_size.0,
                product: entry.name,
            };
            (entry.sku, unit)
        };
        Ok(products
            .into_iter()
            .map(|product| unit(product.entry))
            .collect())
    }
}
