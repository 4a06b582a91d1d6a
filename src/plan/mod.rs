//! Pure mathematics of replenishment: values and a date in, a plan out.
