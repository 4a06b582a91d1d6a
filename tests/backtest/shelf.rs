//! A shelf by hand.

use chrono::Days;
use kulakan::backtest::shelf::{Lived, Shelf};
use kulakan::model::Quantity;
use kulakan::plan::LotBalance;

use super::first;

fn day(sold: i64, lost: i64, wasted: i64, on_hand: i64) -> Lived {
    Lived {
        sold,
        lost,
        wasted,
        on_hand,
    }
}

#[test]
fn what_is_not_there_is_lost_until_the_delivery_comes() {
    let mut shelf = Shelf::stocked(5, None);
    assert_eq!(shelf.live(3), day(3, 0, 0, 2));
    shelf.order(4, 2);
    assert_eq!(shelf.coming(), 4);
    assert_eq!(shelf.live(3), day(2, 1, 0, 0));
    assert_eq!(shelf.live(1), day(0, 1, 0, 0));
    assert_eq!(shelf.live(1), day(1, 0, 0, 3));
    assert_eq!((shelf.coming(), shelf.on_hand()), (0, 3));
}

#[test]
fn the_lot_that_expires_first_sells_first_and_what_is_left_of_it_is_thrown_away() {
    // Ten fresh on day 0, sold until day 2; six more come in on day 1, sold until day 3.
    let mut shelf = Shelf::stocked(10, Some(2));
    shelf.order(6, 1);
    assert_eq!(shelf.live(2), day(2, 0, 0, 8));
    assert_eq!(shelf.live(1), day(1, 0, 0, 13));
    let lots = |days: u64, quantity: i64| LotBalance {
        expires: Some(first() + Days::new(days)),
        quantity: Quantity(quantity),
    };
    assert_eq!(shelf.lots(first()), vec![lots(0, 7), lots(1, 6)]);
    assert_eq!(shelf.live(4), day(4, 0, 3, 6));
    assert_eq!(shelf.live(9), day(6, 3, 0, 0));
}

#[test]
fn goods_that_keep_have_no_date() {
    let shelf = Shelf::stocked(3, None);
    assert_eq!(
        shelf.lots(first()),
        vec![LotBalance {
            expires: None,
            quantity: Quantity(3)
        }]
    );
}
