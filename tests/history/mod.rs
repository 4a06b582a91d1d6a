//! Sales histories out of files.

mod reading;
mod splitting;
