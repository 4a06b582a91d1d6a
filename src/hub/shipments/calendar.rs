//! Whose turn comes when: shipments that there are, and turns projected from each shop's interval and delivery days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use super::fleet::Fleet;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::delivery_days::DeliveryDays;
use crate::hub::planning::Lines;
use crate::hub::store::shipments::ShipmentState;
use crate::hub::store::trips::{self, LateTrip, Turn};
use crate::hub::store::{self, routes, shops};

/// The most days that a calendar shows.
pub const MOST_CALENDAR_DAYS: u64 = 62;

/// Shops that are named in one place; the rest are counted.
pub const NAMED_SHOPS: usize = 8;

/// Entries of a list beside the calendar.
const LISTED: usize = 50;

/// What happens on one day with one route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarCell {
    /// How many shipments there are, by state.
    pub shipments: BTreeMap<ShipmentState, i64>,
    /// How many shops' turn comes that day without a shipment being there for the day yet.
    pub due: usize,
    /// Some of these shops, by name.
    pub names: Vec<String>,
}

/// Deliveries by day and route.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// By day and route, '' for shops without one.
    pub cells: BTreeMap<(NaiveDate, String), CalendarCell>,
    /// Confirmed shipments that did not leave on their day.
    pub late: Vec<LateTrip>,
    /// Shops that were not heard of for long, with when they were; at most 50.
    pub silent: Vec<(String, Option<DateTime<Utc>>)>,
}

impl Hub {
    /// The deliveries of `days` days from `from` on, by route. Shops that were not heard of since `silent_since` are
    /// listed: their turn comes by estimate.
    ///
    /// # Errors
    /// What the database said.
    pub async fn calendar(
        &self,
        from: NaiveDate,
        days: u64,
        silent_since: DateTime<Utc>,
    ) -> Result<Calendar> {
        self.may_plan_for(from)?;
        let today = self.today();
        let mut turns = store::read(self.store(), trips::turns).await?;
        if turns.is_empty() {
            // Before the first night nothing is saved; then the hub has few shops, and they are worked out now.
            let visits = self.schedule(today, Lines::None).await?;
            turns = visits
                .into_iter()
                .map(|visit| Turn {
                    shop_id: visit.shop_id,
                    interval_days: visit.interval.days.into(),
                    due_on: visit.due_on,
                })
                .collect();
        }
        let days = days.min(MOST_CALENDAR_DAYS);
        let to = from + Days::new(days.saturating_sub(1));
        store::read(self.store(), move |tx| {
            let mut calendar = Calendar::default();
            for ((date, route, state), count) in trips::counts_of_day(tx, from, to)? {
                let state = ShipmentState::parse(&state)
                    .ok_or_else(|| Error::Corrupt(format!("a shipment is {state}")))?;
                if state != ShipmentState::Cancelled {
                    let cell = calendar.cells.entry((date, route)).or_default();
                    cell.shipments.insert(state, count);
                }
            }
            let by_route = routes::weekdays_by_shop(tx)?;
            let fleet = Fleet::load(tx)?;
            let places = fleet.route_by_shop();
            let known: BTreeMap<String, _> = shops::active(tx)?
                .into_iter()
                .map(|shop| (shop.id.clone(), shop))
                .collect();
            let mut there = BTreeSet::new();
            for offset in 0..days {
                let date = from + Days::new(offset);
                for (shop, _) in trips::shops_of_day(tx, date)? {
                    there.insert((date, shop));
                }
            }
            for turn in &turns {
                let Some(shop) = known.get(&turn.shop_id) else {
                    continue;
                };
                let weekdays = shop
                    .delivery_weekdays
                    .as_ref()
                    .or_else(|| by_route.get(&shop.id));
                let weekdays = weekdays
                    .map_or(Ok(DeliveryDays::default()), |text| text.parse())
                    .map_err(|error| {
                        Error::Corrupt(format!("the delivery days of {}: {error}", shop.name))
                    })?;
                let route = places
                    .get(shop.id.as_str())
                    .map_or(String::new(), |route| (*route).to_owned());
                for date in turns_until(turn, weekdays, today, to) {
                    if date < from || there.contains(&(date, shop.id.clone())) {
                        continue;
                    }
                    let cell = calendar.cells.entry((date, route.clone())).or_default();
                    cell.due += 1;
                    if cell.names.len() < NAMED_SHOPS {
                        cell.names.push(shop.name.clone());
                    }
                }
            }
            calendar.late = trips::late(tx, today, LISTED as i64)?;
            calendar.silent = known
                .values()
                .filter(|shop| shop.last_contact.is_none_or(|at| at < silent_since))
                .take(LISTED)
                .map(|shop| (shop.name.clone(), shop.last_contact))
                .collect();
            Ok(calendar)
        })
        .await
    }
}

/// The days on which a shop's turn comes, up to `to`: the next one, and each an interval later, on its delivery days.
fn turns_until(
    turn: &Turn,
    weekdays: DeliveryDays,
    today: NaiveDate,
    to: NaiveDate,
) -> Vec<NaiveDate> {
    let interval = Days::new(turn.interval_days.clamp(1, 366) as u64);
    let mut found = Vec::new();
    let mut date = weekdays.on_or_after(turn.due_on.max(today));
    while date <= to {
        found.push(date);
        let Some(next) = date.checked_add_days(interval) else {
            break;
        };
        date = weekdays.on_or_after(next);
    }
    found
}

/// The Monday of a date's week.
#[must_use]
pub fn monday(date: NaiveDate) -> NaiveDate {
    date - Days::new(date.weekday().num_days_from_monday().into())
}
