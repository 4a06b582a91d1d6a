//! What production is reckoned from: what somebody has said, what follows from the products, and defaults for the rest.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::plan::deteriorating::{Keeping, ThreeEchelon};
use crate::plan::parameter::ParameterError;

/// Days in the period of the hub's holding fraction.
const HOLDING_PERIOD_DAYS: f64 = 30.0;

/// The most deliveries in a cycle that are tried.
pub const MOST_DELIVERIES: u32 = 1_000;

/// Which runs a line makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunChoice {
    /// Whichever of the two costs less.
    #[default]
    Cheapest,
    /// Whole runs only.
    Whole,
    /// Whole runs and a last partial one.
    Partial,
}

/// What somebody has said of a line, by the symbols of [`ThreeEchelon`]; what is absent takes its default. Costs are rupiah
/// for a unit of the line, rates are per period.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[allow(non_snake_case, missing_docs)]
pub struct LineParameters {
    /// Days in a period, to which all rates and costs of time refer; 30 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_days: Option<u32>,
    /// T: periods in the cycle; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub T: Option<f64>,
    /// D: units in a period; the shops' live demand if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub D: Option<f64>,
    /// P: units in a period of nothing but production; `units_per_hour` times the hours of the period if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub P: Option<f64>,
    /// Units that the line makes in an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_per_hour: Option<f64>,
    /// Hours in which it works on a day; 8 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours_per_day: Option<f64>,
    /// The most deliveries in a cycle that are tried; 100 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_max: Option<u32>,
    /// Which runs are made.
    pub runs: RunChoice,
    /// Days from the end of a run to the goods being in the shops; 0 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_to_shop: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub A: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub F_B: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub H_B: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub P_B: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theta_B: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub S_P: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub F_P: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub H_P: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub P_P: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theta_P: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub F_PW: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub H_PW: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub P_PW: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theta_PW: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub S: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub F_S: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub H_S: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub P_S: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theta_S: Option<f64>,
}

/// What of a product differs from its line; money for a base unit of the product.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OwnParameters {
    /// What setting the line up for it adds to a cycle, in rupiah.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup_cost: Option<f64>,
    /// Keeping a base unit for a period, wherever it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holding_cost: Option<f64>,
    /// A base unit lost to decay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deterioration_cost: Option<f64>,
    /// theta_P: the share lost in a period while the producer has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deterioration_rate: Option<f64>,
    /// theta_B: the share lost in a period in the shops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deterioration_rate_shops: Option<f64>,
    /// Base units that the line makes of it in an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<f64>,
}

/// A product's part in its line's reckoning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Base units demanded in a day.
    pub demand_per_day: f64,
    /// Units of the line in a base unit.
    pub conversion: f64,
    /// What a base unit costs, in rupiah.
    pub unit_cost: f64,
    /// What its material costs, where its recipe says.
    pub material_cost: Option<f64>,
    /// What differs from the line.
    pub own: OwnParameters,
}

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Somebody has said it of the line.
    Set,
    /// It follows from what is known of the products, by their shares.
    Products,
    /// The shops' demand, as planned.
    Live,
    /// Nobody has said anything.
    Default,
}

/// A figure that production is reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Figure {
    /// Its symbol in ASCII.
    pub symbol: &'static str,
    /// The value, unrounded.
    pub value: f64,
    /// Where it comes from.
    pub source: Source,
}

/// A line's figures, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// What the model takes.
    pub model: ThreeEchelon,
    /// Days in a period.
    pub period_days: f64,
    /// Hours in which the line works on a day.
    pub hours_per_day: f64,
    /// The most deliveries that are tried.
    pub n_max: u32,
    /// Which runs are made.
    pub runs: RunChoice,
    /// Days from the end of a run to the shops.
    pub days_to_shop: f64,
    /// Each figure with where it comes from.
    pub figures: Vec<Figure>,
}

impl LineParameters {
    /// The model of a line on which these products are made.
    ///
    /// Products that share a line are made by its common cycle: every run makes each of them in its share of the demand
    /// (F. Hanssmann, "Operations Research in Production and Inventory Control", Wiley 1962; here with the aggregate
    /// unit of the published bakery). A rate or cost of the line is then the mean of the products', weighted by their
    /// shares of all units, and the time for a unit is the weighted mean of their times, so that the production rate is
    /// the harmonic mean.
    ///
    /// `holding_fraction` is the cost of keeping goods for 30 days as a share of what they cost.
    ///
    /// # Errors
    /// [`ParameterError`] names what is outside its range, `P` where nobody has said how much the line makes, and `D`
    /// where there is no demand.
    pub fn resolve(
        &self,
        products: &[Weight],
        holding_fraction: f64,
    ) -> Result<Resolved, ParameterError> {
        let period_days = f64::from(self.period_days.unwrap_or(30));
        let hours_per_day = self.hours_per_day.unwrap_or(8.0);
        in_range("period_days", period_days, 1.0, 366.0)?;
        in_range("hours_per_day", hours_per_day, 0.1, 24.0)?;
        let n_max = self.n_max.unwrap_or(100);
        in_range("n_max", f64::from(n_max), 1.0, f64::from(MOST_DELIVERIES))?;
        let units: f64 = products
            .iter()
            .map(|product| product.demand_per_day * product.conversion)
            .sum();
        let share = |product: &Weight| {
            if units > 0.0 {
                product.demand_per_day * product.conversion / units
            } else {
                1.0 / products.len().max(1) as f64
            }
        };
        let mean = |of: &dyn Fn(&Weight) -> f64| -> f64 {
            products
                .iter()
                .map(|product| share(product) * of(product))
                .sum()
        };
        let cost = mean(&|product| product.unit_cost / product.conversion);
        let material = mean(&|product| {
            product.material_cost.unwrap_or(product.unit_cost / 2.0) / product.conversion
        });
        let holding = holding_fraction * period_days / HOLDING_PERIOD_DAYS;
        let mut figures = Vec::new();
        let mut take = |symbol, set: Option<f64>, derived: f64, source| {
            let (value, source) = set.map_or((derived, source), |value| (value, Source::Set));
            figures.push(Figure {
                symbol,
                value,
                source,
            });
            value
        };
        // A product's own figure stands in the place of the line's, and the line's in the place of the others'.
        let mixed = |line: Option<f64>, usual: f64, own: &dyn Fn(&Weight) -> Option<f64>| {
            if products.iter().any(|product| own(product).is_some()) {
                let value = mean(&|product| own(product).unwrap_or(line.unwrap_or(usual)));
                (None, value, Source::Products)
            } else {
                (line, usual, Source::Default)
            }
        };
        let per_unit = |figure: fn(&OwnParameters) -> Option<f64>| {
            move |product: &Weight| figure(&product.own).map(|value| value / product.conversion)
        };
        let keeping = per_unit(|own| own.holding_cost);
        let losing = per_unit(|own| own.deterioration_cost);

        let cycle = take("T", self.T, 1.0, Source::Default);
        let demand = take("D", self.D, units * period_days, Source::Live);
        let line_rate = self
            .P
            .or_else(|| Some(self.units_per_hour? * hours_per_day * period_days));
        let production_rate = if products
            .iter()
            .any(|product| product.own.per_hour.is_some())
        {
            let hours: f64 = mean(&|product| match product.own.per_hour {
                Some(pieces) => 1.0 / (pieces * product.conversion),
                None => line_rate.map_or(0.0, |rate| hours_per_day * period_days / rate),
            });
            take(
                "P",
                None,
                hours_per_day * period_days / hours,
                Source::Products,
            )
        } else {
            let rate = line_rate.ok_or_else(|| {
                ParameterError::new("P", 0.0, "told: how much the line makes in an hour")
            })?;
            take("P", Some(rate), rate, Source::Set)
        };
        let setups: f64 = products
            .iter()
            .filter_map(|product| product.own.setup_cost)
            .sum();
        let material_holding = (holding * material, Source::Products);
        let mut of_mixed =
            |symbol, line, usual, own: &dyn Fn(&Weight) -> Option<f64>, otherwise| {
                let (set, value, source) = mixed(line, usual, own);
                let source = if source == Source::Default {
                    otherwise
                } else {
                    source
                };
                take(symbol, set, value, source)
            };
        let buyer = Keeping {
            holding_cost: of_mixed("H_B", self.H_B, holding * cost, &keeping, Source::Products),
            deterioration_cost: of_mixed("P_B", self.P_B, cost, &losing, Source::Products),
            deterioration_rate: of_mixed(
                "theta_B",
                self.theta_B,
                0.25,
                &|product| product.own.deterioration_rate_shops,
                Source::Default,
            ),
        };
        let producer = Keeping {
            holding_cost: of_mixed("H_P", self.H_P, holding * cost, &keeping, Source::Products),
            deterioration_cost: of_mixed("P_P", self.P_P, cost, &losing, Source::Products),
            deterioration_rate: of_mixed(
                "theta_P",
                self.theta_P,
                0.167,
                &|product| product.own.deterioration_rate,
                Source::Default,
            ),
        };
        let model = ThreeEchelon {
            cycle,
            demand_rate: demand,
            production_rate,
            buyer,
            producer,
            buyer_order_cost: take("A", self.A, 0.0, Source::Default),
            buyer_receiving_cost: take("F_B", self.F_B, 0.0, Source::Default),
            setup_cost: take("S_P", self.S_P, 50_000.0, Source::Default) + setups,
            producer_shipping_cost: take("F_P", self.F_P, 50_000.0, Source::Default),
            material_receiving_cost: take("F_PW", self.F_PW, 0.0, Source::Default),
            material: Keeping {
                holding_cost: take("H_PW", self.H_PW, material_holding.0, material_holding.1),
                deterioration_cost: take("P_PW", self.P_PW, material, Source::Products),
                deterioration_rate: take("theta_PW", self.theta_PW, 0.00274, Source::Default),
            },
            supplier_order_cost: take("S", self.S, 8_000.0, Source::Default),
            supplier_shipping_cost: take("F_S", self.F_S, 30_000.0, Source::Default),
            supplier: Keeping {
                holding_cost: take("H_S", self.H_S, material_holding.0, material_holding.1),
                deterioration_cost: take("P_S", self.P_S, material, Source::Products),
                deterioration_rate: take("theta_S", self.theta_S, 0.00274, Source::Default),
            },
        };
        Ok(Resolved {
            model,
            period_days,
            hours_per_day,
            n_max,
            runs: self.runs,
            days_to_shop: f64::from(self.days_to_shop.unwrap_or(0)),
            figures,
        })
    }
}

fn in_range(name: &'static str, value: f64, least: f64, most: f64) -> Result<(), ParameterError> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(ParameterError::new(
            name,
            value,
            format!("from {least} to {most}"),
        ))
    }
}
