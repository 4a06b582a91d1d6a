//! A shop's days in a few bytes each, so that a night reads one row a shop instead of tens of thousands.
//!
//! Products by code; of each its days in order, each as the days since the one before, which figures it has, and those
//! figures as signed numbers of seven bits a byte. What happened so long ago that no plan asks for its demand any more
//! is one day: only the stock that it left behind still matters.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use crate::model::{Quantity, Sku};
use crate::plan::DayFlow;
use crate::plan::demand::MAX_HISTORY_DAYS;

/// Of another form, the bytes are not read, and the history is packed anew.
const FORM: u8 = 1;

/// Days before the last packed one of which each is kept, with a margin for how far that day may lie back.
const KEPT_DAYS: u64 = MAX_HISTORY_DAYS + 70;

const SOLD: u8 = 1;
const IMPORTED: u8 = 2;
const MISSED: u8 = 4;
/// The stock changed by something else than the sales.
const OTHER_NET: u8 = 8;
const INFLOW: u8 = 16;
const MOVED: u8 = 32;

/// Packs the days up to and with `through`.
#[must_use]
pub fn pack(flows: &BTreeMap<Sku, Vec<DayFlow>>, through: NaiveDate) -> Vec<u8> {
    let oldest = through
        .checked_sub_days(Days::new(KEPT_DAYS))
        .unwrap_or(NaiveDate::MIN);
    let mut bytes = vec![FORM];
    let packed: Vec<(&Sku, Vec<DayFlow>)> = flows
        .iter()
        .map(|(sku, days)| (sku, kept(days, oldest, through)))
        .filter(|(_, days)| !days.is_empty())
        .collect();
    put(&mut bytes, packed.len() as i64);
    for (sku, days) in packed {
        put(&mut bytes, sku.as_str().len() as i64);
        bytes.extend_from_slice(sku.as_str().as_bytes());
        put(&mut bytes, days.len() as i64);
        let mut before = 0;
        for day in days {
            let number = i64::from(day.date.num_days_from_ce());
            put(&mut bytes, number - before);
            before = number;
            put_day(&mut bytes, &day);
        }
    }
    bytes
}

/// The days from `oldest` to `through` in order, and one before them for all that is older.
fn kept(days: &[DayFlow], oldest: NaiveDate, through: NaiveDate) -> Vec<DayFlow> {
    let mut found: Vec<DayFlow> = Vec::new();
    let mut older: Option<DayFlow> = None;
    for day in days.iter().filter(|day| day.date <= through) {
        if day.date >= oldest {
            found.push(*day);
            continue;
        }
        let sum = older.get_or_insert_with(|| DayFlow::on(oldest.pred_opt().unwrap_or(oldest)));
        sum.net += day.net;
        sum.inflow += day.inflow;
        sum.moved |= day.moved;
    }
    found.sort_by_key(|day| day.date);
    if let Some(older) = older {
        found.insert(0, older);
    }
    found
}

fn put_day(bytes: &mut Vec<u8>, day: &DayFlow) {
    let figures = [
        (SOLD, day.sold.0),
        (IMPORTED, day.imported.0),
        (MISSED, day.missed.0),
        (OTHER_NET, day.net.0.wrapping_add(day.sold.0)),
        (INFLOW, day.inflow.0),
    ];
    let mut flags = if day.moved { MOVED } else { 0 };
    for (flag, figure) in figures {
        if figure != 0 {
            flags |= flag;
        }
    }
    bytes.push(flags);
    for (_, figure) in figures.into_iter().filter(|(_, figure)| *figure != 0) {
        put(bytes, figure);
    }
}

/// A signed number: the sign in the last bit, seven bits a byte, the lowest first.
fn put(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = ((number << 1) ^ (number >> 63)) as u64;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

/// The days that were packed; nothing for bytes that are no such packing.
#[must_use]
pub fn unpack(bytes: &[u8]) -> Option<BTreeMap<Sku, Vec<DayFlow>>> {
    let (form, rest) = bytes.split_first()?;
    if *form != FORM {
        return None;
    }
    let mut rest = rest;
    let mut flows = BTreeMap::new();
    for _ in 0..take(&mut rest)? {
        let length = usize::try_from(take(&mut rest)?).ok()?;
        let (code, after) = rest.split_at_checked(length)?;
        rest = after;
        let sku = Sku::parse(std::str::from_utf8(code).ok()?).ok()?;
        let count = usize::try_from(take(&mut rest)?).ok()?;
        // A day takes two bytes at least: no more is set aside than there can be.
        let mut days = Vec::with_capacity(count.min(rest.len() / 2));
        let mut number = 0_i64;
        for _ in 0..count {
            number = number.checked_add(take(&mut rest)?)?;
            let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(number).ok()?)?;
            days.push(take_day(&mut rest, date)?);
        }
        flows.insert(sku, days);
    }
    rest.is_empty().then_some(flows)
}

fn take_day(rest: &mut &[u8], date: NaiveDate) -> Option<DayFlow> {
    let (flags, after) = rest.split_first()?;
    *rest = after;
    let mut figure = |flag: u8| {
        if flags & flag == 0 {
            Some(0)
        } else {
            take(rest)
        }
    };
    let (sold, imported, missed) = (figure(SOLD)?, figure(IMPORTED)?, figure(MISSED)?);
    let (other, inflow) = (figure(OTHER_NET)?, figure(INFLOW)?);
    Some(DayFlow {
        sold: Quantity(sold),
        imported: Quantity(imported),
        missed: Quantity(missed),
        net: Quantity(other.wrapping_sub(sold)),
        inflow: Quantity(inflow),
        moved: flags & MOVED != 0,
        ..DayFlow::on(date)
    })
}

fn take(rest: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for place in 0..10 {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number >> 1) as i64 ^ -((number & 1) as i64));
        }
    }
    None
}
