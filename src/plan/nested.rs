//! One distributor, many shops, a basket: how often to deliver to each shop and how often to buy each product, together.
//!
//! The joint interval of [`super::joint`] charges a unit in a shop with the prices of both echelons, as if the
//! distributor held another one for it. Goods lie in one place at a time: what a shop's stock costs more than the same
//! stock at the distributor is the difference of the two prices (its *echelon* cost), so that deliveries may be rarer,
//! and a supplier's lot that comes in when shops are served hardly lies at the distributor at all.

use super::parameter::{ParameterError, not_negative, positive};

/// A shop that is served.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedShop {
    /// C_d + C_j and the items' costs: money for one delivery of the basket.
    pub delivery_cost: f64,
    /// For each product: R_jk, base units per period; 0 where it is not sold.
    pub demand_per_period: Vec<f64>,
}

/// A product that is bought and delivered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NestedProduct {
    /// C_kd + C_ks: money for one lot.
    pub lot_cost: f64,
    /// P_d: the distributor's price of a base unit, at which it holds stock.
    pub distributor_price: f64,
    /// P_j: the shops' price, at which they hold stock; at least the distributor's.
    pub retail_price: f64,
    /// Days within which a unit has to leave the shop, from coming in at the distributor; `None` for goods that keep.
    pub longest_days: Option<u32>,
}

/// Intervals in whole days, each a multiple or a part of the base.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedIntervals {
    /// T_0.
    pub base_days: u32,
    /// T_j: from one delivery to the next, by shop.
    pub delivery_days: Vec<u32>,
    /// T_k: days that a lot of each product lasts.
    pub lot_days: Vec<u32>,
    /// What deliveries, lots and cycle stock cost in a period.
    pub cost_per_period: f64,
}

/// The longest interval that is considered, in days.
pub const LONGEST_DAYS: u32 = 60;

/// An interval is the base times or divided by one of these, so that of any two one is a multiple of the other.
const POWERS: [u32; 4] = [1, 2, 4, 8];

/// The intervals with the least cost per period
///
/// sum_j K_j / T_j + sum_k K_k / T_k + F / 2 sum_jk R_jk ((P_jk - P_dk) T_j + P_dk max(T_k, T_j)),
///
/// K_j the cost of a delivery and K_k of a lot, among those where every T_j and T_k is a base T_0 times a power of two from
/// 1/8 to 8: of any two one is a multiple of the other, so that lots come in on days on which shops are served. For each
/// base from 1 to [`LONGEST_DAYS`] days the shops choose with all lots at the base, then the products choose with the
/// shops' intervals; the best base is taken, the shortest of equal ones. What nobody asks for is delivered and bought as
/// rarely as anything.
///
/// Source: the cost of nested policies is that of R. Roundy, "98%-effective integer-ratio lot-sizing for one-warehouse
/// multi-retailer systems", Management Science 31 (1985), with a delivery shared by the products of a basket.
///
/// `holding_fraction_per_period` is F, `period_days` the days of a period.
///
/// # Errors
/// [`ParameterError`] when a cost, price or demand is negative or no number, F, a price or the period is not above 0, a
/// retail price is below the distributor's, or a shop has not one demand for each product.
pub fn nested_intervals(
    holding_fraction_per_period: f64,
    period_days: u32,
    shops: &[NestedShop],
    products: &[NestedProduct],
) -> Result<NestedIntervals, ParameterError> {
    let costs = checked(holding_fraction_per_period, period_days, shops, products)?;
    let mut best = costs.around(1);
    for base in 2..=LONGEST_DAYS {
        let found = costs.around(base);
        if found.cost_per_period < best.cost_per_period {
            best = found;
        }
    }
    Ok(best)
}

/// The cost per period of given intervals, as [`nested_intervals`] reckons it: to see whether others are worth a change.
/// Intervals that are missing count as 1 day.
///
/// # Errors
/// As [`nested_intervals`].
pub fn nested_cost(
    holding_fraction_per_period: f64,
    period_days: u32,
    shops: &[NestedShop],
    products: &[NestedProduct],
    delivery_days: &[u32],
    lot_days: &[u32],
) -> Result<f64, ParameterError> {
    let costs = checked(holding_fraction_per_period, period_days, shops, products)?;
    let all = |days: &[u32], count: usize| -> Vec<u32> {
        let given = days.iter().copied().chain(std::iter::repeat(1));
        given.take(count).map(|days| days.max(1)).collect()
    };
    Ok(costs.of(
        &all(delivery_days, shops.len()),
        &all(lot_days, products.len()),
    ))
}

fn checked(
    holding_fraction_per_period: f64,
    period_days: u32,
    shops: &[NestedShop],
    products: &[NestedProduct],
) -> Result<Costs, ParameterError> {
    let fraction = positive("holding_fraction_per_period", holding_fraction_per_period)?;
    let period = positive("period_days", f64::from(period_days))?;
    for (at, product) in products.iter().enumerate() {
        check_product(product).map_err(|error| error.within(format!("products[{at}]")))?;
    }
    for (at, shop) in shops.iter().enumerate() {
        check_shop(shop, products.len()).map_err(|error| error.within(format!("shops[{at}]")))?;
    }
    Ok(Costs::new(fraction, period, shops, products))
}

fn check_product(product: &NestedProduct) -> Result<(), ParameterError> {
    not_negative("lot_cost", product.lot_cost)?;
    positive("distributor_price", product.distributor_price)?;
    positive("retail_price", product.retail_price)?;
    if product.retail_price < product.distributor_price {
        let allowed = format!("at least distributor_price, {}", product.distributor_price);
        return Err(ParameterError::new(
            "retail_price",
            product.retail_price,
            allowed,
        ));
    }
    Ok(())
}

fn check_shop(shop: &NestedShop, products: usize) -> Result<(), ParameterError> {
    not_negative("delivery_cost", shop.delivery_cost)?;
    let count = shop.demand_per_period.len();
    if count != products {
        let allowed = format!("{products} figures, one for each product");
        return Err(ParameterError::new(
            "demand_per_period",
            count as f64,
            allowed,
        ));
    }
    for &demand in &shop.demand_per_period {
        not_negative("demand_per_period", demand)?;
    }
    Ok(())
}

/// Coefficients of the cost per period, intervals in days.
struct Costs {
    /// K_j in money days per period; 0 for a shop without demand, which is not served.
    delivery: Vec<f64>,
    /// Money per period for each day of T_j: the echelon cost of the shop's own stock.
    in_shop: Vec<f64>,
    /// The same for each day of max(T_k, T_j), by shop over all products.
    behind_shop: Vec<f64>,
    /// K_k in money days per period.
    lot: Vec<f64>,
    /// The same as `behind_shop` by product and shop.
    behind: Vec<Vec<f64>>,
    /// By shop: the longest that its basket may last.
    longest_delivery: Vec<u32>,
    /// By product.
    longest_lot: Vec<u32>,
}

impl Costs {
    fn new(fraction: f64, period: f64, shops: &[NestedShop], products: &[NestedProduct]) -> Self {
        let life = |product: &NestedProduct| {
            let days = product.longest_days.unwrap_or(LONGEST_DAYS);
            days.clamp(1, LONGEST_DAYS)
        };
        let half = fraction / (2.0 * period);
        let over = |shop: &NestedShop, price: &dyn Fn(&NestedProduct) -> f64| {
            let both = shop.demand_per_period.iter().zip(products);
            in_fixed_order(
                both.map(|(demand, product)| half * demand * price(product))
                    .collect(),
            )
        };
        let sells = |shop: &NestedShop| shop.demand_per_period.iter().any(|&demand| demand > 0.0);
        let when = |served: bool, cost: f64| if served { cost * period } else { 0.0 };
        Self {
            delivery: shops
                .iter()
                .map(|shop| when(sells(shop), shop.delivery_cost))
                .collect(),
            in_shop: shops
                .iter()
                .map(|shop| over(shop, &|one| one.retail_price - one.distributor_price))
                .collect(),
            behind_shop: shops
                .iter()
                .map(|shop| over(shop, &|one| one.distributor_price))
                .collect(),
            lot: products
                .iter()
                .enumerate()
                .map(|(at, product)| {
                    let sold = shops.iter().any(|shop| shop.demand_per_period[at] > 0.0);
                    when(sold, product.lot_cost)
                })
                .collect(),
            behind: products
                .iter()
                .enumerate()
                .map(|(at, product)| {
                    let price = half * product.distributor_price;
                    shops
                        .iter()
                        .map(|shop| price * shop.demand_per_period[at])
                        .collect()
                })
                .collect(),
            longest_delivery: shops
                .iter()
                .map(|shop| {
                    let basket = shop.demand_per_period.iter().zip(products);
                    let sold = basket.filter(|(demand, _)| **demand > 0.0);
                    sold.map(|(_, product)| life(product))
                        .min()
                        .unwrap_or(LONGEST_DAYS)
                })
                .collect(),
            longest_lot: products.iter().map(life).collect(),
        }
    }

    /// What a shop's interval costs, its stock in the shop and before it; `before` is the days of max(T_k, T_j).
    fn of_shop(&self, shop: usize, days: u32, before: u32) -> f64 {
        let in_shop = self.in_shop[shop] * f64::from(days);
        let behind = self.behind_shop[shop] * f64::from(before);
        self.delivery[shop] / f64::from(days) + in_shop + behind
    }

    /// What a product's lots cost, with the stock before all shops.
    fn of_lot(&self, product: usize, days: u32, delivery_days: &[u32]) -> f64 {
        let shops = self.behind[product].iter().zip(delivery_days);
        let behind = shops.map(|(behind, &delivery)| behind * f64::from(days.max(delivery)));
        self.lot[product] / f64::from(days) + in_fixed_order(behind.collect())
    }

    fn of(&self, delivery_days: &[u32], lot_days: &[u32]) -> f64 {
        let shops = delivery_days.iter().enumerate();
        let lots = lot_days.iter().enumerate();
        in_fixed_order(
            shops
                .map(|(shop, &days)| self.of_shop(shop, days, 0))
                .chain(lots.map(|(product, &days)| self.of_lot(product, days, delivery_days)))
                .collect(),
        )
    }

    /// The best intervals around one base.
    fn around(&self, base: u32) -> NestedIntervals {
        let related = || {
            let longer = POWERS.map(|power| base * power);
            let shorter = POWERS.map(|power| {
                if base.is_multiple_of(power) {
                    base / power
                } else {
                    base
                }
            });
            longer.into_iter().chain(shorter)
        };
        let delivery_days: Vec<u32> = (0..self.delivery.len())
            .map(|shop| {
                cheapest(related(), self.longest_delivery[shop], |days| {
                    self.of_shop(shop, days, days.max(base))
                })
            })
            .collect();
        let lot_days: Vec<u32> = (0..self.lot.len())
            .map(|product| {
                cheapest(related(), self.longest_lot[product], |days| {
                    self.of_lot(product, days, &delivery_days)
                })
            })
            .collect();
        NestedIntervals {
            base_days: base,
            cost_per_period: self.of(&delivery_days, &lot_days),
            delivery_days,
            lot_days,
        }
    }
}

/// The cheapest of some intervals up to `longest`, the shortest of equally cheap ones; 1 day where none is that short.
fn cheapest(days: impl Iterator<Item = u32>, longest: u32, cost: impl Fn(u32) -> f64) -> u32 {
    let fitting = days.filter(|&days| days <= longest);
    fitting
        .map(|days| (cost(days), days))
        .min_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)))
        .map_or(1, |(_, days)| days)
}

/// Floating-point sums depend on their order: sorted, the same figures give the same bits however they are listed.
fn in_fixed_order(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.iter().sum()
}
