//! Which product a stock line means, and how many base units.

use crate::error::Result;
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

/// An amount of rupiah as people write it: `27500`, `27.500`, `Rp 27.500`. Points and commas only part thousands: there
/// is nothing smaller than a rupiah.
///
/// # Errors
/// In words, when it is something else.
pub(in crate::shop) fn rupiah(text: &str) -> Result<i64, String> {
    let wrong = || "is no amount of whole rupiah".to_owned();
    let text = text.trim();
    let digits = text
        .strip_prefix("Rp")
        .or_else(|| text.strip_prefix("rp"))
        .unwrap_or(text)
        .trim();
    let mut groups = digits.split(['.', ',', ' ']);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = rest.is_empty() || first.len() <= 3;
    if !all_digits(first)
        || !grouped
        || !rest.iter().all(|part| part.len() == 3 && all_digits(part))
    {
        return Err(wrong());
    }
    format!("{first}{}", rest.concat())
        .parse()
        .map_err(|_| wrong())
}
