//! Generated sales: what a warung might have sold, ticket by ticket.
//!
//! **These are not real sales.** They are drawn from the averages in the catalogue with a small generator of random
//! numbers. What they imitate of a real shop: a morning and a late afternoon peak, the weekend, payday, days on which
//! the whole street stays at home, goods that sell in ones and twos and now and then by the pack.
//!
//! Every day is drawn for itself from the shop's seed and its date, so the same day comes out the same whichever
//! period it was asked for in. The one transcendental function used is libm's, so it also comes out the same on every
//! machine.

use std::time::Duration;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::Serialize;

use super::catalogue::{Good, Pack};
use crate::model::Quantity;

/// Most lines on one generated ticket.
pub const MAX_LINES: usize = 6;

/// The largest `size` of a shop; a larger one is taken as this.
pub const MAX_SIZE: f64 = 100.0;

/// How a generated ticket was paid. Debts are not generated: they need a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentMethod {
    /// Notes and coins.
    Cash,
    /// The customer's phone.
    Qris,
    /// Bank transfer.
    Transfer,
}

impl PaymentMethod {
    /// As the shop's API takes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Qris => "qris",
            Self::Transfer => "transfer",
        }
    }
}

/// One generated sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// A valid [`crate::model::SaleId`], unique per seed, date and place in the day.
    pub id: String,
    /// Local time at the till.
    pub at: NaiveDateTime,
    /// One to [`MAX_LINES`] lines, each with another good or another unit.
    pub lines: Vec<TicketLine>,
    /// How it was paid.
    pub method: PaymentMethod,
}

/// One line of a generated sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TicketLine {
    /// The good.
    pub sku: String,
    /// The pack's name when it was sold by the pack, else none: the good's own unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Decimal text in that unit, above zero.
    pub quantity: String,
}

/// The tickets of `days` days from `first` on, in order of time.
///
/// Over a long period each good sells about `mean_per_day * size` base units a day. `shop_seed` tells shops apart;
/// `size` is the shop's size against the small warung of the catalogue, from 0 (sells nothing) to [`MAX_SIZE`]; what is no
/// finite number counts as 0. Days beyond the end of the calendar are left out.
#[must_use]
pub fn month(
    goods: &[Good],
    shop_seed: u64,
    size: f64,
    first: NaiveDate,
    days: u32,
) -> Vec<Ticket> {
    let size = if size.is_finite() {
        size.clamp(0.0, MAX_SIZE)
    } else {
        0.0
    };
    (0..days)
        .map_while(|day| first.checked_add_days(Days::new(u64::from(day))))
        .flat_map(|date| one_day(goods, shop_seed, size, date))
        .collect()
}

/// What one customer takes of one good: `count` packs, or `count` times the usual quantity.
#[derive(Clone, Copy)]
struct Purchase<'a> {
    good: &'a Good,
    pack: Option<&'a Pack>,
    count: i64,
}

impl Purchase<'_> {
    fn is_same_thing(&self, other: &Self) -> bool {
        self.good.sku == other.good.sku && self.pack.is_some() == other.pack.is_some()
    }

    fn line(&self) -> TicketLine {
        TicketLine {
            sku: self.good.sku.clone(),
            unit: self.pack.map(|pack| pack.name.clone()),
            quantity: match self.pack {
                Some(_) => self.count.to_string(),
                None => Quantity(self.good.usual_quantity.0.saturating_mul(self.count))
                    .in_unit(self.good.factor),
            },
        }
    }
}

fn one_day(goods: &[Good], shop_seed: u64, size: f64, date: NaiveDate) -> Vec<Ticket> {
    let mut random = SplitMix64::for_day(shop_seed, date);
    // Rain, a feast in the next street: all goods of a day go up and down together, by up to a quarter.
    let traffic = 0.75 + 0.25 * (random.unit() + random.unit());
    let mut purchases = Vec::new();
    for good in goods {
        // Each good has its own better and worse days too, or counts would be as even as Poisson's.
        let whim = 0.5 + random.unit();
        let expected =
            good.mean_per_day * size * traffic * whim * calendar(date, good.weekend_factor);
        draw_purchases(&mut random, good, expected, &mut purchases);
    }
    random.shuffle(&mut purchases);

    let mut tickets = Vec::new();
    let mut rest = purchases.as_slice();
    while !rest.is_empty() {
        let wanted = 1 + random.weighted(&TICKET_LENGTHS);
        let (basket, after) = rest.split_at(wanted.min(rest.len()));
        rest = after;
        tickets.push(Ticket {
            id: String::new(),
            at: date.and_time(time_of_day(&mut random)),
            lines: lines(basket),
            method: [
                PaymentMethod::Cash,
                PaymentMethod::Qris,
                PaymentMethod::Transfer,
            ][random.weighted(&METHODS)],
        });
    }
    tickets.sort_by_key(|ticket| ticket.at);
    for (index, ticket) in tickets.iter_mut().enumerate() {
        ticket.id = format!(
            "demo-{shop_seed:016x}-{:04}{:02}{:02}-{:04}",
            date.year(),
            date.month(),
            date.day(),
            index + 1
        );
    }
    tickets
}

/// Weights of tickets with 1, 2 .. [`MAX_LINES`] purchases.
const TICKET_LENGTHS: [u32; MAX_LINES] = [42, 26, 15, 9, 5, 3];

/// Weights of cash, QRIS and transfer.
const METHODS: [u32; 3] = [84, 14, 2];

/// Weights of taking the usual quantity once, twice, three times.
const MULTIPLES: [u32; 3] = [76, 18, 6];

/// The mean that [`MULTIPLES`] give.
const MEAN_MULTIPLE: f64 = 1.30;

/// Part of a good's demand, in base units, that leaves the shop in packs of up to [`SMALL_PACK`] units, and in larger.
const PACKED_SHARE: (f64, f64) = (0.12, 0.03);

/// Units in a *renceng*, *slop* or *lusin*; a household buys one of these more often than a whole *dus*.
const SMALL_PACK: i64 = 12;

/// Customers who take `good` on a day on which `expected` base units are expected of it: a compound Poisson draw.
fn draw_purchases<'a>(
    random: &mut SplitMix64,
    good: &'a Good,
    expected: f64,
    purchases: &mut Vec<Purchase<'a>>,
) {
    let mut single = expected;
    if let Some(pack) = good.pack.as_ref().filter(|pack| pack.size.0 > 0) {
        let small = pack.size.0 <= SMALL_PACK.saturating_mul(good.factor);
        let share = if small {
            PACKED_SHARE.0
        } else {
            PACKED_SHARE.1
        };
        single -= share * expected;
        for _ in 0..random.poisson(share * expected / pack.size.0 as f64) {
            purchases.push(Purchase {
                good,
                pack: Some(pack),
                count: 1,
            });
        }
    }
    if good.usual_quantity.0 > 0 {
        let per_purchase = good.usual_quantity.0 as f64 * MEAN_MULTIPLE;
        for _ in 0..random.poisson(single / per_purchase) {
            let count = [1, 2, 3][random.weighted(&MULTIPLES)];
            purchases.push(Purchase {
                good,
                pack: None,
                count,
            });
        }
    }
}

/// A basket's lines; the same thing taken twice is one line.
fn lines(basket: &[Purchase]) -> Vec<TicketLine> {
    let mut merged: Vec<Purchase> = Vec::with_capacity(basket.len());
    for purchase in basket {
        match merged
            .iter_mut()
            .find(|known| known.is_same_thing(purchase))
        {
            Some(known) => known.count += purchase.count,
            None => merged.push(*purchase),
        }
    }
    merged.iter().map(Purchase::line).collect()
}

/// Demand on payday days, the 25th to the 1st, relative to the other days.
const PAYDAY_FACTOR: f64 = 1.2;

/// The part of all days that lie from the 25th to the 1st: 365.25 / 12 days a month, of which all but the 2nd to the
/// 24th.
const PAYDAY_PART: f64 = 1.0 - 23.0 / (365.25 / 12.0);

/// How the date moves demand, 1 on average over the years.
fn calendar(date: NaiveDate, weekend_factor: f64) -> f64 {
    let week = if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        weekend_factor
    } else {
        1.0
    };
    let month = if date.day() >= 25 || date.day() == 1 {
        PAYDAY_FACTOR
    } else {
        1.0
    };
    let mean_week = (5.0 + 2.0 * weekend_factor) / 7.0;
    let mean_month = 1.0 + (PAYDAY_FACTOR - 1.0) * PAYDAY_PART;
    week * month / (mean_week * mean_month)
}

/// The hour at which the shop opens.
const OPENS: u32 = 6;

/// Weights of the half hours from opening until half past nine in the evening: breakfast and school, then the way
/// home from work.
const HALF_HOURS: [u32; 31] = [
    6, 9, 10, 10, 8, 7, 6, 5, 4, 4, 4, 5, 5, 4, 3, 3, 3, 3, 4, 5, 7, 9, 10, 10, 8, 7, 6, 5, 4, 3, 2,
];

fn time_of_day(random: &mut SplitMix64) -> NaiveTime {
    let opens = NaiveTime::from_hms_opt(OPENS, 0, 0).unwrap_or(NaiveTime::MIN);
    let second = random.weighted(&HALF_HOURS) as u64 * 1800 + random.below(1800);
    opens + Duration::from_secs(second)
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): a counter that
/// steps by the golden ratio, and a mixing function. Enough for a demonstration, never for a secret.
struct SplitMix64(u64);

impl SplitMix64 {
    /// A stream of its own for each shop and date. The seed is mixed before the day is added: streams whose states
    /// differ by whole steps would repeat each other.
    fn for_day(shop_seed: u64, date: NaiveDate) -> Self {
        let day = i64::from(date.num_days_from_ce()).cast_unsigned();
        Self(mix(mix(shop_seed.wrapping_add(GOLDEN)).wrapping_add(day)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Uniform in 0 to below 1, from the 53 bits that a double holds.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in 0 to below `bound`; 0 for a bound of 0. The bias is below `bound` in 2^64.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// An index, each as likely as its weight.
    fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().copied().map(u64::from).sum());
        for (index, weight) in weights.iter().enumerate() {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return index,
            }
        }
        weights.len().saturating_sub(1)
    }

    /// A Poisson count (Knuth's multiplication method). A large mean is drawn in parts, whose counts add up to the
    /// same distribution, because the threshold e^-mean would otherwise underflow.
    fn poisson(&mut self, mean: f64) -> u32 {
        const PART: f64 = 30.0;
        let mut left = if mean.is_finite() { mean } else { 0.0 };
        let mut count = 0;
        while left > 0.0 {
            let threshold = libm::exp(-left.min(PART));
            let mut product = self.unit();
            while product > threshold {
                count += 1;
                product *= self.unit();
            }
            left -= PART;
        }
        count
    }

    /// Fisher and Yates.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

/// 2^64 divided by the golden ratio, odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64's output function.
fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
