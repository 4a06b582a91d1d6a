//! The standard normal distribution: quantile and loss.

const SQRT_TAU: f64 = 2.506_628_274_631_000_7;

/// Density at `z`.
pub(super) fn normal_density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / SQRT_TAU
}

/// P(Z > z), accurate in both tails.
#[must_use]
pub fn normal_upper_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The z with P(Z <= z) = `probability`, to about 1e-15. Infinite at 0 and 1, NaN outside.
///
/// Source of the start: Abramowitz and Stegun 26.2.23 (to 4.5e-4); two steps of Halley's method make it exact.
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    if probability.is_nan() || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let tail = probability.min(1.0 - probability);
    let size = if tail <= 0.0 {
        f64::INFINITY
    } else {
        upper_quantile(tail)
    };
    if probability < 0.5 { -size } else { size }
}

/// The z >= 0 with P(Z > z) = `tail`, for 0 < tail <= 1/2.
fn upper_quantile(tail: f64) -> f64 {
    let t = (-2.0 * libm::log(tail)).sqrt();
    let mut z = t
        - ((0.010_328 * t + 0.802_853) * t + 2.515_517)
            / (((0.001_308 * t + 0.189_269) * t + 1.432_788) * t + 1.0);
    for _ in 0..3 {
        let newton = (normal_upper_tail(z) - tail) / normal_density(z);
        z += newton / (1.0 - 0.5 * z * newton);
    }
    z.max(0.0)
}

/// Standard normal loss G(k) = E\[(Z - k)+\] = density(k) - k P(Z > k): the expected shortage, in standard deviations,
/// of a level k standard deviations above the mean.
#[must_use]
pub fn normal_loss(k: f64) -> f64 {
    (normal_density(k) - k * normal_upper_tail(k)).max(0.0)
}

/// Standard normal second loss E\[((Z - k)+)^2\] / 2 = ((k^2 + 1) P(Z > k) - k density(k)) / 2: the integral of
/// [`normal_loss`] from k on.
#[must_use]
pub fn normal_second_loss(k: f64) -> f64 {
    // Far out the two terms cancel to nothing, which they are.
    (((k * k + 1.0) * normal_upper_tail(k) - k * normal_density(k)) / 2.0).max(0.0)
}

/// The k with [`normal_loss`]`(k) = loss`, for a positive loss; above 37 no loss is representable, and that is the
/// answer for 0, below it and NaN.
///
/// Newton's method. Large losses from -loss, where the loss is always larger: G is convex and falling, so that the steps
/// go up without ever passing the answer. Small ones on ln G, which is concave, from exp(-k^2 / 2) = loss, where G is
/// smaller: the steps go down without ever passing it.
#[must_use]
pub fn normal_loss_inverse(loss: f64) -> f64 {
    const LARGEST: f64 = 37.0;
    const LARGE_LOSS: f64 = 0.1;
    const MAX_STEPS: u32 = 100;
    if loss.is_nan() || loss <= 0.0 {
        return LARGEST;
    }
    let large = loss >= LARGE_LOSS;
    let mut k = if large {
        -loss
    } else {
        (-2.0 * libm::log(loss)).sqrt()
    };
    for _ in 0..MAX_STEPS {
        let (found, slope) = (normal_loss(k), normal_upper_tail(k));
        let step = if large {
            (found - loss) / slope
        } else {
            found * libm::log(found / loss) / slope
        };
        if !step.is_finite() {
            return LARGEST;
        }
        k += step;
        if step.abs() <= 1e-16 * k.abs() {
            break;
        }
    }
    k.min(LARGEST)
}
