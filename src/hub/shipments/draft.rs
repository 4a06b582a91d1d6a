//! A day's shipments drafted together: who is due, what the plan recommends, what of it there is, and what has room.
//!
//! Where stock is short it is shared out over all shops that are due, with those whose turn comes before more can be
//! had, by [`fair_shares`]; what is over for a later shop stays in the warehouse. What is left for each route then goes
//! on its vehicle by [`load_vehicle`], one run a route and day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::fleet::Fleet;
use super::lines::recommended_lines;
use super::{Cause, cancel, withdraw_recommendations};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::hub::planner::after;
use crate::hub::planning::{Lines, RecommendedLine, Visit};
use crate::hub::store::routes::PackFreight;
use crate::hub::store::shipments::{self as rows, Shipment, ShipmentState};
use crate::hub::store::trips::{self, LineShare, Trip};
use crate::hub::store::warehouse::{self, Availability};
use crate::hub::store::{self, HubTx, audit, routes, shops};
use crate::model::{Quantity, Sku};
use crate::plan::allocation::{Capacity, Claim, Freight, fair_shares, load_vehicle};

/// Shops that are written in one transaction, so that nobody waits long for the one writer.
const SHOPS_AT_ONCE: usize = 200;

/// The farthest ahead that shops may have a claim on today's stock.
pub const MOST_DAYS_AHEAD: u32 = 30;

/// What to draft.
#[derive(Debug, Clone, Default)]
pub struct DraftRequest {
    /// The day on which the goods are to leave; today if absent.
    pub date: Option<NaiveDate>,
    /// Only this route, `Some("")` for shops without one; all if absent. Stock is shared out over all of them anyway.
    pub route_id: Option<String>,
    /// Days in which nothing more can be had: shops whose turn comes within them have their claim on what is scarce.
    pub days_ahead: u32,
}

/// What drafting did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Drafted {
    /// Shops that are due and need something.
    pub due: usize,
    /// Shipments that were recommended.
    pub made: usize,
    /// Of them, those that hold nothing because there is nothing for them.
    pub empty: usize,
    /// Shops left alone: their shipment is confirmed, or a person changed it.
    pub kept: usize,
    /// Earlier recommendations that do not hold any more.
    pub withdrawn: usize,
    /// Products of which there is not enough for all.
    pub scarce: usize,
}

/// A shop's draft: the visit and what of it each line gets.
struct Draft {
    visit: Visit,
    route: Option<String>,
    shares: Vec<LineShare>,
}

/// What there is to share out and to carry it, at the moment of drafting.
struct AtHand {
    /// Shops whose shipment a person decided on.
    held: BTreeSet<String>,
    stock: BTreeMap<Sku, Availability>,
    promised: BTreeMap<Sku, Quantity>,
    fleet: Fleet,
    freight: BTreeMap<Sku, PackFreight>,
}

impl AtHand {
    fn load(tx: &mut dyn HubTx, today: NaiveDate) -> Result<Self> {
        Ok(Self {
            held: held_shops(tx)?,
            stock: warehouse::availability(tx, today)?,
            promised: promised_by_hand(tx)?,
            fleet: Fleet::load(tx)?,
            freight: routes::freight(tx)?,
        })
    }

    /// Drafts for the visits that are due; the others are of shops that have a claim on what is scarce.
    fn share_out(&self, visits: Vec<Visit>) -> Result<(Drafted, Vec<Draft>)> {
        let mut drafted = Drafted::default();
        let (mut due, mut later) = (Vec::new(), Vec::new());
        for visit in visits {
            let held = self.held.contains(&visit.shop_id);
            drafted.kept += usize::from(held && visit.is_due());
            if held || visit.lines.is_empty() {
                continue;
            }
            if visit.is_due() {
                due.push(visit);
            } else {
                later.push(visit);
            }
        }
        drafted.due = due.len();
        let mut drafts = shared(due, &later, &self.stock, &self.promised, &mut drafted)?;
        let places = self.fleet.route_by_shop();
        for draft in &mut drafts {
            let route = places.get(draft.visit.shop_id.as_str());
            draft.route = route.map(|route| (*route).to_owned());
        }
        loaded(&mut drafts, &self.fleet, &self.freight)?;
        Ok((drafted, drafts))
    }
}

impl Hub {
    /// What to draft, of a route by its name.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a route of that name.
    pub async fn draft_request(
        &self,
        date: Option<NaiveDate>,
        route: Option<&str>,
        days_ahead: u32,
    ) -> Result<DraftRequest> {
        let route_id = match route {
            None => None,
            Some(name) => {
                let fleet = self.fleet().await?;
                let route = fleet.routes.iter().find(|route| route.name == name);
                let route = route
                    .ok_or_else(|| Error::NotFound(format!("there is no route called {name}")))?;
                Some(route.id.clone())
            }
        };
        Ok(DraftRequest {
            date,
            route_id,
            days_ahead,
        })
    }

    /// Drafts the shipments of a day. Drafting again recommends anew from the figures as they are then; what a person
    /// confirmed or changed stands.
    ///
    /// # Errors
    /// [`Error::Invalid`] for days that cannot be, [`Error::NotFound`] without such a route.
    pub async fn draft_day(&self, actor: &str, request: DraftRequest) -> Result<Drafted> {
        if request.days_ahead > MOST_DAYS_AHEAD {
            return Err(Error::invalid(
                "days_ahead",
                format!("must be from 0 to {MOST_DAYS_AHEAD}"),
            ));
        }
        let planner = self.planner()?;
        let (today, now) = (self.today(), self.now());
        let date = request.date.unwrap_or(today);
        self.may_plan_for(date)?;
        let (route_id, days_ahead) = (request.route_id, request.days_ahead);
        let asked_route = route_id.clone();
        let (planner, shops) = store::read(self.store(), move |tx| {
            if let Some(route) = asked_route.as_deref().filter(|route| !route.is_empty()) {
                routes::get_route(tx, route)?;
            }
            Ok((planner(tx)?, shops::active(tx)?))
        })
        .await?;
        let horizon = after(date, days_ahead);
        let visits = self
            .visits(planner, shops, date, Lines::DueBy(horizon))
            .await?;
        let at_hand = store::read(self.store(), move |tx| AtHand::load(tx, today)).await?;
        let sharing_out = move || at_hand.share_out(visits);
        let (mut drafted, drafts) = tokio::task::spawn_blocking(sharing_out)
            .await
            .map_err(|_| Error::Internal("a draft ended abnormally".to_owned()))??;
        let chosen: Vec<Draft> = drafts
            .into_iter()
            .filter(|draft| {
                let route = draft.route.as_deref().unwrap_or_default();
                route_id.as_deref().is_none_or(|asked| asked == route)
            })
            .collect();
        drafted.withdrawn = self.withdraw_stale(date, route_id, &chosen, now).await?;
        let chosen = std::sync::Arc::new(chosen);
        for first in (0..chosen.len()).step_by(SHOPS_AT_ONCE) {
            let (chosen, actor) = (std::sync::Arc::clone(&chosen), actor.to_owned());
            let (made, empty) = store::write(self.store(), move |tx| {
                let (mut made, mut empty) = (0, 0);
                let held = held_shops(tx)?;
                for draft in chosen.iter().skip(first).take(SHOPS_AT_ONCE) {
                    // Somebody may have decided on the shop since it was read.
                    if held.contains(&draft.visit.shop_id) {
                        continue;
                    }
                    made += 1;
                    empty += usize::from(!put_draft(tx, &actor, draft, date, now)?);
                }
                Ok((made, empty))
            })
            .await?;
            drafted.made += made;
            drafted.empty += empty;
        }
        Ok(drafted)
    }

    /// Withdraws the recommendations of a day for shops that are not among `chosen`.
    async fn withdraw_stale(
        &self,
        date: NaiveDate,
        route_id: Option<String>,
        chosen: &[Draft],
        now: DateTime<Utc>,
    ) -> Result<usize> {
        let wanted: BTreeSet<String> = chosen
            .iter()
            .map(|draft| draft.visit.shop_id.clone())
            .collect();
        store::write(self.store(), move |tx| {
            let filter = trips::DayFilter {
                route_id: route_id.clone(),
                state: Some(ShipmentState::Recommended.as_str().to_owned()),
            };
            let mut withdrawn = 0;
            for trip in trips::of_day(tx, date, &filter, i64::MAX, 0)? {
                if trip.edited || wanted.contains(&trip.shop_id) {
                    continue;
                }
                let mut earlier = rows::get(tx, &trip.shipment_id)?;
                cancel(&mut earlier, Cause::NotDueAnyMore.as_str(), now);
                rows::put(tx, &earlier)?;
                withdrawn += 1;
            }
            Ok(withdrawn)
        })
        .await
    }
}

/// The shops whose shipment is confirmed, or was changed by a person.
fn held_shops(tx: &mut dyn HubTx) -> Result<BTreeSet<String>> {
    let held = trips::held(tx)?;
    Ok(held.into_iter().map(|(shop, _, _)| shop).collect())
}

/// What recommendations that a person changed are to take of each product, although nothing is reserved for them yet.
fn promised_by_hand(tx: &mut dyn HubTx) -> Result<BTreeMap<Sku, Quantity>> {
    let mut promised: BTreeMap<Sku, Quantity> = BTreeMap::new();
    for (_, shipment_id, confirmed) in trips::held(tx)? {
        if confirmed {
            continue;
        }
        for line in rows::get(tx, &shipment_id)?.lines {
            *promised.entry(line.sku).or_default() += line.quantity;
        }
    }
    Ok(promised)
}

fn claim(visit: &Visit, line: &RecommendedLine) -> Claim {
    Claim {
        shop: visit.shop_id.clone(),
        position: line.plan.position,
        demand_per_day: line.plan.forecast_per_day,
        need: line.plan.quantity,
    }
}

/// Shares out what there is of each product over the shops that are due.
fn shared(
    due: Vec<Visit>,
    later: &[Visit],
    stock: &BTreeMap<Sku, Availability>,
    promised: &BTreeMap<Sku, Quantity>,
    drafted: &mut Drafted,
) -> Result<Vec<Draft>> {
    let mut claims: BTreeMap<&Sku, (Quantity, Vec<Claim>)> = BTreeMap::new();
    for visit in due.iter().chain(later) {
        for line in &visit.lines {
            let (pack, of_product) = claims
                .entry(&line.plan.sku)
                .or_insert((line.plan.pack_size, Vec::new()));
            // Shops that order in packs of different sizes share by the smallest.
            *pack = (*pack).min(line.plan.pack_size);
            of_product.push(claim(visit, line));
        }
    }
    let mut scarce = BTreeMap::new();
    for (sku, (pack, claims)) in claims {
        let Some(available) = stock.get(sku) else {
            continue;
        };
        let by_hand = promised.get(sku).copied().unwrap_or_default();
        let available = (available.available() - by_hand).max(Quantity::ZERO);
        let needed: i128 = claims.iter().map(|claim| i128::from(claim.need.0)).sum();
        if needed <= i128::from(available.0) {
            continue;
        }
        let allocation = fair_shares(available, pack.max(Quantity(1)), &claims)
            .map_err(|error| Error::Internal(format!("sharing out {sku}: {error}")))?;
        let shares: BTreeMap<String, _> = allocation
            .shares
            .into_iter()
            .map(|share| (share.shop, (share.given, share.why)))
            .collect();
        scarce.insert(sku.clone(), shares);
    }
    drafted.scarce = scarce.len();
    let drafts = due.into_iter().map(|visit| {
        let shares = visit
            .lines
            .iter()
            .map(|line| {
                let plan = &line.plan;
                let share = scarce
                    .get(&plan.sku)
                    .and_then(|shares| shares.get(&visit.shop_id));
                let pack = plan.pack_size.0.max(1);
                let allocated =
                    share.map_or(plan.quantity, |(given, _)| Quantity(given.0 / pack * pack));
                LineShare {
                    sku: plan.sku.clone(),
                    pack_size: plan.pack_size,
                    recommended: plan.quantity,
                    allocated,
                    loaded: allocated,
                    share: share.map(|(_, why)| *why),
                    full: None,
                }
            })
            .collect();
        Draft {
            visit,
            route: None,
            shares,
        }
    });
    Ok(drafts.collect())
}

/// Loads each route's vehicle with what its shops are to get.
fn loaded(drafts: &mut [Draft], fleet: &Fleet, packs: &BTreeMap<Sku, PackFreight>) -> Result<()> {
    for route in &fleet.routes {
        let capacity = fleet
            .vehicle_of(route)
            .map_or(Capacity::default(), |vehicle| vehicle.capacity);
        if capacity == Capacity::default() {
            continue;
        }
        let on_route = |draft: &Draft| draft.route.as_deref() == Some(route.id.as_str());
        let mut freight = Vec::new();
        for draft in drafts.iter().filter(|draft| on_route(draft)) {
            for (share, line) in draft.shares.iter().zip(&draft.visit.lines) {
                let pack = packs.get(&share.sku).copied().unwrap_or_default();
                freight.push(Freight {
                    shop: draft.visit.shop_id.clone(),
                    sku: share.sku.clone(),
                    packs: share.allocated.0 / share.pack_size.0.max(1),
                    pack_volume: pack.volume,
                    pack_weight: pack.weight,
                    days_to_stock_out: line.plan.days_to_stock_out,
                });
            }
        }
        let load = load_vehicle(capacity, &freight)
            .map_err(|error| Error::Internal(format!("loading {}: {error}", route.name)))?;
        let lines: BTreeMap<(&str, &Sku), _> = load
            .lines
            .iter()
            .map(|line| ((line.shop.as_str(), &line.sku), (line.loaded, line.full)))
            .collect();
        for draft in drafts.iter_mut().filter(|draft| on_route(draft)) {
            for share in &mut draft.shares {
                let key = (draft.visit.shop_id.as_str(), &share.sku);
                if let Some((packs, full)) = lines.get(&key) {
                    share.loaded = Quantity(packs * share.pack_size.0.max(1));
                    share.full = *full;
                }
            }
        }
    }
    Ok(())
}

/// Writes a draft in place of an earlier recommendation for the shop; whether there is anything in it.
fn put_draft(
    tx: &mut dyn HubTx,
    actor: &str,
    draft: &Draft,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool> {
    let visit = &draft.visit;
    withdraw_recommendations(tx, &visit.shop_id, Cause::Replaced.as_str(), now)?;
    let mut lines = recommended_lines(visit)?;
    for (line, share) in lines.iter_mut().zip(&draft.shares) {
        line.quantity = share.loaded;
    }
    let shipment = Shipment::recommended(
        Uuid::now_v7().to_string(),
        visit.shop_id.clone(),
        (date, visit.expected_on),
        now,
        Vec::new(),
        lines,
    );
    rows::put(tx, &shipment)?;
    let trip = Trip::new(&shipment.id, &visit.shop_id, date, draft.route.clone());
    trips::put(tx, &trip)?;
    trips::put_shares(tx, &visit.shop_id, &shipment.id, &draft.shares)?;
    let total: i64 = shipment.lines.iter().map(|line| line.quantity.0).sum();
    let detail = serde_json::json!({ "shop": visit.shop_id, "date": date, "units": total });
    audit::record(
        tx,
        now,
        actor,
        "shipment.recommended",
        &shipment.id,
        &detail.to_string(),
    )?;
    Ok(total > 0)
}
