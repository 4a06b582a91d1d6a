//! Notes to a shop, pulled page by page: its distributor's, and where it has several, those of all of them.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Hub;
use super::contact::{self, Contact};
use super::intake::known;
use super::links::audience::Audience;
use super::store::links::Link;
use super::store::notes::{after, compacted_to, last_position};
use super::store::{self, HubTx, as_tenant};
use crate::error::Result;
use crate::wire::MAX_PAGE_NOTES;
use crate::wire::exchange::NotesPage;
use crate::wire::note::Note;

/// Before the place in a further distributor's notes.
const FURTHER: char = '.';

/// Digits of an identity in a cursor.
const IDENTITY: usize = 32;

/// How far a shop has come with the notes of one of its distributors.
struct Reader<'l> {
    /// Which further one; the home without.
    link: Option<&'l Link>,
    /// What the shop has.
    after: i64,
    /// What there is.
    last: i64,
}

impl Reader<'_> {
    fn at<T>(
        &self,
        tx: &mut dyn HubTx,
        home_shop: &str,
        work: impl FnOnce(&mut dyn HubTx, &str) -> Result<T>,
    ) -> Result<T> {
        match self.link {
            None => work(tx, home_shop),
            Some(link) => as_tenant(tx, &link.tenant, |tx| work(tx, &link.shop_id)),
        }
    }
}

impl Hub {
    /// The notes after a cursor that the hub gave before, a page of one distributor's. No cursor, one of another life of the
    /// hub, and one that cannot be are the beginning: a note that comes twice is recognised by its identity. So is one
    /// from before a link was ended: what that distributor told holds no more. Where notes after the cursor are gone, newer
    /// ones on their topics are among those that come, and the page says so.
    ///
    /// # Errors
    /// [`crate::error::Error::Unauthorized`] when the device is not known any more.
    pub async fn pull(&self, contact: Contact, cursor: Option<String>) -> Result<NotesPage> {
        let now = self.now();
        let incarnation = self.identity.incarnation;
        store::write(self.store(), move |tx| {
            let device = known(tx, contact.device)?;
            let audience = contact::record(tx, &device, &contact, now)?;
            let places = cursor
                .as_deref()
                .and_then(|text| Places::read(text, incarnation));
            let mut readers = readers(tx, &audience)?;
            let is_known = places.is_some_and(|places| places.put(&audience, &mut readers));
            if !is_known {
                for reader in &mut readers {
                    reader.after = 0;
                }
            }
            let (mut notes, mut from, mut snapshot) = (Vec::new(), None, false);
            for reader in &mut readers {
                let start = reader.after;
                if !notes.is_empty() || start >= reader.last && reader.link.is_some() {
                    continue;
                }
                let (found, gone): (Vec<Note>, i64) =
                    reader.at(tx, audience.shop_id(), |tx, shop_id| {
                        let found = after(tx, shop_id, start, MAX_PAGE_NOTES)?;
                        Ok((found, compacted_to(tx, shop_id)?))
                    })?;
                snapshot |= start < gone;
                reader.after = found.last().map_or(start, |note| note.position);
                if !found.is_empty() {
                    from = reader.link.map(|link| link.id);
                }
                notes = found;
            }
            Ok(NotesPage {
                snapshot,
                notes,
                cursor: cursor_at(&audience, &readers, incarnation),
                more: readers.iter().any(|reader| reader.after < reader.last),
                incarnation,
                anew: cursor.is_some() && !is_known,
                from,
            })
        })
        .await
    }
}

/// The distributors whose notes a shop is given, the home first, each as one that the shop has nothing of.
fn readers<'a>(tx: &mut dyn HubTx, audience: &'a Audience) -> Result<Vec<Reader<'a>>> {
    let links = std::iter::once(None).chain(audience.further().map(Some));
    links
        .map(|link| {
            let mut reader = Reader {
                link,
                after: 0,
                last: 0,
            };
            reader.last = reader.at(tx, audience.shop_id(), last_position)?;
            Ok(reader)
        })
        .collect()
}

/// The cursor of a shop that has every note.
pub(super) fn newest_cursor(
    tx: &mut dyn HubTx,
    audience: &Audience,
    incarnation: Uuid,
) -> Result<String> {
    let mut readers = readers(tx, audience)?;
    for reader in &mut readers {
        reader.after = reader.last;
    }
    Ok(cursor_at(audience, &readers, incarnation))
}

/// Incarnation and place in the home's notes, and for each link its identity and the place in its distributor's, without
/// one where that distributor is switched off and tells nothing.
fn cursor_at(audience: &Audience, readers: &[Reader<'_>], incarnation: Uuid) -> String {
    let place_of = |link: Option<&Link>| {
        readers
            .iter()
            .find(|reader| reader.link.map(|link| link.id) == link.map(|link| link.id))
            .map(|reader| format!("{:016x}", reader.after))
            .unwrap_or_default()
    };
    let mut cursor = format!("{}{}", incarnation.simple(), place_of(None));
    for link in audience.links() {
        cursor.push(FURTHER);
        cursor.push_str(&format!("{}{}", link.id.simple(), place_of(Some(link))));
    }
    cursor
}

/// What a cursor says.
struct Places {
    home: i64,
    further: BTreeMap<Uuid, Option<i64>>,
}

impl Places {
    /// Nothing for a text that is none of this life's cursors.
    fn read(cursor: &str, incarnation: Uuid) -> Option<Self> {
        let mut parts = cursor.split(FURTHER);
        let place = |text: &str| i64::from_str_radix(text, 16).ok();
        let home = place(
            parts
                .next()?
                .strip_prefix(&incarnation.simple().to_string())?,
        )?;
        let further = parts
            .map(|part| {
                let (id, at) = part.split_at_checked(IDENTITY)?;
                let at = match at {
                    "" => None,
                    at => Some(place(at)?),
                };
                Some((Uuid::parse_str(id).ok()?, at))
            })
            .collect::<Option<_>>()?;
        Some(Self { home, further })
    }

    /// Sets the readers to where the shop is; whether all of it is among what there is.
    fn put(&self, audience: &Audience, readers: &mut [Reader<'_>]) -> bool {
        let has_ended = |id: &Uuid| !audience.links().iter().any(|link| link.id == *id);
        if self.further.keys().any(has_ended) {
            return false;
        }
        for reader in readers.iter_mut() {
            reader.after = match reader.link {
                None => self.home,
                Some(link) => self.further.get(&link.id).copied().flatten().unwrap_or(0),
            };
        }
        readers
            .iter()
            .all(|reader| (0..=reader.last).contains(&reader.after))
    }
}
