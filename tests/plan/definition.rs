//! The plan's figures straight from their definition, day by day and term by term, sharing nothing with the code.

// The letters of the formula.
#![allow(clippy::many_single_char_names)]

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

/// The settings that the definition needs.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub periods: usize,
    pub period_days: usize,
    pub review_days: usize,
    pub lead_time_days: usize,
    pub lead_time_sd_days: f64,
    pub poisson: bool,
    pub service_level: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            periods: 4,
            period_days: 30,
            review_days: 7,
            lead_time_days: 2,
            lead_time_sd_days: 0.0,
            poisson: false,
            service_level: 0.95,
        }
    }
}

/// f, sigma_H and S for a history of sales (a date without an entry sold nothing), planned for `date`; `None` with too
/// little history.
pub fn independent(
    date: NaiveDate,
    sales: &BTreeMap<NaiveDate, i64>,
    rules: &Rules,
) -> Option<(f64, f64, i64)> {
    let earliest = *sales.range(..date).next()?.0;
    let mut day = earliest.max(date.checked_sub_days(Days::new(730)).unwrap());
    let mut days = Vec::new();
    while day < date {
        days.push(Some(sales.get(&day).copied().unwrap_or(0)));
        day = day.succ_opt().unwrap();
    }
    from_days(&days, rules)
}

/// The same for one entry per calendar day up to the day before the plan, `None` where demand is not known.
pub fn from_days(days: &[Option<i64>], rules: &Rules) -> Option<(f64, f64, i64)> {
    let known_before = |origin: usize, wanted: usize| -> Option<Vec<f64>> {
        let mut window = Vec::new();
        for day in (0..origin).rev() {
            if window.len() == wanted {
                break;
            }
            if let Some(demand) = days[day] {
                window.push(demand as f64);
            }
        }
        (window.len() == wanted).then_some(window)
    };
    let mean = |window: &[f64]| window.iter().sum::<f64>() / window.len() as f64;

    let known = days.iter().flatten().count();
    if known < 7 {
        return None;
    }
    let full = rules.periods * rules.period_days;
    let n = if known >= full {
        full
    } else if known >= rules.period_days {
        known - known % rules.period_days
    } else {
        known
    };
    let window = known_before(days.len(), n)?;
    let f = mean(&window);

    let horizon = rules.review_days + rules.lead_time_days;
    let mut errors = Vec::new();
    for origin in 0..days.len() {
        let Some(after) = days.get(origin..origin + horizon) else {
            continue;
        };
        let Some(after) = after.iter().copied().collect::<Option<Vec<i64>>>() else {
            continue;
        };
        let Some(window) = known_before(origin, full) else {
            continue;
        };
        errors.push(after.iter().sum::<i64>() as f64 - horizon as f64 * mean(&window));
    }
    let sigma = if errors.len() >= 8 {
        (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt()
    } else {
        let squares: f64 = window.iter().map(|y| (y - f) * (y - f)).sum();
        let sd = (squares / (n as f64 - 1.0)).sqrt();
        sd * (horizon as f64).sqrt() * (1.0 + horizon as f64 / n as f64).sqrt()
    };
    Some((f, sigma, level(f, sigma, horizon as f64, rules)))
}

/// The alpha quantile of the demand over some days, of which the protection interval's S is one: the error's variance in
/// proportion to the days, the lead time's whole.
pub fn level(f: f64, sigma: f64, days: f64, rules: &Rules) -> i64 {
    let horizon = (rules.review_days + rules.lead_time_days) as f64;
    let (m, late) = (days * f, (f * rules.lead_time_sd_days).powi(2));
    if rules.poisson && late <= 0.0 {
        return poisson_quantile_by_terms(m, rules.service_level);
    }
    let own = if rules.poisson {
        m
    } else {
        sigma * sigma * days / horizon
    };
    quantile_by_terms(m, (own + late).max(1.05 * m), rules.service_level)
}

/// The least whole S with P(demand <= S) >= alpha, adding up negative binomial probabilities from zero on.
pub fn quantile_by_terms(m: f64, v: f64, alpha: f64) -> i64 {
    if m <= 0.0 {
        return 0;
    }
    let p = m / v;
    let r = m * m / (v - m);
    let mut log_term = r * p.ln();
    let mut sum = log_term.exp();
    let mut x = 0;
    while sum < alpha {
        log_term += ((x as f64 + r) / (x as f64 + 1.0) * (1.0 - p)).ln();
        x += 1;
        sum += log_term.exp();
    }
    x
}

/// The same, adding up Poisson probabilities.
pub fn poisson_quantile_by_terms(m: f64, alpha: f64) -> i64 {
    if m <= 0.0 {
        return 0;
    }
    let mut log_term = -m;
    let mut sum = log_term.exp();
    let mut x = 0;
    while sum < alpha {
        x += 1;
        log_term += (m / f64::from(x)).ln();
        sum += log_term.exp();
    }
    i64::from(x)
}

/// So many pieces that may be sold from one day to another, `None` being for ever; today is day 1.
#[derive(Debug, Clone, Copy)]
pub struct Goods {
    pub from: i64,
    pub last: Option<i64>,
    pub quantity: i64,
}

/// What is thrown away on each day up to `last_day`, handing over piece by piece: first what is owed, then what the
/// day's customers ask for, who go away when there is nothing. (day, pieces) where there are any.
pub fn losses_day_by_day(
    goods: &[Goods],
    mut owed: i64,
    expected: impl Fn(i64) -> i64,
    last_day: i64,
) -> Vec<(i64, i64)> {
    let mut pieces: Vec<(i64, i64)> = Vec::new();
    for one in goods {
        let piece = (one.last.unwrap_or(i64::MAX), one.from);
        pieces.extend((0..one.quantity).map(|_| piece));
    }
    pieces.sort_unstable();
    let mut losses = BTreeMap::new();
    pieces.retain(|&(last, from)| {
        let hopeless = last < from.max(1);
        if hopeless && last <= last_day {
            *losses.entry(last).or_insert(0) += 1;
        }
        !hopeless
    });
    for day in 1..=last_day {
        let mut customers = expected(day) - expected(day - 1);
        while owed + customers > 0 {
            let Some(place) = pieces.iter().position(|&(_, from)| from <= day) else {
                break;
            };
            pieces.remove(place);
            if owed > 0 {
                owed -= 1;
            } else {
                customers -= 1;
            }
        }
        pieces.retain(|&(last, _)| {
            let thrown = last == day;
            if thrown {
                *losses.entry(day).or_insert(0) += 1;
            }
            !thrown
        });
    }
    losses.into_iter().collect()
}
