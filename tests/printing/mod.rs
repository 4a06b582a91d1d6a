//! Receipts, the printer's queue, QRIS and codes on photographs, through the pages that people use.

mod bytes;
mod counter;
mod printer;

use counter::Counter;
use printer::FakePrinter;
