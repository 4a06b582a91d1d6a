//! Recorded sales as demand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::error::SimulationError;

/// Most units sold of one product in one shop on one day.
const MAX_SOLD: u32 = 100_000_000;

/// Which file holds the sales, and which columns of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaySource {
    /// The CSV file; the caller reads it.
    pub file: String,
    /// Column of the shop's name.
    #[serde(default = "shop")]
    pub shop: String,
    /// Column of the product's name.
    #[serde(default = "product")]
    pub product: String,
    /// Column of the date, YYYY-MM-DD.
    #[serde(default = "date")]
    pub date: String,
    /// Column of the base units sold.
    #[serde(default = "quantity")]
    pub quantity: String,
}

fn shop() -> String {
    "shop".to_owned()
}
fn product() -> String {
    "product".to_owned()
}
fn date() -> String {
    "date".to_owned()
}
fn quantity() -> String {
    "quantity".to_owned()
}

/// Sales day by day; a day without a row sold nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sales {
    /// The first date of any row that was used.
    pub first: NaiveDate,
    /// For each pair (shop times products plus product), one figure for each day from the first date on.
    pub days: Vec<Vec<u32>>,
}

impl Sales {
    /// Days from the first date to the last.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.days.first().map_or(0, Vec::len) as u32
    }

    /// Reads daily sales from CSV text with a header, comma or semicolon. Rows of other shops and products are passed
    /// over; several rows of one day are added.
    ///
    /// # Errors
    /// [`SimulationError::Sales`] names the line: a column that is missing, a date or quantity that is none, no row for
    /// any of these shops and products.
    pub fn read(
        text: &str,
        source: &ReplaySource,
        shops: &[&str],
        products: &[&str],
    ) -> Result<Self, SimulationError> {
        let header = text.lines().next().unwrap_or_default();
        let separator = if header.contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let fault = |line, message: String| SimulationError::Sales { line, message };
        let unreadable = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            fault(line, error.to_string())
        };
        let header = reader.headers().map_err(unreadable)?.clone();
        let column = |name: &str| {
            header
                .iter()
                .position(|found| found == name)
                .ok_or_else(|| fault(1, format!("there is no column {name}")))
        };
        let columns = [
            column(&source.shop)?,
            column(&source.product)?,
            column(&source.date)?,
            column(&source.quantity)?,
        ];
        let place = |names: &[&str]| -> BTreeMap<String, usize> {
            let named = names.iter().enumerate();
            named.map(|(at, name)| ((*name).to_owned(), at)).collect()
        };
        let (shops, products) = (place(shops), place(products));
        let mut rows: Vec<(NaiveDate, usize, u32)> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |column: usize| record.get(columns[column]).unwrap_or_default();
            let (Some(shop), Some(product)) = (shops.get(cell(0)), products.get(cell(1))) else {
                continue;
            };
            let date = cell(2)
                .parse::<NaiveDate>()
                .map_err(|_| fault(line, format!("{} is no date like 2026-01-31", cell(2))))?;
            let sold = cell(3).parse::<u32>().ok().filter(|&sold| sold <= MAX_SOLD);
            let sold = sold.ok_or_else(|| {
                let quantity = cell(3);
                fault(
                    line,
                    format!("quantity {quantity} is no whole number from 0 to {MAX_SOLD}"),
                )
            })?;
            rows.push((date, shop * products.len() + product, sold));
        }
        let dates = || rows.iter().map(|row| row.0);
        let (Some(first), Some(last)) = (dates().min(), dates().max()) else {
            let message = "no row is about any of the shops and products of the input";
            return Err(fault(1, message.to_owned()));
        };
        let length = last.signed_duration_since(first).num_days() + 1;
        if length > super::input::MAX_DAYS {
            let most = super::input::MAX_DAYS;
            return Err(fault(
                1,
                format!("the rows span {length} days, more than {most}"),
            ));
        }
        let mut days = vec![vec![0_u32; length as usize]; shops.len() * products.len()];
        for (date, pair, sold) in rows {
            let day = date.signed_duration_since(first).num_days() as usize;
            days[pair][day] = days[pair][day].saturating_add(sold).min(MAX_SOLD);
        }
        Ok(Self { first, days })
    }
}
