//! Forecasting methods: what each says of simple histories.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use kulakan::model::Quantity;
use kulakan::plan::forecast::calendar::lebaran_dates;
use kulakan::plan::forecast::{DemandClass, Effect, Method, Model, SigmaRule, Window, next_period};
use kulakan::plan::{DayFlow, ForecastMethod, PlanLine, Policy, plan_product};
use rstest::rstest;

use super::definition::quantile_by_terms;
use super::{ago, history, imported, product, today};

pub fn by(method: ForecastMethod) -> Policy {
    Policy {
        method,
        ..Policy::default()
    }
}

/// Noise that is the same in every run: from 0 to just below `limit`.
pub fn noise(seed: u64, limit: u64) -> i64 {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    state ^= state >> 29;
    state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((state >> 33) % limit) as i64
}

/// The plan on `date` of a product whose demand on each of the `days` days before it is `demand(date)`.
fn planned(
    date: NaiveDate,
    days: u64,
    demand: impl Fn(NaiveDate) -> i64,
    policy: &Policy,
) -> PlanLine {
    let flows = (1..=days)
        .map(|back| date - Days::new(back))
        .map(|day| imported(day, demand(day)))
        .collect();
    plan_product(date, &product(flows), policy)
}

#[rstest]
#[case(ForecastMethod::MovingAverage, Method::MovingAverage)]
#[case(ForecastMethod::Ses, Method::Ses)]
#[case(ForecastMethod::Blend, Method::Blend)]
#[case(ForecastMethod::Croston, Method::Croston)]
#[case(ForecastMethod::Sba, Method::Sba)]
#[case(ForecastMethod::Tsb, Method::Tsb)]
#[case(ForecastMethod::Weekday, Method::Weekday)]
#[case(ForecastMethod::Calendar, Method::Weekday)]
#[case(ForecastMethod::Auto, Method::MovingAverage)]
fn a_steady_product_is_forecast_as_it_is(#[case] asked: ForecastMethod, #[case] used: Method) {
    let line = plan_product(today(), &product(history(&[4; 300])), &by(asked));
    // Syntetos and Boylan take off alpha / 2 even where there is a demand every day.
    let wanted = if used == Method::Sba { 4.0 * 0.95 } else { 4.0 };
    assert_eq!(line.method, used);
    assert!((line.forecast_per_day - wanted).abs() < 1e-9, "{line:?}");
    assert_eq!(line.reason.sigma_rule, Some(SigmaRule::Origins));
    assert!((line.sigma_protection - 9.0 * (4.0 - wanted)).abs() < 1e-9);
    assert_eq!(line.demand_class, Some(DemandClass::Smooth));
}

#[test]
fn days_that_were_not_known_are_no_days_without_demand() {
    // Sold out from noon of every third day on: what is known is 5 a day.
    let mut flows = Vec::new();
    for back in (1..=300_u64).rev() {
        let (inflow, sold) = match back % 3 {
            2 => (10, 5),
            1 => (0, 5),
            _ => (0, 0),
        };
        if sold > 0 {
            flows.push(DayFlow {
                sold: Quantity(sold),
                net: Quantity(inflow - sold),
                inflow: Quantity(inflow),
                moved: true,
                ..DayFlow::on(ago(back))
            });
        }
    }
    for method in [
        ForecastMethod::Ses,
        ForecastMethod::Blend,
        ForecastMethod::Croston,
        ForecastMethod::Tsb,
        ForecastMethod::Weekday,
        ForecastMethod::Calendar,
    ] {
        let line = plan_product(today(), &product(flows.clone()), &by(method));
        assert!(
            (line.forecast_per_day - 5.0).abs() < 1e-9,
            "{method:?}: {}",
            line.forecast_per_day
        );
        // No nine known days in a row: nothing to compare a forecast with.
        assert_eq!(line.reason.sigma_rule, Some(SigmaRule::Sample));
    }
}

#[test]
fn a_blend_is_the_mean_of_a_long_and_a_short_memory() {
    let blend = |slow, fast, series: &[f64]| {
        let window = Window {
            periods: 1,
            period_days: 1,
        };
        next_period(Model::Blend { slow, fast }, window, series).unwrap()
    };
    // By hand: with 1/4 the fourth day still weighs as in the plain mean, 3; with 1/2 it is 4, 2, 2, 4.
    assert_eq!(blend(0.25, 0.5, &[4.0, 0.0, 2.0, 6.0]), 3.5);
    // A fifth day of 7 weighs 1/4 in one and 1/2 in the other: 4 and 5.5.
    assert_eq!(blend(0.25, 0.5, &[4.0, 0.0, 2.0, 6.0, 7.0]), 4.75);
    assert_eq!(blend(0.01, 0.05, &[]), 0.0);
}

#[test]
fn tsb_forgets_what_is_no_longer_asked_for_and_croston_does_not() {
    let mut demand = [0, 0, 3].repeat(60);
    demand.extend([0; 90]);
    let at = |method| plan_product(today(), &product(history(&demand)), &by(method));
    let (croston, tsb) = (at(ForecastMethod::Croston), at(ForecastMethod::Tsb));
    assert!((croston.forecast_per_day - 1.0).abs() < 1e-9);
    assert!(tsb.forecast_per_day < 0.001, "{}", tsb.forecast_per_day);
    assert!(tsb.order_up_to < croston.order_up_to);
}

/// One error a day and all H days known: sigma from the sum of squares over the origins, term by term.
#[test]
fn sigma_comes_from_forecasts_as_they_were() {
    let demand: Vec<i64> = (0..200).map(|day| noise(day, 9)).collect();
    let (alpha, horizon, warm_up) = (0.1, 9, 30);
    let mut level = demand[0] as f64;
    let mut squares = Vec::new();
    for origin in 1..=demand.len() {
        if origin >= warm_up && origin + horizon <= demand.len() {
            let came: i64 = demand[origin..origin + horizon].iter().sum();
            squares.push((came as f64 - horizon as f64 * level).powi(2));
        }
        if origin < demand.len() {
            level += alpha * (demand[origin] as f64 - level);
        }
    }
    let sigma = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
    let line = plan_product(
        today(),
        &product(history(&demand)),
        &by(ForecastMethod::Ses),
    );
    assert!((line.forecast_per_day - level).abs() < 1e-12);
    assert!((line.sigma_protection - sigma).abs() < 1e-9);
    assert_eq!(line.reason.origins as usize, squares.len());
    assert_eq!(
        line.order_up_to,
        quantile_by_terms(9.0 * level, (sigma * sigma).max(1.05 * 9.0 * level), 0.95) as f64
    );
}

#[test]
fn weekdays_have_their_own_share_and_move_the_level_with_the_date() {
    let sells = |day: NaiveDate| match day.weekday() {
        Weekday::Sat => 30,
        Weekday::Sun => 0,
        _ => 10,
    };
    let policy = Policy {
        review_days: 2,
        lead_time_days: 0,
        ..by(ForecastMethod::Weekday)
    };
    // 2026-11-21 is a Saturday.
    let saturday = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let weekend = planned(saturday, 365, sells, &policy);
    let monday = planned(saturday + Days::new(2), 365, sells, &policy);
    assert!(
        (weekend.reason.mean - 30.0).abs() < 3.0,
        "{:?}",
        weekend.reason
    );
    assert!(
        (monday.reason.mean - 20.0).abs() < 2.0,
        "{:?}",
        monday.reason
    );
    let Some(Effect::Weekday { day, factor }) = weekend.reason.effects.first() else {
        panic!("{:?}", weekend.reason.effects);
    };
    assert_eq!(*day, Weekday::Sat);
    assert!((factor - 30.0 / (80.0 / 7.0)).abs() < 0.2, "{factor}");
    assert_eq!(
        by_auto(saturday, 365, sells, 2).method,
        Method::Weekday,
        "the choice finds it"
    );
}

fn by_auto(
    date: NaiveDate,
    days: u64,
    demand: impl Fn(NaiveDate) -> i64,
    review_days: u32,
) -> PlanLine {
    let policy = Policy {
        review_days,
        lead_time_days: 0,
        ..by(ForecastMethod::Auto)
    };
    planned(date, days, demand, &policy)
}

#[test]
fn payday_is_kept_where_it_shows_and_nowhere_else() {
    let date = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let steady = |day: NaiveDate| 20 + noise(day.num_days_from_ce() as u64, 7);
    let paid = |day: NaiveDate| {
        let usual = steady(day);
        if day.day() >= 25 || day.day() <= 5 {
            2 * usual
        } else {
            usual
        }
    };
    let policy = by(ForecastMethod::Calendar);
    let with = planned(date, 700, paid, &policy);
    assert_eq!(with.method, Method::Calendar);
    let factor = with.reason.effects.iter().find_map(|effect| match effect {
        Effect::Payday { factor } => Some(*factor),
        _ => None,
    });
    assert!(factor.unwrap() > 1.3, "{factor:?}");
    assert!(with.reason.mean > planned(date, 700, steady, &policy).reason.mean * 1.5);
    assert_eq!(planned(date, 700, steady, &policy).method, Method::Weekday);
}

fn shopping_before(feasts: &[NaiveDate]) -> impl Fn(NaiveDate) -> i64 + '_ {
    move |day| {
        let usual = 20 + noise(day.num_days_from_ce() as u64, 7);
        let season = feasts
            .iter()
            .any(|feast| (-14..=-1).contains(&day.signed_duration_since(*feast).num_days()));
        if season { 2 * usual } else { usual }
    }
}

#[test]
fn lebaran_is_learned_from_one_year_proved_on_the_next_and_expected_in_the_third() {
    // Two feasts behind, in 2024 and 2025; the third is on 21 March 2026.
    let feasts = lebaran_dates();
    let date = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
    let sells = shopping_before(&feasts);
    for method in [ForecastMethod::Calendar, ForecastMethod::Auto] {
        let line = planned(date, 729, &sells, &by(method));
        assert_eq!(
            line.method,
            Method::Calendar,
            "{:?}",
            line.reason.comparison
        );
        let lebaran = line.reason.effects.iter().find_map(|effect| match effect {
            Effect::Lebaran {
                days,
                before,
                factor,
            } => Some((*days, *before, *factor)),
            _ => None,
        });
        let (days, before, factor) = lebaran.unwrap();
        assert_eq!((days, before), (9, true));
        assert!((1.6..2.1).contains(&factor), "{factor}");
        assert!(line.reason.mean > 300.0, "{}", line.reason.mean);
    }
    let steady = planned(
        date,
        729,
        |day| 20 + noise(day.num_days_from_ce() as u64, 7),
        &by(ForecastMethod::Calendar),
    );
    assert_eq!(steady.method, Method::Weekday);
}

#[test]
fn a_shop_can_have_its_own_dates_of_the_feast() {
    let own: Vec<NaiveDate> = ["2024-09-20", "2025-09-10", "2026-08-30"]
        .iter()
        .map(|day| day.parse().unwrap())
        .collect();
    let sells = shopping_before(&own);
    let date = NaiveDate::from_ymd_opt(2026, 8, 18).unwrap();
    let policy = Policy {
        lebaran: Some(vec![own[2], own[0], own[1]]),
        ..by(ForecastMethod::Calendar)
    };
    assert_eq!(policy.check(), Ok(()));
    let expected = planned(date, 729, &sells, &policy).reason.mean;
    let unaware = planned(date, 729, &sells, &by(ForecastMethod::Calendar))
        .reason
        .mean;
    assert!(expected > 1.5 * unaware, "{expected} against {unaware}");
}

#[test]
fn the_built_in_dates_are_a_lunar_year_apart() {
    let dates = lebaran_dates();
    assert_eq!(dates.len(), 16);
    for pair in dates.windows(2) {
        let days = pair[1].signed_duration_since(pair[0]).num_days();
        assert!((353..=356).contains(&days), "{pair:?}");
    }
}

#[rstest]
#[case::every_day(&[5, 6, 5, 7, 6, 5, 6, 5], Some(DemandClass::Smooth))]
#[case::every_day_in_bursts(&[1, 1, 30, 1, 1, 1, 40, 1], Some(DemandClass::Erratic))]
#[case::now_and_then(&[0, 5, 0, 0, 5, 0, 6, 0], Some(DemandClass::Intermittent))]
#[case::now_and_then_in_bursts(&[0, 1, 0, 0, 40, 0, 1, 0], Some(DemandClass::Lumpy))]
#[case::never(&[0; 8], None)]
fn classes(#[case] demand: &[i64], #[case] class: Option<DemandClass>) {
    let line = plan_product(today(), &product(history(demand)), &Policy::default());
    assert_eq!(line.demand_class, class);
}

/// At the boundaries: 132 days with 100 demands is no longer often.
#[rstest]
#[case(131, 100, DemandClass::Smooth)]
#[case(132, 100, DemandClass::Intermittent)]
fn the_boundary_of_often(#[case] days: usize, #[case] demands: usize, #[case] class: DemandClass) {
    let mut demand = vec![2; demands];
    demand.splice(50..50, vec![0; days - demands]);
    let line = plan_product(today(), &product(history(&demand)), &Policy::default());
    assert_eq!(line.demand_class, Some(class));
}

#[test]
fn textbook_forecasts_refuse_what_cannot_be() {
    let window = Window {
        periods: 1,
        period_days: 1,
    };
    for (model, series, message) in [
        (
            Model::Ses { alpha: 1.0 },
            &[1.0][..],
            "alpha is 1, must be above 0 and below 1",
        ),
        (
            Model::Sba { alpha: f64::NAN },
            &[1.0],
            "alpha is NaN, must be above 0 and below 1",
        ),
        (
            Model::Blend {
                slow: 0.0,
                fast: 0.1,
            },
            &[1.0],
            "slow is 0, must be above 0 and below 1",
        ),
        (
            Model::Tsb {
                alpha_demand: 0.1,
                alpha_probability: 0.0,
            },
            &[1.0],
            "alpha_probability is 0, must be above 0 and below 1",
        ),
        (
            Model::MovingAverage,
            &[1.0, -3.0],
            "demand is -3, must be 0 or above",
        ),
        (
            Model::Croston { alpha: 0.1 },
            &[f64::NAN],
            "demand is NaN, must be 0 or above",
        ),
    ] {
        let error = next_period(model, window, series).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(next_period(Model::Ses { alpha: 0.5 }, window, &[]), Ok(0.0));
}
