//! Loose goods as they are asked for: so many grams, or sugar for five thousand.

use super::content::{Content, Line};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity};
use crate::shop::figure::Figure;
use crate::shop::products::check_price;
use crate::shop::store::products::{self, ProductRow, UnitRow};
use crate::shop::store::shelf;
use crate::shop::till::sell;
use crate::store::WriteTx;

/// How much of loose goods is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// So many grams or millilitres.
    BaseUnits(Figure),
    /// As much as this buys, rupiah.
    Worth(Money),
}

/// What is less than the smallest coin in use nobody pays and nobody gets back, rupiah.
const SMALLEST_COIN: Money = Money(100);

/// Sets a line's quantity in the unit that it is sold in.
pub(super) fn measure(
    tx: &WriteTx<'_>,
    content: &mut Content,
    key: u32,
    by: &Measure,
) -> Result<()> {
    let Some(line) = content.line(key) else {
        return Err(Error::NotFound(format!("the cart has no line {key}")));
    };
    let invalid = |field: &str, message: &str| Err(Error::invalid(field, message.to_owned()));
    let Some(ProductRow { id, definition }) = products::by_sku(tx, &line.sku)? else {
        return Ok(());
    };
    if definition.base_unit == BaseUnit::Piece {
        return invalid(
            "quantity",
            "is of goods that are neither weighed nor poured",
        );
    }
    let Some(unit) = products::unit(tx, id, &line.unit)? else {
        return invalid("unit", "is not one that it is sold by");
    };
    match by {
        Measure::BaseUnits(figure) => {
            let quantity = figure
                .positive(definition.base_unit, 1)
                .map_err(|message| Error::invalid("quantity", message))?;
            line.set_quantity(Figure::of(quantity, unit.factor).as_str());
        }
        Measure::Worth(amount) => {
            let checked = check_price(amount.0);
            checked.map_err(|message| Error::invalid("price", message))?;
            let (quantity, off) = bought(tx, id, line, &unit, *amount)?;
            if quantity <= Quantity::ZERO || quantity > Quantity::LIMIT {
                return invalid("quantity", "is not what this amount buys");
            }
            line.set_quantity(Figure::of(quantity, unit.factor).as_str());
            line.discount = off.0;
            line.worth = (off < SMALLEST_COIN).then_some(amount.0);
        }
    }
    content.touched = Some(key);
    Ok(())
}

/// How much an amount buys, and what is taken off so that it comes to just that amount.
///
/// The quantity is rounded up to the gram or millilitre and the rest, less than the smallest coin, taken off: whoever
/// asks for five thousand's worth pays five thousand. Where one gram is dearer than that, it is rounded down instead
/// and costs what it costs.
fn bought(
    tx: &WriteTx<'_>,
    product_id: i64,
    line: &Line,
    unit: &UnitRow,
    amount: Money,
) -> Result<(Quantity, Money)> {
    if line.price.is_none() && shelf::has_open_price(tx, product_id)? {
        return Err(Error::invalid("price", "is needed: it has no fixed price"));
    }
    let price_at = |quantity| match line.price {
        Some(price) => Ok(Money(price)),
        None => sell::price_of(tx, product_id, &line.unit, unit, quantity),
    };
    let mut price = price_at(Quantity(1))?;
    loop {
        if price <= Money::ZERO {
            return Err(Error::invalid("price", "is 0"));
        }
        let (quantity, off) = for_amount(amount, price, unit.factor);
        let then = price_at(quantity)?;
        // So much costs less each: it buys more, which costs no more each.
        if then >= price {
            return Ok((quantity, off));
        }
        price = then;
    }
}

fn for_amount(amount: Money, price: Money, factor: i64) -> (Quantity, Money) {
    let whole = i128::from(amount.0) * i128::from(factor);
    let (down, rest) = (whole / i128::from(price.0), whole % i128::from(price.0));
    let of = |quantity: i128| Quantity(i64::try_from(quantity).unwrap_or(i64::MAX));
    let up = of(down + i128::from(rest > 0));
    let off = Money::for_quantity(price, factor, up.0) - amount;
    if off < SMALLEST_COIN {
        (up, off)
    } else {
        (of(down), Money::ZERO)
    }
}
