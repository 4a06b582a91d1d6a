//! Errors are problem JSON, whoever finds them, and the description of the API says so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{noodles, receive, sale};
use crate::harness::shop::TestShop;

#[tokio::test]
async fn what_routing_and_its_layers_refuse_is_a_problem_too() {
    let shop = TestShop::start().await;
    let reply = shop.patch("/sales", &json!({})).await;
    assert!(reply.problem(405).contains("methods"));
    let reply = shop.post_text("/sales", " ".repeat(3_000_000)).await;
    assert!(reply.problem(413).contains("less at a time"));
    shop.get("/nothing").await.problem(404);
}

#[tokio::test]
async fn a_body_of_another_shape_names_the_member() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    let mut wrong = sale("s1", "MIE", 1);
    wrong["payment"]["method"] = json!("gold");
    let told = shop.post("/sales", &wrong).await.problem(422);
    assert!(
        told.starts_with("payment.method: unknown variant"),
        "{told}"
    );
    let told = shop.post("/sales", &json!({})).await.problem(422);
    assert_eq!(told, "id: is missing");
    let mut wrong = sale("s1", "MIE", 1);
    wrong["lines"][0] = json!({ "sku": "MIE" });
    let told = shop.post("/sales", &wrong).await.problem(422);
    assert_eq!(told, "lines[0].quantity: is missing");
    assert_eq!(shop.number("SELECT count(*) FROM sales"), 0);
}

#[tokio::test]
async fn a_plan_needs_no_body_and_a_count_takes_the_name_that_receipts_use() {
    let shop = TestShop::start().await;
    noodles(&shop).await;
    receive(&shop, "MIE", 5, None).await;
    let plan = shop.post_nothing("/plans").await.expect(201);
    assert_eq!(plan["lines"][0]["sku"], "MIE");
    let count = json!({ "lines": [{ "sku": "MIE", "quantity": 3 }] });
    shop.post("/stock/counts", &count).await.expect(201);
    assert_eq!(super::on_hand(&shop, "MIE").await, 3);
}

#[tokio::test]
async fn the_description_is_whole() {
    let shop = TestShop::start().await;
    let api = shop.description().await.expect(200);
    let (mut names, mut calls) = (BTreeSet::new(), 0);
    for (path, methods) in api["paths"].as_object().expect("paths") {
        for (method, call) in methods.as_object().expect("methods") {
            calls += 1;
            names.insert(call["operationId"].as_str().expect("a name").to_owned());
            let responses = call["responses"].as_object().expect("responses");
            for (status, response) in responses {
                let place = format!("{method} {path} {status}");
                assert!(response["description"].is_string(), "{place}");
                let error = status == "default" || status.starts_with(['4', '5']);
                let problem = response["content"]["application/problem+json"].is_object();
                assert_eq!(error, problem, "{place}");
            }
            let open = call["security"] == json!([{}]);
            assert_eq!(responses.contains_key("401"), !open, "{method} {path}");
        }
    }
    assert_eq!(names.len(), calls, "every call has a name of its own");
    assert!(matches!(
        api["paths"]["/api/v1/sales"]["post"],
        Value::Object(_)
    ));
}
