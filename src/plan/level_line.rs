//! The order-up-to level of a product whose stock is kept elsewhere.

use serde::Serialize;

use super::demand::Series;
use super::forecast::{self, DemandClass};
use super::order_up_to::target_level;
use super::{Method, Planner};

/// How much of a product should be at hand or on its way: the part of a plan line that asks for no stock, each figure
/// the same to the bit. Unrounded; in base units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LevelLine {
    /// How the forecast was made.
    pub method: Method,
    /// What kind of demand it has; `None` where there was none.
    pub demand_class: Option<DemandClass>,
    /// f: base units per day.
    pub forecast_per_day: f64,
    /// sigma_H: standard deviation of the forecast error over the protection interval.
    pub sigma_protection: f64,
    /// H = R + L.
    pub protection_days: u32,
    /// k = (S - m) / sigma_H; 0 where sigma_H is 0.
    pub service_factor: f64,
    /// S - m.
    pub safety_stock: f64,
    /// S.
    pub order_up_to: f64,
}

impl Planner {
    /// The level for the demand of the days before the planner's date, without a plan around it.
    #[must_use]
    pub fn level(&self, series: &Series, shelf_life_days: Option<u32>) -> LevelLine {
        let class = DemandClass::of(series);
        let forecast =
            forecast::forecast(series, &self.calendar, &self.policy, class, shelf_life_days);
        let empty = LevelLine {
            method: Method::TooLittleHistory,
            demand_class: class,
            forecast_per_day: 0.0,
            sigma_protection: 0.0,
            protection_days: self.policy.protection_days(),
            service_factor: 0.0,
            safety_stock: 0.0,
            order_up_to: 0.0,
        };
        let Some((forecast, _)) = forecast else {
            return empty;
        };
        let level = target_level(&forecast, &self.policy);
        LevelLine {
            method: forecast.model.method(),
            forecast_per_day: forecast.per_day(),
            sigma_protection: forecast.sigma_protection,
            service_factor: level.service_factor,
            safety_stock: level.order_up_to - level.mean,
            order_up_to: level.order_up_to,
            ..empty
        }
    }
}
