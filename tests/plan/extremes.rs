//! The first and the last date, the largest and the least whole numbers, and what a policy may not say: no panic, and no
//! figure that is none.

use chrono::{Days, NaiveDate};
use kulakan::model::Quantity;
use kulakan::plan::forecast::moving_average;
use kulakan::plan::{
    DayDemand, DayFlow, Distribution, ForecastMethod, PlanLine, Policy, ProductInput, Rounding,
    Series, plan_product,
};
use rstest::rstest;

use super::{EVERY_METHOD, dated, product, undated};

const FARTHEST: [NaiveDate; 2] = [NaiveDate::MIN, NaiveDate::MAX];

fn survives(line: &PlanLine) {
    // A figure that is no number is written as null, and cannot be read.
    let read: PlanLine = serde_json::from_str(&serde_json::to_string(line).unwrap()).unwrap();
    assert_eq!(&read, line);
    assert!(line.quantity.0 >= 0 && line.quantity.0 % line.pack_size.0 == 0);
}

#[rstest]
fn the_first_and_the_last_date_are_planned_for(#[values(1, i64::MIN, i64::MAX)] figure: i64) {
    for method in EVERY_METHOD {
        extreme(method, figure);
    }
}

fn extreme(method: ForecastMethod, figure: i64) {
    let policy = Policy {
        method,
        review_days: u32::MAX,
        lead_time_days: u32::MAX,
        periods: u32::MAX,
        period_days: u32::MAX,
        fill_rate: Some(f64::NAN),
        lebaran: Some(FARTHEST.to_vec()),
        distribution: Distribution::Normal,
        round: Rounding::Nearest,
        ..Policy::default()
    };
    for date in FARTHEST {
        let oldest = date.checked_sub_days(Days::new(900)).unwrap_or(date);
        let row = |date| DayFlow {
            imported: Quantity(figure),
            sold: Quantity(figure),
            missed: Quantity(figure),
            net: Quantity(figure),
            inflow: Quantity(figure),
            moved: true,
            ..DayFlow::on(date)
        };
        let flows = oldest.iter_days().take(800).map(row).collect();
        let input = ProductInput {
            lots: vec![
                undated(figure),
                dated(FARTHEST[0], figure),
                dated(FARTHEST[1], figure),
                dated(date, figure),
            ],
            on_order: Quantity(figure),
            in_transit: Quantity(figure),
            backordered: Quantity(figure),
            pack_size: Quantity(figure),
            minimum_order: Quantity(figure),
            shelf_life_days: Some(u32::MAX),
            ..product(flows)
        };
        survives(&plan_product(date, &input, &policy));
        survives(&plan_product(date, &input, &Policy::default()));
        let bare = product(input.flows);
        survives(&plan_product(date, &bare, &policy));
    }
}

#[test]
fn a_window_and_an_interval_beyond_all_days_are_no_more_than_those_there_are() {
    let series = Series {
        first: NaiveDate::MAX - Days::new(30),
        days: vec![DayDemand::Observed(3); 30],
    };
    let found = moving_average(&series, u32::MAX, u32::MAX, u32::MAX).unwrap();
    assert_eq!((found.window_days, found.total, found.origins), (30, 90, 0));
    assert!(found.sigma_protection.is_finite());
}
