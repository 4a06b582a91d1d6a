//! Means over replications and how far they can be trusted.

use serde::Serialize;

/// A mean over replications with its 95% confidence interval; one replication says nothing of the spread and has none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The mean over replications.
    pub mean: f64,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

impl Interval {
    fn new(mean: f64, half_width: Option<f64>) -> Self {
        Self {
            mean,
            low: half_width.map(|half| mean - half),
            high: half_width.map(|half| mean + half),
        }
    }

    /// Half its width.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        self.high.map(|high| high - self.mean)
    }
}

/// The mean of `values` with Student's t interval: mean ± t sd / sqrt(n), t the 97.5% quantile with n - 1 degrees of
/// freedom.
#[must_use]
pub fn interval(values: &[f64]) -> Interval {
    Interval::new(mean(values), half_width(values))
}

/// The ratio of two means of paired values, 100 (1 - mean of `other` / mean of `base`), a saving in percent, with its
/// 95% interval by the delta method: the ratio's error is that of the mean of other - ratio base, over the mean of base.
/// Pairs under common random numbers move together, which is what makes it narrow. `None` where `base` is 0.
#[must_use]
pub fn saving_percent(base: &[f64], other: &[f64]) -> Option<Interval> {
    let divisor = mean(base);
    if divisor <= 0.0 {
        return None;
    }
    let ratio = mean(other) / divisor;
    let pairs = base.iter().zip(other);
    let residuals: Vec<f64> = pairs.map(|(base, other)| other - ratio * base).collect();
    let half = half_width(&residuals).map(|half| 100.0 * half / divisor);
    Some(Interval::new(100.0 * (1.0 - ratio), half))
}

/// Their mean; 0 of none.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn half_width(values: &[f64]) -> Option<f64> {
    let freedom = u32::try_from(values.len()).ok()?.checked_sub(2)? + 1;
    let mean = mean(values);
    let squares: f64 = values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum();
    let variance = squares / f64::from(freedom);
    Some(t_quantile_975(freedom) * (variance / values.len() as f64).sqrt())
}

/// The t with P(|T| <= t) = 0.95 for Student's distribution with so many degrees of freedom, at least 1.
///
/// Source: the finite sums of M. Abramowitz and I. A. Stegun, "Handbook of mathematical functions", 26.7.3 and 26.7.4,
/// inverted by halving.
#[must_use]
pub fn t_quantile_975(freedom: u32) -> f64 {
    let (mut low, mut high) = (1.0, 13.0);
    while high - low > 1e-12 {
        let middle = 0.5 * (low + high);
        if two_sided(middle, freedom) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// P(|T| <= t).
fn two_sided(t: f64, freedom: u32) -> f64 {
    let angle = libm::atan(t / f64::from(freedom).sqrt());
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let odd = freedom % 2 == 1;
    // Terms cos^(k) with factors 2/3, 4/5, ... for odd degrees of freedom, 1/2, 3/4, ... for even ones.
    let mut term = if odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    let mut k = u32::from(odd);
    while k + 2 <= freedom {
        sum += term;
        k += 2;
        let k = f64::from(k);
        term *= cosine * cosine * (k - 1.0) / k;
    }
    if odd {
        std::f64::consts::FRAC_2_PI * (angle + sine * sum)
    } else {
        sine * sum
    }
}
