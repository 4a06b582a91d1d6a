//! What can be wrong with a simulation, told so that the reader finds the place.

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// The input is no TOML, or has a field that is not known or not of the right kind.
    #[error("line {line}: {message}")]
    Syntax {
        /// Line of the input, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A field has a value that cannot be.
    #[error("{field} is {value}, {allowed}")]
    Field {
        /// Table and field, such as `shop B: order_cost`.
        field: String,
        /// What it is.
        value: String,
        /// What it may be, such as `must be from 0 to 100`.
        allowed: String,
    },
    /// A row of the replayed sales cannot be used.
    #[error("sales line {line}: {message}")]
    Sales {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong there.
        message: String,
    },
    /// Goods appeared or vanished: a fault of the simulator, found by its own count.
    #[error(
        "stock is not conserved under {policy}, replication {replication}, day {day}, {product}: \
         {accounted} units are accounted for, {expected} came in"
    )]
    Conservation {
        /// Policy that was simulated.
        policy: &'static str,
        /// Replication, from 1.
        replication: u32,
        /// Day, from 0 at the beginning of the simulation.
        day: u32,
        /// Product.
        product: String,
        /// Opening stock and all that was made since.
        expected: i64,
        /// Sold, wasted, on hand anywhere and on the road.
        accounted: i64,
    },
}

impl SimulationError {
    /// A field with a value that cannot be.
    pub(super) fn field(
        field: impl Into<String>,
        value: impl ToString,
        allowed: impl Into<String>,
    ) -> Self {
        Self::Field {
            field: field.into(),
            value: value.to_string(),
            allowed: allowed.into(),
        }
    }
}
