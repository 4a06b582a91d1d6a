//! The nightly planning as work to be shared out: a date's shops in parts, each leased to one worker at a time.
//!
//! A worker that dies leaves a lease behind that runs out, and another one takes the part over under a higher fence. What
//! the first one then still writes is refused by its lower fence, so that a part is planned once whatever happens.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{Held, HubTx, Row};
use crate::error::Result;

/// When to look again at a part that somebody else is about to take.
const JUST_TAKEN: Duration = Duration::seconds(1);

/// A planning of all shops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The date that is planned for.
    pub plan_date: NaiveDate,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When its last part was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A part of a planning, leased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The date that is planned for.
    pub plan_date: NaiveDate,
    /// Which part.
    pub part: i64,
    /// Shops from this identity on; empty for the first.
    pub from_shop: String,
    /// Shops before this identity; empty for the last.
    pub until_shop: String,
    /// What this lease writes under.
    pub fence: i64,
}

/// What became of asking for work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This part is to be planned.
    Leased(Lease),
    /// Others are at what is left, at least until then.
    Busy(DateTime<Utc>),
    /// Every part is done.
    Nothing,
}

/// The latest planning, if there was any.
pub fn latest(tx: &mut dyn HubTx) -> Result<Option<Run>> {
    tx.query_row(
        "SELECT plan_date, started_at_utc, finished_at_utc FROM plan_runs WHERE tenant_id = tenant()
         ORDER BY plan_date DESC LIMIT 1",
        &[],
    )?
    .map(|row| run_from(&row))
    .transpose()
}

/// The planning for a date, if it was begun.
pub fn find(tx: &mut dyn HubTx, date: NaiveDate) -> Result<Option<Run>> {
    tx.query_row(
        "SELECT plan_date, started_at_utc, finished_at_utc FROM plan_runs
         WHERE tenant_id = tenant() AND plan_date = $1",
        &[date.into()],
    )?
    .map(|row| run_from(&row))
    .transpose()
}

fn run_from(row: &Row) -> Result<Run> {
    Ok(Run {
        plan_date: row.date("plan_date")?,
        started_at: row.moment("started_at_utc")?,
        finished_at: row.moment_opt("finished_at_utc")?,
    })
}

/// Begins a planning whose parts end before each of `bounds`, the last one with all shops that are left. `false` when it
/// was begun before, and then nothing is changed.
pub fn begin(
    tx: &mut dyn HubTx,
    date: NaiveDate,
    now: DateTime<Utc>,
    bounds: &[String],
) -> Result<bool> {
    let begun = tx.execute(
        "INSERT INTO plan_runs (tenant_id, plan_date, started_at_utc) VALUES (tenant(), $1, $2)
         ON CONFLICT (tenant_id, plan_date) DO NOTHING",
        &[date.into(), now.into()],
    )?;
    if begun == 0 {
        return Ok(false);
    }
    let starts = std::iter::once("").chain(bounds.iter().map(String::as_str));
    let ends = bounds.iter().map(String::as_str).chain([""]);
    for (part, (from, until)) in (1_i64..).zip(starts.zip(ends)) {
        tx.execute(
            "INSERT INTO plan_parts (tenant_id, plan_date, part, from_shop, until_shop, done, fence, leased_by,
                 leased_until_utc)
             VALUES (tenant(), $1, $2, $3, $4, 0, 0, '', '')",
            &[date.into(), part.into(), from.into(), until.into()],
        )?;
    }
    Ok(true)
}

/// Forgets a planning, so that it can begin again.
pub fn forget(tx: &mut dyn HubTx, date: NaiveDate) -> Result<()> {
    for table in ["plan_parts", "plan_runs"] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE tenant_id = tenant() AND plan_date = $1"),
            &[date.into()],
        )?;
    }
    Ok(())
}

/// Forgets the plannings for dates before `date`; what they found stays where it is.
pub fn forget_before(tx: &mut dyn HubTx, date: NaiveDate) -> Result<()> {
    for table in ["plan_parts", "plan_runs"] {
        tx.execute(
            &format!("DELETE FROM {table} WHERE tenant_id = tenant() AND plan_date < $1"),
            &[date.into()],
        )?;
    }
    Ok(())
}

/// Leases the first part that is neither done nor leased, to `worker` for `term`; a part that was taken over for so much
/// longer each time, so that one that is more work than was thought is done in the end.
///
/// Two workers that ask at once never get the same part: the lease is taken by an update that names the fence it saw.
pub fn claim(
    tx: &mut dyn HubTx,
    date: NaiveDate,
    worker: &str,
    now: DateTime<Utc>,
    term: Duration,
) -> Result<Claim> {
    let open = tx.hold(
        "SELECT part, from_shop, until_shop, fence FROM plan_parts
         WHERE tenant_id = tenant() AND plan_date = $1 AND done = 0 AND leased_until_utc <= $2
         ORDER BY part LIMIT 1",
        &[date.into(), now.into()],
        Held::Skip,
    )?;
    let Some(row) = open.first() else {
        let soonest = tx.query_row(
            "SELECT min(leased_until_utc) AS soonest FROM plan_parts
             WHERE tenant_id = tenant() AND plan_date = $1 AND done = 0",
            &[date.into()],
        )?;
        return Ok(match soonest {
            None => Claim::Nothing,
            // Nobody's yet, and in the hands of somebody who is taking it at this moment.
            Some(row) if row.text_opt("soonest")?.is_some_and(|at| at.is_empty()) => {
                Claim::Busy(now + JUST_TAKEN)
            }
            Some(row) => row
                .moment_opt("soonest")?
                .map_or(Claim::Nothing, Claim::Busy),
        });
    };
    let lease = Lease {
        plan_date: date,
        part: row.integer("part")?,
        from_shop: row.text("from_shop")?,
        until_shop: row.text("until_shop")?,
        fence: row.integer("fence")? + 1,
    };
    let times = i32::try_from(lease.fence).unwrap_or(1).clamp(1, 100);
    let until = now + term * times;
    let taken = tx.execute(
        "UPDATE plan_parts SET fence = fence + 1, leased_by = $1, leased_until_utc = $2
         WHERE tenant_id = tenant() AND plan_date = $3 AND part = $4 AND done = 0 AND fence = $5 - 1",
        &[
            worker.into(),
            until.into(),
            date.into(),
            lease.part.into(),
            lease.fence.into(),
        ],
    )?;
    Ok(if taken == 1 {
        Claim::Leased(lease)
    } else {
        Claim::Busy(now)
    })
}

/// Notes that a leased part is done, in the transaction that writes what it found. `false` when the lease is no longer
/// the part's latest, and then nothing may be written.
pub fn finish(tx: &mut dyn HubTx, lease: &Lease) -> Result<bool> {
    let done = tx.execute(
        "UPDATE plan_parts SET done = 1
         WHERE tenant_id = tenant() AND plan_date = $1 AND part = $2 AND fence = $3 AND done = 0",
        &[
            lease.plan_date.into(),
            lease.part.into(),
            lease.fence.into(),
        ],
    )?;
    Ok(done == 1)
}

/// Notes that a planning is finished if no part of it is left. `false` when parts are left, or it was noted before.
pub fn close(tx: &mut dyn HubTx, date: NaiveDate, now: DateTime<Utc>) -> Result<bool> {
    let closed = tx.execute(
        "UPDATE plan_runs SET finished_at_utc = $1
         WHERE tenant_id = tenant() AND plan_date = $2 AND finished_at_utc IS NULL
             AND NOT EXISTS (SELECT 1 FROM plan_parts WHERE tenant_id = tenant() AND plan_date = $2 AND done = 0)",
        &[now.into(), date.into()],
    )?;
    Ok(closed == 1)
}
