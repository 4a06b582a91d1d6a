//! Plumbing of both web sides that knows no domain: serving, host check, problem bodies, sessions, languages and the pages' frame.

pub mod astray;
mod download;
pub mod host;
pub mod language;
pub mod layout;
mod link;
pub mod openapi;
pub mod problem;
pub mod serve;
pub mod session;
mod texts;

pub use download::attachment;
pub use language::Language;
pub use link::encoded;
pub use problem::Problem;
pub use session::bearer;
pub(crate) use texts::texts;
