//! Which days count, and with what.

use kulakan::model::Quantity;
use kulakan::plan::DayDemand::{self, Censored, Observed};
use kulakan::plan::{DayFlow, daily_series};
use rstest::rstest;

use super::{ago, imported, today};

/// A ledger day: goods in, goods sold.
fn ledger(days_ago: u64, inflow: i64, sold: i64) -> DayFlow {
    DayFlow {
        sold: Quantity(sold),
        net: Quantity(inflow - sold),
        inflow: Quantity(inflow),
        moved: true,
        ..DayFlow::on(ago(days_ago))
    }
}

/// Goods out that are no sale.
fn wasted(days_ago: u64, quantity: i64) -> DayFlow {
    DayFlow {
        net: Quantity(-quantity),
        moved: true,
        ..DayFlow::on(ago(days_ago))
    }
}

fn missed(days_ago: u64, quantity: i64) -> DayFlow {
    DayFlow {
        missed: Quantity(quantity),
        ..DayFlow::on(ago(days_ago))
    }
}

#[rstest]
#[case::nothing_at_all(vec![], vec![])]
#[case::only_today(vec![ledger(0, 5, 1)], vec![])]
#[case::days_without_a_row_sold_nothing(
    vec![imported(ago(4), 3), imported(ago(1), 2)],
    vec![Observed(3), Observed(0), Observed(0), Observed(2)]
)]
#[case::sold_out_and_not_refilled(
    vec![ledger(4, 5, 2), ledger(3, 0, 3), ledger(1, 4, 1)],
    vec![Observed(2), Observed(3), Censored, Observed(1)]
)]
#[case::first_ledger_day_without_goods(
    vec![ledger(2, 0, 2), ledger(1, 0, 1)],
    vec![Censored, Observed(1)]
)]
#[case::a_negative_book_is_wrong_and_not_an_empty_shelf(
    vec![ledger(3, 1, 2), ledger(2, 0, 1)],
    vec![Observed(2), Observed(1), Observed(0)]
)]
#[case::stock_is_unknown_before_the_ledger_begins(
    vec![imported(ago(4), 3), ledger(2, 2, 2)],
    vec![Observed(3), Observed(0), Observed(2), Censored]
)]
#[case::imported_history_before_a_ledger_that_opens_empty(
    vec![imported(ago(3), 3), ledger(2, 0, 1)],
    vec![Observed(3), Censored, Observed(0)]
)]
#[case::waste_can_empty_a_shelf(
    vec![ledger(3, 4, 1), wasted(2, 3)],
    vec![Observed(1), Observed(0), Censored]
)]
#[case::lost_sales_count_while_something_is_there(
    vec![ledger(2, 9, 1), missed(1, 4)],
    vec![Observed(1), Observed(4)]
)]
#[case::a_day_with_more_taken_back_than_sold_is_no_negative_demand(
    vec![ledger(2, 9, 1), ledger(1, 0, -2)],
    vec![Observed(1), Observed(0)]
)]
#[case::rows_of_one_date_are_added(
    vec![ledger(2, 3, 1), imported(ago(2), 2), missed(2, 5), imported(ago(1), 1)],
    vec![Observed(8), Observed(1)]
)]
fn days(#[case] rows: Vec<DayFlow>, #[case] expected: Vec<DayDemand>) {
    let series = daily_series(today(), &rows);
    assert_eq!(series.days, expected);
    assert_eq!(series.first, ago(expected.len() as u64));
    let backward: Vec<_> = rows.into_iter().rev().collect();
    assert_eq!(daily_series(today(), &backward), series);
}

#[test]
fn history_is_read_two_years_back_but_the_opening_balance_from_the_beginning() {
    let rows = [ledger(900, 1, 0), ledger(800, 0, 1), ledger(700, 1, 0)];
    let series = daily_series(today(), &rows);
    assert_eq!((series.first, series.days.len()), (ago(730), 730));
    assert_eq!(series.days[0], Censored, "sold out on day 800");
    assert_eq!(series.days[30], Observed(0), "refilled on day 700");
    assert_eq!(series.observed_days(), 700);
}

#[test]
fn absurd_figures_are_cut_and_never_overflow() {
    let row = DayFlow {
        sold: Quantity(i64::MAX),
        imported: Quantity(i64::MAX),
        missed: Quantity(i64::MAX),
        net: Quantity(i64::MIN),
        inflow: Quantity(i64::MAX),
        ..ledger(2, 0, 0)
    };
    let series = daily_series(today(), &[row, row]);
    assert_eq!(series.days, [Observed(1_000_000_000_000), Observed(0)]);
}
