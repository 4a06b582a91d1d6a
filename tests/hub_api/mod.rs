//! The hub's API as a distributor's own system sees it, and what it tells the shops.

mod dates;
mod imports;
mod shipments;
mod units;

use std::io::Write;

use chrono::Duration;
use kulakan::hub::HubImport;
use kulakan::model::{AdjustmentReason, BaseUnit, Quantity};
use kulakan::wire::NOTES_PATH;
use kulakan::wire::event::{Fact, LotMove, ProductFacts};
use reqwest::Method;
use serde_json::{Value, json};

use super::hub_sync::{Daemon, Shop, answer, day, part, receipt, sale, sku};

pub const CATALOGUE: &str = "\
sku,name,unit,price,cost,barcode,pack_name,pack_size,shelf_life_days,minimum_order
MIE,Mi goreng,bungkus,3100,2900,2900001001106,dus,40,240,
GULA,Gula pasir,kg,16500,15000,,karung,25,,25
ROTI,Roti tawar,bungkus,14000,12000,,,,4,
";

/// A running hub with a catalogue, and a token to call it with.
pub struct Distributor {
    pub daemon: Daemon,
    pub token: String,
}

impl Distributor {
    pub async fn start() -> Self {
        let daemon = Daemon::start().await;
        let token = daemon.hub.create_token("test").await.unwrap();
        let distributor = Self { daemon, token };
        distributor
            .import(HubImport::Products, CATALOGUE)
            .await
            .unwrap();
        distributor
    }

    pub async fn import(
        &self,
        kind: HubImport,
        text: &str,
    ) -> kulakan::error::Result<kulakan::hub::catalogue::ImportReport> {
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        self.daemon.hub.import(kind, file.path(), false).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let url = self.daemon.url(&format!("/api/v1{path}"));
        let mut request = self
            .daemon
            .client
            .request(method, url)
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(&body)).await
    }

    /// What a shop was told, as `(kind, payload)`.
    pub async fn notes(&self, shop: &Shop) -> Vec<(String, Value)> {
        let (status, page) = answer(self.daemon.get(NOTES_PATH, &shop.token)).await;
        assert_eq!(status, 200);
        let notes = page["notes"].as_array().unwrap().iter();
        notes
            .map(|note| {
                let payload = serde_json::from_str(note["payload"].as_str().unwrap()).unwrap();
                (note["kind"].as_str().unwrap().to_owned(), payload)
            })
            .collect()
    }

    /// What a shop was told of deliveries.
    pub async fn delivery_notes(&self, shop: &Shop) -> Vec<(String, Value)> {
        let mut notes = self.notes(shop).await;
        notes.retain(|(kind, _)| kind.starts_with("delivery."));
        notes
    }

    /// A paired shop that sells mi, gula and roti, has sold ten, 250 g and three a day for 30 days, and has 40 mi,
    /// 1 kg and 6 roti left, two of them past their date.
    pub async fn shop(&self, name: &str) -> Shop {
        let mut shop = self.daemon.shop(name).await;
        for facts in products() {
            shop.record(&Fact::ProductDefined(facts));
        }
        let first = day("2026-10-23");
        shop.record_on(first, &receipt("MIE", 340));
        shop.record_on(first, &receipt("GULA", 8500));
        shop.record_on(first, &receipt("ROTI", 94));
        for offset in 0..30 {
            let date = first + Duration::days(offset);
            shop.record_on(date, &sale("MIE", 10));
            shop.record_on(date, &sale("GULA", 250));
            shop.record_on(date, &sale("ROTI", 3));
        }
        let dated = |expires: &str, quantity| LotMove {
            expires: Some(day(expires)),
            ..part("ROTI", quantity)
        };
        let moves = vec![
            part("ROTI", -4),
            dated("2026-11-20", 2),
            dated("2026-11-24", 4),
        ];
        shop.record(&Fact::StockCounted { moves });
        let all = 0..shop.log.len();
        let (status, body) = self.daemon.push(&shop, all).await;
        assert_eq!(status, 200, "{body}");
        shop
    }

    pub async fn tell(&self, shop: &mut Shop, fact: &Fact) {
        shop.record(fact);
        let last = shop.log.len();
        let (status, body) = self.daemon.push(shop, last - 1..last).await;
        assert_eq!(status, 200, "{body}");
    }

    pub async fn shipment(&self, shop: &Shop) -> String {
        let body = json!({ "shop_id": shop.id });
        let (status, shipment) = self.post("/shipments", body).await;
        assert_eq!(
            (status, &shipment["state"]),
            (201, &json!("recommended")),
            "{shipment}"
        );
        shipment["id"].as_str().unwrap().to_owned()
    }

    pub async fn step(&self, id: &str, step: &str, body: Value) -> (u16, Value) {
        self.post(&format!("/shipments/{id}/{step}"), body).await
    }
}

pub fn products() -> Vec<ProductFacts> {
    let facts =
        |code, base_unit, unit: &str, unit_factor, pack: (&str, i64), least, days| ProductFacts {
            sku: sku(code),
            name: format!("Barang {code}"),
            base_unit,
            unit: unit.to_owned(),
            unit_factor,
            pack_name: pack.0.to_owned(),
            pack_size: Quantity(pack.1),
            minimum_order: Quantity(least),
            shelf_life_days: days,
            consignment: false,
            active: true,
        };
    vec![
        facts(
            "MIE",
            BaseUnit::Piece,
            "bungkus",
            1,
            ("dus", 40),
            0,
            Some(240),
        ),
        facts(
            "GULA",
            BaseUnit::Gram,
            "kg",
            1000,
            ("karung", 25_000),
            25_000,
            None,
        ),
        facts(
            "ROTI",
            BaseUnit::Piece,
            "bungkus",
            1,
            ("bungkus", 1),
            0,
            Some(4),
        ),
    ]
}

pub fn line<'a>(shipment: &'a Value, code: &str) -> &'a Value {
    let lines = shipment["lines"].as_array().unwrap().iter();
    lines
        .clone()
        .find(|line| line["sku"] == code)
        .unwrap_or(&Value::Null)
}

pub async fn position(distributor: &Distributor, shop: &Shop, code: &str) -> Value {
    let positions = distributor
        .get(&format!("/shops/{}/positions", shop.id))
        .await;
    let items = positions["items"].as_array().unwrap().clone();
    items.into_iter().find(|item| item["sku"] == code).unwrap()
}

#[tokio::test]
async fn only_a_valid_token_of_the_api_opens_it() {
    let distributor = Distributor::start().await;
    let shop = distributor.daemon.shop("Sri").await;
    distributor.daemon.hub.create_token("old").await.unwrap();
    let revoked = distributor.daemon.hub.create_token("gone").await.unwrap();
    distributor.daemon.hub.revoke_token("gone").await.unwrap();
    let url = distributor.daemon.url("/api/v1/shops");
    let client = &distributor.daemon.client;
    for header in [
        None,
        Some("Bearer ".to_owned()),
        Some(format!("Bearer {}", "0".repeat(64))),
        Some(format!("Bearer {revoked}")),
        Some(format!("Bearer {}", shop.token)),
        Some(format!("Basic {}", distributor.token)),
    ] {
        let mut request = client.get(&url);
        if let Some(header) = &header {
            request = request.header("authorization", header);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401, "{header:?}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    }
    let request = client
        .get(&url)
        .header("authorization", format!("bearer {}", distributor.token));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let again = distributor
        .daemon
        .hub
        .create_token("test")
        .await
        .unwrap_err();
    assert!(again.to_string().contains("already"), "{again}");
}

#[tokio::test]
async fn health_figures_and_description_need_no_token_and_another_host_gets_nothing() {
    let distributor = Distributor::start().await;
    distributor.shop("Sri").await;
    let client = &distributor.daemon.client;
    for path in ["/healthz", "/api/v1/healthz"] {
        let health: Value = client
            .get(distributor.daemon.url(path))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(health["status"], "ok");
        let wrong = client
            .get(distributor.daemon.url(path))
            .header("host", "evil.example");
        assert_eq!(wrong.send().await.unwrap().status(), 421);
    }
    distributor.daemon.advance(Duration::hours(2));
    for path in ["/metrics", "/api/v1/metrics"] {
        let text = client
            .get(distributor.daemon.url(path))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        for wanted in [
            "kulakan_hub_shops 1\n",
            "kulakan_hub_events{shop=\"Sri\"} 97\n",
            "kulakan_hub_events_quarantined{shop=\"Sri\"} 0\n",
            "kulakan_hub_shop_silent_seconds{shop=\"Sri\"} 7200\n",
            "kulakan_hub_shipments{state=\"recommended\"} 0\n",
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    }
    let url = distributor.daemon.url("/api/openapi.json");
    let api: Value = client.get(url).send().await.unwrap().json().await.unwrap();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut names = std::collections::BTreeSet::new();
    for call in api["paths"].as_object().unwrap().values() {
        for (method, call) in call.as_object().unwrap() {
            let name = call["operationId"].as_str().unwrap();
            assert!(
                names.insert(name.to_owned()),
                "{method} {name} is there twice"
            );
        }
    }
    for path in [
        "/api/v1/shops",
        "/api/v1/shops/{id}/positions",
        "/api/v1/positions",
        "/api/v1/demand",
        "/api/v1/shipments",
        "/api/v1/shipments/{id}/dispatch",
        "/api/v1/schedule",
        "/api/v1/healthz",
    ] {
        assert!(api["paths"][path].is_object(), "{path}");
    }
    assert_eq!(distributor.call(Method::GET, "/nothing", None).await.0, 404);
    assert_eq!(
        distributor.call(Method::DELETE, "/shops", None).await.0,
        405
    );
    assert_eq!(
        distributor
            .call(Method::GET, "/demand?from=yesterday", None)
            .await
            .0,
        400
    );
}

#[tokio::test]
pub async fn positions_and_demand_are_what_the_log_says() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let missed = Fact::DemandMissed {
        sku: sku("MIE"),
        quantity: Quantity(7),
    };
    distributor.tell(&mut shop, &missed).await;
    let waste = vec![part("GULA", -100)];
    let fact = Fact::StockAdjusted {
        reason: AdjustmentReason::Waste,
        moves: waste,
    };
    distributor.tell(&mut shop, &fact).await;
    let roti = position(&distributor, &shop, "ROTI").await;
    let figures = [
        "on_hand",
        "expiring",
        "on_order",
        "in_transit",
        "backordered",
        "position",
    ];
    let found: Vec<i64> = figures
        .iter()
        .map(|figure| roti[figure].as_i64().unwrap())
        .collect();
    assert_eq!(found, [6, 2, 0, 0, 0, 4]);
    let lots = json!([
        { "expires": "2026-11-20", "quantity": 2 }, { "expires": "2026-11-24", "quantity": 4 },
    ]);
    assert_eq!(roti["lots"], lots);
    assert_eq!(position(&distributor, &shop, "GULA").await["on_hand"], 900);
    let everywhere = distributor.get("/positions?sku=MIE").await;
    assert_eq!(everywhere["items"][0]["shop_name"], "Sri");
    assert_eq!(everywhere["items"][0]["on_hand"], 40);
    let path = format!(
        "/demand?shop={}&sku=MIE&from=2026-11-21&to=2026-11-22",
        shop.id
    );
    let demand = distributor.get(&path).await;
    let rows: Vec<(Value, i64, i64)> = demand["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["date"].clone(),
                row["sold"].as_i64().unwrap(),
                row["missed"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [(json!("2026-11-21"), 10, 0), (json!("2026-11-22"), 0, 7)]
    );
    let shops = distributor.get("/shops").await;
    assert_eq!(
        (
            &shops["items"][0]["events"],
            &shops["items"][0]["quarantined"]
        ),
        (&json!(99), &json!(0))
    );
    assert_eq!(shops["items"][0]["last_contact"], "2026-11-22T03:00:00Z");
    for path in [
        "/shops/nobody/positions",
        "/demand?shop=nobody",
        "/shipments/none",
    ] {
        assert_eq!(
            distributor.call(Method::GET, path, None).await.0,
            404,
            "{path}"
        );
    }
    for path in [
        "/positions?sku=a%20b",
        "/demand?from=2026-02-01&to=2026-01-01",
        "/shipments?state=lost",
    ] {
        assert_eq!(
            distributor.call(Method::GET, path, None).await.0,
            422,
            "{path}"
        );
    }
}
