//! What a page on a counter owes its shop: whoever is not let in reaches nothing, a cashier sees no cost, another site
//! can make nobody's browser do anything, and what people type stays text.

mod doors;
mod routes;
mod text;
