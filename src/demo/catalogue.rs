//! The goods of an invented Indonesian warung.
//!
//! `catalogue.csv` holds them: the columns of the product import first, then what only the generator of sales needs
//! ([`Good::mean_per_day`] and after). Names are generic and suppliers are called *Contoh* (example); prices lie where
//! such goods lay in 2025 and 2026, without being anybody's price. Barcodes begin with 29, a prefix that GS1 leaves to
//! the shop itself (restricted circulation), so that none belongs to a real product.

use serde::Deserialize;

use crate::model::quantity::QuantityError;
use crate::model::{BaseUnit, Money, Quantity};

const CATALOGUE: &str = include_str!("catalogue.csv");

/// How many columns at the end of `catalogue.csv` are the generator's and unknown to the product import.
const GENERATOR_COLUMNS: usize = 3;

/// One good of the demonstration's catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Good {
    /// The product's code.
    pub sku: String,
    /// As on the shelf, in Indonesian.
    pub name: String,
    /// The group that it belongs to.
    pub category: String,
    /// The unit it is sold in, by its customary name.
    pub unit: String,
    /// What the stock of it is counted in.
    pub base_unit: BaseUnit,
    /// Base units in one [`Good::unit`]: 1000 for a kilogram.
    pub factor: i64,
    /// Selling price of one unit.
    pub price: Money,
    /// What the shop paid for one unit.
    pub cost: Money,
    /// Barcode of the single unit; loose and fresh goods have none.
    pub barcode: Option<String>,
    /// The larger unit that it is bought in, and now and then sold in.
    pub pack: Option<Pack>,
    /// Days from receipt until it can no longer be sold; none for goods that keep.
    pub shelf_life_days: Option<u32>,
    /// The least that the supplier sends, in base units.
    pub minimum_order: Option<Quantity>,
    /// Who supplies it.
    pub supplier: String,
    /// Average demand of a small warung over a whole year, in base units a day.
    pub mean_per_day: f64,
    /// Demand on a Saturday or Sunday relative to a working day.
    pub weekend_factor: f64,
    /// What a customer mostly takes at once, in base units.
    pub usual_quantity: Quantity,
}

/// A larger unit of a good: a *dus*, a *renceng*, a *karung*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Base units in one pack.
    pub size: Quantity,
    /// Selling price of one pack, a little below that of the same quantity in single units.
    pub price: Money,
    /// Barcode printed on the pack.
    pub barcode: Option<String>,
}

/// What is wrong with the catalogue that came with the program.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A row has missing or unreadable fields; the message names the line.
    #[error("catalogue.csv: {0}")]
    Row(#[from] csv::Error),
    /// A quantity cannot be read in the good's unit.
    #[error("catalogue.csv: {sku}: {column} {problem}")]
    Quantity {
        /// The good.
        sku: String,
        /// The column.
        column: &'static str,
        /// Why the figure is no quantity.
        problem: QuantityError,
    },
    /// Some columns of the pack are filled and others are empty.
    #[error("catalogue.csv: {sku}: the pack needs a name, a size and a price")]
    HalfAPack {
        /// The good.
        sku: String,
    },
}

#[derive(Deserialize)]
struct Row {
    sku: String,
    name: String,
    unit: String,
    price: Money,
    cost: Money,
    barcode: Option<String>,
    category: String,
    pack_name: Option<String>,
    pack_size: Option<String>,
    pack_price: Option<Money>,
    pack_barcode: Option<String>,
    shelf_life_days: Option<u32>,
    minimum_order: Option<String>,
    supplier: String,
    mean_per_day: f64,
    weekend_factor: f64,
    usual_quantity: Quantity,
}

impl Row {
    fn into_good(self) -> Result<Good, CatalogueError> {
        let (base_unit, factor) = BaseUnit::of_unit_name(&self.unit);
        let quantity = |column, text: &str| {
            Quantity::parse(text, factor).map_err(|problem| CatalogueError::Quantity {
                sku: self.sku.clone(),
                column,
                problem,
            })
        };
        let minimum_order = self
            .minimum_order
            .as_deref()
            .map(|text| quantity("minimum_order", text))
            .transpose()?;
        let pack = match (self.pack_name, self.pack_size, self.pack_price) {
            (None, None, None) if self.pack_barcode.is_none() => None,
            (Some(name), Some(size), Some(price)) => Some(Pack {
                name,
                size: quantity("pack_size", &size)?,
                price,
                barcode: self.pack_barcode,
            }),
            _ => return Err(CatalogueError::HalfAPack { sku: self.sku }),
        };
        Ok(Good {
            sku: self.sku,
            name: self.name,
            category: self.category,
            unit: self.unit,
            base_unit,
            factor,
            price: self.price,
            cost: self.cost,
            barcode: self.barcode,
            pack,
            shelf_life_days: self.shelf_life_days,
            minimum_order,
            supplier: self.supplier,
            mean_per_day: self.mean_per_day,
            weekend_factor: self.weekend_factor,
            usual_quantity: self.usual_quantity,
        })
    }
}

/// Every good of the catalogue, in the order of the file.
///
/// # Errors
/// [`CatalogueError`] when a row cannot be read: a fault of the program's own data, named by line or SKU.
pub fn goods() -> Result<Vec<Good>, CatalogueError> {
    csv::Reader::from_reader(CATALOGUE.as_bytes())
        .deserialize::<Row>()
        .map(|row| row?.into_good())
        .collect()
}

/// The catalogue as a file for the ordinary product import: exactly its columns, header included.
#[must_use]
pub fn products_csv() -> String {
    CATALOGUE
        .lines()
        .filter_map(|line| line.rsplitn(GENERATOR_COLUMNS + 1, ',').last())
        .flat_map(|line| [line, "\n"])
        .collect()
}
