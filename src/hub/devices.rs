//! The shops' devices, for whoever looks after them: which speak, what is wrong with them, shutting one out by hand and
//! letting it in again.

use uuid::Uuid;

use super::Hub;
use super::contact::ALARM_STANDS;
use super::store::alarms::{self, AlarmKind};
use super::store::device_list::{self, DeviceQuery, ShopDevices};
use super::store::devices::{self, Device};
use super::store::quarantine::{self, SetAside};
use super::store::{self, HubTx, audit};
use crate::error::{Error, Result};

/// Events set aside that one shop's page shows.
const SHOWN: i64 = 100;

impl Hub {
    /// A page of the shops with their devices, and how many shops there are in all.
    ///
    /// # Errors
    /// What the database said.
    pub async fn device_page(&self, query: DeviceQuery) -> Result<(Vec<ShopDevices>, i64)> {
        let now = self.now();
        store::read(self.store(), move |tx| {
            Ok((
                device_list::page(tx, &query, now, now - ALARM_STANDS)?,
                device_list::count(tx, &query)?,
            ))
        })
        .await
    }

    /// A shop with its devices, and the latest events of it that could not be applied, at most 100.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn devices_of(&self, shop_id: &str) -> Result<(ShopDevices, Vec<SetAside>)> {
        let (now, shop_id) = (self.now(), shop_id.to_owned());
        store::read(self.store(), move |tx| {
            let shop = device_list::of_shop(tx, &shop_id, now, now - ALARM_STANDS)?
                .ok_or_else(|| Error::NotFound(format!("there is no shop {shop_id}")))?;
            Ok((shop, quarantine::of_shop(tx, &shop_id, SHOWN)?))
        })
        .await
    }

    /// Shuts a device out by hand: nothing that it sends or asks for is answered. Its stock stays on the book.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the shop has no such device.
    pub async fn block_device(&self, actor: &str, shop_id: &str, device: Uuid) -> Result<()> {
        let now = self.now();
        self.set_blocked(actor, shop_id, device, move |tx, known| {
            if known.blocked {
                return Ok(None);
            }
            devices::set_blocked(tx, known, Some(now))?;
            Ok(Some("device.blocked"))
        })
        .await
    }

    /// Lets a device in again that was shut out by hand.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the shop has no such device, [`Error::Refused`] when another one has taken its place.
    pub async fn unblock_device(&self, actor: &str, shop_id: &str, device: Uuid) -> Result<()> {
        self.set_blocked(actor, shop_id, device, |tx, known| {
            if known.revoked {
                return Err(Error::Refused(
                    "another device has taken its place; give the shop a new code".to_owned(),
                ));
            }
            if !known.blocked {
                return Ok(None);
            }
            devices::set_blocked(tx, known, None)?;
            Ok(Some("device.unblocked"))
        })
        .await
    }

    async fn set_blocked(
        &self,
        actor: &str,
        shop_id: &str,
        device: Uuid,
        change: impl Fn(&mut dyn HubTx, &Device) -> Result<Option<&'static str>> + Send + 'static,
    ) -> Result<()> {
        let (actor, shop_id, now) = (actor.to_owned(), shop_id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let known = devices::find(tx, device)?
                .filter(|known| known.shop_id == shop_id)
                .ok_or_else(|| Error::NotFound(format!("the shop has no device {device}")))?;
            match change(tx, &known)? {
                Some(action) => {
                    let detail = format!("device {device}");
                    audit::record(tx, now, &actor, action, &shop_id, &detail)
                }
                None => Ok(()),
            }
        })
        .await
    }

    /// Takes an alarm of a shop back. Noticed again, it is raised again.
    ///
    /// # Errors
    /// What the database said.
    pub async fn dismiss_alarm(&self, actor: &str, shop_id: &str, kind: AlarmKind) -> Result<()> {
        let (actor, shop_id, now) = (actor.to_owned(), shop_id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            if alarms::dismiss(tx, &shop_id, kind)? {
                audit::record(tx, now, &actor, "alarm.dismissed", &shop_id, kind.as_str())?;
            }
            Ok(())
        })
        .await
    }
}
