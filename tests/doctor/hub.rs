//! `kulakan hub doctor`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use kulakan::config::Config;
use kulakan::hub::tenants::NewTenant;
use kulakan::hub::warehouse::{ReceiptLine, ReceiptRequest};
use kulakan::hub::{Hub, HubImport};
use kulakan::model::{Quantity, Sku};
use kulakan::shop::import::{ImportKind, ImportOptions};
use kulakan::shop::{NewShop, Shop};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{detail, examine, failed, repair};
use crate::harness::lived_in::by_hand;
use crate::harness::program::{done, refused, run_on};
use crate::harness::world::{World, jakarta};

const CATALOGUE: &str = "sku,name,unit,price,cost\nMIE,Mi goreng,bungkus,3500,3000\nROTI,Roti tawar,bungkus,17000,14000\n";

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// Sells and more in a shop of the world.
async fn live(world: &World, shop: usize) {
    let api = &world.shops[shop].api;
    let lines = json!([
        { "sku": "MIE", "quantity": 30, "expires": "2027-05-01" }, { "sku": "ROTI", "quantity": 8 },
    ]);
    api.post("/stock/receipts", json!({ "lines": lines })).await;
    for number in 0..4 {
        let lines = json!([{ "sku": "MIE", "quantity": 2 }, { "sku": "ROTI", "quantity": 1 }]);
        let sale =
            json!({ "id": format!("s{number}"), "lines": lines, "payment": { "method": "cash" } });
        api.post("/sales", sale).await;
    }
    api.post("/sales/s1/void", json!({ "reason": "salah" }))
        .await;
    api.post("/demand/missed", json!({ "sku": "ROTI", "quantity": 2 }))
        .await;
    world.drained(shop).await;
}

/// A customer orders ten of what there are eight; three have left.
async fn ordered(world: &World) {
    let lines = json!([{ "sku": "MIE", "quantity": 8 }]);
    world
        .hub
        .post("/stock/receipts", json!({ "lines": lines }))
        .await;
    let order = json!({
        "customer": { "name": "Bu Ani", "email": "ani@example.com" },
        "lines": [{ "sku": "MIE", "quantity": 10 }], "confirm": true,
    });
    let order = world.hub.post("/orders", order).await;
    let path = format!("/orders/{}/ship", order["id"].as_str().unwrap());
    let parcel = json!({ "id": uuid::Uuid::now_v7(), "lines": [{ "sku": "MIE", "quantity": 3 }] });
    let order = world.hub.post(&path, parcel).await;
    assert_eq!(order["lines"][0]["reserved"], 5, "{order}");
}

/// Another distributor in the same hub, with goods of its own.
async fn beside(hub: &Hub, folder: &Path) {
    let new = NewTenant {
        id: "lain".to_owned(),
        name: "Distributor Lain".to_owned(),
        timezone: None,
    };
    let other = hub.add_tenant(new).await.unwrap();
    let products = folder.join("products-lain.csv");
    std::fs::write(&products, "sku,name,unit,price\nTEH,Teh botol,botol,4000\n").unwrap();
    other
        .import(HubImport::Products, &products, false)
        .await
        .unwrap();
    let lines = vec![ReceiptLine {
        sku: Sku::parse("TEH").unwrap(),
        quantity: Quantity(24),
        lot: String::new(),
        expires: None,
    }];
    let receipt = ReceiptRequest {
        lines,
        ..ReceiptRequest::default()
    };
    other.receive_stock("owner", receipt).await.unwrap();
}

/// A hub of two shops and, beside their distributor, another one. The device of one was replaced by another for a day, and came back.
async fn lived() -> Vec<u8> {
    let mut world = World::start(
        jakarta(monday(), 9, 0),
        CATALOGUE,
        &["Warung A", "Warung B"],
    )
    .await;
    live(&world, 0).await;
    live(&world, 1).await;
    let hub_folder = world.folder.path().join("hub");
    let hub = Hub::open(
        Config::for_folder(&hub_folder).unwrap(),
        world.clock.clone(),
    )
    .await
    .unwrap();
    world.clock.set(jakarta(monday().succ_opt().unwrap(), 9, 0));
    let folder = world.folder.path().join("second");
    let new = NewShop {
        name: "Warung B".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        currency: "IDR".to_owned(),
        pin: None,
    };
    let second = Shop::create(
        Config::for_folder(&folder).unwrap(),
        new,
        world.clock.clone(),
    )
    .await
    .unwrap();
    let stock = folder.join("stock.csv");
    std::fs::write(&stock, "sku,quantity\nMIE,11\n").unwrap();
    let sales = folder.join("sales.csv");
    std::fs::write(&sales, "date,sku,quantity\n2026-11-20,MIE,12\n").unwrap();
    let products = world.folder.path().join("products.csv");
    let whole = ImportOptions::default;
    second
        .import(ImportKind::Products, &products, whole(), &mut |_| {})
        .await
        .unwrap();
    second
        .import(ImportKind::Stock, &stock, whole(), &mut |_| {})
        .await
        .unwrap();
    second
        .import(ImportKind::Sales, &sales, whole(), &mut |_| {})
        .await
        .unwrap();
    let code = hub.new_code("Warung B").await.unwrap();
    second.pair(&world.hub.base, &code).await.unwrap();
    second.exchange().await.unwrap();
    drop(second);
    world.clock.set(jakarta(
        NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
        9,
        0,
    ));
    let code = hub.new_code("Warung B").await.unwrap();
    let config = Config::for_folder(&world.shops[1].folder).unwrap();
    let first = Shop::open(config, world.clock.clone()).await.unwrap();
    first.pair(&world.hub.base, &code).await.unwrap();
    drop(first);
    let sale = json!({ "id": "kembali", "lines": [{ "sku": "MIE", "quantity": 1 }], "payment": { "method": "cash" } });
    world.shops[1].api.post("/sales", sale).await;
    world.drained(1).await;
    ordered(&world).await;
    beside(&hub, world.folder.path()).await;
    drop(hub);
    world.stop_hub().await;
    let file = world.folder.path().join("whole.db");
    done(&run_on(
        &hub_folder,
        &["hub", "backup", file.to_str().unwrap()],
    ));
    let bytes = std::fs::read(file).unwrap();
    world.stop().await;
    bytes
}

static LIVED: OnceCell<Vec<u8>> = OnceCell::const_new();

async fn copy() -> (TempDir, PathBuf) {
    let bytes = LIVED.get_or_init(lived).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.db");
    std::fs::write(&file, bytes).unwrap();
    (folder, file)
}

fn number(file: &Path, sql: &str) -> i64 {
    let connection = Connection::open(file).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_whose_shops_changed_devices_is_in_order_and_looking_changes_nothing() {
    let (folder, file) = copy().await;
    let replaced = "SELECT count(*) FROM devices WHERE revoked = 1";
    assert_eq!(number(&file, replaced), 1, "what this is about");
    let before = std::fs::read(&file).unwrap();
    let report = examine("hub", folder.path());
    assert_eq!(failed(&report), [""; 0], "{report}");
    assert!(
        std::fs::read(&file).unwrap() == before,
        "the file was changed"
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "a file was added"
    );
}

/// What is done to the file, what fails then, and what the first failing check must name.
const DAMAGES: &[(&str, &[&str], &str)] = &[
    (
        "UPDATE shop_lots SET quantity = quantity + 1 WHERE sku = 'MIE'",
        &["stock"],
        "MIE of 2027-05-01",
    ),
    (
        "DELETE FROM shop_lots WHERE sku = 'ROTI' AND shop_id = (SELECT id FROM shops WHERE name = 'Warung B')",
        &["stock"],
        "Warung B: ROTI",
    ),
    (
        "UPDATE shop_daily SET sold = 0 WHERE sku = 'MIE' AND business_date = '2026-11-23'",
        &["flows"],
        "MIE on 2026-11-23",
    ),
    ("UPDATE shop_daily SET missed = 0", &["flows"], "missed 2"),
    (
        "UPDATE shop_daily SET imported = 13 WHERE imported = 12",
        &["flows"],
        "imported 12",
    ),
    (
        "UPDATE shop_daily SET net = net + 1 WHERE shop_id = (SELECT id FROM shops WHERE name = 'Warung A')",
        &["flows"],
        "Warung A",
    ),
    (
        "UPDATE shop_daily SET net = net + 5 WHERE shop_id = (SELECT id FROM shops WHERE name = 'Warung B') AND business_date = '2026-11-26' AND sku = 'MIE'",
        &["flows"],
        "Warung B: MIE on 2026-11-26",
    ),
    (
        "DELETE FROM shop_daily WHERE business_date = '2026-11-24' AND sku = 'MIE'",
        &["flows"],
        "Warung B: MIE",
    ),
    (
        "UPDATE shop_products SET pack_size = 7 WHERE sku = 'MIE'",
        &["products"],
        "MIE is not as",
    ),
    (
        "DELETE FROM shop_products WHERE sku = 'ROTI'",
        &["products"],
        "ROTI",
    ),
    (
        "UPDATE events SET payload = replace(payload, '-2', '-3') WHERE kind = 'sale.recorded'",
        &["stock", "flows", "chain"],
        "MIE",
    ),
    (
        "UPDATE events SET hash = zeroblob(32) WHERE seq = 4 AND epoch = 1",
        &["chain"],
        "event 4 of epoch 1",
    ),
    (
        "DELETE FROM events WHERE kind = 'policy.set'",
        &["chain", "effects"],
        "epoch 1 goes from",
    ),
    (
        "UPDATE devices SET head_seq = head_seq + 1",
        &["chain"],
        "is said to end",
    ),
    (
        "UPDATE devices SET head_hash = zeroblob(32)",
        &["chain"],
        "last hash",
    ),
    (
        "DELETE FROM applied_events WHERE event_id = (SELECT event_id FROM events LIMIT 1)",
        &["effects"],
        "not remembered",
    ),
    (
        "INSERT INTO applied_events SELECT tenant_id, id, 'nothing' FROM shops",
        &["effects"],
        "nothing is remembered",
    ),
    (
        "UPDATE shops SET note_position = note_position + 1",
        &["notes"],
        "Warung A",
    ),
    (
        "DELETE FROM notes WHERE position = 1",
        &["notes"],
        "Warung B",
    ),
    (
        "UPDATE audit SET detail = 'x' WHERE seq = 2",
        &["audit"],
        "entry 2",
    ),
    ("DELETE FROM audit WHERE seq = 3", &["audit"], "entry 4"),
    (
        "UPDATE orders SET phase = 'ready'",
        &["orders"],
        "SO-2026-0001 is kept as ready",
    ),
    (
        "UPDATE order_lines SET reserved = reserved - 1, backordered = backordered + 1",
        &["orders"],
        "4 of MIE are set aside for it, and the warehouse reserves 5",
    ),
    (
        "UPDATE order_lines SET reserved = reserved + 1, shipped = shipped - 1; UPDATE stock_reservations SET quantity = 6",
        &["orders"],
        "of MIE 2 are sent and 0 delivered, its parcels hold 3 and 0",
    ),
    (
        "UPDATE stock_reservations SET quantity = 9",
        &["orders"],
        "the warehouse reserves 9",
    ),
    (
        "INSERT INTO stock_reservations (tenant_id, sku, kind, subject, quantity)
         SELECT tenant_id, sku, kind, 'nobody', 2 FROM stock_reservations",
        &["orders"],
        "2 of MIE are set aside for order nobody",
    ),
    (
        "UPDATE order_numbers SET last = 0",
        &["orders"],
        "the last number given in 2026 is 0",
    ),
    (
        "UPDATE outbox SET order_id = 'nobody'",
        &["orders"],
        "about order nobody",
    ),
    (
        "UPDATE order_parcel_lines SET quantity = 2",
        &["orders"],
        "its parcels hold 2",
    ),
    (
        "UPDATE stock_lots SET quantity = quantity + 1 WHERE sku = 'MIE'",
        &["warehouse"],
        "MIE without a date: stock is 6, its moves come to 5",
    ),
    (
        "UPDATE stock_lots SET quantity = quantity - 1 WHERE tenant_id = 'lain'",
        &["warehouse"],
        "TEH without a date",
    ),
    (
        "DELETE FROM stock_moves WHERE sku = 'MIE' AND seq = 1; DELETE FROM stock_lots WHERE sku = 'MIE'",
        &["warehouse"],
        "MIE: the ledger should have moves 1 to",
    ),
    (
        "UPDATE pairing_codes SET shop_id = 'nobody'",
        &["foreign_keys"],
        "the shop nobody",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_check_fails_on_what_it_is_for() {
    for (sql, checks, named) in DAMAGES {
        let (folder, file) = copy().await;
        by_hand(&file, sql);
        let report = examine("hub", folder.path());
        assert_eq!(failed(&report), *checks, "{sql}: {report}");
        let told = detail(&report, checks[0]);
        assert!(told.contains(named), "{sql}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_shops_told_is_rebuilt_from_their_events_after_a_backup() {
    let (folder, file) = copy().await;
    let state = |file: &Path| {
        let sums = "SELECT sum(quantity) FROM shop_lots";
        let flow = "SELECT sum(sold * 7 + net * 11 + missed * 13 + imported * 17 + inflow * 19) FROM shop_daily";
        let products = "SELECT sum(length(name) * pack_size) FROM shop_products";
        [
            number(file, sums),
            number(file, flow),
            number(file, products),
        ]
    };
    let before = state(&file);
    by_hand(
        &file,
        "UPDATE shop_lots SET quantity = 999 WHERE sku = 'MIE'; DELETE FROM shop_lots WHERE sku = 'ROTI';
         UPDATE shop_daily SET sold = 7, net = net + 3 WHERE business_date = '2026-11-23';
         DELETE FROM shop_daily WHERE business_date = '2026-11-26';
         UPDATE shop_products SET name = 'Lain'; DELETE FROM shop_products WHERE sku = 'ROTI';
         INSERT INTO shop_lots SELECT tenant_id, id, 'HANTU', '', 5 FROM shops;",
    );
    assert_eq!(
        failed(&examine("hub", folder.path())),
        ["stock", "flows", "products"]
    );
    let report = repair("hub", folder.path());
    assert_eq!(failed(&report), [""; 0], "{report}");
    assert_eq!(state(&file), before);
    let lines = report["repaired"].as_array().unwrap();
    assert!(
        lines
            .iter()
            .any(|line| line == "Warung A: HANTU without a date: stock was 5, is 0"),
        "{lines:?}"
    );
    let backup = Path::new(report["backup"].as_str().unwrap());
    let called = backup.file_name().unwrap().to_str().unwrap();
    assert!(called.starts_with("hub-before-repair-"), "{called}");
    assert!(
        number(backup, "SELECT count(*) FROM shop_lots WHERE sku = 'HANTU'") > 0,
        "as it was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_rebuilt_from_events_that_are_in_doubt_or_a_damaged_file() {
    let (folder, file) = copy().await;
    by_hand(
        &file,
        "UPDATE events SET payload = replace(payload, '-2', '-3') WHERE kind = 'sale.recorded'",
    );
    let told = refused(&run_on(folder.path(), &["hub", "doctor", "--repair"]), 1);
    assert!(told.contains("cannot be trusted"), "{told}");
    let (folder, file) = copy().await;
    let root = number(
        &file,
        "SELECT rootpage FROM sqlite_schema WHERE name = 'shop_daily'",
    ) as usize;
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[(root - 1) * 4096..][..8].fill(0xee);
    std::fs::write(&file, bytes).unwrap();
    assert!(failed(&examine("hub", folder.path())).contains(&"integrity"));
    let told = refused(&run_on(folder.path(), &["hub", "doctor", "--repair"]), 1);
    assert!(told.contains("no backup here"), "{told}");
}
