//! Looking through the audit log.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use super::Hub;
use super::store::audit::{self, AuditQuery, Entry};
use super::store::{self, shops, users};
use crate::error::Result;

/// Entries on one page.
const SHOWN: i64 = 50;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedEntries {
    /// On this day of the hub's wall.
    pub day: Option<NaiveDate>,
    /// By this one.
    pub actor: Option<String>,
    /// About this: an identity or a name as it stands in the log, or the name of a shop or person.
    pub subject: Option<String>,
    /// Before this place in the log.
    pub before: Option<i64>,
}

/// A page of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEntries {
    /// The latest first.
    pub entries: Vec<Entry>,
    /// There are more before them.
    pub more: bool,
    /// What shops and people are called whose identities stand in the entries.
    pub names: BTreeMap<String, String>,
}

/// When a day begins on a wall; the moment after a gap where the clocks are put forward over midnight.
fn midnight(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let local = day.and_hms_opt(0, 0, 0)?;
    let begun = zone.from_local_datetime(&local).earliest().or_else(|| {
        zone.from_local_datetime(&(local + chrono::Duration::hours(1)))
            .earliest()
    })?;
    Some(begun.with_timezone(&Utc))
}

impl Hub {
    /// Entries of the audit log, 50 at a time.
    ///
    /// # Errors
    /// What the database said.
    pub async fn audit_log(&self, wanted: WantedEntries) -> Result<FoundEntries> {
        let zone = self.identity.timezone;
        let next = wanted
            .day
            .and_then(|day| day.checked_add_days(Days::new(1)));
        let from = wanted.day.and_then(|day| midnight(day, zone));
        let until = next.and_then(|day| midnight(day, zone));
        store::read(self.store(), move |tx| {
            let people = users::list(tx)?;
            let subject = match &wanted.subject {
                Some(text) => {
                    let shop = shops::by_name(tx, text)?.map(|shop| shop.id);
                    let person = people.iter().find(|user| user.name == *text);
                    Some(
                        shop.or_else(|| person.map(|user| user.id.clone()))
                            .unwrap_or_else(|| text.clone()),
                    )
                }
                None => None,
            };
            let query = AuditQuery {
                from,
                until,
                actor: wanted.actor.clone(),
                subject,
                before: wanted.before,
            };
            let mut entries = audit::list(tx, &query, SHOWN + 1)?;
            let more = entries.len() as i64 > SHOWN;
            entries.truncate(SHOWN as usize);
            let mut names: BTreeMap<String, String> = BTreeMap::new();
            for Entry { subject, .. } in &entries {
                if names.contains_key(subject) {
                    continue;
                }
                let person = people.iter().find(|user| user.id == *subject);
                let name = match person {
                    Some(user) => Some(user.name.clone()),
                    None => shops::find(tx, subject)?.map(|shop| shop.name),
                };
                names.extend(name.map(|name| (subject.clone(), name)));
            }
            Ok(FoundEntries {
                entries,
                more,
                names,
            })
        })
        .await
    }

    /// The first entry of the audit log whose link to the one before does not hold, if any. Reads all of it.
    ///
    /// # Errors
    /// What the database said.
    pub async fn audit_break(&self) -> Result<Option<i64>> {
        store::read(self.store(), audit::first_broken_link).await
    }
}
