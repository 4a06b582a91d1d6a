//! However a log is cut into pushes, and however often they are repeated, the hub comes to know the same.

use std::collections::BTreeMap;

use kulakan::clock::ManualClock;
use kulakan::hub::contact::Contact;
use kulakan::hub::intake::Answer;
use kulakan::model::Quantity;
use kulakan::wire::event::{Fact, HistoryRow};
use kulakan::wire::exchange::{PairRequest, Rejection};
use proptest::prelude::*;

use super::super::BACKEND;
use super::{Shop, day, known, new_hub, part, sku, start_of_time};
use crate::harness::backend::Backend;

/// One event in small numbers: kind, product, day, quantity.
type Step = (u8, u8, u8, i64);

const CODES: [&str; 3] = ["A", "B", "C"];
const DAYS: [&str; 3] = ["2026-11-20", "2026-11-21", "2026-11-22"];

fn fact(step: Step) -> Fact {
    let (kind, product, date, quantity) = step;
    let code = CODES[usize::from(product)];
    match kind {
        0 => Fact::SaleRecorded {
            sale_id: "s".to_owned(),
            moves: vec![part(code, -quantity)],
        },
        1 => Fact::SaleVoided {
            sale_id: "s".to_owned(),
            sale_date: day(DAYS[0]),
            moves: vec![part(code, quantity)],
        },
        2 => Fact::StockReceived {
            moves: vec![part(code, quantity)],
        },
        3 => Fact::StockCounted {
            moves: vec![part(code, quantity - 10)],
        },
        4 => Fact::DemandMissed {
            sku: sku(code),
            quantity: Quantity(quantity),
        },
        _ => Fact::HistoryImported {
            rows: vec![HistoryRow {
                sku: sku(code),
                date: day(DAYS[usize::from(date)]),
                quantity: Quantity(quantity),
            }],
        },
    }
}

/// `[sold, imported, missed, net, inflow]` by product and date, and stock by product, straight from the steps.
type Figures = (BTreeMap<(String, String), [i64; 5]>, BTreeMap<String, i64>);

fn by_hand(steps: &[Step]) -> Figures {
    let (mut days, mut stock) = Figures::default();
    for &(kind, product, date, quantity) in steps {
        let code = CODES[usize::from(product)].to_owned();
        let date = DAYS[usize::from(date)].to_owned();
        let moved = match kind {
            0 => -quantity,
            1 | 2 => quantity,
            3 => quantity - 10,
            _ => 0,
        };
        *stock.entry(code.clone()).or_insert(0) += moved;
        if kind == 1 {
            days.entry((code.clone(), DAYS[0].to_owned()))
                .or_insert([0; 5])[0] -= quantity;
        }
        let row = days.entry((code, date)).or_insert([0; 5]);
        match kind {
            0 => row[0] += quantity,
            2 | 3 => row[4] += moved.max(0),
            4 => row[2] += quantity,
            5 => row[1] = quantity,
            _ => {}
        }
        row[3] += moved;
    }
    stock.retain(|_, quantity| *quantity != 0);
    (days, stock)
}

async fn by_hub(steps: &[Step], pushes: &[(usize, usize)]) -> Figures {
    let folder = tempfile::tempdir().unwrap();
    let hub = new_hub(folder.path(), ManualClock::at(start_of_time())).await;
    let (id, code) = hub.add_shop("Warung Bu Sri").await.unwrap();
    let mut shop = Shop::new();
    let request = PairRequest {
        code,
        device: shop.device,
        name: "Warung Bu Sri".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        token: shop.token.clone(),
    };
    hub.pair(request).await.unwrap();
    for step in steps {
        shop.record_on(day(DAYS[usize::from(step.2)]), &fact(*step));
    }
    let contact = Contact {
        device: shop.device,
        skew_seconds: None,
        program: None,
        instance: None,
    };
    let mut held = 0;
    let drain = [(0, 7), (0, steps.len())];
    for (start, length) in pushes.iter().chain(&drain) {
        let start = start % steps.len();
        let end = (start + length).min(steps.len());
        let answer = hub.push(contact, shop.push(start..end)).await;
        match answer.unwrap() {
            Answer::Accepted(reply) => {
                assert!(start <= held);
                held = held.max(end);
                assert_eq!(
                    (reply.ack_seq, reply.ack_hash),
                    (held as i64, shop.hash_at(held))
                );
            }
            Answer::Rejected { why, head } => {
                assert!(start > held);
                assert_eq!((why, head.seq), (Rejection::Gap, held as i64));
            }
        }
    }
    assert_eq!(held, steps.len());
    let (lots, days) = known(&hub, &id).await;
    let days = days
        .into_iter()
        .map(|row| {
            let figures = [row.sold, row.imported, row.missed, row.net, row.inflow];
            let key = (row.sku.to_string(), row.date.to_string());
            (key, figures.map(|quantity| quantity.0))
        })
        .collect();
    let stock = lots
        .into_iter()
        .map(|lot| (lot.sku.to_string(), lot.quantity.0))
        .collect();
    (days, stock)
}

/// A hub is founded for each: on a server that takes a second.
const CASES: u32 = match BACKEND {
    Backend::Sqlite => 24,
    Backend::Postgres => 8,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_and_repetition_of_pushes_gives_the_same(
        steps in prop::collection::vec((0_u8..6, 0_u8..3, 0_u8..3, 1_i64..20), 1..40),
        pushes in prop::collection::vec((0_usize..40, 0_usize..15), 0..20),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(by_hub(&steps, &pushes));
        prop_assert_eq!(found, by_hand(&steps));
    }
}
