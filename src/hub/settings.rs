//! What can be changed of the hub itself: its name, its time zone, the language of its pages, and the PIN of a hub
//! without users.

use chrono_tz::Tz;

use super::login::digest;
use super::store::{self, audit, identity, sessions, users};
use super::{Hub, checked_name, hash_pin};
use crate::error::{Error, FieldError, Result};
use crate::web::Language;

impl Hub {
    /// Gives the hub another name and time zone, and its pages another language (its tag) for whoever has chosen none.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `name`, `timezone` and `language`.
    pub async fn change_settings(
        &self,
        actor: &str,
        name: &str,
        timezone: &str,
        language: &str,
    ) -> Result<()> {
        let mut wrong = Vec::new();
        let name = checked_name("name", name).unwrap_or_else(|_| {
            wrong.push(FieldError {
                field: "name".to_owned(),
                message: "must have 1 to 100 characters".to_owned(),
            });
            String::new()
        });
        let zone: Tz = timezone.trim().parse().unwrap_or_else(|_| {
            wrong.push(FieldError {
                field: "timezone".to_owned(),
                message: "is no time zone such as Asia/Jakarta".to_owned(),
            });
            Tz::UTC
        });
        let Some(language) = Language::from_tag(language.trim()).map(Language::tag) else {
            wrong.push(FieldError {
                field: "language".to_owned(),
                message: "is id or en".to_owned(),
            });
            return Err(Error::Invalid(wrong));
        };
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let (actor, now) = (actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let before = identity::load(tx)?;
            if before.name == name && before.timezone == zone && before.language == language {
                return Ok(());
            }
            identity::change(tx, &name, zone, language)?;
            let detail = serde_json::json!({
                "name": name, "timezone": zone.name(), "language": language,
            })
            .to_string();
            audit::record(tx, now, &actor, "hub.changed", &name, &detail)
        })
        .await
    }

    /// Gives the pages another PIN, or none; whoever else came in by the old one has to come in again, but for the session
    /// of `secret`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a PIN that cannot be, [`Error::Refused`] where there are users: nobody is asked for it then.
    pub async fn set_pin(
        &self,
        actor: &str,
        pin: Option<&str>,
        secret: Option<&str>,
    ) -> Result<()> {
        let hash = pin.map(hash_pin).transpose()?;
        let (actor, now) = (actor.to_owned(), self.now());
        let kept = secret.map(digest);
        store::write(self.store(), move |tx| {
            if users::count(tx)? > 0 {
                return Err(Error::Refused(
                    "people log in by name and password here".to_owned(),
                ));
            }
            identity::set_pin(tx, hash.as_deref())?;
            sessions::end_of_user(tx, "", kept)?;
            let action = if hash.is_some() {
                "pin.changed"
            } else {
                "pin.removed"
            };
            audit::record(tx, now, &actor, action, "", "")
        })
        .await
    }
}
