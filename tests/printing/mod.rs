//! Receipts, the printer's queue, QRIS and codes on photographs, through the pages that people use.

mod bytes;
pub mod codes;
mod counter;
mod picture;
mod printer;
mod qris;
mod queue;
mod screen;
mod settings;

use counter::Counter;
use printer::FakePrinter;
