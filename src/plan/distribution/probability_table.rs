//! Demand whose every value has its own probability.

use super::super::parameter::{ParameterError, between, share};
use super::DiscreteDemand;

/// Probabilities may add up to 1 to within this much; they are brought to 1.
const SUM_TOLERANCE: f64 = 1e-6;

/// The largest value, well within the whole numbers that an `f64` holds.
const LARGEST_VALUE: i64 = 1_000_000_000_000_000;

/// Demand in whole base units, as a table of values and probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbabilityTable {
    /// In rising order, each once.
    rows: Vec<Row>,
    mean: f64,
}

/// A value, with the probabilities of it or less and of more than it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    value: i64,
    probability: f64,
    at_most: f64,
    above: f64,
}

impl ProbabilityTable {
    /// From pairs of value and probability in any order; those of equal value are added up.
    ///
    /// # Errors
    /// [`ParameterError`] for a value below 0 or above 10^15, a probability outside 0 to 1, or a sum of probabilities that
    /// is not 1 (to 10^-6).
    pub fn new(pairs: &[(i64, f64)]) -> Result<Self, ParameterError> {
        for (place, &(value, probability)) in pairs.iter().enumerate() {
            let named = |error: ParameterError| error.within(format!("pairs[{place}]"));
            between("value", value as f64, 0.0, LARGEST_VALUE as f64).map_err(named)?;
            share("probability", probability).map_err(named)?;
        }
        let mut sorted = pairs.to_vec();
        sorted.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let sum: f64 = sorted.iter().map(|&(_, probability)| probability).sum();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(ParameterError::new("sum of probabilities", sum, "1"));
        }
        let mut rows: Vec<Row> = Vec::with_capacity(sorted.len());
        for (value, probability) in sorted {
            let probability = probability / sum;
            match rows.last_mut() {
                Some(last) if last.value == value => last.probability += probability,
                _ => rows.push(Row {
                    value,
                    probability,
                    at_most: 0.0,
                    above: 0.0,
                }),
            }
        }
        // Each tail is added up from its own end, where it is small.
        let mut at_most = 0.0;
        for row in &mut rows {
            at_most += row.probability;
            row.at_most = f64::min(at_most, 1.0);
        }
        let mut above = 0.0;
        for row in rows.iter_mut().rev() {
            row.above = f64::min(above, 1.0);
            above += row.probability;
        }
        let mean = rows
            .iter()
            .map(|row| row.value as f64 * row.probability)
            .sum();
        Ok(Self { rows, mean })
    }

    /// How many rows have values up to `x`.
    fn rows_up_to(&self, x: i64) -> usize {
        self.rows.partition_point(|row| row.value <= x)
    }
}

impl DiscreteDemand for ProbabilityTable {
    fn mean(&self) -> f64 {
        self.mean
    }

    fn cdf(&self, x: i64) -> f64 {
        match self.rows_up_to(x) {
            0 => 0.0,
            count => self.rows[count - 1].at_most,
        }
    }

    fn upper_tail(&self, x: i64) -> f64 {
        match self.rows_up_to(x) {
            0 => 1.0,
            count => self.rows[count - 1].above,
        }
    }

    fn expected_shortage(&self, x: i64) -> f64 {
        self.rows[self.rows_up_to(x)..]
            .iter()
            .map(|row| (row.value as f64 - x as f64) * row.probability)
            .sum()
    }
}
