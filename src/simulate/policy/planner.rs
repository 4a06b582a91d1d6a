//! This program's own planner at both echelons.

use super::joint::{Calendar, coordinated_lot, interval_days};
use super::{Charging, Morning, Replenishment, ShopOrder, SupplierOrder, lots_above};
use crate::model::{Quantity, Sku};
use crate::plan::distribution::normal_quantile;
use crate::plan::{LotBalance, PlanLine, Policy, ProductInput, plan_product};
use crate::simulate::history::History;
use crate::simulate::network::Network;
use crate::simulate::shelf::KEEPS;
use crate::simulate::world::{Claim, World};

/// The distributor delivers each shop's basket at its joint interval T, found anew at every delivery from the moving
/// average of what the shop sold, and fills each product up to the level of [`plan_product`]: a quantile of negative
/// binomial demand over T + L, with what will expire taken off the position.
///
/// It orders coordinated lots from suppliers when its position would not last through the deliveries that the calendar
/// has before another order could come in: the sum of S - position + f days over the shops that are due from tomorrow
/// until L_s days on, and safety stock k sigma for what those shops will sell until then. A reorder point of R L would
/// be too low before a large delivery and too high where none is due. Source of the idea: time-phased order points,
/// A. J. Martin, "DRP: distribution resource planning" (1983).
///
/// Stock that is short is shared so that every shop has as many days of it.
#[derive(Debug)]
pub struct Planner<'network> {
    network: &'network Network,
    calendar: Calendar,
    /// By pair.
    outlook: Vec<Outlook>,
    begun: bool,
}

/// What the last plan of a pair said.
#[derive(Debug, Clone, Copy, Default)]
struct Outlook {
    order_up_to: f64,
    per_day: f64,
    /// Variance of the forecast error per day of the protection interval.
    variance_per_day: f64,
}

impl<'network> Planner<'network> {
    /// For a network.
    #[must_use]
    pub fn new(network: &'network Network) -> Self {
        let shops = network.shops.len();
        Self {
            network,
            calendar: Calendar::new(shops),
            outlook: vec![Outlook::default(); shops * network.products.len()],
            begun: false,
        }
    }

    /// Plans one product of a shop on this morning.
    fn plan(&self, morning: &Morning, shop: usize, product: usize) -> Option<PlanLine> {
        let network = self.network;
        let input = product_input(network, morning.world, morning.history, shop, product)?;
        let policy = Policy {
            periods: network.planner.moving_average_periods,
            period_days: network.period_days,
            review_days: self.calendar.interval[shop],
            lead_time_days: network.shops[shop].lead_time.whole_days(),
            lead_time_sd_days: network.shops[shop].lead_time.sd_days,
            service_level: network.planner.service_level,
            fill_rate: network.planner.fill_rate,
            ..Policy::default()
        };
        Some(plan_product(morning.history.today(), &input, &policy))
    }

    fn look(&mut self, pair: usize, line: &PlanLine) {
        let days = f64::from(line.protection_days.max(1));
        self.outlook[pair] = Outlook {
            order_up_to: line.order_up_to,
            per_day: line.forecast_per_day,
            variance_per_day: line.sigma_protection * line.sigma_protection / days,
        };
    }

    fn set_interval(&mut self, shop: usize) {
        let products = self.network.products.len();
        let basket = &self.outlook[shop * products..(shop + 1) * products];
        let means: Vec<f64> = basket.iter().map(|outlook| outlook.per_day).collect();
        self.calendar.interval[shop] = interval_days(self.network, shop, &means);
    }

    /// The first look at every shop, to know its interval before its first delivery.
    fn begin(&mut self, morning: &Morning) {
        let products = self.network.products.len();
        for shop in 0..self.network.shops.len() {
            // The interval decides the level and the forecast decides the interval: twice around settles both.
            for _ in 0..2 {
                for product in 0..products {
                    if let Some(line) = self.plan(morning, shop, product) {
                        self.look(shop * products + product, &line);
                    }
                }
                self.set_interval(shop);
            }
        }
        self.begun = true;
    }
}

impl Replenishment for Planner<'_> {
    fn name(&self) -> &'static str {
        "kulakan"
    }

    fn charging(&self) -> Charging {
        Charging::PerDelivery
    }

    fn shop_orders(&mut self, morning: &Morning, orders: &mut Vec<ShopOrder>) {
        if !self.begun {
            self.begin(morning);
        }
        let products = self.network.products.len();
        for shop in self.calendar.due(morning.day) {
            for product in 0..products {
                let Some(line) = self.plan(morning, shop, product) else {
                    continue;
                };
                self.look(shop * products + product, &line);
                if line.quantity > Quantity::ZERO {
                    orders.push(ShopOrder {
                        shop,
                        product,
                        quantity: line.quantity.0,
                    });
                }
            }
            self.set_interval(shop);
        }
    }

    fn share(&self, morning: &Morning, product: usize, stock: i64, claims: &[Claim]) -> Vec<i64> {
        let products = self.network.products.len();
        let needs: Vec<Need> = claims
            .iter()
            .map(|claim| {
                let place = morning.world.shop(claim.shop, product);
                Need {
                    quantity: claim.quantity,
                    there: place.shelf.total() + place.in_transit - place.backordered,
                    per_day: self.outlook[claim.shop * products + product].per_day,
                }
            })
            .collect();
        fair_shares(stock, &needs)
    }

    fn supplier_orders(&mut self, morning: &Morning, orders: &mut Vec<SupplierOrder>) {
        let network = self.network;
        let products = network.products.len();
        let factor = normal_quantile(network.planner.service_level);
        for (product, goods) in network.products.iter().enumerate() {
            let lead_time = network.suppliers[goods.supplier].lead_time;
            let covered = morning.day + lead_time.whole_days();
            let (mut mean, mut variance, mut per_day) = (0.0, 0.0, 0.0);
            for shop in 0..network.shops.len() {
                let outlook = self.outlook[shop * products + product];
                per_day += outlook.per_day;
                let Some(next) = self.calendar.next(shop).filter(|&next| next <= covered) else {
                    continue;
                };
                let days = f64::from(next.saturating_sub(morning.day));
                let position = morning.world.shop(shop, product).position() as f64;
                mean += (outlook.order_up_to - position + outlook.per_day * days).max(0.0);
                variance += outlook.variance_per_day * days;
            }
            let late = per_day * lead_time.sd_days;
            let needed = mean + factor * (variance + late * late).sqrt();
            let lot = coordinated_lot(network, goods, per_day);
            let position = morning.world.distributor(product).position();
            // With nothing due before another order could come in, an empty store is enough.
            if lot == 0 || position as f64 >= needed {
                continue;
            }
            let quantity = lots_above(position, needed, lot);
            orders.push(SupplierOrder { product, quantity });
        }
    }
}

/// One shop's claim on stock that is short.
struct Need {
    quantity: i64,
    /// On hand and on its way, less what is owed to customers.
    there: i64,
    per_day: f64,
}

/// Shares `stock` so that after it the shops that get any have the same days of stock, none more than it claimed: the
/// days are found by halving, what rounding leaves goes one unit each to the first.
fn fair_shares(stock: i64, needs: &[Need]) -> Vec<i64> {
    const HALVINGS: u32 = 60;
    let wanted: i64 = needs.iter().map(|need| need.quantity).sum();
    if wanted <= stock {
        return needs.iter().map(|need| need.quantity).collect();
    }
    let at = |days: f64| -> Vec<i64> {
        let parts = needs.iter().map(|need| {
            let level = days * need.per_day.max(1e-9) - need.there as f64;
            (level.floor().max(0.0) as i64).min(need.quantity)
        });
        parts.collect()
    };
    let (mut low, mut high) = (0.0, 1e15);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if at(middle).iter().sum::<i64>() <= stock {
            low = middle;
        } else {
            high = middle;
        }
    }
    let mut shares = at(low);
    let mut left = stock - shares.iter().sum::<i64>();
    for (share, need) in shares.iter_mut().zip(needs) {
        let more = left.min(need.quantity - *share).min(1);
        *share += more;
        left -= more;
    }
    shares
}

/// What the shop's own planner would be given.
fn product_input(
    network: &Network,
    world: &World,
    history: &History,
    shop: usize,
    product: usize,
) -> Option<ProductInput> {
    let goods = &network.products[product];
    let place = world.shop(shop, product);
    let lots = place.shelf.lots().iter().map(|lot| LotBalance {
        expires: (lot.last_day != KEEPS).then(|| history.date(lot.last_day)),
        quantity: Quantity(lot.quantity),
    });
    let mut flows = Vec::new();
    history.flows(shop * network.products.len() + product, &mut flows);
    let lead_time = network.shops[shop].lead_time.whole_days();
    Some(ProductInput {
        sku: Sku::parse("simulated").ok()?,
        flows,
        lots: lots.collect(),
        on_order: Quantity(place.on_order),
        in_transit: Quantity(place.in_transit),
        backordered: Quantity(place.backordered),
        pack_size: Quantity(goods.pack_size),
        minimum_order: Quantity(goods.minimum_order),
        // The date began to count when the goods came in at the distributor.
        shelf_life_days: goods
            .shelf_life_days
            .map(|days| days.saturating_sub(lead_time).max(1)),
    })
}
