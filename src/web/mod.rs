//! Plumbing of both web sides that knows no domain: serving, host check, problem bodies, languages.

pub mod host;
pub mod language;
pub mod problem;
pub mod serve;

pub use language::Language;
pub use problem::Problem;
