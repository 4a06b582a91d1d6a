//! From what each product has and needs to orders, supplier by supplier: values in, a plan out.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::item::{LotRule, Source, SupplyItem, SupplyReason, SupplyUrgency, Switch, SwitchReason};
use super::lots::{SupplyPolicy, lots, reorder_level};
use crate::error::Result;
use crate::model::{Money, Quantity};
use crate::plan::policy::Rounding;
use crate::plan::rounding::{self, Order, OrderBounds, half_up};

/// Days of demand that an order is raised by at most to reach a supplier's least order.
const MOST_TOP_UP_DAYS: u32 = 180;

/// A product in the plan of its supplier.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplyLine {
    /// The product, as it was planned from.
    pub item: SupplyItem,
    /// The supplier's terms that it was planned on.
    pub source: Source,
    /// What to order, base units; 0 for one that is not to be ordered now.
    pub quantity: Quantity,
    /// In packs of the supplier.
    pub packs: i64,
    /// What it costs.
    pub value: Money,
    /// Why.
    pub reason: SupplyReason,
    /// Where the first supplier was passed over, or could be: at what cost.
    pub switch: Option<Switch>,
    /// When its position will have come down to the reorder point: the day of its next order.
    pub next_order_on: Option<NaiveDate>,
}

/// What to order from one supplier.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplierPlan {
    /// The supplier.
    pub supplier: String,
    /// The first day on which the supplier takes it.
    pub order_on: NaiveDate,
    /// When it would be here.
    pub expected_on: NaiveDate,
    /// Products that are ordered now, then those that are not, each by name.
    pub lines: Vec<SupplyLine>,
    /// How the order as a whole came about.
    pub reason: OrderReason,
}

/// How an order as a whole came about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OrderReason {
    /// What the ordered lines cost together.
    pub value: Money,
    /// The least that an order must be worth.
    pub minimum_value: Money,
    /// Days of demand by which all lines were raised to reach that.
    pub topped_up_days: u32,
    /// It is not reached all the same: more would not keep, or not sell in half a year.
    pub below_minimum: bool,
    /// What an order costs the distributor, whatever it holds.
    pub handling_cost: Money,
}

impl SupplierPlan {
    /// The lines that are to be ordered now.
    pub fn ordered(&self) -> impl Iterator<Item = &SupplyLine> {
        self.lines
            .iter()
            .filter(|line| line.quantity > Quantity::ZERO)
    }

    /// Something is to be ordered now.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.ordered().next().is_some()
    }
}

/// A product that nobody can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsupplied {
    /// The product.
    pub item: SupplyItem,
    /// Its suppliers are all switched off or cannot deliver; otherwise it has none.
    pub has_suppliers: bool,
}

/// The orders of a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SupplyPlan {
    /// By supplier; those with something to order first, then by name.
    pub suppliers: Vec<SupplierPlan>,
    /// What runs out with nobody to deliver it.
    pub unsupplied: Vec<Unsupplied>,
}

/// Plans the supply of `date`.
///
/// A product is *due* when its position has come down to its reorder point, or when the shops need more than is there
/// and comes. Where an order itself costs something, products of the same supplier whose position is at most half a lot
/// above their reorder point go *along*, so that they need no order of their own soon (a can-order level: J. L. Balintfy,
/// "On a basic class of multi-item inventory problems", Management Science 10, 1964). All are filled up to reorder point
/// and lot together.
///
/// # Errors
/// [`crate::error::Error::Internal`] for figures that no model takes.
pub fn supply_plan(
    date: NaiveDate,
    items: Vec<SupplyItem>,
    policy: &SupplyPolicy,
) -> Result<SupplyPlan> {
    let mut unsupplied = Vec::new();
    let mut chosen: BTreeMap<String, Vec<Chosen>> = BTreeMap::new();
    for item in items {
        match Chosen::of(item, date) {
            Ok(choice) => chosen
                .entry(choice.source.supplier.clone())
                .or_default()
                .push(choice),
            Err(item) => unsupplied.push(Unsupplied {
                has_suppliers: !item.sources.is_empty(),
                item: *item,
            }),
        }
    }
    let mut suppliers = Vec::new();
    for (supplier, choices) in chosen {
        suppliers.push(of_supplier(supplier, choices, date, policy)?);
    }
    price_switches(&mut suppliers);
    suppliers.sort_by(|one, other| {
        (!one.is_due(), &one.supplier).cmp(&(!other.is_due(), &other.supplier))
    });
    Ok(SupplyPlan {
        suppliers,
        unsupplied,
    })
}

/// A product with the supplier that it is planned on.
struct Chosen {
    item: SupplyItem,
    source: Source,
    /// Why the first supplier was passed over, and who that is.
    passed_over: Option<(Source, SwitchReason)>,
}

impl Chosen {
    fn of(item: SupplyItem, date: NaiveDate) -> Result<Self, Box<SupplyItem>> {
        let Some(first) = item.sources.first().cloned() else {
            return Err(Box::new(item));
        };
        let usable = item.sources.iter().find(|source| source.can_deliver(date));
        let Some(source) = usable.cloned() else {
            return Err(Box::new(item));
        };
        let passed_over = (source.supplier != first.supplier).then(|| {
            let why = match first.unavailable_until {
                Some(until) if first.active => SwitchReason::Unavailable { until },
                _ => SwitchReason::SwitchedOff,
            };
            (first, why)
        });
        Ok(Self {
            item,
            source,
            passed_over,
        })
    }
}

fn of_supplier(
    supplier: String,
    choices: Vec<Chosen>,
    date: NaiveDate,
    policy: &SupplyPolicy,
) -> Result<SupplierPlan> {
    let pairs: Vec<(&SupplyItem, &Source)> = choices
        .iter()
        .map(|choice| (&choice.item, &choice.source))
        .collect();
    let lots = lots(&pairs, policy)?;
    let mut lines = Vec::with_capacity(choices.len());
    for (choice, (lot, rule)) in choices.into_iter().zip(lots) {
        lines.push(line(choice, lot, rule, date, policy)?);
    }
    let order_costs = lines
        .iter()
        .any(|line| line.source.per_order.0 > Money::ZERO);
    if order_costs
        && lines
            .iter()
            .any(|line| line.reason.urgency == SupplyUrgency::Due)
    {
        for line in &mut lines {
            let can_order = line.reason.reorder_point + line.reason.lot / 2.0;
            let wanted = line.reason.demand_per_day > 0.0;
            if line.reason.urgency == SupplyUrgency::Later
                && wanted
                && line.reason.position.0 as f64 <= can_order
            {
                line.reason.urgency = SupplyUrgency::Along;
            }
        }
    }
    for line in &mut lines {
        set_quantity(line, 0);
    }
    let minimum_value = lines
        .iter()
        .map(|line| line.source.minimum_value)
        .max()
        .unwrap_or(Money::ZERO);
    let topped_up_days = top_up(&mut lines, minimum_value);
    let here = |line: &SupplyLine| line.source.ordered_and_here(date);
    let ordered = lines.iter().filter(|line| line.quantity > Quantity::ZERO);
    let last = ordered.map(here).max_by_key(|(_, here)| *here);
    let last = last.or_else(|| lines.iter().map(here).max_by_key(|(_, here)| *here));
    let (order_on, expected_on) = last.unwrap_or((date, date));
    let value: Money = lines.iter().map(|line| line.value).sum();
    lines.sort_by(|one, other| {
        (
            one.quantity == Quantity::ZERO,
            &one.item.name,
            &one.item.sku,
        )
            .cmp(&(
                other.quantity == Quantity::ZERO,
                &other.item.name,
                &other.item.sku,
            ))
    });
    Ok(SupplierPlan {
        order_on,
        expected_on,
        reason: OrderReason {
            value,
            minimum_value,
            topped_up_days,
            below_minimum: value > Money::ZERO && value < minimum_value,
            handling_cost: lines
                .iter()
                .map(|line| line.source.per_order.0)
                .max()
                .unwrap_or(Money::ZERO),
        },
        supplier,
        lines,
    })
}

fn line(
    choice: Chosen,
    lot: f64,
    lot_rule: LotRule,
    date: NaiveDate,
    policy: &SupplyPolicy,
) -> Result<SupplyLine> {
    let Chosen {
        item,
        source,
        passed_over,
    } = choice;
    let point = reorder_level(&item, &source, policy)?;
    let position = item.stock.position();
    let demand = item.demand_per_day;
    let order_up_to = point.level + lot;
    // What shipments and runs are planned to take is wanted by the shops and the runs themselves.
    let wanted = item.shops_need + item.for_runs;
    let short_of = wanted - (item.stock.position() + item.stock.planned);
    let low = demand > 0.0 && position.0 as f64 <= point.level;
    let due = low || short_of > Quantity::ZERO;
    let need = half_up(order_up_to - position.0 as f64)
        .max(short_of.0)
        .max(0);
    let next_order_on = (demand > 0.0).then(|| {
        let days = (position.0 as f64 - point.level) / demand;
        after(date, days.clamp(0.0, 3650.0).ceil() as u32)
    });
    let days_of_cover = (demand > 0.0).then(|| position.0.max(0) as f64 / demand);
    let reason = SupplyReason {
        demand_per_day: demand,
        demand_sd_per_day: item.variance_per_day.max(0.0).sqrt(),
        lead_time_days: source.lead_time_days,
        order_wait_days: source.longest_wait_days(),
        lead_time_sd_days: source.lead_time_sd_days,
        service_level: policy.service_level,
        service_factor: policy.service_factor(),
        safety_stock: point.safety_stock,
        reorder_point: point.level,
        lot,
        lot_rule,
        interval_days: if demand > 0.0 { lot / demand } else { 0.0 },
        order_cost: source.per_order.0 + source.per_order.1 + source.per_line.0 + source.per_line.1,
        holding_fraction: policy.holding_fraction,
        distributor_price: source.price,
        supplier_price: source.supplier_price,
        order_up_to,
        stock: item.stock,
        position,
        shops_need: item.shops_need,
        for_runs: item.for_runs,
        days_of_cover,
        need: Quantity(need),
        steps: Vec::new(),
        topped_up_days: 0,
        urgency: if due {
            SupplyUrgency::Due
        } else {
            SupplyUrgency::Later
        },
    };
    let switch = switch_of(&item, &source, passed_over, &reason, date);
    Ok(SupplyLine {
        quantity: Quantity::ZERO,
        packs: 0,
        value: Money::ZERO,
        reason,
        switch,
        next_order_on,
        item,
        source,
    })
}

/// A reserve that was chosen, or that would deliver in time where the chosen one does not. What it costs is filled in
/// once the quantities are known.
fn switch_of(
    item: &SupplyItem,
    source: &Source,
    passed_over: Option<(Source, SwitchReason)>,
    reason: &SupplyReason,
    date: NaiveDate,
) -> Option<Switch> {
    let (from, to, why) = if let Some((first, why)) = passed_over {
        (first.supplier, source, why)
    } else {
        let days_of_cover = reason.days_of_cover?;
        let runs_out = days_of_cover < f64::from(source.lead_time_days);
        let faster = item
            .sources
            .iter()
            .filter(|other| other.can_deliver(date))
            .find(|other| other.lead_time_days < source.lead_time_days)?;
        if !runs_out || reason.urgency != SupplyUrgency::Due {
            return None;
        }
        let why = SwitchReason::TooSlow {
            lead_time_days: source.lead_time_days,
            days_of_cover,
        };
        (source.supplier.clone(), faster, why)
    };
    Some(Switch {
        from,
        to: to.supplier.clone(),
        why,
        expected_on: to.ordered_and_here(date).1,
        price_difference: Money::ZERO,
        handling: Money::ZERO,
        minimum_gap: Money::ZERO,
        total: Money::ZERO,
    })
}

/// Sets what a line orders: nothing unless it is due or goes along, filled up, with further days of demand.
fn set_quantity(line: &mut SupplyLine, further_days: u32) {
    let Order {
        quantity,
        packs,
        steps,
    } = order_of(line, further_days);
    (line.quantity, line.packs) = (quantity, packs);
    line.reason.steps = steps;
    line.reason.topped_up_days = further_days;
    line.value = Money::for_quantity(line.source.price, line.item.unit_factor, quantity.0);
}

fn order_of(line: &SupplyLine, further_days: u32) -> Order {
    let due = line.reason.urgency == SupplyUrgency::Due;
    if line.reason.urgency == SupplyUrgency::Later {
        return rounding::order(Quantity::ZERO, &bounds(line, due));
    }
    let further = half_up(line.reason.demand_per_day * f64::from(further_days));
    rounding::order(line.reason.need + Quantity(further), &bounds(line, due))
}

fn bounds(line: &SupplyLine, due: bool) -> OrderBounds {
    OrderBounds {
        pack_size: line.source.pack.1,
        minimum_order: line.source.minimum,
        shelf_life_cap: line
            .item
            .shelf_life_days
            .map(|days| sells_in_time(line, days)),
        round: Rounding::Up,
        due,
    }
}

/// What of an order sells before it is past its date: the demand of its shelf life, less what is still there when it
/// comes.
fn sells_in_time(line: &SupplyLine, shelf_life_days: u32) -> Quantity {
    let demand = line.reason.demand_per_day;
    let left = line.reason.position.0 as f64 - demand * f64::from(line.source.lead_time_days);
    let sells = demand * f64::from(shelf_life_days) - left.max(0.0);
    Quantity(sells.clamp(0.0, Quantity::LIMIT.0 as f64).floor() as i64)
}

/// Raises all ordered lines by the same days of demand until they are worth the least order; how many days these are.
fn top_up(lines: &mut [SupplyLine], minimum_value: Money) -> u32 {
    let worth = |lines: &[SupplyLine], days: u32| -> Money {
        lines
            .iter()
            .map(|line| {
                let quantity = order_of(line, days).quantity;
                Money::for_quantity(line.source.price, line.item.unit_factor, quantity.0)
            })
            .sum()
    };
    let now = worth(lines, 0);
    if now == Money::ZERO || now >= minimum_value {
        return 0;
    }
    let Some(days) = (1..=MOST_TOP_UP_DAYS).find(|days| worth(lines, *days) >= minimum_value)
    else {
        return 0;
    };
    for line in lines {
        if line.reason.urgency != SupplyUrgency::Later {
            set_quantity(line, days);
        }
    }
    days
}

/// What each change of supplier costs, now that it is known what is ordered where.
fn price_switches(plans: &mut [SupplierPlan]) {
    let worth: BTreeMap<String, Money> = plans
        .iter()
        .map(|plan| (plan.supplier.clone(), plan.reason.value))
        .collect();
    for line in plans.iter_mut().flat_map(|plan| &mut plan.lines) {
        let Some(switch) = &mut line.switch else {
            continue;
        };
        let named = |name: &str| line.item.sources.iter().find(|one| one.supplier == name);
        let (Some(from), Some(to)) = (named(&switch.from), named(&switch.to)) else {
            continue;
        };
        let cost = |source: &Source| {
            Money::for_quantity(source.price, line.item.unit_factor, line.quantity.0)
        };
        let ordered_there = worth.get(&to.supplier).copied().unwrap_or(Money::ZERO);
        // The line itself is in that order already where it was moved there.
        let others = if to.supplier == line.source.supplier {
            ordered_there - line.value
        } else {
            ordered_there
        };
        let opens_an_order = others <= Money::ZERO;
        switch.price_difference = cost(to) - cost(from);
        switch.handling = to.per_line.0 - from.per_line.0
            + if opens_an_order {
                to.per_order.0
            } else {
                Money::ZERO
            };
        let gap = to.minimum_value - (others + cost(to));
        switch.minimum_gap = gap.max(Money::ZERO);
        switch.total = switch.price_difference + switch.handling;
    }
}

fn after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}
