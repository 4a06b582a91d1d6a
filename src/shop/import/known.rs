//! The products that rows speak of, and the reading of cells that all kinds of files have.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::file::FileFaults;
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity, Sku};
use crate::shop::figure::Figure;
use crate::shop::store::products::{self, Sellable};
use crate::store::WriteTx;

/// A product that rows speak of. Quantities in files are in its main unit.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub sku: Sku,
    /// Its row; none for one that this import creates.
    pub id: Option<i64>,
    pub base_unit: BaseUnit,
    pub main_factor: i64,
    /// A price or cost that the file told of it, the last one.
    pub amount: Option<Money>,
}

/// The products of a shop by code, as they were before the file was read.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    products: Vec<Known>,
    places: HashMap<String, Option<usize>>,
}

impl Catalogue {
    pub fn new(sellables: Vec<Sellable>) -> Self {
        let mut catalogue = Self::default();
        for product in sellables {
            catalogue.add(Known {
                sku: product.sku,
                id: Some(product.product_id),
                base_unit: product.base_unit,
                main_factor: product.main_factor,
                amount: None,
            });
        }
        catalogue
    }

    fn add(&mut self, product: Known) -> usize {
        let place = self.products.len();
        self.places.insert(product.sku.to_string(), Some(place));
        self.products.push(product);
        place
    }

    /// The place of the product of a code. An unknown one is a fault the first time it is met, or is taken in as a new
    /// product counted by the piece.
    pub fn place(
        &mut self,
        faults: &mut FileFaults,
        line: u64,
        sku: &str,
        create: bool,
    ) -> Option<usize> {
        if let Some(place) = self.places.get(sku) {
            return *place;
        }
        match Sku::parse(sku) {
            Ok(sku) if create => Some(self.add(Known {
                sku,
                id: None,
                base_unit: BaseUnit::Piece,
                main_factor: 1,
                amount: None,
            })),
            Ok(_) => {
                faults.add(line, format!("sku: no product has the code {sku:?}"));
                self.places.insert(sku.to_owned(), None);
                None
            }
            Err(error) => {
                faults.add(line, format!("sku: {sku:?} {error}"));
                self.places.insert(sku.to_owned(), None);
                None
            }
        }
    }

    pub fn get(&self, place: usize) -> Option<&Known> {
        self.products.get(place)
    }

    pub fn get_mut(&mut self, place: usize) -> Option<&mut Known> {
        self.products.get_mut(place)
    }
}

impl Known {
    /// The base units of a cell in the main unit, 0 or more.
    pub fn quantity(&self, cell: &str) -> Result<Quantity, String> {
        let quantity = Figure::from_text(cell).base_units(self.base_unit, self.main_factor);
        match quantity {
            Ok(quantity) if quantity < Quantity::ZERO => Err(format!("{cell} is less than 0")),
            Ok(quantity) => Ok(quantity),
            Err(message) => Err(format!("{cell:?} {message}")),
        }
    }

    /// Fails when the product is no longer what the file was read against: another process has changed it since.
    pub fn check_still(&self, tx: &WriteTx<'_>) -> Result<()> {
        let now = products::sellable(tx, self.sku.as_str())?;
        let same = match (&now, self.id) {
            (Some(now), Some(_)) => {
                now.main_factor == self.main_factor && now.base_unit == self.base_unit
            }
            (now, id) => now.is_none() && id.is_none(),
        };
        if same {
            Ok(())
        } else {
            Err(Error::Conflict(format!(
                "the product {} was changed while the file was read; nothing was imported, try again",
                self.sku
            )))
        }
    }
}

/// A date, ISO 8601. Excel writes a time after it, which says nothing here.
pub(super) fn date(cell: &str) -> Result<NaiveDate, String> {
    let day = match cell.as_bytes().get(10) {
        None => cell,
        Some(b'T' | b' ') => cell.get(..10).unwrap_or(cell),
        Some(_) => return Err(not_a_date(cell)),
    };
    NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| not_a_date(cell))
}

fn not_a_date(cell: &str) -> String {
    format!("{cell:?} is no date such as 2026-11-22")
}

/// Whole rupiah as programs write them, with decimals only if these are zeros, or as people do: `27500`, `27500.00`,
/// `27.500`, `Rp 27.500`. Three digits behind a mark are thousands, because nothing smaller than a rupiah is in use.
pub(super) fn money(cell: &str) -> Result<Money, String> {
    let (whole, decimals) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
    if let Some(amount) = Money::typed(cell).filter(|amount| *amount <= Money::LIMIT) {
        return Ok(amount);
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !digits(whole)
        || decimals.len() > 2
        || decimals.bytes().any(|byte| byte != b'0')
    {
        return Err(format!(
            "{cell:?} is no amount of whole rupiah such as 27500"
        ));
    }
    match whole.parse::<i64>() {
        Ok(amount) if amount <= Money::LIMIT.0 => Ok(Money(amount)),
        _ => Err(format!("{cell} is more than {}", Money::LIMIT.0)),
    }
}

/// Yes or no.
pub(super) fn yes_no(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "1" | "true" | "yes" | "y" | "ya" => Ok(true),
        "0" | "false" | "no" | "n" | "tidak" => Ok(false),
        _ => Err(format!("{cell:?} is neither 1 nor 0")),
    }
}
