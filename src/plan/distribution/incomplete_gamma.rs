//! The regularised incomplete gamma function, accurate for parameters up to a thousand million.

use super::incomplete_beta::Tails;
use super::saddle_point::poisson_term;

/// Terms after which a sum or fraction is taken as it stands. Both converge in less than ten times the square root of
/// the parameter, so that this is a bound on time that real parameters do not reach.
const MAX_TERMS: u32 = 500_000;

/// P(a, x) and Q(a, x) = 1 - P(a, x), for a >= 1 and x >= 0; the smaller one is computed, the other is its complement.
///
/// Source: series DLMF 8.7.1 below the parameter, continued fraction DLMF 8.9.2 (its even part, evaluated by the
/// modified Lentz method) above it.
pub(super) fn regularised(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails {
            lower: 0.0,
            upper: 1.0,
        };
    }
    let term = poisson_term(a, x);
    if x < a {
        let lower = (term * series(a, x)).clamp(0.0, 1.0);
        Tails {
            lower,
            upper: 1.0 - lower,
        }
    } else {
        let upper = (term * a * continued_fraction(a, x)).clamp(0.0, 1.0);
        Tails {
            lower: 1.0 - upper,
            upper,
        }
    }
}

/// 1 + x / (a + 1) + x^2 / ((a + 1) (a + 2)) + ..., for x < a.
fn series(a: f64, x: f64) -> f64 {
    let mut power = 1.0;
    let mut sum = 1.0;
    for place in 1..MAX_TERMS {
        power *= x / (a + f64::from(place));
        sum += power;
        if power <= sum * (0.25 * f64::EPSILON) {
            break;
        }
    }
    sum
}

/// 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...))), for x >= a >= 1.
fn continued_fraction(a: f64, x: f64) -> f64 {
    const SMALLEST: f64 = 1e-300;
    let away_from_zero = |value: f64| {
        if value.abs() < SMALLEST {
            SMALLEST
        } else {
            value
        }
    };
    let mut partial = x + 1.0 - a;
    let mut numerator = f64::INFINITY;
    let mut denominator = 1.0 / away_from_zero(partial);
    let mut value = denominator;
    for place in 1..MAX_TERMS {
        let n = f64::from(place);
        let coefficient = -n * (n - a);
        partial += 2.0;
        denominator = 1.0 / away_from_zero(partial + coefficient * denominator);
        numerator = away_from_zero(partial + coefficient / numerator);
        let factor = numerator * denominator;
        value *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}
