//! Dates that nobody can mean.

use serde_json::{Value, json};

use super::Distributor;
use crate::tenants::routes::{Call, calls, filled};
use kulakan::hub::HubImport;

/// The last and the first days that a calendar of the program knows, and days that only its texts could not sort.
const STRANGE: [&str; 4] = ["+262142-12-31", "-262143-01-01", "9999-12-31", "0001-01-01"];

/// What the made-up bodies name everything.
const NAME: &str = "MIE";

/// Where in a body dates stand.
fn dates(body: &Value, at: &str, found: &mut Vec<String>) {
    match body {
        Value::String(text) if text.starts_with("2026-11-24") && text.len() == 10 => {
            found.push(at.to_owned());
        }
        Value::Array(parts) => {
            for (index, part) in parts.iter().enumerate() {
                dates(part, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(parts) => {
            for (name, part) in parts {
                dates(part, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The parameters of a call's query that are dates.
fn asked_dates(description: &Value, call: &Call) -> Vec<String> {
    let method = call.method.to_lowercase();
    let parameters = description["paths"][&call.path][method]["parameters"].as_array();
    parameters
        .into_iter()
        .flatten()
        .filter(|one| one["in"] == "query" && one["schema"]["format"] == "date")
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

impl Distributor {
    /// A hub in which the name of the made-up bodies is a supplier's too, with a shop and a shipment to it; the identities
    /// that a path can name.
    async fn with_everything() -> (Self, Vec<String>) {
        let distributor = Self::start().await;
        let products =
            format!("sku,name,unit,price,cost,supplier\n{NAME},Mi,bungkus,3500,3000,{NAME}\n");
        distributor
            .import(HubImport::Products, &products)
            .await
            .unwrap();
        let shop = distributor.shop("Sri").await;
        let shipment = distributor.shipment(&shop).await;
        let names = vec![shop.id, shipment, NAME.to_owned()];
        (distributor, names)
    }

    async fn sent(&self, call: &Call, path: &str, body: Option<&Value>) -> (u16, Value) {
        let path = path.strip_prefix("/api/v1").unwrap();
        self.call(call.method.parse().unwrap(), path, body).await
    }
}

#[tokio::test]
async fn a_date_that_nobody_can_mean_is_refused_wherever_it_stands() {
    let (distributor, names) = Distributor::with_everything().await;
    let url = distributor.daemon.url("/api/openapi.json");
    let response = distributor.daemon.client.get(url).send().await.unwrap();
    let description: Value = response.json().await.unwrap();
    let (mut queries, mut bodies, mut taken) = (0, 0, Vec::new());
    for call in calls(&description) {
        for place in &filled(&call.path, &names) {
            for strange in STRANGE {
                for asked in asked_dates(&description, &call) {
                    let path = format!("{place}?{asked}={}", strange.replace('+', "%2B"));
                    let (status, told) = distributor.sent(&call, &path, None).await;
                    queries += 1;
                    assert!([200, 404, 422].contains(&status), "{path}: {status} {told}");
                }
                let mut found = Vec::new();
                dates(call.body.as_ref().unwrap_or(&Value::Null), "", &mut found);
                for pointer in found {
                    let mut body = call.body.clone().unwrap();
                    *body.pointer_mut(&pointer).unwrap() = json!(strange);
                    if let Some(shop) = body.get_mut("shop_id") {
                        *shop = json!(names[0]);
                    }
                    if let Some(reason) = body.pointer_mut("/lines/0/reason") {
                        *reason = json!("expired");
                    }
                    let (status, told) = distributor.sent(&call, place, Some(&body)).await;
                    bodies += 1;
                    if !(400..500).contains(&status) {
                        taken.push(format!("{} {place} {body}: {status} {told}", call.method));
                    }
                }
            }
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
    assert!(queries > 40 && bodies > 60, "{queries} {bodies}");
    for page in [
        "/jadwal?minggu=",
        "/kiriman?tanggal=",
        "/kiriman/muat?tanggal=",
    ] {
        for strange in STRANGE {
            let url = distributor
                .daemon
                .url(&format!("{page}{}", strange.replace('+', "%2B")));
            let response = distributor.daemon.client.get(&url).send().await.unwrap();
            let status = response.status().as_u16();
            assert!((400..500).contains(&status), "{url}: {status}");
        }
    }
}
