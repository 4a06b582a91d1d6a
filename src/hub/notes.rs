//! Notes to a shop, pulled page by page.

use uuid::Uuid;

use super::Hub;
use super::contact::{self, Contact};
use super::intake::known;
use super::store::{self, HubTx};
use crate::error::Result;
use crate::wire::MAX_PAGE_NOTES;
use crate::wire::exchange::NotesPage;

impl Hub {
    /// The notes after a cursor that the hub gave before. No cursor, one of another life of the hub, and one that
    /// cannot be are the beginning: a note that comes twice is recognised by its identity. Where notes after the cursor
    /// are gone, newer ones on their topics are among those that come, and the page says so.
    ///
    /// # Errors
    /// [`crate::error::Error::Unauthorized`] when the device is not known any more.
    pub async fn pull(&self, contact: Contact, cursor: Option<String>) -> Result<NotesPage> {
        let now = self.now();
        let incarnation = self.identity.incarnation;
        store::write(self.store(), move |tx| {
            let device = known(tx, contact.device)?;
            contact::record(tx, &device, &contact, now)?;
            let last = store::notes::last_position(tx, &device.shop_id)?;
            let known = cursor
                .as_deref()
                .and_then(|cursor| position(cursor, incarnation))
                .filter(|position| (0..=last).contains(position));
            let after = known.unwrap_or(0);
            let notes = store::notes::after(tx, &device.shop_id, after, MAX_PAGE_NOTES)?;
            let reached = notes.last().map_or(after, |note| note.position);
            Ok(NotesPage {
                snapshot: after < store::notes::compacted_to(tx, &device.shop_id)?,
                notes,
                cursor: cursor_at(reached, incarnation),
                more: reached < last,
                incarnation,
                anew: cursor.is_some() && known.is_none(),
            })
        })
        .await
    }
}

/// The cursor of a shop that has every note.
pub(super) fn newest_cursor(
    tx: &mut dyn HubTx,
    shop_id: &str,
    incarnation: Uuid,
) -> Result<String> {
    let last = store::notes::last_position(tx, shop_id)?;
    Ok(cursor_at(last, incarnation))
}

fn cursor_at(position: i64, incarnation: Uuid) -> String {
    format!("{}{position:016x}", incarnation.simple())
}

fn position(cursor: &str, incarnation: Uuid) -> Option<i64> {
    let position = cursor.strip_prefix(&incarnation.simple().to_string())?;
    i64::from_str_radix(position, 16).ok()
}
