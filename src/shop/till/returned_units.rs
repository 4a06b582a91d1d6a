//! The units in which goods of a receipt can come back.

use rusqlite::Connection;

use crate::error::Result;
use crate::model::{BaseUnit, Quantity};
use crate::shop::store::products;
use crate::shop::store::sales::LineRow;

/// The units in which goods of a line can come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnUnits {
    /// What the stock of the product counts.
    pub base: BaseUnit,
    /// The line's own as it was when it was sold: its name, and base units in it.
    pub own: (String, i64),
    /// The product's smaller ones as they are now, the largest first, so that of a carton a single packet can come back.
    pub smaller: Vec<(String, i64)>,
}

impl ReturnUnits {
    pub(super) fn of(connection: &Connection, line: &LineRow) -> Result<Self> {
        let product = products::by_sku(connection, line.sku.as_str())?;
        let mut smaller: Vec<(String, i64)> = Vec::new();
        let mut base = BaseUnit::Piece;
        if let Some(product) = product {
            base = product.definition.base_unit;
            let units = product.definition.units.into_iter();
            smaller = units
                .map(|unit| (unit.name, unit.factor))
                .filter(|(name, factor)| *name != line.unit && *factor < line.factor)
                .collect();
            smaller.sort_by_key(|(_, factor)| -factor);
        }
        Ok(Self {
            base,
            own: (line.unit.clone(), line.factor),
            smaller,
        })
    }

    /// All of them, the line's own first.
    pub fn all(&self) -> impl Iterator<Item = &(String, i64)> {
        std::iter::once(&self.own).chain(&self.smaller)
    }

    /// Parts of a unit can come back, because the goods are sold by weight or volume.
    #[must_use]
    pub fn divisible(&self) -> bool {
        self.base != BaseUnit::Piece
    }

    /// The first unit of which `quantity` is a whole number; the line's own for goods that can be divided, or where there
    /// is none.
    #[must_use]
    pub fn fitting(&self, quantity: Quantity) -> &(String, i64) {
        let whole = |(_, factor): &&(String, i64)| quantity.0 % (*factor).max(1) == 0;
        let found = self.all().find(whole).filter(|_| !self.divisible());
        found.unwrap_or(&self.own)
    }
}
