//! Who sells besides the owner.

use super::pin::new_pin;
use super::{OWNER, Person, Role, Who};
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::faults::text;
use crate::shop::store::audit;
use crate::shop::store::people::{self, Cashier};

/// The most people at one counter.
const MOST: usize = 50;

/// Names that the audit log gives to others than cashiers.
const TAKEN: [&str; 7] = [
    OWNER,
    "pemilik",
    "till",
    "stock",
    "sync",
    "import",
    "recovered",
];

impl Shop {
    /// Everybody who sells besides the owner, by name.
    ///
    /// # Errors
    /// What the database said.
    pub async fn cashiers(&self) -> Result<Vec<Cashier>> {
        self.db.read(people::cashiers).await
    }

    /// Whoever `who` is, if they work here.
    ///
    /// # Errors
    /// What the database said.
    pub async fn person(&self, who: Who) -> Result<Option<Person>> {
        let Who::Cashier(id) = who else {
            return Ok(Some(Person::owner()));
        };
        let cashier = self
            .db
            .read(move |connection| people::at_work(connection, id))
            .await?;
        Ok(cashier.map(|cashier| Person {
            id: Some(cashier.id),
            name: cashier.name,
            role: Role::Cashier,
        }))
    }

    /// Lets somebody sell from now on; their number.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field: a `name` that is none or taken, a `pin` that is none.
    /// [`Error::Refused`] while the owner has no PIN: everybody at the machine is the owner then.
    pub async fn add_cashier(&self, name: &str, pin: &str) -> Result<i64> {
        let name = text(name, 40).map_err(|message| Error::invalid("name", message))?;
        if TAKEN.contains(&name.to_lowercase().as_str()) {
            return Err(Error::invalid("name", "is taken"));
        }
        let hash = new_pin("pin", pin).await?;
        self.record(move |tx, now| {
            if !people::owner_has_pin(tx)? {
                return Err(Error::Refused("set the owner's PIN first".to_owned()));
            }
            let known = people::cashiers(tx)?;
            let same = |known: &Cashier| known.name.to_lowercase() == name.to_lowercase();
            if known.iter().any(same) {
                return Err(Error::invalid("name", "is taken"));
            }
            if known.len() >= MOST {
                return Err(Error::invalid("name", "is one too many"));
            }
            let id = people::insert(tx, &name, &hash, now)?;
            audit::record(tx, now, OWNER, "cashier.added", &name, "")?;
            Ok(id)
        })
        .await
    }

    /// Gives a cashier another PIN.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a `pin` that is none, [`Error::NotFound`] for somebody who does not work here.
    pub async fn set_cashier_pin(&self, id: i64, pin: &str) -> Result<()> {
        let hash = new_pin("pin", pin).await?;
        self.record(move |tx, now| {
            let cashier = people::at_work(tx, id)?.ok_or_else(|| nobody(id))?;
            people::set_pin(tx, Who::Cashier(id), &hash)?;
            audit::record(tx, now, OWNER, "pin.changed", &cashier.name, "")
        })
        .await
    }

    /// Ends a cashier's work here; their PIN opens nothing any more.
    ///
    /// # Errors
    /// [`Error::NotFound`] for somebody who does not work here.
    pub async fn retire_cashier(&self, id: i64) -> Result<()> {
        self.record(move |tx, now| {
            let cashier = people::at_work(tx, id)?.ok_or_else(|| nobody(id))?;
            people::retire(tx, id, now)?;
            audit::record(tx, now, OWNER, "cashier.retired", &cashier.name, "")
        })
        .await
    }
}

fn nobody(id: i64) -> Error {
    Error::NotFound(format!("no cashier {id} works here"))
}
