//! VMI.
