//! The vocabulary of the trade, without any input or output: money, quantities, units, identifiers, days.
//!
//! Nothing here reads a clock, a file or a database; everything is a value.

pub mod day;
pub mod id;
pub mod money;
pub mod product;
pub mod qris;
pub mod quantity;
pub mod sale;
pub mod stock;

pub use day::{DayDecision, TradingDay};
pub use id::{SaleId, Sku};
pub use money::Money;
pub use product::{BaseUnit, barcode_problem};
pub use qris::{Qris, QrisError};
pub use quantity::Quantity;
pub use sale::PaymentMethod;
pub use stock::{AdjustmentReason, MovementKind, StockPosition};
