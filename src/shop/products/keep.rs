//! Goods as the owner keeps them on the pages: added by a form that may arrive twice, changed with what the change
//! does to the cost known beforehand.

use sha2::{Digest, Sha256};

use super::{NewProduct, Product, ProductPatch, Saved, no_product, save};
use crate::error::{Error, Result};
use crate::model::Sku;
use crate::shop::Shop;
use crate::shop::outcome::Outcome;
use crate::shop::store::goods;
use crate::shop::store::products::{self as rows, BarcodeOwner, Definition};
use crate::store::WriteTx;

/// A product before and after a change that nobody has made yet.
#[derive(Debug, Clone)]
pub struct Foreseen {
    /// As it is.
    pub old: Product,
    /// As it would be.
    pub new: Product,
}

impl Foreseen {
    /// Whether the change touches the units that the cost is reckoned in.
    #[must_use]
    pub fn converts(&self) -> bool {
        let units = |product: &Product| -> Vec<(String, i64)> {
            let units = product.units.iter();
            units.map(|unit| (unit.name.clone(), unit.factor)).collect()
        };
        units(&self.old) != units(&self.new) || self.old.unit != self.new.unit
    }
}

/// Names that other products have already, to choose from.
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    /// Kinds of goods.
    pub categories: Vec<String>,
    /// Whom goods are bought from.
    pub suppliers: Vec<String>,
}

impl Product {
    /// A mark of exactly this state of the product: it differs once anything of it has changed.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be written as JSON.
    pub fn mark(&self) -> Result<String> {
        let text = serde_json::to_vec(self)
            .map_err(|error| Error::Internal(format!("marking a product: {error}")))?;
        Ok(short_hex(&Sha256::digest(&text)))
    }
}

/// The first 16 hexadecimal digits of a digest.
pub(in crate::shop) fn short_hex(digest: &[u8]) -> String {
    let bytes = digest.iter().take(8);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Gives a product that shall be a favourite, wherever (place 0), the place it has or the one after the last.
pub(super) fn place_favourite(
    tx: &WriteTx<'_>,
    old: Option<&Definition>,
    new: &mut Definition,
) -> Result<()> {
    if new.favourite == Some(0) {
        new.favourite = match old.and_then(|old| old.favourite) {
            Some(place) => Some(place),
            None => Some(goods::next_favourite(tx)?),
        };
    }
    Ok(())
}

impl Shop {
    /// Adds a product by a form of identity `id`, which adds it once however often it is sent. Without a code the
    /// product gets one.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] naming the product that has the code or one of
    /// the barcodes.
    pub async fn add_product(
        &self,
        id: &str,
        new: NewProduct,
        by: &str,
    ) -> Result<Outcome<Product>> {
        let content = serde_json::to_vec(&new)
            .map_err(|error| Error::Internal(format!("reading a form: {error}")))?;
        let hash: [u8; 32] = Sha256::digest(&content).into();
        let (id, by, info) = (id.to_owned(), by.to_owned(), self.info.clone());
        self.record(move |tx, now| {
            if let Some((known, sku)) = goods::request(tx, &id)? {
                if known != hash {
                    return Ok(Outcome::Conflict(format!(
                        "this form has added the product {sku} already"
                    )));
                }
                let row = rows::by_sku(tx, &sku)?.ok_or_else(|| no_product(&sku))?;
                return Ok(Outcome::Already(row.definition.into()));
            }
            let mut new = new;
            if new.sku.trim().is_empty() {
                new.sku = goods::free_code(tx)?;
            }
            let mut product = new.check()?;
            place_favourite(tx, None, &mut product)?;
            match save(tx, &info, now, &by, None, &product)? {
                Saved::Created(row) => goods::keep_request(tx, &id, &hash, row, now)?,
                Saved::Changed | Saved::Unchanged => {
                    return Err(Error::Internal(format!("{} was not created", product.sku)));
                }
            }
            Ok(Outcome::Recorded(product.into()))
        })
        .await
    }

    /// What a change would make of a product, without making it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that no product has, [`Error::Invalid`] with every wrong field.
    pub async fn foresee_change(&self, sku: &str, patch: ProductPatch) -> Result<Foreseen> {
        let sku = sku.to_owned();
        self.db
            .read(move |connection| {
                let old = rows::by_sku(connection, &sku)?.ok_or_else(|| no_product(&sku))?;
                let new = patch.apply(&old.definition)?;
                Ok(Foreseen {
                    old: old.definition.into(),
                    new: new.into(),
                })
            })
            .await
    }

    /// Changes a product that looked as `seen` says ([`Product::mark`]) to the person who changes it.
    ///
    /// # Errors
    /// As [`Shop::change_product`]; [`Error::Conflict`] too when somebody else has changed it since.
    pub async fn edit_product(
        &self,
        sku: &str,
        seen: &str,
        patch: ProductPatch,
        by: &str,
    ) -> Result<Product> {
        let (sku, seen, by) = (sku.to_owned(), seen.to_owned(), by.to_owned());
        let info = self.info.clone();
        self.record(move |tx, now| {
            let old = rows::by_sku(tx, &sku)?.ok_or_else(|| no_product(&sku))?;
            let mut new = patch.apply(&old.definition)?;
            place_favourite(tx, Some(&old.definition), &mut new)?;
            // The same form once more finds what it made.
            if new != old.definition && Product::from(old.definition.clone()).mark()? != seen {
                return Err(Error::Conflict(
                    "somebody has changed this product meanwhile: look at it again".to_owned(),
                ));
            }
            save(tx, &info, now, &by, Some(&old), &new)?;
            Ok(new.into())
        })
        .await
    }

    /// Puts a product among the till's favourites, at their end, or takes it from there.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that no product has.
    pub async fn set_favourite(&self, sku: &str, favourite: bool, by: &str) -> Result<()> {
        let (sku, by, info) = (sku.to_owned(), by.to_owned(), self.info.clone());
        self.record(move |tx, now| {
            let old = rows::by_sku(tx, &sku)?.ok_or_else(|| no_product(&sku))?;
            let mut new = old.definition.clone();
            new.favourite = favourite.then_some(0);
            place_favourite(tx, Some(&old.definition), &mut new)?;
            save(tx, &info, now, &by, Some(&old), &new)?;
            Ok(())
        })
        .await
    }

    /// Who has a barcode.
    ///
    /// # Errors
    /// What the database says.
    pub async fn who_has_barcode(&self, barcode: &str) -> Result<Option<BarcodeOwner>> {
        let barcode = barcode.trim().to_owned();
        self.db
            .read(move |connection| rows::barcode_owner(connection, &barcode))
            .await
    }

    /// The categories and suppliers that products have.
    ///
    /// # Errors
    /// What the database says.
    pub async fn known_names(&self) -> Result<KnownNames> {
        self.db
            .read(|connection| {
                Ok(KnownNames {
                    categories: goods::categories(connection)?,
                    suppliers: goods::suppliers(connection)?,
                })
            })
            .await
    }

    /// Gives every one of these products whose main unit has no barcode one of the shop's own: 13 digits beginning with
    /// 2, which no maker uses.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that no product has.
    pub async fn give_barcodes(&self, skus: Vec<Sku>, by: &str) -> Result<Vec<Product>> {
        let (by, info) = (by.to_owned(), self.info.clone());
        self.record(move |tx, now| {
            let mut products = Vec::with_capacity(skus.len());
            for sku in &skus {
                let old =
                    rows::by_sku(tx, sku.as_str())?.ok_or_else(|| no_product(sku.as_str()))?;
                let mut new = old.definition.clone();
                if let Some(main) = new.units.first_mut()
                    && main.barcodes.is_empty()
                {
                    main.barcodes.push(own_barcode(tx, old.id)?);
                    save(tx, &info, now, &by, Some(&old), &new)?;
                }
                products.push(Product::from(new));
            }
            Ok(products)
        })
        .await
    }
}

/// An EAN-13 for use inside a shop (GS1 prefixes 200 to 299) that no product has, by the row of the product.
fn own_barcode(tx: &WriteTx<'_>, row: i64) -> Result<String> {
    for prefix in 200..300 {
        let digits = format!("{prefix}{:09}", row.rem_euclid(1_000_000_000));
        let code = with_check_digit(&digits);
        if !goods::has_barcode(tx, &code)? {
            return Ok(code);
        }
    }
    Err(Error::Refused(
        "no barcode of the shop's own is free".to_owned(),
    ))
}

/// Twelve digits with the check digit of an EAN-13.
fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            u32::from(byte.wrapping_sub(b'0')) * if place % 2 == 0 { 3 } else { 1 }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
