//! What the calculation starts from.

use serde::Deserialize;

use crate::plan::parameter::{ParameterError, not_negative, positive};
use crate::study::InputError;
use crate::study::input::read;

/// The longest period, in days.
const LONGEST_PERIOD: i64 = 366;

/// The most periods that a forecast looks back over.
const MOST_PERIODS: i64 = 1000;

/// Products, retailers and what deliveries cost. Prices are money for a unit; a figure of a retailer that is a list has
/// a place for each product.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Days in the period that demand is given in.
    pub period_days: i64,
    /// F: cost of keeping a unit for a period, as a share of its price.
    pub holding_fraction_per_period: f64,
    /// N: periods that a forecast from a history is the mean of; 4 where the file does not say.
    #[serde(default = "four")]
    pub moving_average_periods: i64,
    /// L: days from sending to having, for retailers and distributor alike.
    pub lead_time_days: f64,
    /// The products, each with a supplier of its own.
    #[serde(rename = "product")]
    pub products: Vec<Product>,
    /// What a delivery to a retailer costs.
    pub joint_order: JointOrder,
    /// The retailers.
    #[serde(rename = "retailer")]
    pub retailers: Vec<Retailer>,
    /// What was shipped in a period; without it, a retailer is costed at its calculated interval.
    #[serde(default)]
    pub published_shipments: Vec<Shipments>,
    /// Figures to read beside the results; no part of the calculation, like the four that follow.
    #[serde(default, rename = "published_supplier_shipments")]
    _supplier_shipments: Note,
    #[serde(default, rename = "published_costs")]
    _costs: Note,
    #[serde(default, rename = "expected")]
    _expected: Note,
    #[serde(default, rename = "recomputed")]
    _recomputed: Note,
    #[serde(default, rename = "errata")]
    _errata: Note,
}

/// A product and its prices.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// What it is called.
    pub name: String,
    /// P_jk: what the retailer sells it for.
    pub retail_price: f64,
    /// P_dk: what the distributor sells it for.
    pub distributor_price: f64,
    /// P_ks: what it costs its supplier.
    pub production_cost: f64,
    /// C_kd + C_ks: cost of a lot from the supplier, for both ends.
    pub supplier_handling_cost: f64,
}

/// What a delivery costs.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointOrder {
    /// C_d + C_j + the sum of the items' costs: cost of a delivery of all products to a retailer.
    pub cost_per_delivery: f64,
}

/// A retailer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retailer {
    /// What it is called.
    pub name: String,
    /// R_jk: units expected to be demanded in a period.
    #[serde(default)]
    forecast: Option<Vec<f64>>,
    /// Units demanded in past periods, the oldest first, for each product; in place of the forecast.
    #[serde(default)]
    history: Option<Vec<Vec<f64>>>,
    /// Units that it orders in a period when it orders alone; the forecast where the file does not say.
    #[serde(default)]
    demand_without_vmi: Option<Vec<f64>>,
    /// Cost of an order of one product when it orders alone.
    pub order_cost_without_vmi: f64,
}

/// What was shipped to a retailer in a period.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipments {
    /// To whom.
    pub retailer: String,
    /// On which days of the period.
    pub days: Vec<f64>,
    /// Units of each product on each of the days.
    pub quantities: Vec<Vec<f64>>,
}

/// Anything at all, read and left aside.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(from = "serde::de::IgnoredAny")]
struct Note;

impl From<serde::de::IgnoredAny> for Note {
    fn from(_: serde::de::IgnoredAny) -> Self {
        Self
    }
}

fn four() -> i64 {
    4
}

impl Case {
    /// The published case as a file; own figures are written in the same form.
    pub const PUBLISHED: &str = include_str!("case.toml");

    /// The case as published.
    ///
    /// # Errors
    /// None; the type is that of [`Self::from_toml`].
    pub fn published() -> Result<Self, InputError> {
        Self::from_toml(Self::PUBLISHED)
    }

    /// Reads a case in the published one's form and checks every figure.
    ///
    /// # Errors
    /// [`InputError`] names the line, or the parameter and its range, or the lists that are not of one length.
    pub fn from_toml(text: &str) -> Result<Self, InputError> {
        let case: Self = read(text)?;
        whole("period_days", case.period_days, LONGEST_PERIOD)?;
        whole(
            "moving_average_periods",
            case.moving_average_periods,
            MOST_PERIODS,
        )?;
        positive(
            "holding_fraction_per_period",
            case.holding_fraction_per_period,
        )?;
        not_negative("lead_time_days", case.lead_time_days)?;
        positive("cost_per_delivery", case.joint_order.cost_per_delivery)
            .map_err(|error| error.within("joint_order"))?;
        if case.products.is_empty() || case.retailers.is_empty() {
            return Err(InputError::Unfit(
                "there must be a product and a retailer at least".to_owned(),
            ));
        }
        for product in &case.products {
            product
                .check()
                .map_err(|error| error.within(format!("product \"{}\"", product.name)))?;
            let same = case
                .products
                .iter()
                .filter(|other| other.name == product.name);
            if same.count() > 1 {
                let place = format!("product \"{}\"", product.name);
                return Err(InputError::Unfit(format!("{place} is there twice")));
            }
        }
        for retailer in &case.retailers {
            case.check_retailer(retailer)?;
        }
        for shipments in &case.published_shipments {
            case.check_shipments(shipments)?;
        }
        Ok(case)
    }

    /// Whether these are the study's own figures, to which what it prints can be compared.
    #[must_use]
    pub fn is_published(&self) -> bool {
        Self::published().is_ok_and(|published| published == *self)
    }

    /// R_jk: units of each product that a retailer is expected to need in a period, as given or as the mean of the last
    /// N periods of its history (of all, where there are fewer).
    #[must_use]
    pub fn forecast(&self, retailer: &Retailer) -> Vec<f64> {
        let mean_of_last = |history: &Vec<f64>| {
            let window = history.len().min(self.moving_average_periods as usize);
            history.iter().rev().take(window).sum::<f64>() / window as f64
        };
        match (&retailer.forecast, &retailer.history) {
            (Some(forecast), _) => forecast.clone(),
            (None, Some(history)) => history.iter().map(mean_of_last).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// Units of each product that a retailer orders in a period when it orders alone.
    #[must_use]
    pub fn demand_without_vmi(&self, retailer: &Retailer) -> Vec<f64> {
        retailer
            .demand_without_vmi
            .clone()
            .unwrap_or_else(|| self.forecast(retailer))
    }

    fn check_retailer(&self, retailer: &Retailer) -> Result<(), InputError> {
        let place = format!("retailer \"{}\"", retailer.name);
        if self
            .retailers
            .iter()
            .filter(|other| other.name == retailer.name)
            .count()
            > 1
        {
            return Err(InputError::Unfit(format!("{place} is there twice")));
        }
        positive("order_cost_without_vmi", retailer.order_cost_without_vmi)
            .map_err(|error| error.within(&place))?;
        if retailer.forecast.is_some() == retailer.history.is_some() {
            return Err(InputError::Unfit(format!(
                "{place} must have either forecast or history"
            )));
        }
        if let Some(history) = &retailer.history {
            self.for_each_product(&place, "history", history.len())?;
            for periods in history {
                if periods.is_empty() {
                    return Err(InputError::Unfit(format!(
                        "{place}: history must have a period at least for each product"
                    )));
                }
                all_not_negative(&place, "history", periods)?;
            }
        }
        for (name, list) in [
            ("forecast", &retailer.forecast),
            ("demand_without_vmi", &retailer.demand_without_vmi),
        ] {
            if let Some(list) = list {
                self.for_each_product(&place, name, list.len())?;
                all_not_negative(&place, name, list)?;
            }
        }
        let expected: f64 = self.forecast(retailer).iter().sum();
        if expected <= 0.0 {
            return Err(ParameterError::new(
                "forecast",
                expected,
                "above 0 for one product at least",
            )
            .within(place)
            .into());
        }
        Ok(())
    }

    fn check_shipments(&self, shipments: &Shipments) -> Result<(), InputError> {
        let place = format!("published_shipments to \"{}\"", shipments.retailer);
        if !self
            .retailers
            .iter()
            .any(|retailer| retailer.name == shipments.retailer)
        {
            return Err(InputError::Unfit(format!(
                "{place}: there is no such retailer"
            )));
        }
        if self
            .published_shipments
            .iter()
            .filter(|other| other.retailer == shipments.retailer)
            .count()
            > 1
        {
            return Err(InputError::Unfit(format!("{place} are there twice")));
        }
        if shipments.days.is_empty() || shipments.days.len() != shipments.quantities.len() {
            return Err(InputError::Unfit(format!(
                "{place}: quantities must be a list for each of the days, and there must be a day"
            )));
        }
        all_not_negative(&place, "days", &shipments.days)?;
        for quantities in &shipments.quantities {
            self.for_each_product(&place, "quantities", quantities.len())?;
            all_not_negative(&place, "quantities", quantities)?;
        }
        Ok(())
    }

    fn for_each_product(&self, place: &str, name: &str, length: usize) -> Result<(), InputError> {
        if length == self.products.len() {
            return Ok(());
        }
        Err(InputError::Unfit(format!(
            "{place}: {name} has {length} figures, must have one for each of the {} products",
            self.products.len()
        )))
    }
}

impl Product {
    fn check(&self) -> Result<(), ParameterError> {
        positive("retail_price", self.retail_price)?;
        positive("distributor_price", self.distributor_price)?;
        positive("production_cost", self.production_cost)?;
        positive("supplier_handling_cost", self.supplier_handling_cost)?;
        Ok(())
    }
}

fn whole(name: &'static str, value: i64, most: i64) -> Result<(), ParameterError> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(ParameterError::new(
        name,
        value as f64,
        format!("from 1 to {most}"),
    ))
}

fn all_not_negative(place: &str, name: &'static str, list: &[f64]) -> Result<(), ParameterError> {
    for figure in list {
        not_negative(name, *figure).map_err(|error| error.within(place))?;
    }
    Ok(())
}
