//! What is to be ordered: the published figures, least orders, going along, and the reserve supplier.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::hub_api::Distributor;
use super::{case, near, planned};

const THREE_SUPPLIERS: &str = "name,lead_time_days\nSatu,2\nDua,2\nTiga,2\n";

/// C_kd and C_ks are published as their sum only.
const OFFERS: &str = "\
sku,supplier,price,supplier_price,order_cost,supplier_order_cost
P1,Satu,50,30,20,30
P2,Dua,75,50,75,0
P3,Tiga,140,120,0,150
";

#[tokio::test]
async fn the_published_lots_and_reorder_points_come_out_of_the_hub() {
    let distributor = case(
        THREE_SUPPLIERS,
        OFFERS,
        "sku,quantity\nP1,40\nP2,400\nP3,70\n",
    )
    .await;
    let plan = distributor.get("/supply-plan?lang=en").await;
    // Unrounded: the square roots of 87000, 74760 and 130846.15.
    for (code, eoq, rop) in [
        ("P1", 294.96, 46.4),
        ("P2", 273.42, 41.533),
        ("P3", 361.73, 75.6),
    ] {
        let (_, line) = planned(&plan, code);
        assert!(near(&line["eoq"], eoq), "{line}");
        let without_safety =
            line["rop"].as_f64().unwrap() - line["reason"]["safety_stock"].as_f64().unwrap();
        assert!(near(&json!(without_safety), rop), "{line}");
        assert_eq!(line["reason"]["lot_rule"], "coordinated");
    }
    let (supplier, first) = planned(&plan, "P1");
    assert_eq!((supplier, &first["urgency"]), ("Satu", &json!("due")));
    let up_to = first["rop"].as_f64().unwrap() + first["eoq"].as_f64().unwrap();
    assert_eq!(
        first["quantity"].as_i64().unwrap(),
        (up_to - 40.0).round() as i64
    );
    assert!(
        first["sentence"]
            .as_str()
            .unwrap()
            .contains("23.2 pcs a day"),
        "{first}"
    );
    let (_, second) = planned(&plan, "P2");
    assert_eq!(
        (&second["urgency"], &second["quantity"]),
        (&json!("later"), &json!(0))
    );
    // 400 less the reorder point, at (453 + 170) / 30 a day.
    let days = (400.0 - second["rop"].as_f64().unwrap()) / (623.0 / 30.0);
    let next =
        super::super::hub_sync::day("2026-11-22") + chrono::Duration::days(days.ceil() as i64);
    assert_eq!(second["next_order_on"], next.to_string());
}

#[tokio::test]
async fn goods_on_order_and_goods_spoken_for_are_in_the_position() {
    let distributor = case(
        THREE_SUPPLIERS,
        OFFERS,
        "sku,quantity\nP1,40\nP2,400\nP3,70\n",
    )
    .await;
    let order = json!({ "supplier": "Satu" });
    let (status, order) = distributor.post("/supplier-orders", order).await;
    assert_eq!(status, 201, "{order}");
    let recommended = order["lines"][0]["quantity"].as_i64().unwrap();
    let plan = distributor.get("/supply-plan").await;
    assert_eq!(
        planned(&plan, "P1").1["urgency"],
        "due",
        "nothing is decided yet"
    );
    let path = format!("/supplier-orders/{}/confirm", order["id"].as_str().unwrap());
    distributor.post(&path, json!({})).await;
    let plan = distributor.get("/supply-plan").await;
    let (_, line) = planned(&plan, "P1");
    assert_eq!(
        (&line["urgency"], &line["quantity"]),
        (&json!("later"), &json!(0))
    );
    assert_eq!(line["reason"]["position"], 40 + recommended);
    let shops = distributor.get("/shops").await;
    let shipment = json!({
        "shop_id": shops["items"][0]["id"], "lines": [{ "sku": "P1", "quantity": 40 + recommended }],
    });
    let (status, shipment) = distributor.post("/shipments", shipment).await;
    assert_eq!(status, 201, "{shipment}");
    let plan = distributor.get("/supply-plan").await;
    let (_, line) = planned(&plan, "P1");
    assert_eq!(
        (&line["reason"]["position"], &line["urgency"]),
        (&json!(0), &json!("due"))
    );
}

const ONE_SUPPLIER: &str =
    "name,lead_time_days,handling_cost,minimum_order_value\nGrosir,2,1000,500000\n";

const ALL_FROM_ONE: &str =
    "sku,supplier,pack_name,pack_size\nP1,Grosir,dus,24\nP2,Grosir,dus,24\nP3,Grosir,dus,24\n";

#[tokio::test]
async fn products_of_a_supplier_go_along_and_are_raised_to_its_least_order() {
    let stock = "sku,quantity\nP1,10\nP2,150\nP3,9000\n";
    let distributor = case(ONE_SUPPLIER, ALL_FROM_ONE, stock).await;
    let plan = distributor.get("/supply-plan").await;
    let urgency = |code| {
        planned(&plan, code).1["urgency"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        [urgency("P1"), urgency("P2"), urgency("P3")],
        ["due", "along", "later"]
    );
    let grosir = &plan["items"][0];
    assert_eq!(grosir["reason"]["below_minimum"], false);
    assert!(
        grosir["reason"]["topped_up_days"].as_i64().unwrap() > 0,
        "{grosir}"
    );
    let mut value = 0;
    for line in grosir["lines"].as_array().unwrap() {
        let quantity = line["quantity"].as_i64().unwrap();
        assert_eq!(quantity % 24, 0, "whole packs: {line}");
        value += quantity * line["price"].as_i64().unwrap();
        assert_eq!(line["reason"]["lot_rule"], "joint");
    }
    assert_eq!(grosir["reason"]["value"], value);
    assert!((500_000..600_000).contains(&value), "{value}");
    // One interval for all: lots are in proportion to demand.
    let interval = |code: &str| {
        planned(&plan, code).1["reason"]["interval_days"]
            .as_f64()
            .unwrap()
    };
    assert!((interval("P1") - interval("P3")).abs() < 1e-9);
}

const TWO_SUPPLIERS: &str = "\
name,lead_time_days,handling_cost,minimum_order_value
Utama,9,0,0
Cadangan,1,700,100000
";

const RANKED: &str = "sku,supplier,rank,price\nP1,Utama,1,50\nP1,Cadangan,2,56\nP2,Utama,1,75\n";

async fn switch(distributor: &Distributor) -> (String, Value) {
    let plan = distributor.get("/supply-plan?lang=en").await;
    let (supplier, line) = planned(&plan, "P1");
    (supplier.to_owned(), line.clone())
}

#[tokio::test]
async fn the_reserve_is_proposed_with_what_it_costs() {
    let distributor = case(TWO_SUPPLIERS, RANKED, "sku,quantity\nP1,100\nP2,9000\n").await;
    // 100 last 4.3 days, and the first supplier takes nine.
    let (supplier, line) = switch(&distributor).await;
    let quantity = line["quantity"].as_i64().unwrap();
    let told = &line["switch"];
    assert_eq!(
        (supplier.as_str(), &told["to"]),
        ("Utama", &json!("Cadangan")),
        "{line}"
    );
    assert_eq!(told["why"]["kind"], "too_slow");
    assert_eq!(told["price_difference"], 6 * quantity);
    assert_eq!(
        (&told["handling"], &told["total"]),
        (&json!(700), &json!(6 * quantity + 700))
    );
    assert_eq!(told["minimum_gap"], (100_000 - 56 * quantity).max(0));
    assert_eq!(told["expected_on"], "2026-11-23");
    let until = json!({ "until": "2026-12-01", "reason": "mogok" });
    assert_eq!(
        no_content(&distributor, "/suppliers/Utama/unavailable", until).await,
        204
    );
    let (supplier, line) = switch(&distributor).await;
    assert_eq!(
        (supplier.as_str(), &line["switch"]["why"]["kind"]),
        ("Cadangan", &json!("unavailable"))
    );
    assert!(
        line["switch_sentence"]
            .as_str()
            .unwrap()
            .contains("Utama cannot deliver before"),
        "{line}"
    );
    let plan = distributor.get("/supply-plan").await;
    let names: Vec<&str> = plan["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| plan["supplier"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["Cadangan"],
        "what only the first has nobody can deliver"
    );
    assert_eq!(
        no_content(&distributor, "/suppliers/Utama/unavailable", json!({})).await,
        204
    );
    assert_eq!(switch(&distributor).await.0, "Utama");
}

pub async fn no_content(distributor: &Distributor, path: &str, body: Value) -> u16 {
    let url = distributor.daemon.url(&format!("/api/v1{path}"));
    let request = distributor.daemon.client.request(Method::POST, url);
    let answer = request
        .bearer_auth(&distributor.token)
        .json(&body)
        .send()
        .await
        .unwrap();
    answer.status().as_u16()
}
