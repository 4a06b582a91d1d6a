//! Whether the distributor's own stock is the sum of its ledger.

use crate::error::Result;
use crate::hub::store::{HubTx, stock_ledger};
use crate::model::Sku;
use crate::store::checks::{Check, Faults};

/// Products that are named; the others are counted.
const NAMED: usize = 10;

/// What the check `warehouse` found, of one distributor after the other.
#[derive(Default)]
pub(super) struct Ledgers {
    faults: Faults,
    moves: i64,
    /// Stock below 0 is no fault of the book but a shelf to be counted: it is told.
    below_zero: Vec<Sku>,
}

impl Ledgers {
    pub fn look(&mut self, tx: &mut dyn HubTx) -> Result<()> {
        for fault in stock_ledger::amiss(tx)? {
            self.faults.add(|| fault);
        }
        self.moves += stock_ledger::count(tx)?;
        self.below_zero.extend(stock_ledger::below_zero(tx)?);
        Ok(())
    }

    pub fn verdict(self) -> Check {
        let mut told = format!("the stock is the sum of its {} moves", self.moves);
        if !self.below_zero.is_empty() {
            let named = self.below_zero.iter().take(NAMED);
            let codes: Vec<&str> = named.map(Sku::as_str).collect();
            told.push_str(&format!(
                "; {} products are below 0 and wait for a count: {}",
                self.below_zero.len(),
                codes.join(", ")
            ));
        }
        self.faults.verdict("warehouse", told)
    }
}
