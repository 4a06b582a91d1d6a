//! Which model forecasts a product: the moving average, unless another has proved on the product's own past that it costs
//! the shop less.
//!
//! The moving average is left only for a saving of [`LEAST_SAVING`] that stands [`LEAST_PROOF`] standard errors above
//! nothing, corrected for the overlap of the intervals. That is far less than a test of significance asks for, on purpose.
//! What a shop pays is ruled by rare shortages: where demand moved once to another level, all the saving lies in one batch,
//! and one batch among many, however large, is never more than sqrt(2/3) = 0.82 standard errors. And to stay is no safer
//! than to go. What the thresholds cost and bring on real sales is told in docs/backtest.md, on which they were also
//! settled: products with an even demand gain, small stores' slow ones, whose past is mostly chance, next to nothing. An
//! effect of the calendar is something that a shopkeeper is told in words and will believe: it has to show
//! [`LEAST_PROOF_OF_PAYDAY`] or [`LEAST_SAVING_OF_LEBARAN`].

use serde::{Deserialize, Serialize};

use super::backtest::{Backtest, Rules, Trial};
use super::calendar::{Calendar, NOT_LEBARAN};
use super::classify::DemandClass;
use super::history::History;
use super::method::{Method, Model};
use super::seasonal::Effects;

/// The saving, as a share of the cost of the model in place, below which a change is not worth making.
pub const LEAST_SAVING: f64 = 0.05;

/// The saving over its standard error, below which a method is not taken in place of the moving average.
pub const LEAST_PROOF: f64 = 0.3;

/// The saving below which a blend of smoothings is not worth the change. It needs less of a product's own past, because
/// there is other evidence for it: taken for every product alike it kept less stock than the moving average, at the same
/// fill rate, on all the real sales of tests/data (docs/backtest.md).
pub const LEAST_SAVING_OF_BLEND: f64 = 0.02;

/// The same for an effect of payday: about one in forty by luck.
pub const LEAST_PROOF_OF_PAYDAY: f64 = 2.0;

/// The saving, as a share of what the season cost without it, that the effect of Lebaran has to show on the feast that the
/// history holds for a test, besides [`LEAST_PROOF_OF_LEBARAN`]. There are three or four batches in it, those at its ends saving little
/// and those in the middle much, so that even doubled demand is hardly more than one standard error above nothing.
pub const LEAST_SAVING_OF_LEBARAN: f64 = 0.25;

/// The saving of Lebaran over its standard error.
pub const LEAST_PROOF_OF_LEBARAN: f64 = 0.75;

/// Batches of H days that the standard error needs at least.
pub const LEAST_BATCHES: usize = 8;

/// The same for the season of Lebaran, which is over in a month and comes once a year.
pub const LEAST_BATCHES_OF_LEBARAN: usize = 3;

/// Of two models whose costs differ by less than this share the simpler is taken.
const ALIKE: f64 = 0.005;

/// Smoothing constants that are tried: from a memory of some forty days to one of ten.
const ALPHAS: [f64; 3] = [0.05, 0.1, 0.2];

/// Blends that are tried, the one that is taken by hand first: its memories are of two hundred and of forty days.
pub const BLENDS: [Model; 2] = [
    Model::Blend {
        slow: 0.01,
        fast: 0.05,
    },
    Model::Blend {
        slow: 0.02,
        fast: 0.1,
    },
];

/// Smoothing constant of a method that is chosen by hand: the usual choice in the literature on intermittent demand.
pub const DEFAULT_ALPHA: f64 = 0.1;

/// What a challenger has to show.
#[derive(Clone, Copy)]
struct Asked {
    saving: f64,
    proof: f64,
    batches: usize,
}

const OF_METHOD: Asked = Asked {
    saving: LEAST_SAVING,
    proof: LEAST_PROOF,
    batches: LEAST_BATCHES,
};

const OF_BLEND: Asked = Asked {
    saving: LEAST_SAVING_OF_BLEND,
    proof: LEAST_PROOF,
    batches: LEAST_BATCHES,
};

const OF_PAYDAY: Asked = Asked {
    saving: LEAST_SAVING,
    proof: LEAST_PROOF_OF_PAYDAY,
    batches: LEAST_BATCHES,
};

const OF_LEBARAN: Asked = Asked {
    saving: LEAST_SAVING_OF_LEBARAN,
    proof: LEAST_PROOF_OF_LEBARAN,
    batches: LEAST_BATCHES_OF_LEBARAN,
};

/// What a model saved against the one in place, over the same origins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Saving {
    /// Mean saving of an interval, as a share of what the model in place cost; negative where it cost more.
    pub share: f64,
    /// That saving over its standard error.
    pub proof: f64,
}

/// A model that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The model; of several smoothing constants the cheapest.
    #[serde(flatten)]
    pub model: Model,
    /// What a protection interval cost with it on average, in units of purchase cost.
    pub cost: f64,
    /// Against the model that it would have replaced; `None` for the first one, and with too few batches.
    pub saving: Option<Saving>,
}

/// Why the choice is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few past intervals to compare anything.
    TooFewDays,
    /// Nothing else was cheaper by enough to be worth it.
    NothingCheaper,
    /// Something was cheaper, but that may be luck.
    NotProven,
    /// The cheapest that was proved.
    Proven,
}

/// The comparison that a choice was made by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Past mornings from which every model was tried.
    pub origins: u32,
    /// One for each method that was tried, the one that would have stayed first.
    pub candidates: Vec<Candidate>,
    /// Why the choice is what it is.
    pub verdict: Verdict,
}

/// Chooses a model for a product, its history being that of `class`.
#[must_use]
pub fn choose(
    history: &History,
    calendar: &Calendar,
    rules: Rules,
    class: Option<DemandClass>,
) -> (Model, Comparison) {
    let mut choice = Choice::new(history, calendar, rules, Model::MovingAverage);
    if choice.can_tell() {
        let mut tried = vec![vec![Model::Seasonal(Effects {
            weekday: true,
            ..Effects::default()
        })]];
        // Smoothing day by day forecasts most just after a demand, when the next is farthest (Croston 1972); and where there
        // is a demand almost every day his and the later methods are exponential smoothing under another name.
        if matches!(class, Some(DemandClass::Intermittent | DemandClass::Lumpy)) {
            tried.push(
                ALPHAS
                    .iter()
                    .map(|&alpha| Model::Croston { alpha })
                    .collect(),
            );
            tried.push(ALPHAS.iter().map(|&alpha| Model::Sba { alpha }).collect());
            tried.push(
                [0.02, 0.05, 0.1]
                    .into_iter()
                    .map(|alpha_probability| Model::Tsb {
                        alpha_demand: DEFAULT_ALPHA,
                        alpha_probability,
                    })
                    .collect(),
            );
        } else {
            tried.push(ALPHAS.iter().map(|&alpha| Model::Ses { alpha }).collect());
        }
        choice.methods(vec![BLENDS.to_vec()], OF_BLEND);
        choice.methods(tried, OF_METHOD);
    }
    choice.effects();
    choice.end()
}

/// Chooses which effects of the calendar a product has, on top of its weekdays.
#[must_use]
pub fn choose_effects(history: &History, calendar: &Calendar, rules: Rules) -> (Model, Comparison) {
    let weekday = Effects {
        weekday: true,
        ..Effects::default()
    };
    let mut choice = Choice::new(history, calendar, rules, Model::Seasonal(weekday));
    choice.effects();
    choice.end()
}

struct Choice<'h> {
    backtest: Backtest<'h>,
    horizon: usize,
    /// The model to beat at the beginning, and the one in place now.
    first: Trial,
    place: Trial,
    /// The cheapest proven one that has a level for effects of the calendar to multiply.
    levelled: Trial,
    comparison: Comparison,
}

impl<'h> Choice<'h> {
    fn new(history: &'h History, calendar: &'h Calendar, rules: Rules, model: Model) -> Self {
        let backtest = Backtest::new(history, calendar, rules);
        let first = backtest.trial(model);
        let comparison = Comparison {
            origins: backtest.origins().len() as u32,
            candidates: vec![Candidate {
                model,
                cost: first.cost(),
                saving: None,
            }],
            verdict: Verdict::NothingCheaper,
        };
        Self {
            backtest,
            horizon: rules.protection_days.max(1),
            place: first.clone(),
            levelled: first.clone(),
            first,
            comparison,
        }
    }

    fn can_tell(&self) -> bool {
        self.backtest.origins().len() > (LEAST_BATCHES - 1) * self.horizon
    }

    /// Tries groups of models of one method each, the simpler first, and puts the cheapest proven one in place.
    fn methods(&mut self, groups: Vec<Vec<Model>>, asked: Asked) {
        let mut best: Option<Trial> = None;
        for group in groups {
            let mut cheapest: Option<Trial> = None;
            for model in group {
                let trial = self.backtest.trial(model);
                if cheapest
                    .as_ref()
                    .is_none_or(|best| trial.cost() < best.cost())
                {
                    cheapest = Some(trial);
                }
            }
            let Some(trial) = cheapest else { continue };
            let proven = self.weigh(&self.first.clone(), &trial, asked, |_| true);
            if !proven {
                continue;
            }
            if matches!(trial.model, Model::Seasonal(_)) {
                self.levelled = trial.clone();
            }
            if best
                .as_ref()
                .is_none_or(|best| trial.cost() < best.cost() * (1.0 - ALIKE))
            {
                best = Some(trial);
            }
        }
        if let Some(best) = best
            && (self.place.model == self.first.model
                || best.cost() < self.place.cost() * (1.0 - ALIKE))
        {
            self.place = best;
        }
    }

    /// Tries payday, then Lebaran, on top of a model with a level, and puts what is proven and cheapest in place: where
    /// a season upsets the level, smoothing that follows it in haste may have taken the place meanwhile.
    fn effects(&mut self) {
        for season in [false, true] {
            let in_place = match self.levelled.model {
                Model::MovingAverage => Effects::default(),
                Model::Seasonal(effects) => effects,
                _ => return,
            };
            let in_season: Vec<bool> = self
                .backtest
                .origins()
                .iter()
                .map(|&origin| {
                    let ahead = self.backtest.ahead(origin);
                    !season
                        || ahead
                            .iter()
                            .any(|day| usize::from(day.lebaran) != NOT_LEBARAN)
                })
                .collect();
            let asked = if season { OF_LEBARAN } else { OF_PAYDAY };
            let tested = in_season.iter().filter(|tested| **tested).count();
            if tested <= (asked.batches - 1) * self.horizon {
                continue;
            }
            let trial = self.backtest.trial(Model::Seasonal(if season {
                Effects {
                    lebaran: true,
                    ..in_place
                }
            } else {
                Effects {
                    payday: true,
                    ..in_place
                }
            }));
            let before = self.levelled.clone();
            let proven = self.weigh(&before, &trial, asked, |place| in_season[place]);
            if proven && trial.cost() < before.cost() {
                self.levelled = trial;
            }
        }
        let has_effects = self.levelled.model.method() == Method::Calendar;
        if has_effects && self.levelled.cost() < self.place.cost() {
            self.place = self.levelled.clone();
        }
    }

    /// Notes a trial, and whether its saving against `before` at the `tested` origins is large enough and no luck.
    fn weigh(
        &mut self,
        before: &Trial,
        trial: &Trial,
        asked: Asked,
        tested: impl Fn(usize) -> bool,
    ) -> bool {
        let saving = saving(
            &before.costs,
            &trial.costs,
            self.backtest.origins(),
            self.horizon,
            asked.batches,
            tested,
        );
        self.comparison.candidates.push(Candidate {
            model: trial.model,
            cost: trial.cost(),
            saving,
        });
        let Some(saving) = saving else { return false };
        if saving.share < asked.saving {
            return false;
        }
        if saving.proof < asked.proof {
            self.comparison.verdict = Verdict::NotProven;
            return false;
        }
        true
    }

    fn end(mut self) -> (Model, Comparison) {
        let model = self.place.model;
        if model != self.first.model {
            self.comparison.verdict = Verdict::Proven;
        } else if !self.can_tell() {
            self.comparison.verdict = Verdict::TooFewDays;
        }
        (model, self.comparison)
    }
}

/// Mean saving of `costs` against `before` over the tested origins, and its standard error by batch means.
///
/// A batch is H days long. Intervals from neighbouring origins share days, so that the means of neighbouring batches are
/// correlated: both weigh the days in a triangle 2 H wide, the triangles being H apart, which for independent days is a
/// correlation of 1/4. The variance of the mean over all batches is 1 + 2 / 4 times that of independent ones.
///
/// Sources: batch means, R. W. Conway, "Some tactical problems in digital simulation", Management Science 10 (1963); the
/// comparison of forecasts whose errors overlap, F. X. Diebold, R. S. Mariano, "Comparing predictive accuracy", Journal of
/// Business & Economic Statistics 13 (1995).
fn saving(
    before: &[f64],
    costs: &[f64],
    origins: &[usize],
    horizon: usize,
    least_batches: usize,
    tested: impl Fn(usize) -> bool,
) -> Option<Saving> {
    const OVERLAP: f64 = 1.5;
    let mut batches: Vec<(f64, f64)> = Vec::new();
    let (mut count, mut cost, mut saved) = (0.0, 0.0, 0.0);
    let mut batch_of = usize::MAX;
    for (place, &origin) in origins.iter().enumerate() {
        if !tested(place) {
            continue;
        }
        if origin / horizon != batch_of {
            batch_of = origin / horizon;
            batches.push((0.0, 0.0));
        }
        let difference = before[place] - costs[place];
        if let Some((size, sum)) = batches.last_mut() {
            *size += 1.0;
            *sum += difference;
        }
        count += 1.0;
        cost += before[place];
        saved += difference;
    }
    if batches.len() < least_batches || cost <= 0.0 {
        return None;
    }
    let mean = saved / count;
    let squares: f64 = batches
        .iter()
        .map(|(size, sum)| (sum - size * mean) * (sum - size * mean))
        .sum();
    let number = batches.len() as f64;
    let error = (OVERLAP * squares * number / (number - 1.0)).sqrt() / count;
    // Without any spread the saving is as certain as it can be; the figure must stay one.
    let least_error = mean.abs() * 1e-6;
    let proof = if error > least_error {
        mean / error
    } else {
        1e6 * f64::from(i8::from(mean > 0.0) - i8::from(mean < 0.0))
    };
    Some(Saving {
        share: saved / cost,
        proof,
    })
}
