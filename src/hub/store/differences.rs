//! What of a shipment did not come as it was sent, until somebody settles it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{HubTx, Row, conditions};
use crate::error::{Error, Result};
use crate::model::{Money, Quantity, Sku};

/// In what a receipt differs from what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// Less came than was sent.
    Missing,
    /// More came, or something that was not sent.
    Surplus,
    /// It came, and is of no use.
    Damaged,
}

impl DifferenceKind {
    const ALL: [Self; 3] = [Self::Missing, Self::Surplus, Self::Damaged];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Surplus => "surplus",
            Self::Damaged => "damaged",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Whose word a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToldBy {
    /// The shop's own record.
    Shop,
    /// Whoever unloaded the goods.
    Driver,
}

impl ToldBy {
    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Driver => "driver",
        }
    }
}

/// How a difference was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// The shop does not pay for it.
    Credit,
    /// The goods are back in the warehouse, and the shop does not pay for them.
    Stock,
    /// The goods are gone, at the distributor's loss.
    Lost,
    /// The shop keeps what came beyond the note, and pays for it.
    Charge,
    /// It was counted or written wrongly; nothing is owed.
    Error,
}

impl Settlement {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Credit,
        Self::Stock,
        Self::Lost,
        Self::Charge,
        Self::Error,
    ];

    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Stock => "stock",
            Self::Lost => "lost",
            Self::Charge => "charge",
            Self::Error => "error",
        }
    }

    /// The reverse of [`Settlement::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.as_str() == text)
    }

    /// Whether it settles a difference of this kind.
    #[must_use]
    pub fn settles(self, kind: DifferenceKind) -> bool {
        match kind {
            DifferenceKind::Missing => !matches!(self, Self::Charge),
            DifferenceKind::Damaged => matches!(self, Self::Credit | Self::Lost | Self::Error),
            DifferenceKind::Surplus => matches!(self, Self::Charge | Self::Lost | Self::Error),
        }
    }
}

impl fmt::Display for Settlement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A difference between what was sent and what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its identity.
    pub id: String,
    /// The shop.
    pub shop_id: String,
    /// The shipment.
    pub shipment_id: String,
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// In what it differs.
    pub kind: DifferenceKind,
    /// Whose word it is.
    pub told_by: ToldBy,
    /// By how many base units.
    pub quantity: Quantity,
    /// What the shop pays for so much.
    pub value: Money,
    /// When it was learned of.
    pub found_at: DateTime<Utc>,
    /// How it was settled; absent while it is open.
    pub settlement: Option<Settlement>,
    /// When that was.
    pub settled_at: Option<DateTime<Utc>>,
    /// By whom.
    pub settled_by: Option<String>,
    /// What was said of it then.
    pub remark: Option<String>,
}

const COLUMNS: &str = "id, shop_id, shipment_id, sku, name, kind, told_by, quantity, value, found_at_utc, \
     settlement, settled_at_utc, settled_by, remark";

fn from_row(row: &Row) -> Result<Difference> {
    let id = row.text("id")?;
    let unknown = |what: &str| Error::Corrupt(format!("difference {id} has an unknown {what}"));
    let told_by = match row.text("told_by")?.as_str() {
        "shop" => ToldBy::Shop,
        "driver" => ToldBy::Driver,
        _ => return Err(unknown("witness")),
    };
    Ok(Difference {
        shop_id: row.text("shop_id")?,
        shipment_id: row.text("shipment_id")?,
        sku: row.sku("sku")?,
        name: row.text("name")?,
        kind: DifferenceKind::parse(&row.text("kind")?).ok_or_else(|| unknown("kind"))?,
        told_by,
        quantity: row.quantity("quantity")?,
        value: row.money("value")?,
        found_at: row.moment("found_at_utc")?,
        settlement: row
            .text_opt("settlement")?
            .map(|text| Settlement::parse(&text).ok_or_else(|| unknown("settlement")))
            .transpose()?,
        settled_at: row.moment_opt("settled_at_utc")?,
        settled_by: row.text_opt("settled_by")?,
        remark: row.text_opt("remark")?,
        id,
    })
}

/// Adds a difference; one of the same shipment, product, kind and witness stands as it is.
pub fn add(tx: &mut dyn HubTx, difference: &Difference) -> Result<()> {
    tx.execute(
        "INSERT INTO shipment_differences (tenant_id, shop_id, shipment_id, sku, kind, told_by, id, name, quantity,
             value, found_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant_id, shop_id, shipment_id, sku, kind, told_by) DO NOTHING",
        &[
            (&difference.shop_id).into(),
            (&difference.shipment_id).into(),
            (&difference.sku).into(),
            difference.kind.as_str().into(),
            difference.told_by.as_str().into(),
            (&difference.id).into(),
            (&difference.name).into(),
            difference.quantity.into(),
            difference.value.into(),
            difference.found_at.into(),
        ],
    )?;
    Ok(())
}

/// The difference with this identity, or [`Error::NotFound`].
pub fn get(tx: &mut dyn HubTx, id: &str) -> Result<Difference> {
    tx.query_row(
        &format!(
            "SELECT {COLUMNS} FROM shipment_differences WHERE tenant_id = tenant() AND id = $1"
        ),
        &[id.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()?
    .ok_or_else(|| Error::NotFound(format!("there is no difference {id}")))
}

/// Differences, the open ones by age, or those settled, the latest first; of one shipment where asked for.
pub fn list(
    tx: &mut dyn HubTx,
    open: bool,
    shipment_id: Option<&str>,
    limit: i64,
) -> Result<Vec<Difference>> {
    let (asked, mut params) = conditions([("shipment_id =", shipment_id.map(Into::into))]);
    params.push(limit.into());
    let (state, order) = if open {
        ("IS NULL", "found_at_utc, id")
    } else {
        ("IS NOT NULL", "settled_at_utc DESC, id")
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM shipment_differences
         WHERE tenant_id = tenant() AND settled_at_utc {state}{asked} ORDER BY {order} LIMIT ${}",
        params.len()
    );
    tx.query(&sql, &params)?.iter().map(from_row).collect()
}

/// How many differences are open.
pub fn count_open(tx: &mut dyn HubTx) -> Result<i64> {
    tx.query_row(
        "SELECT count(*) AS found FROM shipment_differences WHERE tenant_id = tenant() AND settled_at_utc IS NULL",
        &[],
    )?
    .map_or(Ok(0), |row| row.integer("found"))
}

/// Notes how a difference was settled.
pub fn settle(
    tx: &mut dyn HubTx,
    id: &str,
    settlement: Settlement,
    actor: &str,
    remark: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(
        "UPDATE shipment_differences SET settlement = $1, settled_at_utc = $2, settled_by = $3, remark = $4
         WHERE tenant_id = tenant() AND id = $5",
        &[
            settlement.as_str().into(),
            now.into(),
            actor.into(),
            remark.into(),
            id.into(),
        ],
    )?;
    Ok(())
}
