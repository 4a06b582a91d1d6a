//! Quotients of the exponential function that stay exact as their argument goes to 0.
//!
//! phi_1 and phi_2 are named as in the literature on exponential integrators (M. Hochbruck and A. Ostermann, Acta
//! Numerica 19 (2010), 209-286).

/// Terms of a series at an argument of at most [`NEAR_ZERO`]: the first one left out is below 1e-19 of the sum.
const TERMS: u32 = 16;

/// Below this the closed forms lose digits to cancellation, above it at most one.
const NEAR_ZERO: f64 = 0.5;

/// phi_1(x) = (e^x - 1) / x; 1 at 0. Mean growth over a time: what remains of a unit of stock on average is phi_1(-x).
pub(super) fn phi_1(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { libm::expm1(x) / x }
}

/// phi_2(x) = (e^x - 1 - x) / x^2; 1/2 at 0. The time-weighted stock of a lot that is used up evenly and decays.
pub(super) fn phi_2(x: f64) -> f64 {
    if x.abs() <= NEAR_ZERO {
        series(x, |_| 1.0)
    } else {
        (libm::expm1(x) - x) / x / x
    }
}

/// phi_1(x) - phi_2(x) = (x e^x - e^x + 1) / x^2; 1/2 at 0. How fast the average cost of stock grows with its interval.
pub(super) fn phi_1_less_phi_2(x: f64) -> f64 {
    if x.abs() <= NEAR_ZERO {
        series(x, |k| k + 1.0)
    } else {
        (x - libm::expm1(x) + x * libm::expm1(x)) / x / x
    }
}

/// -ln(1 - y) / y for y below 1; 1 at 0. How much longer a run must be for what decays in it.
pub(super) fn log_quotient(y: f64) -> f64 {
    if y == 0.0 { 1.0 } else { -libm::log1p(-y) / y }
}

/// The sum of weight(k) x^k / (k + 2)! over k from 0, smallest terms first.
fn series(x: f64, weight: impl Fn(f64) -> f64) -> f64 {
    // Horner's rule: (w_0 + x/3 (w_1 + x/4 (w_2 + ...))) / 2.
    (0..TERMS)
        .rev()
        .map(f64::from)
        .fold(0.0, |rest, k| weight(k) + x / (k + 3.0) * rest)
        / 2.0
}
