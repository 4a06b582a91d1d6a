//! Lots and deliveries rolled forward against the expected demand.

use chrono::NaiveDate;
use kulakan::model::Quantity;
use kulakan::plan::perishable::{Batch, Outdated, expired, withdraw_and_age};
use kulakan::plan::{ExpectedLoss, LostGoods, Policy, ProductInput, Safety, Urgency, plan_product};
use proptest::prelude::*;

use super::definition::{Goods, losses_day_by_day};
use super::{ago, ahead, dated, history, product, today, undated};

/// Reviewed every four days, with goods two days after ordering: H = 6.
fn six_days() -> Policy {
    Policy {
        review_days: 4,
        lead_time_days: 2,
        ..Policy::default()
    }
}

/// Sells so many a day.
fn selling(per_day: i64, change: impl FnOnce(&mut ProductInput)) -> ProductInput {
    let mut input = product(history(&[per_day; 30]));
    change(&mut input);
    input
}

fn loss(expires: NaiveDate, quantity: i64, goods: LostGoods) -> ExpectedLoss {
    ExpectedLoss {
        expires,
        quantity: Quantity(quantity),
        goods,
    }
}

#[test]
fn a_shelf_of_bread_about_to_expire_is_ordered_for_in_time() {
    // 60 loaves at ten a day look like six days of bread: enough for the whole interval. But 40 of them have to go
    // by tomorrow evening, and then only two days of bread are left, which is how long new bread takes to come.
    let policy = Policy {
        safety: Safety::None,
        ..six_days()
    };
    let bread = selling(10, |input| {
        input.lots = vec![dated(ahead(1), 40), dated(ahead(4), 20)];
        input.shelf_life_days = Some(6);
        input.pack_size = Quantity(10);
    });
    let mut canned = bread.clone();
    canned.lots = vec![undated(60)];
    let plain = plan_product(today(), &canned, &policy);
    assert_eq!(
        (plain.quantity, plain.urgency),
        (Quantity(0), Urgency::Later)
    );
    let line = plan_product(today(), &bread, &policy);
    assert_eq!(line.expiring, Quantity(20));
    assert_eq!(line.reason.losses, [loss(ahead(1), 20, LostGoods::OnHand)]);
    assert_eq!(line.position, Quantity(40));
    assert_eq!(
        (line.quantity, line.days_to_stock_out),
        (Quantity(20), Some(4.0))
    );
    assert_eq!(line.urgency, Urgency::Along);
    // Followed day by day: without the order, the fifth day has no bread; with it, every day has.
    let served = |ordered: i64| {
        let goods = [(1, 2, 40), (1, 5, 20), (3, 9, ordered)];
        (1..=6).filter(|&day| sold_on(&goods, day) == 10).count()
    };
    assert_eq!((served(0), served(20)), (4, 6));
}

/// What ten customers a day get on a day, of goods (from, last day, quantity).
fn sold_on(goods: &[(i64, i64, i64)], wanted: i64) -> i64 {
    let mut left = goods.to_vec();
    left.sort_by_key(|one| one.1);
    let mut sold = 0;
    for day in 1..=wanted {
        sold = 0;
        for one in left.iter_mut().filter(|one| one.0 <= day && day <= one.1) {
            let taken = one.2.min(10 - sold);
            one.2 -= taken;
            sold += taken;
        }
    }
    sold
}

#[test]
fn a_loss_on_the_last_evening_of_the_interval_is_the_next_orders() {
    // H = 6: the order of today has to last through ahead(5), whose evening is too late to matter.
    let at = |expires| {
        let input = selling(3, |input| input.lots = vec![dated(expires, 100)]);
        plan_product(today(), &input, &six_days())
    };
    assert_eq!(at(ahead(4)).expiring, Quantity(100 - 15));
    assert_eq!(at(ahead(5)).expiring, Quantity(0));
    // How long the shelf lasts knows no horizon: what is lost a week from now will not be there in a month.
    assert_eq!(at(ahead(4)).days_to_stock_out, Some(5.0));
    assert_eq!(at(ahead(5)).days_to_stock_out, Some(6.0));
    assert_eq!(at(ahead(19)).days_to_stock_out, Some(20.0));
    assert_eq!(at(ahead(90)).days_to_stock_out, Some(100.0 / 3.0));
}

#[test]
fn short_lived_goods_on_the_way_are_rolled_too() {
    // They come on the third morning and may be sold that day and the next; 3 a day take what is on the shelf first.
    let input = selling(3, |input| {
        input.lots = vec![dated(ahead(2), 8)];
        input.on_order = Quantity(4);
        input.in_transit = Quantity(5);
        input.shelf_life_days = Some(1);
    });
    let line = plan_product(today(), &input, &six_days());
    assert_eq!(line.reason.losses, [loss(ahead(3), 5, LostGoods::Coming)]);
    assert_eq!(line.position, Quantity(8 + 9 - 5));
    // What is lost of them is not lost of the shelf.
    assert_eq!(line.days_to_stock_out, Some(8.0 / 3.0));
    let long_lived = ProductInput {
        shelf_life_days: Some(30),
        ..input
    };
    assert_eq!(
        plan_product(today(), &long_lived, &six_days()).expiring,
        Quantity(0)
    );
}

#[test]
fn demand_that_met_an_empty_shelf_takes_nothing_from_a_later_delivery() {
    let batches = [Batch {
        from_day: 4,
        last_day: Some(4),
        quantity: Quantity(9),
    }];
    let lost = |owed| withdraw_and_age(&batches, owed, |days| 2 * i128::from(days), 10);
    let outdated = |quantity| {
        vec![Outdated {
            day: 4,
            batch: 0,
            quantity: Quantity(quantity),
        }]
    };
    assert_eq!(lost(0), outdated(7));
    // What is owed waits for it.
    assert_eq!(lost(5), outdated(2));
    assert_eq!(lost(8), []);
}

#[test]
fn what_is_owed_leaves_with_the_lot_that_expires_first() {
    let input = selling(3, |input| {
        input.lots = vec![dated(today(), 10), undated(4)];
        input.backordered = Quantity(5);
    });
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!(line.reason.losses, [loss(today(), 2, LostGoods::OnHand)]);
    assert_eq!(line.position, Quantity(14 - 2 - 5));
    assert_eq!(line.days_to_stock_out, Some(7.0 / 3.0));
}

#[test]
fn what_is_owed_and_nowhere_is_bought_beyond_the_shelf_life() {
    let owing = |owed: i64, shelf: i64| {
        let input = selling(3, |input| {
            input.shelf_life_days = Some(4);
            input.backordered = Quantity(owed);
            input.lots = vec![undated(shelf)];
        });
        plan_product(today(), &input, &six_days())
    };
    // Twelve sell within four days; of a hundred owed some are there already.
    for (owed, shelf, quantity) in [
        (0, 0, 12),
        (100, 0, 112),
        (100, 30, 82),
        (30, 30, 12),
        (0, -9, 12),
    ] {
        let line = owing(owed, shelf);
        assert!(line.need.0 > quantity, "{owed} owed, {shelf} on the shelf");
        assert_eq!(line.quantity, Quantity(quantity));
    }
}

#[test]
fn the_reason_names_each_lot_and_adds_up() {
    let input = selling(3, |input| {
        input.lots = vec![
            undated(50),
            dated(ahead(1), 20),
            dated(ago(2), 1),
            dated(ahead(1), 4),
            dated(ago(5), 2),
            dated(ahead(3), 7),
        ];
    });
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!(
        line.reason.losses,
        [
            loss(ago(5), 2, LostGoods::Expired),
            loss(ago(2), 1, LostGoods::Expired),
            loss(ahead(1), 18, LostGoods::OnHand),
            loss(ahead(3), 1, LostGoods::OnHand),
        ]
    );
    assert_eq!(line.expiring, Quantity(22));
    assert_eq!(expired(today(), &input.lots), Quantity(3));
}

#[test]
fn the_farthest_dates_and_the_largest_lots_overflow_nothing() {
    let input = selling(1_000_000_000_000, |input| {
        input.lots = vec![
            dated(NaiveDate::MIN, i64::MAX / 4),
            dated(NaiveDate::MAX, i64::MAX / 4),
            undated(i64::MAX / 4),
        ];
        input.on_order = Quantity(i64::MAX / 8);
        input.in_transit = Quantity(i64::MAX / 8);
        input.shelf_life_days = Some(u32::MAX);
        input.lots.push(undated(i64::MIN / 2));
    });
    let line = plan_product(today(), &input, &Policy::default());
    assert!(line.expiring <= line.on_hand);
    assert!(line.days_to_stock_out.unwrap().is_finite());
}

fn goods() -> impl Strategy<Value = Vec<Goods>> {
    let one = (
        1i64..8,
        prop_oneof![4 => (-2i64..14).prop_map(Some), 1 => Just(None)],
        0i64..12,
    );
    proptest::collection::vec(one, 0..8).prop_map(|goods| {
        let with = |(from, last, quantity)| Goods {
            from,
            last,
            quantity,
        };
        goods.into_iter().map(with).collect()
    })
}

fn batches(goods: &[Goods]) -> Vec<Batch> {
    let batch = |one: &Goods| Batch {
        from_day: one.from,
        last_day: one.last,
        quantity: Quantity(one.quantity),
    };
    goods.iter().map(batch).collect()
}

proptest! {
    #[test]
    fn rolling_by_events_is_rolling_unit_by_unit_and_day_by_day(
        goods in goods(), owed in 0i64..15, sold in 0i64..40, window in 1i64..12, last_day in 0i64..16,
    ) {
        let expected = |days: i64| (2 * i128::from(sold) * i128::from(days) + i128::from(window))
            .div_euclid(2 * i128::from(window));
        let rolled = withdraw_and_age(&batches(&goods), owed, expected, last_day);
        let by_hand = losses_day_by_day(&goods, owed, |days| expected(days) as i64, last_day);
        let by_day: Vec<(i64, i64)> = by_hand.clone();
        let mut sums = std::collections::BTreeMap::new();
        for lost in &rolled {
            *sums.entry(lost.day).or_insert(0) += lost.quantity.0;
        }
        prop_assert_eq!(sums.into_iter().collect::<Vec<_>>(), by_day);
    }

    #[test]
    fn more_demand_never_wastes_more_and_more_days_never_less(
        goods in goods(), sold in 0i64..20, more in 0i64..20, last_day in 0i64..16, later in 0i64..9,
    ) {
        let waste = |per_day: i64, last_day: i64| -> i64 {
            withdraw_and_age(&batches(&goods), 0, |days| i128::from(per_day * days), last_day)
                .iter()
                .map(|lost| lost.quantity.0)
                .sum()
        };
        prop_assert!(waste(sold + more, last_day) <= waste(sold, last_day));
        prop_assert!(waste(sold, last_day + later) >= waste(sold, last_day));
        let all: i64 = goods.iter().map(|one| one.quantity).sum();
        prop_assert!((0..=all).contains(&waste(sold, last_day)));
    }
}
