//! What happened on the counted days of one simulation, in whole units and counts.

use super::network::Network;

/// Counts of one replication under one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measures {
    /// By product: twice the sum over days of the mean of morning and evening stock, at all shops.
    pub shop_stock_twice: Vec<i64>,
    /// The same at the distributor.
    pub distributor_stock_twice: Vec<i64>,
    /// The same at the supplier.
    pub supplier_stock_twice: Vec<i64>,
    /// By product: units that passed their date in shops.
    pub shop_waste: Vec<i64>,
    /// By product: units that passed their date at the distributor.
    pub distributor_waste: Vec<i64>,
    /// By product: units that customers did not get.
    pub lost: Vec<i64>,
    /// By product: sum over days of the units owed to customers in the evening.
    pub waiting_days: Vec<i64>,
    /// By shop: orders of one product that it placed by itself.
    pub own_orders: Vec<u64>,
    /// By shop: joint deliveries.
    pub joint_deliveries: Vec<u64>,
    /// Products carried by all joint deliveries together.
    pub joint_items: u64,
    /// By product: lots ordered from the supplier.
    pub lots: Vec<u64>,
    /// Units asked for.
    pub demanded: i64,
    /// Units given at once.
    pub served: i64,
    /// Times between one delivery of a product to a shop and the next.
    pub cycles: u64,
    /// Of those, without a shortage.
    pub cycles_served: u64,
    /// Days on which something was sent to a shop, over all shops.
    pub deliveries: u64,
    /// Days counted.
    pub days: u32,
}

impl Measures {
    /// Nothing yet.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let (shops, products) = (network.shops.len(), network.products.len());
        Self {
            shop_stock_twice: vec![0; products],
            distributor_stock_twice: vec![0; products],
            supplier_stock_twice: vec![0; products],
            shop_waste: vec![0; products],
            distributor_waste: vec![0; products],
            lost: vec![0; products],
            waiting_days: vec![0; products],
            own_orders: vec![0; shops],
            joint_deliveries: vec![0; shops],
            joint_items: 0,
            lots: vec![0; products],
            demanded: 0,
            served: 0,
            cycles: 0,
            cycles_served: 0,
            deliveries: 0,
            days: 0,
        }
    }

    /// Share of the demanded units that were given at once; 1 without demand.
    #[must_use]
    pub fn fill_rate(&self) -> f64 {
        share(self.served as f64, self.demanded as f64)
    }

    /// Share of the cycles without a shortage; 1 without a cycle.
    #[must_use]
    pub fn cycle_service(&self) -> f64 {
        share(self.cycles_served as f64, self.cycles as f64)
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}
