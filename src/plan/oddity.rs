//! Days on which a product sold so much that it was hardly sold: a slip of the keyboard, a bar code typed as a quantity.

use chrono::NaiveDate;

use super::demand::DayFlow;
use crate::model::Quantity;

/// A day has to be this many times the usual to be odd.
pub const OUT_OF_PROPORTION: i64 = 1_000;

/// A day out of all proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OddDay {
    /// The day.
    pub date: NaiveDate,
    /// What was sold, imported and asked for in vain, in base units.
    pub reported: Quantity,
    /// The median of the other days with any demand, in base units; 1 where there are none.
    pub usual: Quantity,
    /// The most of any other day: what this one is taken for until somebody has decided.
    pub bound: Quantity,
}

/// What is held of an odd day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddVerdict {
    /// Nobody has decided: it counts as the highest of the other days.
    Open,
    /// It was really sold: it counts as reported.
    Accepted,
    /// It was not: it counts as a usual day.
    LeftOut,
}

fn demand(flow: &DayFlow) -> i64 {
    let sum = flow.sold.0.saturating_add(flow.imported.0);
    sum.saturating_add(flow.missed.0)
}

/// The days with more than [`OUT_OF_PROPORTION`] times the usual and more than `least` base units, oldest first. The usual
/// is the median of the days with any demand that are not above `least` themselves, so that several slips do not vouch
/// for each other.
#[must_use]
pub fn odd_days(flows: &[DayFlow], least: Quantity) -> Vec<OddDay> {
    if !flows.iter().any(|flow| demand(flow) > least.0) {
        return Vec::new();
    }
    let mut usual: Vec<i64> = flows
        .iter()
        .map(demand)
        .filter(|demand| (1..=least.0).contains(demand))
        .collect();
    usual.sort_unstable();
    let median = usual.get(usual.len() / 2).copied().unwrap_or(1);
    let highest = usual.last().copied().unwrap_or(1);
    let mut odd: Vec<OddDay> = flows
        .iter()
        .filter(|flow| demand(flow) > least.0)
        .filter(|flow| demand(flow) > median.saturating_mul(OUT_OF_PROPORTION))
        .map(|flow| OddDay {
            date: flow.date,
            reported: Quantity(demand(flow)),
            usual: Quantity(median),
            bound: Quantity(highest),
        })
        .collect();
    odd.sort_by_key(|day| day.date);
    odd
}

/// What an odd day counts as.
#[must_use]
pub fn counted(day: &OddDay, verdict: OddVerdict) -> Quantity {
    match verdict {
        OddVerdict::Open => day.bound,
        OddVerdict::Accepted => day.reported,
        OddVerdict::LeftOut => day.usual,
    }
}

/// Takes the odd days of `flows` for what they count as, by what `verdict` says of each; how many base units were taken
/// out, which the stock that these sales left behind lacks as well.
pub fn tame(
    flows: &mut [DayFlow],
    odd: &[OddDay],
    verdict: impl Fn(NaiveDate) -> OddVerdict,
) -> Quantity {
    let mut taken_out = Quantity::ZERO;
    for day in odd {
        let counts = counted(day, verdict(day.date));
        if counts == day.reported {
            continue;
        }
        let at = flows
            .iter_mut()
            .find(|flow| flow.date == day.date && demand(flow) == day.reported.0);
        if let Some(flow) = at {
            flow.sold = counts;
            flow.imported = Quantity::ZERO;
            flow.missed = Quantity::ZERO;
            taken_out += day.reported - counts;
        }
    }
    taken_out
}
