//! What the distributor should look at.

use chrono::{DateTime, Utc};

use super::{HubTx, Row};
use crate::error::{Error, Result};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmKind {
    /// Two copies of a shop's database are in use at the same time.
    AnotherCopy,
    /// A copy has asked for an epoch twice without being another one: an image of its disk was put back, or two are in
    /// use.
    CopiedImage,
}

impl AlarmKind {
    /// As stored and as programs read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AnotherCopy => "another_copy",
            Self::CopiedImage => "copied_image",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::AnotherCopy, Self::CopiedImage]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// One thing that is wrong with a shop, however often it was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The shop.
    pub shop_id: String,
    /// What is wrong.
    pub kind: AlarmKind,
    /// Since when.
    pub raised_at: DateTime<Utc>,
    /// When it was noticed last.
    pub last_at: DateTime<Utc>,
    /// How often.
    pub times: i64,
}

/// Raises an alarm, or keeps that it was noticed again. One that was last noticed before `quiet_since` is a new one.
pub fn raise(
    tx: &mut dyn HubTx,
    shop_id: &str,
    kind: AlarmKind,
    now: DateTime<Utc>,
    quiet_since: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "DELETE FROM alarms WHERE tenant_id = tenant() AND shop_id = $1 AND kind = $2 AND last_at_utc < $3",
        &[shop_id.into(), kind.as_str().into(), quiet_since.into()],
    )?;
    tx.execute(
        "INSERT INTO alarms (tenant_id, shop_id, kind, raised_at_utc, last_at_utc, times)
         VALUES (tenant(), $1, $2, $3, $3, 1)
         ON CONFLICT (tenant_id, shop_id, kind) DO UPDATE SET last_at_utc = excluded.last_at_utc, times = alarms.times + 1",
        &[shop_id.into(), kind.as_str().into(), now.into()],
    )?;
    Ok(())
}

const COLUMNS: &str = "shop_id, kind, raised_at_utc, last_at_utc, times";

fn from_row(row: &Row) -> Result<Alarm> {
    let kind = row.text("kind")?;
    Ok(Alarm {
        shop_id: row.text("shop_id")?,
        kind: AlarmKind::parse(&kind)
            .ok_or_else(|| Error::Corrupt(format!("an alarm has the kind {kind}")))?,
        raised_at: row.moment("raised_at_utc")?,
        last_at: row.moment("last_at_utc")?,
        times: row.integer("times")?,
    })
}

/// The alarms that were noticed at or after `since`, by shop.
pub fn standing(tx: &mut dyn HubTx, since: DateTime<Utc>) -> Result<Vec<Alarm>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM alarms WHERE tenant_id = tenant() AND last_at_utc >= $1 ORDER BY shop_id, kind"
    );
    tx.query(&sql, &[since.into()])?
        .iter()
        .map(from_row)
        .collect()
}

/// The alarms of a shop that were noticed at or after `since`.
pub fn of_shop(tx: &mut dyn HubTx, shop_id: &str, since: DateTime<Utc>) -> Result<Vec<Alarm>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM alarms WHERE tenant_id = tenant() AND shop_id = $1 AND last_at_utc >= $2 ORDER BY kind"
    );
    tx.query(&sql, &[shop_id.into(), since.into()])?
        .iter()
        .map(from_row)
        .collect()
}

/// Takes an alarm back; whether it stood. Noticed again, it is a new one.
pub fn dismiss(tx: &mut dyn HubTx, shop_id: &str, kind: AlarmKind) -> Result<bool> {
    let gone = tx.execute(
        "DELETE FROM alarms WHERE tenant_id = tenant() AND shop_id = $1 AND kind = $2",
        &[shop_id.into(), kind.as_str().into()],
    )?;
    Ok(gone > 0)
}

/// When one of a shop's alarms was last noticed, if that was at or after `since`.
pub fn last_of_shop(
    tx: &mut dyn HubTx,
    shop_id: &str,
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let row = tx.query_row(
        "SELECT max(last_at_utc) AS noticed FROM alarms
         WHERE tenant_id = tenant() AND shop_id = $1 AND last_at_utc >= $2",
        &[shop_id.into(), since.into()],
    )?;
    Ok(row
        .map(|row| row.moment_opt("noticed"))
        .transpose()?
        .flatten())
}
