//! kulakan
fn main() {}
