//! The plans of some shops together: read in a few queries, made without the database, written at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};

use super::figures::ShopFigures;
use super::packing::{pack, unpack};
use super::planner::{PlannedShop, Planner, ShopInputs, after};
use super::planning::{IntervalSource, Lines, Visit};
use super::store::flags;
use super::store::histories::{self, Kept};
use super::store::plan_input::{self, ShopRange};
use super::store::plans::{self, MICRO, MILLI, ShopPlan, ShopPlanLine, in_parts};
use super::store::service::{self, Week};
use super::store::shops::Shop;
use super::store::{HubTx, order_board};
use crate::error::Result;
use crate::model::{Quantity, Sku};
use crate::plan::oddity::OddDay;
use crate::plan::{DayDemand, DayFlow, PlanLine, ProductInput, Urgency, daily_series};

/// Days before a planning that are not packed: what a shop sends late is mostly of these.
const UNSETTLED: Days = Days::new(8);

/// How many days a packing may lie back before it is made anew.
const REPACKED_AFTER: i64 = 22;

/// Days by product.
type Flows = BTreeMap<Sku, Vec<DayFlow>>;

/// Days over which a shop's service is told.
const SERVICE_DAYS: usize = 28;

/// A shop as it was read.
pub(super) struct ReadShop {
    shop: Shop,
    inputs: ShopInputs,
    last_interval: Option<u32>,
    packing: Option<Packing>,
}

impl ReadShop {
    /// Its place in the schedule.
    pub fn visit(&self, planner: &Planner, date: NaiveDate, wanted: Lines) -> Result<Visit> {
        planner.visit_read(&self.shop, &self.inputs, date, self.last_interval, wanted)
    }
}

/// A shop's history, packed anew.
struct Packing {
    through: NaiveDate,
    packed: Vec<u8>,
    /// What was kept of it before.
    seen: Option<Vec<u8>>,
}

/// What is written of a shop.
pub(super) struct Found {
    pub plan: ShopPlan,
    pub lines: Vec<ShopPlanLine>,
    pub weeks: Vec<Week>,
    pub odd: Vec<(Sku, OddDay)>,
    packing: Option<Packing>,
}

/// What the active shops of a range are planned from.
pub(super) fn read(
    tx: &mut dyn HubTx,
    planner: &Planner,
    range: ShopRange<'_>,
    date: NaiveDate,
) -> Result<Vec<ReadShop>> {
    let shops = plan_input::shops_in(tx, range)?;
    read_shops(tx, planner, shops, range, (date, true))
}

/// The same for `shops`, which lie in the range; the others of it are passed by. Histories are packed anew for whoever keeps
/// the packings, and for nobody else.
pub(super) fn read_shops(
    tx: &mut dyn HubTx,
    planner: &Planner,
    shops: Vec<Shop>,
    range: ShopRange<'_>,
    (date, keeps_packings): (NaiveDate, bool),
) -> Result<Vec<ReadShop>> {
    let mut products = plan_input::products_in(tx, range)?;
    let mut lots = plan_input::lots_in(tx, range)?;
    let mut coming = plan_input::coming_in(tx, range)?;
    let mut owed = order_board::owed_in(tx, range)?;
    let intervals = plans::intervals_in(tx, range)?;
    let verdicts = flags::verdicts_in(tx, range)?;
    let mut kept = histories::kept_in(tx, range)?;
    let mut found = Vec::with_capacity(shops.len());
    for shop in shops {
        let figures = ShopFigures::of(
            &shop.id,
            products.remove(&shop.id).unwrap_or_default(),
            lots.remove(&shop.id).unwrap_or_default(),
            coming.remove(&shop.id).unwrap_or_default(),
            owed.remove(&shop.id).unwrap_or_default(),
        );
        let kept = kept.remove(&shop.id);
        let (flows, packing) = flows(tx, &figures, &shop.id, kept, (date, keeps_packings))?;
        found.push(ReadShop {
            packing,
            inputs: planner.inputs(&shop.id, figures, flows, &verdicts),
            last_interval: intervals.get(&shop.id).copied(),
            shop,
        });
    }
    Ok(found)
}

/// The days of a shop's products: those that were packed and the latest ones, or all of them where nothing that can be
/// used is packed; and the packing for the next nights where there is none yet, or one that lies far back.
fn flows(
    tx: &mut dyn HubTx,
    figures: &ShopFigures,
    shop_id: &str,
    kept: Option<Kept>,
    (date, keeps_packings): (NaiveDate, bool),
) -> Result<(Flows, Option<Packing>)> {
    let usable = kept.as_ref().and_then(|kept| {
        let through = kept.through.filter(|through| *through < date)?;
        Some((through, unpack(&kept.bytes)?))
    });
    let packed_through = usable.as_ref().map(|(through, _)| *through);
    let flows = match usable {
        Some((through, mut flows)) => {
            for (sku, flow) in histories::days_after(tx, shop_id, through)? {
                flows.entry(sku).or_default().push(flow);
            }
            flows
        }
        None => figures.flows(tx)?,
    };
    let lag = |through: NaiveDate| (date - through).num_days();
    if !keeps_packings || packed_through.is_some_and(|through| lag(through) <= REPACKED_AFTER) {
        return Ok((flows, None));
    }
    let through = date.checked_sub_days(UNSETTLED).unwrap_or(date);
    let packing = Packing {
        packed: pack(&flows, through),
        through,
        seen: kept.map(|kept| kept.bytes),
    };
    Ok((flows, Some(packing)))
}

/// What one shop is planned from.
pub(super) fn read_one(tx: &mut dyn HubTx, planner: &Planner, shop: Shop) -> Result<ReadShop> {
    Ok(ReadShop {
        inputs: planner.read(tx, &shop)?,
        last_interval: None,
        packing: None,
        shop,
    })
}

/// Plans a shop that was read.
pub(super) fn find(
    planner: &Planner,
    read: ReadShop,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Found> {
    let planned = planner.plan(&read.shop, &read.inputs, date, read.last_interval)?;
    let (product_days, stocked_days, weeks) = service_of(&read.inputs.inputs, date);
    let mut plan = shop_plan(&planned, now);
    plan.unit_conflicts = read.inputs.unit_conflicts.len() as i64;
    plan.product_days = product_days;
    plan.stocked_days = stocked_days;
    let id = &read.shop.id;
    let lines = planned.lines.iter().map(|line| row(id, date, line));
    Ok(Found {
        lines: lines.collect(),
        plan,
        weeks,
        odd: read.inputs.odd,
        packing: read.packing,
    })
}

/// Writes what was found of the shops of a range, in place of all that was known of them.
pub(super) fn write(tx: &mut dyn HubTx, range: ShopRange<'_>, found: &[Found]) -> Result<()> {
    for shop in found {
        plans::put_lines(tx, &shop.lines)?;
        let id = &shop.plan.shop_id;
        let of_shop = shop.weeks.iter().map(|week| (id.clone(), week.clone()));
        let weeks: Vec<_> = of_shop.collect();
        service::put(tx, &weeks)?;
        flags::raise(tx, id, &shop.odd, shop.plan.planned_at)?;
        if let Some(packing) = &shop.packing {
            let seen = packing.seen.as_deref();
            histories::keep(tx, id, seen, packing.through, &packing.packed)?;
        }
    }
    let rows: Vec<ShopPlan> = found.iter().map(|shop| shop.plan.clone()).collect();
    plans::put_shops(tx, &rows)?;
    let counts = found
        .iter()
        .map(|shop| (shop.plan.shop_id.as_str(), shop.lines.len() as i64))
        .collect();
    for shop_id in plans::forget_others(tx, range, &counts)? {
        let of_shop = found.iter().find(|shop| shop.plan.shop_id == shop_id);
        plans::put_lines(tx, of_shop.map_or(&[], |shop| shop.lines.as_slice()))?;
    }
    Ok(())
}

/// Writes what was found of one shop, and brings the sums over all shops up to date.
pub(super) fn write_one(tx: &mut dyn HubTx, found: &Found) -> Result<()> {
    let id = &found.plan.shop_id;
    if let Some(before) = plans::find(tx, id)? {
        let lines = plans::lines(tx, id)?;
        plans::add_to_sums(tx, &lines, before.was_due(), -1)?;
        plans::forget_lines(tx, id)?;
    }
    plans::put_lines(tx, &found.lines)?;
    plans::add_to_sums(tx, &found.lines, found.plan.was_due(), 1)?;
    flags::raise(tx, id, &found.odd, found.plan.planned_at)?;
    plans::put_shops(tx, std::slice::from_ref(&found.plan))
}

fn shop_plan(planned: &PlannedShop, now: DateTime<Utc>) -> ShopPlan {
    let visit = &planned.visit;
    let lead_days = (visit.expected_on - visit.date).num_days();
    let arrives_in = (visit.due_on - visit.date).num_days() + lead_days;
    let count = |what: &dyn Fn(&PlanLine) -> bool| {
        planned.lines.iter().filter(|line| what(line)).count() as i64
    };
    let demanded = |line: &PlanLine| line.forecast_per_day > 0.0;
    let first_out = planned
        .lines
        .iter()
        .filter(|line| demanded(line))
        .filter_map(|line| line.days_to_stock_out)
        .min_by(f64::total_cmp);
    ShopPlan {
        shop_id: visit.shop_id.clone(),
        plan_date: visit.date,
        planned_at: now,
        interval_days: visit.interval.days,
        interval_source: match visit.interval.source {
            IntervalSource::Set => "set",
            IntervalSource::Joint => "joint",
            IntervalSource::Shop => "shop",
        }
        .to_owned(),
        joint_microdays: visit
            .interval
            .joint
            .map(|joint| in_parts(joint.days_unrounded, MICRO)),
        last_delivery: visit.last_delivery,
        due_on: visit.due_on,
        expected_on: visit.expected_on,
        products: planned.lines.len() as i64,
        due_products: count(&|line| line.urgency == Urgency::Due),
        out_products: count(&|line| demanded(line) && line.on_hand <= Quantity::ZERO),
        risk_products: count(&|line| {
            demanded(line)
                && line
                    .days_to_stock_out
                    .is_some_and(|days| days < arrives_in as f64)
        }),
        send_products: visit.lines.len() as i64,
        send_value: visit.value(),
        first_out_millidays: first_out.map(|days| in_parts(days, MILLI)),
        product_days: 0,
        stocked_days: 0,
        unit_conflicts: 0,
    }
}

fn row(shop_id: &str, date: NaiveDate, line: &PlanLine) -> ShopPlanLine {
    let sigma = line.sigma_protection;
    let days = f64::from(line.protection_days.max(1));
    ShopPlanLine {
        shop_id: shop_id.to_owned(),
        sku: line.sku.clone(),
        plan_date: date,
        method: line.method.as_str().to_owned(),
        forecast_micro: in_parts(line.forecast_per_day, MICRO),
        sigma_micro: in_parts(sigma, MICRO),
        protection_days: line.protection_days,
        variance_milli: in_parts(sigma * sigma / days, MILLI),
        level_micro: in_parts(line.order_up_to, MICRO),
        on_hand: line.on_hand,
        position: line.position,
        need: line.need,
        quantity: line.quantity,
        packs: line.packs,
        urgency: line.urgency.as_str().to_owned(),
        stock_out_millidays: line.days_to_stock_out.map(|days| in_parts(days, MILLI)),
    }
}

/// The product-days of the last 28 days: how many, on how many of them there was something to sell, and the same of the
/// weeks that began within them, so that each night brings the unfinished ones up to date.
fn service_of(inputs: &[ProductInput], date: NaiveDate) -> (i64, i64, Vec<Week>) {
    let oldest = date
        .checked_sub_days(Days::new(SERVICE_DAYS as u64))
        .unwrap_or(NaiveDate::MIN);
    let mut weeks: BTreeMap<NaiveDate, Week> = BTreeMap::new();
    let (mut all, mut stocked) = (0, 0);
    for input in inputs {
        let series = daily_series(date, &input.flows);
        let skipped = series.days.len().saturating_sub(SERVICE_DAYS);
        let first = after(series.first, skipped as u32);
        for (day, demand) in first.iter_days().zip(&series.days[skipped..]) {
            let had_some = i64::from(!matches!(demand, DayDemand::Censored));
            all += 1;
            stocked += had_some;
            let monday = day.week(Weekday::Mon).first_day();
            if monday >= oldest {
                let week = weeks.entry(monday).or_insert(Week {
                    monday,
                    product_days: 0,
                    stocked_days: 0,
                });
                week.product_days += 1;
                week.stocked_days += had_some;
            }
        }
    }
    (all, stocked, weeks.into_values().collect())
}
