//! People at the counter: coming in, what each may do, and pages that lock themselves.

mod for_less;
mod forgotten;
mod locking;
mod pictures;
mod pins;
mod words;
