//! Days of shops that are out of all proportion, and what was decided on them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::plan_input::{ShopRange, within};
use super::{HubTx, Kind, Row};
use crate::error::{Error, Result};
use crate::model::{Quantity, Sku};
use crate::plan::oddity::{OddDay, OddVerdict};

use Kind::{Integer, Text};

/// Which flag: the shop, the product and the day.
pub type FlagKey = (String, Sku, NaiveDate);

/// A day that is out of all proportion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The shop.
    pub shop_id: String,
    /// Its name.
    pub shop_name: String,
    /// The product.
    pub sku: Sku,
    /// Its name at the shop.
    pub product: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// The day, with what was reported and what is usual.
    pub day: OddDay,
    /// What was decided.
    pub verdict: OddVerdict,
    /// When it was noticed.
    pub raised_at: DateTime<Utc>,
    /// Who decided and when.
    pub decided: Option<(String, DateTime<Utc>)>,
}

/// As stored.
#[must_use]
pub fn verdict_text(verdict: OddVerdict) -> &'static str {
    match verdict {
        OddVerdict::Open => "open",
        OddVerdict::Accepted => "accepted",
        OddVerdict::LeftOut => "left_out",
    }
}

impl Flag {
    /// The verdict of such a text.
    #[must_use]
    pub fn verdict_of(text: &str) -> Option<OddVerdict> {
        [OddVerdict::Open, OddVerdict::Accepted, OddVerdict::LeftOut]
            .into_iter()
            .find(|verdict| verdict_text(*verdict) == text)
    }
}

/// The verdicts on days of the shops of a range.
pub fn verdicts_in(
    tx: &mut dyn HubTx,
    range: ShopRange<'_>,
) -> Result<BTreeMap<FlagKey, OddVerdict>> {
    let (bounds, params) = within("shop_id", range);
    tx.query(
        &format!(
            "SELECT shop_id, sku, business_date, state FROM demand_flags
             WHERE tenant_id = tenant() AND {bounds} ORDER BY shop_id, sku, business_date"
        ),
        &params,
    )?
    .iter()
    .map(|row| {
        let key = (
            row.text("shop_id")?,
            row.sku("sku")?,
            row.date("business_date")?,
        );
        Ok((key, verdict(row)?))
    })
    .collect()
}

fn verdict(row: &Row) -> Result<OddVerdict> {
    let state = row.text("state")?;
    Flag::verdict_of(&state).ok_or_else(|| Error::Corrupt(format!("a flag has the state {state}")))
}

/// Raises what was found odd in a shop, with what was decided on it before, and forgets the days on which nobody has
/// decided and that are odd no more.
pub fn raise(
    tx: &mut dyn HubTx,
    shop_id: &str,
    odd: &[(Sku, OddDay)],
    now: DateTime<Utc>,
) -> Result<()> {
    let known = tx.query(
        "SELECT sku, business_date FROM demand_flags
         WHERE tenant_id = tenant() AND shop_id = $1 AND state = 'open' ORDER BY sku, business_date",
        &[shop_id.into()],
    )?;
    for row in known {
        let (sku, date) = (row.sku("sku")?, row.date("business_date")?);
        if !odd.iter().any(|(of, day)| *of == sku && day.date == date) {
            tx.execute(
                "DELETE FROM demand_flags
                 WHERE tenant_id = tenant() AND shop_id = $1 AND sku = $2 AND business_date = $3",
                &[shop_id.into(), (&sku).into(), date.into()],
            )?;
        }
    }
    let rows = odd.iter().map(|(sku, day)| {
        vec![
            shop_id.into(),
            sku.into(),
            day.date.into(),
            day.reported.into(),
            (day.usual.0.saturating_mul(1_000_000)).into(),
            day.bound.into(),
            "open".into(),
            now.into(),
        ]
    });
    tx.insert_rows(
        "INSERT INTO demand_flags (tenant_id, shop_id, sku, business_date, reported, usual_micro, bound, state,
             raised_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, shop_id, sku, business_date) DO UPDATE SET
             reported = excluded.reported, usual_micro = excluded.usual_micro, bound = excluded.bound",
        &[Text, Text, Text, Integer, Integer, Integer, Text, Text],
        &rows.collect::<Vec<_>>(),
    )?;
    Ok(())
}

/// Decides on a day, or takes the decision back with [`OddVerdict::Open`]. What was decided before; [`Error::NotFound`]
/// for a day that was never flagged.
pub fn decide(
    tx: &mut dyn HubTx,
    (shop_id, sku, date): &FlagKey,
    decision: OddVerdict,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<OddVerdict> {
    let row = tx.query_row(
        "SELECT state FROM demand_flags
         WHERE tenant_id = tenant() AND shop_id = $1 AND sku = $2 AND business_date = $3",
        &[shop_id.into(), sku.into(), (*date).into()],
    )?;
    let Some(row) = row else {
        return Err(Error::NotFound(format!(
            "nothing of {sku} on {date} waits for a decision"
        )));
    };
    let before = verdict(&row)?;
    let decided = (decision != OddVerdict::Open).then_some((now, actor));
    tx.execute(
        "UPDATE demand_flags SET state = $1, decided_at_utc = $2, decided_by = $3
         WHERE tenant_id = tenant() AND shop_id = $4 AND sku = $5 AND business_date = $6",
        &[
            verdict_text(decision).into(),
            decided.map(|(at, _)| at).into(),
            decided.map(|(_, by)| by).into(),
            shop_id.into(),
            sku.into(),
            (*date).into(),
        ],
    )?;
    Ok(before)
}

/// The flags, those first on which nobody has decided, the latest first; at most `limit`.
pub fn list(tx: &mut dyn HubTx, limit: i64) -> Result<Vec<Flag>> {
    tx.query(
        "SELECT f.shop_id AS shop_id, s.name AS shop_name, f.sku AS sku, coalesce(p.name, f.sku) AS product,
             coalesce(p.unit, '') AS unit, coalesce(p.unit_factor, 1) AS unit_factor,
             f.business_date AS business_date, f.reported AS reported, f.usual_micro AS usual_micro, f.bound AS bound,
             f.state AS state, f.raised_at_utc AS raised_at_utc, f.decided_at_utc AS decided_at_utc,
             f.decided_by AS decided_by
         FROM demand_flags f
         JOIN shops s ON s.tenant_id = f.tenant_id AND s.id = f.shop_id
         LEFT JOIN shop_products p ON p.tenant_id = f.tenant_id AND p.shop_id = f.shop_id AND p.sku = f.sku
         WHERE f.tenant_id = tenant()
         ORDER BY CASE WHEN f.state = 'open' THEN 0 ELSE 1 END, f.raised_at_utc DESC, f.shop_id, f.sku,
             f.business_date
         LIMIT $1",
        &[limit.into()],
    )?
    .iter()
    .map(|row| {
        let decided_at = row.moment_opt("decided_at_utc")?;
        let decided_by = row.text_opt("decided_by")?;
        Ok(Flag {
            shop_id: row.text("shop_id")?,
            shop_name: row.text("shop_name")?,
            sku: row.sku("sku")?,
            product: row.text("product")?,
            unit: (row.text("unit")?, row.integer("unit_factor")?),
            day: OddDay {
                date: row.date("business_date")?,
                reported: row.quantity("reported")?,
                usual: Quantity(row.integer("usual_micro")? / 1_000_000),
                bound: row.quantity("bound")?,
            },
            verdict: verdict(row)?,
            raised_at: row.moment("raised_at_utc")?,
            decided: decided_by.zip(decided_at),
        })
    })
    .collect()
}
