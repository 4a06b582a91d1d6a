//! Goods that decay while they are kept: the lot of one firm, and the deliveries of a chain of three.
//!
//! Decay is at a constant rate: of a stock I the part theta I is lost per period, whatever its age (exponential
//! decay, P. M. Ghare and G. F. Schrader, "A model for exponentially decaying inventory", Journal of Industrial
//! Engineering 14 (1963), 238-243). With a rate of 0 every formula here is its counterpart for goods that last, and a
//! small rate comes as near to it as floating point allows: where e^x - 1 - x and its like would cancel, series stand in.
//!
//! - [`deteriorating_eoq`]: one firm that buys.
//! - [`ThreeEchelon`]: supplier, producer and buyer, after Rau, Wu and Wee.

mod eoq;
mod exponential;
mod three_echelon;

pub use eoq::{DeterioratingItem, DeterioratingLot, deteriorating_eoq};
pub use three_echelon::{Costs, Keeping, Lots, Runs, ThreeEchelon};
