//! Goods on their way, and how long the way takes on each day.

use super::network::{LeadTime, Network};
use super::random::{Purpose, Stream};
use super::shelf::Lot;
use crate::plan::distribution::normal_quantile;

/// Longest lead time that is drawn, in days.
const MAX_DRAWN_DAYS: f64 = 365.0;

/// Part of a lot on the road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// The product.
    pub product: usize,
    /// The goods.
    pub lot: Lot,
    /// The day on which it comes in; set when it is sent.
    pub arrives: u32,
}

/// All links of a network. The lead time of a link is drawn once a day, whether or not anything is sent on it, so that
/// it is the same for every policy.
#[derive(Debug)]
pub struct Roads {
    to_shops: Vec<Link>,
    /// From each supplier.
    to_distributor: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    lead_time: LeadTime,
    stream: Option<Stream>,
    today: u32,
    loads: Vec<Load>,
}

impl Roads {
    /// The empty roads of one replication.
    #[must_use]
    pub fn new(network: &Network, seed: u64, replication: u32) -> Self {
        let link = |lead_time: LeadTime, purpose, place| Link {
            lead_time,
            stream: (lead_time.sd_days > 0.0)
                .then(|| Stream::new(seed, replication, purpose, place, 0)),
            today: lead_time.mean_days as u32,
            loads: Vec::new(),
        };
        let shops = network.shops.iter().enumerate();
        let suppliers = network.suppliers.iter().enumerate();
        Self {
            to_shops: shops
                .map(|(at, shop)| link(shop.lead_time, Purpose::Delivery, at))
                .collect(),
            to_distributor: suppliers
                .map(|(at, supplier)| link(supplier.lead_time, Purpose::Supply, at))
                .collect(),
        }
    }

    /// Draws the lead times of what is sent today.
    pub fn begin_day(&mut self) {
        for link in self.to_shops.iter_mut().chain(&mut self.to_distributor) {
            let LeadTime { mean_days, sd_days } = link.lead_time;
            if let Some(stream) = &mut link.stream {
                // The middle of the step of 2^-53, so that the quantile is finite.
                let probability = stream.uniform() + f64::EPSILON / 4.0;
                let days = mean_days + sd_days * normal_quantile(probability);
                link.today = (days + 0.5).floor().clamp(0.0, MAX_DRAWN_DAYS) as u32;
            }
        }
    }

    /// Sends a load to a shop; it comes in after today's lead time.
    pub fn send_to_shop(&mut self, day: u32, shop: usize, load: Load) {
        self.to_shops[shop].send(day, load);
    }

    /// Sends a load from a supplier to the distributor.
    pub fn send_to_distributor(&mut self, day: u32, supplier: usize, load: Load) {
        self.to_distributor[supplier].send(day, load);
    }

    /// Takes what is due at shops off the roads: the shop and the load, in the order in which they were sent.
    pub fn delivered(&mut self, day: u32, mut arrived: impl FnMut(usize, Load)) {
        for (shop, link) in self.to_shops.iter_mut().enumerate() {
            link.arrive(day, |load| arrived(shop, load));
        }
    }

    /// Takes what is due at the distributor off the roads: the product and the load.
    pub fn supplied(&mut self, day: u32, mut arrived: impl FnMut(usize, Load)) {
        for link in &mut self.to_distributor {
            link.arrive(day, |load| arrived(load.product, load));
        }
    }

    /// Adds the units on all roads to a figure for each product.
    pub fn add_to(&self, units: &mut [i64]) {
        for link in self.to_shops.iter().chain(&self.to_distributor) {
            for load in &link.loads {
                units[load.product] += load.lot.quantity;
            }
        }
    }
}

impl Link {
    fn send(&mut self, day: u32, load: Load) {
        self.loads.push(Load {
            arrives: day + self.today,
            ..load
        });
    }

    fn arrive(&mut self, day: u32, mut arrived: impl FnMut(Load)) {
        self.loads.retain(|load| {
            let due = load.arrives <= day;
            if due {
                arrived(*load);
            }
            !due
        });
    }
}
