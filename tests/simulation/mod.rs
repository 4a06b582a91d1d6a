//! Shops and their hub, the production code of both, through everything that can happen to them, by the seed.
//!
//! A run is one shop after the other doing one thing after the other: no two operations overlap, the network is a
//! function call, every clock is set by hand, and the only source of chance is the seed. So a seed replays exactly.
//! `tests/soak FROM COUNT` runs any number.

pub mod audit;
mod dice;
mod disasters;
mod distributor;
mod founding;
mod goods;
mod log;
mod network;
mod nights;
mod party;
mod regressions;
mod run;
mod settle;
mod till;
mod world;
