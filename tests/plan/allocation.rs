//! Scarce stock among shops, and packs on a vehicle.

use kulakan::model::{Quantity, Sku};
use kulakan::plan::allocation::{
    Allocation, Capacity, Claim, Freight, Full, ShareLimit, fair_shares, load_vehicle,
};
use proptest::prelude::*;
use rstest::rstest;

fn claim(shop: &str, position: i64, demand_per_day: f64, need: i64) -> Claim {
    Claim {
        shop: shop.to_owned(),
        position: Quantity(position),
        demand_per_day,
        need: Quantity(need),
    }
}

fn shares(stock: i64, pack: i64, claims: &[Claim]) -> Allocation {
    fair_shares(Quantity(stock), Quantity(pack), claims).unwrap()
}

fn given(allocation: &Allocation) -> Vec<(&str, i64)> {
    let shares = allocation.shares.iter();
    shares
        .map(|share| (share.shop.as_str(), share.given.0))
        .collect()
}

#[test]
fn days_of_cover_are_raised_together() {
    // Cover of 0, 2 and 8 days. 60 bring the first two to 5 days: 50 and 15 would be 65, so 47 and 13 in pieces.
    let claims = [
        claim("Budi", 10, 5.0, 100),
        claim("Ani", 0, 10.0, 100),
        claim("Cici", 16, 2.0, 100),
    ];
    let shared = shares(60, 1, &claims);
    assert_eq!(given(&shared), [("Ani", 47), ("Budi", 13), ("Cici", 0)]);
    let after: Vec<f64> = shared
        .shares
        .iter()
        .map(|share| share.days_after.unwrap())
        .collect();
    assert!(after[0] >= 4.6 && after[0] <= 4.8 && after[1] >= 4.6 && after[1] <= 4.8);
    assert_eq!(shared.shares[0].days_before, Some(0.0));
    let missing = Quantity(53);
    assert_eq!(shared.shares[0].why, ShareLimit::Scarce { missing });
    assert_eq!(shared.left_over, Quantity(0));
}

#[test]
fn nobody_gets_more_than_it_needs_and_packs_stay_whole() {
    let claims = [claim("Ani", 0, 10.0, 30), claim("Budi", 0, 10.0, 100)];
    let shared = shares(100, 12, &claims);
    assert_eq!(given(&shared), [("Ani", 24), ("Budi", 72)]);
    let missing = Quantity(6);
    assert_eq!(shared.shares[0].why, ShareLimit::LessThanAPack { missing });
    assert_eq!(shared.left_over, Quantity(4));
    let shared = shares(1000, 10, &claims);
    assert_eq!(given(&shared), [("Ani", 30), ("Budi", 100)]);
    assert!(
        shared
            .shares
            .iter()
            .all(|share| share.why == ShareLimit::NeedMet)
    );
    assert_eq!(shared.left_over, Quantity(870));
}

#[test]
fn ties_go_in_turn_by_name_and_owed_goods_come_first() {
    let claims = [
        claim("Cici", 0, 5.0, 40),
        claim("Ani", 0, 5.0, 40),
        claim("Budi", 0, 5.0, 40),
    ];
    assert_eq!(
        given(&shares(50, 10, &claims)),
        [("Ani", 20), ("Budi", 20), ("Cici", 10)]
    );
    let still = [
        claim("Ani", 4, 0.0, 20),
        claim("Budi", -15, 0.0, 20),
        claim("Cici", 500, 5.0, 20),
        claim("Dewi", 0, 0.0, 20),
    ];
    // What is owed, then what sells however long it lasts, then by turns what nobody asks for.
    assert_eq!(
        given(&shares(10, 10, &still)),
        [("Budi", 10), ("Cici", 0), ("Ani", 0), ("Dewi", 0)]
    );
    assert_eq!(
        given(&shares(40, 10, &still)),
        [("Budi", 20), ("Cici", 20), ("Ani", 0), ("Dewi", 0)]
    );
    assert_eq!(
        given(&shares(60, 10, &still)),
        [("Budi", 20), ("Cici", 20), ("Ani", 10), ("Dewi", 10)]
    );
    assert_eq!(shares(60, 10, &still).shares[0].days_before, None);
}

#[test]
fn the_largest_stock_is_shared_at_once() {
    let claims = [
        claim("Ani", i64::MIN, 1e-300, i64::MAX),
        claim("Budi", i64::MAX, 1e18, i64::MAX),
        claim("Cici", 0, 0.0, i64::MAX),
    ];
    let shared = shares(i64::MAX, 1, &claims);
    assert_eq!(shared.left_over, Quantity(0));
    let finite = |days: Option<f64>| days.is_none_or(f64::is_finite);
    assert!(
        shared
            .shares
            .iter()
            .all(|share| finite(share.days_before) && finite(share.days_after))
    );
}

#[rstest]
#[case::stock(-1, 1, claim("A", 0, 1.0, 1), "stock is -1, must be 0 or above")]
#[case::pack(1, 0, claim("A", 0, 1.0, 1), "pack_size is 0, must be 1 or above")]
#[case::demand(1, 1, claim("A", 0, -2.0, 1), "claims[0].demand_per_day is -2, must be 0 or above")]
#[case::not_a_number(
    1,
    1,
    claim("A", 0, f64::NAN, 1),
    "claims[0].demand_per_day is NaN, must be 0 or above"
)]
#[case::need(1, 1, claim("A", 0, 1.0, -9), "claims[0].need is -9, must be 0 or above")]
fn impossible_shares_are_refused(
    #[case] stock: i64,
    #[case] pack: i64,
    #[case] claim: Claim,
    #[case] message: &str,
) {
    let error = fair_shares(Quantity(stock), Quantity(pack), &[claim]).unwrap_err();
    assert_eq!(error.to_string(), message);
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let demand = prop_oneof![1 => Just(0.0), 2 => Just(3.0), 3 => 0.0..20.0f64];
    proptest::collection::vec((-20i64..60, demand, 0i64..80), 0..7).prop_map(|claims| {
        let named = claims.into_iter().enumerate();
        named
            .map(|(place, (position, demand, need))| {
                claim(&format!("shop {place}"), position, demand, need)
            })
            .collect()
    })
}

fn cover(claim: &Claim, given: i64) -> f64 {
    let position = (claim.position.0 + given) as f64;
    match claim.demand_per_day > 0.0 {
        true => position / claim.demand_per_day,
        false if position < 0.0 => f64::NEG_INFINITY,
        false => f64::INFINITY,
    }
}

/// Pack by pack to whoever has the fewest days then, the earlier turn and then the earlier name deciding ties.
fn by_hand(stock: i64, pack: i64, claims: &[Claim]) -> Vec<i64> {
    let mut given = vec![0; claims.len()];
    let mut turns = vec![(f64::NAN, 0); claims.len()];
    for _ in 0..stock / pack {
        let open = (0..claims.len()).filter(|&place| given[place] + pack <= claims[place].need.0);
        let turn = |place: usize| {
            let days = cover(&claims[place], given[place]);
            // Packs given at this very level count as turns taken.
            if turns[place].0 == days {
                turns[place].1
            } else {
                0
            }
        };
        let next = open.min_by(|&one, &other| {
            cover(&claims[one], given[one])
                .total_cmp(&cover(&claims[other], given[other]))
                .then(turn(one).cmp(&turn(other)))
                .then(claims[one].shop.cmp(&claims[other].shop))
        });
        let Some(place) = next else { break };
        turns[place] = (cover(&claims[place], given[place]), turn(place) + 1);
        given[place] += pack;
    }
    given
}

fn share_of(allocation: &Allocation, claim: &Claim) -> i64 {
    let mut shares = allocation.shares.iter();
    shares
        .find(|share| share.shop == claim.shop)
        .unwrap()
        .given
        .0
}

proptest! {
    #[test]
    fn the_sum_is_what_there_is_or_what_is_needed(claims in claims(), stock in 0i64..400, pack in 1i64..15) {
        let shared = shares(stock, pack, &claims);
        let sum: i64 = shared.shares.iter().map(|share| share.given.0).sum();
        let needed: i64 = claims.iter().map(|claim| claim.need.0 / pack).sum();
        prop_assert_eq!(sum, pack * needed.min(stock / pack));
        prop_assert_eq!(sum + shared.left_over.0, stock);
        if pack == 1 {
            let need: i64 = claims.iter().map(|claim| claim.need.0).sum();
            prop_assert_eq!(sum, stock.min(need));
        }
        for share in &shared.shares {
            prop_assert!(share.given <= share.need && share.given.0 >= 0);
            prop_assert_eq!(share.given.0, share.packs * pack);
        }
    }

    #[test]
    fn giving_pack_by_pack_by_hand_gives_the_same(claims in claims(), stock in 0i64..400, pack in 1i64..15) {
        let shared = shares(stock, pack, &claims);
        let by_claim: Vec<i64> = claims.iter().map(|claim| share_of(&shared, claim)).collect();
        prop_assert_eq!(by_claim, by_hand(stock, pack, &claims));
    }

    #[test]
    fn nobody_with_less_cover_waits_for_a_pack_that_another_could_give(
        claims in claims(), stock in 0i64..400, pack in 1i64..15,
    ) {
        let shared = shares(stock, pack, &claims);
        for poor in &claims {
            let has = share_of(&shared, poor);
            if has + pack > poor.need.0 {
                continue;
            }
            for rich in &claims {
                let given = share_of(&shared, rich);
                prop_assert!(given == 0 || cover(rich, given - pack) <= cover(poor, has));
            }
        }
    }

    #[test]
    fn more_stock_gives_nobody_less(claims in claims(), stock in 0i64..400, more in 0i64..50, pack in 1i64..15) {
        let (less, more) = (shares(stock, pack, &claims), shares(stock + more, pack, &claims));
        for claim in &claims {
            prop_assert!(share_of(&more, claim) >= share_of(&less, claim));
        }
    }

    #[test]
    fn the_order_of_claims_changes_nothing(claims in claims(), stock in 0i64..400, pack in 1i64..15, turn in 0usize..7) {
        let mut turned = claims.clone();
        if !turned.is_empty() {
            let places = turn % turned.len();
            turned.rotate_left(places);
        }
        prop_assert_eq!(shares(stock, pack, &claims), shares(stock, pack, &turned));
    }
}

fn freight(shop: &str, packs: i64, volume: i64, weight: i64, days: Option<f64>) -> Freight {
    Freight {
        shop: shop.to_owned(),
        sku: Sku::parse("KOPI").unwrap(),
        packs,
        pack_volume: volume,
        pack_weight: weight,
        days_to_stock_out: days,
    }
}

#[test]
fn the_most_urgent_is_loaded_first() {
    let capacity = Capacity {
        volume: Some(100),
        weight: Some(50),
    };
    let wanted = [
        freight("Later", 9, 1, 1, Some(8.0)),
        freight("Never", 1, 1, 1, None),
        freight("Bulky", 4, 30, 2, Some(1.0)),
        freight("Heavy", 5, 1, 20, Some(2.0)),
    ];
    let load = load_vehicle(capacity, &wanted).unwrap();
    let lines: Vec<_> = load
        .lines
        .iter()
        .map(|line| (line.shop.as_str(), line.loaded, line.full))
        .collect();
    assert_eq!(
        lines,
        [
            ("Bulky", 3, Some(Full::Volume)),
            ("Heavy", 2, Some(Full::Weight)),
            ("Later", 4, Some(Full::Weight)),
            ("Never", 0, Some(Full::Weight)),
        ]
    );
    assert_eq!((load.volume, load.weight), (96, 50));
    let all = load_vehicle(Capacity::default(), &wanted).unwrap();
    assert!(
        all.lines
            .iter()
            .all(|line| line.loaded == line.wanted && line.full.is_none())
    );
}

#[rstest]
#[case::capacity(Some(-1), freight("A", 1, 1, 1, None), "capacity.volume is -1, must be 0 or above")]
#[case::packs(None, freight("A", -1, 1, 1, None), "freight[0].packs is -1, must be 0 or above")]
#[case::volume(None, freight("A", 1, -2, 1, None), "freight[0].pack_volume is -2, must be 0 or above")]
#[case::weight(None, freight("A", 1, 1, -3, None), "freight[0].pack_weight is -3, must be 0 or above")]
#[case::days(
    None,
    freight("A", 1, 1, 1, Some(f64::NAN)),
    "freight[0].days_to_stock_out is NaN, must be a number"
)]
fn impossible_freight_is_refused(
    #[case] volume: Option<i64>,
    #[case] one: Freight,
    #[case] message: &str,
) {
    let capacity = Capacity {
        volume,
        weight: None,
    };
    assert_eq!(
        load_vehicle(capacity, &[one]).unwrap_err().to_string(),
        message
    );
}

proptest! {
    #[test]
    fn a_load_has_room_and_no_room_for_more(
        volume in prop::option::of(0i64..200), weight in prop::option::of(0i64..200),
        wanted in prop::collection::vec((0i64..9, 0i64..30, 0i64..30, prop::option::of(0u8..4)), 0..8),
        turn in 0usize..8,
    ) {
        let capacity = Capacity { volume, weight };
        let freights: Vec<Freight> = wanted.iter().enumerate()
            .map(|(place, &(packs, volume, weight, days))| freight(&format!("shop {place}"), packs, volume, weight, days.map(f64::from)))
            .collect();
        let load = load_vehicle(capacity, &freights).unwrap();
        let of = |shop: &str| freights.iter().find(|one| one.shop == shop).unwrap();
        let (mut used, mut heavy) = (0, 0);
        let fits = |used: i64, heavy: i64| {
            volume.is_none_or(|most| used <= most) && weight.is_none_or(|most| heavy <= most)
        };
        for pair in load.lines.windows(2) {
            let days = |line: &kulakan::plan::allocation::LoadLine| line.days_to_stock_out.unwrap_or(f64::INFINITY);
            prop_assert!(days(&pair[0]) <= days(&pair[1]));
        }
        for line in &load.lines {
            let one = of(&line.shop);
            used += line.loaded * one.pack_volume;
            heavy += line.loaded * one.pack_weight;
            prop_assert!(line.loaded >= 0 && line.loaded <= line.wanted);
            prop_assert!(fits(used, heavy));
            // As many as have room when its turn comes.
            prop_assert!(line.loaded == line.wanted || !fits(used + one.pack_volume, heavy + one.pack_weight));
            prop_assert_eq!(line.full.is_some(), line.loaded < line.wanted);
        }
        prop_assert_eq!((load.volume, load.weight), (used, heavy));
        let mut turned = freights.clone();
        if !turned.is_empty() {
            let places = turn % turned.len();
            turned.rotate_left(places);
        }
        prop_assert_eq!(load_vehicle(capacity, &turned).unwrap(), load);
    }
}
