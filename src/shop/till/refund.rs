//! How much money goes back with goods.

use rusqlite::Connection;

use crate::error::Result;
use crate::model::{Money, Quantity};
use crate::shop::store::returns;
use crate::shop::store::sales::{self, LineRow, SaleRow};

/// The money that goes back when `back` (line of the sale, base units) comes back next, rounded to `step` rupiah where it
/// is counted out in cash (0 for not at all).
///
/// A line's goods are worth their share of what was paid for the line, and the lines' worth its share of what was paid
/// for the sale: discount and rounding come back in proportion. Shares are taken of everything that came back so far, so
/// that however a sale comes back in parts, all of it together is what was paid, to the rupiah.
///
/// # Errors
/// What the database said.
pub fn due(
    connection: &Connection,
    sale: &SaleRow,
    back: &[(i64, Quantity)],
    step: i64,
) -> Result<Money> {
    let (mut worth, mut all_back) = (Money::ZERO, true);
    for line in sales::lines(connection, &sale.id)? {
        let now: Quantity = back
            .iter()
            .filter(|(line_no, _)| *line_no == line.line_no)
            .map(|(_, quantity)| *quantity)
            .sum();
        let came_back = returns::came_back(connection, &sale.id, line.line_no)? + now;
        all_back &= came_back == line.quantity;
        worth += Money::for_quantity(line.total, line.quantity.0, came_back.0);
    }
    let paid_out: Money = returns::of_sale(connection, &sale.id)?
        .iter()
        .map(|earlier| earlier.amount)
        .sum();
    let in_all = if all_back {
        sale.total
    } else {
        Money::for_quantity(sale.total, sale.lines_total.0, worth.0)
            .rounded_to(step)
            .min(sale.total)
    };
    Ok((in_all - paid_out).max(Money::ZERO))
}

/// The share of a line's cost that `quantity` of it has.
#[must_use]
pub fn cost(line: &LineRow, quantity: Quantity) -> Money {
    Money::for_quantity(line.cost, line.quantity.0, quantity.0)
}
