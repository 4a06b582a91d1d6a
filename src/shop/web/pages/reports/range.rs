//! Which days a report is about.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::shop::reports::Period;

/// As it was asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// `hari`, `7`, `30`, `bulan` or `bebas`.
    #[serde(default)]
    rentang: String,
    #[serde(default)]
    dari: String,
    #[serde(default)]
    sampai: String,
}

/// The days, and how the page speaks of them.
pub(super) struct Range {
    pub(super) period: Period,
    /// `hari`, `7`, `30`, `bulan` or `bebas`.
    pub(super) name: &'static str,
    /// For the fields.
    pub(super) from: String,
    pub(super) to: String,
    /// The same days again, as part of a link.
    pub(super) query: String,
    /// The dates that were asked for are no days of a report; the last week is shown.
    pub(super) wrong: bool,
}

impl Range {
    /// The last week where nothing, or nothing that can be, is asked for.
    pub(super) fn of(asked: &Asked, today: NaiveDate) -> Self {
        let (name, period) = match asked.rentang.as_str() {
            "hari" => ("hari", Some(Period::last(1, today))),
            "30" => ("30", Some(Period::last(30, today))),
            "bulan" => ("bulan", Some(Period::month(today))),
            "bebas" => ("bebas", free(asked)),
            _ => ("7", Some(Period::last(7, today))),
        };
        let wrong = period.is_none();
        let period = period.unwrap_or_else(|| Period::last(7, today));
        let (from, to) = if wrong {
            (asked.dari.clone(), asked.sampai.clone())
        } else {
            (period.from.to_string(), period.to.to_string())
        };
        let query = match name {
            "bebas" => format!("rentang=bebas&dari={}&sampai={}", period.from, period.to),
            name => format!("rentang={name}"),
        };
        Self {
            period,
            name,
            from,
            to,
            query,
            wrong,
        }
    }
}

fn free(asked: &Asked) -> Option<Period> {
    Period::new(asked.dari.parse().ok()?, asked.sampai.parse().ok()?).ok()
}
