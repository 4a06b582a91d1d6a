//! Whole stories over the real programs and real HTTP.

mod agreement;
mod taken_back;
