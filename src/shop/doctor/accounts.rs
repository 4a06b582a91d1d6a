//! Whether what customers owe and what went through the drawer is what sales, returns and purchases say.

use rusqlite::Connection;

use crate::error::Result;
use crate::shop::store::check_accounts as rows;
use crate::store::checks::{Check, Faults};

pub(super) fn look(connection: &Connection) -> Result<Check> {
    let mut faults = Faults::default();
    for differs in rows::differences(connection)? {
        let (id, told, found) = (&differs.id, differs.told, differs.found);
        faults.add(|| match differs.what.as_str() {
            "drawer" => {
                format!("{told} of {id} was paid out of the drawer, whose book says {found}")
            }
            "settlement" => {
                format!("the lines of the settlement {id} come to {told}, it says {found}")
            }
            what => format!("the {what} {id} moves an account by {told}, the account says {found}"),
        });
    }
    for seq in rows::entries_of_nothing(connection)? {
        faults.add(|| format!("entry {seq} of the accounts is of nothing that was recorded"));
    }
    let entries = rows::entries(connection)?;
    let looked_at = format!("{entries} entries of accounts are what sales and returns say");
    Ok(faults.verdict("accounts", looked_at))
}
