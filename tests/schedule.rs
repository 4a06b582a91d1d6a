//! The nightly schedule's rules, as tables: zone, founding, clock, and the date that is due.

use chrono::{DateTime, NaiveDate, Utc};
use kulakan::shop::schedule::{Planned, Schedule, to_plan};
use rstest::rstest;

const AT_TWO: &str = "0 0 2 * * *";

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text)
        .expect("a moment")
        .to_utc()
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn schedule(expression: &str, zone: &str) -> Schedule {
    Schedule::parse(expression, zone.parse().expect("a zone")).expect("a schedule")
}

#[rstest]
// Jakarta is seven hours ahead: two at night there is 19:00 UTC of the day before.
#[case::just_before(AT_TWO, "Asia/Jakarta", "2026-11-21T18:59:59Z", "2026-11-21")]
#[case::on_the_second(AT_TWO, "Asia/Jakarta", "2026-11-21T19:00:00Z", "2026-11-22")]
#[case::machine_on_at_noon(AT_TWO, "Asia/Jakarta", "2026-11-22T05:00:00Z", "2026-11-22")]
#[case::new_year(AT_TWO, "Asia/Jakarta", "2026-12-31T19:00:00Z", "2027-01-01")]
#[case::late_evening("0 30 22 * * *", "Asia/Jakarta", "2026-11-22T15:29:00Z", "2026-11-21")]
#[case::sundays_only("0 0 2 * * 1", "Asia/Jakarta", "2026-11-25T00:00:00Z", "2026-11-22")]
#[case::twice_a_day("0 0 2,14 * * *", "Asia/Jakarta", "2026-11-22T08:00:00Z", "2026-11-22")]
#[case::every_second("* * * * * *", "Asia/Jakarta", "2026-11-21T17:00:00Z", "2026-11-22")]
// Berlin skips 02:00 to 03:00 on 29 March 2026, at 01:00 UTC.
#[case::gap_before("0 30 2 * * *", "Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-28")]
#[case::gap_first_instant_after(
    "0 30 2 * * *",
    "Europe/Berlin",
    "2026-03-29T01:00:00Z",
    "2026-03-29"
)]
// Berlin has 02:00 to 03:00 twice on 25 October 2026: from 00:00 and from 01:00 UTC.
#[case::fold_first_pass("0 30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25")]
#[case::fold_between("0 30 2 * * *", "Europe/Berlin", "2026-10-25T01:05:00Z", "2026-10-25")]
#[case::fold_second_pass("0 30 2 * * *", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25")]
#[case::fold_before("0 30 2 * * *", "Europe/Berlin", "2026-10-25T00:29:59Z", "2026-10-24")]
// New York skips 02:00 to 03:00 on 8 March 2026, at 07:00 UTC.
#[case::new_york_gap(AT_TWO, "America/New_York", "2026-03-08T06:59:59Z", "2026-03-07")]
#[case::new_york_after_gap(AT_TWO, "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08")]
// Samoa had no 30 December 2011.
#[case::date_that_never_was(AT_TWO, "Pacific/Apia", "2011-12-30T11:00:00Z", "2011-12-29")]
fn due_date_is_the_latest_that_fired(
    #[case] expression: &str,
    #[case] zone: &str,
    #[case] now: &str,
    #[case] due: &str,
) {
    let long_ago = moment("2001-01-01T00:00:00Z");
    assert_eq!(
        schedule(expression, zone).due_date(moment(now), long_ago),
        Some(date(due))
    );
}

#[rstest]
// Founded at ten in the morning: the night of that day was over.
#[case::same_day(AT_TWO, "2026-11-22T05:00:00Z", None)]
#[case::first_night(AT_TWO, "2026-11-22T19:00:00Z", Some("2026-11-23"))]
#[case::later_the_same_day("0 0 14 * * *", "2026-11-22T07:00:00Z", Some("2026-11-22"))]
#[case::clock_of_1970(AT_TWO, "1970-01-05T00:00:00Z", None)]
fn nothing_is_due_from_before_the_shop(
    #[case] expression: &str,
    #[case] now: &str,
    #[case] due: Option<&str>,
) {
    let founded = moment("2026-11-22T03:00:00Z");
    assert_eq!(
        schedule(expression, "Asia/Jakarta").due_date(moment(now), founded),
        due.map(date)
    );
}

#[rstest]
#[case::tonight(AT_TWO, "Asia/Jakarta", "2026-11-21T18:00:00Z", "2026-11-21T19:00:00Z")]
#[case::after_it_fired(AT_TWO, "Asia/Jakarta", "2026-11-21T19:00:00Z", "2026-11-22T19:00:00Z")]
#[case::gap(
    "0 30 2 * * *",
    "Europe/Berlin",
    "2026-03-29T00:30:00Z",
    "2026-03-29T01:00:00Z"
)]
#[case::fold(
    "0 30 2 * * *",
    "Europe/Berlin",
    "2026-10-24T23:00:00Z",
    "2026-10-25T00:30:00Z"
)]
#[case::second_pass(
    "0 30 2 * * *",
    "Europe/Berlin",
    "2026-10-25T01:10:00Z",
    "2026-10-26T01:30:00Z"
)]
fn next_fire_is_an_instant(
    #[case] expression: &str,
    #[case] zone: &str,
    #[case] now: &str,
    #[case] next: &str,
) {
    assert_eq!(
        schedule(expression, zone).next_fire(moment(now)),
        Some(moment(next))
    );
}

/// Plays a series of due dates and returns those that were planned.
fn planned(founded: &str, dues: &[&str]) -> Vec<String> {
    let mut state = None;
    let mut dates = Vec::new();
    for due in dues {
        if let Some(next) = to_plan(date(due), date(founded), state) {
            assert_eq!(next.last, date(due));
            state = Some(next);
            dates.push((*due).to_owned());
        }
    }
    dates
}

#[rstest]
#[case::night_after_night(
    &["2026-11-22", "2026-11-22", "2026-11-23"],
    &["2026-11-22", "2026-11-23"]
)]
#[case::missed_nights_are_made_good_once(
    &["2026-11-22", "2026-11-29", "2026-11-29"],
    &["2026-11-22", "2026-11-29"]
)]
#[case::clock_falls_to_1970_and_back(
    &["2026-11-22", "1970-01-01", "1970-01-02", "2026-11-22", "2026-11-23"],
    &["2026-11-22", "2026-11-23"]
)]
#[case::clock_a_few_days_back(
    &["2026-11-22", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"],
    &["2026-11-22", "2026-11-23"]
)]
#[case::leap_of_years_for_two_nights_and_back(
    &["2026-11-22", "2030-01-01", "2030-01-02", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-23"],
    &["2026-11-22", "2030-01-01", "2030-01-02", "2026-11-23", "2026-11-24"]
)]
#[case::leap_on_the_first_night_and_back(
    &["2030-01-01", "2026-11-20", "2026-11-22"],
    &["2030-01-01", "2026-11-22"]
)]
#[case::closed_for_a_quarter(
    &["2026-11-22", "2027-03-01", "2027-03-02", "2027-03-03"],
    &["2026-11-22", "2027-03-01", "2027-03-02", "2027-03-03"]
)]
#[case::before_the_founding(&["2026-11-21"], &[])]
fn each_date_is_planned_once(#[case] dues: &[&str], #[case] expected: &[&str]) {
    assert_eq!(planned("2026-11-22", dues), expected);
}

#[test]
fn a_leap_is_remembered_until_it_is_set_right() {
    let before = Planned {
        last: date("2026-11-22"),
        before_leap: None,
    };
    let founded = date("2026-01-01");
    let leapt = to_plan(date("2030-01-01"), founded, Some(before)).expect("planned");
    assert_eq!(leapt.before_leap, Some(date("2026-11-22")));
    let right = to_plan(date("2026-11-23"), founded, Some(leapt)).expect("planned");
    assert_eq!(right.before_leap, None);
}

#[rstest]
#[case("")]
#[case("0 2 * * *")]
#[case("0 0 25 * * *")]
#[case("every night")]
fn a_bad_expression_names_the_setting(#[case] expression: &str) {
    let error = Schedule::parse(expression, chrono_tz::Asia::Jakarta).expect_err("refused");
    assert!(error.to_string().starts_with("schedule: "), "{error}");
}
