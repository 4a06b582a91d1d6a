//! In whose rhythm each product is planned: where a distributor has set how often and how fast it delivers, that holds for
//! what it offers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::Connection;

use crate::error::Result;
use crate::plan::{Planner, Policy};
use crate::shop::store::distributors::{self, Rhythm};
use crate::shop::store::sync_state;

/// The policy that a plan is made with: where the shop's first distributor delivers, its rhythm holds.
pub(in crate::shop) fn policy_in_force(connection: &Connection, own: &Policy) -> Result<Policy> {
    let hub = sync_state::load(connection)?;
    let rhythm = Rhythm {
        review_days: hub.review_days,
        lead_time_days: hub.lead_time_days,
    };
    Ok(in_rhythm(own, rhythm))
}

fn in_rhythm(own: &Policy, rhythm: Rhythm) -> Policy {
    let own = own.clone();
    Policy {
        review_days: rhythm.review_days.unwrap_or(own.review_days),
        lead_time_days: rhythm.lead_time_days.unwrap_or(own.lead_time_days),
        ..own
    }
}

/// A planner for each distributor's rhythm.
pub(in crate::shop) struct Planners {
    /// The policy that holds for what no further distributor offers.
    pub policy: Policy,
    usual: Planner,
    further: BTreeMap<String, Planner>,
    /// Products of further distributors, and whose they are.
    whose: BTreeMap<String, String>,
}

impl Planners {
    /// For plans of `date` by the shop's own policy.
    pub fn new(connection: &Connection, date: NaiveDate, own: &Policy) -> Result<Self> {
        let rhythms = distributors::rhythms(connection)?;
        let further = rhythms
            .into_iter()
            .map(|(distributor, rhythm)| (distributor, Planner::new(date, &in_rhythm(own, rhythm))))
            .collect();
        let policy = policy_in_force(connection, own)?;
        Ok(Self {
            usual: Planner::new(date, &policy),
            policy,
            further,
            whose: distributors::products(connection)?,
        })
    }

    /// The one for a product.
    pub fn of(&self, sku: &str) -> &Planner {
        self.whose
            .get(sku)
            .and_then(|distributor| self.further.get(distributor))
            .unwrap_or(&self.usual)
    }
}
