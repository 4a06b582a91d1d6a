//! The visits of many shops together: read in parts, as the night reads them, and planned by as many workers as there
//! are processors.
//!
//! Each part is a snapshot of its own. That is enough: a shop's visit follows from that shop's figures, and whoever
//! acts on it looks again at what may have been decided meanwhile.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Hub;
use super::nightly::{SHOPS_IN_PART, abnormal, workers};
use super::plan_part;
use super::planner::Planner;
use super::planning::{Lines, Visit};
use super::store;
use super::store::shops::Shop;
use crate::error::Result;

/// Of the shops in a range, one in so many has to be wanted for the range to be read at once: the others are read with it.
const WORTH_A_RANGE: usize = 4;

/// Shops that are read at once, from the first identity on and before the second.
#[derive(Clone)]
struct Part {
    range: (String, String),
    shops: Vec<Shop>,
}

impl Hub {
    /// The visits of `shops`, in their order; what to send where `wanted` asks for it.
    pub(super) async fn visits(
        &self,
        planner: Planner,
        shops: Vec<Shop>,
        date: NaiveDate,
        wanted: Lines,
    ) -> Result<Vec<Visit>> {
        let mut visits: HashMap<String, Visit> = HashMap::with_capacity(shops.len());
        let order: Vec<String> = shops.iter().map(|shop| shop.id.clone()).collect();
        for shop in &shops {
            if let Some(visit) = planner.visit_unread(shop, date, wanted)? {
                visits.insert(shop.id.clone(), visit);
            }
        }
        let parts = parts(shops, |shop| !visits.contains_key(&shop.id));
        let planner = Arc::new(planner);
        let workers = workers().min(parts.len());
        let mut shares: Vec<Vec<Part>> = vec![Vec::new(); workers];
        for (index, part) in parts.into_iter().enumerate() {
            shares[index % workers].push(part);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for share in shares {
            let (hub, planner) = (self.clone(), Arc::clone(&planner));
            tasks.spawn(hub.visits_of(planner, share, date, wanted));
        }
        while let Some(done) = tasks.join_next().await {
            let done = done.map_err(|_| abnormal())??.into_iter();
            visits.extend(done.map(|visit| (visit.shop_id.clone(), visit)));
        }
        order
            .iter()
            .map(|id| visits.remove(id).ok_or_else(abnormal))
            .collect()
    }

    async fn visits_of(
        self,
        planner: Arc<Planner>,
        parts: Vec<Part>,
        date: NaiveDate,
        wanted: Lines,
    ) -> Result<Vec<Visit>> {
        let mut visits = Vec::new();
        for part in parts {
            let by = Arc::clone(&planner);
            let read = store::read(self.store(), move |tx| {
                let Part { range, shops } = part.clone();
                plan_part::read_shops(tx, &by, shops, (&range.0, &range.1), (date, false))
            })
            .await?;
            let planner = Arc::clone(&planner);
            let planned = tokio::task::spawn_blocking(move || {
                read.iter()
                    .map(|shop| shop.visit(&planner, date, wanted))
                    .collect::<Result<Vec<_>>>()
            })
            .await
            .map_err(|_| abnormal())??;
            visits.extend(planned);
        }
        Ok(visits)
    }
}

/// Cuts shops into parts that are read at once: neighbours by identity, where enough of them are wanted, and else each
/// by itself.
fn parts(mut shops: Vec<Shop>, wanted: impl Fn(&Shop) -> bool) -> Vec<Part> {
    shops.sort_by(|one, other| one.id.cmp(&other.id));
    let mut parts = Vec::new();
    let mut rest = shops.into_iter().peekable();
    while rest.peek().is_some() {
        let neighbours: Vec<Shop> = rest.by_ref().take(SHOPS_IN_PART).collect();
        let all = neighbours.len();
        let chosen: Vec<Shop> = neighbours.into_iter().filter(&wanted).collect();
        if chosen.len() * WORTH_A_RANGE >= all {
            parts.extend(part(chosen));
        } else {
            parts.extend(chosen.into_iter().filter_map(|shop| part(vec![shop])));
        }
    }
    parts
}

/// A part of shops in order, none without shops. No identity lies between one and the same with "!" after it.
fn part(shops: Vec<Shop>) -> Option<Part> {
    let (first, last) = (shops.first()?, shops.last()?);
    let range = (first.id.clone(), format!("{}!", last.id));
    Some(Part { range, shops })
}
