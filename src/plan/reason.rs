//! Why a line has its quantity, as data: enough to say it in a sentence, and to calculate it again.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::forecast::auto::Comparison;
use super::forecast::{Effect, Model, SigmaRule};
use super::order_up_to::Target;
use super::perishable::ExpectedLoss;
use super::policy::{Distribution, Rounding, Safety};
use crate::model::{Quantity, StockPosition};

/// Everything that a line's quantity follows from, in the order of the calculation. Where there was too little history
/// for a forecast its figures are 0 and its choices `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The earliest day that the forecast is made from.
    pub first_day: Option<NaiveDate>,
    /// n: days of known demand that the moving average is the mean of; with too little history, how many there are.
    pub window_days: u32,
    /// Whole periods in them; 0 when there are fewer days than one period has.
    pub periods: u32,
    /// Days in a period.
    pub period_days: u32,
    /// Days passed over because nothing was there to sell, from the first day on.
    pub censored_days: u32,
    /// Demand on the days of the window together.
    pub window_demand: Quantity,
    /// f = m / H, base units per day; by the moving average the mean of the window.
    pub mean_per_day: f64,
    /// The method with its parameters.
    #[serde(default)]
    pub model: Option<Model>,
    /// What the calendar does to the days of the protection interval.
    #[serde(default)]
    pub effects: Vec<Effect>,
    /// Which models were compared on the product's own past, where the policy has them compared.
    #[serde(default)]
    pub comparison: Option<Comparison>,
    /// Past forecasts that could be compared with what came after.
    pub origins: u32,
    /// Where sigma_H comes from.
    pub sigma_rule: Option<SigmaRule>,
    /// R.
    pub review_days: u32,
    /// L.
    pub lead_time_days: u32,
    /// Standard deviation of L in days. Lines stored before lead times could vary have none: 0.
    #[serde(default)]
    pub lead_time_sd_days: f64,
    /// Distribution of the demand.
    pub distribution: Distribution,
    /// Whether safety stock is kept.
    pub safety: Safety,
    /// m: expected demand over R + L days.
    pub mean: f64,
    /// v: its variance, of forecast error and lead time together.
    pub variance: f64,
    /// What the order-up-to level was chosen to reach.
    pub target: Option<Target>,
    /// S.
    pub order_up_to: f64,
    /// The product is due at or below this position.
    pub due_level: f64,
    /// It is worth taking along at or below this position.
    pub along_level: f64,
    /// The parts of the position.
    pub stock: StockPosition,
    /// What of it will be lost to its date, by date; together `stock.expiring`.
    #[serde(default)]
    pub losses: Vec<ExpectedLoss>,
    /// S less the position, before any rounding; negative when there is more than enough.
    pub need_unrounded: f64,
    /// The most that can sell within the shelf life.
    pub shelf_life_cap: Option<Quantity>,
    /// How the need becomes whole packs.
    pub round: Rounding,
    /// What became of the need, in order.
    pub steps: Vec<Step>,
}

/// One step from the need to the quantity, in base units. A step that changed nothing is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// There are too few days to forecast from.
    TooLittleHistory {
        /// Days of known demand.
        days: u32,
    },
    /// The position already reaches the order-up-to level.
    NothingNeeded,
    /// The supplier sells no less.
    RaisedToMinimum {
        /// The need.
        from: Quantity,
        /// The minimum order.
        to: Quantity,
    },
    /// To whole packs; to nothing where less than half a pack is wanted and may wait.
    RoundedToPacks {
        /// Before.
        from: Quantity,
        /// After.
        to: Quantity,
    },
    /// No more than can sell before its date, in whole packs.
    CappedByShelfLife {
        /// What can sell within the shelf life, with what is owed and nowhere.
        cap: Quantity,
        /// The whole packs in it.
        to: Quantity,
    },
    /// Less than the minimum order is left by the cap: nothing is ordered.
    BelowMinimum {
        /// What the cap left.
        from: Quantity,
        /// The minimum order.
        minimum: Quantity,
    },
    /// Fewer packs, or none, because the cash budget does not reach.
    CutToBudget {
        /// Before.
        from: Quantity,
        /// After.
        to: Quantity,
    },
}
