//! Which parameters a model takes, and how it refuses the others.
//!
//! Every model checks what it is given before it calculates. Money, units, rates and days of a real shop lie well within
//! [`SMALLEST`] and [`LARGEST`]; between them no formula of this module overflows or divides by nothing, so that finite
//! parameters that pass give finite figures.

use std::borrow::Cow;
use std::fmt::Display;

/// The largest size of a parameter: a thousand times more rupiah than there are in the world.
pub const LARGEST: f64 = 1e18;

/// The least value of a parameter that must be positive.
pub const SMALLEST: f64 = 1e-18;

/// A parameter outside its range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{name} is {}, must be {allowed}", in_words(*value))]
pub struct ParameterError {
    /// Name of the parameter, as in the model's arguments; for one of a list with its place, as `items[2].demand_rate`.
    pub name: Cow<'static, str>,
    /// What was given, in the parameter's own unit; may be infinite or not a number.
    pub value: f64,
    /// The range in words that follow "must be".
    pub allowed: Cow<'static, str>,
}

impl ParameterError {
    /// The parameter `name` had `value`, and must be `allowed`.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        value: f64,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            name: name.into(),
            value,
            allowed: allowed.into(),
        }
    }

    /// The same for a parameter that is a part of a larger one: `demand_rate` within `items[2]` is `items[2].demand_rate`.
    #[must_use]
    pub fn within(self, whole: impl Display) -> Self {
        Self {
            name: format!("{whole}.{}", self.name).into(),
            ..self
        }
    }
}

/// `value`, if it is above 0 (and from [`SMALLEST`] to [`LARGEST`]).
///
/// # Errors
/// [`ParameterError`] with `name` for any other, NaN and the infinities included.
pub fn positive(name: &'static str, value: f64) -> Result<f64, ParameterError> {
    if value.is_nan() || value <= 0.0 {
        return Err(ParameterError::new(name, value, "above 0"));
    }
    between(name, value, SMALLEST, LARGEST)
}

/// `value`, if it is 0 or above (and at most [`LARGEST`]).
///
/// # Errors
/// [`ParameterError`] with `name` for any other, NaN and the infinities included.
pub fn not_negative(name: &'static str, value: f64) -> Result<f64, ParameterError> {
    if value.is_nan() || value < 0.0 {
        return Err(ParameterError::new(name, value, "0 or above"));
    }
    between(name, value, 0.0, LARGEST)
}

/// `value`, if it is any number of a size up to [`LARGEST`].
///
/// # Errors
/// [`ParameterError`] with `name` for any other, NaN and the infinities included.
pub fn number(name: &'static str, value: f64) -> Result<f64, ParameterError> {
    between(name, value, -LARGEST, LARGEST)
}

/// `value`, if it lies between 0 and 1 and is neither: a probability or share that can be worked towards.
///
/// # Errors
/// [`ParameterError`] with `name` for any other, NaN included.
pub fn share_open(name: &'static str, value: f64) -> Result<f64, ParameterError> {
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err(ParameterError::new(name, value, "above 0 and below 1"))
    }
}

/// `value`, if it lies from 0 to 1.
///
/// # Errors
/// [`ParameterError`] with `name` for any other, NaN included.
pub fn share(name: &'static str, value: f64) -> Result<f64, ParameterError> {
    between(name, value, 0.0, 1.0)
}

/// `value`, if it is from `least` to `most`.
///
/// # Errors
/// [`ParameterError`] with `name` for any other, NaN included.
pub fn between(
    name: &'static str,
    value: f64,
    least: f64,
    most: f64,
) -> Result<f64, ParameterError> {
    if value >= least && value <= most {
        return Ok(value);
    }
    let allowed = format!("from {} to {}", in_words(least), in_words(most));
    Err(ParameterError::new(name, value, allowed))
}

/// `value`, if it is above the parameter `other`, whose value is `least` (and at most [`LARGEST`]).
///
/// # Errors
/// [`ParameterError`] with `name` for any other, NaN included.
pub fn above(
    name: &'static str,
    value: f64,
    other: &'static str,
    least: f64,
) -> Result<f64, ParameterError> {
    if value > least && value <= LARGEST {
        return Ok(value);
    }
    let allowed = if value > least {
        format!("at most {LARGEST:e}")
    } else {
        format!("above {other}, which is {}", in_words(least))
    };
    Err(ParameterError::new(name, value, allowed))
}

/// Very large and very small numbers by their power of ten.
fn in_words(value: f64) -> String {
    if value.abs() >= 1e9 || (value.abs() > 0.0 && value.abs() < 1e-6) {
        format!("{value:e}")
    } else {
        // Not "-0".
        format!("{}", value + 0.0)
    }
}
