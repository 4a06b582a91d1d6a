//! A day-by-day simulation of suppliers, one distributor and its shops, to compare ways of keeping the shops supplied.
//!
//! Every policy meets the same demand and the same lead times: a random number depends on the seed, the replication, the
//! place and the day, and on nothing that a policy does. Goods can only be moved by [`world`], and at the end of every
//! day all of them are counted.
//!
//! A day:
//! 1. What is due comes in, first at the distributor, then at the shops; customers who wait are served.
//! 2. Shops are reviewed, the distributor sends them what it has.
//! 3. The distributor's stock is reviewed, suppliers get orders, make goods and send lots.
//! 4. What has no lead time comes in; the morning's stock is counted.
//! 5. Customers come.
//! 6. What passes its date is thrown away; the evening's stock is counted.
//!
//! - [`input`], [`network`], [`replay`]: what is simulated.
//! - [`random`], [`distribution`], [`demand`]: chance.
//! - [`shelf`], [`roads`], [`world`], [`history`]: goods, and what is known of their sales.
//! - [`policy`]: traditional ordering and the study's VMI, each without and with safety stock, this program's planner.
//! - [`run`], [`measure`], [`cost`], [`statistics`], [`report`]: days, counts, money, confidence.

mod check;
mod conclusion;
pub mod cost;
pub mod demand;
pub mod distribution;
mod error;
pub mod history;
pub mod input;
pub mod measure;
pub mod network;
pub mod policy;
pub mod random;
pub mod replay;
pub mod report;
pub mod roads;
pub mod run;
pub mod shelf;
pub mod statistics;
pub mod world;

pub use error::SimulationError;
pub use input::{Input, Overrides, STUDY_CASE};
pub use network::{Horizon, Network};
pub use report::{Report, simulate};
