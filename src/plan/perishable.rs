//! Stock that will pass its date before it can sell, and how much is too much to buy.

use chrono::NaiveDate;

use super::forecast::Forecast;
use crate::model::Quantity;

/// What is left of the goods that came in with one expiry date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotBalance {
    /// The last day on which it may be sold; `None` for goods without a date.
    pub expires: Option<NaiveDate>,
    /// Base units left; the lot without a date may be negative when more was sold than the book had.
    pub quantity: Quantity,
}

/// On hand: all lots together.
#[must_use]
pub fn on_hand(lots: &[LotBalance]) -> Quantity {
    narrowed(lots.iter().map(|lot| i128::from(lot.quantity.0)).sum())
}

/// Base units of the dated lots that are past their date, or will be before they can sell.
///
/// The lot that expires first is sold first. Up to and including the day e, counted from `date`, the forecast sells
/// f times the number of those days, rounded half up; what a lot has beyond that, less what the lots before it take,
/// is left over. Without a forecast only what is already past its date counts. Never more than is on hand at all:
/// where the lot without a date is negative, goods that a dated lot still lists have gone out unnoticed.
#[must_use]
pub fn expiring(date: NaiveDate, lots: &[LotBalance], forecast: Option<&Forecast>) -> Quantity {
    let mut dated: Vec<(NaiveDate, i128)> = lots
        .iter()
        .filter_map(|lot| {
            let left = i128::from(lot.quantity.0);
            lot.expires.filter(|_| left > 0).map(|day| (day, left))
        })
        .collect();
    dated.sort_unstable();
    let mut sold = 0;
    let mut lost = 0;
    for (expires, left) in dated {
        let days = expires.signed_duration_since(date).num_days() + 1;
        let sells = if days <= 0 {
            0
        } else if let Some(forecast) = forecast {
            (forecast.expected_rounded(days) - sold).clamp(0, left)
        } else {
            left
        };
        sold += sells;
        lost += left - sells;
    }
    narrowed(lost.min(i128::from(on_hand(lots).0.max(0))))
}

/// The most that may be bought at once: whole base units expected to sell within the shelf life.
#[must_use]
pub fn shelf_life_cap(forecast: &Forecast, shelf_life_days: u32) -> Quantity {
    narrowed(forecast.expected_floor(i64::from(shelf_life_days)))
}

fn narrowed(units: i128) -> Quantity {
    Quantity(units.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}
