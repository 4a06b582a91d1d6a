//! Rows of files on their way to a history: each is added to the sum of its series and day.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::figures::{self, Dates};
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

/// Between the product and the shop in a key. It is no part of either: a code is ASCII and a shop's name UTF-8.
const BETWEEN: u8 = 0xFF;

/// No name of a shop has more bytes.
const LONGEST_SHOP: usize = 200;

/// One series so far. Days are numbered as `chrono` does from the common era on.
struct Gathered {
    /// Where its key begins among all.
    key: u32,
    /// Bytes of its product's code.
    sku_length: u16,
    /// Bytes of its shop's name.
    shop_length: u16,
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
    /// The keys of all series: product, [`BETWEEN`], shop. Together, because neighbours are needed one after the other.
    keys: Vec<u8>,
    /// Sums that outgrew their cell, to be added to it in the end: series, day, base units.
    outgrown: Vec<(u32, i32, i64)>,
    /// The series of the last row.
    current: u32,
    first: i32,
    last: i32,
    /// The key that was looked for last.
    wanted: Vec<u8>,
    /// Reads the dates.
    pub dates: Dates,
}

impl Gatherer {
    /// With no row yet; dates after `latest` will be faults.
    pub fn new(latest: Option<NaiveDate>) -> Self {
        Self {
            places: HashMap::new(),
            series: Vec::new(),
            keys: Vec::new(),
            outgrown: Vec::new(),
            current: 0,
            first: i32::MAX,
            last: i32::MIN,
            wanted: Vec::new(),
            dates: Dates::until(latest),
        }
    }

    /// Whether no row was added.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
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
        let day = self.dates.day(cells.date)?;
        let quantity = figures::quantity(cells.quantity)?;
        self.add(place, day, quantity);
        Ok(())
    }

    fn place(&mut self, sku: &[u8], shop: &[u8]) -> Result<u32, String> {
        let mut likely = self.likely().into_iter();
        let place = match likely.find(|place| self.key(*place) == Some((sku, shop))) {
            Some(place) => place,
            None => self.look_up(sku, shop)?,
        };
        if place != self.current
            && let Some(current) = self.series.get_mut(self.current as usize)
        {
            current.next = place;
        }
        self.current = place;
        Ok(place)
    }

    /// The series of a product and a shop if there is one; its key is wanted from then on.
    fn known(&mut self, sku: &[u8], shop: &[u8]) -> Option<u32> {
        self.wanted.clear();
        self.wanted.extend_from_slice(sku);
        self.wanted.push(BETWEEN);
        self.wanted.extend_from_slice(shop);
        self.places.get(self.wanted.as_slice()).copied()
    }

    fn look_up(&mut self, sku: &[u8], shop: &[u8]) -> Result<u32, String> {
        if let Some(place) = self.known(sku, shop) {
            return Ok(place);
        }
        let shown = String::from_utf8_lossy(sku);
        Sku::parse(&shown).map_err(|error| format!("sku: {shown:?} {error}"))?;
        let shop = str::from_utf8(shop).map_err(|_| "shop: is not UTF-8 text".to_owned())?;
        if shop.len() > LONGEST_SHOP {
            return Err(format!("shop: is longer than {LONGEST_SHOP} bytes"));
        }
        if shop.chars().any(char::is_control) {
            return Err("shop: holds a control character".to_owned());
        }
        Ok(self.begin(sku.len(), shop.len()))
    }

    /// A new series of the key that is wanted.
    fn begin(&mut self, sku_length: usize, shop_length: usize) -> u32 {
        let place = self.series.len() as u32;
        self.places.insert(self.wanted.as_slice().into(), place);
        self.series.push(Gathered {
            key: self.keys.len() as u32,
            sku_length: sku_length as u16,
            shop_length: shop_length as u16,
            base: 0,
            first: i32::MAX,
            cells: Vec::new(),
            next: place + 1,
        });
        self.keys.extend_from_slice(&self.wanted);
        place
    }

    /// The series that the next row is likely to be of: that of the last one, and the one that came after it before.
    pub fn likely(&self) -> [u32; 2] {
        let current = self.series.get(self.current as usize);
        [self.current, current.map_or(0, |series| series.next)]
    }

    /// The product and the shop of a series.
    pub fn key(&self, place: u32) -> Option<(&[u8], &[u8])> {
        let series = self.series.get(place as usize)?;
        series.key(&self.keys)
    }

    /// Adds a row of a series that is there.
    pub fn add_next(&mut self, place: u32, day: i32, quantity: i32) {
        self.current = place;
        self.add(place, day, quantity);
    }

    fn add(&mut self, place: u32, day: i32, quantity: i32) {
        self.first = self.first.min(day);
        self.last = self.last.max(day);
        let series = &mut self.series[place as usize];
        series.first = series.first.min(day);
        self.add_to_cell(place, day, quantity);
    }

    fn add_to_cell(&mut self, place: u32, day: i32, quantity: i32) {
        let cell = self.series[place as usize].cell(day, self.first, self.last);
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
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        let mut places = Vec::with_capacity(other.series.len());
        let (keys, series, outgrown) = (other.keys, other.series, other.outgrown);
        for theirs in series {
            let (sku, shop) = theirs.key(&keys).unwrap_or_default();
            let place = match self.known(sku, shop) {
                Some(place) => place,
                None => self.begin(sku.len(), shop.len()),
            };
            places.push(place);
            let ours = &mut self.series[place as usize];
            if ours.cells.is_empty() {
                ours.base = theirs.base;
                ours.first = theirs.first;
                ours.cells = theirs.cells;
                continue;
            }
            if theirs.cells.is_empty() {
                continue;
            }
            ours.first = ours.first.min(theirs.first);
            // Its first day has a cell even where nothing was sold on it.
            self.add_to_cell(place, theirs.first, 0);
            for (day, quantity) in (theirs.base..).zip(theirs.cells) {
                if quantity != 0 {
                    self.add_to_cell(place, day, quantity);
                }
            }
        }
        let outgrown = outgrown.into_iter();
        self.outgrown
            .extend(outgrown.map(|(place, day, sum)| (places[place as usize], day, sum)));
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
            let cell = self.series[place as usize].cell(day, self.first, self.last);
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
            let (sku, _) = self.key(place).unwrap_or_default();
            let name = String::from_utf8_lossy(sku);
            faults.add(
                format!("{name} on {}", date(day)),
                format!(
                    "the day's sum is beyond the limit of {} base units",
                    Quantity::LIMIT
                ),
            );
        }
        faults.into_result()?;
        let (first, last, keys) = (self.first, self.last, self.keys);
        let mut series = self
            .series
            .into_iter()
            .filter(|series| !series.cells.is_empty())
            .map(|series| {
                let first = date(series.first);
                series.finish(&keys, first, last)
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
    /// Its product and its shop, out of the keys of all.
    #[inline]
    fn key<'k>(&self, keys: &'k [u8]) -> Option<(&'k [u8], &'k [u8])> {
        let key = keys.get(self.key as usize..)?;
        let (sku, rest) = key.split_at_checked(usize::from(self.sku_length))?;
        Some((sku, rest.get(1..)?.get(..usize::from(self.shop_length))?))
    }

    /// The sum of a day, which is made if there was none; all days so far are from `first` to `last`.
    #[inline]
    fn cell(&mut self, day: i32, first: i32, last: i32) -> &mut i32 {
        let place = day.wrapping_sub(self.base) as usize;
        if place < self.cells.len() {
            return &mut self.cells[place];
        }
        self.make_room(day, first, last);
        &mut self.cells[(day - self.base) as usize]
    }

    fn make_room(&mut self, day: i32, first: i32, last: i32) {
        if self.cells.is_empty() {
            self.base = day;
        } else if day < self.base {
            let needed = (self.base - day) as usize;
            // Histories that begin with the newest day are common: as long as there are always earlier days, room
            // ahead grows as that of a vector does behind. Otherwise the first day is known.
            let ahead = if day > first {
                (self.base - first) as usize
            } else {
                needed.max(self.cells.len() / 2)
            };
            self.cells.splice(0..0, std::iter::repeat_n(0, ahead));
            self.base -= ahead as i32;
        }
        let length = self.cells.len().max((day - self.base) as usize + 1);
        if last > day && self.cells.capacity() < length {
            let most = (last - self.base) as usize + 1;
            self.cells.reserve_exact(most - self.cells.len());
        }
        self.cells.resize(length, 0);
    }

    fn finish(mut self, keys: &[u8], first: NaiveDate, last: i32) -> Result<Series> {
        let (sku, shop) = self.key(keys).unwrap_or_default();
        let text = String::from_utf8_lossy(sku);
        let sku = Sku::parse(&text)
            .map_err(|error| Error::Internal(format!("the code {text:?} {error}")))?;
        let shop = String::from_utf8_lossy(shop).into_owned();
        let ahead = (self.first - self.base) as usize;
        if ahead > 0 {
            self.cells.drain(..ahead);
        }
        let length = (last - self.first) as usize + 1;
        self.cells
            .reserve_exact(length.saturating_sub(self.cells.len()));
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
