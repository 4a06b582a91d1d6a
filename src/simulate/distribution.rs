//! Distributions of one day's demand as tables, from which a demand is drawn with one comparison per halving.

use super::network::DemandDistribution;
use crate::plan::distribution::normal_upper_tail;

/// A probability below this share of the greatest one is left out: with doubles it would not change the sum.
const NEGLIGIBLE: f64 = 1e-17;

/// Whole demands from `first` on with their cumulated probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandTable {
    first: i64,
    cumulated: Vec<f64>,
    mean: f64,
    variance: f64,
}

impl DemandTable {
    /// The distribution with this mean and variance per day, in base units (squared). A mean of 0 is demand of 0; the
    /// Poisson takes no variance. The negative binomial needs a variance above its mean.
    #[must_use]
    pub fn new(distribution: DemandDistribution, mean: f64, variance: f64) -> Self {
        if mean <= 0.0 {
            return Self::from_weights(0, vec![1.0]);
        }
        match distribution {
            DemandDistribution::Poisson => {
                // P(x + 1) / P(x) = mean / (x + 1).
                outward(mean, |x| mean / (x + 1.0))
            }
            DemandDistribution::NegativeBinomial => {
                // P(x + 1) / P(x) = (1 - p) (x + r) / (x + 1), p = mean / variance, r = mean p / (1 - p).
                let success = mean / variance;
                let failure = 1.0 - success;
                let shape = mean * success / failure;
                let mode = ((shape - 1.0) * failure / success).max(0.0);
                outward(mode, |x| failure * (x + shape) / (x + 1.0))
            }
            DemandDistribution::Normal => rounded_normal(mean, variance.sqrt()),
            DemandDistribution::Constant => Self::from_weights(mean.round() as i64, vec![1.0]),
        }
    }

    fn from_weights(first: i64, weights: Vec<f64>) -> Self {
        let sum: f64 = weights.iter().sum();
        let average = |of: &dyn Fn(f64) -> f64| -> f64 {
            let terms = weights.iter().zip(0_u32..);
            terms
                .map(|(weight, step)| weight * of(first as f64 + f64::from(step)))
                .sum::<f64>()
                / sum
        };
        let mean = average(&|demand| demand);
        let variance = average(&|demand| (demand - mean) * (demand - mean));
        let mut running = 0.0;
        let cumulated = weights
            .iter()
            .map(|weight| {
                running += weight;
                running / sum
            })
            .collect();
        Self {
            first,
            cumulated,
            mean,
            variance,
        }
    }

    /// The least demand whose cumulated probability is above `uniform`, which is at least 0 and below 1.
    #[must_use]
    pub fn draw(&self, uniform: f64) -> i64 {
        let at = self.cumulated.partition_point(|&upto| upto <= uniform);
        self.first + at.min(self.cumulated.len() - 1) as i64
    }

    /// Mean in base units, of the table itself: cutting the normal at 0 raises it.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Variance in base units squared, of the table itself.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// Entries, 8 bytes each.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.cumulated.len()
    }
}

/// Probabilities by the ratio of each to the one before, from the most probable demand outward: nothing underflows and
/// no transcendental function is needed.
fn outward(mode: f64, ratio: impl Fn(f64) -> f64) -> DemandTable {
    let mode = mode.floor();
    let mut below = Vec::new();
    let mut weight = 1.0;
    let mut x = mode;
    while x >= 1.0 {
        weight /= ratio(x - 1.0);
        if weight < NEGLIGIBLE {
            break;
        }
        below.push(weight);
        x -= 1.0;
    }
    let first = mode as i64 - below.len() as i64;
    let mut weights: Vec<f64> = below.into_iter().rev().collect();
    weights.push(1.0);
    weight = 1.0;
    x = mode;
    loop {
        weight *= ratio(x);
        if weight < NEGLIGIBLE {
            break;
        }
        weights.push(weight);
        x += 1.0;
    }
    DemandTable::from_weights(first, weights)
}

fn rounded_normal(mean: f64, sd: f64) -> DemandTable {
    const FARTHEST_SD: f64 = 8.5;
    if sd <= 0.0 {
        return DemandTable::from_weights((mean + 0.5).floor() as i64, vec![1.0]);
    }
    let first = (mean - FARTHEST_SD * sd + 0.5).floor().max(0.0);
    let last = (mean + FARTHEST_SD * sd + 0.5).floor();
    let above = |x: f64| normal_upper_tail((x - mean) / sd);
    let mut weights = Vec::new();
    let mut x = first;
    // All that is cut off below lies on the first demand, 0 where the normal reaches below it.
    let mut upper = 1.0;
    while x <= last {
        let next = above(x + 0.5);
        weights.push((upper - next).max(0.0));
        upper = next;
        x += 1.0;
    }
    DemandTable::from_weights(first as i64, weights)
}
