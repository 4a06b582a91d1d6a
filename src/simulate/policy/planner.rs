//! This program's own planner at both echelons.

use std::collections::BTreeMap;

use super::{Charging, Morning, Replenishment, ShopOrder, SupplierOrder};
use crate::model::{Quantity, Sku};
use crate::plan::allocation;
use crate::plan::distribution::normal_quantile;
use crate::plan::nested::{NestedProduct, NestedShop, nested_cost, nested_intervals};
use crate::plan::{LotBalance, PlanLine, Policy, ProductInput, plan_product};
use crate::simulate::history::History;
use crate::simulate::network::Network;
use crate::simulate::shelf::KEEPS;
use crate::simulate::world::{Claim, World};

/// Delivery intervals of all shops and lots of all products are set together by [`nested_intervals`], anew every period
/// from the moving averages of what the shops sold. On its delivery days each shop's products are filled up to the level
/// of [`plan_product`]: a quantile of negative binomial demand over T + L, what will expire taken off the position.
///
/// The distributor buys a product when its position would not last through the deliveries that the calendar has before
/// an order placed tomorrow could come in, and then buys what the deliveries within the lot's days will take: the sum of
/// S - position + f days over them, with safety stock k sigma for what the shops will sell until then. A reorder point of
/// R L would be too low before a large delivery and too high where none is due. Source of the idea: time-phased order
/// points with period order quantities, A. J. Martin, "DRP: distribution resource planning" (1983).
///
/// Stock that is short is shared so that every shop has as many days of it.
#[derive(Debug)]
pub struct Planner<'network> {
    network: &'network Network,
    /// By pair.
    outlook: Vec<Outlook>,
    /// The first morning, from which all intervals are counted, so that they meet.
    first_day: Option<u32>,
    /// T_j by shop.
    delivery_days: Vec<u32>,
    /// The day of each shop's next delivery.
    next_delivery: Vec<u32>,
    /// Days from each shop's last delivery to the next, for which its levels are.
    review_days: Vec<u32>,
    /// T_k by product.
    lot_days: Vec<u32>,
    /// The day from which on the intervals are out of date.
    renew: u32,
    has_intervals: bool,
}

/// What the last plan of a pair said.
#[derive(Debug, Clone, Copy, Default)]
struct Outlook {
    order_up_to: f64,
    per_day: f64,
    /// Variance of the forecast error per day of the protection interval.
    variance_per_day: f64,
}

/// What the deliveries of some days will take of a product.
#[derive(Debug, Clone, Copy, Default)]
struct Requirement {
    mean: f64,
    variance: f64,
}

impl<'network> Planner<'network> {
    /// For a network.
    #[must_use]
    pub fn new(network: &'network Network) -> Self {
        let (shops, products) = (network.shops.len(), network.products.len());
        Self {
            network,
            outlook: vec![Outlook::default(); shops * products],
            first_day: None,
            delivery_days: vec![7; shops],
            next_delivery: vec![0; shops],
            review_days: vec![7; shops],
            lot_days: vec![7; products],
            renew: 0,
            has_intervals: false,
        }
    }

    /// Plans one product of a shop on this morning.
    fn plan(&self, morning: &Morning, shop: usize, product: usize) -> Option<PlanLine> {
        let network = self.network;
        let input = product_input(network, morning.world, morning.history, shop, product)?;
        let policy = Policy {
            periods: network.planner.moving_average_periods,
            period_days: network.period_days,
            review_days: self.review_days[shop],
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

    /// Looks at every product of every shop, whether or not it is due.
    fn look_around(&mut self, morning: &Morning) {
        let products = self.network.products.len();
        for pair in 0..self.outlook.len() {
            if let Some(line) = self.plan(morning, pair / products, pair % products) {
                self.look(pair, &line);
            }
        }
    }

    /// Brings the intervals up to date. Each shop goes over to its new one at its next delivery.
    fn renew(&mut self, morning: &Morning) {
        if morning.day < self.renew {
            return;
        }
        self.renew = morning.day + self.network.period_days;
        if self.first_day.is_some() {
            self.set_intervals();
            return;
        }
        self.first_day = Some(morning.day);
        self.next_delivery.fill(morning.day);
        self.look_around(morning);
        self.set_intervals();
        self.review_days.clone_from(&self.delivery_days);
        // Levels are for an interval, which is known now.
        self.look_around(morning);
    }

    /// Puts a shop that is served today down for its next delivery: on a day of its calendar, which is counted from the
    /// first day so that the intervals of shops and lots meet, as near to a whole interval from now as there is.
    fn schedule(&mut self, shop: usize, today: u32) {
        let interval = self.delivery_days[shop];
        let since = today - self.first_day.unwrap_or(today);
        let next = (since + interval / 2 + 1).next_multiple_of(interval);
        self.review_days[shop] = next - since;
        self.next_delivery[shop] = today + next - since;
    }

    fn set_intervals(&mut self) {
        let network = self.network;
        let products = network.products.len();
        let longest_road = network
            .shops
            .iter()
            .map(|shop| shop.lead_time.whole_days())
            .max();
        let shops: Vec<NestedShop> = self
            .outlook
            .chunks(products)
            .map(|basket| {
                let items = basket
                    .iter()
                    .filter(|outlook| outlook.per_day > 0.0)
                    .count();
                let period = f64::from(network.period_days);
                NestedShop {
                    delivery_cost: network.delivery.per_delivery()
                        + network.delivery.item * items as f64,
                    demand_per_period: basket.iter().map(|one| one.per_day * period).collect(),
                }
            })
            .collect();
        let goods: Vec<NestedProduct> = network
            .products
            .iter()
            .map(|product| NestedProduct {
                lot_cost: product.order_cost + product.handling_cost,
                distributor_price: product.distributor_price,
                retail_price: product.retail_price,
                longest_days: product.shelf_life_days.map(|days| {
                    let left = days.saturating_sub(longest_road.unwrap_or(0));
                    (left * LIFE_FOR_CYCLES / 100).max(1)
                }),
            })
            .collect();
        let (fraction, period) = (network.holding_fraction_per_period, network.period_days);
        // The input was checked and forecasts are not negative: there always are intervals and costs.
        let (Ok(found), Ok(now)) = (
            nested_intervals(fraction, period, &shops, &goods),
            nested_cost(
                fraction,
                period,
                &shops,
                &goods,
                &self.delivery_days,
                &self.lot_days,
            ),
        ) else {
            return;
        };
        if !self.has_intervals || found.cost_per_period < WORTH_A_CHANGE * now {
            self.has_intervals = true;
            self.delivery_days = found.delivery_days;
            self.lot_days = found.lot_days;
        }
    }

    /// Whether any shop is down for a delivery on `day`.
    fn delivers_on(&self, day: u32) -> bool {
        let mut shops = self.next_delivery.iter().zip(&self.delivery_days);
        shops.any(|(&next, &interval)| day >= next && (day - next).is_multiple_of(interval))
    }

    /// What the deliveries of a product from tomorrow until `until` will take.
    fn required(&self, morning: &Morning, product: usize, until: u32) -> Requirement {
        let products = self.network.products.len();
        let mut required = Requirement::default();
        for shop in 0..self.network.shops.len() {
            let first = self.next_delivery[shop];
            if first > until {
                continue;
            }
            let outlook = self.outlook[shop * products + product];
            let last = until - (until - first) % self.delivery_days[shop];
            let days = f64::from(last - morning.day);
            let position = morning.world.shop(shop, product).position() as f64;
            required.mean += (outlook.order_up_to - position + outlook.per_day * days).max(0.0);
            required.variance += outlook.variance_per_day * days;
        }
        required
    }
}

/// New intervals are taken when they cost less than this share of what the present ones do: every change breaks the
/// rhythm in which lots and deliveries meet, and near the least cost it saves next to nothing.
const WORTH_A_CHANGE: f64 = 0.98;

/// Percent of a product's days, between distributor and the end of its shelf life, that its intervals may take; the rest
/// is for safety stock, which lies longer than the goods that are expected to sell.
const LIFE_FOR_CYCLES: u32 = 70;

impl Replenishment for Planner<'_> {
    fn name(&self) -> &'static str {
        "kulakan"
    }

    fn charging(&self) -> Charging {
        Charging::PerDelivery
    }

    fn shop_orders(&mut self, morning: &Morning, orders: &mut Vec<ShopOrder>) {
        self.renew(morning);
        let products = self.network.products.len();
        for shop in 0..self.network.shops.len() {
            if self.next_delivery[shop] != morning.day {
                continue;
            }
            self.schedule(shop, morning.day);
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
        }
    }

    fn share(&self, morning: &Morning, product: usize, stock: i64, claims: &[Claim]) -> Vec<i64> {
        let products = self.network.products.len();
        let mut needs: BTreeMap<usize, i64> = BTreeMap::new();
        for claim in claims {
            *needs.entry(claim.shop).or_default() += claim.quantity;
        }
        let shops: Vec<allocation::Claim> = needs
            .iter()
            .map(|(&shop, &need)| {
                let place = morning.world.shop(shop, product);
                allocation::Claim {
                    // Fair shares go round by name; so the names are in the order of the shops.
                    shop: format!("{shop:08}"),
                    position: Quantity(place.position() - place.on_order),
                    demand_per_day: self.outlook[shop * products + product].per_day,
                    need: Quantity(need),
                }
            })
            .collect();
        let pack = Quantity(self.network.products[product].pack_size);
        // Stock, needs and forecasts are not negative and packs not empty: there always are shares.
        let Ok(found) = allocation::fair_shares(Quantity(stock), pack, &shops) else {
            return vec![0; claims.len()];
        };
        let mut given: BTreeMap<&str, i64> = found
            .shares
            .iter()
            .map(|share| (share.shop.as_str(), share.given.0))
            .collect();
        let parts = claims.iter().map(|claim| {
            let Some(left) = given.get_mut(format!("{:08}", claim.shop).as_str()) else {
                return 0;
            };
            let part = claim.quantity.min(*left);
            *left -= part;
            part
        });
        parts.collect()
    }

    fn supplier_orders(&mut self, morning: &Morning, orders: &mut Vec<SupplierOrder>) {
        let network = self.network;
        let factor = normal_quantile(network.planner.service_level);
        for (product, goods) in network.products.iter().enumerate() {
            let lead_time = network.suppliers[goods.supplier].lead_time;
            // A lot that may be late is ordered so many days earlier.
            let lead_days = (lead_time.mean_days + factor * lead_time.sd_days).ceil() as u32;
            let needed = |until: u32| {
                let required = self.required(morning, product, until);
                required.mean + factor * required.variance.sqrt()
            };
            let position = morning.world.distributor(product).position();
            let covered = morning.day + lead_days;
            // An order placed today comes in for the deliveries of one day; for earlier ones it is too late, for later
            // ones too early.
            let lot = if self.delivers_on(covered) && needed(covered) > position as f64 {
                needed(covered + self.lot_days[product] - 1) - position as f64
            } else {
                0.0
            };
            // What is owed to shops waits for the next lot unless its margin is worth a lot of its own.
            let margin = (goods.retail_price - goods.production_cost) * -position as f64;
            let owed = if margin > goods.order_cost + goods.handling_cost {
                -position
            } else {
                0
            };
            let quantity = owed.max(lot.ceil() as i64);
            if quantity > 0 {
                orders.push(SupplierOrder { product, quantity });
            }
        }
    }
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
