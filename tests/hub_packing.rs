//! A shop's days packed and unpacked: nothing is lost, nothing is invented, and no bytes bring it down.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use kulakan::hub::packing::{pack, unpack};
use kulakan::model::{Quantity, Sku};
use kulakan::plan::{DayFlow, daily_series};
use proptest::prelude::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn flows(code: &str, days: Vec<DayFlow>) -> BTreeMap<Sku, Vec<DayFlow>> {
    BTreeMap::from([(Sku::parse(code).unwrap(), days)])
}

fn day_on(date: NaiveDate, figures: [i64; 5], moved: bool) -> DayFlow {
    let [sold, imported, missed, net, inflow] = figures.map(Quantity);
    DayFlow {
        sold,
        imported,
        missed,
        net,
        inflow,
        moved,
        ..DayFlow::on(date)
    }
}

proptest! {
    #[test]
    fn what_is_packed_comes_out_again(
        days in proptest::collection::vec((1_u64..5, any::<[i64; 5]>(), any::<bool>()), 1..60),
    ) {
        let mut at = date("2025-01-01");
        let days: Vec<DayFlow> = days
            .into_iter()
            .map(|(step, figures, moved)| {
                at = at + Days::new(step);
                day_on(at, figures, moved)
            })
            .collect();
        let flows = flows("MIE", days);
        prop_assert_eq!(unpack(&pack(&flows, date("2026-01-01"))), Some(flows));
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = unpack(&bytes);
        let mut formed = vec![1];
        formed.extend(bytes);
        let _ = unpack(&formed);
    }
}

#[test]
fn what_is_older_than_any_plan_asks_for_is_one_day_and_the_series_is_the_same() {
    let first = date("2021-01-01");
    let days: Vec<DayFlow> = (0..2000)
        .map(|number| {
            let received = if number % 10 == 0 { 25 } else { 0 };
            let figures = [2, 0, 0, received - 2, received];
            day_on(first + Days::new(number), figures, true)
        })
        .collect();
    let through = first + Days::new(1990);
    let all = flows("MIE", days.clone());
    let bytes = pack(&all, through);
    let mut packed = unpack(&bytes).unwrap().into_values().next().unwrap();
    assert_eq!(packed.len(), 802);
    packed.extend(days.iter().filter(|day| day.date > through));
    for later in [1, 10, 22] {
        let planned = through + Days::new(later);
        assert_eq!(daily_series(planned, &packed), daily_series(planned, &days));
    }
    assert!(bytes.len() < 5 * 802, "{} bytes", bytes.len());
}
