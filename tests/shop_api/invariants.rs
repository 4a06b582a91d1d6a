//! Random operations, and an auditor who recomputes every projection from the records themselves.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use super::{noodles, rice, sale};
use crate::harness::shop::TestShop;

#[derive(Debug, Clone)]
enum Step {
    Sell {
        sku: bool,
        quantity: i64,
        carton: bool,
    },
    Void {
        which: usize,
    },
    Receive {
        sku: bool,
        quantity: i64,
        expires: Option<u32>,
    },
    Count {
        sku: bool,
        counted: i64,
        behind: i64,
    },
    Adjust {
        sku: bool,
        quantity: i64,
        reason: usize,
    },
    Miss {
        sku: bool,
        quantity: i64,
    },
    Resize {
        factor: i64,
    },
    Days {
        days: i64,
    },
    History {
        sku: bool,
        quantity: i64,
        days_ago: i64,
    },
    CountFile {
        sku: bool,
        rows: Vec<(i64, Option<u32>)>,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let quantity = 1_i64..30;
    let step = prop_oneof![
        6 => (any::<bool>(), quantity.clone(), any::<bool>())
            .prop_map(|(sku, quantity, carton)| Step::Sell { sku, quantity, carton }),
        3 => (0_usize..40).prop_map(|which| Step::Void { which }),
        4 => (any::<bool>(), 1_i64..200, proptest::option::of(1_u32..28))
            .prop_map(|(sku, quantity, expires)| Step::Receive { sku, quantity, expires }),
        2 => (any::<bool>(), 0_i64..100, 0_i64..6)
            .prop_map(|(sku, counted, behind)| Step::Count { sku, counted, behind }),
        2 => (any::<bool>(), quantity.clone(), 0_usize..6)
            .prop_map(|(sku, quantity, reason)| Step::Adjust { sku, quantity, reason }),
        1 => (any::<bool>(), quantity.clone()).prop_map(|(sku, quantity)| Step::Miss { sku, quantity }),
        1 => (2_i64..60).prop_map(|factor| Step::Resize { factor }),
        2 => (-3_i64..4).prop_map(|days| Step::Days { days }),
        1 => (any::<bool>(), quantity, 0_i64..40)
            .prop_map(|(sku, quantity, days_ago)| Step::History { sku, quantity, days_ago }),
        1 => (any::<bool>(), prop::collection::vec((0_i64..50, proptest::option::of(1_u32..5)), 1..4))
            .prop_map(|(sku, rows)| Step::CountFile { sku, rows }),
    ];
    prop::collection::vec(step, 1..60)
}

fn code(sku: bool) -> &'static str {
    if sku { "MIE" } else { "BERAS" }
}

async fn take(shop: &TestShop, number: usize, step: &Step, sold: &mut Vec<String>) {
    match step {
        Step::Sell {
            sku,
            quantity,
            carton,
        } => {
            let id = format!("s{number}");
            let mut request = sale(&id, code(*sku), *quantity);
            if *carton && *sku {
                request["lines"][0]["unit"] = json!("dus");
                super::add_line(&mut request, json!({ "sku": "BERAS", "quantity": "0.125" }));
                super::add_line(&mut request, json!({ "sku": "MIE", "quantity": 1 }));
            }
            shop.post("/sales", &request).await.expect(201);
            sold.push(id);
        }
        Step::Void { which } => {
            if let Some(id) = sold.get(*which) {
                shop.post(format!("/sales/{id}/void"), &json!({ "reason": "x" }))
                    .await
                    .expect(200);
            }
        }
        Step::Receive {
            sku,
            quantity,
            expires,
        } => {
            let expires = expires.map(|day| format!("2027-01-{day:02}"));
            let line = json!({ "sku": code(*sku), "quantity": quantity, "expires": expires });
            shop.post("/stock/receipts", &json!({ "lines": [line] }))
                .await
                .expect(201);
        }
        Step::Count {
            sku,
            counted,
            behind,
        } => {
            let last = shop.number("SELECT coalesce(max(seq), 0) FROM stock_movements");
            let line =
                json!({ "sku": code(*sku), "counted": counted, "at_seq": (last - behind).max(0) });
            shop.post("/stock/counts", &json!({ "lines": [line] }))
                .await
                .expect(201);
        }
        Step::Adjust {
            sku,
            quantity,
            reason,
        } => {
            let reasons = [
                "waste",
                "expired",
                "own_use",
                "return",
                "correction",
                "correction",
            ];
            let quantity = if *reason == 5 { -quantity } else { *quantity };
            let body =
                json!({ "sku": code(*sku), "quantity": quantity, "reason": reasons[*reason] });
            shop.post("/stock/adjustments", &body).await.expect(201);
        }
        Step::Miss { sku, quantity } => {
            let body = json!({ "sku": code(*sku), "quantity": quantity });
            shop.post("/demand/missed", &body).await.expect(201);
        }
        Step::Resize { factor } => {
            let units = json!([{ "name": "pcs", "price": 3_500 }, { "name": "dus", "factor": factor, "price": 99_000 }]);
            shop.patch("/products/MIE", &json!({ "units": units }))
                .await
                .expect(200);
        }
        Step::Days { days } => {
            let now = shop.shop.now().utc;
            shop.clock.set(now + chrono::Duration::days(*days));
        }
        Step::History {
            sku,
            quantity,
            days_ago,
        } => {
            let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date")
                - chrono::Duration::days(*days_ago);
            super::imports::sales(
                shop,
                &format!("date,sku,quantity\n{date},{},{quantity}\n", code(*sku)),
            )
            .await
            .expect("imported");
        }
        Step::CountFile { sku, rows } => {
            let mut file = "sku;quantity;expires\n".to_owned();
            for (quantity, expires) in rows {
                let expires = expires
                    .map(|day| format!("2027-01-{day:02}"))
                    .unwrap_or_default();
                writeln!(file, "{};{quantity};{expires}", code(*sku)).expect("a line");
            }
            super::imports::stock(shop, &file).await.expect("imported");
            let factor = if *sku { 1 } else { 1000 };
            let total: i64 = rows.iter().map(|(quantity, _)| quantity * factor).sum();
            assert_eq!(
                super::on_hand(shop, code(*sku)).await,
                total,
                "what was counted is what is there"
            );
            let again = super::imports::stock(shop, &file).await.expect("imported");
            assert_eq!((again.updated, again.unchanged), (0, 1), "{rows:?}");
        }
    }
}

type Table = BTreeMap<(i64, String), Vec<i64>>;

fn table(shop: &TestShop, sql: &str, columns: usize) -> Table {
    let database = shop.database();
    let mut statement = database.prepare(sql).expect("a statement");
    let rows = statement
        .query_map([], |row| {
            let values: Result<Vec<i64>, _> =
                (2..2 + columns).map(|column| row.get(column)).collect();
            Ok(((row.get(0)?, row.get(1)?), values?))
        })
        .expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

/// Every projection against the records that it stands for.
fn audit(shop: &TestShop) {
    let ledger = "SELECT product_id, coalesce(lot_id, 0) || '', sum(quantity) FROM stock_movements GROUP BY 1, 2
                  HAVING sum(quantity) <> 0";
    let lots = "SELECT product_id, lot_id || '', on_hand FROM lot_stock WHERE on_hand <> 0";
    assert_eq!(
        table(shop, ledger, 1),
        table(shop, lots, 1),
        "lot_stock is the sum of the ledger"
    );
    let negative = "SELECT count(*) FROM lot_stock WHERE lot_id <> 0 AND on_hand < 0";
    assert_eq!(shop.number(negative), 0, "no lot holds less than nothing");
    let flows = "SELECT product_id, business_date, sold, missed, net, moved FROM daily_flows
                 WHERE sold <> 0 OR missed <> 0 OR moved <> 0";
    let recomputed = "
        WITH sold AS (
            SELECT l.product_id AS product, s.business_date AS date, l.quantity AS sold, 0 AS missed, 0 AS net, 0 AS moved
            FROM sale_lines l JOIN sales s ON s.id = l.sale_id LEFT JOIN voids v ON v.sale_id = s.id
            WHERE v.sale_id IS NULL
            UNION ALL SELECT product_id, business_date, 0, quantity, 0, 0 FROM missed_demand
            UNION ALL SELECT product_id, business_date, 0, 0, quantity, 1 FROM stock_movements)
        SELECT product, date, sum(sold), sum(missed), sum(net), max(moved) FROM sold GROUP BY 1, 2";
    assert_eq!(
        table(shop, flows, 4),
        table(shop, recomputed, 4),
        "daily_flows is what happened"
    );
    let returned = "SELECT count(*) FROM (
        SELECT reference, product_id, lot_id FROM stock_movements m JOIN voids v ON v.sale_id = m.reference
        GROUP BY 1, 2, 3 HAVING sum(quantity) <> 0)";
    assert_eq!(
        shop.number(returned),
        0,
        "a void returns every lot to what it was"
    );
    assert_eq!(
        shop.number("SELECT coalesce(max(number), 0) - count(*) FROM sales"),
        0
    );
    assert_eq!(shop.number("SELECT max(seq) - count(*) FROM events"), 0);
    let told = "SELECT coalesce(sum(j.value ->> '$.quantity'), 0)
                FROM events e, json_each(e.payload, '$.moves') j WHERE e.kind LIKE 's%'";
    let moved = shop.number("SELECT coalesce(sum(quantity), 0) FROM stock_movements");
    assert_eq!(
        shop.number(told),
        moved,
        "the hub is told of every movement"
    );
    let dated =
        "SELECT count(*) FROM trading_days a JOIN trading_days b ON b.opening = a.opening + 1
                 WHERE b.business_date < a.business_date AND a.suspect_days = 0";
    assert_eq!(shop.number(dated), 0);
    assert_eq!(
        kulakan::shop::store::audit::first_broken_link(&shop.database()).expect("a log"),
        None
    );
}

#[test]
fn projections_are_what_the_records_say_after_any_operations() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let shop = TestShop::start().await;
            noodles(&shop).await;
            rice(&shop).await;
            let mut sold = Vec::new();
            for (number, step) in steps.iter().enumerate() {
                take(&shop, number, step, &mut sold).await;
            }
            audit(&shop);
            let report = kulakan::shop::doctor::examine(shop.shop.config())
                .await
                .expect("a report");
            assert!(report.ok, "{report:#?}");
        });
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
