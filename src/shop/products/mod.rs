//! Products: what the shop sells, in which units, at what price.

mod change;
mod define;
mod keep;
mod photo;
mod save;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Shop;
use super::outcome::{Page, page_size};
use super::store::products::{self as rows, Definition};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity, Sku};

pub use change::{Member, ProductPatch};
pub(super) use define::{FACTOR_LIMIT, check_price};
pub use define::{NewProduct, NewUnit};
use keep::short_hex;
pub use keep::{Foreseen, KnownNames};
pub use photo::PHOTO_LIMIT;
pub(super) use save::{Saved, facts, save};

/// A product as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Product {
    /// Its code.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// What kind of goods, or empty.
    pub category: String,
    /// What stock and demand count: `piece`, `gram` or `millilitre`.
    #[schema(value_type = String)]
    pub base_unit: BaseUnit,
    /// The main unit: the one it is spoken of and by default sold in, and that `cost` is for.
    pub unit: String,
    /// Every unit it is sold in, the main one first.
    pub units: Vec<ProductUnit>,
    /// The unit it is ordered in.
    pub order_unit: String,
    /// Base units in the order unit.
    #[schema(value_type = i64)]
    pub pack_size: Quantity,
    /// Cost per main unit, rupiah.
    #[schema(value_type = i64)]
    pub cost: Money,
    /// Days from delivery to the last day it can be sold; absent for goods that keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf_life_days: Option<u32>,
    /// Least quantity a supplier sends, base units; 0 for any.
    #[schema(value_type = i64)]
    pub minimum_order: Quantity,
    /// Who it is bought from, or empty.
    pub supplier: String,
    /// Belongs to somebody else until it is sold.
    pub consignment: bool,
    /// Still sold.
    pub active: bool,
    /// The till asks for the price; absent where it does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_price: bool,
    /// Its place among the till's favourites; absent for a product that is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favourite: Option<i64>,
}

/// A unit of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductUnit {
    /// Its name.
    pub name: String,
    /// Base units in it.
    pub factor: i64,
    /// What one costs the customer, rupiah.
    #[schema(value_type = i64)]
    pub price: Money,
    /// The codes on it.
    pub barcodes: Vec<String>,
    /// Lower prices for more at once, from the smallest quantity on; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<PriceTier>,
}

/// A price from a quantity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceTier {
    /// How many of the unit must be bought at once: 2 to 1000000.
    pub from: i64,
    /// What each of them then costs the customer, rupiah.
    pub price: i64,
}

impl Product {
    /// Base units in the unit that it is spoken of in.
    #[must_use]
    pub fn main_factor(&self) -> i64 {
        self.units
            .iter()
            .find(|unit| unit.name == self.unit)
            .map_or(1, |unit| unit.factor)
    }
}

impl From<Definition> for Product {
    fn from(product: Definition) -> Self {
        Self {
            pack_size: Quantity(product.factor(&product.order_unit)),
            sku: product.sku,
            name: product.name,
            category: product.category,
            base_unit: product.base_unit,
            unit: product.main_unit,
            units: product
                .units
                .into_iter()
                .map(|unit| ProductUnit {
                    name: unit.name,
                    factor: unit.factor,
                    price: unit.price,
                    barcodes: unit.barcodes,
                    tiers: unit
                        .tiers
                        .iter()
                        .map(|tier| PriceTier {
                            from: tier.from,
                            price: tier.price.0,
                        })
                        .collect(),
                })
                .collect(),
            order_unit: product.order_unit,
            cost: product.cost,
            shelf_life_days: product.shelf_life_days,
            minimum_order: product.minimum_order,
            supplier: product.supplier,
            consignment: product.consignment,
            active: product.active,
            open_price: product.open_price,
            favourite: product.favourite,
        }
    }
}

/// Which products to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProductQuery {
    /// Words, in any order and with or without accents: of three letters and more any part of the name, code or barcode, of
    /// fewer the beginning of a word. A product whose code or barcode is exactly this comes first.
    pub q: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries on the page: 1 to 200, by default 50.
    pub limit: Option<u32>,
    /// `true`: only products that are still sold.
    pub active: Option<bool>,
}

impl Shop {
    /// Adds a product.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] naming the product that has the code or one of
    /// the barcodes.
    pub async fn define_product(&self, new: NewProduct) -> Result<Product> {
        let mut product = new.check()?;
        let info = self.info.clone();
        self.record(move |tx, now| {
            keep::place_favourite(tx, None, &mut product)?;
            let saved = product.clone();
            save(tx, &info, now, "catalogue", None, &product)?;
            Ok(saved.into())
        })
        .await
    }

    /// Changes a product; see [`ProductPatch`] for what absent and `null` members mean.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that no product has, [`Error::Invalid`], and [`Error::Conflict`] naming the
    /// product that has one of the barcodes.
    pub async fn change_product(&self, sku: &str, patch: ProductPatch) -> Result<Product> {
        let sku = sku.to_owned();
        let info = self.info.clone();
        self.record(move |tx, now| {
            let old = rows::by_sku(tx, &sku)?.ok_or_else(|| no_product(&sku))?;
            let mut new = patch.apply(&old.definition)?;
            keep::place_favourite(tx, Some(&old.definition), &mut new)?;
            save(tx, &info, now, "catalogue", Some(&old), &new)?;
            Ok(new.into())
        })
        .await
    }

    /// The product of a code.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn product(&self, sku: &str) -> Result<Product> {
        let sku = sku.to_owned();
        self.db
            .read(move |connection| {
                rows::by_sku(connection, &sku)?
                    .map(|row| row.definition.into())
                    .ok_or_else(|| no_product(&sku))
            })
            .await
    }

    /// Products by name and code, or those that match a text.
    ///
    /// # Errors
    /// What the database says.
    pub async fn find_products(&self, query: ProductQuery) -> Result<Page<Product>> {
        let size = page_size(query.limit);
        let search = rows::Search {
            text: query.q.unwrap_or_default(),
            after: query.cursor,
            active_only: query.active.unwrap_or(false),
            limit: size + 1,
        };
        let found = self
            .db
            .read(move |connection| rows::search(connection, &search))
            .await?;
        let products = found.into_iter().map(|row| row.definition.into()).collect();
        Ok(Page::cut(products, size, |product: &Product| {
            product.sku.to_string()
        }))
    }
}

/// What is said of a code that no product has.
pub(super) fn no_product(sku: &str) -> Error {
    Error::NotFound(format!("no product has the code {sku:?}"))
}
