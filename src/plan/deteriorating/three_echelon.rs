//! Deliveries of a perishable product through supplier, producer and buyer.

use super::exponential::{log_quotient, phi_1, phi_2};
use crate::plan::parameter::{ParameterError, not_negative, positive};

/// The largest rate times interval that is taken: e to it, squared and times any parameters, is still a number.
const MOST_DECAY: f64 = 200.0;

/// Shares of a run that are rounding of the quotient and not production: a run more or less would be wrong.
const ROUNDING: f64 = 1e-12;

/// Beyond this a number of runs is not exact.
const MOST_RUNS: f64 = 9e15;

/// What keeping a unit costs and how it decays, at one place of the chain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keeping {
    /// H: money for keeping a unit for a period, 0 or above.
    pub holding_cost: f64,
    /// P_B, P_P, P_PW, P_S: money for a unit lost to decay, 0 or above.
    pub deterioration_cost: f64,
    /// theta: share of the stock that decays per period, 0 or above.
    pub deterioration_rate: f64,
}

/// One product that a supplier's material is made into and a buyer sells, over a cycle that repeats.
///
/// Source: H. Rau, M.-Y. Wu and H.-M. Wee, "Integrated inventory model for deteriorating items under a multi-echelon
/// supply chain environment", International Journal of Production Economics 86 (2003), 155-168. Demand and production
/// run at constant rates, decay is exponential at each place at its own rate (the supplier's is the share lost in a
/// whole period), there is no shortage, and a unit of material makes a unit of product. In a cycle T the buyer gets n
/// deliveries, t = T / n apart; the producer makes runs of length t, each from one delivery of material. What a run
/// leaves good is counted at its end, and stock of product at the producer within its run: what decays or is kept from
/// there to the delivery is left out.
///
/// Units: time in the unit of the rates, here called a period; product and material in the same unit; one currency.
/// The parameters are named in errors by their symbols.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThreeEchelon {
    /// T: periods in the cycle, above 0.
    pub cycle: f64,
    /// D: units demanded of the buyer per period, above 0.
    pub demand_rate: f64,
    /// P: units produced per period while producing, at least D.
    pub production_rate: f64,
    /// A: the buyer's cost of the order of a cycle.
    pub buyer_order_cost: f64,
    /// F_B: the buyer's cost of receiving a delivery.
    pub buyer_receiving_cost: f64,
    /// H_B, P_B, theta_B: product at the buyer.
    pub buyer: Keeping,
    /// S_P: the producer's cost of setting up a cycle.
    pub setup_cost: f64,
    /// F_P: the producer's cost of sending a delivery.
    pub producer_shipping_cost: f64,
    /// H_P, P_P, theta_P: finished product at the producer.
    pub producer: Keeping,
    /// F_PW: the producer's cost of receiving a delivery of material.
    pub material_receiving_cost: f64,
    /// H_PW, P_PW, theta_PW: material at the producer.
    pub material: Keeping,
    /// S: the supplier's cost of the order of a cycle.
    pub supplier_order_cost: f64,
    /// F_S: the supplier's cost of sending a delivery of material.
    pub supplier_shipping_cost: f64,
    /// H_S, P_S, theta_S: material at the supplier; theta_S is below 1.
    pub supplier: Keeping,
}

/// Which runs the producer makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// Whole ones only, rounded up: what they leave beyond the deliveries decays (Saptadi, Pritasari and Adi, for a
    /// bakery in Semarang).
    Whole,
    /// Whole ones, then one of length t_3 that makes just what is missing (Rau, Wu and Wee).
    Partial,
}

/// Lots of one cycle with n deliveries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lots {
    /// n: deliveries to the buyer.
    pub deliveries: u32,
    /// t = T / n: periods from one delivery to the next, and the length of a whole run.
    pub interval: f64,
    /// q_B = D (e^(theta_B t) - 1) / theta_B: units in a delivery to the buyer.
    pub delivery: f64,
    /// Q_B = n q_B: units delivered in the cycle.
    pub delivered: f64,
    /// q_P = P (1 - e^(-theta_P t)) / theta_P: units that a whole run leaves good.
    pub run_yield: f64,
    /// n_P: whole runs; Q_B / q_P rounded up with [`Runs::Whole`], down with [`Runs::Partial`].
    pub whole_runs: u64,
    /// t_3 = -ln(1 - r theta_P / P) / theta_P: length of the last run, that leaves the missing r = Q_B - n_P q_P good;
    /// 0 where there is none.
    pub last_run: f64,
    /// n_P q_P - Q_B: good units beyond the deliveries; 0 with [`Runs::Partial`].
    pub surplus: f64,
    /// q_PW = P (e^(theta_PW t) - 1) / theta_PW: units of material for a whole run, at its start.
    pub material_per_run: f64,
    /// Q_PW = q_PW / (1 - theta_S)^t: the same as the supplier had it.
    pub supply_per_run: f64,
    /// Q_S: units of material that the supplier needs for all runs of the cycle.
    pub supply: f64,
}

impl Lots {
    /// Deliveries of material, one for each run.
    #[must_use]
    pub fn material_deliveries(&self) -> u64 {
        self.whole_runs
            .saturating_add(u64::from(self.last_run > 0.0))
    }

    /// Whether all runs fit into the cycle one after another: where not, production cannot keep up with these lots.
    #[must_use]
    pub fn fit_the_cycle(&self) -> bool {
        self.material_deliveries() <= u64::from(self.deliveries)
    }
}

/// Money per period of each part of the chain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// TC_B: the buyer.
    pub buyer: f64,
    /// TC_PW: the producer, for material.
    pub material: f64,
    /// TC_P: the producer, for finished product.
    pub producer: f64,
    /// TC_S: the supplier.
    pub supplier: f64,
}

impl Costs {
    /// TC: all of them.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.buyer + self.material + self.producer + self.supplier
    }
}

impl ThreeEchelon {
    /// The lots with `deliveries` (n, at least 1) in a cycle.
    ///
    /// # Errors
    /// [`ParameterError`] naming the parameter that is outside its range: production below demand, a rate so high that
    /// e^(theta t) would overflow, a negative or unmeasurable figure, or no delivery (`n`).
    pub fn lots(&self, deliveries: u32, runs: Runs) -> Result<Lots, ParameterError> {
        self.check(deliveries)?;
        let n = f64::from(deliveries);
        let t = self.cycle / n;
        let delivery = self.demand_rate * t * phi_1(self.buyer.deterioration_rate * t);
        let delivered = n * delivery;
        let run_yield = self.production_rate * t * phi_1(-self.producer.deterioration_rate * t);
        let needed = delivered / run_yield;
        if needed > MOST_RUNS {
            return Err(ParameterError::new(
                "P",
                self.production_rate,
                "so high that production keeps up with demand and decay",
            ));
        }
        let whole = (needed - needed.round()).abs() <= ROUNDING * needed;
        let whole_runs = match runs {
            _ if whole => needed.round(),
            Runs::Whole => needed.ceil(),
            Runs::Partial => needed.floor(),
        };
        let missing = match runs {
            Runs::Partial if !whole => delivered - whole_runs * run_yield,
            _ => 0.0,
        };
        let surplus = match runs {
            Runs::Whole if !whole => whole_runs * run_yield - delivered,
            _ => 0.0,
        };
        let made = missing / self.production_rate;
        let last_run = made * log_quotient(made * self.producer.deterioration_rate);
        let supply_per_run = self.supply_for(t);
        Ok(Lots {
            deliveries,
            interval: t,
            delivery,
            delivered,
            run_yield,
            whole_runs: whole_runs as u64,
            last_run,
            surplus,
            material_per_run: self.material_for(t),
            supply_per_run,
            supply: whole_runs * supply_per_run + self.supply_for(last_run),
        })
    }

    /// The money per period of lots that came from [`Self::lots`] of the same parameters.
    ///
    /// With J the time-weighted stock of one lot (for the buyer D (e^(theta t) - 1 - theta t) / theta^2), each place
    /// pays H J for keeping and, since decay is theta J, P theta J for what is lost. What a surplus of whole runs costs
    /// is the published formula's: it is kept until it has decayed, 1 / theta_P periods on average, and lost.
    ///
    /// The supplier is charged a delivery for each run. The receiving cost F_PW is charged once more than whole runs:
    /// for the run t_3 of the original, which is there with [`Runs::Partial`] and still charged, as published, with
    /// [`Runs::Whole`].
    ///
    /// # Errors
    /// [`ParameterError`] for theta_P where whole runs leave a surplus that would be kept for ever, or nearly so.
    pub fn costs(&self, lots: &Lots) -> Result<Costs, ParameterError> {
        let n = f64::from(lots.deliveries);
        let t = lots.interval;
        let whole_runs = lots.whole_runs as f64;
        let over_runs =
            |of_run: &dyn Fn(f64) -> f64| whole_runs * of_run(t) + of_run(lots.last_run);

        let at_buyer = n * self.demand_rate * t * t * phi_2(self.buyer.deterioration_rate * t);
        let material = over_runs(&|run| {
            self.production_rate * run * run * phi_2(self.material.deterioration_rate * run)
        });
        let in_runs = over_runs(&|run| {
            self.production_rate * run * run * phi_2(-self.producer.deterioration_rate * run)
        });
        let decay = self.supplier_decay();
        let at_supplier = over_runs(&|run| self.material_for(run) * run * phi_1(decay * run));

        let theta_p = self.producer.deterioration_rate;
        let for_surplus = if lots.surplus > 0.0 && self.producer.holding_cost > 0.0 {
            self.producer.holding_cost * lots.surplus / theta_p
        } else {
            0.0
        };
        let lost_product = theta_p * in_runs + lots.surplus;
        let per_cycle = Costs {
            buyer: self.buyer_order_cost
                + n * self.buyer_receiving_cost
                + at_buyer * self.buyer.cost_of_stock(self.buyer.deterioration_rate),
            material: (whole_runs + 1.0) * self.material_receiving_cost
                + material
                    * self
                        .material
                        .cost_of_stock(self.material.deterioration_rate),
            producer: self.setup_cost
                + n * self.producer_shipping_cost
                + in_runs * self.producer.holding_cost
                + for_surplus
                + lost_product * self.producer.deterioration_cost,
            supplier: self.supplier_order_cost
                + lots.material_deliveries() as f64 * self.supplier_shipping_cost
                + at_supplier * self.supplier.cost_of_stock(decay),
        };
        let costs = Costs {
            buyer: per_cycle.buyer / self.cycle,
            material: per_cycle.material / self.cycle,
            producer: per_cycle.producer / self.cycle,
            supplier: per_cycle.supplier / self.cycle,
        };
        if costs.total().is_finite() {
            Ok(costs)
        } else {
            // Everything else is bounded by the checks.
            Err(ParameterError::new(
                "theta_P",
                theta_p,
                "above 0 where whole runs leave a surplus, which only decay takes away",
            ))
        }
    }

    /// q_PW for a run of this length.
    fn material_for(&self, run: f64) -> f64 {
        self.production_rate * run * phi_1(self.material.deterioration_rate * run)
    }

    /// Q_PW for a run of this length.
    fn supply_for(&self, run: f64) -> f64 {
        self.material_for(run) * libm::exp(self.supplier_decay() * run)
    }

    /// -ln(1 - theta_S): the supplier's decay as a continuous rate.
    fn supplier_decay(&self) -> f64 {
        -libm::log1p(-self.supplier.deterioration_rate)
    }

    fn check(&self, deliveries: u32) -> Result<(), ParameterError> {
        if deliveries == 0 {
            return Err(ParameterError::new("n", 0.0, "1 or above"));
        }
        positive("T", self.cycle)?;
        positive("D", self.demand_rate)?;
        positive("P", self.production_rate)?;
        if self.production_rate < self.demand_rate {
            return Err(ParameterError::new(
                "P",
                self.production_rate,
                format!(
                    "at least D, which is {}: production must keep up with demand",
                    self.demand_rate
                ),
            ));
        }
        for (name, cost) in [
            ("A", self.buyer_order_cost),
            ("F_B", self.buyer_receiving_cost),
            ("H_B", self.buyer.holding_cost),
            ("P_B", self.buyer.deterioration_cost),
            ("S_P", self.setup_cost),
            ("F_P", self.producer_shipping_cost),
            ("H_P", self.producer.holding_cost),
            ("P_P", self.producer.deterioration_cost),
            ("F_PW", self.material_receiving_cost),
            ("H_PW", self.material.holding_cost),
            ("P_PW", self.material.deterioration_cost),
            ("S", self.supplier_order_cost),
            ("F_S", self.supplier_shipping_cost),
            ("H_S", self.supplier.holding_cost),
            ("P_S", self.supplier.deterioration_cost),
        ] {
            not_negative(name, cost)?;
        }
        let t = self.cycle / f64::from(deliveries);
        for (name, rate) in [
            ("theta_B", self.buyer.deterioration_rate),
            ("theta_P", self.producer.deterioration_rate),
            ("theta_PW", self.material.deterioration_rate),
        ] {
            not_negative(name, rate)?;
            if rate * t > MOST_DECAY {
                return Err(ParameterError::new(
                    name,
                    rate,
                    format!(
                        "from 0 to {} where deliveries are {t} apart, or e^({name} t) overflows",
                        MOST_DECAY / t
                    ),
                ));
            }
        }
        let theta_s = self.supplier.deterioration_rate;
        if !(0.0..1.0).contains(&theta_s) {
            return Err(ParameterError::new("theta_S", theta_s, "from 0 to below 1"));
        }
        if self.supplier_decay() * t > MOST_DECAY {
            return Err(ParameterError::new(
                "theta_S",
                theta_s,
                format!(
                    "from 0 to {} where deliveries are {t} apart, or (1 - theta_S)^-t overflows",
                    -libm::expm1(-MOST_DECAY / t)
                ),
            ));
        }
        Ok(())
    }
}

impl Keeping {
    /// H + P theta: money for a unit of stock per period, what decays of it included.
    fn cost_of_stock(&self, rate: f64) -> f64 {
        self.holding_cost + self.deterioration_cost * rate
    }
}
