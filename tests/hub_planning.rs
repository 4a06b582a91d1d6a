//! When shops are due and what they are sent.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use kulakan::hub::HubImport;
use kulakan::hub::delivery_days::{DeliveryDays, due_on};
use kulakan::hub::planning::Lines;
use kulakan::hub::render;
use kulakan::model::Quantity;
use kulakan::plan::{DayFlow, LotBalance, PlanLanguage, PlanLine, Policy, ProductInput, plan};
use kulakan::wire::event::Fact;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::hub_api::{Distributor, products};
use super::hub_sync::day;

// 2026-11-22 is a Sunday.
#[rstest]
#[case::never_delivered(None, 7, "", "2026-11-22")]
#[case::never_delivered_waits_for_its_weekday(None, 7, "tue,fri", "2026-11-24")]
#[case::interval_ends_today(Some("2026-11-15"), 7, "", "2026-11-22")]
#[case::interval_ends_tomorrow(Some("2026-11-16"), 7, "", "2026-11-23")]
#[case::moved_to_the_next_weekday(Some("2026-11-16"), 7, "thu", "2026-11-26")]
#[case::due_on_its_weekday(Some("2026-11-15"), 7, "sun", "2026-11-22")]
#[case::overdue_is_due_at_once(Some("2026-10-01"), 7, "", "2026-11-22")]
#[case::overdue_waits_for_its_weekday(Some("2026-10-01"), 7, "mon", "2026-11-23")]
#[case::delivered_later_today_counts_from_today(Some("2026-11-22"), 1, "", "2026-11-23")]
fn the_next_delivery(
    #[case] last: Option<&str>,
    #[case] interval: u32,
    #[case] weekdays: &str,
    #[case] wanted: &str,
) {
    let weekdays: DeliveryDays = weekdays.parse().unwrap();
    let due = due_on(last.map(day), interval, weekdays, day("2026-11-22"));
    assert_eq!(due, day(wanted));
}

#[test]
fn weekdays_are_read_and_written_alike() {
    let days: DeliveryDays = " Thu, mon,thu ".parse().unwrap();
    assert_eq!(days.to_string(), "mon,thu");
    assert!("".parse::<DeliveryDays>().unwrap().is_any_day());
    assert!("someday".parse::<DeliveryDays>().is_err());
}

/// What the shop of [`Distributor::shop`] plans from, put down by hand.
fn inputs(date: NaiveDate) -> Vec<ProductInput> {
    let first = day("2026-10-23");
    products()
        .into_iter()
        .map(|facts| {
            let (received, sold) = match facts.sku.as_str() {
                "MIE" => (340, 10),
                "GULA" => (8500, 250),
                _ => (94, 3),
            };
            let mut flows: Vec<DayFlow> = (0..30)
                .map(|offset| DayFlow {
                    sold: Quantity(sold),
                    net: Quantity(-sold),
                    moved: true,
                    ..DayFlow::on(first + Duration::days(offset))
                })
                .collect();
            flows[0].net += Quantity(received);
            flows[0].inflow = Quantity(received);
            let lot = |expires: Option<&str>, quantity| LotBalance {
                expires: expires.map(day),
                quantity: Quantity(quantity),
            };
            let lots = match facts.sku.as_str() {
                "MIE" => vec![lot(None, 40)],
                "GULA" => vec![lot(None, 1000)],
                _ => vec![lot(Some("2026-11-20"), 2), lot(Some("2026-11-24"), 4)],
            };
            if facts.sku.as_str() == "ROTI" && date > day("2026-11-22") {
                flows.push(DayFlow {
                    net: Quantity(2),
                    inflow: Quantity(6),
                    moved: true,
                    ..DayFlow::on(day("2026-11-22"))
                });
            }
            ProductInput {
                sku: facts.sku,
                flows,
                lots,
                on_order: Quantity::ZERO,
                in_transit: Quantity::ZERO,
                backordered: Quantity::ZERO,
                pack_size: facts.pack_size,
                minimum_order: facts.minimum_order,
                shelf_life_days: facts.shelf_life_days,
            }
        })
        .collect()
}

async fn hub_plan(distributor: &Distributor, shop_id: &str, date: &str) -> Vec<Value> {
    let plan = distributor
        .get(&format!("/shops/{shop_id}/plan?date={date}"))
        .await;
    plan["lines"].as_array().unwrap().clone()
}

fn assert_same_plan(told: &[Value], wanted: &[PlanLine]) {
    assert_eq!(told.len(), wanted.len());
    for (told, wanted) in told.iter().zip(wanted) {
        let wanted = serde_json::to_value(wanted).unwrap();
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name} of {}", wanted["sku"]);
        }
    }
}

#[tokio::test]
async fn the_hub_makes_the_very_plan_that_the_shop_makes() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    for date in ["2026-11-22", "2026-11-23"] {
        let wanted = plan(day(date), &inputs(day(date)), &Policy::default());
        assert_same_plan(&hub_plan(&distributor, &shop.id, date).await, &wanted);
    }
    let policy = Policy {
        review_days: 3,
        service_level: 0.9,
        ..Policy::default()
    };
    shop.record(&Fact::PolicySet(serde_json::to_value(&policy).unwrap()));
    let last = shop.log.len();
    distributor.daemon.push(&shop, last - 1..last).await;
    let date = day("2026-11-22");
    let wanted = plan(date, &inputs(date), &policy);
    assert_same_plan(
        &hub_plan(&distributor, &shop.id, "2026-11-22").await,
        &wanted,
    );

    // What the distributor has set stands above the shop's own setting, and the shop is told of it once.
    let path = format!("/shops/{}/delivery-policy", shop.id);
    let body = json!({ "review_days": 10, "lead_time_days": 1, "weekdays": "sun" });
    for _ in 0..2 {
        let (status, answer) = distributor.call(Method::PUT, &path, Some(&body)).await;
        assert_eq!((status, &answer), (200, &body));
    }
    let policy = Policy {
        review_days: 10,
        lead_time_days: 1,
        ..policy
    };
    let wanted = plan(date, &inputs(date), &policy);
    assert_same_plan(
        &hub_plan(&distributor, &shop.id, "2026-11-22").await,
        &wanted,
    );
    let notes = distributor.notes(&shop).await;
    let told: Vec<&Value> = notes
        .iter()
        .filter(|(kind, _)| kind == "policy.delivery")
        .map(|(_, payload)| payload)
        .collect();
    assert_eq!(told, [&json!({ "review_days": 10, "lead_time_days": 1 })]);
    for body in [
        json!({ "review_days": 0 }),
        json!({ "weekdays": "moonday" }),
    ] {
        assert_eq!(
            distributor.call(Method::PUT, &path, Some(&body)).await.0,
            422,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_due_shop_is_recommended_what_its_level_lacks_in_whole_packs_of_what_is_offered() {
    let distributor = Distributor::start().await;
    let off = "sku,name,unit,price,active\nGULA,Gula pasir,kg,16500,no\n";
    distributor.import(HubImport::Products, off).await.unwrap();
    let shop = distributor.shop("Sri").await;
    let schedule = distributor.get("/schedule?date=2026-11-22&lang=en").await;
    let due = &schedule["due"][0];
    assert_eq!(
        (&due["shop_id"], &due["shop_name"]),
        (&json!(shop.id), &json!("Sri"))
    );
    assert_eq!(
        (&due["interval_days"], &due["interval_source"]),
        (&json!(7), &json!("shop"))
    );
    let lines: BTreeMap<&str, &Value> = due["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["sku"].as_str().unwrap(), line))
        .collect();
    assert_eq!(lines.keys().copied().collect::<Vec<_>>(), ["MIE", "ROTI"]);
    let mie = lines["MIE"];
    // Steady sales of ten a day: f = 10, H = 9, the mean is 90 and the level the 0.95 quantile above it.
    assert_eq!(
        (&mie["forecast_per_day"], &mie["position"]),
        (&json!(10.0), &json!(40))
    );
    let level = mie["order_up_to"].as_f64().unwrap();
    assert!((95.0..=120.0).contains(&level), "{level}");
    assert_eq!(mie["need"], json!(level as i64 - 40));
    assert_eq!(
        (&mie["packs"], &mie["quantity"], &mie["value"]),
        (&json!(2), &json!(80), &json!(80 * 3100))
    );
    assert!(
        mie["sentence"].as_str().unwrap().contains("buy 2 dus"),
        "{}",
        mie["sentence"]
    );
    let visits = distributor
        .daemon
        .hub
        .due_shipments(day("2026-11-22"))
        .await
        .unwrap();
    let printed = render::plan(&visits, PlanLanguage::Indonesian);
    for wanted in [
        "Sri: kirim setiap 7 hari",
        "Barang MIE",
        "2 dus",
        "Rp248.000",
    ] {
        assert!(printed.contains(wanted), "{wanted} in {printed}");
    }
    let printed = render::status(&distributor.daemon.hub.status().await.unwrap());
    assert!(
        printed.contains("Sri") && printed.contains("2026-11-22 03:00 UTC"),
        "{printed}"
    );
}

#[tokio::test]
async fn after_a_delivery_a_shop_is_due_again_when_its_interval_is_over() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let (_, shipment) = distributor
        .post("/shipments", json!({ "shop_id": shop.id }))
        .await;
    let id = shipment["id"].as_str().unwrap();
    distributor
        .post(&format!("/shipments/{id}/confirm"), json!({}))
        .await;
    let shops = distributor.get("/shops").await;
    assert_eq!(shops["items"][0]["due_on"], "2026-11-22");
    distributor
        .post(&format!("/shipments/{id}/dispatch"), json!({}))
        .await;
    let shops = distributor.get("/shops").await;
    assert_eq!(shops["items"][0]["due_on"], "2026-11-29");
    let early = distributor.get("/schedule?date=2026-11-28").await;
    assert_eq!(
        (&early["due"], &early["others"][0]["due_on"]),
        (&json!([]), &json!("2026-11-29"))
    );
    assert_eq!(early["others"][0]["last_delivery"], "2026-11-22");
    assert_eq!(early["others"][0]["lines"], json!([]));
    let path = format!("/shops/{}/delivery-policy", shop.id);
    let body = json!({ "review_days": 4, "weekdays": "mon,sat" });
    distributor.call(Method::PUT, &path, Some(&body)).await;
    let shops = distributor.get("/shops").await;
    assert_eq!(
        (
            &shops["items"][0]["due_on"],
            &shops["items"][0]["interval_source"]
        ),
        (&json!("2026-11-28"), &json!("set"))
    );
}

#[tokio::test]
async fn where_costs_are_known_the_interval_is_the_one_of_least_cost() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let costs = "shop,sku,cost\n,,9000\nSri,,3000\n,MIE,500\nSri,MIE,100\n";
    let report = distributor.import(HubImport::Costs, costs).await.unwrap();
    assert_eq!((report.rows, report.added), (4, 4));
    // T = sqrt(2 (C_d + C_j + sum c) / (F sum P R)): prices per base unit of shop and distributor together, demand of
    // 30 days.
    let delivery = 9000.0 + 3000.0 + 500.0 + 100.0;
    let value: f64 = (3100.0 + 2900.0) * 300.0 + 31.5 * 7500.0 + (14_000.0 + 12_000.0) * 90.0;
    let days = 30.0 * (2.0 * delivery / (0.01 * value)).sqrt();
    let schedule = distributor.get("/schedule?date=2026-11-22").await;
    let due = &schedule["due"][0];
    assert_eq!(due["interval_source"], "joint");
    let told = due["joint_interval_days_unrounded"].as_f64().unwrap();
    assert!((told - days).abs() < 1e-9, "{told} {days}");
    let whole = days.round() as i64;
    assert_eq!(due["interval_days"], json!(whole));
    // The shipment covers that interval; the shop's own plan, which knows nothing of it, is as it was.
    assert_eq!(due["lines"][0]["protection_days"], json!(whole + 2));
    assert_eq!(
        hub_plan(&distributor, &shop.id, "2026-11-22").await[0]["protection_days"],
        9
    );
    let path = format!("/shops/{}/delivery-policy", shop.id);
    distributor
        .call(Method::PUT, &path, Some(&json!({ "review_days": 5 })))
        .await;
    let schedule = distributor.get("/schedule?date=2026-11-22").await;
    assert_eq!(
        (
            &schedule["due"][0]["interval_days"],
            &schedule["due"][0]["interval_source"]
        ),
        (&json!(5), &json!("set"))
    );
}

/// The visits of all shops together against those of each by itself.
async fn assert_visits_agree(distributor: &Distributor, shops: usize, with_lines: usize) {
    let hub = &distributor.daemon.hub;
    let date = day("2026-11-22");
    let visits = hub.schedule(date, Lines::DueBy(date)).await.unwrap();
    assert_eq!(visits.len(), shops);
    assert!(visits.is_sorted_by_key(|visit| visit.due_on));
    let sent = visits.iter().filter(|visit| !visit.lines.is_empty());
    assert_eq!(sent.count(), with_lines);
    for visit in visits {
        let mut alone = hub.visit(&visit.shop_id, date).await.unwrap();
        if !alone.is_due() {
            alone.lines.clear();
        }
        assert_eq!(visit, alone);
    }
}

#[tokio::test]
async fn shops_visited_together_are_visited_as_each_by_itself() {
    let distributor = Distributor::start().await;
    let hub = &distributor.daemon.hub;
    distributor.shop("Sri").await;
    let late = distributor.shop("Budi").await;
    distributor.shop("Tono").await;
    // More than are read at once: those that wait for a Wednesday are passed by, and the few others read one by one.
    for number in 0..120 {
        let (shop_id, _) = hub.add_shop(&format!("Warung {number}")).await.unwrap();
        let wednesdays = "wed".parse().unwrap();
        hub.set_delivery_policy("owner", &shop_id, None, None, wednesdays)
            .await
            .unwrap();
    }
    let tuesdays = "tue".parse().unwrap();
    hub.set_delivery_policy("owner", &late.id, None, None, tuesdays)
        .await
        .unwrap();
    assert_visits_agree(&distributor, 123, 2).await;
    // With costs the interval of each follows from its plan, and neighbours are read together.
    let costs = "shop,sku,cost\n,,9000\nSri,,3000\n,MIE,500\n";
    distributor.import(HubImport::Costs, costs).await.unwrap();
    assert_visits_agree(&distributor, 123, 2).await;
    // After a night the past is packed, and the interval of that night is tried first.
    hub.plan_all(day("2026-11-21")).await.unwrap();
    assert_visits_agree(&distributor, 123, 2).await;
}
