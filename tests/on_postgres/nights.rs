//! Three processes share a night's planning out, and one of them is killed at it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use kulakan::clock::ManualClock;
use kulakan::hub::store::{self, HubTx, Value};
use kulakan::hub::{Hub, HubImport};

use super::hub_sync::{new_hub, start_of_time};
use crate::harness::program::command;

const SHOPS: usize = 600;
const PRODUCTS: usize = 20;
const DATE: &str = "2026-11-22";

/// Shops with sixty days behind them, put into the database as intake leaves them.
async fn fill(hub: &Hub, folder: &Path) {
    let mut catalogue = "sku,name,unit,price\n".to_owned();
    for product in 0..PRODUCTS {
        writeln!(catalogue, "P{product},Barang {product},bungkus,1000").unwrap();
    }
    let file = folder.join("products.csv");
    std::fs::write(&file, catalogue).unwrap();
    hub.import(HubImport::Products, &file, false).await.unwrap();
    store::write(hub.store(), |tx| {
        let numbered = |count: usize| {
            let rows = (0..count).map(|number| format!("('{number:04}')"));
            rows.collect::<Vec<_>>().join(", ")
        };
        let shops = format!("(VALUES {}) AS s (n)", numbered(SHOPS));
        let products: Vec<String> = (0..PRODUCTS).map(|number| format!("('P{number}')")).collect();
        let products = format!("(VALUES {}) AS p (sku)", products.join(", "));
        let days: Vec<String> = (0..60)
            .map(|back| {
                let date = DATE.parse::<chrono::NaiveDate>().unwrap() - chrono::Days::new(back + 1);
                format!("('{date}')")
            })
            .collect();
        let days = format!("(VALUES {}) AS d (day)", days.join(", "));
        for sql in [
            format!(
                "INSERT INTO shops (tenant_id, id, name, timezone, created_at_utc, active, note_position)
                 SELECT tenant(), s.n, s.n, 'Asia/Jakarta', '2026-01-01T00:00:00.000Z', 1, 0 FROM {shops}"
            ),
            format!(
                "INSERT INTO shop_products (tenant_id, shop_id, sku, name, base_unit, unit, unit_factor, pack_name,
                     pack_size, minimum_order, consignment, active)
                 SELECT tenant(), s.n, p.sku, p.sku, 'piece', 'bungkus', 1, 'bungkus', 1, 0, 0, 1
                 FROM {shops} CROSS JOIN {products}"
            ),
            format!(
                "INSERT INTO shop_daily (tenant_id, shop_id, sku, business_date, sold, imported, missed, net, inflow,
                     moved)
                 SELECT tenant(), s.n, p.sku, d.day, 0, 2, 0, 0, 0, 0
                 FROM {shops} CROSS JOIN {products} CROSS JOIN {days}"
            ),
        ] {
            tx.execute(&sql, &[])?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

fn plan(folder: &Path) -> Child {
    command(&["hub", "plan", "--save", "--json", "--date", DATE, "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn number(hub: &Hub, sql: &'static str) -> i64 {
    store::read(hub.store(), move |tx: &mut dyn HubTx| {
        let params: &[Value] = &[];
        tx.query_row(sql, params)?.unwrap().integer("found")
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_workers_share_is_taken_over_and_nothing_is_planned_twice() {
    let folder = tempfile::tempdir().unwrap();
    let hub = new_hub(folder.path(), ManualClock::at(start_of_time())).await;
    fill(&hub, folder.path()).await;
    let mut victim = plan(folder.path());
    let started = Instant::now();
    let leased = "SELECT count(*) AS found FROM plan_parts WHERE tenant_id = tenant() AND done = 0 AND leased_by <> ''";
    while number(&hub, leased).await == 0 {
        assert!(started.elapsed() < Duration::from_mins(2), "nobody began");
        tokio::task::yield_now().await;
    }
    victim.kill().unwrap();
    victim.wait().unwrap();
    let left = "SELECT count(*) AS found FROM plan_parts WHERE tenant_id = tenant() AND done = 0";
    let open = number(&hub, left).await;
    assert!(open > 0, "it was killed before it was done");
    let others = [plan(folder.path()), plan(folder.path())];
    let mut planned = 0;
    for child in others {
        let output = tokio::task::spawn_blocking(move || child.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        assert!(output.status.success());
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        planned += told["shops"].as_i64().unwrap();
    }
    // What the killed one had finished was not done again, and all that it had not was, once.
    let per_part = 50;
    assert_eq!(planned, open * per_part);
    assert_eq!(number(&hub, left).await, 0);
    let shops = "SELECT count(*) AS found FROM shop_plans WHERE tenant_id = tenant()";
    assert_eq!(number(&hub, shops).await, SHOPS as i64);
    let lines =
        "SELECT CAST(sum(shops) AS BIGINT) AS found FROM product_plans WHERE tenant_id = tenant()";
    assert_eq!(number(&hub, lines).await, (SHOPS * PRODUCTS) as i64);
    let made =
        "SELECT count(*) AS found FROM audit WHERE tenant_id = tenant() AND action = 'plan.made'";
    assert_eq!(number(&hub, made).await, 1);
}
