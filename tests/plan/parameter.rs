//! Parameters that a model takes, and the words with which it refuses the others.

use kulakan::plan::parameter::{
    LARGEST, ParameterError, SMALLEST, above, between, not_negative, number, positive, share,
    share_open,
};
use rstest::rstest;

#[test]
fn what_is_within_its_range_comes_back() {
    for value in [SMALLEST, 1e-3, 1.0, 3.5e9, LARGEST] {
        assert_eq!(positive("rate", value), Ok(value));
        assert_eq!(not_negative("rate", value), Ok(value));
        assert_eq!(number("rate", -value), Ok(-value));
    }
    assert_eq!(not_negative("rate", 0.0), Ok(0.0));
    assert_eq!(share_open("level", 0.95), Ok(0.95));
    assert_eq!(
        (share("level", 0.0), share("level", 1.0)),
        (Ok(0.0), Ok(1.0))
    );
    assert_eq!(between("days", 1.0, 1.0, 7.0), Ok(1.0));
    assert_eq!(above("production", 2.0, "demand", 1.0), Ok(2.0));
}

#[rstest]
#[case(positive("demand_rate", -3.0), "demand_rate is -3, must be above 0")]
#[case(positive("price", 0.0), "price is 0, must be above 0")]
#[case(positive("price", f64::NAN), "price is NaN, must be above 0")]
#[case(
    positive("price", f64::INFINITY),
    "price is inf, must be from 1e-18 to 1e18"
)]
#[case(
    positive("price", f64::MIN_POSITIVE),
    "price is 2.2250738585072014e-308, must be from 1e-18 to 1e18"
)]
#[case(not_negative("cost", -0.5), "cost is -0.5, must be 0 or above")]
#[case(not_negative("cost", f64::NAN), "cost is NaN, must be 0 or above")]
#[case(not_negative("cost", 2e18), "cost is 2e18, must be from 0 to 1e18")]
#[case(
    number("shift", f64::NEG_INFINITY),
    "shift is -inf, must be from -1e18 to 1e18"
)]
#[case(
    share_open("service_level", 1.0),
    "service_level is 1, must be above 0 and below 1"
)]
#[case(
    share_open("service_level", f64::NAN),
    "service_level is NaN, must be above 0 and below 1"
)]
#[case(share("part", 1.5), "part is 1.5, must be from 0 to 1")]
#[case(between("days", 8.0, 1.0, 7.0), "days is 8, must be from 1 to 7")]
#[case(
    above("production_rate", 80.0, "demand_rate", 80.0),
    "production_rate is 80, must be above demand_rate, which is 80"
)]
#[case(
    above("production_rate", f64::INFINITY, "demand_rate", 80.0),
    "production_rate is inf, must be at most 1e18"
)]
fn what_is_not_is_named_with_its_range(
    #[case] found: Result<f64, ParameterError>,
    #[case] message: &str,
) {
    assert_eq!(found.unwrap_err().to_string(), message);
}

#[test]
fn a_part_of_a_list_is_named_with_its_place() {
    let error = positive("demand_rate", 0.0).unwrap_err().within("items[2]");
    assert_eq!(
        error.to_string(),
        "items[2].demand_rate is 0, must be above 0"
    );
}
