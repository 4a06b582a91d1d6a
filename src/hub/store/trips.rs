//! A shipment on its way: its day and route, its note's number, how its lines came about, and the lots it is made of.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{HubTx, Row, conditions};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::plan::allocation::{Full, ShareLimit};

/// What a shipment is besides its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// The shipment.
    pub shipment_id: String,
    /// Where it goes.
    pub shop_id: String,
    /// The day on which it is to leave.
    pub delivery_date: NaiveDate,
    /// With which route; absent for none.
    pub route_id: Option<String>,
    /// Number of the delivery note, from the confirmation on.
    pub number: Option<String>,
    /// A person changed what was recommended.
    pub edited: bool,
    /// Confirmed or sent although the stock on the books does not cover it.
    pub beyond_stock: bool,
    /// Rises with each change.
    pub version: i64,
    /// When whoever drove told what was unloaded.
    pub unloaded_at: Option<DateTime<Utc>>,
    /// Who that was.
    pub unloaded_by: Option<String>,
    /// What was told then, as a digest.
    pub unload_hash: Option<Vec<u8>>,
    /// When the shop's own record of it came.
    pub shop_told_at: Option<DateTime<Utc>>,
}

impl Trip {
    /// A trip that nothing is known of but its day and route.
    #[must_use]
    pub fn new(
        shipment_id: &str,
        shop_id: &str,
        delivery_date: NaiveDate,
        route_id: Option<String>,
    ) -> Self {
        Self {
            shipment_id: shipment_id.to_owned(),
            shop_id: shop_id.to_owned(),
            delivery_date,
            route_id,
            number: None,
            edited: false,
            beyond_stock: false,
            version: 1,
            unloaded_at: None,
            unloaded_by: None,
            unload_hash: None,
            shop_told_at: None,
        }
    }
}

const COLUMNS: &str = "shipment_id, shop_id, delivery_date, route_id, number, edited, beyond_stock, version, \
     unloaded_at_utc, unloaded_by, unload_hash, shop_told_at_utc";

fn trip_from(row: &Row) -> Result<Trip> {
    let route = row.text("route_id")?;
    let hash = match row.value("unload_hash")? {
        super::Value::Null => None,
        _ => Some(row.bytes("unload_hash")?.to_vec()),
    };
    Ok(Trip {
        shipment_id: row.text("shipment_id")?,
        shop_id: row.text("shop_id")?,
        delivery_date: row.date("delivery_date")?,
        route_id: (!route.is_empty()).then_some(route),
        number: row.text_opt("number")?,
        edited: row.flag("edited")?,
        beyond_stock: row.flag("beyond_stock")?,
        version: row.integer("version")?,
        unloaded_at: row.moment_opt("unloaded_at_utc")?,
        unloaded_by: row.text_opt("unloaded_by")?,
        unload_hash: hash,
        shop_told_at: row.moment_opt("shop_told_at_utc")?,
    })
}

/// The trip of a shipment.
pub fn find(tx: &mut dyn HubTx, shipment_id: &str) -> Result<Option<Trip>> {
    tx.query_row(
        &format!(
            "SELECT {COLUMNS} FROM shipment_trips WHERE tenant_id = tenant() AND shipment_id = $1"
        ),
        &[shipment_id.into()],
    )?
    .map(|row| trip_from(&row))
    .transpose()
}

/// Writes a trip, in place of what was known of it.
pub fn put(tx: &mut dyn HubTx, trip: &Trip) -> Result<()> {
    tx.execute(
        "INSERT INTO shipment_trips (tenant_id, shop_id, shipment_id, delivery_date, route_id, number, edited,
             beyond_stock, version, unloaded_at_utc, unloaded_by, unload_hash, shop_told_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant_id, shop_id, shipment_id) DO UPDATE SET
             delivery_date = excluded.delivery_date, route_id = excluded.route_id, number = excluded.number,
             edited = excluded.edited, beyond_stock = excluded.beyond_stock, version = excluded.version,
             unloaded_at_utc = excluded.unloaded_at_utc, unloaded_by = excluded.unloaded_by,
             unload_hash = excluded.unload_hash, shop_told_at_utc = excluded.shop_told_at_utc",
        &[
            (&trip.shop_id).into(),
            (&trip.shipment_id).into(),
            trip.delivery_date.into(),
            trip.route_id.clone().unwrap_or_default().into(),
            trip.number.clone().into(),
            trip.edited.into(),
            trip.beyond_stock.into(),
            trip.version.into(),
            trip.unloaded_at.into(),
            trip.unloaded_by.clone().into(),
            trip.unload_hash.clone().into(),
            trip.shop_told_at.into(),
        ],
    )?;
    Ok(())
}

/// The next number of a kind of paper in a year: `SJ-2026-000123`.
pub fn next_number(tx: &mut dyn HubTx, kind: &str, year: i32) -> Result<String> {
    tx.execute(
        "INSERT INTO shipping_numbers (tenant_id, kind, year, last) VALUES (tenant(), $1, $2, 1)
         ON CONFLICT (tenant_id, kind, year) DO UPDATE SET last = shipping_numbers.last + 1",
        &[kind.into(), year.into()],
    )?;
    let last = tx
        .query_row(
            "SELECT last FROM shipping_numbers WHERE tenant_id = tenant() AND kind = $1 AND year = $2",
            &[kind.into(), year.into()],
        )?
        .ok_or_else(|| Error::Internal(format!("the counter of {kind} is gone")))?
        .integer("last")?;
    Ok(format!("{kind}-{year}-{last:06}"))
}

/// Which shipments of a day are asked for; what is absent does not narrow.
#[derive(Debug, Clone, Default)]
pub struct DayFilter {
    /// Of this route; `Some("")` for shops without a route.
    pub route_id: Option<String>,
    /// In this state.
    pub state: Option<String>,
}

/// The trips of a day in the order of routes and stops, `limit` of them from `offset` on.
pub fn of_day(
    tx: &mut dyn HubTx,
    date: NaiveDate,
    filter: &DayFilter,
    limit: i64,
    offset: i64,
) -> Result<Vec<Trip>> {
    let (asked, mut params) = conditions([
        ("t.delivery_date =", Some(date.into())),
        ("t.route_id =", filter.route_id.as_ref().map(Into::into)),
        ("s.state =", filter.state.as_ref().map(Into::into)),
    ]);
    let first = params.len() + 1;
    params.extend([limit.into(), offset.into()]);
    let columns = COLUMNS
        .split(", ")
        .map(|column| format!("t.{} AS {}", column.trim(), column.trim()))
        .collect::<Vec<_>>()
        .join(", ");
    let sql = format!(
        "SELECT {columns} FROM shipment_trips t
         JOIN shipments s ON s.tenant_id = t.tenant_id AND s.shop_id = t.shop_id AND s.id = t.shipment_id
         LEFT JOIN route_stops p ON p.tenant_id = tenant() AND p.shop_id = t.shop_id
         WHERE t.tenant_id = tenant() AND s.state <> 'cancelled'{asked}
         ORDER BY t.route_id, coalesce(p.stop_order, 1000000000), t.shop_id, t.shipment_id
         LIMIT ${first} OFFSET ${}",
        first + 1
    );
    tx.query(&sql, &params)?.iter().map(trip_from).collect()
}

/// How many shipments of a day are in each state, by route ('' for none) and state.
pub fn counts_of_day(
    tx: &mut dyn HubTx,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<(NaiveDate, String, String), i64>> {
    tx.query(
        "SELECT t.delivery_date AS delivery_date, t.route_id AS route_id, s.state AS state, count(*) AS found
         FROM shipment_trips t
         JOIN shipments s ON s.tenant_id = t.tenant_id AND s.shop_id = t.shop_id AND s.id = t.shipment_id
         WHERE t.tenant_id = tenant() AND t.delivery_date >= $1 AND t.delivery_date <= $2
         GROUP BY t.delivery_date, t.route_id, s.state
         ORDER BY t.delivery_date, t.route_id, s.state",
        &[from.into(), to.into()],
    )?
        .iter()
        .map(|row| {
            let key = (
                row.date("delivery_date")?,
                row.text("route_id")?,
                row.text("state")?,
            );
            Ok((key, row.integer("found")?))
        })
        .collect()
}

/// Shops with a shipment that is confirmed and has not left, or that is recommended and was edited by a person: with
/// the shipment and whether it is confirmed.
pub fn held(tx: &mut dyn HubTx) -> Result<Vec<(String, String, bool)>> {
    tx.query(
        "SELECT t.shop_id AS shop_id, t.shipment_id AS shipment_id,
             CASE WHEN s.state = 'confirmed' THEN 1 ELSE 0 END AS confirmed
         FROM shipment_trips t
         JOIN shipments s ON s.tenant_id = t.tenant_id AND s.shop_id = t.shop_id AND s.id = t.shipment_id
         WHERE t.tenant_id = tenant()
             AND (s.state = 'confirmed' OR (s.state = 'recommended' AND t.edited = 1))
         ORDER BY t.shop_id, t.shipment_id",
        &[],
    )?
        .iter()
        .map(|row| {
            Ok((
                row.text("shop_id")?,
                row.text("shipment_id")?,
                row.flag("confirmed")?,
            ))
        })
        .collect()
}

/// What was unloaded at a shop in good condition and is not in the shop's own record yet: for its stock it is in transit.
pub fn unloaded_unrecorded(tx: &mut dyn HubTx, shop_id: &str) -> Result<Vec<(Sku, Quantity)>> {
    tx.query(
        "SELECT l.sku AS sku, CAST(sum(l.received - l.damaged) AS BIGINT) AS quantity
         FROM shipment_trips t
         JOIN shipment_lines l ON l.tenant_id = t.tenant_id AND l.shop_id = t.shop_id AND l.shipment_id = t.shipment_id
         WHERE t.tenant_id = tenant() AND t.shop_id = $1
             AND t.unloaded_at_utc IS NOT NULL AND t.shop_told_at_utc IS NULL
         GROUP BY l.sku ORDER BY l.sku",
        &[shop_id.into()],
    )?
    .iter()
    .map(|row| Ok((row.sku("sku")?, row.quantity("quantity")?)))
    .collect()
}

/// How a line came to its quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct LineShare {
    /// The product.
    pub sku: Sku,
    /// Base units in a pack.
    pub pack_size: Quantity,
    /// What the plan recommended, base units.
    pub recommended: Quantity,
    /// What is left of it after sharing out what is scarce.
    pub allocated: Quantity,
    /// What is left of that after the room of the vehicle.
    pub loaded: Quantity,
    /// What keeps the share from being larger; absent where stock limits nothing.
    pub share: Option<ShareLimit>,
    /// What of the vehicle is full; absent where all goes.
    pub full: Option<Full>,
}

/// Writes how a shipment's lines came about, in place of what was known.
pub fn put_shares(
    tx: &mut dyn HubTx,
    shop_id: &str,
    shipment_id: &str,
    shares: &[LineShare],
) -> Result<()> {
    tx.execute(
        "DELETE FROM shipment_shares WHERE tenant_id = tenant() AND shop_id = $1 AND shipment_id = $2",
        &[shop_id.into(), shipment_id.into()],
    )?;
    for share in shares {
        tx.execute(
            "INSERT INTO shipment_shares (tenant_id, shop_id, shipment_id, sku, pack_size, recommended, allocated,
                 loaded, share_json, full_json)
             VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                shop_id.into(),
                shipment_id.into(),
                (&share.sku).into(),
                share.pack_size.into(),
                share.recommended.into(),
                share.allocated.into(),
                share.loaded.into(),
                json(share.share.as_ref())?.into(),
                json(share.full.as_ref())?.into(),
            ],
        )?;
    }
    Ok(())
}

/// How a shipment's lines came about, by product.
pub fn shares(tx: &mut dyn HubTx, shop_id: &str, shipment_id: &str) -> Result<Vec<LineShare>> {
    tx.query(
        "SELECT sku, pack_size, recommended, allocated, loaded, share_json, full_json FROM shipment_shares
         WHERE tenant_id = tenant() AND shop_id = $1 AND shipment_id = $2 ORDER BY sku",
        &[shop_id.into(), shipment_id.into()],
    )?
    .iter()
    .map(|row| {
        Ok(LineShare {
            sku: row.sku("sku")?,
            pack_size: row.quantity("pack_size")?,
            recommended: row.quantity("recommended")?,
            allocated: row.quantity("allocated")?,
            loaded: row.quantity("loaded")?,
            share: read(row.text_opt("share_json")?)?,
            full: read(row.text_opt("full_json")?)?,
        })
    })
    .collect()
}

fn json<T: serde::Serialize>(value: Option<&T>) -> Result<Option<String>> {
    value
        .map(|value| {
            serde_json::to_string(value)
                .map_err(|error| Error::Internal(format!("writing a share: {error}")))
        })
        .transpose()
}

fn read<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    text.map(|text| {
        serde_json::from_str(&text)
            .map_err(|error| Error::Corrupt(format!("a shipment's share: {error}")))
    })
    .transpose()
}

/// Goods of one lot in a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippedLot {
    /// The product.
    pub sku: Sku,
    /// The supplier's code of the lot, or ''.
    pub lot: String,
    /// Best before.
    pub expires: Option<NaiveDate>,
    /// Base units.
    pub quantity: Quantity,
}

/// What a shipment is made of, lot by lot, first expired first.
pub fn lots(tx: &mut dyn HubTx, shop_id: &str, shipment_id: &str) -> Result<Vec<ShippedLot>> {
    tx.query(
        "SELECT sku, lot, expires, quantity FROM shipment_lots
         WHERE tenant_id = tenant() AND shop_id = $1 AND shipment_id = $2 AND quantity <> 0
         ORDER BY sku, expires, lot",
        &[shop_id.into(), shipment_id.into()],
    )?
    .iter()
    .map(|row| {
        Ok(ShippedLot {
            sku: row.sku("sku")?,
            lot: row.text("lot")?,
            expires: row.date_opt("expires")?,
            quantity: row.quantity("quantity")?,
        })
    })
    .collect()
}

/// Adds to what a shipment has of a lot; negative takes from it.
pub fn add_lot(
    tx: &mut dyn HubTx,
    shop_id: &str,
    shipment_id: &str,
    part: &ShippedLot,
) -> Result<()> {
    let expires = part.expires.map(|date| date.to_string());
    tx.execute(
        "INSERT INTO shipment_lots (tenant_id, shop_id, shipment_id, sku, lot, expires, quantity)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant_id, shop_id, shipment_id, sku, lot, expires) DO UPDATE SET
             quantity = shipment_lots.quantity + excluded.quantity",
        &[
            shop_id.into(),
            shipment_id.into(),
            (&part.sku).into(),
            (&part.lot).into(),
            expires.unwrap_or_default().into(),
            part.quantity.into(),
        ],
    )?;
    Ok(())
}

/// Shops with a shipment on a day that was not called off, with the shipment.
pub fn shops_of_day(tx: &mut dyn HubTx, date: NaiveDate) -> Result<Vec<(String, String)>> {
    tx.query(
        "SELECT t.shop_id AS shop_id, t.shipment_id AS shipment_id
         FROM shipment_trips t
         JOIN shipments s ON s.tenant_id = t.tenant_id AND s.shop_id = t.shop_id AND s.id = t.shipment_id
         WHERE t.tenant_id = tenant() AND t.delivery_date = $1 AND s.state <> 'cancelled'
         ORDER BY t.shop_id, t.shipment_id",
        &[date.into()],
    )?
    .iter()
    .map(|row| Ok((row.text("shop_id")?, row.text("shipment_id")?)))
    .collect()
}

/// A shipment that should have left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateTrip {
    /// The shipment.
    pub shipment_id: String,
    /// Where it goes.
    pub shop_name: String,
    /// The day on which it was to leave.
    pub delivery_date: NaiveDate,
}

/// Confirmed shipments whose day is before `today`, the oldest first, at most `limit`.
pub fn late(tx: &mut dyn HubTx, today: NaiveDate, limit: i64) -> Result<Vec<LateTrip>> {
    tx.query(
        "SELECT t.shipment_id AS shipment_id, n.name AS name, t.delivery_date AS delivery_date
         FROM shipment_trips t
         JOIN shipments s ON s.tenant_id = t.tenant_id AND s.shop_id = t.shop_id AND s.id = t.shipment_id
         JOIN shops n ON n.tenant_id = t.tenant_id AND n.id = t.shop_id
         WHERE t.tenant_id = tenant() AND s.state = 'confirmed' AND t.delivery_date < $1
         ORDER BY t.delivery_date, n.name, t.shipment_id LIMIT $2",
        &[today.into(), limit.into()],
    )?
    .iter()
    .map(|row| {
        Ok(LateTrip {
            shipment_id: row.text("shipment_id")?,
            shop_name: row.text("name")?,
            delivery_date: row.date("delivery_date")?,
        })
    })
    .collect()
}

/// When a shop's turn comes, by its latest saved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The shop.
    pub shop_id: String,
    /// Days from one delivery to the next.
    pub interval_days: i64,
    /// When the next one is due.
    pub due_on: NaiveDate,
}

/// When each active shop's turn comes, by the latest saved plans; nothing of a shop that was never planned.
pub fn turns(tx: &mut dyn HubTx) -> Result<Vec<Turn>> {
    tx.query(
        "SELECT p.shop_id AS shop_id, p.interval_days AS interval_days, p.due_on AS due_on
         FROM shop_plans p JOIN shops s ON s.tenant_id = p.tenant_id AND s.id = p.shop_id
         WHERE p.tenant_id = tenant() AND s.active = 1 ORDER BY p.due_on, p.shop_id",
        &[],
    )?
    .iter()
    .map(|row| {
        Ok(Turn {
            shop_id: row.text("shop_id")?,
            interval_days: row.integer("interval_days")?,
            due_on: row.date("due_on")?,
        })
    })
    .collect()
}
