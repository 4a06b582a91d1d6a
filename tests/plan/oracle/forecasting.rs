//! Forecasts of the next period.

use kulakan::plan::forecast::{Model, Window, independent_error_sd, next_period};
use serde_json::Value;

use super::{number, numbers};

/// The figures of a case of forecasting; `None` for a case of something else.
pub fn figures(name: &str, given: &Value) -> Option<Vec<(&'static str, f64)>> {
    let mean = |model, n| {
        let window = Window {
            periods: n,
            period_days: 1,
        };
        let next = next_period(model, window, &numbers(given, "y")).unwrap();
        Some(vec![("mean", next)])
    };
    let alpha = || number(given, "alpha");
    match name {
        _ if name.starts_with("ses_") => mean(Model::Ses { alpha: alpha() }, 1),
        "croston_classic" => mean(Model::Croston { alpha: alpha() }, 1),
        "croston_sba" => mean(Model::Sba { alpha: alpha() }, 1),
        _ if name.starts_with("tsb_") => {
            let model = Model::Tsb {
                alpha_demand: number(given, "alpha_d"),
                alpha_probability: number(given, "alpha_p"),
            };
            mean(model, 1)
        }
        _ if name.starts_with("window_average") => {
            mean(Model::MovingAverage, number(given, "n") as usize)
        }
        "ma_forecast_error_sd_over_protection_interval" => {
            let (sd, horizon) = (number(given, "sd_daily"), number(given, "P"));
            let error = independent_error_sd(sd, horizon as u32, number(given, "n") as usize);
            Some(vec![
                ("sd", error),
                ("inflation_vs_sqrtP", error / (sd * horizon.sqrt())),
            ])
        }
        _ => None,
    }
}
