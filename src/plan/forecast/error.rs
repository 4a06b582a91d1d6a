//! How far a model has been off over the protection interval, as it was known at each origin.

use super::MIN_ORIGINS;
use super::history::History;
use super::method::{Model, Window};
use super::outlook::SigmaRule;

/// Standard deviation of (demand of H days) - H (mean of n other days), for independent days of standard deviation
/// `sd_per_day` base units: sd sqrt(H) sqrt(1 + H / n). `window_days` n at least 1.
///
/// Source: D. Prak, R. Teunter, A. Syntetos, "On the calculation of safety stocks when demand is forecasted", European
/// Journal of Operational Research 256 (2017).
#[must_use]
pub fn independent_error_sd(sd_per_day: f64, protection_days: u32, window_days: usize) -> f64 {
    let horizon = f64::from(protection_days);
    sd_per_day * (horizon * (1.0 + horizon / window_days as f64)).sqrt()
}

/// The errors of a model's past forecasts, taken in origin by origin. An error counts from the morning on which the
/// last of its H days is known, never before.
pub(super) struct PastErrors<'h> {
    history: &'h History,
    means: &'h [f64],
    model: Model,
    window: Window,
    horizon: usize,
    /// The first origin whose error is not taken in yet.
    next: usize,
    squares: f64,
    origins: u32,
}

impl<'h> PastErrors<'h> {
    /// `means[s]` is what the model expected over the `horizon` days from origin s on.
    pub fn new(
        history: &'h History,
        means: &'h [f64],
        model: Model,
        window: Window,
        horizon: usize,
    ) -> Self {
        Self {
            history,
            means,
            model,
            window,
            horizon,
            next: 0,
            squares: 0.0,
            origins: 0,
        }
    }

    /// sigma_H as known at `origin`, which must not be before that of an earlier call, where it comes from, and the
    /// errors that it is the mean of: sqrt(mean e_s^2), or with fewer than [`MIN_ORIGINS`] errors the standard
    /// deviation of the window's days through [`independent_error_sd`].
    pub fn sigma(&mut self, origin: usize) -> (f64, SigmaRule, u32) {
        let warm_up = self.model.warm_up(self.window);
        while self.next + self.horizon <= origin {
            if self.history.known_before(self.next) >= warm_up
                && let Some(came) = self.history.total(self.next, self.horizon)
            {
                let error = came - self.means[self.next];
                self.squares += error * error;
                self.origins += 1;
            }
            self.next += 1;
        }
        if self.origins >= MIN_ORIGINS {
            let mean = self.squares / f64::from(self.origins);
            return (mean.sqrt(), SigmaRule::Origins, self.origins);
        }
        let known = self.history.known_before(origin);
        if known == 0 {
            return (0.0, SigmaRule::Sample, self.origins);
        }
        let (_, sd) = self.history.sample(origin, self.window.days(known));
        let days = self.model.sample_days(known, self.window);
        let sigma = independent_error_sd(sd, self.horizon as u32, days);
        (sigma, SigmaRule::Sample, self.origins)
    }
}
