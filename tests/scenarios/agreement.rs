//! After thousands of mixed operations, with the hub away for weeks in between, both sides hold the same figures.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use kulakan::config::Config;
use serde_json::{Value, json};

use crate::harness::world::{World, jakarta};

const CATALOGUE: &str = "\
sku,name,unit,price,cost,pack_name,pack_size,pack_price,shelf_life_days,minimum_order
MIE,Mi goreng,bungkus,3500,3000,dus,40,131000,240,
GULA,Gula pasir,kg,18000,16500,,,,,5
ROTI,Roti tawar,bungkus,17000,14000,,,,4,
KOPI,Kopi sachet,sachet,2000,1500,renceng,10,18000,365,
SUSU,Susu kotak,kotak,7000,6000,dus,24,160000,30,
MINYAK,Minyak curah,liter,18500,17000,,,,90,
";

/// A small generator, so that a failing run is the same run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // SplitMix64, Steele, Lea, Flood 2014.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.roll((most - least + 1) as u64) as i64
    }
}

const SKUS: [(&str, i64); 6] = [
    ("MIE", 1),
    ("GULA", 1000),
    ("ROTI", 1),
    ("KOPI", 1),
    ("SUSU", 1),
    ("MINYAK", 1000),
];

/// What a shop has sold, for the test to pick voids from.
type Sold = Vec<String>;

async fn one_operation(
    world: &World,
    shop: usize,
    dice: &mut Dice,
    today: NaiveDate,
    sold: &mut Sold,
    number: u32,
) {
    let api = &world.shops[shop].api;
    let (sku, factor) = SKUS[dice.roll(6) as usize];
    match dice.roll(20) {
        0..=12 => {
            let id = format!("s{shop}-{number}");
            let quantity = if factor == 1 {
                json!(dice.between(1, 6))
            } else {
                json!("0.25")
            };
            let mut lines = vec![json!({ "sku": sku, "quantity": quantity })];
            if dice.roll(3) == 0 {
                lines.push(json!({ "sku": "KOPI", "unit": "renceng", "quantity": 1 }));
            }
            let body = json!({ "id": id, "lines": lines, "payment": { "method": "cash" } });
            api.post("/sales", body).await;
            sold.push(id);
        }
        13 => {
            if !sold.is_empty() {
                let id = sold.swap_remove(dice.roll(sold.len() as u64) as usize);
                api.post(&format!("/sales/{id}/void"), json!({ "reason": "salah" }))
                    .await;
            }
        }
        14 | 15 => {
            let expires = today + Days::new(dice.roll(12));
            let line = match dice.roll(2) {
                0 => json!({ "sku": sku, "quantity": dice.between(1, 40), "expires": expires }),
                _ => json!({ "sku": sku, "quantity": dice.between(1, 40) }),
            };
            api.post("/stock/receipts", json!({ "lines": [line] }))
                .await;
        }
        16 => {
            let counted = dice.between(0, 30);
            api.post(
                "/stock/counts",
                json!({ "lines": [{ "sku": sku, "counted": counted }] }),
            )
            .await;
        }
        17 => {
            let body = json!({ "sku": sku, "quantity": dice.between(1, 3), "reason": "waste" });
            api.post("/stock/adjustments", body).await;
        }
        18 => {
            let body = json!({ "sku": sku, "quantity": dice.between(1, 5) });
            api.post("/demand/missed", body).await;
        }
        _ => {
            let pack = dice.between(8, 12);
            let body = json!({ "units": [
                { "name": "sachet", "factor": 1, "price": 2000 },
                { "name": "renceng", "factor": pack, "price": 18000 },
            ] });
            let (status, answer) = api
                .call(reqwest::Method::PATCH, "/products/KOPI", Some(&body))
                .await;
            assert!(status.is_success(), "{status} {answer}");
        }
    }
}

async fn live_days(
    world: &World,
    dice: &mut Dice,
    first: NaiveDate,
    days: u64,
    sold: &mut [Sold],
    number: &mut u32,
) {
    for day in 0..days {
        let today = first + Days::new(day);
        for hour in 0..10 {
            world.clock.set(jakarta(today, 8 + hour, 0));
            for (shop, sold) in sold.iter_mut().enumerate() {
                for _ in 0..4 {
                    *number += 1;
                    one_operation(world, shop, dice, today, sold, *number).await;
                }
            }
        }
    }
}

/// The hub ships to every shop that is due, and the shops receive, sometimes short.
async fn ship(world: &World, dice: &mut Dice, today: NaiveDate) -> usize {
    let schedule = world.hub.get(&format!("/schedule?date={today}")).await;
    let mut shipped = 0;
    for due in schedule["due"].as_array().unwrap() {
        let body = json!({ "shop_id": due["shop_id"], "date": today });
        let shipment = world.hub.post("/shipments", body).await;
        let id = shipment["id"].as_str().unwrap();
        world
            .hub
            .post(&format!("/shipments/{id}/confirm"), json!({}))
            .await;
        if dice.roll(4) == 0 {
            let reason = json!({ "reason": "mobil rusak" });
            world
                .hub
                .post(&format!("/shipments/{id}/cancel"), reason)
                .await;
        } else {
            world
                .hub
                .post(&format!("/shipments/{id}/dispatch"), json!({}))
                .await;
        }
        shipped += 1;
    }
    for shop in 0..world.shops.len() {
        world.drained(shop).await;
        let api = &world.shops[shop].api;
        for delivery in api.get("/deliveries").await["items"].as_array().unwrap() {
            // Some vans stay on the road, so that goods in transit are compared too.
            if delivery["state"] == "dispatched" && dice.roll(3) > 0 {
                let short = dice.roll(2) == 0;
                let lines: Vec<Value> = delivery["lines"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|line| {
                        let quantity = line["quantity"].as_i64().unwrap();
                        let received = if short {
                            quantity - quantity / 3
                        } else {
                            quantity
                        };
                        json!({ "sku": line["sku"], "received": received, "damaged": received / 9 })
                    })
                    .collect();
                let id = delivery["id"].as_str().unwrap();
                api.post(
                    &format!("/deliveries/{id}/receipt"),
                    json!({ "lines": lines }),
                )
                .await;
            }
        }
    }
    shipped
}

fn by_sku(answer: &Value) -> BTreeMap<String, Value> {
    answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["sku"].as_str().unwrap().to_owned(), item.clone()))
        .collect()
}

/// Lots by their date, as both sides know them.
fn lots(item: &Value) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for lot in item["lots"].as_array().unwrap() {
        let date = lot["expires"].as_str().unwrap_or("").to_owned();
        *sums.entry(date).or_default() += lot["quantity"].as_i64().unwrap();
    }
    sums.retain(|_, quantity| *quantity != 0);
    sums
}

async fn assert_agreement(world: &World, today: NaiveDate) {
    let shops = world.hub.get("/shops").await;
    for (index, shop) in world.shops.iter().enumerate() {
        world.drained(index).await;
        let known = shops["items"].as_array().unwrap();
        let id = known
            .iter()
            .find(|known| known["name"] == shop.name.as_str())
            .unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let ours = by_sku(&shop.api.get("/stock").await);
        let theirs = by_sku(&world.hub.get(&format!("/shops/{id}/positions")).await);
        assert_eq!(
            ours.keys().collect::<Vec<_>>(),
            theirs.keys().collect::<Vec<_>>()
        );
        for (sku, mine) in &ours {
            let other = &theirs[sku];
            for figure in [
                "on_hand",
                "on_order",
                "in_transit",
                "backordered",
                "position",
            ] {
                assert_eq!(mine[figure], other[figure], "{} {sku} {figure}", shop.name);
            }
            assert_eq!(lots(mine), lots(other), "{} {sku} lots", shop.name);
        }
        let mine = shop.api.post("/plans", json!({ "date": today })).await;
        let other = world
            .hub
            .get(&format!("/shops/{id}/plan?date={today}"))
            .await;
        assert_eq!(plan_lines(&mine), plan_lines(&other), "{}", shop.name);
        let config = Config::for_folder(&shop.folder).unwrap();
        let report = kulakan::shop::doctor::examine(&config).await.unwrap();
        assert!(report.ok, "{}: {report:#?}", shop.name);
    }
    let config = Config::for_folder(&world.folder.path().join("hub")).unwrap();
    let report = kulakan::hub::doctor::examine(&config).await.unwrap();
    assert!(report.ok, "{report:#?}");
}

/// The planner's own figures of each line; what the sides add for people may differ.
fn plan_lines(plan: &Value) -> BTreeMap<String, Value> {
    plan["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let figures = [
                "method",
                "forecast_per_day",
                "sigma_protection",
                "protection_days",
                "service_factor",
                "safety_stock",
                "order_up_to",
                "on_hand",
                "on_order",
                "in_transit",
                "backordered",
                "position",
                "need",
                "quantity",
                "packs",
                "pack_size",
                "urgency",
                "reason",
            ];
            let kept: BTreeMap<&str, &Value> = figures
                .iter()
                .map(|figure| (*figure, &line[*figure]))
                .collect();
            (line["sku"].as_str().unwrap().to_owned(), json!(kept))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_agree_after_thousands_of_operations() {
    let first = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
    let mut world = World::start_on(
        super::super::BACKEND,
        jakarta(first, 7, 0),
        CATALOGUE,
        &["sri", "budi"],
    )
    .await;
    let (mut dice, mut number) = (Dice(20_261_122), 0);
    let mut sold = vec![Sold::new(), Sold::new()];

    live_days(&world, &mut dice, first, 12, &mut sold, &mut number).await;
    let today = first + Days::new(12);
    world.clock.set(jakarta(today, 7, 0));
    world.drained(0).await;
    world.drained(1).await;
    assert_eq!(ship(&world, &mut dice, today).await, 2);
    assert_agreement(&world, today).await;

    // The hub is away for a month; the shops work on, and one of them is switched off and on.
    let address = world.stop_hub().await;
    live_days(&world, &mut dice, today, 15, &mut sold, &mut number).await;
    world.restart_shop(1).await;
    let later = today + Days::new(15);
    live_days(&world, &mut dice, later, 15, &mut sold, &mut number).await;
    let backlog = world.shops[0].api.get("/sync").await["backlog"]
        .as_i64()
        .unwrap();
    assert!(backlog > 1000, "the backlog is {backlog}");
    world.start_hub(address).await;
    let back = later + Days::new(15);
    world.clock.set(jakarta(back, 7, 0));
    assert_agreement(&world, back).await;

    assert_eq!(ship(&world, &mut dice, back).await, 2);
    assert_agreement(&world, back).await;
    assert!(number > 3000, "{number} operations");
    world.stop().await;
}
