//! The simulated days, one after the other.

use chrono::NaiveDate;

use super::demand::DemandModel;
use super::error::SimulationError;
use super::history::History;
use super::measure::Measures;
use super::network::{DemandKind, Horizon, Network, UnmetDemand};
use super::policy::{Charging, Morning, Replenishment, joint_opening};
use super::roads::Roads;
use super::world::{Place, World};

/// The first day of a simulation without dates of its own: a Monday.
const FIRST_DATE: NaiveDate = match NaiveDate::from_ymd_opt(2024, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

/// What one counted or uncounted day left behind, for a reader who follows the goods.
#[derive(Debug)]
pub struct Evening<'day, 'network> {
    /// The day, from 0 at the beginning of the simulation, warm-up included.
    pub day: u32,
    /// Demand by pair: shop times products plus product.
    pub demand: &'day [i64],
    /// The goods.
    pub world: &'day World<'network>,
}

/// One replication under one policy. `evening` is called at the end of every simulated day.
///
/// # Errors
/// [`SimulationError::Conservation`] when goods appeared or vanished.
pub fn replicate(
    network: &Network,
    horizon: &Horizon,
    model: &DemandModel,
    replication: u32,
    policy: &mut dyn Replenishment,
    evening: &mut dyn FnMut(&Evening),
) -> Result<Measures, SimulationError> {
    let mut simulation = Simulation::open(network, horizon, model, replication);
    let mut demands = model.begin(horizon.seed, replication);
    let mut demand = Vec::new();
    for _ in 0..horizon.history_days {
        demands.next_day(&mut demand);
        simulation.remember(&demand);
    }
    let counted_from = horizon.history_days + horizon.warm_up_days;
    for day in horizon.history_days..horizon.all_days() {
        demands.next_day(&mut demand);
        simulation.day(day, &demand, policy, day >= counted_from);
        simulation.check(day - horizon.history_days, policy.name(), replication)?;
        evening(&Evening {
            day: day - horizon.history_days,
            demand: &demand,
            world: &simulation.world,
        });
    }
    Ok(simulation.measures)
}

struct Simulation<'network> {
    network: &'network Network,
    world: World<'network>,
    history: History,
    measures: Measures,
    /// By pair: what the cycle that is going on has seen; nothing before the first delivery.
    cycles: Vec<Cycle>,
    /// The day that something was last sent to each shop.
    last_sent: Vec<Option<u32>>,
    /// The day of each shop's last joint delivery.
    last_joint: Vec<Option<u32>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cycle {
    NotBegun,
    Served,
    Short,
}

impl<'network> Simulation<'network> {
    fn open(
        network: &'network Network,
        horizon: &Horizon,
        model: &DemandModel,
        replication: u32,
    ) -> Self {
        let products = network.products.len();
        let pairs = network.shops.len() * products;
        let (shops, distributor) = joint_opening(network, model);
        let roads = Roads::new(network, horizon.seed, replication);
        let first_date = match &network.demand {
            DemandKind::Replayed(sales) => sales.first,
            DemandKind::Random { .. } => FIRST_DATE,
        };
        Self {
            network,
            world: World::open(network, roads, horizon.history_days, &shops, &distributor),
            history: History::new(first_date, pairs),
            measures: Measures::new(network),
            cycles: vec![Cycle::NotBegun; pairs],
            last_sent: vec![None; network.shops.len()],
            last_joint: vec![None; network.shops.len()],
        }
    }

    /// A day before the first simulated one: its demand was met, somehow.
    fn remember(&mut self, demand: &[i64]) {
        for (pair, &demand) in demand.iter().enumerate() {
            self.history.record(pair, Some(demand));
        }
        self.history.end_day();
    }

    fn day(&mut self, day: u32, demand: &[i64], policy: &mut dyn Replenishment, counted: bool) {
        self.world.begin_day();
        self.receive(day, counted);
        self.supply_shops(day, policy, counted);
        let mut lots = Vec::new();
        policy.supplier_orders(&self.morning(day), &mut lots);
        for order in &lots {
            self.world.order_lot(order.product, order.quantity);
            self.measures.lots[order.product] += u64::from(counted);
        }
        self.world.produce(day);
        // What takes no time is here the same morning.
        self.receive(day, counted);
        if counted {
            self.count_stock();
        }
        self.sell(demand, counted);
        let (measures, products) = (&mut self.measures, self.network.products.len());
        self.world.expire(day, |place, units| {
            if counted {
                match place {
                    Place::Shop { pair } => measures.shop_waste[pair % products] += units,
                    Place::Distributor { product } => {
                        measures.distributor_waste[product] += units;
                    }
                }
            }
        });
        if counted {
            self.count_stock();
            self.count_waiting();
            self.measures.days += 1;
        }
    }

    fn morning(&self, day: u32) -> Morning<'_, 'network> {
        Morning {
            day,
            world: &self.world,
            history: &self.history,
        }
    }

    fn receive(&mut self, day: u32, counted: bool) {
        self.world.receive_at_distributor(day);
        let (cycles, measures) = (&mut self.cycles, &mut self.measures);
        self.world.receive_at_shops(day, |pair| {
            if counted && cycles[pair] != Cycle::NotBegun {
                measures.cycles += 1;
                measures.cycles_served += u64::from(cycles[pair] == Cycle::Served);
            }
            cycles[pair] = Cycle::Served;
        });
    }

    fn supply_shops(&mut self, day: u32, policy: &mut dyn Replenishment, counted: bool) {
        let mut orders = Vec::new();
        policy.shop_orders(&self.morning(day), &mut orders);
        let charging = policy.charging();
        for order in &orders {
            self.world.claim(order.shop, order.product, order.quantity);
            if counted && charging == Charging::PerOrder {
                self.measures.own_orders[order.shop] += 1;
            }
        }
        if charging == Charging::PerDelivery {
            for order in &orders {
                self.measures.joint_items += u64::from(counted);
                if self.last_joint[order.shop] != Some(day) {
                    self.last_joint[order.shop] = Some(day);
                    self.measures.joint_deliveries[order.shop] += u64::from(counted);
                }
            }
        }
        for product in 0..self.network.products.len() {
            let place = self.world.distributor(product);
            let stock = place.shelf.total();
            if place.claims.is_empty() {
                continue;
            }
            let shares = policy.share(&self.morning(day), product, stock, &place.claims);
            let (last_sent, measures) = (&mut self.last_sent, &mut self.measures);
            self.world.dispatch(day, product, &shares, |shop| {
                if last_sent[shop] != Some(day) {
                    last_sent[shop] = Some(day);
                    measures.deliveries += u64::from(counted);
                }
            });
        }
    }

    fn sell(&mut self, demand: &[i64], counted: bool) {
        let products = self.network.products.len();
        let known = self.network.unmet_demand == UnmetDemand::Backordered;
        for (pair, &demand) in demand.iter().enumerate() {
            let there = self.world.pairs()[pair].shelf.total() > 0;
            let served = self.world.sell(pair, demand);
            // A customer who waits is known; one who went away is not.
            let seen = if known { demand } else { served.at_once };
            self.history.record(pair, (known || there).then_some(seen));
            if served.missing > 0 && self.cycles[pair] == Cycle::Served {
                self.cycles[pair] = Cycle::Short;
            }
            if counted {
                self.measures.demanded += demand;
                self.measures.served += served.at_once;
                if !known {
                    self.measures.lost[pair % products] += served.missing;
                }
            }
        }
        self.history.end_day();
    }

    fn count_stock(&mut self) {
        let products = self.network.products.len();
        for (pair, place) in self.world.pairs().iter().enumerate() {
            self.measures.shop_stock_twice[pair % products] += place.shelf.total();
        }
        for product in 0..products {
            self.measures.distributor_stock_twice[product] +=
                self.world.distributor(product).shelf.total();
            self.measures.supplier_stock_twice[product] += self.world.at_supplier(product);
        }
    }

    fn count_waiting(&mut self) {
        let products = self.network.products.len();
        for (pair, place) in self.world.pairs().iter().enumerate() {
            self.measures.waiting_days[pair % products] += place.backordered;
        }
    }

    fn check(
        &self,
        day: u32,
        policy: &'static str,
        replication: u32,
    ) -> Result<(), SimulationError> {
        for (product, balance) in self.world.balances().iter().enumerate() {
            if balance.came_in != balance.accounted {
                return Err(SimulationError::Conservation {
                    policy,
                    replication: replication + 1,
                    day,
                    product: self.network.products[product].name.clone(),
                    expected: balance.came_in,
                    accounted: balance.accounted,
                });
            }
        }
        Ok(())
    }
}
