//! How many days are averaged, and where sigma comes from.

use kulakan::model::Quantity;
use kulakan::plan::forecast::SigmaRule::{self, Origins, Sample};
use kulakan::plan::{DayFlow, Method, Policy, Step, plan_product};
use rstest::rstest;

use super::definition::{Rules, from_days};
use super::{ago, history, product, today};

#[rstest]
#[case::six_days_are_too_few(6, None, 0, None)]
#[case::seven_are_all_used(7, Some(7), 0, Some(Sample))]
#[case::one_short_of_a_period(29, Some(29), 0, Some(Sample))]
#[case::one_period(30, Some(30), 1, Some(Sample))]
#[case::whole_periods_only(89, Some(60), 2, Some(Sample))]
#[case::the_full_window(120, Some(120), 4, Some(Sample))]
#[case::seven_origins(120 + 9 + 6, Some(120), 4, Some(Sample))]
#[case::eight_origins(120 + 9 + 7, Some(120), 4, Some(Origins))]
#[case::older_days_are_left_out(800, Some(120), 4, Some(Origins))]
fn days_averaged(
    #[case] days: usize,
    #[case] window: Option<u32>,
    #[case] periods: u32,
    #[case] rule: Option<SigmaRule>,
) {
    // The oldest days sell far more: a day too many shows in the mean.
    let demand: Vec<i64> = (0..days).map(|day| (days - day) as i64 % 251).collect();
    let line = plan_product(today(), &product(history(&demand)), &Policy::default());
    let reason = &line.reason;
    assert_eq!((reason.sigma_rule, reason.periods), (rule, periods));
    let Some(window) = window else {
        assert_eq!(line.method, Method::TooLittleHistory);
        assert_eq!(reason.steps, [Step::TooLittleHistory { days: 6 }]);
        assert_eq!((line.quantity.0, line.order_up_to), (0, 0.0));
        return;
    };
    assert_eq!(reason.window_days, window);
    assert_eq!(reason.first_day, Some(ago(u64::from(window))));
    let known: Vec<_> = demand[days.saturating_sub(730)..]
        .iter()
        .map(|&y| Some(y))
        .collect();
    let (f, sigma, s) = from_days(&known, &Rules::default()).unwrap();
    assert!((line.forecast_per_day - f).abs() < 1e-9);
    assert!((line.sigma_protection - sigma).abs() < 1e-9 * sigma.max(1.0));
    assert_eq!(line.order_up_to, s as f64);
}

/// A shelf that is empty on two days in five: known days are fewer than calendar days, and no protection interval is
/// whole unless it is short.
#[rstest]
#[case::no_whole_interval(7, 2, Sample)]
#[case::whole_intervals(2, 1, Origins)]
fn censored_days_are_passed_over(
    #[case] review_days: u32,
    #[case] lead_time_days: u32,
    #[case] rule: SigmaRule,
) {
    let mut flows = Vec::new();
    let mut known = Vec::new();
    for day in (1..=350).rev() {
        let place = day % 5;
        let sold = (day % 7) as i64 + 1;
        // Refilled on place 4, sold out on place 2; the shelf stays empty over places 1 and 0.
        let (inflow, sold) = match place {
            4 => (100, sold),
            3 => (0, sold),
            2 => (
                0,
                100 - ((day + 2) % 7) as i64 - 1 - ((day + 1) % 7) as i64 - 1,
            ),
            _ => (0, 0),
        };
        if place >= 2 {
            flows.push(DayFlow {
                sold: Quantity(sold),
                net: Quantity(inflow - sold),
                inflow: Quantity(inflow),
                moved: true,
                ..DayFlow::on(ago(day))
            });
            known.push(Some(sold));
        } else if !flows.is_empty() {
            known.push(None);
        }
    }
    let rules = Rules {
        review_days: review_days as usize,
        lead_time_days: lead_time_days as usize,
        ..Rules::default()
    };
    let policy = Policy {
        review_days,
        lead_time_days,
        ..Policy::default()
    };
    let line = plan_product(today(), &product(flows), &policy);
    let (f, sigma, s) = from_days(&known, &rules).unwrap();
    assert!((line.forecast_per_day - f).abs() < 1e-9);
    assert!((line.sigma_protection - sigma).abs() < 1e-9);
    assert_eq!(line.order_up_to, s as f64);
    assert_eq!(line.reason.window_days, 120);
    assert_eq!(line.reason.censored_days, 79);
    assert_eq!(line.reason.first_day, Some(ago(199)));
    assert_eq!(line.reason.sigma_rule, Some(rule));
}

#[test]
fn a_steady_product_has_no_error_and_still_some_spread() {
    let line = plan_product(today(), &product(history(&[4; 300])), &Policy::default());
    assert_eq!((line.sigma_protection, line.service_factor), (0.0, 0.0));
    assert_eq!(line.reason.variance, 1.05 * 36.0);
    assert_eq!(
        line.order_up_to,
        super::definition::quantile_by_terms(36.0, 37.8, 0.95) as f64
    );
    assert_eq!(line.safety_stock, line.order_up_to - 36.0);
}
