//! The regularised incomplete beta function, accurate for parameters from a thousandth to a thousand million.

use super::saddle_point::binomial_term;

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
