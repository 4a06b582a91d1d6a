//! Order-up-to levels under each policy, and the policy's own ranges.

use kulakan::plan::distribution::{NegativeBinomial, Poisson, normal_loss, normal_quantile};
use kulakan::plan::reason::Step;
use kulakan::plan::{Distribution, PlanLine, Policy, Safety, plan_product};
use rstest::rstest;

use super::definition::{poisson_quantile_by_terms, quantile_by_terms};
use super::{history, product, today};

fn lumpy() -> Vec<i64> {
    (0..300).map(|day| (day * day * 7 + day) % 11).collect()
}

fn line(policy: &Policy) -> PlanLine {
    plan_product(today(), &product(history(&lumpy())), policy)
}

#[test]
fn the_normal_level_is_the_textbooks() {
    let line = line(&Policy {
        distribution: Distribution::Normal,
        service_level: 0.98,
        ..Policy::default()
    });
    let mean = 9.0 * line.forecast_per_day;
    let k = normal_quantile(0.98);
    assert_eq!(line.service_factor, k);
    assert!((line.order_up_to - mean - k * line.sigma_protection).abs() < 1e-9);
    assert!((line.safety_stock - k * line.sigma_protection).abs() < 1e-9);
    assert!(line.order_up_to.fract() != 0.0, "the level is not rounded");
}

#[test]
fn a_fill_rate_is_met_and_by_no_more_than_needed() {
    for fill_rate in [0.5, 0.9, 0.98, 0.9999] {
        let mut policy = Policy {
            fill_rate: Some(fill_rate),
            ..Policy::default()
        };
        let whole = line(&policy);
        let allowed = (1.0 - fill_rate) * 7.0 * whole.forecast_per_day;
        let demand = NegativeBinomial::with_moments(whole.reason.mean, whole.reason.variance);
        let level = whole.order_up_to as i64;
        assert!(demand.expected_shortage(level) <= allowed);
        assert!(level == 0 || demand.expected_shortage(level - 1) > allowed);
        let factor = (whole.order_up_to - whole.reason.mean) / whole.sigma_protection;
        assert_eq!(whole.service_factor, factor);

        policy.distribution = Distribution::Normal;
        let normal = line(&policy);
        let short = normal.sigma_protection * normal_loss(normal.service_factor);
        assert!((short - allowed).abs() < 1e-9 * allowed);
    }
}

#[test]
fn the_poisson_level_has_the_mean_for_its_variance() {
    let mut policy = Policy {
        distribution: Distribution::Poisson,
        ..Policy::default()
    };
    let whole = line(&policy);
    assert_eq!(whole.reason.variance, whole.reason.mean);
    let wanted = poisson_quantile_by_terms(whole.reason.mean, 0.95);
    assert_eq!(whole.order_up_to, wanted as f64);

    policy.fill_rate = Some(0.98);
    let filled = line(&policy);
    let allowed = 0.02 * 7.0 * filled.forecast_per_day;
    let demand = Poisson::with_mean(filled.reason.mean);
    let level = filled.order_up_to as i64;
    assert!(demand.expected_shortage(level) <= allowed);
    assert!(demand.expected_shortage(level - 1) > allowed);
}

#[test]
fn a_lead_time_that_varies_adds_its_variance_whole_to_every_span_of_days() {
    let steady = line(&Policy {
        distribution: Distribution::Normal,
        ..Policy::default()
    });
    let varying = line(&Policy {
        distribution: Distribution::Normal,
        lead_time_sd_days: 1.5,
        ..Policy::default()
    });
    let (f, sigma, k) = (
        steady.forecast_per_day,
        steady.sigma_protection,
        normal_quantile(0.95),
    );
    let late = (1.5 * f).powi(2);
    let level = |days: f64| f * days + k * (sigma * sigma * days / 9.0 + late).sqrt();
    for (found, days) in [
        (varying.order_up_to, 9.0),
        (varying.reason.due_level, 3.0),
        (varying.reason.along_level, 5.5),
    ] {
        assert!((found - level(days)).abs() < 1e-9, "{days} days: {found}");
    }
    assert_eq!(varying.service_factor, k);
    assert_eq!(varying.reason.lead_time_sd_days, 1.5);
    assert!((varying.reason.variance - sigma * sigma - late).abs() < 1e-9);
}

#[test]
fn poisson_demand_of_an_uncertain_lead_time_is_negative_binomial() {
    let line = line(&Policy {
        distribution: Distribution::Poisson,
        lead_time_sd_days: 1.5,
        ..Policy::default()
    });
    let variance = line.reason.mean + (1.5 * line.forecast_per_day).powi(2);
    assert!((line.reason.variance - variance).abs() < 1e-9);
    let wanted = quantile_by_terms(line.reason.mean, variance, 0.95);
    assert_eq!(line.order_up_to, wanted as f64);
}

#[test]
fn without_safety_the_level_is_the_expected_demand() {
    let line = line(&Policy {
        safety: Safety::None,
        fill_rate: Some(0.99),
        ..Policy::default()
    });
    assert_eq!(line.order_up_to, 9.0 * line.forecast_per_day);
    assert_eq!((line.safety_stock, line.service_factor), (0.0, 0.0));
}

#[rstest]
#[case(Distribution::NegativeBinomial, None)]
#[case(Distribution::NegativeBinomial, Some(0.95))]
#[case(Distribution::Normal, None)]
#[case(Distribution::Normal, Some(0.95))]
#[case(Distribution::Poisson, None)]
#[case(Distribution::Poisson, Some(0.95))]
fn nothing_is_kept_of_what_nobody_asks_for(
    #[case] distribution: Distribution,
    #[case] fill_rate: Option<f64>,
) {
    // Sold long ago: the errors of the past are large, the forecast is nothing.
    let mut demand = vec![9; 200];
    demand.extend([0; 120]);
    let policy = Policy {
        distribution,
        fill_rate,
        lead_time_sd_days: 3.0,
        ..Policy::default()
    };
    let line = plan_product(today(), &product(history(&demand)), &policy);
    assert!(line.sigma_protection > 1.0);
    assert_eq!(
        (line.order_up_to, line.safety_stock, line.service_factor),
        (0.0, 0.0, 0.0)
    );
    assert_eq!(line.reason.steps, [Step::NothingNeeded]);
    assert_eq!(line.days_to_stock_out, None);
}

#[rstest]
#[case::periods(Policy { periods: 0, ..Policy::default() }, "periods must be a whole number from 1 to 24")]
#[case::periods(Policy { periods: 25, ..Policy::default() }, "periods must be a whole number from 1 to 24")]
#[case::period(Policy { period_days: 367, ..Policy::default() }, "period_days must be a whole number from 1 to 366")]
#[case::window(
    Policy { periods: 24, period_days: 31, ..Policy::default() },
    "periods times period_days is 744, more than the 730 days of history that are read"
)]
#[case::review(Policy { review_days: 0, ..Policy::default() }, "review_days must be a whole number from 1 to 180")]
#[case::lead(Policy { lead_time_days: 181, ..Policy::default() }, "lead_time_days must be a whole number from 0 to 180")]
#[case::lead_sd(Policy { lead_time_sd_days: -0.5, ..Policy::default() }, "lead_time_sd_days must be from 0 to 180")]
#[case::lead_sd(Policy { lead_time_sd_days: f64::NAN, ..Policy::default() }, "lead_time_sd_days must be from 0 to 180")]
#[case::service(Policy { service_level: 1.0, ..Policy::default() }, "service_level must be from 0.5 to 0.9999")]
#[case::service(Policy { service_level: f64::NAN, ..Policy::default() }, "service_level must be from 0.5 to 0.9999")]
#[case::fill(Policy { fill_rate: Some(0.49), ..Policy::default() }, "fill_rate must be from 0.5 to 0.9999")]
fn a_setting_out_of_range_is_named(#[case] policy: Policy, #[case] message: &str) {
    assert_eq!(policy.check().unwrap_err().to_string(), message);
}

#[test]
fn policies_are_written_as_people_write_them() {
    assert_eq!(Policy::default().check(), Ok(()));
    assert_eq!(toml::from_str::<Policy>("").unwrap(), Policy::default());
    let policy: Policy = toml::from_str(
        "periods = 3\nfill_rate = 0.98\ndistribution = \"normal\"\nsafety = \"none\"\nround = \"nearest\"\n\
         lead_time_sd_days = 1.5",
    )
    .unwrap();
    assert_eq!((policy.periods, policy.fill_rate), (3, Some(0.98)));
    let written = toml::to_string(&policy).unwrap();
    assert_eq!(toml::from_str::<Policy>(&written).unwrap(), policy);
    assert_eq!(policy.lead_time_sd_days, 1.5);
    let json = serde_json::to_value(Policy::default()).unwrap();
    assert_eq!(json["distribution"], "negative_binomial");
    assert!(json.get("lead_time_sd_days").is_none());
    assert_eq!(
        (&json["safety"], &json["round"]),
        (&"quantile".into(), &"up".into())
    );
    let error = toml::from_str::<Policy>("service = 0.9")
        .unwrap_err()
        .to_string();
    assert!(error.contains("service"), "{error}");
}

#[test]
fn the_window_covers_the_history_it_may() {
    assert_eq!(
        Policy {
            periods: 2,
            period_days: 365,
            ..Policy::default()
        }
        .check(),
        Ok(())
    );
}
