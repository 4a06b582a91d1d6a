//! The regularised incomplete beta function, accurate for parameters from a thousandth to a thousand million.

/// Terms of the continued fraction after which it is taken as it stands. It converges in a few times the square root
/// of the larger parameter, so that this is a bound on time that real parameters do not reach.
const MAX_TERM_PAIRS: u32 = 200_000;

/// Both tails of the beta distribution; the smaller one is computed, the other is its complement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tails {
    /// I_x(a, b).
    pub lower: f64,
    /// 1 - I_x(a, b).
    pub upper: f64,
}

/// I_x(a, b) and its complement, for a, b > 0 and y = 1 - x given apart, because it may be too small to subtract.
///
/// Source: continued fraction DLMF 8.17.22, evaluated by the modified Lentz method on the side of the mean where it
/// converges fast.
pub(super) fn regularised(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails {
            lower: 0.0,
            upper: 1.0,
        };
    }
    if y <= 0.0 {
        return Tails {
            lower: 1.0,
            upper: 0.0,
        };
    }
    let term = binomial_term(a, b, x, y);
    // x^a y^b / (a B(a, b)) is the binomial term times b / (a + b), and likewise with the sides exchanged.
    if x * (a + b + 2.0) < a + 1.0 {
        let lower = (term * (b / (a + b)) * continued_fraction(a, b, x)).clamp(0.0, 1.0);
        Tails {
            lower,
            upper: 1.0 - lower,
        }
    } else {
        let upper = (term * (a / (a + b)) * continued_fraction(b, a, y)).clamp(0.0, 1.0);
        Tails {
            lower: 1.0 - upper,
            upper,
        }
    }
}

/// Gamma(a + b + 1) / (Gamma(a + 1) Gamma(b + 1)) x^a y^b: a binomial probability, for real a, b >= 0.
///
/// Source: saddle-point form of C. Loader, "Fast and accurate computation of binomial probabilities" (2000). The
/// logarithms of the gamma functions alone would lose eight digits where the parameters are in the millions.
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

fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const SMALLEST: f64 = 1e-300;
    let away_from_zero = |value: f64| {
        if value.abs() < SMALLEST {
            SMALLEST
        } else {
            value
        }
    };
    let mut value = 1.0;
    let mut numerator = f64::INFINITY;
    let mut denominator = 1.0;
    let mut advance = |coefficient: f64| {
        denominator = 1.0 / away_from_zero(1.0 + coefficient * denominator);
        numerator = away_from_zero(1.0 + coefficient / numerator);
        let factor = numerator * denominator;
        value *= factor;
        (factor, value)
    };
    let mut result = 1.0;
    for pair in 0..MAX_TERM_PAIRS {
        let m = f64::from(pair);
        if pair > 0 {
            advance(m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)));
        }
        let (factor, value) =
            advance(-(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)));
        result = value;
        if (factor - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    result
}
