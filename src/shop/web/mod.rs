//! HTTP: the JSON API.

pub mod api;
pub mod pages;
