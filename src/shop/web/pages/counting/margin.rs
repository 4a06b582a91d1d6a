//! What goods cost, what they cost before, and what that does to the margin.

use super::super::{Pages, money};
use super::texts::PurchaseTexts;
use crate::error::Result;
use crate::model::Money;
use crate::shop::figure::Figure;
use crate::shop::products::Product;
use crate::shop::stock::{PurchaseEntry, rupiah};
use crate::web::Language;
use crate::web::layout::date;

/// What a line comes to, and what that is per main unit, as far as it can be read yet.
pub(super) fn worth(
    quantity: &Figure,
    entry: &PurchaseEntry,
    product: &Product,
) -> Option<(Money, Money)> {
    let unit = product.units.iter().find(|unit| unit.name == entry.unit)?;
    let quantity = quantity.positive(product.base_unit, unit.factor).ok()?;
    let price = Money(rupiah(&entry.price).ok()?);
    let all = if entry.for_all {
        price
    } else {
        Money::for_quantity(price, unit.factor, quantity.0)
    };
    Some((
        all,
        Money::for_quantity(all, quantity.0, product.main_factor()),
    ))
}

/// What a new cost does to the margin of the main unit, in words; and whether it is sold at a loss then.
pub(super) fn margins(
    cost: Money,
    entry: &PurchaseEntry,
    product: &Product,
    words: &PurchaseTexts,
    language: Language,
) -> (String, bool) {
    let price = product
        .units
        .iter()
        .find(|unit| unit.name == product.unit)
        .map_or(Money::ZERO, |unit| unit.price);
    let after = if entry.keeps_cost { product.cost } else { cost };
    let margin = |cost: Money| {
        let gain = price - cost;
        let percent = if price > Money::ZERO {
            format!(" ({}%)", gain.0.saturating_mul(100) / price.0)
        } else {
            String::new()
        };
        format!("{}{percent}", money(gain, language))
    };
    let unit = &product.unit;
    let told = if after == product.cost {
        format!(
            "{} {} / {unit} · {} {}",
            words.cost,
            money(after, language),
            words.margin,
            margin(after)
        )
    } else {
        format!(
            "{} {} → {} / {unit} · {} {} → {}",
            words.cost,
            money(product.cost, language),
            money(after, language),
            words.margin,
            margin(product.cost),
            margin(after)
        )
    };
    (told, price > Money::ZERO && after > price)
}

/// What the product cost the last time: from this supplier, or from whoever it was.
pub(super) async fn last_price(
    pages: &Pages,
    sku: &str,
    supplier: &str,
    words: &PurchaseTexts,
    language: Language,
) -> Result<String> {
    let sources = pages.shop.sources(sku).await?;
    let mut told = sources.iter().filter(|source| source.total.is_some());
    let named = told
        .clone()
        .find(|source| !supplier.is_empty() && source.supplier == supplier);
    let Some(source) = named.or_else(|| told.next()) else {
        return Ok(String::new());
    };
    let one = Money::for_quantity(
        source.total.unwrap_or_default(),
        source.quantity.0,
        source.unit.1,
    );
    let from = if source.supplier.is_empty() {
        String::new()
    } else {
        format!(", {}", source.supplier)
    };
    let day = date(source.date, language);
    Ok(format!(
        "{} {} / {}{from}, {day}",
        words.last_time,
        money(one, language),
        source.unit.0
    ))
}
