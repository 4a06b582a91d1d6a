//! What a check of the whole database reads, row by row, and what a repair of the projections writes. SQLite only: a
//! hub on PostgreSQL is kept by that server's own tools.
//!
//! Rows come as they are: a check must get past one that no program of ours would have written.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::Tenant;
use super::whole::Book;
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::store::WriteTx;
use crate::wire::event::{Event, Hash};
use crate::wire::replay::{Day, Totals};

/// A device and where the hub's copy of its log is said to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceEnds {
    /// Whose shop's it is.
    pub tenant: Tenant,
    /// The device.
    pub device: Uuid,
    /// Its shop.
    pub shop_id: String,
    /// The epoch.
    pub epoch: i64,
    /// The last seq.
    pub seq: i64,
    /// The hash there.
    pub hash: Hash,
    /// Another device has taken its place.
    pub revoked: bool,
}

/// Every device, the oldest first.
pub fn devices(connection: &Connection) -> Result<Vec<DeviceEnds>> {
    let mut statement = connection.prepare(
        "SELECT id, shop_id, epoch, head_seq, head_hash, revoked, tenant_id FROM devices ORDER BY paired_at_utc, id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(DeviceEnds {
            device: uuid(row, 0)?,
            shop_id: row.get(1)?,
            epoch: row.get(2)?,
            seq: row.get(3)?,
            hash: Hash(row.get(4)?),
            revoked: row.get(5)?,
            tenant: Tenant::with_id(&row.get::<_, String>(6)?),
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Whether a hub was set up in this database.
pub fn has_hub(connection: &Connection) -> Result<bool> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM hub)", [], |row| row.get(0))?)
}

/// How many rows a table has.
pub fn count(connection: &Connection, table: Counted) -> Result<i64> {
    let sql = match table {
        Counted::Shops => "SELECT count(*) FROM shops",
        Counted::Events => "SELECT count(*) FROM events",
        Counted::Notes => "SELECT count(*) FROM notes",
        Counted::Audit => "SELECT count(*) FROM audit",
    };
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Shops.
    Shops,
    /// Events of all shops.
    Events,
    /// Notes to all shops.
    Notes,
    /// Entries of the audit log.
    Audit,
}

/// A stored event, and the links as they are stored with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The epoch it stands in.
    pub epoch: i64,
    /// The event.
    pub event: Event,
    /// The link before it.
    pub prev_hash: Hash,
    /// Its own.
    pub hash: Hash,
    /// It has had its effect.
    pub applied: bool,
}

/// Every event of a device, in order; one that cannot be read comes with its place and why.
pub fn each_event(
    connection: &Connection,
    ends: &DeviceEnds,
    mut each: impl FnMut((i64, i64), Result<Logged>) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date, payload, prev_hash,
                hash, state = 'applied'
         FROM events WHERE tenant_id = ?1 AND shop_id = ?2 AND device_id = ?3 ORDER BY epoch, seq",
    )?;
    let device = ends.device.to_string();
    let mut rows = statement.query([ends.tenant.as_str(), &ends.shop_id, &device])?;
    while let Some(row) = rows.next()? {
        let place = (row.get(0)?, row.get(1)?);
        each(place, logged(row).map_err(Error::from))?;
    }
    Ok(())
}

/// The applied events of one kind of a shop, in the order in which they came.
pub fn each_of_kind(
    connection: &Connection,
    tenant: &Tenant,
    shop_id: &str,
    kind: &str,
    mut each: impl FnMut(Event) -> Result<()>,
) -> Result<()> {
    let mut statement = connection.prepare(
        "SELECT epoch, seq, event_id, kind, version, at_utc, utc_offset_minutes, business_date, payload FROM events
         WHERE tenant_id = ?1 AND shop_id = ?2 AND kind = ?3 AND state = 'applied' ORDER BY rowid",
    )?;
    let mut rows = statement.query([tenant.as_str(), shop_id, kind])?;
    while let Some(row) = rows.next()? {
        each(event(row)?)?;
    }
    Ok(())
}

fn logged(row: &Row<'_>) -> rusqlite::Result<Logged> {
    Ok(Logged {
        epoch: row.get(0)?,
        event: event(row)?,
        prev_hash: Hash(row.get(9)?),
        hash: Hash(row.get(10)?),
        applied: row.get(11)?,
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        seq: row.get(1)?,
        event_id: uuid(row, 2)?,
        kind: row.get(3)?,
        version: row.get(4)?,
        at_utc: row.get(5)?,
        utc_offset_minutes: row.get(6)?,
        business_date: row.get(7)?,
        payload: row.get(8)?,
    })
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    let text: String = row.get(column)?;
    Uuid::parse_str(&text).map_err(|error| odd(column, error))
}

fn sku(row: &Row<'_>, column: usize) -> rusqlite::Result<Sku> {
    let text: String = row.get(column)?;
    Sku::parse(&text).map_err(|error| odd(column, error))
}

fn odd(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// A shop's stock and daily flow as they are stored in one of its books.
pub fn stored(
    connection: &Connection,
    tenant: &Tenant,
    shop_id: &str,
    book: Book,
) -> Result<Totals> {
    let mut totals = Totals::default();
    let (lots, daily) = (book.lots(), book.daily());
    let mut lots = connection.prepare(&format!(
        "SELECT sku, expires, quantity FROM {lots} WHERE tenant_id = ?1 AND shop_id = ?2"
    ))?;
    let mut rows = lots.query([tenant.as_str(), shop_id])?;
    while let Some(row) = rows.next()? {
        let expires: String = row.get(1)?;
        let expires = match expires.as_str() {
            "" => None,
            date => Some(date.parse::<NaiveDate>().map_err(|error| odd(1, error))?),
        };
        totals
            .product(&sku(row, 0)?)
            .lots
            .insert(expires, Quantity(row.get(2)?));
    }
    let mut days = connection.prepare(&format!(
        "SELECT sku, business_date, sold, imported, missed, net, inflow, moved FROM {daily}
         WHERE tenant_id = ?1 AND shop_id = ?2"
    ))?;
    let mut rows = days.query([tenant.as_str(), shop_id])?;
    while let Some(row) = rows.next()? {
        *totals.day(&sku(row, 0)?, row.get(1)?) = Day {
            sold: Quantity(row.get(2)?),
            imported: Quantity(row.get(3)?),
            missed: Quantity(row.get(4)?),
            net: Quantity(row.get(5)?),
            inflow: Quantity(row.get(6)?),
            moved: row.get(7)?,
        };
    }
    Ok(totals)
}

/// When devices were let in for a shop, by the audit log.
pub fn pairings(
    connection: &Connection,
    tenant: &Tenant,
    shop_id: &str,
) -> Result<Vec<DateTime<Utc>>> {
    let mut statement = connection.prepare(
        "SELECT at_utc FROM audit WHERE tenant_id = ?1 AND action = 'device.paired' AND subject = ?2 ORDER BY seq",
    )?;
    let rows = statement.query_map([tenant.as_str(), shop_id], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// Events that are said to have had their effect and are not among those of which it is known, and the reverse.
pub fn effects_amiss(connection: &Connection) -> Result<Vec<String>> {
    texts(
        connection,
        "SELECT 'event ' || event_id || ' is applied and not remembered' FROM (
             SELECT tenant_id, shop_id, event_id FROM events WHERE state = 'applied'
             EXCEPT SELECT tenant_id, shop_id, event_id FROM applied_events)
         UNION ALL
         SELECT 'event ' || event_id || ' is remembered and not applied' FROM (
             SELECT tenant_id, shop_id, event_id FROM applied_events
             EXCEPT SELECT tenant_id, shop_id, event_id FROM events WHERE state = 'applied')
         UNION ALL
         SELECT 'event ' || event_id || ' is applied ' || count(*) || ' times' FROM events WHERE state = 'applied'
         GROUP BY tenant_id, shop_id, event_id HAVING count(*) > 1",
    )
}

/// Rows that belong to a shop, a device or a shipment that there is not.
pub fn references_amiss(connection: &Connection) -> Result<Vec<String>> {
    const OF_SHOPS: &[&str] = &[
        "pairing_codes",
        "devices",
        "applied_events",
        "shop_products",
        "shop_lots",
        "shop_daily",
        "shipments",
        "notes",
        "alarms",
        "backup_parts",
        "backup_sets",
        "backup_chains",
        "backup_grants",
        "whole_products",
        "whole_lots",
        "whole_daily",
    ];
    let mut found = Vec::new();
    let mut look = |table: &str, columns: &str, known: &str, of: &str| -> Result<()> {
        found.extend(texts(
            connection,
            &format!(
                "SELECT '{table}: a row belongs to {of} ' || subject || ', which there is not' FROM (
                     SELECT DISTINCT {columns} FROM {table} EXCEPT {known})"
            ),
        )?);
        Ok(())
    };
    for table in OF_SHOPS {
        let shops = "SELECT tenant_id, id FROM shops";
        look(table, "tenant_id, shop_id AS subject", shops, "the shop")?;
    }
    for table in ["events", "device_instances"] {
        let columns = "tenant_id, shop_id, device_id AS subject";
        let devices = "SELECT tenant_id, shop_id, id FROM devices";
        look(table, columns, devices, "the device")?;
    }
    let columns = "tenant_id, shop_id, shipment_id AS subject";
    let shipments = "SELECT tenant_id, shop_id, id FROM shipments";
    look("shipment_lines", columns, shipments, "the shipment")?;
    let tenants = "SELECT id FROM tenants";
    look("shops", "tenant_id AS subject", tenants, "the distributor")?;
    look(
        "credentials",
        "tenant AS subject",
        tenants,
        "the distributor",
    )?;
    Ok(found)
}

/// A link and whom it is between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEnds {
    /// With whom the device is entered.
    pub home_tenant: Tenant,
    /// Which shop it is there.
    pub home_shop: String,
    /// The further distributor.
    pub tenant: Tenant,
    /// Which shop it is there.
    pub shop_id: String,
    /// It was switched off and has not caught up since.
    pub behind: bool,
}

/// Every link, each home's together.
pub fn links(connection: &Connection) -> Result<Vec<LinkEnds>> {
    let mut statement = connection.prepare(
        "SELECT home_tenant, home_shop, tenant, shop, behind FROM shop_links
         ORDER BY home_tenant, home_shop, tenant",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(LinkEnds {
            home_tenant: Tenant::with_id(&row.get::<_, String>(0)?),
            home_shop: row.get(1)?,
            tenant: Tenant::with_id(&row.get::<_, String>(2)?),
            shop_id: row.get(3)?,
            behind: row.get(4)?,
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}

/// Links to what there is not or cannot be, and whole books that nothing is linked to.
pub fn links_amiss(connection: &Connection) -> Result<Vec<String>> {
    texts(
        connection,
        "SELECT 'a link is to the shop ' || l.home_shop || ' of ' || l.home_tenant || ', which there is not'
         FROM shop_links l
         WHERE NOT EXISTS (SELECT 1 FROM shops s WHERE s.tenant_id = l.home_tenant AND s.id = l.home_shop)
         UNION ALL
         SELECT 'a link is of the shop ' || l.shop || ' of ' || l.tenant || ', which there is not' FROM shop_links l
         WHERE NOT EXISTS (SELECT 1 FROM shops s WHERE s.tenant_id = l.tenant AND s.id = l.shop)
         UNION ALL
         SELECT 'the shop ' || l.shop || ' is linked and has a device of its own' FROM shop_links l
         WHERE EXISTS (SELECT 1 FROM devices d WHERE d.tenant_id = l.tenant AND d.shop_id = l.shop)
         UNION ALL
         SELECT 'the whole book of the shop ' || w.shop_id || ' is kept, which has one distributor' FROM (
             SELECT tenant_id, shop_id FROM whole_products UNION SELECT tenant_id, shop_id FROM whole_lots
             UNION SELECT tenant_id, shop_id FROM whole_daily) w
         WHERE NOT EXISTS (SELECT 1 FROM shop_links l
             WHERE l.home_tenant = w.tenant_id AND l.home_shop = w.shop_id)",
    )
}

/// Every distributor of this hub.
pub fn tenants(connection: &Connection) -> Result<Vec<Tenant>> {
    let ids = texts(connection, "SELECT id FROM tenants ORDER BY id")?;
    Ok(ids.iter().map(|id| Tenant::with_id(id)).collect())
}

/// Shops whose notes do not run to their latest without a gap, from where superseded ones may be gone.
pub fn notes_amiss(connection: &Connection) -> Result<Vec<String>> {
    texts(
        connection,
        "SELECT s.name || ': the notes end at ' || coalesce(max(n.position), 0) || ', the latest is said to be '
                || s.note_position || ', and of those after ' || s.notes_compacted_to || ' there are '
                || count(n.position) FILTER (WHERE n.position > s.notes_compacted_to)
         FROM shops s LEFT JOIN notes n ON n.tenant_id = s.tenant_id AND n.shop_id = s.id
         GROUP BY s.tenant_id, s.id
         HAVING coalesce(max(n.position), 0) <> s.note_position OR min(n.position) < 1
             OR count(n.position) FILTER (WHERE n.position > s.notes_compacted_to)
                <> s.note_position - s.notes_compacted_to
         ORDER BY s.name",
    )
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// Sets a shop's stock of a product with a date; none at all for 0.
pub fn set_lot(
    tx: &WriteTx<'_>,
    tenant: &Tenant,
    (shop_id, book): (&str, Book),
    sku: &Sku,
    expires: Option<NaiveDate>,
    quantity: Quantity,
) -> Result<()> {
    let expires = expires.map(|date| date.to_string()).unwrap_or_default();
    let table = book.lots();
    tx.execute(
        &format!("DELETE FROM {table} WHERE tenant_id = ?1 AND shop_id = ?2 AND sku = ?3 AND expires = ?4"),
        params![tenant.as_str(), shop_id, sku.as_str(), expires],
    )?;
    if quantity != Quantity::ZERO {
        tx.execute(
            &format!(
                "INSERT INTO {table} (tenant_id, shop_id, sku, expires, quantity) VALUES (?1, ?2, ?3, ?4, ?5)"
            ),
            params![tenant.as_str(), shop_id, sku.as_str(), expires, quantity.0],
        )?;
    }
    Ok(())
}

/// Sets a shop's flow of a product on a date.
pub fn set_day(
    tx: &WriteTx<'_>,
    tenant: &Tenant,
    (shop_id, book): (&str, Book),
    sku: &Sku,
    date: NaiveDate,
    day: &Day,
) -> Result<()> {
    tx.execute(
        &format!(
            "INSERT INTO {} (tenant_id, shop_id, sku, business_date, sold, imported, missed, net, inflow, moved)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (tenant_id, shop_id, sku, business_date) DO UPDATE SET
                 sold = excluded.sold, imported = excluded.imported, missed = excluded.missed, net = excluded.net,
                 inflow = excluded.inflow, moved = excluded.moved",
            book.daily()
        ),
        params![
            tenant.as_str(),
            shop_id,
            sku.as_str(),
            date,
            day.sold.0,
            day.imported.0,
            day.missed.0,
            day.net.0,
            day.inflow.0,
            day.moved
        ],
    )?;
    Ok(())
}

/// Forgets what is stored of a product of a shop.
pub fn forget_product(
    tx: &WriteTx<'_>,
    tenant: &Tenant,
    (shop_id, book): (&str, Book),
    sku: &Sku,
) -> Result<()> {
    tx.execute(
        &format!(
            "DELETE FROM {} WHERE tenant_id = ?1 AND shop_id = ?2 AND sku = ?3",
            book.products()
        ),
        params![tenant.as_str(), shop_id, sku.as_str()],
    )?;
    Ok(())
}
