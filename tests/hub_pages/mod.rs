//! What every page of the hub owes whoever works with it: nothing wider than a salesman's telephone, nothing that a
//! finger misses or a screen reader cannot name, nothing half in another language; for each role, in both languages.

mod filled;
mod measure;
mod walk;
