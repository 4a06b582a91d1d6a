//! Sums over sales, stock and plans.
