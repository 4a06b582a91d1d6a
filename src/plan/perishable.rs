//! Stock that will pass its date before it can sell, and how much is too much to buy.
//!
//! Estimated withdrawal and ageing (EWA): the lots are rolled forward day by day against the expected demand, and what
//! is expected to be thrown away before the order of today must last no longer is no part of the position.
//!
//! Source: R. A. C. M. Broekmeulen, K. H. van Donselaar, "A heuristic to manage perishable inventory with batch
//! ordering, positive lead-times, and time-varying demand", Computers & Operations Research 36 (2009) 3013-3018: order
//! where IP - (expected outdating on days 1 to L + R - 1) < safety stock + expected demand over L + R days.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::ProductInput;
use super::forecast::Forecast;
use super::policy::Policy;
use crate::model::{Quantity, StockPosition};

/// What is left of the goods that came in with one expiry date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotBalance {
    /// The last day on which it may be sold; `None` for goods without a date.
    pub expires: Option<NaiveDate>,
    /// Base units left; the lot without a date may be negative when more was sold than the book had.
    pub quantity: Quantity,
}

/// Goods of one age. Days are counted from the planning date, which is day 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// The first day that it can be sold on: 1 or earlier for what is on the shelf now, later for a delivery.
    pub from_day: i64,
    /// The last day that it can be sold on; below 1 for what is past its date, `None` for what never is.
    pub last_day: Option<i64>,
    /// Base units; what is below 0 counts as 0.
    pub quantity: Quantity,
}

/// Goods that are left at the end of the last day that they could be sold on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outdated {
    /// That day, counted from the planning date, which is day 1.
    pub day: i64,
    /// The place of the batch in the list that was rolled forward.
    pub batch: usize,
    /// Base units.
    pub quantity: Quantity,
}

/// Goods that are past their date, or expected to be before they sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedLoss {
    /// The last day on which they may be sold.
    pub expires: NaiveDate,
    /// Base units.
    pub quantity: Quantity,
    /// Where they are.
    pub goods: LostGoods,
}

/// Where goods are that will not sell in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LostGoods {
    /// On the shelf, past their date.
    Expired,
    /// On the shelf, still to be sold.
    OnHand,
    /// On order or on the way.
    Coming,
}

/// What ageing takes from a product's stock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ageing {
    /// What is lost before the end of the protection interval, by date, then by where it is.
    pub losses: Vec<ExpectedLoss>,
    /// All of it together: what the position is less by, in base units.
    pub expiring: Quantity,
    /// On hand less what of it is expected to be lost on any day, however late: what is there to sell or to hand over.
    pub lasting: Quantity,
}

/// On hand: all lots together.
#[must_use]
pub fn on_hand(lots: &[LotBalance]) -> Quantity {
    narrowed(lots.iter().map(|lot| i128::from(lot.quantity.0)).sum())
}

/// Base units on hand that are past their date on `date`. Never more than is on hand at all: where more has gone out
/// than the lots knew of, some of what they still list is not there.
#[must_use]
pub fn expired(date: NaiveDate, lots: &[LotBalance]) -> Quantity {
    total(withdraw_and_age(&on_the_shelf(date, lots), 0, |_| 0, 0).iter())
}

/// Rolls batches forward to the end of `last_day`, day by day, and gives what outdates on each, in order of the day.
///
/// On each day what was owed to customers before it is handed over first, and then the day's expected demand
/// is sold, both from the goods that expire first (over the counter it is the shopkeeper who picks them; goods without
/// a date come last). `expected` gives the whole base units expected over the first so many days together, and must not
/// fall. Demand that meets an empty shelf is lost, and takes nothing from a delivery that comes later; goods that are
/// owed wait for it.
///
/// Days on which no batch comes and none ends are rolled in one step, which gives the same as one by one: the cost
/// is that of the number of batches, however far the days reach.
#[must_use]
pub fn withdraw_and_age(
    batches: &[Batch],
    owed: i64,
    expected: impl Fn(i64) -> i128,
    last_day: i64,
) -> Vec<Outdated> {
    let mut left: Vec<i64> = batches.iter().map(|batch| batch.quantity.0).collect();
    let mut outdated = Vec::new();
    let mut order: Vec<usize> = Vec::with_capacity(batches.len());
    for (place, batch) in batches.iter().enumerate() {
        let too_late = batch.last_day.filter(|&last| last < batch.from_day.max(1));
        match too_late {
            _ if batch.quantity.0 <= 0 => {}
            None => order.push(place),
            Some(day) if day <= last_day => outdated.push(Outdated {
                day,
                batch: place,
                quantity: batch.quantity,
            }),
            Some(_) => {}
        }
    }
    order.sort_by_key(|&place| {
        let batch = &batches[place];
        (batch.last_day.is_none(), batch.last_day, batch.from_day)
    });
    let mut days: Vec<i64> = order
        .iter()
        .flat_map(|&place| [batches[place].last_day, Some(batches[place].from_day - 1)])
        .flatten()
        .filter(|day| (1..=last_day).contains(day))
        .collect();
    days.sort_unstable();
    days.dedup();
    let mut owed = i128::from(owed.max(0));
    let mut before = 0;
    for day in days {
        let mut demand = (expected(day) - expected(before)).max(0);
        for &place in &order {
            if batches[place].from_day > before + 1 {
                continue;
            }
            for wanted in [&mut owed, &mut demand] {
                let taken = (*wanted).min(i128::from(left[place]));
                *wanted -= taken;
                left[place] -= taken as i64;
            }
            if batches[place].last_day == Some(day) && left[place] > 0 {
                outdated.push(Outdated {
                    day,
                    batch: place,
                    quantity: Quantity(left[place]),
                });
                left[place] = 0;
            }
        }
        order.retain(|&place| left[place] > 0);
        before = day;
    }
    outdated.sort_by_key(|lost| (lost.day, lost.batch));
    outdated
}

/// What ageing takes from a product's stock, on the morning of `date`.
///
/// `losses` end with the day before the last of the protection interval, R + L - 1: what outdates on the evening of the
/// last day has no demand left in the interval that it could have met, and the order of the next review arrives the
/// morning after. A loss later than that is the next order's to make good; to order for it today would fill the shelf
/// with goods that must wait behind those that are going to be lost. Outstanding goods are taken to arrive after the
/// full lead time, with the product's whole shelf life: they may be nearer than that, but the later they come, the
/// later they have to be sold. Urgency reads the same position, so a product may be due for a loss that is still some
/// days off: that errs toward ordering in time. Days to stock-out are told from `lasting`, which knows no horizon.
///
/// Without a forecast only what is already past its date is lost.
#[must_use]
pub fn ageing(
    date: NaiveDate,
    input: &ProductInput,
    forecast: Option<&Forecast>,
    policy: &Policy,
) -> Ageing {
    let mut batches = on_the_shelf(date, &input.lots);
    let shelf = batches.len();
    let arrival = i64::from(policy.lead_time_days) + 1;
    batches.push(Batch {
        from_day: arrival,
        last_day: input
            .shelf_life_days
            .map(|days| arrival.saturating_add(i64::from(days))),
        quantity: Quantity(
            input
                .on_order
                .0
                .max(0)
                .saturating_add(input.in_transit.0.max(0)),
        ),
    });
    let roll = |batches: &[Batch], last_day: i64| match forecast {
        Some(forecast) => withdraw_and_age(
            batches,
            input.backordered.0,
            |days| forecast.expected_rounded(days),
            last_day,
        ),
        None => withdraw_and_age(batches, 0, |_| 0, 0),
    };
    let lost = roll(&batches, i64::from(policy.protection_days()) - 1);
    let lost_ever = total(roll(&batches[..shelf], i64::MAX).iter());
    let mut losses: Vec<ExpectedLoss> = Vec::new();
    for one in &lost {
        let goods = match one {
            lost if lost.batch == shelf => LostGoods::Coming,
            lost if lost.day < 1 => LostGoods::Expired,
            _ => LostGoods::OnHand,
        };
        let Some(expires) = date_of(date, one.day) else {
            continue;
        };
        losses.push(ExpectedLoss {
            expires,
            quantity: one.quantity,
            goods,
        });
    }
    Ageing {
        losses,
        expiring: total(lost.iter()),
        lasting: on_hand(&input.lots) - lost_ever,
    }
}

/// The most that may be bought at once: whole base units expected to sell within the shelf life, and what is owed to
/// customers beyond all that is there or on its way, which leaves the shop as soon as it comes.
#[must_use]
pub fn shelf_life_cap(
    forecast: &Forecast,
    shelf_life_days: u32,
    stock: &StockPosition,
) -> Quantity {
    let covered = (stock.position() + stock.backordered).max(Quantity::ZERO);
    let owed = (stock.backordered - covered).max(Quantity::ZERO);
    narrowed(forecast.expected_floor(i64::from(shelf_life_days))) + owed
}

/// The lots as batches, one for each date and one for the goods without any, in that order.
///
/// Where the lots together hold less than the sum of those above zero, goods have gone out that no lot gave: they are
/// taken from what could be sold, first expired first, and from what is past its date only when nothing else is left.
fn on_the_shelf(date: NaiveDate, lots: &[LotBalance]) -> Vec<Batch> {
    let mut listed: Vec<(Option<NaiveDate>, i128)> = lots
        .iter()
        .filter(|lot| lot.quantity.0 > 0)
        .map(|lot| (lot.expires, i128::from(lot.quantity.0)))
        .collect();
    listed.sort_unstable_by_key(|&(expires, _)| (expires.is_none(), expires));
    listed.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    let gone: i128 = lots
        .iter()
        .map(|lot| -i128::from(lot.quantity.0.min(0)))
        .sum();
    let mut gone = gone;
    let past = |expires: Option<NaiveDate>| expires.is_some_and(|day| day < date);
    for of_past in [false, true] {
        for (_, left) in listed.iter_mut().filter(|lot| past(lot.0) == of_past) {
            let taken = gone.min(*left);
            *left -= taken;
            gone -= taken;
        }
    }
    listed
        .into_iter()
        .filter(|&(_, left)| left > 0)
        .map(|(expires, left)| Batch {
            from_day: 1,
            last_day: expires.map(|day| day.signed_duration_since(date).num_days() + 1),
            quantity: narrowed(left),
        })
        .collect()
}

/// The date of a day counted from `date`, which is day 1.
fn date_of(date: NaiveDate, day: i64) -> Option<NaiveDate> {
    let offset = day - 1;
    if offset >= 0 {
        date.checked_add_days(Days::new(offset.unsigned_abs()))
    } else {
        date.checked_sub_days(Days::new(offset.unsigned_abs()))
    }
}

fn total<'l>(lost: impl Iterator<Item = &'l Outdated>) -> Quantity {
    narrowed(lost.map(|one| i128::from(one.quantity.0)).sum())
}

fn narrowed(units: i128) -> Quantity {
    Quantity(units.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}
