//! What a model would have cost a shop: on every past morning the level that the (R, S) policy would have set from the
//! model's own forecast and error, as known then, against what was asked for after it.
//!
//! Costs are per unit of purchase cost, so that shop and hub reach the same choice without knowing a price. Levels are
//! quantiles at the critical ratio of those costs (the newsvendor's), not at the service level that the shop wants: there
//! every model is judged at its own best, and one that expects too much does not win because more stock would have been
//! right anyway; and the choice, and with it the quantity, cannot turn when a higher service level is wanted.

use super::calendar::{Calendar, Position};
use super::error::PastErrors;
use super::history::History;
use super::method::{Model, Window};
use crate::plan::distribution::{MIN_VARIANCE_RATIO, normal_quantile};
use crate::plan::policy::{Distribution, Policy};

/// What a protection interval costs, per base unit and its purchase cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitCosts {
    /// Holding a unit that is left over, until the next delivery: h R / P.
    pub holding: f64,
    /// A unit asked for and not there: its margin.
    pub margin: f64,
    /// Days within which goods must sell; what does not is lost with all that it cost.
    pub shelf_life_days: Option<usize>,
}

impl UnitCosts {
    /// Of the policy, for goods of this shelf life.
    #[must_use]
    pub fn of(policy: &Policy, shelf_life_days: Option<u32>) -> Self {
        let periods = f64::from(policy.review_days) / f64::from(policy.period_days.max(1));
        Self {
            holding: policy.holding_fraction_per_period * periods,
            margin: policy.margin_fraction,
            shelf_life_days: shelf_life_days.map(|days| days as usize),
        }
    }

    /// The probability of no shortage at which an interval of `horizon` days costs least: margin over margin and what
    /// a unit too many costs; from 0.5 to 0.9999, as a service level.
    fn critical_ratio(&self, horizon: usize) -> f64 {
        let perishes = self.shelf_life_days.is_some_and(|days| days <= horizon);
        let over = if perishes { 1.0 } else { self.holding };
        (self.margin / (self.margin + over)).clamp(0.5, 0.9999)
    }

    /// Days over which goods bought at once are there to be sold: `horizon`, or the shelf life where that is shorter.
    fn selling_days(&self, horizon: usize) -> usize {
        self.shelf_life_days
            .map_or(horizon, |days| days.min(horizon))
    }

    /// What it cost to begin `horizon` days with `level` units, `came` being asked for over them and `sold_within`
    /// over the [`Self::selling_days`] of them. Goods that outlive the interval go on selling as they did in it.
    fn of_interval(&self, level: f64, came: f64, sold_within: f64, horizon: usize) -> f64 {
        let positive = |units: f64| if units < 0.0 { 0.0 } else { units };
        let left = positive(level - sold_within);
        let short = positive(sold_within - level);
        let wasted = match self.shelf_life_days {
            None => 0.0,
            Some(days) if days <= horizon => left,
            Some(days) => positive(level - came * (days as f64 / horizon as f64)),
        };
        self.margin * short + self.holding * (left - wasted) + wasted
    }
}

/// The order-up-to level in closed form, near enough to compare models by, a hundred times faster than the exact
/// quantile of [`crate::plan::order_up_to`], which plans.
///
/// Negative binomial and Poisson: Cornish-Fisher expansion to the fourth cumulant with the continuity correction of whole
/// units, kept below the bounds of Markov and Cantelli, beyond which the expansion goes where demand is rarer than one in
/// an interval. It is the exact quantile for 19 of 20 means above 5, and mostly within a unit below.
///
/// Source: E. A. Cornish, R. A. Fisher, "Moments and cumulants in the specification of distributions", Revue de l'Institut
/// International de Statistique 5 (1938).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuickLevel {
    distribution: Distribution,
    service_level: f64,
    /// The normal quantile of the service level.
    factor: f64,
    /// Square root of the odds of the service level: Cantelli's bound in standard deviations.
    cantelli: f64,
    /// Var(L) / H^2: what a lead time that varies adds to the variance, in parts of m^2.
    late: f64,
}

impl QuickLevel {
    /// The quantile at `service_level` (above 0 and below 1) of the policy's distribution.
    #[must_use]
    pub fn of(policy: &Policy, service_level: f64) -> Self {
        let late = policy.lead_time_sd_days / f64::from(policy.protection_days().max(1));
        Self {
            distribution: policy.distribution,
            service_level,
            factor: normal_quantile(service_level),
            cantelli: (service_level / (1.0 - service_level)).sqrt(),
            late: late * late,
        }
    }

    /// S for an expected demand of `mean` and an error of `sigma`, both over the protection interval.
    #[must_use]
    pub fn level(&self, mean: f64, sigma: f64) -> f64 {
        if mean <= 0.0 {
            return 0.0;
        }
        let late = self.late * mean * mean;
        let variance = match self.distribution {
            Distribution::NegativeBinomial => {
                let least = MIN_VARIANCE_RATIO * mean;
                let moments = sigma * sigma + late;
                if moments < least { least } else { moments }
            }
            Distribution::Normal => sigma * sigma + late,
            Distribution::Poisson => mean + late,
        };
        let sd = variance.sqrt();
        if self.distribution == Distribution::Normal {
            return mean + self.factor * sd;
        }
        let level = (mean + sd * self.expansion(mean, variance) - 0.5).ceil();
        let (markov, cantelli) = (mean / (1.0 - self.service_level), mean + sd * self.cantelli);
        let bound = if cantelli < markov { cantelli } else { markov };
        let level = if bound < level { bound.floor() } else { level };
        if level < 0.0 { 0.0 } else { level }
    }

    /// Standardised quantile of the negative binomial.
    fn expansion(&self, mean: f64, variance: f64) -> f64 {
        let ratio = variance / mean;
        // With w = v / m the third and fourth cumulants are v (2 w - 1) and v (6 w (w - 1) + 1).
        let skewness = (2.0 * ratio - 1.0) / variance.sqrt();
        let kurtosis = (6.0 * ratio * (ratio - 1.0) + 1.0) / variance;
        let (k, square) = (self.factor, self.factor * self.factor);
        k + skewness * (square - 1.0) / 6.0 + kurtosis * k * (square - 3.0) / 24.0
            - skewness * skewness * k * (2.0 * square - 5.0) / 36.0
    }
}

/// Periods that every model is only told of, before it is tried.
pub const LEARNING_PERIODS: usize = 2;

/// All that a backtest depends on besides the history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// How far the moving average looks back.
    pub window: Window,
    /// H in days.
    pub protection_days: usize,
    /// How levels are set.
    pub level: QuickLevel,
    /// What an interval costs.
    pub costs: UnitCosts,
}

impl Rules {
    /// Of the policy, for goods of this shelf life.
    #[must_use]
    pub fn of(policy: &Policy, shelf_life_days: Option<u32>) -> Self {
        let protection_days = policy.protection_days() as usize;
        let costs = UnitCosts::of(policy, shelf_life_days);
        Self {
            window: policy.window(),
            protection_days,
            level: QuickLevel::of(policy, costs.critical_ratio(protection_days)),
            costs,
        }
    }
}

/// The past mornings on which models are compared.
#[derive(Debug)]
pub struct Backtest<'h> {
    history: &'h History,
    positions: &'h [Position],
    rules: Rules,
    origins: Vec<usize>,
}

/// What one model would have done, by origin of the backtest.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The model.
    pub model: Model,
    /// Expected over the H days from the origin on, base units.
    pub means: Vec<f64>,
    /// sigma_H as known at the origin, base units.
    pub sigmas: Vec<f64>,
    /// The order-up-to level, base units.
    pub levels: Vec<f64>,
    /// What the H days cost, in units of purchase cost.
    pub costs: Vec<f64>,
}

impl Trial {
    /// Mean cost of an interval, in units of purchase cost; 0 without any origin.
    #[must_use]
    pub fn cost(&self) -> f64 {
        if self.costs.is_empty() {
            return 0.0;
        }
        self.costs.iter().sum::<f64>() / self.costs.len() as f64
    }
}

impl<'h> Backtest<'h> {
    /// On every origin with [`LEARNING_PERIODS`] known periods before it (or a full window, where that is less) and H known
    /// days from it on; the moving average that would be left is what it would have been on that morning. `calendar` has
    /// the days of the history and H days more.
    #[must_use]
    pub fn new(history: &'h History, calendar: &'h Calendar, rules: Rules) -> Self {
        let horizon = rules.protection_days;
        let enough = rules
            .window
            .full()
            .min(LEARNING_PERIODS * rules.window.period_days)
            .max(Model::Seasonal(super::Effects::default()).warm_up(rules.window));
        let origins = (0..=history.days().saturating_sub(horizon))
            .filter(|&origin| {
                history.known_before(origin) >= enough && history.total(origin, horizon).is_some()
            })
            .collect();
        Self {
            history,
            positions: calendar.from(history.first()),
            rules,
            origins,
        }
    }

    /// The origins, as days of the history, ascending.
    #[must_use]
    pub fn origins(&self) -> &[usize] {
        &self.origins
    }

    /// Where the H days from an origin on stand in the calendar.
    #[must_use]
    pub fn ahead(&self, origin: usize) -> &[Position] {
        self.positions
            .get(origin..origin + self.rules.protection_days)
            .unwrap_or_default()
    }

    /// Runs a model through the history.
    #[must_use]
    pub fn trial(&self, model: Model) -> Trial {
        let Rules {
            window,
            protection_days: horizon,
            level,
            costs,
        } = self.rules;
        let expected = model.start(window).walk(
            self.history,
            self.positions,
            horizon,
            window.period_days.min(model.warm_up(window)),
        );
        let mut errors = PastErrors::new(self.history, &expected, model, window, horizon);
        let count = self.origins.len();
        let mut trial = Trial {
            model,
            means: Vec::with_capacity(count),
            sigmas: Vec::with_capacity(count),
            levels: Vec::with_capacity(count),
            costs: Vec::with_capacity(count),
        };
        let selling = costs.selling_days(horizon);
        for &origin in &self.origins {
            let mean = expected[origin];
            let (sigma, _, _) = errors.sigma(origin);
            let mut set = level.level(mean, sigma);
            if let Some(days) = costs.shelf_life_days {
                // As the plan's own cap: no more than is expected to sell in time.
                let cap = mean * (days as f64 / horizon.max(1) as f64);
                if cap < set {
                    set = cap;
                }
            }
            // Every origin has its H days: it would not be one otherwise.
            let came = self.history.total(origin, horizon).unwrap_or_default();
            let within = self.history.total(origin, selling).unwrap_or_default();
            trial.means.push(mean);
            trial.sigmas.push(sigma);
            trial.levels.push(set);
            trial
                .costs
                .push(costs.of_interval(set, came, within, horizon.max(1)));
        }
        trial
    }
}
