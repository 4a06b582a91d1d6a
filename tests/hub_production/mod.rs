//! What a bakery's hub makes: the published figures from live demand, what stands in the way, and the life of a run.

mod buying;
mod runs;

use chrono::Days;
use kulakan::hub::HubImport;
use kulakan::hub::production::lots::shared_out;
use kulakan::model::{BaseUnit, Quantity};
use kulakan::wire::event::{Fact, ProductFacts};
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

use super::hub_api::Distributor;
use super::hub_sync::{Shop, day, receipt, sale, sku};

/// The published bakery without its demand, as its owner would enter it.
fn parameters() -> Value {
    json!({
        "P": 202_275, "S_P": 53_325.33, "F_P": 50_000, "H_P": 88.54, "P_P": 936.54, "theta_P": 0.167,
        "A": 0, "F_B": 0, "H_B": 106.25, "P_B": 250, "theta_B": 0.25,
        "F_PW": 0, "H_PW": 10.43, "P_PW": 147.20, "theta_PW": 0.00274,
        "S": 8_000, "F_S": 30_000, "H_S": 9.3838, "P_S": 132.48, "theta_S": 0.00274, "T": 1, "runs": "whole",
    })
}

/// The file's rows as numbers by their columns; texts become 0.
fn table(name: &str) -> Vec<std::collections::BTreeMap<String, f64>> {
    let path = format!("{}/tests/data/bakery/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let cells = header.iter().zip(&record);
            cells
                .map(|(name, cell)| (name.to_owned(), cell.parse().unwrap_or(0.0)))
                .collect()
        })
        .collect()
}

fn facts(code: &str) -> ProductFacts {
    ProductFacts {
        sku: sku(code),
        name: format!("Roti {code}"),
        base_unit: BaseUnit::Piece,
        unit: "buah".to_owned(),
        unit_factor: 1,
        pack_name: "buah".to_owned(),
        pack_size: Quantity(1),
        minimum_order: Quantity(0),
        shelf_life_days: None,
        consignment: false,
        active: true,
    }
}

/// A hub whose only shop has sold these pieces a day for `days` days, and has as much left as it sells in twenty.
async fn bakery(days: u64, sold: &[(&str, &dyn Fn(u64) -> i64)]) -> (Distributor, Shop) {
    let distributor = Distributor::start().await;
    let mut file = "sku,name,unit,price,cost\n".to_owned();
    for (code, _) in sold {
        file.push_str(&format!("{code},Roti {code},buah,1500,900\n"));
    }
    distributor
        .import(HubImport::Products, &file)
        .await
        .unwrap();
    let mut shop = distributor.daemon.shop("Toko Satu").await;
    let first = day("2026-11-22") - Days::new(days);
    for (code, pieces) in sold {
        shop.record(&Fact::ProductDefined(facts(code)));
        let all: i64 = (0..days).map(pieces).sum();
        shop.record_on(first, &receipt(code, all + 20 * pieces(0)));
        for offset in 0..days {
            shop.record_on(first + Days::new(offset), &sale(code, pieces(offset)));
        }
    }
    for start in (0..shop.log.len()).step_by(400) {
        let end = (start + 400).min(shop.log.len());
        let (status, body) = distributor.daemon.push(&shop, start..end).await;
        assert_eq!(status, 200, "{body}");
    }
    let hub = &distributor.daemon.hub;
    hub.plan_all(hub.today()).await.unwrap();
    (distributor, shop)
}

async fn set(distributor: &Distributor, parameters: Value) {
    let body = json!({ "parameters": parameters });
    let path = "/production-lines/Oven";
    let (status, answer) = distributor.call(Method::PUT, path, Some(&body)).await;
    assert_eq!(status, 200, "{answer}");
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[tokio::test]
async fn the_published_bakery_comes_out_of_live_demand() {
    // 4275.1 small loaves a day, on average over the 120 days that a forecast looks back: 128253 in a month of 30.
    let sold = |offset: u64| 4275 + i64::from(offset.is_multiple_of(10));
    let (distributor, _) = bakery(120, &[("KECIL", &sold)]).await;
    distributor
        .import(HubImport::Production, "sku,line\nKECIL,Oven\n")
        .await
        .unwrap();
    set(&distributor, parameters()).await;
    let oven = distributor.get("/production/Oven").await;
    let demand = oven["figures"].as_array().unwrap().iter();
    let demand = demand
        .clone()
        .find(|figure| figure["symbol"] == "D")
        .unwrap();
    assert_eq!(demand["source"], "live");
    assert!(
        (number(&demand["value"]) - 128_253.0).abs() < 1e-6,
        "{demand}"
    );

    let rows = oven["policy"]["rows"].as_array().unwrap();
    let published = table("lot_sizes.csv");
    assert!(published.len() >= 26);
    for wanted in &published {
        let row = &rows[wanted["n"] as usize - 1];
        for name in ["q_b", "Q_b", "q_p", "q_pw", "Q_pw", "n_p", "Q_s"] {
            let told = number(&row[name]);
            assert!(
                (told - wanted[name]).abs() < 0.001,
                "n = {}: {name} {told}",
                wanted["n"]
            );
        }
    }
    for wanted in table("costs.csv") {
        let row = &rows[wanted["n"] as usize - 1];
        for name in ["tc_b", "tc_pw", "tc_p", "tc_s", "tc"] {
            let told = number(&row[name]);
            assert!(
                (told / wanted[name] - 1.0).abs() < 3e-6,
                "n = {}: {name} {told}",
                wanted["n"]
            );
        }
    }
    let best = &oven["policy"]["best"];
    assert_eq!(
        (&best["whole_runs"]["n"], &best["whole_runs"]["n_p"]),
        (&json!(25), &json!(16))
    );
    // The publication rounds on its way: its figure is 3e-8 off.
    assert!((number(&best["whole_runs"]["tc"]) - 3_124_919.45).abs() < 0.2);
    assert_eq!(
        (&best["partial_run"]["n"], &best["partial_run"]["n_p"]),
        (&json!(20), &json!(12))
    );
    assert!((number(&best["partial_run"]["tc"]) - 2_873_755.40).abs() < 0.1);
    assert!((number(&best["partial_run"]["t_3"]) - 0.040_667_9).abs() < 1e-7);

    // The parties' shares are the whole, and each has what the publication says it would gain alone.
    let parties = oven["policy"]["parties"].as_array().unwrap();
    let of = |name: &str| parties.iter().find(|party| party["party"] == name).unwrap();
    let sum: f64 = parties.iter().map(|party| number(&party["cost"])).sum();
    assert!((sum - 3_124_919.45).abs() < 0.2);
    assert!((number(&of("supplier")["regret"]) - 204_388.10).abs() < 1.0);
    assert_eq!(of("supplier")["own_best_n"], 9);
    let buyer = number(&of("wholesaler")["regret"]) + number(&of("retailers")["regret"]);
    assert!((buyer - 325_996.63).abs() < 1.0, "{buyer}");
}

const PRODUCTS: [(&str, i64, &str); 10] = [
    ("KECIL", 900, "1"),
    ("PISANG", 100, "1"),
    ("PIZZA", 100, "1"),
    ("AYAM", 100, "1"),
    ("RASA5", 100, "1"),
    ("SEMIR", 200, "2.71875"),
    ("TAWAR", 500, "6.25"),
    ("SOBEK", 400, "4.3125"),
    ("CASINO", 150, "9.75"),
    ("SEMIRK", 100, "2.71875"),
];

/// The ten breads of the publication, sold in the proportions in which they are made, with flour for each.
async fn ten_breads() -> Distributor {
    let pieces: Vec<Box<dyn Fn(u64) -> i64>> = PRODUCTS
        .iter()
        .map(|(_, daily, _)| Box::new(move |_| *daily) as Box<dyn Fn(u64) -> i64>)
        .collect();
    let sold: Vec<(&str, &dyn Fn(u64) -> i64)> = PRODUCTS
        .iter()
        .zip(&pieces)
        .map(|((code, _, _), pieces)| (*code, pieces.as_ref()))
        .collect();
    let (distributor, _) = bakery(30, &sold).await;
    let mut made = "sku,line,conversion\n".to_owned();
    let mut recipes = "sku;material;quantity\n".to_owned();
    for (code, _, conversion) in PRODUCTS {
        made.push_str(&format!("{code},Oven,{conversion}\n"));
        let kilograms = 0.032 * conversion.parse::<f64>().unwrap();
        recipes.push_str(&format!("{code};TEPUNG;{kilograms}\n"));
    }
    distributor
        .import(HubImport::Production, &made)
        .await
        .unwrap();
    let materials =
        "sku,name,unit,pack_name,pack_size,cost\nTEPUNG,Tepung terigu,kg,karung,25,12000\n";
    distributor
        .import(HubImport::Materials, materials)
        .await
        .unwrap();
    distributor
        .import(HubImport::Recipes, &recipes)
        .await
        .unwrap();
    let mut told = parameters();
    told["D"] = json!(128_253);
    set(&distributor, told).await;
    distributor
}

#[tokio::test]
async fn the_published_lots_of_ten_breads_are_the_runs() {
    let distributor = ten_breads().await;
    let oven = distributor.get("/production/Oven").await;
    let lots = oven["production_lots"].as_array().unwrap();
    for (wanted, (code, _, _)) in table("production_lots.csv").iter().zip(PRODUCTS) {
        let lot = lots.iter().find(|lot| lot["sku"] == code).unwrap();
        assert!(
            (number(&lot["share"]) - wanted["share"]).abs() < 0.0006,
            "{lot}"
        );
        assert!(
            (number(&lot["lot_unrounded"]) - wanted["q_p"]).abs() < 0.0006,
            "{lot}"
        );
        assert_eq!(
            lot["lot"].as_i64(),
            Some(wanted["q_p_rounded_up"] as i64),
            "{lot}"
        );
    }
    // 32 g of flour in a small loaf, whole pieces: a little less than the published q_PW of 10.357 sacks, which has what
    // decays in the run as well.
    let flour = &oven["materials"][0];
    let sacks = number(&flour["quantity"]) / 25_000.0;
    assert!((10.30..10.36).contains(&sacks), "{flour}");
    // All of a delivery is for the only shop.
    let delivery: i64 = oven["delivery_lots"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|lot| lot["route"] == "Toko Satu")
        .map(|lot| lot["quantity"].as_i64().unwrap())
        .sum();
    let wanted: i64 = lots
        .iter()
        .map(|lot| lot["delivery"].as_i64().unwrap())
        .sum();
    assert_eq!(delivery, wanted);
}

#[tokio::test]
async fn what_cannot_be_done_is_shown_with_why() {
    let distributor = ten_breads().await;
    let made = "sku,line,shelf_life_days\nKECIL,Oven,3\n";
    distributor
        .import(HubImport::Production, made)
        .await
        .unwrap();
    let oven = distributor.get("/production/Oven").await;
    assert_eq!(oven["shelf_life_days"], 3);
    let rows = oven["policy"]["rows"].as_array().unwrap();
    for row in rows {
        let too_old = number(&row["oldest_days"]) > 3.0;
        let named = row["obstacles"]
            .as_array()
            .unwrap()
            .iter()
            .any(|obstacle| obstacle["kind"] == "too_old");
        assert_eq!(named, too_old, "{row}");
        assert_eq!(
            number(&row["waste"]["beyond_shelf_life"]) > 0.0,
            too_old,
            "{row}"
        );
    }
    // One delivery a month is out of the question, and the best is the cheapest of what is left.
    assert_eq!(rows[0]["obstacles"][0]["kind"], "too_old");
    let left = rows.iter().filter(|row| row["obstacles"] == json!([]));
    let cheapest = left
        .map(|row| number(&row["tc"]))
        .fold(f64::INFINITY, f64::min);
    assert!((number(&oven["policy"]["best"]["whole_runs"]["tc"]) - cheapest).abs() < 1e-9);

    // An oven that cannot keep up with decay: every n needs more runs than there is time for.
    let mut told = parameters();
    told["D"] = json!(128_253);
    told["P"] = json!(128_300);
    set(&distributor, told.clone()).await;
    let oven = distributor.get("/production/Oven").await;
    assert_eq!(oven["problem"]["symbol"], "n");
    assert_eq!(
        oven["policy"]["rows"][0]["obstacles"][0]["kind"],
        "runs_do_not_fit"
    );
    assert_eq!(oven["production_lots"], json!([]));
    let (status, refused) = distributor
        .post("/production-plans", json!({ "line": "Oven" }))
        .await;
    assert_eq!(status, 409, "{refused}");

    // Less than the demand: named by its symbol.
    told["P"] = json!(100_000);
    let body = json!({ "parameters": told });
    let path = "/production-lines/Oven";
    let (status, refused) = distributor.call(Method::PUT, path, Some(&body)).await;
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("P")));
    told["theta_S"] = json!(1.5);
    told["P"] = json!(202_275);
    let body = json!({ "parameters": told });
    let (status, refused) = distributor.call(Method::PUT, path, Some(&body)).await;
    assert_eq!(
        (status, &refused["errors"][0]["field"]),
        (422, &json!("theta_S"))
    );
}

#[tokio::test]
async fn a_line_is_not_changed_from_what_was_not_seen() {
    let distributor = Distributor::start().await;
    let path = "/production-lines/Oven";
    let put = |version: i64, rate: f64| json!({ "version": version, "parameters": { "units_per_hour": rate } });
    let first = put(0, 100.0);
    for _ in 0..2 {
        let (status, answer) = distributor.call(Method::PUT, path, Some(&first)).await;
        assert_eq!((status, &answer["version"]), (200, &json!(1)), "{answer}");
    }
    let (status, _) = distributor
        .call(Method::PUT, path, Some(&put(1, 200.0)))
        .await;
    assert_eq!(status, 200);
    let (status, late) = distributor
        .call(Method::PUT, path, Some(&put(1, 300.0)))
        .await;
    assert_eq!(status, 409, "{late}");
    // Nothing is demanded yet: told as what is missing.
    let oven = distributor.get("/production/Oven").await;
    assert_eq!(oven["problem"]["symbol"], "D");
}

proptest! {
    #[test]
    fn pieces_shared_out_are_all_there(
        pieces in 0_i64..1_000_000,
        weights in prop::collection::btree_map("[a-z]{1,4}", 0.001_f64..1e6, 1..20),
    ) {
        let shared = shared_out(pieces, &weights);
        prop_assert_eq!(shared.values().sum::<i64>(), pieces);
        let all: f64 = weights.values().sum();
        for (name, weight) in &weights {
            let exact = pieces as f64 * weight / all;
            let got = shared.get(name).copied().unwrap_or(0) as f64;
            prop_assert!((got - exact).abs() < 1.0 + 1e-6, "{} {} {}", name, got, exact);
        }
    }
}
