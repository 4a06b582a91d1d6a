//! kulakan
