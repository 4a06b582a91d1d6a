//! What kind of demand a product has.

use serde::{Deserialize, Serialize};

use super::super::demand::{DayDemand, Series};

/// Kind of demand by how often there is one and how much its size varies.
///
/// ADI is the mean number of days from one demand to the next, CV^2 the variance of the sizes (divisor n) over their mean
/// squared. Boundaries 1.32 and 0.49: A. A. Syntetos, J. E. Boylan, J. D. Croston, "On the categorization of demand
/// patterns", Journal of the Operational Research Society 56 (2005).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandClass {
    /// Most days, in like amounts: ADI < 1.32, CV^2 < 0.49.
    Smooth,
    /// Now and then, in like amounts: ADI >= 1.32, CV^2 < 0.49.
    Intermittent,
    /// Most days, in very different amounts: ADI < 1.32, CV^2 >= 0.49.
    Erratic,
    /// Now and then, in very different amounts: ADI >= 1.32, CV^2 >= 0.49.
    Lumpy,
}

impl DemandClass {
    /// Of all days of known demand; `None` where none had any.
    #[must_use]
    pub fn of(series: &Series) -> Option<Self> {
        let (mut days, mut demands, mut sum, mut squares) = (0_i128, 0_i128, 0_i128, 0_i128);
        for day in &series.days {
            let DayDemand::Observed(units) = *day else {
                continue;
            };
            days += 1;
            if units > 0 {
                let units = i128::from(units);
                demands += 1;
                sum += units;
                squares += units * units;
            }
        }
        if demands == 0 {
            return None;
        }
        // In whole numbers: days / demands < 1.32, and n sum x^2 / (sum x)^2 - 1 < 0.49.
        let often = days * 100 < demands * 132;
        let alike = (demands * squares - sum * sum) * 100 < sum * sum * 49;
        Some(match (often, alike) {
            (true, true) => Self::Smooth,
            (false, true) => Self::Intermittent,
            (true, false) => Self::Erratic,
            (false, false) => Self::Lumpy,
        })
    }
}
