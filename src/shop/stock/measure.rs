//! Which product a stock line means, and how many base units.

use crate::error::Result;
use crate::model::Money;
use crate::shop::faults::Faults;
use crate::shop::store::products::{self, Sellable};
use crate::store::WriteTx;

/// A product and the size of the unit that a line speaks of.
pub(super) struct Measured {
    pub product: Sellable,
    pub factor: i64,
}

/// The product of a code and its unit of a name, by default the main unit. `prefix` is the line's place in the
/// request, such as `lines[2].`; without a result, the faults say why.
pub(super) fn find(
    tx: &WriteTx<'_>,
    faults: &mut Faults,
    prefix: &str,
    sku: &str,
    unit: Option<&str>,
) -> Result<Option<Measured>> {
    let sku = sku.trim();
    let Some(product) = products::sellable(tx, sku)? else {
        faults.add(
            format!("{prefix}sku"),
            format!("no product has the code {sku:?}"),
        );
        return Ok(None);
    };
    let Some(unit) = unit.map(str::trim) else {
        let factor = product.main_factor;
        return Ok(Some(Measured { product, factor }));
    };
    let Some(row) = products::unit(tx, product.product_id, unit)? else {
        faults.add(
            format!("{prefix}unit"),
            format!("{} has no unit {unit:?}", product.name),
        );
        return Ok(None);
    };
    Ok(Some(Measured {
        product,
        factor: row.factor,
    }))
}

/// An amount of rupiah as people write it.
///
/// # Errors
/// In words, when it is something else.
pub(in crate::shop) fn rupiah(text: &str) -> Result<i64, String> {
    match Money::typed(text) {
        Some(amount) => Ok(amount.0),
        None => Err("is no amount of whole rupiah".to_owned()),
    }
}
