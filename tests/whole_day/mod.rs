//! Whole stories at the counter in a real browser: a stranger's first sale, and a day from opening to closing whose
//! figures a sum of the test's own confirms.

mod first_sale;
mod thirty_sales;
