//! Kasbon.
