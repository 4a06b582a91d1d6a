//! The shops' devices as a list to look through.

use chrono::{DateTime, Utc};

use super::alarms::{self, Alarm};
use super::devices::{self, Device};
use super::{HubTx, Row, Value, as_tenant, events, links, occurring};
use crate::error::Result;

/// Which shops are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DevicesOf {
    /// All.
    #[default]
    All,
    /// Those with an alarm that was noticed since.
    AlarmedSince(DateTime<Utc>),
    /// Those with events that could not be applied.
    SetAside,
    /// Those that were not heard of since.
    SilentSince(DateTime<Utc>),
    /// Those that no device speaks for.
    Unpaired,
}

/// A page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceQuery {
    /// Part of the shop's name; empty for any.
    pub text: String,
    /// Which.
    pub only: DevicesOf,
    /// How many to pass over.
    pub offset: i64,
    /// The most to list.
    pub limit: i64,
}

impl DeviceQuery {
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut sql = String::new();
        let mut params: Vec<Value> = Vec::new();
        if !self.text.is_empty() {
            params.push(occurring(&self.text).into());
            sql.push_str(" AND lower(s.name) LIKE lower($1) ESCAPE '\\'");
        }
        let next = params.len() + 1;
        match self.only {
            DevicesOf::All => {}
            DevicesOf::AlarmedSince(moment) => {
                params.push(moment.into());
                sql.push_str(&format!(
                    " AND s.id IN (SELECT shop_id FROM alarms WHERE tenant_id = tenant() AND last_at_utc >= ${next})"
                ));
            }
            DevicesOf::SetAside => sql.push_str(
                " AND s.id IN (SELECT shop_id FROM events WHERE tenant_id = tenant() AND state = 'quarantined')",
            ),
            DevicesOf::SilentSince(moment) => {
                params.push(moment.into());
                sql.push_str(&format!(
                    " AND (s.last_contact_utc IS NULL OR s.last_contact_utc < ${next})"
                ));
            }
            DevicesOf::Unpaired => sql.push_str(
                " AND s.id NOT IN (SELECT shop_id FROM devices
                     WHERE tenant_id = tenant() AND revoked = 0 AND blocked_at_utc IS NULL)
                 AND NOT EXISTS (SELECT 1 FROM shop_links l WHERE l.tenant = tenant() AND l.shop = s.id)",
            ),
        }
        (sql, params)
    }
}

/// A shop with its devices.
#[derive(Debug, Clone)]
pub struct ShopDevices {
    /// Its identity.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it last spoke with the hub.
    pub last_contact: Option<DateTime<Utc>>,
    /// Its clock minus the hub's at the last contact that told it.
    pub skew_seconds: Option<i64>,
    /// Events of it that could not be applied.
    pub set_aside: i64,
    /// What is wrong with it.
    pub alarms: Vec<Alarm>,
    /// Its devices, the one that was paired last first.
    pub devices: Vec<KnownDevice>,
    /// Until when a code can be redeemed that nobody has redeemed yet.
    pub code_until: Option<DateTime<Utc>>,
    /// Where its figures come from, if another's device speaks for it.
    pub link: Option<LinkView>,
    /// Its own device tells further distributors of this hub too.
    pub shared: bool,
}

/// A further distributor's view of where its shop's figures come from: from a device that is entered with another one.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// When the shop was linked.
    pub linked_at: DateTime<Utc>,
    /// The shop's program that spoke last, where it has told.
    pub program: Option<String>,
    /// Its device is let in there; otherwise nothing comes.
    pub speaks: bool,
}

/// A device as the list tells of it.
#[derive(Debug, Clone)]
pub struct KnownDevice {
    /// As it is kept.
    pub device: Device,
    /// When it was paired last.
    pub paired_at: DateTime<Utc>,
    /// When a copy of the shop's database last spoke for it, by the first contact of that copy since another one.
    pub heard_at: Option<DateTime<Utc>>,
    /// How many copies of the shop's database have spoken for it.
    pub copies: i64,
}

/// The shops that are asked for, by name.
pub fn page(
    tx: &mut dyn HubTx,
    query: &DeviceQuery,
    now: DateTime<Utc>,
    alarms_since: DateTime<Utc>,
) -> Result<Vec<ShopDevices>> {
    let (conditions, mut params) = query.conditions();
    params.extend([query.limit.into(), query.offset.into()]);
    let sql = format!(
        "SELECT s.id, s.name, s.last_contact_utc, s.skew_seconds FROM shops s WHERE s.tenant_id = tenant(){conditions}
         ORDER BY s.name, s.id LIMIT ${} OFFSET ${}",
        params.len() - 1,
        params.len()
    );
    tx.query(&sql, &params)?
        .iter()
        .map(|row| shop_from(tx, row, now, alarms_since))
        .collect()
}

/// How many shops are asked for, wherever the page begins and ends.
pub fn count(tx: &mut dyn HubTx, query: &DeviceQuery) -> Result<i64> {
    let (conditions, params) = query.conditions();
    let sql =
        format!("SELECT count(*) AS found FROM shops s WHERE s.tenant_id = tenant(){conditions}");
    tx.query_row(&sql, &params)?
        .map_or(Ok(0), |row| row.integer("found"))
}

/// The shop with this identity.
pub fn of_shop(
    tx: &mut dyn HubTx,
    shop_id: &str,
    now: DateTime<Utc>,
    alarms_since: DateTime<Utc>,
) -> Result<Option<ShopDevices>> {
    tx.query_row(
        "SELECT id, name, last_contact_utc, skew_seconds FROM shops WHERE tenant_id = tenant() AND id = $1",
        &[shop_id.into()],
    )?
    .map(|row| shop_from(tx, &row, now, alarms_since))
    .transpose()
}

fn shop_from(
    tx: &mut dyn HubTx,
    row: &Row,
    now: DateTime<Utc>,
    alarms_since: DateTime<Utc>,
) -> Result<ShopDevices> {
    let id = row.text("id")?;
    let code = tx.query_row(
        "SELECT max(expires_at_utc) AS until FROM pairing_codes
         WHERE tenant_id = tenant() AND shop_id = $1 AND used_by_device IS NULL AND expires_at_utc > $2",
        &[(&id).into(), now.into()],
    )?;
    Ok(ShopDevices {
        name: row.text("name")?,
        last_contact: row.moment_opt("last_contact_utc")?,
        skew_seconds: row.integer_opt("skew_seconds")?,
        set_aside: events::quarantined_count(tx, &id)?,
        alarms: alarms::of_shop(tx, &id, alarms_since)?,
        devices: known(tx, &id)?,
        code_until: code
            .map(|row| row.moment_opt("until"))
            .transpose()?
            .flatten(),
        link: link_view(tx, &id)?,
        shared: !links::from_home(tx, &id)?.is_empty(),
        id,
    })
}

fn link_view(tx: &mut dyn HubTx, shop_id: &str) -> Result<Option<LinkView>> {
    let Some(link) = links::of_shop(tx, shop_id)? else {
        return Ok(None);
    };
    let devices = as_tenant(tx, &link.home_tenant, |tx| {
        devices::of_shop(tx, &link.home_shop)
    })?;
    Ok(Some(LinkView {
        linked_at: link.linked_at,
        program: link.program,
        speaks: devices.iter().any(Device::is_let_in),
    }))
}

fn known(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<KnownDevice>> {
    let mut found = Vec::new();
    for device in devices::of_shop(tx, shop_id)?.into_iter().rev() {
        let row = tx.query_row(
            "SELECT d.paired_at_utc, max(i.last_heard_utc) AS heard_at_utc, count(i.instance) AS copies
             FROM devices d LEFT JOIN device_instances i
                 ON i.tenant_id = d.tenant_id AND i.shop_id = d.shop_id AND i.device_id = d.id
             WHERE d.tenant_id = tenant() AND d.shop_id = $1 AND d.id = $2 GROUP BY d.paired_at_utc",
            &[shop_id.into(), device.id.into()],
        )?;
        if let Some(row) = row {
            found.push(KnownDevice {
                paired_at: row.moment("paired_at_utc")?,
                heard_at: row.moment_opt("heard_at_utc")?,
                copies: row.integer("copies")?,
                device,
            });
        }
    }
    Ok(found)
}
