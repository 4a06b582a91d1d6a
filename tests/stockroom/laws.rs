//! After whatever happens in a stockroom: on hand is the ledger is the lots, and what was left is what sold, went back or
//! remains.

use kulakan::model::{AdjustmentReason, Quantity};
use kulakan::shop::consignment::{SettlementLineRequest, SettlementRequest};
use kulakan::shop::figure::Figure;
use kulakan::shop::stock::{
    AdjustmentRequest, Counted, CountingEntry, PurchaseContent, PurchaseEntry, Scope,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{on_hand, sell, stockroom};
use crate::harness::counter::Counter;

#[derive(Debug, Clone)]
enum Step {
    TakeIn(usize, u8, Option<u8>),
    Sell(usize, u8),
    Leave(usize, u8, AdjustmentReason),
    CountBeforeAndSaveAfterSelling(usize, u8, u8),
    Settle(u8, u8),
}

const GOODS: [&str; 2] = ["MIE", "ROTI"];

fn step() -> impl Strategy<Value = Step> {
    let reason = prop_oneof![
        Just(AdjustmentReason::Waste),
        Just(AdjustmentReason::Expired),
        Just(AdjustmentReason::OwnUse),
        Just(AdjustmentReason::Return),
    ];
    let which = 0..GOODS.len();
    prop_oneof![
        (which.clone(), 1..30_u8, proptest::option::of(1..28_u8))
            .prop_map(|(a, b, c)| Step::TakeIn(a, b, c)),
        (which.clone(), 1..20_u8).prop_map(|(a, b)| Step::Sell(a, b)),
        (which.clone(), 1..9_u8, reason).prop_map(|(a, b, c)| Step::Leave(a, b, c)),
        (which, 0..40_u8, 1..5_u8)
            .prop_map(|(a, b, c)| Step::CountBeforeAndSaveAfterSelling(a, b, c)),
        (0..5_u8, 0..40_u8).prop_map(|(a, b)| Step::Settle(a, b)),
    ]
}

async fn take_in(counter: &Counter, consignor: &str, sku: &str, quantity: u8, day: Option<u8>) {
    let owner = (sku == "ROTI").then(|| consignor.to_owned());
    let id = counter.shop.open_purchase("owner", owner).await.unwrap();
    let draft = counter.shop.purchase_draft(&id).await.unwrap();
    let content = PurchaseContent {
        lines: vec![PurchaseEntry {
            sku: sku.to_owned(),
            unit: "bungkus".to_owned(),
            quantity: quantity.to_string(),
            price: "1000".to_owned(),
            expires: day
                .map(|day| format!("2026-12-{day:02}"))
                .unwrap_or_default(),
            ..PurchaseEntry::default()
        }],
        ..draft.content
    };
    let version = counter
        .shop
        .keep_purchase(&id, draft.version, content)
        .await
        .unwrap();
    counter
        .shop
        .save_purchase(&id, version, "owner")
        .await
        .unwrap();
}

async fn run(steps: &[Step]) {
    let (counter, _) = stockroom().await;
    let consignor = counter
        .shop
        .add_consignor("Pak Roti", "", "owner")
        .await
        .unwrap();
    take_in(&counter, &consignor, "ROTI", 10, None).await;
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::TakeIn(which, quantity, day) => {
                take_in(&counter, &consignor, GOODS[*which], *quantity, *day).await;
            }
            Step::Sell(which, quantity) => {
                sell(
                    &counter,
                    &format!("s{number}"),
                    GOODS[*which],
                    i64::from(*quantity),
                )
                .await;
            }
            Step::Leave(which, quantity, reason) => {
                let request = AdjustmentRequest {
                    id: None,
                    sku: GOODS[*which].to_owned(),
                    quantity: Figure::from(i64::from(*quantity)),
                    reason: *reason,
                    unit: None,
                    expires: None,
                    note: None,
                };
                counter
                    .shop
                    .adjust_stock_by(request, "owner")
                    .await
                    .unwrap();
            }
            Step::CountBeforeAndSaveAfterSelling(which, quantity, sold) => {
                let id = counter
                    .shop
                    .open_counting(Scope::Free, "owner")
                    .await
                    .unwrap();
                let entry = CountingEntry {
                    tap: format!("t{number}"),
                    code: GOODS[*which].to_owned(),
                    how: Counted::InAll(Figure::from(i64::from(*quantity)), None),
                };
                counter.shop.count_into(&id, entry, "owner").await.unwrap();
                sell(
                    &counter,
                    &format!("c{number}"),
                    GOODS[*which],
                    i64::from(*sold),
                )
                .await;
                let none = std::collections::BTreeSet::new();
                counter
                    .shop
                    .save_counting(&id, none, 0, "owner")
                    .await
                    .unwrap();
                let left = i64::from(*quantity) - i64::from(*sold);
                assert_eq!(on_hand(&counter, GOODS[*which]).await, left);
            }
            Step::Settle(returned, remaining) => {
                let account = counter.shop.consignment(&consignor).await.unwrap();
                let good = account.goods.first().unwrap();
                let (back, rest) = (
                    Quantity(i64::from(*returned)),
                    Quantity(i64::from(*remaining)),
                );
                let left = good.opening + good.came;
                let sold = good.sold(back, rest);
                assert_eq!(left, sold + good.returned + back + rest);
                let request = SettlementRequest {
                    id: format!("p{number}"),
                    at_seq: account.at_seq,
                    lines: vec![SettlementLineRequest {
                        sku: "ROTI".to_owned(),
                        returned: back,
                        remaining: rest,
                    }],
                    paid: 0,
                    from_drawer: false,
                };
                counter
                    .shop
                    .settle_consignment(&consignor, request, "owner")
                    .await
                    .unwrap();
                assert_eq!(on_hand(&counter, "ROTI").await, rest.0);
                let after = counter.shop.consignment(&consignor).await.unwrap();
                let good = after.goods.first().unwrap();
                assert_eq!(
                    (good.opening, good.came, good.returned),
                    (rest, Quantity(0), Quantity(0))
                );
            }
        }
    }
    let by_ledger = "SELECT count(*) FROM (SELECT product_id, coalesce(lot_id, 0) AS lot, sum(quantity) AS total
        FROM stock_movements GROUP BY 1, 2 EXCEPT SELECT product_id, lot_id, on_hand FROM lot_stock)";
    assert_eq!(counter.number(by_ledger), 0);
    for sku in GOODS {
        let ledger = format!(
            "SELECT coalesce(sum(m.quantity), 0) FROM stock_movements m JOIN products p ON p.id = m.product_id
             WHERE p.sku = '{sku}'"
        );
        assert_eq!(
            on_hand(&counter, sku).await,
            counter.number(&ledger),
            "{sku}"
        );
    }
    let settled =
        "SELECT count(*) FROM settlement_lines WHERE opening + came <> sold + returned + remaining";
    assert_eq!(counter.number(settled), 0);
    let config = kulakan::config::Config::for_folder(counter.folder.path()).unwrap();
    let checked = kulakan::shop::doctor::examine(&config).await.unwrap();
    assert!(checked.ok, "{checked:?}");
}

#[test]
fn stock_adds_up_after_any_sequence() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&proptest::collection::vec(step(), 1..14), |steps| {
            runtime.block_on(run(&steps));
            Ok(())
        })
        .unwrap();
}
