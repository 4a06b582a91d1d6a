//! Lots that expire, and the way from a need to packs.

use kulakan::model::Quantity;
use kulakan::plan::rounding::half_up;
use kulakan::plan::{
    LotBalance, Method, PlanLine, Policy, ProductInput, Rounding, Safety, Step, plan_product,
};
use rstest::rstest;

use super::{ago, ahead, dated, history, product, today, undated};

#[rstest]
#[case::no_lots(vec![], 0)]
#[case::goods_without_a_date_never_expire(vec![undated(500)], 0)]
#[case::past_its_date(vec![dated(ago(1), 7)], 7)]
#[case::today_is_the_last_day_to_sell(vec![dated(today(), 7)], 4)]
#[case::sells_in_time(vec![dated(ahead(3), 12)], 0)]
#[case::one_too_many(vec![dated(ahead(3), 13)], 1)]
#[case::first_expired_first_out(vec![dated(ahead(3), 6), dated(ahead(1), 6)], 0)]
#[case::what_the_first_lot_takes_the_second_misses(vec![dated(ahead(3), 10), dated(ahead(1), 9)], 7)]
#[case::same_date_twice(vec![dated(ahead(1), 5), dated(ahead(1), 4)], 3)]
#[case::goods_without_a_date_wait(vec![undated(9), dated(ahead(3), 12)], 0)]
#[case::what_a_lot_below_zero_gave_is_gone(vec![dated(ahead(1), -3), dated(ahead(1), 9)], 0)]
#[case::unrecorded_sales_took_what_could_be_sold(vec![undated(-4), dated(ago(1), 5), dated(ahead(1), 9)], 5)]
#[case::and_of_it_what_expires_first(vec![undated(-4), dated(ahead(1), 9), dated(ahead(3), 9)], 2)]
#[case::what_is_not_there_cannot_expire(vec![undated(-5), dated(ago(1), 7)], 2)]
#[case::nothing_is_there(vec![undated(-9), dated(ago(1), 7)], 0)]
fn expiring_at_three_a_day(#[case] lots: Vec<LotBalance>, #[case] expiring: i64) {
    let mut input = product(history(&[3; 10]));
    let on_hand = lots.iter().map(|lot| lot.quantity).sum();
    input.lots = lots;
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!((line.on_hand, line.expiring), (on_hand, Quantity(expiring)));
    assert_eq!(line.position, on_hand - Quantity(expiring));
    input.lots.reverse();
    assert_eq!(plan_product(today(), &input, &Policy::default()), line);
}

#[test]
fn the_expected_sale_is_rounded_half_up_once() {
    // 5 sold in 10 days: a day sells half a unit, two days one, three days one and a half.
    let mut input = product(history(&[1, 0, 1, 0, 1, 0, 1, 0, 1, 0]));
    for (days, sells) in [(0, 1), (1, 1), (2, 2), (3, 2)] {
        input.lots = vec![dated(ahead(days), 10)];
        let line = plan_product(today(), &input, &Policy::default());
        assert_eq!(line.expiring, Quantity(10 - sells), "{days} days ahead");
    }
}

#[test]
fn without_a_forecast_only_what_has_expired_counts() {
    let mut input = product(history(&[3; 5]));
    input.lots = vec![dated(ago(1), 4), dated(ahead(1), 900)];
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!(line.method, Method::TooLittleHistory);
    assert_eq!((line.expiring, line.position), (Quantity(4), Quantity(900)));
}

#[test]
fn the_position_has_five_parts() {
    let mut input = product(history(&[3; 10]));
    input.lots = vec![undated(20), dated(ago(3), 2)];
    input.on_order = Quantity(5);
    input.in_transit = Quantity(7);
    input.backordered = Quantity(11);
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!(line.position, Quantity(22 - 2 + 5 + 7 - 11));
    assert_eq!(line.reason.stock.position(), line.position);
    assert_eq!(line.days_to_stock_out, Some((22.0 - 2.0 - 11.0) / 3.0));
}

/// Needs ten a day for three days, without safety stock: S = 30.
fn thirty(change: impl FnOnce(&mut ProductInput), round: Rounding) -> PlanLine {
    let mut input = product(history(&[10; 10]));
    change(&mut input);
    let policy = Policy {
        review_days: 2,
        lead_time_days: 1,
        safety: Safety::None,
        round,
        ..Policy::default()
    };
    plan_product(today(), &input, &policy)
}

fn raised(from: i64, to: i64) -> Step {
    Step::RaisedToMinimum {
        from: Quantity(from),
        to: Quantity(to),
    }
}

fn rounded(from: i64, to: i64) -> Step {
    Step::RoundedToPacks {
        from: Quantity(from),
        to: Quantity(to),
    }
}

fn capped(cap: i64, to: i64) -> Step {
    Step::CappedByShelfLife {
        cap: Quantity(cap),
        to: Quantity(to),
    }
}

fn below_minimum(from: i64, minimum: i64) -> Step {
    Step::BelowMinimum {
        from: Quantity(from),
        minimum: Quantity(minimum),
    }
}

use Rounding::{Nearest, Up};

#[rstest]
#[case::exactly(0, 1, 0, None, Up, 30, vec![])]
#[case::enough(30, 1, 0, None, Up, 0, vec![Step::NothingNeeded])]
#[case::more_than_enough_ignores_the_minimum(31, 12, 48, None, Up, 0, vec![Step::NothingNeeded])]
#[case::whole_packs(0, 12, 0, None, Up, 36, vec![rounded(30, 36)])]
#[case::whole_packs_already(6, 12, 0, None, Up, 24, vec![])]
#[case::minimum(20, 1, 15, None, Up, 15, vec![raised(10, 15)])]
#[case::minimum_then_packs(20, 12, 15, None, Up, 24, vec![raised(10, 15), rounded(15, 24)])]
#[case::a_minimum_already_met(0, 12, 25, None, Up, 36, vec![rounded(30, 36)])]
#[case::nearest_goes_down(0, 13, 0, None, Nearest, 26, vec![rounded(30, 26)])]
#[case::nearest_goes_up_at_half(0, 20, 0, None, Nearest, 40, vec![rounded(30, 40)])]
#[case::nearest_keeps_the_minimum(0, 26, 28, None, Nearest, 52, vec![rounded(30, 52)])]
#[case::nearest_buys_a_pack_of_what_is_due(15, 100, 0, None, Nearest, 100, vec![rounded(15, 100)])]
#[case::nearest_lets_the_rest_wait(25, 100, 0, None, Nearest, 0, vec![rounded(5, 0)])]
#[case::within_the_shelf_life(0, 1, 0, Some(3), Up, 30, vec![])]
#[case::cap(0, 1, 0, Some(2), Up, 20, vec![capped(20, 20)])]
#[case::cap_in_whole_packs(0, 12, 0, Some(2), Up, 12, vec![rounded(30, 36), capped(20, 12)])]
#[case::cap_below_a_pack(0, 12, 0, Some(1), Up, 0, vec![rounded(30, 36), capped(10, 0)])]
#[case::cap_below_the_minimum(0, 12, 20, Some(2), Up, 0,
    vec![rounded(30, 36), capped(20, 12), below_minimum(12, 20)])]
#[case::cap_at_the_minimum(0, 12, 24, Some(2), Up, 0,
    vec![rounded(30, 36), capped(20, 12), below_minimum(12, 24)])]
#[case::a_pack_of_nothing_counts_as_one(0, 0, -4, None, Up, 30, vec![])]
fn packs(
    #[case] on_order: i64,
    #[case] pack_size: i64,
    #[case] minimum: i64,
    #[case] shelf_life_days: Option<u32>,
    #[case] round: Rounding,
    #[case] quantity: i64,
    #[case] steps: Vec<Step>,
) {
    let line = thirty(
        |input| {
            input.on_order = Quantity(on_order);
            input.pack_size = Quantity(pack_size);
            input.minimum_order = Quantity(minimum);
            input.shelf_life_days = shelf_life_days;
        },
        round,
    );
    assert_eq!(line.need, Quantity((30 - on_order).max(0)));
    assert_eq!(line.quantity, Quantity(quantity));
    assert_eq!(line.packs * line.pack_size.0, quantity);
    assert_eq!(line.reason.steps, steps);
}

#[test]
fn an_absurd_minimum_or_pack_does_not_overflow() {
    let line = thirty(
        |input| {
            input.pack_size = Quantity(7);
            input.minimum_order = Quantity(i64::MAX);
            input.backordered = Quantity(i64::MAX);
        },
        Up,
    );
    assert_eq!(line.quantity.0, line.packs * 7);
    assert!(line.quantity.0 > i64::MAX - 7);
}

#[rstest]
#[case(2.5, 3)]
#[case(2.499_999, 2)]
#[case(0.499_999_999_999_999_94, 0)]
#[case(-0.5, 0)]
#[case(-0.51, -1)]
fn half_goes_up(#[case] value: f64, #[case] whole: i64) {
    assert_eq!(half_up(value), whole);
}

#[test]
fn the_need_is_rounded_half_up() {
    // 7 sold in 14 days: half a unit a day, so that three days need one and a half.
    let policy = Policy {
        review_days: 2,
        lead_time_days: 1,
        safety: Safety::None,
        ..Policy::default()
    };
    let line = plan_product(today(), &product(history(&[0, 1].repeat(7))), &policy);
    assert_eq!((line.order_up_to, line.need), (1.5, Quantity(2)));
    assert_eq!(line.reason.need_unrounded, 1.5);
}
