//! The distributor's own stock, its suppliers and its orders to them, through the doors that people use.

mod stock;
