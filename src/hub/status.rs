//! The hub at a glance: its shops, what they sent, what is under way.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::Hub;
use super::backup::BackupsStatus;
use super::contact::ALARM_STANDS;
use super::database::Place;
use super::planning::{Interval, Lines};
use super::store::alarms::{self, Alarm};
use super::store::positions::{self, EventCount};
use super::store::quarantine::{self, SetAside};
use super::store::shipments::{self, ShipmentState};
use super::store::shops::Shop;
use super::store::{self, backups, catalogue, shops};
use crate::error::Result;

/// Events set aside that the status shows.
const SHOWN: i64 = 20;

/// Events set aside that are listed on request.
const LISTED: i64 = 500;

/// A shop at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopOverview {
    /// The shop as it is kept.
    pub shop: Shop,
    /// Events held of it.
    pub events: EventCount,
    /// How often it is delivered to, and when next; absent for a shop that is not supplied any more.
    pub delivery: Option<(Interval, NaiveDate)>,
    /// What is wrong with it.
    pub alarms: Vec<Alarm>,
    /// When its last off-site backup was complete here.
    pub last_backup: Option<DateTime<Utc>>,
}

/// The hub at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct HubStatus {
    /// The program's version.
    pub version: &'static str,
    /// The distributor's name.
    pub name: String,
    /// Where the database is.
    pub database: String,
    /// When this was so.
    pub at: DateTime<Utc>,
    /// The shops by name.
    pub shops: Vec<ShopOverview>,
    /// The latest events that could not be applied, at most 20.
    pub set_aside: Vec<SetAside>,
    /// Products offered.
    pub products_offered: usize,
    /// Suppliers bought from.
    pub suppliers: usize,
    /// How many shipments are in each state.
    pub shipments: BTreeMap<ShipmentState, i64>,
    /// How the backups stand.
    pub backups: BackupsStatus,
    /// It is a server's, which is backed up by that server's own tools.
    pub on_server: bool,
}

impl HubStatus {
    /// Events held that could not be applied.
    #[must_use]
    pub fn quarantined(&self) -> i64 {
        self.shops.iter().map(|shop| shop.events.quarantined).sum()
    }
}

/// What is measured on each scrape.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    /// Every shop, with what is held of it.
    pub shops: Vec<(Shop, EventCount)>,
    /// What the distributor should look at.
    pub alarms: Vec<Alarm>,
    /// How many shipments are in each state.
    pub shipments: BTreeMap<ShipmentState, i64>,
    /// When this was so.
    pub at: DateTime<Utc>,
    /// How the backups stand.
    pub backups: BackupsStatus,
}

impl Hub {
    /// The shops by name, with what they sent and when each is due.
    ///
    /// # Errors
    /// As [`Hub::schedule`].
    pub async fn shops(&self) -> Result<Vec<ShopOverview>> {
        let planner = self.planner()?;
        let since = self.now() - ALARM_STANDS;
        let (planner, shops, alarms, backups, events) = store::read(self.store(), move |tx| {
            Ok((
                planner(tx)?,
                shops::list(tx)?,
                alarms::standing(tx, since)?,
                backups::latest(tx)?,
                positions::event_counts(tx)?,
            ))
        })
        .await?;
        let active = shops.iter().filter(|shop| shop.active).cloned().collect();
        let visits = self.visits(planner, active, self.today(), Lines::None);
        let mut deliveries: BTreeMap<String, _> = visits
            .await?
            .into_iter()
            .map(|visit| (visit.shop_id, (visit.interval, visit.due_on)))
            .collect();
        let overviews = shops.into_iter().map(|shop| {
            let of_shop = alarms.iter().filter(|alarm| alarm.shop_id == shop.id);
            ShopOverview {
                alarms: of_shop.cloned().collect(),
                last_backup: backups.get(&shop.id).copied(),
                events: events.get(&shop.id).copied().unwrap_or_default(),
                delivery: deliveries.remove(&shop.id),
                shop,
            }
        });
        Ok(overviews.collect())
    }

    /// Where the database is, in words and without a password.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] for a setting that is no address.
    pub fn database(&self) -> Result<String> {
        Ok(Place::of(&self.config)?.shown(&self.config))
    }

    /// Everything at a glance.
    ///
    /// # Errors
    /// As [`Hub::schedule`].
    pub async fn status(&self) -> Result<HubStatus> {
        let shops = self.shops().await?;
        let (products_offered, suppliers, shipments, set_aside) = store::read(self.store(), |tx| {
            let offered = catalogue::products(tx)?
                .iter()
                .filter(|product| product.entry.active)
                .count();
            let bought_from = catalogue::suppliers(tx)?
                .iter()
                .filter(|supplier| supplier.active)
                .count();
            let set_aside = quarantine::list(tx, SHOWN)?;
            Ok((
                offered,
                bought_from,
                shipments::count_by_state(tx)?,
                set_aside,
            ))
        })
        .await?;
        let place = Place::of(&self.config)?;
        Ok(HubStatus {
            version: env!("CARGO_PKG_VERSION"),
            name: self.identity.name.clone(),
            database: place.shown(&self.config),
            on_server: matches!(place, Place::Server(_)),
            at: self.now(),
            shops,
            set_aside,
            products_offered,
            suppliers,
            shipments,
            backups: self.backups().await?,
        })
    }

    /// The events that could not be applied, the newest first, at most 500.
    ///
    /// # Errors
    /// What the database said.
    pub async fn set_aside(&self) -> Result<Vec<SetAside>> {
        store::read(self.store(), |tx| quarantine::list(tx, LISTED)).await
    }

    /// What a scrape reads: nothing that has to be planned.
    ///
    /// # Errors
    /// What the database said.
    pub async fn measures(&self) -> Result<Measures> {
        let at = self.now();
        let backups = self.backups().await?;
        store::read(self.store(), move |tx| {
            let events = positions::event_counts(tx)?;
            let shops = shops::list(tx)?
                .into_iter()
                .map(|shop| {
                    let count = events.get(&shop.id).copied().unwrap_or_default();
                    (shop, count)
                })
                .collect();
            Ok(Measures {
                shops,
                alarms: alarms::standing(tx, at - ALARM_STANDS)?,
                shipments: shipments::count_by_state(tx)?,
                at,
                backups: backups.clone(),
            })
        })
        .await
    }

    /// Whether a change would be kept: one is made, and is on the disk when this returns.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check_health(&self) -> Result<()> {
        let now = self.now();
        store::write(self.store(), move |tx| positions::heartbeat(tx, now)).await
    }
}
