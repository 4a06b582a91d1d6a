//! Probabilities of single values, by C. Loader's saddle-point form.
//!
//! Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000). The logarithms of the gamma
//! functions alone would lose eight digits where the parameters are in the millions.

/// Gamma(a + b + 1) / (Gamma(a + 1) Gamma(b + 1)) x^a y^b: a binomial probability, for real a, b >= 0.
pub(super) fn binomial_term(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let log_of = |near: f64, rest: f64| {
        if near > 0.5 {
            libm::log1p(-rest)
        } else {
            libm::log(near)
        }
    };
    if b <= 0.0 {
        return libm::exp(a * log_of(x, y));
    }
    if a <= 0.0 {
        return libm::exp(b * log_of(y, x));
    }
    let trials = a + b;
    let exponent = stirling_error(trials)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, trials * x)
        - deviance(b, trials * y);
    libm::exp(exponent) * (trials / (std::f64::consts::TAU * a * b)).sqrt()
}

/// mean^a e^-mean / Gamma(a + 1): a Poisson probability, for real a >= 0 and a positive mean.
pub(super) fn poisson_term(a: f64, mean: f64) -> f64 {
    if a <= 0.0 {
        return libm::exp(-mean);
    }
    libm::exp(-stirling_error(a) - deviance(a, mean)) / (std::f64::consts::TAU * a).sqrt()
}

/// ln Gamma(z + 1) minus Stirling's approximation of it, for z > 0.
fn stirling_error(z: f64) -> f64 {
    const HALF_LOG_TAU: f64 = 0.918_938_533_204_672_8;
    if z < 16.0 {
        return libm::lgamma(z + 1.0) - (z + 0.5) * libm::log(z) + z - HALF_LOG_TAU;
    }
    // DLMF 5.11.1: the terms B_2k / (2k (2k - 1) z^(2k - 1)).
    let w = 1.0 / (z * z);
    let series = 1.0 / 12.0
        - w * (1.0 / 360.0
            - w * (1.0 / 1260.0 - w * (1.0 / 1680.0 - w * (1.0 / 1188.0 - w * 691.0 / 360_360.0))));
    series / z
}

/// value ln(value / mean) + mean - value, without cancellation where the two are close.
fn deviance(value: f64, mean: f64) -> f64 {
    let difference = value - mean;
    let ratio = difference / (value + mean);
    if ratio.abs() >= 0.1 {
        return value * libm::log(value / mean) - difference;
    }
    // ln(value / mean) = 2 artanh(ratio), whose first term is taken out exactly.
    let square = ratio * ratio;
    let mut power = 2.0 * value * ratio;
    let mut sum = difference * ratio;
    let mut odd = 3.0;
    loop {
        power *= square;
        let next = sum + power / odd;
        // Each term is at most a hundredth of the one before it: this ends within ten rounds.
        if next.to_bits() == sum.to_bits() {
            return sum;
        }
        sum = next;
        odd += 2.0;
    }
}
