//! A level times what the calendar usually does to it.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::MIN_DAYS;
use super::calendar::{
    LAST_BEFORE_LEBARAN, LEBARAN_SECTIONS, NOT_LEBARAN, PAYDAY_SECTION_DAYS, PAYDAY_SECTIONS,
    Position,
};
use super::method::{Forecaster, Window};
use super::outlook::{Effect, Expected};

/// Which effects a forecast has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Effects {
    /// The seven days of the week differ.
    pub weekday: bool,
    /// The sections of the month between paydays differ.
    pub payday: bool,
    /// The season of Lebaran differs from the rest of the year.
    pub lebaran: bool,
}

/// Standard deviation, from product to product, of the factor of a weekday, a section of the month, a section of the
/// season of Lebaran: how far a factor is believed to lie from 1 before a day was seen. The feast changes a shop more
/// than a Sunday does.
const BELIEVED: [f64; 3] = [0.25, 0.25, 0.5];

/// Factors lie within these, whatever was seen: a day that never sold anything may still sell one.
const FACTORS: (f64, f64) = (0.05, 10.0);

/// Demand on a day = level times the factors of its weekday, its section of the month and its section of the season.
///
/// The level is the moving average of demand over that of the factors in force (ratio to moving average). A factor is the
/// ratio of the demand seen on its days to what the level and the other factors expected of them, drawn towards 1 by
/// n / (n + k), n its days and k = cv^2 / tau^2: the variance of a day's demand about its forecast relative to the mean
/// squared, over the variance that factors are believed to have.
///
/// Sources: ratio to moving average, F. R. Macaulay, "The smoothing of time series", 1931; the weight is Buhlmann's
/// credibility, H. Buhlmann, "Experience rating and credibility", ASTIN Bulletin 4 (1967). Unit: base units per day;
/// factors have none.
#[derive(Debug, Clone)]
pub(super) struct Seasonal {
    effects: Effects,
    window: Window,
    level: f64,
    /// Of the first k days: demand, and factors as they were on those days.
    demand_sums: Vec<f64>,
    factor_sums: Vec<f64>,
    /// Of the days since factors are learned: (demand - expected)^2, and expected^2.
    squared_errors: f64,
    squared_means: f64,
    weekday: [Factor; 7],
    payday: [Factor; PAYDAY_SECTIONS],
    lebaran: [Factor; LEBARAN_SECTIONS],
}

impl Seasonal {
    pub fn new(effects: Effects, window: Window) -> Self {
        Self {
            effects,
            window,
            level: 0.0,
            demand_sums: vec![0.0],
            factor_sums: vec![0.0],
            squared_errors: 0.0,
            squared_means: 0.0,
            weekday: [Factor::NONE; 7],
            payday: [Factor::NONE; PAYDAY_SECTIONS],
            lebaran: [Factor::NONE; LEBARAN_SECTIONS],
        }
    }

    fn factors(&self, position: Position) -> [f64; 3] {
        // Those of effects that are not in force are never learned, and stay 1.
        [
            self.weekday[usize::from(position.weekday)].value,
            self.payday[usize::from(position.payday)].value,
            self.lebaran[usize::from(position.lebaran)].value,
        ]
    }

    fn on(&self, position: Position) -> f64 {
        let [weekday, payday, lebaran] = self.factors(position);
        self.level * (weekday * payday * lebaran)
    }

    /// Variance of a day's demand about what was expected of it, over the mean squared.
    fn relative_variance(&self) -> f64 {
        if self.squared_means == 0.0 {
            return 0.0;
        }
        self.squared_errors / self.squared_means
    }

    fn learn(&mut self, position: Position, demand: f64) {
        let factors = self.factors(position);
        let expected = self.level * (factors[0] * factors[1] * factors[2]);
        self.squared_errors += (demand - expected) * (demand - expected);
        self.squared_means += expected * expected;
        let noise = self.relative_variance();
        let on = [
            self.effects.weekday,
            self.effects.payday,
            self.effects.lebaran && usize::from(position.lebaran) != NOT_LEBARAN,
        ];
        let learned = [
            &mut self.weekday[usize::from(position.weekday)],
            &mut self.payday[usize::from(position.payday)],
            &mut self.lebaran[usize::from(position.lebaran)],
        ];
        for (place, factor) in learned.into_iter().enumerate() {
            if on[place] {
                let prior = noise / (BELIEVED[place] * BELIEVED[place]);
                factor.learn(demand, expected / factors[place], prior);
            }
        }
    }
}

impl Forecaster for Seasonal {
    fn observe(&mut self, position: Position, demand: f64) {
        // A level of less than a week says more about its weekdays than about the product.
        if self.demand_sums.len() > MIN_DAYS {
            self.learn(position, demand);
        }
        let [weekday, payday, lebaran] = self.factors(position);
        let last = self.demand_sums.len() - 1;
        self.demand_sums.push(self.demand_sums[last] + demand);
        self.factor_sums
            .push(self.factor_sums[last] + weekday * payday * lebaran);
        let known = last + 1;
        let start = known - self.window.days(known);
        self.level = (self.demand_sums[known] - self.demand_sums[start])
            / (self.factor_sums[known] - self.factor_sums[start]);
    }

    fn per_day(&self) -> f64 {
        self.level
    }

    fn expected(&self, ahead: &[Position], days: usize) -> f64 {
        let beyond = days.saturating_sub(ahead.len());
        let within: f64 = ahead
            .iter()
            .take(days)
            .map(|position| self.on(*position))
            .sum();
        within + self.level * beyond as f64
    }

    fn outlook(&self, ahead: &[Position]) -> Expected {
        Expected::daily(
            ahead.iter().map(|position| self.on(*position)).collect(),
            self.level,
        )
    }

    fn effects(&self, ahead: &[Position]) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mean = |factors: Vec<f64>| factors.iter().sum::<f64>() / factors.len() as f64;
        // The level has what the factors of all days have in common; what is told is relative to an average day.
        if self.effects.weekday {
            let average = mean(self.weekday.iter().map(|factor| factor.value).collect());
            let strongest = (0..7).max_by(|&one, &other| {
                let value = |day: usize| self.weekday[day].value;
                // The earlier day of two alike.
                value(one).total_cmp(&value(other)).then(other.cmp(&one))
            });
            if let Some(day) = strongest {
                effects.push(Effect::Weekday {
                    day: Weekday::try_from(day as u8).unwrap_or(Weekday::Mon),
                    factor: self.weekday[day].value / average,
                });
            }
        }
        if self.effects.payday && !ahead.is_empty() {
            let days: f64 = PAYDAY_SECTION_DAYS.iter().sum();
            let sections = self.payday.iter().zip(PAYDAY_SECTION_DAYS);
            let average: f64 = sections
                .map(|(factor, days)| factor.value * days)
                .sum::<f64>()
                / days;
            let here = |position: &Position| self.payday[usize::from(position.payday)].value;
            effects.push(Effect::Payday {
                factor: mean(ahead.iter().map(here).collect()) / average,
            });
        }
        let season: Vec<usize> = ahead
            .iter()
            .map(|position| usize::from(position.lebaran))
            .filter(|section| *section != NOT_LEBARAN)
            .collect();
        if self.effects.lebaran && !season.is_empty() {
            let before = |section: &&usize| **section <= LAST_BEFORE_LEBARAN;
            effects.push(Effect::Lebaran {
                days: season.len() as u32,
                before: 2 * season.iter().filter(before).count() > season.len(),
                factor: mean(
                    season
                        .iter()
                        .map(|section| self.lebaran[*section].value)
                        .collect(),
                ),
            });
        }
        effects
    }
}

/// What was seen of one weekday or section.
#[derive(Debug, Clone, Copy)]
struct Factor {
    seen: f64,
    expected: f64,
    days: f64,
    value: f64,
}

impl Factor {
    const NONE: Self = Self {
        seen: 0.0,
        expected: 0.0,
        days: 0.0,
        value: 1.0,
    };

    fn learn(&mut self, demand: f64, expected: f64, prior_days: f64) {
        self.days += 1.0;
        self.seen += demand;
        self.expected += expected;
        if self.expected == 0.0 {
            return;
        }
        let weight = self.days / (self.days + prior_days);
        let value = 1.0 + weight * (self.seen / self.expected - 1.0);
        // `clamp` passes NaN on, as it should.
        self.value = value.clamp(FACTORS.0, FACTORS.1);
    }
}
