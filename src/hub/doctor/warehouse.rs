//! Whether the distributor's own stock is the sum of its ledger.

use crate::error::Result;
use crate::hub::store::{HubTx, stock_ledger};
use crate::model::Sku;
use crate::store::checks::{Check, Faults};

/// The check `warehouse`. Stock below 0 is no fault of the book but a shelf to be counted: it is told.
pub(super) fn look(tx: &mut dyn HubTx) -> Result<Check> {
    let mut faults = Faults::default();
    for fault in stock_ledger::amiss(tx)? {
        faults.add(|| fault);
    }
    let moves = stock_ledger::count(tx)?;
    let below = stock_ledger::below_zero(tx)?;
    let mut told = format!("the stock is the sum of its {moves} moves");
    if !below.is_empty() {
        let codes: Vec<&str> = below.iter().take(10).map(Sku::as_str).collect();
        told.push_str(&format!(
            "; {} products are below 0 and wait for a count: {}",
            below.len(),
            codes.join(", ")
        ));
    }
    Ok(faults.verdict("warehouse", told))
}
