//! The hub's API is described as it is: every call is in the document, and the document is OpenAPI 3.1.

mod schema;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::hub_api::Distributor;
use crate::tidy::files;

async fn document(distributor: &Distributor) -> Value {
    let url = distributor.daemon.url("/api/openapi.json");
    let response = distributor.daemon.client.get(url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

/// Every call: method, path, and what the document says of it.
fn calls(document: &Value) -> Vec<(Method, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let mut calls = Vec::new();
    for (path, methods) in paths {
        for (method, call) in methods.as_object().unwrap() {
            if let Ok(method) = method.to_uppercase().parse() {
                calls.push((method, path.clone(), call.clone()));
            }
        }
    }
    calls
}

#[tokio::test]
async fn the_document_fits_the_official_schema() {
    let distributor = Distributor::start().await;
    let document = document(&distributor).await;
    let text = include_str!("../data/openapi/schema-3.1.json");
    let official: Value = serde_json::from_str(text).unwrap();
    assert_eq!(schema::faults(&official, &document), Vec::<String>::new());

    // The schema does see what is wrong.
    let spoilt = |pointer: &str, value: Value| {
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        schema::faults(&official, &document)
    };
    assert!(!spoilt("/openapi", json!("3.0.3")).is_empty());
    assert!(!spoilt("/info", json!({ "title": "x" })).is_empty());
    assert!(!spoilt("/paths/~1api~1v1~1shops/get/responses/200", json!({})).is_empty());
    assert!(!spoilt("/paths/~1api~1v1~1shops/get", json!({ "response": {} })).is_empty());
}

#[tokio::test]
async fn every_reference_and_every_parameter_is_told_of() {
    let distributor = Distributor::start().await;
    let document = document(&distributor).await;
    let mut references = BTreeSet::new();
    gather(&document, &mut references);
    for reference in references {
        let path = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(path).is_some(), "{reference}");
    }
    let mut names = BTreeSet::new();
    for (method, path, call) in calls(&document) {
        let name = call["operationId"].as_str().unwrap().to_owned();
        assert!(names.insert(name), "{method} {path}");
        let told: BTreeSet<&str> = call["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let there: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        assert_eq!(told, there, "{method} {path}");
    }
}

fn gather(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(target) if name == "$ref" => {
                        references.insert(target.clone());
                    }
                    member => gather(member, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, references)),
        _ => {}
    }
}

#[tokio::test]
async fn every_call_of_the_document_is_there_and_none_opens_without_a_token() {
    let distributor = Distributor::start().await;
    let document = document(&distributor).await;
    let calls = calls(&document);
    assert!(calls.len() > 40, "{}", calls.len());
    for (method, path, call) in calls {
        let path = path.replace(['{', '}'], "");
        let url = distributor.daemon.url(&path);
        let request = distributor.daemon.client.request(method.clone(), &url);
        let bare = request.send().await.unwrap().status().as_u16();
        if call.get("security").is_none() {
            assert_eq!(bare, 401, "{method} {path}");
        }
        let request = distributor.daemon.client.request(method.clone(), &url);
        let response = request
            .bearer_auth(&distributor.token)
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_ne!(answer["title"], "There is no such call", "{method} {path}");
        assert_ne!(status, 405, "{method} {path}");
        assert!(status < 500, "{method} {path}: {status} {answer}");
    }
}

/// A handler of the API that is served without being described would stand in a plain `.route(`.
#[test]
fn no_call_is_served_that_is_not_described() {
    for (file, text) in files("src/hub/web/api", "rs") {
        let plain = text
            .lines()
            .filter(|line| line.contains(".route(") && !line.contains("\"/api/openapi.json\""))
            .count();
        assert_eq!(plain, 0, "{file}");
        let described = text.matches("#[utoipa::path(").count();
        let served: usize = text
            .match_indices("routes!(")
            .map(|(at, _)| text[at..].split(')').next().unwrap().matches(',').count() + 1)
            .sum();
        assert_eq!(described, served, "{file}: each described call is served");
    }
}
