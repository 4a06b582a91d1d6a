//! Methods for demand that comes now and then: the size of a demand and how often there is one are forecast apart.
//!
//! A day whose demand is not known is no day without demand: it lengthens no interval between demands.

use super::calendar::Position;
use super::method::Forecaster;
use super::smoothing::smooth;

/// Size z and interval p of demands, both smoothed exponentially at each demand; the forecast is a share of z / p.
///
/// z and p begin with the first demand and the days until it. Croston's z / p expects too much by about alpha / 2 of
/// itself, since E(1/p) is more than 1/E(p); Syntetos and Boylan take that off.
///
/// Sources: J. D. Croston, "Forecasting and stock control for intermittent demands", Operational Research Quarterly 23
/// (1972); A. A. Syntetos, J. E. Boylan, "The accuracy of intermittent demand estimates", International Journal of
/// Forecasting 21 (2005). Unit: base units per day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Croston {
    alpha: f64,
    share: f64,
    size: Option<f64>,
    interval: Option<f64>,
    days_since: f64,
}

impl Croston {
    /// Croston's own.
    pub fn classic(alpha: f64) -> Self {
        Self {
            alpha,
            share: 1.0,
            size: None,
            interval: None,
            days_since: 0.0,
        }
    }

    /// With Syntetos' and Boylan's correction (1 - alpha / 2).
    pub fn corrected(alpha: f64) -> Self {
        Self {
            share: 1.0 - alpha / 2.0,
            ..Self::classic(alpha)
        }
    }
}

impl Forecaster for Croston {
    fn observe(&mut self, _: Position, demand: f64) {
        self.days_since += 1.0;
        // Written so that a demand that is no number counts as one, and spoils what follows from it.
        if demand == 0.0 {
            return;
        }
        smooth(&mut self.size, demand, self.alpha);
        smooth(&mut self.interval, self.days_since, self.alpha);
        self.days_since = 0.0;
    }

    fn per_day(&self) -> f64 {
        match (self.size, self.interval) {
            (Some(size), Some(interval)) => self.share * size / interval,
            _ => 0.0,
        }
    }
}

/// Size z of demands, smoothed at each demand with `alpha_demand`, times the probability p of one, smoothed every day
/// with `alpha_probability`: the forecast falls day by day once a product is no longer asked for.
///
/// z begins with the first demand, p with whether the first day had one.
///
/// Source: R. H. Teunter, A. A. Syntetos, M. Z. Babai, "Intermittent demand: linking forecasting to inventory
/// obsolescence", European Journal of Operational Research 214 (2011). Unit: base units per day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tsb {
    alpha_demand: f64,
    alpha_probability: f64,
    size: Option<f64>,
    probability: Option<f64>,
}

impl Tsb {
    pub fn new(alpha_demand: f64, alpha_probability: f64) -> Self {
        Self {
            alpha_demand,
            alpha_probability,
            size: None,
            probability: None,
        }
    }
}

impl Forecaster for Tsb {
    fn observe(&mut self, _: Position, demand: f64) {
        let asked = demand != 0.0;
        smooth(
            &mut self.probability,
            f64::from(u8::from(asked)),
            self.alpha_probability,
        );
        if asked {
            smooth(&mut self.size, demand, self.alpha_demand);
        }
    }

    fn per_day(&self) -> f64 {
        self.size.unwrap_or(0.0) * self.probability.unwrap_or(0.0)
    }
}
