//! Quantity discounts.

use super::super::parameter::{ParameterError, positive};

/// From this quantity on, a unit costs so much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceBreak {
    /// The least lot, in base units, that the price is for; 0 for the first.
    pub from_quantity: f64,
    /// Money for one base unit. Above 0.
    pub unit_cost: f64,
}

/// Which units the lower price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// All units of a lot that reaches the break.
    AllUnits,
    /// Only the units above the break.
    Incremental,
}

/// What a lot is chosen by besides the price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiscountTerms {
    /// K: money for each order. Above 0.
    pub order_cost: f64,
    /// Cost of holding goods for one period, as a share of what they were bought for. Above 0.
    pub holding_fraction: f64,
    /// D: base units asked for in one period. Above 0.
    pub demand_rate: f64,
}

/// A lot, and the price that it is bought at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiscountedLot {
    /// Q in base units.
    pub quantity: f64,
    /// Place of the price break that it falls under, from 0.
    pub region: usize,
    /// Money per period for ordering, holding and the goods themselves.
    pub cost: f64,
}

/// A supplier's prices by quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList {
    breaks: Vec<PriceBreak>,
    discount: Discount,
}

impl PriceList {
    /// A list that begins at quantity 0, in rising quantities and falling prices.
    ///
    /// # Errors
    /// [`ParameterError`] names the first break that is not so, as in `breaks[1].unit_cost`.
    pub fn new(breaks: Vec<PriceBreak>, discount: Discount) -> Result<Self, ParameterError> {
        let mut before: Option<PriceBreak> = None;
        for (place, this) in breaks.iter().enumerate() {
            let named = |error: ParameterError| error.within(format!("breaks[{place}]"));
            let price = positive("unit_cost", this.unit_cost).map_err(named)?;
            let allowed = match before {
                None if this.from_quantity == 0.0 => None,
                None => Some(("from_quantity", this.from_quantity, "0".to_owned())),
                Some(before) => {
                    positive("from_quantity", this.from_quantity).map_err(named)?;
                    if this.from_quantity <= before.from_quantity {
                        let allowed =
                            format!("above the {} of the break before", before.from_quantity);
                        Some(("from_quantity", this.from_quantity, allowed))
                    } else if price >= before.unit_cost {
                        let allowed = format!("below the {} of the break before", before.unit_cost);
                        Some(("unit_cost", price, allowed))
                    } else {
                        None
                    }
                }
            };
            if let Some((name, value, allowed)) = allowed {
                return Err(named(ParameterError::new(name, value, allowed)));
            }
            before = Some(*this);
        }
        if before.is_none() {
            return Err(ParameterError::new(
                "breaks",
                0.0,
                "at least one, from quantity 0",
            ));
        }
        Ok(Self { breaks, discount })
    }

    /// Place of the break that a lot falls under.
    #[must_use]
    pub fn region(&self, quantity: f64) -> usize {
        self.breaks
            .iter()
            .rposition(|step| step.from_quantity <= quantity)
            .unwrap_or(0)
    }

    /// What it costs per period to order `quantity` base units at a time: K D / Q + (price of the lot) (D / Q +
    /// fraction / 2).
    ///
    /// # Errors
    /// [`ParameterError`] for terms or a quantity that are not above 0.
    pub fn cost_of(&self, terms: &DiscountTerms, quantity: f64) -> Result<f64, ParameterError> {
        terms.check()?;
        let quantity = positive("quantity", quantity)?;
        Ok(self.cost_under(terms, quantity, self.region(quantity)))
    }

    /// The lot at which ordering, holding and the goods themselves cost least together; the smaller of two that cost the
    /// same.
    ///
    /// On all units: under each price, its own economic order quantity or, where that is too small for the price, the
    /// break itself; one that is too large for the price costs more than the same lot at the next one. Incrementally:
    /// the price of a lot is the least of the straight lines through its regions, so that the cheapest of the
    /// lines' own economic order quantities lies on its line.
    ///
    /// Source: L. V. Snyder, Z.-J. M. Shen, "Fundamentals of supply chain theory", 2nd ed., section 3.4.
    ///
    /// # Errors
    /// [`ParameterError`] for terms that are not above 0.
    pub fn economic_lot(&self, terms: &DiscountTerms) -> Result<DiscountedLot, ParameterError> {
        terms.check()?;
        let mut best: Option<DiscountedLot> = None;
        for (region, step) in self.breaks.iter().enumerate() {
            let fixed = terms.order_cost + self.fixed_part(region);
            let own = (2.0 * fixed * terms.demand_rate / (terms.holding_fraction * step.unit_cost))
                .sqrt();
            let next = self.breaks.get(region + 1);
            if next.is_some_and(|next| own >= next.from_quantity) {
                continue;
            }
            let quantity = own.max(step.from_quantity);
            let cost = self.cost_under(terms, quantity, region);
            if best.is_none_or(|best| cost < best.cost) {
                best = Some(DiscountedLot {
                    quantity,
                    region,
                    cost,
                });
            }
        }
        // The last region is never passed over, and a list has at least one.
        best.ok_or_else(|| ParameterError::new("breaks", 0.0, "at least one, from quantity 0"))
    }

    /// Price of a lot in the region, less unit cost times quantity.
    fn fixed_part(&self, region: usize) -> f64 {
        match self.discount {
            Discount::AllUnits => 0.0,
            // Each unit below a break costs what the price fell by at it.
            Discount::Incremental => self.breaks[..=region]
                .windows(2)
                .map(|pair| (pair[0].unit_cost - pair[1].unit_cost) * pair[1].from_quantity)
                .sum(),
        }
    }

    fn cost_under(&self, terms: &DiscountTerms, quantity: f64, region: usize) -> f64 {
        let fixed = self.fixed_part(region);
        let price = self.breaks[region].unit_cost;
        let orders = terms.demand_rate / quantity;
        price * terms.demand_rate
            + (terms.order_cost + fixed) * orders
            + terms.holding_fraction * (fixed + price * quantity) / 2.0
    }
}

impl DiscountTerms {
    fn check(&self) -> Result<(), ParameterError> {
        positive("order_cost", self.order_cost)?;
        positive("holding_fraction", self.holding_fraction)?;
        positive("demand_rate", self.demand_rate)?;
        Ok(())
    }
}
