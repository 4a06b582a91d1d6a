//! Which trading day a moment belongs to, with right and wrong clocks.

use chrono::{NaiveDate, NaiveDateTime};
use kulakan::model::day::{TRUSTED_AFTER_DAYS, business_day};
use kulakan::model::{DayDecision, TradingDay};
use rstest::rstest;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn day(text: &str, open: bool, suspect_days: u32) -> TradingDay {
    TradingDay {
        date: date(text),
        open,
        suspect_days,
    }
}

fn keep(text: &str) -> DayDecision {
    DayDecision::Keep(date(text))
}

fn open(text: &str, suspect_days: u32) -> DayDecision {
    DayDecision::Open {
        date: date(text),
        suspect_days,
    }
}

#[rstest]
#[case::first_day(None, "2026-11-22 08:00", open("2026-11-22", 0))]
#[case::first_day_with_a_flat_battery(None, "1970-01-01 07:00", open("2026-11-01", 0))]
#[case::same_day(
    Some(day("2026-11-22", true, 0)),
    "2026-11-22 21:00",
    keep("2026-11-22")
)]
#[case::past_midnight(
    Some(day("2026-11-22", true, 0)),
    "2026-11-23 03:59",
    keep("2026-11-22")
)]
#[case::the_morning_after(
    Some(day("2026-11-22", true, 0)),
    "2026-11-23 04:00",
    open("2026-11-23", 0)
)]
#[case::past_midnight_after_closing(
    Some(day("2026-11-22", false, 0)),
    "2026-11-23 00:30",
    open("2026-11-23", 0)
)]
#[case::clock_behind(
    Some(day("2026-11-22", true, 0)),
    "1970-01-01 00:00",
    keep("2026-11-22")
)]
#[case::clock_a_day_behind(
    Some(day("2026-11-22", true, 0)),
    "2026-11-21 12:00",
    keep("2026-11-22")
)]
#[case::closed_for_a_month(
    Some(day("2026-11-22", true, 0)),
    "2026-12-24 08:00",
    open("2026-12-24", 0)
)]
#[case::leapt_ahead(
    Some(day("2026-11-22", true, 0)),
    "2099-01-01 08:00",
    open("2099-01-01", 1)
)]
#[case::the_day_after_a_leap(
    Some(day("2099-01-01", true, 1)),
    "2099-01-02 08:00",
    open("2099-01-02", 2)
)]
#[case::set_right_after_two_wrong_days(
    Some(day("2099-01-02", true, 2)),
    "2026-11-23 08:00",
    open("2026-11-23", 0)
)]
#[case::not_set_to_before_the_shop(
    Some(day("2099-01-02", true, 2)),
    "1970-01-01 08:00",
    keep("2099-01-02")
)]
#[case::a_clock_that_goes_on_is_trusted(
    Some(day("2099-01-14", true, TRUSTED_AFTER_DAYS)),
    "2099-01-15 08:00",
    open("2099-01-15", 0)
)]
fn a_moment_belongs_to_one_day(
    #[case] last: Option<TradingDay>,
    #[case] now: &str,
    #[case] expected: DayDecision,
) {
    assert_eq!(business_day(last, date("2026-11-01"), at(now)), expected);
}
