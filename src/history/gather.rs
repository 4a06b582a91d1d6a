//! Rows of files on their way to a history: each is added to the sum of its series and day.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::{History, Series};
use crate::error::{Error, Faults, Result};
use crate::model::{Quantity, Sku};

/// What one row says, without blanks around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'r> {
    pub date: &'r [u8],
    pub sku: &'r [u8],
    pub quantity: &'r [u8],
    /// Empty where the file has no such column.
    pub shop: &'r [u8],
}

/// The first date that is taken for one; no till has records from before it.
const EARLIEST: Option<NaiveDate> = NaiveDate::from_ymd_opt(1990, 1, 1);

/// The last date that is taken for one where the caller does not say.
const LATEST: Option<NaiveDate> = NaiveDate::from_ymd_opt(2099, 12, 31);

/// Between the product and the shop in a key. It is no part of either: a code is ASCII and a shop's name UTF-8.
const BETWEEN: u8 = 0xFF;

/// One series so far. Days are numbered as [`Datelike::num_days_from_ce`] does.
struct Gathered {
    /// Product, [`BETWEEN`], shop.
    key: Box<[u8]>,
    /// Bytes of the product's code in the key.
    sku_length: usize,
    /// The day of the first cell; nothing is known of a row on it.
    base: i32,
    /// The first day with a row.
    first: i32,
    /// Sums of the days from `base` on.
    cells: Vec<i32>,
    /// The series whose row came after the last one of this: files are sorted one way or the other, and so it mostly
    /// comes after the next one, too.
    next: u32,
}

/// Sums by series and day of the rows met so far.
pub(super) struct Gatherer {
    places: HashMap<Box<[u8]>, u32>,
    series: Vec<Gathered>,
    /// Sums that outgrew their cell, to be added to it in the end: series, day, base units.
    outgrown: Vec<(u32, i32, i64)>,
    /// The series of the last row.
    current: u32,
    first: i32,
    last: i32,
    /// The dates that are allowed.
    earliest: NaiveDate,
    latest: NaiveDate,
    /// The key that is looked for.
    wanted: Vec<u8>,
}

impl Gatherer {
    /// With no row yet; dates after `latest` will be faults.
    pub fn new(latest: Option<NaiveDate>) -> Self {
        Self {
            places: HashMap::new(),
            series: Vec::new(),
            outgrown: Vec::new(),
            current: 0,
            first: i32::MAX,
            last: i32::MIN,
            earliest: EARLIEST.unwrap_or(NaiveDate::MIN),
            latest: latest.or(LATEST).unwrap_or(NaiveDate::MAX),
            wanted: Vec::new(),
        }
    }

    /// Adds a row, or says what is wrong with it.
    pub fn take(&mut self, cells: Cells<'_>) -> Result<(), String> {
        let filled = |name: &str, cell: &[u8]| match cell.is_empty() {
            true => Err(format!("{name}: the cell is empty")),
            false => Ok(()),
        };
        filled("sku", cells.sku)?;
        filled("date", cells.date)?;
        filled("quantity", cells.quantity)?;
        let place = self.place(cells.sku, cells.shop)?;
        let day = self.day(cells.date)?;
        let quantity = quantity(cells.quantity)?;
        self.add(place, day, quantity);
        Ok(())
    }

    fn place(&mut self, sku: &[u8], shop: &[u8]) -> Result<u32, String> {
        let is = |series: &Gathered| {
            series.key.len() == sku.len() + 1 + shop.len()
                && series.sku_length == sku.len()
                && series.key.starts_with(sku)
                && series.key.ends_with(shop)
        };
        if let Some(current) = self.series.get(self.current as usize) {
            if is(current) {
                return Ok(self.current);
            }
            let next = current.next;
            if self.series.get(next as usize).is_some_and(is) {
                self.current = next;
                return Ok(next);
            }
        }
        let place = self.look_up(sku, shop)?;
        if let Some(current) = self.series.get_mut(self.current as usize) {
            current.next = place;
        }
        self.current = place;
        Ok(place)
    }

    fn look_up(&mut self, sku: &[u8], shop: &[u8]) -> Result<u32, String> {
        self.wanted.clear();
        self.wanted.extend_from_slice(sku);
        self.wanted.push(BETWEEN);
        self.wanted.extend_from_slice(shop);
        if let Some(&place) = self.places.get(self.wanted.as_slice()) {
            return Ok(place);
        }
        let shown = String::from_utf8_lossy(sku);
        Sku::parse(&shown).map_err(|error| format!("sku: {shown:?} {error}"))?;
        let shop = str::from_utf8(shop).map_err(|_| "shop: is not UTF-8 text".to_owned())?;
        if shop.chars().any(char::is_control) {
            return Err("shop: holds a control character".to_owned());
        }
        Ok(self.begin(sku.len()))
    }

    /// A new series of the key that was looked for.
    fn begin(&mut self, sku_length: usize) -> u32 {
        let place = self.series.len() as u32;
        let key = self.wanted.as_slice();
        self.places.insert(key.into(), place);
        self.series.push(Gathered {
            key: key.into(),
            sku_length,
            base: 0,
            first: i32::MAX,
            cells: Vec::new(),
            next: place + 1,
        });
        place
    }

    fn day(&self, cell: &[u8]) -> Result<i32, String> {
        let text = String::from_utf8_lossy(cell);
        let date =
            date(&text).ok_or_else(|| format!("date: {text:?} is no date such as 2026-11-22"))?;
        if date > self.latest {
            return Err(format!("date: {date} is after {}", self.latest));
        }
        if date < self.earliest {
            return Err(format!("date: {date} is before {}", self.earliest));
        }
        Ok(date.num_days_from_ce())
    }

    fn add(&mut self, place: u32, day: i32, quantity: i32) {
        self.first = self.first.min(day);
        self.last = self.last.max(day);
        let expected = (self.last - day) as usize + 1;
        let series = &mut self.series[place as usize];
        series.first = series.first.min(day);
        let cell = series.cell(day, expected);
        match cell.checked_add(quantity) {
            Some(sum) => *cell = sum,
            None => {
                self.outgrown.push((place, day, i64::from(*cell)));
                *cell = quantity;
            }
        }
    }

    /// Adds all that another gathered.
    pub fn absorb(&mut self, other: Self) {
        let mut places = Vec::with_capacity(other.series.len());
        for theirs in other.series {
            self.wanted.clear();
            self.wanted.extend_from_slice(&theirs.key);
            let place = match self.places.get(&theirs.key) {
                Some(&place) => place,
                None => self.begin(theirs.sku_length),
            };
            places.push(place);
            let ours = &mut self.series[place as usize];
            if ours.cells.is_empty() {
                ours.base = theirs.base;
                ours.first = theirs.first;
                ours.cells = theirs.cells;
                continue;
            }
            ours.first = ours.first.min(theirs.first);
            for (day, quantity) in (theirs.base..).zip(theirs.cells) {
                if quantity != 0 {
                    self.add_silently(place, day, quantity);
                }
            }
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        let outgrown = other.outgrown.into_iter();
        self.outgrown
            .extend(outgrown.map(|(place, day, sum)| (places[place as usize], day, sum)));
    }

    fn add_silently(&mut self, place: u32, day: i32, quantity: i32) {
        let cell = self.series[place as usize].cell(day, 1);
        match cell.checked_add(quantity) {
            Some(sum) => *cell = sum,
            None => {
                self.outgrown.push((place, day, i64::from(*cell)));
                *cell = quantity;
            }
        }
    }

    /// The history of all that was gathered.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the series and days whose sum is beyond [`Quantity::LIMIT`].
    pub fn into_history(mut self) -> Result<History> {
        let date = |day: i32| NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
        let mut faults = Faults::default();
        let mut sums: HashMap<(u32, i32), i64> = HashMap::new();
        for (place, day, sum) in self.outgrown.drain(..) {
            *sums.entry((place, day)).or_default() += sum;
        }
        let mut too_large: Vec<(u32, i32)> = Vec::new();
        for ((place, day), sum) in sums {
            let cell = self.series[place as usize].cell(day, 1);
            let sum = sum + i64::from(*cell);
            *cell = i32::try_from(sum).unwrap_or(if sum < 0 { i32::MIN } else { i32::MAX });
        }
        for (place, series) in (0..).zip(&self.series) {
            for (day, cell) in (series.base..).zip(&series.cells) {
                if i64::from(*cell) > Quantity::LIMIT.0 {
                    too_large.push((place, day));
                }
            }
        }
        for (place, day) in too_large {
            let name = String::from_utf8_lossy(self.series[place as usize].sku());
            faults.add(
                format!("{name} on {}", date(day)),
                format!(
                    "the day's sum is beyond the limit of {} base units",
                    Quantity::LIMIT
                ),
            );
        }
        faults.into_result()?;
        let (first, last) = (self.first, self.last);
        let mut series = self
            .series
            .into_iter()
            .filter(|series| !series.cells.is_empty())
            .map(|series| {
                let first = date(series.first);
                series.finish(first, last)
            })
            .collect::<Result<Vec<Series>>>()?;
        series.sort_unstable_by(|one, other| (&one.shop, &one.sku).cmp(&(&other.shop, &other.sku)));
        Ok(History {
            first: date(first),
            last: date(last),
            series,
        })
    }
}

impl Gathered {
    fn sku(&self) -> &[u8] {
        &self.key[..self.sku_length]
    }

    /// The sum of a day, which is made if there was none; `expected` is how many days from this one on may come.
    fn cell(&mut self, day: i32, expected: usize) -> &mut i32 {
        if self.cells.is_empty() {
            self.base = day;
            self.cells.reserve_exact(expected);
        } else if day < self.base {
            // Histories that begin with the newest day are common: room ahead grows as room behind does.
            let ahead = ((self.base - day) as usize).max(self.cells.len() / 2);
            self.cells.splice(0..0, std::iter::repeat_n(0, ahead));
            self.base -= ahead as i32;
        }
        let place = (day - self.base) as usize;
        if place >= self.cells.len() {
            self.cells.resize(place + 1, 0);
        }
        &mut self.cells[place]
    }

    fn finish(mut self, first: NaiveDate, last: i32) -> Result<Series> {
        let text = String::from_utf8_lossy(&self.key);
        let unreadable = |_| Error::Internal(format!("a series without a code: {text:?}"));
        let sku = Sku::parse(&String::from_utf8_lossy(self.sku())).map_err(unreadable)?;
        let shop = String::from_utf8_lossy(&self.key[self.sku_length + 1..]).into_owned();
        let ahead = (self.first - self.base) as usize;
        if ahead > 0 {
            self.cells.drain(..ahead);
        }
        let length = (last - self.first) as usize + 1;
        self.cells.reserve_exact(length - self.cells.len());
        self.cells.resize(length, 0);
        self.cells.shrink_to_fit();
        Ok(Series {
            shop,
            sku,
            first,
            demand: self
                .cells
                .into_iter()
                .map(|sum| sum.max(0) as u32)
                .collect(),
            shelf_life_days: None,
        })
    }
}

/// Base units of a cell; a return is negative.
fn quantity(cell: &[u8]) -> Result<i32, String> {
    let text = String::from_utf8_lossy(cell);
    let wrong = |error: &dyn std::fmt::Display| format!("quantity: {text:?} {error}");
    let quantity = Quantity::parse(&text, 1).map_err(|error| wrong(&error))?;
    i32::try_from(quantity.0).map_err(|error| wrong(&error))
}

/// ISO 8601; what spreadsheets write after it, a time, says nothing here.
fn date(cell: &str) -> Option<NaiveDate> {
    let day = match cell.as_bytes().get(10) {
        None => cell,
        Some(b'T' | b' ') => cell.get(..10)?,
        Some(_) => return None,
    };
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}
