//! Ways to decide an order at a review.

use chrono::NaiveDate;

use super::Settings;
use crate::history::Series;
use crate::plan::distribution::{NegativeBinomial, normal_upper_tail};
use crate::plan::parameter::{self, ParameterError};
use crate::plan::{Distribution, Method, Policy, ProductInput, plan_product};

/// A way to decide an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// The planner itself under this policy; its review interval and lead time are the replay's.
    Plan(Box<Policy>),
    /// The textbook's plain rule: S = H f + k sd sqrt(H), rounded up to a whole unit, f the mean and sd the standard
    /// deviation (divisor n - 1) of the last `window_days` days. It knows nothing of shelf lives. Source: E. A. Silver, D. F. Pyke, D. J. Thomas, "Inventory and production management in
    /// supply chains", 4th ed., chapter 6.
    Textbook {
        /// k: standard deviations of safety stock, 0 to 10.
        safety_factor: f64,
        /// Days that the mean is taken over.
        window_days: u32,
    },
}

/// What a rule decided at a review.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// S in base units; a normal level need not be whole.
    pub level: f64,
    /// What it orders, in base units.
    pub quantity: i64,
    /// The probability of no shortage over the protection interval that S has by the rule's own distribution: at least
    /// the target, and above it where whole units leave no choice.
    pub promise: f64,
}

impl Rule {
    /// Checks it.
    ///
    /// # Errors
    /// [`ParameterError`] with the name and range of the first setting that cannot be.
    pub fn check(&self) -> Result<(), ParameterError> {
        match self {
            Self::Plan(policy) => policy
                .check()
                .map_err(|error| ParameterError::new(error.field, f64::NAN, error.message)),
            Self::Textbook {
                safety_factor,
                window_days,
            } => {
                parameter::between("safety_factor", *safety_factor, 0.0, 10.0)?;
                if (7..=730).contains(window_days) {
                    return Ok(());
                }
                let allowed = "a whole number from 7 to 730";
                Err(ParameterError::new(
                    "window_days",
                    f64::from(*window_days),
                    allowed,
                ))
            }
        }
    }

    /// What it orders on the morning of `date`. `input` has the stock of that morning and the flows of the whole
    /// series, of which no rule looks at `date` or after. `None` where the rule says that it knows too little.
    pub(super) fn decide(
        &self,
        date: NaiveDate,
        series: &Series,
        input: &ProductInput,
        settings: &Settings,
    ) -> Option<Decision> {
        match self {
            Self::Plan(policy) => planned(date, input, policy, settings),
            Self::Textbook {
                safety_factor,
                window_days,
            } => Past::of(date, series, input, settings).decide(*safety_factor, *window_days),
        }
    }
}

fn planned(
    date: NaiveDate,
    input: &ProductInput,
    policy: &Policy,
    settings: &Settings,
) -> Option<Decision> {
    let policy = Policy {
        review_days: settings.review_days,
        lead_time_days: settings.lead_time_days,
        ..policy.clone()
    };
    let line = plan_product(date, input, &policy);
    if line.method == Method::TooLittleHistory {
        return None;
    }
    let (mean, variance) = (line.reason.mean, line.reason.variance);
    let promise = match policy.distribution {
        Distribution::Normal if variance > 0.0 => {
            1.0 - normal_upper_tail((line.order_up_to - mean) / variance.sqrt())
        }
        Distribution::Normal => 1.0,
        _ => NegativeBinomial::with_moments(mean, variance).cdf(line.order_up_to as i64),
    };
    Some(Decision {
        level: line.order_up_to,
        quantity: line.quantity.0,
        promise,
    })
}

/// What the textbook's rule looks at.
struct Past<'a> {
    /// Base units sold on each day before the review.
    days: &'a [u32],
    position: i64,
    horizon: f64,
}

impl<'a> Past<'a> {
    fn of(date: NaiveDate, series: &'a Series, input: &ProductInput, settings: &Settings) -> Self {
        let until = date.signed_duration_since(series.first).num_days();
        let until = usize::try_from(until).unwrap_or(0).min(series.demand.len());
        let on_hand: i64 = input.lots.iter().map(|lot| lot.quantity.0).sum();
        Self {
            days: &series.demand[..until],
            position: on_hand + input.in_transit.0,
            horizon: f64::from(settings.protection_days()),
        }
    }

    fn decide(&self, safety_factor: f64, window_days: u32) -> Option<Decision> {
        if self.days.len() < 7 {
            return None;
        }
        let window = &self.days[self.days.len().saturating_sub(window_days as usize)..];
        let n = window.len() as f64;
        let mean = window.iter().map(|&sold| f64::from(sold)).sum::<f64>() / n;
        let squares: f64 = window
            .iter()
            .map(|&sold| (f64::from(sold) - mean) * (f64::from(sold) - mean))
            .sum();
        let sigma = (squares / (n - 1.0)).sqrt() * self.horizon.sqrt();
        let exact = self.horizon * mean + safety_factor * sigma;
        // What a sum of fractions leaves beyond a whole unit must not cost one more.
        let level = (exact - 1e-9).ceil().max(0.0);
        let promise = if sigma > 0.0 {
            1.0 - normal_upper_tail((level - self.horizon * mean) / sigma)
        } else {
            1.0
        };
        Some(Decision {
            level,
            quantity: (level as i64 - self.position).max(0),
            promise,
        })
    }
}
