//! What the calculation starts from.

use serde::{Deserialize, Serialize};

use crate::plan::deteriorating::{Keeping, ThreeEchelon};
use crate::plan::parameter::{ParameterError, not_negative, positive};
use crate::study::InputError;
use crate::study::input::read;

/// The most deliveries in a cycle that can be asked for.
const MOST_DELIVERIES: i64 = 10_000;

/// Parameters of the model, and what its lots are made of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Every one is needed: a study's figure in place of a missing one would mix two firms.
    pub parameters: Parameters,
    /// Weight of the material; without it nothing is said in sacks.
    pub flour: Option<Flour>,
    /// Products that share the production; without them there are no production lots.
    #[serde(default, rename = "product")]
    pub products: Vec<Product>,
}

/// Parameters by their symbols, see [`ThreeEchelon`].
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(non_snake_case, missing_docs)]
pub struct Parameters {
    pub D: f64,
    pub A: f64,
    pub F_B: f64,
    pub H_B: f64,
    pub P_B: f64,
    pub theta_B: f64,
    pub P: f64,
    pub S_P: f64,
    pub F_P: f64,
    pub H_P: f64,
    pub P_P: f64,
    pub theta_P: f64,
    pub F_PW: f64,
    pub H_PW: f64,
    pub P_PW: f64,
    pub theta_PW: f64,
    pub S: f64,
    pub F_S: f64,
    pub H_S: f64,
    pub P_S: f64,
    pub theta_S: f64,
    pub T: f64,
    /// The most deliveries in a cycle that are tried; 100 where the file does not say.
    #[serde(default = "hundred")]
    pub n_max: i64,
}

/// Weights of the material.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flour {
    /// Grams in a unit of product.
    pub grams_per_unit: f64,
    /// Grams in a sack.
    pub grams_per_sack: f64,
}

/// One of the products.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// What it is called.
    pub name: String,
    /// Pieces made in a day.
    pub daily_production: f64,
    /// Units of the model in a piece.
    pub conversion: f64,
}

fn hundred() -> i64 {
    100
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

    /// Reads a case in the published one's form and checks what the model itself does not.
    ///
    /// # Errors
    /// [`InputError`] names the line, or the parameter and its range.
    pub fn from_toml(text: &str) -> Result<Self, InputError> {
        let case: Self = read(text)?;
        let most = case.parameters.n_max;
        if !(1..=MOST_DELIVERIES).contains(&most) {
            let allowed = format!("from 1 to {MOST_DELIVERIES}");
            return Err(ParameterError::new("n_max", most as f64, allowed).into());
        }
        if let Some(flour) = &case.flour {
            positive("grams_per_unit", flour.grams_per_unit)
                .map_err(|error| error.within("flour"))?;
            positive("grams_per_sack", flour.grams_per_sack)
                .map_err(|error| error.within("flour"))?;
        }
        for product in &case.products {
            let place = format!("product \"{}\"", product.name);
            not_negative("daily_production", product.daily_production)
                .and_then(|_| positive("conversion", product.conversion))
                .map_err(|error| error.within(place))?;
        }
        let produced: f64 = case
            .products
            .iter()
            .map(|product| product.daily_production)
            .sum();
        if !case.products.is_empty() && produced <= 0.0 {
            return Err(ParameterError::new(
                "daily_production",
                produced,
                "above 0 for one product at least",
            )
            .into());
        }
        Ok(case)
    }

    /// Whether these are the study's own figures, to which what it prints can be compared.
    #[must_use]
    pub fn is_published(&self) -> bool {
        Self::published().is_ok_and(|published| published == *self)
    }
}

impl Parameters {
    /// The same as the model has them.
    #[must_use]
    pub fn model(&self) -> ThreeEchelon {
        let keeping = |holding_cost, deterioration_cost, deterioration_rate| Keeping {
            holding_cost,
            deterioration_cost,
            deterioration_rate,
        };
        ThreeEchelon {
            cycle: self.T,
            demand_rate: self.D,
            production_rate: self.P,
            buyer_order_cost: self.A,
            buyer_receiving_cost: self.F_B,
            buyer: keeping(self.H_B, self.P_B, self.theta_B),
            setup_cost: self.S_P,
            producer_shipping_cost: self.F_P,
            producer: keeping(self.H_P, self.P_P, self.theta_P),
            material_receiving_cost: self.F_PW,
            material: keeping(self.H_PW, self.P_PW, self.theta_PW),
            supplier_order_cost: self.S,
            supplier_shipping_cost: self.F_S,
            supplier: keeping(self.H_S, self.P_S, self.theta_S),
        }
    }
}
