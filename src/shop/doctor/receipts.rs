//! Whether receipts are numbered without a gap and their sums are right.

use rusqlite::Connection;

use crate::error::Result;
use crate::model::Money;
use crate::shop::store::check::{self, Counted, Sums};
use crate::shop::store::check_returns::{self, Returned};
use crate::store::checks::{Check, Faults};

pub(super) fn look(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    let series = check::series(connection)?;
    // Within a series only its first receipt follows none.
    for number in check::numbers_after_none(connection)? {
        if !series.contains(&number) {
            faults.add(|| format!("there is a receipt {number} and none before it"));
        }
    }
    check::each_sum(connection, |sale| sums(&mut faults, &sale))?;
    check_returns::each_sale(connection, |back| returned(&mut faults, &back))?;
    let sales = check::count(connection, Counted::Sales)?;
    let looked_at = format!("{sales} receipts in {} series without a gap", series.len());
    Ok(faults.verdict("receipts", looked_at))
}

fn sums(faults: &mut Faults, sale: &Sums) {
    let number = sale.number;
    if sale.lines != sale.lines_total {
        faults.add(|| {
            format!(
                "the lines of receipt {number} come to {}, it says {}",
                sale.lines, sale.lines_total
            )
        });
    }
    let due = sale.lines_total - sale.discount + sale.rounding;
    if due != sale.total {
        faults.add(|| {
            format!(
                "receipt {number} comes to {due} with discount and rounding, it says {}",
                sale.total
            )
        });
    }
    if sale.paid != sale.total {
        faults.add(|| {
            format!(
                "receipt {number} of {} was paid with {}",
                sale.total, sale.paid
            )
        });
    }
    let change = sale.tendered.map_or(Money::ZERO, |tendered| {
        tendered - sale.in_cash.unwrap_or(sale.total)
    });
    if change != sale.change {
        faults.add(|| {
            format!(
                "receipt {number} leaves {change} of change, it says {}",
                sale.change
            )
        });
    }
    if let Some(voided) = sale.voided
        && voided != sale.total
    {
        faults.add(|| {
            format!(
                "receipt {number} of {} was taken back for {voided}",
                sale.total
            )
        });
    }
}

fn returned(faults: &mut Faults, sale: &Returned) {
    let number = sale.number;
    if sale.too_many {
        faults.add(|| format!("more of receipt {number} came back than was sold"));
    }
    if sale.amount > sale.total {
        faults.add(|| {
            format!(
                "{} went back for receipt {number} of {}",
                sale.amount, sale.total
            )
        });
    }
    if sale.voided {
        faults.add(|| format!("receipt {number} was voided and came back in part"));
    }
}
