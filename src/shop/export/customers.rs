//! Customers in the columns that an import takes. The debt is what they owe now, so that another shop, or another
//! program, begins where this one stands.

use super::{Cell, Table, named};
use crate::model::Money;
use crate::shop::debts::Customer;
use crate::shop::import::customer_columns;

/// Every customer.
pub(super) fn table(customers: &[Customer]) -> Table {
    let rows = customers.iter().map(|customer| {
        let row = &customer.row;
        // An import takes no debt below nothing.
        let debt = customer.open.balance.max(Money::ZERO);
        vec![
            Cell::text(row.id.as_str()),
            Cell::text(row.name.as_str()),
            Cell::text(row.phone.as_str()),
            row.limit.map_or(Cell::Empty, |limit| Cell::Number(limit.0)),
            row.due_days.map_or(Cell::Empty, Cell::Number),
            Cell::Number(debt.0),
            Cell::text(row.note.as_str()),
        ]
    });
    named("customers", customer_columns(), rows.collect())
}
