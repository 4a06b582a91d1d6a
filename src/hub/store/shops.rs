//! The shops that this hub supplies.

use chrono::{DateTime, Utc};

use super::{HubTx, Row, Value};
use crate::error::{Error, Result};

/// A shop as the hub knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Its identity at the hub.
    pub id: String,
    /// What the distributor calls it.
    pub name: String,
    /// IANA time zone; the hub's until the shop has told its own.
    pub timezone: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Still supplied.
    pub active: bool,
    /// Days from one delivery to the next, where the hub has set it.
    pub review_days: Option<u32>,
    /// Days from the decision to the goods, where the hub has set it.
    pub lead_time_days: Option<u32>,
    /// `mon,thu`; absent for any day.
    pub delivery_weekdays: Option<String>,
    /// The shop's own planning policy as JSON, from its latest `policy.set`.
    pub policy_json: Option<String>,
    /// When the shop last spoke with the hub.
    pub last_contact: Option<DateTime<Utc>>,
    /// Shop's clock minus hub's at the last contact that told it.
    pub skew_seconds: Option<i64>,
}

const COLUMNS: &str = "id, name, timezone, created_at_utc, active, review_days, lead_time_days, \
     delivery_weekdays, policy_json, last_contact_utc, skew_seconds";

fn from_row(row: &Row) -> Result<Shop> {
    Ok(Shop {
        id: row.text("id")?,
        name: row.text("name")?,
        timezone: row.text("timezone")?,
        created_at: row.moment("created_at_utc")?,
        active: row.flag("active")?,
        review_days: row.days_opt("review_days")?,
        lead_time_days: row.days_opt("lead_time_days")?,
        delivery_weekdays: row.text_opt("delivery_weekdays")?,
        policy_json: row.text_opt("policy_json")?,
        last_contact: row.moment_opt("last_contact_utc")?,
        skew_seconds: row.integer_opt("skew_seconds")?,
    })
}

/// Adds a shop that nothing is known of but its name.
pub fn insert(
    tx: &mut dyn HubTx,
    id: &str,
    name: &str,
    timezone: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO shops (tenant_id, id, name, timezone, created_at_utc, active, note_position)
         VALUES (tenant(), $1, $2, $3, $4, 1, 0)",
        &[id.into(), name.into(), timezone.into(), now.into()],
    )?;
    Ok(())
}

/// The shop with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<Shop>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM shops WHERE tenant_id = tenant() AND id = $1"),
        &[id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// The shop with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Shop> {
    find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no shop {id}")))
}

/// The shop with this name, letter by letter.
pub fn by_name(tx: &mut dyn HubTx, name: &str) -> Result<Option<Shop>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM shops WHERE tenant_id = tenant() AND name = $1"),
        &[name.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// All shops by name, the inactive ones too.
pub fn list(tx: &mut dyn HubTx) -> Result<Vec<Shop>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM shops WHERE tenant_id = tenant() ORDER BY name, id"),
        &[],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// The active shops by name.
pub fn active(tx: &mut dyn HubTx) -> Result<Vec<Shop>> {
    let mut shops = list(tx)?;
    shops.retain(|shop| shop.active);
    Ok(shops)
}

/// The shops that meet a condition on their own columns, by identity.
pub(super) fn meeting(tx: &mut dyn HubTx, condition: &str, params: &[Value]) -> Result<Vec<Shop>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM shops WHERE tenant_id = tenant() AND {condition} ORDER BY id"
        ),
        params,
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// Notes that the shop has spoken, and how far off its clock was if it told.
pub fn record_contact(
    tx: &mut dyn HubTx,
    id: &str,
    now: DateTime<Utc>,
    skew_seconds: Option<i64>,
) -> Result<()> {
    tx.execute(
        "UPDATE shops SET last_contact_utc = $1, skew_seconds = coalesce($2, skew_seconds)
         WHERE tenant_id = tenant() AND id = $3",
        &[now.into(), skew_seconds.into(), id.into()],
    )?;
    Ok(())
}

/// Makes whatever else is done with the shop's log at the same time wait, or begin again: its row is changed to what it is.
pub fn hold(tx: &mut dyn HubTx, id: &str) -> Result<()> {
    tx.execute(
        "UPDATE shops SET last_contact_utc = last_contact_utc WHERE tenant_id = tenant() AND id = $1",
        &[id.into()],
    )?;
    Ok(())
}

/// Keeps the shop's own planning policy.
pub fn set_policy(tx: &mut dyn HubTx, id: &str, policy_json: &str) -> Result<()> {
    tx.execute(
        "UPDATE shops SET policy_json = $1 WHERE tenant_id = tenant() AND id = $2",
        &[policy_json.into(), id.into()],
    )?;
    Ok(())
}

/// Keeps the shop's own time zone.
pub fn set_timezone(tx: &mut dyn HubTx, id: &str, timezone: &str) -> Result<()> {
    tx.execute(
        "UPDATE shops SET timezone = $1 WHERE tenant_id = tenant() AND id = $2",
        &[timezone.into(), id.into()],
    )?;
    Ok(())
}
