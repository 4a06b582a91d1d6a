//! Notes to a shop, pulled page by page.

use uuid::Uuid;

use super::Hub;
use super::intake::known;
use super::store::{self, shops};
use crate::error::Result;
use crate::wire::MAX_PAGE_NOTES;
use crate::wire::exchange::NotesPage;

impl Hub {
    /// The notes after a cursor that the hub gave before. No cursor, one of another life of the hub, and one that
    /// cannot be are the beginning: a note that comes twice is recognised by its identity.
    ///
    /// # Errors
    /// [`crate::error::Error::Unauthorized`] when the device is not known any more.
    pub async fn pull(
        &self,
        device: Uuid,
        cursor: Option<String>,
        skew_seconds: Option<i64>,
    ) -> Result<NotesPage> {
        let now = self.now();
        let incarnation = self.identity.incarnation;
        store::write(self.store(), move |tx| {
            let device = known(tx, device)?;
            shops::record_contact(tx, &device.shop_id, now, skew_seconds)?;
            let last = store::notes::last_position(tx, &device.shop_id)?;
            let after = cursor
                .as_deref()
                .and_then(|cursor| position(cursor, incarnation))
                .filter(|position| (0..=last).contains(position))
                .unwrap_or(0);
            let notes = store::notes::after(tx, &device.shop_id, after, MAX_PAGE_NOTES)?;
            let reached = notes.last().map_or(after, |note| note.position);
            Ok(NotesPage {
                notes,
                cursor: format!("{}{reached:016x}", incarnation.simple()),
                more: reached < last,
                incarnation,
            })
        })
        .await
    }
}

fn position(cursor: &str, incarnation: Uuid) -> Option<i64> {
    let position = cursor.strip_prefix(&incarnation.simple().to_string())?;
    i64::from_str_radix(position, 16).ok()
}
