//! HTTP: the JSON API.

pub mod api;
