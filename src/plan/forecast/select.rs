//! The forecast of a product by the method that the policy names.

use super::auto::{self, Comparison, DEFAULT_ALPHA};
use super::backtest::Rules;
use super::calendar::Calendar;
use super::classify::DemandClass;
use super::error::PastErrors;
use super::history::History;
use super::method::Model;
use super::moving_average::moving_average;
use super::outlook::Forecast;
use super::seasonal::Effects;
use crate::plan::demand::Series;
use crate::plan::policy::{ForecastMethod, Policy};

/// Days ahead that a forecast with effects of the calendar is laid out for; beyond them every day is like the other.
pub const DAYS_AHEAD: usize = 366;

/// The forecast by the policy's method, and the comparison where one was made; `None` with too few days. `calendar` has the
/// days of the series and [`DAYS_AHEAD`] more; the moving average does not look at it.
#[must_use]
pub fn forecast(
    series: &Series,
    calendar: &Calendar,
    policy: &Policy,
    class: Option<DemandClass>,
    shelf_life_days: Option<u32>,
) -> Option<(Forecast, Option<Comparison>)> {
    let average = moving_average(
        series,
        policy.periods,
        policy.period_days,
        policy.protection_days(),
    )?;
    let alpha = DEFAULT_ALPHA;
    let weekday = Effects {
        weekday: true,
        ..Effects::default()
    };
    if policy.method == ForecastMethod::MovingAverage {
        return Some((average, None));
    }
    let history = History::of(series);
    let rules = Rules::of(policy, shelf_life_days);
    let (model, comparison) = match policy.method {
        ForecastMethod::MovingAverage => (Model::MovingAverage, None),
        ForecastMethod::Ses => (Model::Ses { alpha }, None),
        ForecastMethod::Blend => (auto::BLENDS[0], None),
        ForecastMethod::Croston => (Model::Croston { alpha }, None),
        ForecastMethod::Sba => (Model::Sba { alpha }, None),
        ForecastMethod::Tsb => (
            Model::Tsb {
                alpha_demand: alpha,
                alpha_probability: alpha,
            },
            None,
        ),
        ForecastMethod::Weekday => (Model::Seasonal(weekday), None),
        ForecastMethod::Calendar => {
            let (model, comparison) = auto::choose_effects(&history, calendar, rules);
            (model, Some(comparison))
        }
        ForecastMethod::Auto => {
            let (model, comparison) = auto::choose(&history, calendar, rules, class);
            (model, Some(comparison))
        }
    };
    let forecast = match model {
        Model::MovingAverage => average,
        other => by_model(other, average, &history, calendar, rules),
    };
    Some((forecast, comparison))
}

/// What another model says in place of the moving average, whose window goes on to describe the days.
fn by_model(
    model: Model,
    average: Forecast,
    history: &History,
    calendar: &Calendar,
    rules: Rules,
) -> Forecast {
    let positions = calendar.from(history.first());
    let horizon = rules.protection_days;
    let mut forecaster = model.start(rules.window);
    let means = forecaster.walk(history, positions, horizon, model.warm_up(rules.window));
    let mut errors = PastErrors::new(history, &means, model, rules.window, horizon);
    let (sigma_protection, sigma_rule, origins) = errors.sigma(history.days());
    let ahead = positions.get(history.days()..).unwrap_or_default();
    let ahead = &ahead[..ahead.len().min(DAYS_AHEAD)];
    Forecast {
        model,
        expected: forecaster.outlook(ahead),
        sigma_protection,
        sigma_rule,
        origins,
        effects: forecaster.effects(&ahead[..horizon.min(ahead.len())]),
        ..average
    }
}
