//! A day of deliveries: what is scarce is shared out, what has no room stays, and the warehouse agrees with all of it.

mod bad_days;
mod conservation;
mod pages;
mod unloading;

use kulakan::hub::HubImport;
use serde_json::{Value, json};

use super::hub_api::{Distributor, line};
use super::hub_sync::Shop;

/// A hub whose shops have all sold alike, with `mie` base units of noodles in the warehouse in two lots.
async fn stocked(mie: i64) -> Distributor {
    let distributor = Distributor::start().await;
    let lines = json!([
        { "sku": "MIE", "quantity": mie / 4, "lot": "LATER", "expires": "2027-06-01" },
        { "sku": "MIE", "quantity": mie - mie / 4, "lot": "SOON", "expires": "2027-03-01" },
    ]);
    let (status, body) = distributor
        .post("/stock/receipts", json!({ "lines": lines }))
        .await;
    assert_eq!(status, 201, "{body}");
    distributor
}

/// What there is of the noodles: on hand, reserved, available.
async fn noodles(distributor: &Distributor) -> (i64, i64, i64) {
    let stock = distributor.get("/stock/MIE").await;
    let figure = |name: &str| stock[name].as_i64().unwrap();
    (figure("on_hand"), figure("reserved"), figure("available"))
}

/// A shipment of so many noodles and nothing else, not yet confirmed.
async fn of_noodles(distributor: &Distributor, shop: &Shop, quantity: i64) -> String {
    let body = json!({ "shop_id": shop.id, "lines": [{ "sku": "MIE", "quantity": quantity }] });
    let (status, made) = distributor.post("/shipments", body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn draft(distributor: &Distributor) -> Value {
    let (status, drafted) = distributor.post("/deliveries/draft", json!({})).await;
    assert_eq!(status, 200, "{drafted}");
    drafted
}

async fn day(distributor: &Distributor) -> Vec<Value> {
    let day = distributor.get("/deliveries").await;
    day["items"].as_array().unwrap().clone()
}

fn share<'a>(trip: &'a Value, code: &str) -> &'a Value {
    let shares = trip["shares"].as_array().unwrap();
    shares.iter().find(|share| share["sku"] == code).unwrap()
}

#[tokio::test]
async fn what_is_scarce_is_shared_out_and_the_whole_day_is_confirmed_and_sent_in_one_action() {
    let distributor = stocked(200).await;
    for name in ["Ani", "Budi", "Citra"] {
        distributor.shop(name).await;
    }
    let wanted = distributor.get("/schedule").await;
    let need: i64 = wanted["due"]
        .as_array()
        .unwrap()
        .iter()
        .map(|visit| line(visit, "MIE")["quantity"].as_i64().unwrap())
        .sum();
    assert!(need > 200, "the three need {need}, which must be too much");
    let drafted = draft(&distributor).await;
    assert_eq!(
        (&drafted["due"], &drafted["made"], &drafted["scarce"]),
        (&json!(3), &json!(3), &json!(1)),
        "{drafted}"
    );
    let trips = day(&distributor).await;
    let given: Vec<i64> = trips
        .iter()
        .map(|trip| line(trip, "MIE")["quantity"].as_i64().unwrap())
        .collect();
    assert_eq!(given.iter().sum::<i64>(), 200, "{given:?}");
    assert!(
        given.iter().all(|given| given % 40 == 0 && *given >= 40),
        "{given:?}"
    );
    assert!(
        trips
            .iter()
            .any(|trip| share(trip, "MIE")["share"]["why"] == "scarce")
    );
    // What is kept no count of is not withheld.
    assert!(
        trips
            .iter()
            .all(|trip| share(trip, "ROTI")["share"].is_null())
    );

    let (status, report) = distributor
        .post("/deliveries/confirm", json!({ "date": "2026-11-22" }))
        .await;
    assert_eq!(
        (
            status,
            report["done"].as_array().unwrap().len(),
            &report["refused"]
        ),
        (200, 3, &json!([]))
    );
    assert_eq!(noodles(&distributor).await, (200, 200, 0));
    // Drafted again, what is decided on stands.
    let again = draft(&distributor).await;
    assert_eq!((&again["kept"], &again["made"]), (&json!(3), &json!(0)));
    let body = json!({ "date": "2026-11-22" });
    let (_, sent) = distributor.post("/deliveries/dispatch", body).await;
    assert_eq!(sent["done"].as_array().unwrap().len(), 3, "{sent}");
    assert_eq!(noodles(&distributor).await, (0, 0, 0));
    let trips = day(&distributor).await;
    let mut numbers: Vec<&str> = trips
        .iter()
        .map(|trip| trip["number"].as_str().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(
        numbers,
        ["SJ-2026-000001", "SJ-2026-000002", "SJ-2026-000003"]
    );
}

#[tokio::test]
async fn drafting_again_recommends_anew_and_leaves_one_recommendation_a_shop() {
    let distributor = stocked(1_000).await;
    distributor.shop("Ani").await;
    for _ in 0..2 {
        assert_eq!(draft(&distributor).await["made"], 1);
    }
    let recommended = distributor.get("/shipments?state=recommended").await;
    assert_eq!(recommended["items"].as_array().unwrap().len(), 1);
    let id = recommended["items"][0]["id"].as_str().unwrap();
    let edit = json!({ "lines": [{ "sku": "MIE", "quantity": 40 }] });
    assert_eq!(distributor.step(id, "edit", edit).await.0, 200);
    let again = draft(&distributor).await;
    assert_eq!((&again["made"], &again["kept"]), (&json!(0), &json!(1)));
    let kept = distributor.get(&format!("/shipments/{id}")).await;
    assert_eq!(line(&kept, "MIE")["quantity"], 40);
}

#[tokio::test]
async fn a_route_takes_what_its_vehicle_has_room_for_and_says_what_is_full() {
    let distributor = Distributor::start().await;
    let shops = [
        distributor.shop("Ani").await,
        distributor.shop("Budi").await,
    ];
    let (_, van) = distributor
        .post(
            "/vehicles",
            json!({ "name": "Gran Max", "volume": 300_000 }),
        )
        .await;
    let route = json!({ "name": "Utara", "weekdays": "sun,wed", "vehicle_id": van["id"], "salesman": "Joko" });
    let (status, route) = distributor.post("/routes", route).await;
    assert_eq!(status, 200, "{route}");
    let stops = json!({ "shops": [shops[1].id, shops[0].id], "version": route["version"] });
    let path = format!("/routes/{}/stops", route["id"].as_str().unwrap());
    let (status, body) = distributor
        .call(reqwest::Method::PUT, &path, Some(&stops))
        .await;
    assert_eq!(status, 200, "{body}");
    let stale = json!({ "shops": [], "version": route["version"] });
    let (status, _) = distributor
        .call(reqwest::Method::PUT, &path, Some(&stale))
        .await;
    assert_eq!(status, 409);
    let room = json!({ "items": [{ "sku": "MIE", "pack_volume": 100_000, "pack_weight": 4_000 }] });
    assert_eq!(distributor.post("/freight", room).await.0, 200);

    draft(&distributor).await;
    let trips = day(&distributor).await;
    let names: Vec<&str> = trips
        .iter()
        .map(|trip| trip["shop_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Budi", "Ani"], "in the order of the stops");
    let loaded: i64 = trips
        .iter()
        .map(|trip| line(trip, "MIE")["quantity"].as_i64().unwrap())
        .sum();
    assert_eq!(loaded, 3 * 40);
    assert!(
        trips
            .iter()
            .any(|trip| share(trip, "MIE")["full"] == "volume")
    );
    for (wrong, field) in [
        (json!({ "name": "", "volume": 1 }), "name"),
        (json!({ "name": "X", "volume": 0 }), "volume"),
    ] {
        let (status, problem) = distributor.post("/vehicles", wrong).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!(field))
        );
    }
}

#[tokio::test]
async fn the_room_of_packs_is_told_by_the_file_of_products_and_kept_where_it_does_not_say() {
    let distributor = Distributor::start().await;
    let freight = async || distributor.get("/freight").await["items"].clone();
    let header = "sku,name,unit,price,pack_name,pack_size,pack_litres,pack_kg\n";
    let row = "MIE,Mi goreng,bungkus,3100,dus,40,";
    let told = format!("{header}{row}24.5,4\n");
    distributor
        .import(HubImport::Products, &told)
        .await
        .unwrap();
    let known = json!([{ "sku": "MIE", "pack_volume": 24_500, "pack_weight": 4_000 }]);
    assert_eq!(freight().await, known);
    let silent = "sku,name,unit,price,pack_name,pack_size\nMIE,Mi goreng,bungkus,3100,dus,40\n";
    distributor
        .import(HubImport::Products, silent)
        .await
        .unwrap();
    assert_eq!(freight().await, known);
    let wrong = format!("{header}{row}banyak,4\n");
    let error = distributor.import(HubImport::Products, &wrong).await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("pack_litres") && error.contains("line 2"),
        "{error}"
    );
    assert_eq!(freight().await, known);
}

#[tokio::test]
async fn a_shop_without_days_of_its_own_is_due_on_those_of_its_route() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Ani").await;
    let due = async || {
        let schedule = distributor.get("/schedule?date=2026-11-22").await;
        let visits = [&schedule["due"], &schedule["others"]];
        let mut all = visits.iter().flat_map(|list| list.as_array().unwrap());
        all.next().unwrap()["due_on"].clone()
    };
    assert_eq!(due().await, "2026-11-22");
    let route = json!({ "name": "Utara", "weekdays": "wed" });
    let (_, route) = distributor.post("/routes", route).await;
    let path = format!("/routes/{}/stops", route["id"].as_str().unwrap());
    let stops = json!({ "shops": [shop.id] });
    let put = distributor.call(reqwest::Method::PUT, &path, Some(&stops));
    assert_eq!(put.await.0, 200);
    assert_eq!(due().await, "2026-11-25");
}
