//! The hub's API as a distributor's own system sees it, and what it tells the shops.

use std::io::Write;

use chrono::{Duration, NaiveDate};
use kulakan::hub::HubImport;
use kulakan::model::{AdjustmentReason, BaseUnit, Quantity};
use kulakan::wire::NOTES_PATH;
use kulakan::wire::event::{Fact, LotMove, ProductFacts, ReceivedRow};
use reqwest::Method;
use serde_json::{Value, json};

use crate::hub_sync::{Daemon, Shop, answer, day, part, receipt, sale, sku};

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
    async fn delivery_notes(&self, shop: &Shop) -> Vec<(String, Value)> {
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

    async fn tell(&self, shop: &mut Shop, fact: &Fact) {
        shop.record(fact);
        let last = shop.log.len();
        let (status, body) = self.daemon.push(shop, last - 1..last).await;
        assert_eq!(status, 200, "{body}");
    }

    async fn shipment(&self, shop: &Shop) -> String {
        let body = json!({ "shop_id": shop.id });
        let (status, shipment) = self.post("/shipments", body).await;
        assert_eq!(
            (status, &shipment["state"]),
            (201, &json!("recommended")),
            "{shipment}"
        );
        shipment["id"].as_str().unwrap().to_owned()
    }

    async fn step(&self, id: &str, step: &str, body: Value) -> (u16, Value) {
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

fn line<'a>(shipment: &'a Value, code: &str) -> &'a Value {
    let lines = shipment["lines"].as_array().unwrap().iter();
    lines
        .clone()
        .find(|line| line["sku"] == code)
        .unwrap_or(&Value::Null)
}

async fn position(distributor: &Distributor, shop: &Shop, code: &str) -> Value {
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
async fn an_import_with_any_fault_names_every_line_and_imports_nothing() {
    let distributor = Distributor::start().await;
    let shop = distributor.daemon.shop("Sri").await;
    let before = distributor.notes(&shop).await;
    let cases: &[(HubImport, &str, &[&str])] = &[
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,100\nB,b,pcs,-5\n,c,pcs,1\n",
            &["line 3, price", "line 4, sku"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,14.000\n",
            &["line 2, price"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,colour\nA,a,pcs,1,red\n",
            &["line 1, colour"],
        ),
        (
            HubImport::Products,
            "sku,name,unit\nA,a,pcs\n",
            &["line 1, price: is missing"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,1,9\nB,b,pcs\n",
            &["line 2: has 5 cells", "line 3: has 3"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,1\nA,b,pcs,2\n",
            &["line 3, sku: A is on line 2"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nMIE,Mi goreng,kg,3100\n",
            &["line 2, unit"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,barcode\nA,a,pcs,1,2900001001106\n",
            &["line 2, barcode", "MIE"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,barcode\nA,a,pcs,1,2900001001107\n",
            &["wrong check digit"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,pack_name,pack_size\nA,a,kg,1,karung,0.0001\nB,b,pcs,1,dus,\n",
            &["line 2, pack_size", "line 3, pack_size"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,shelf_life_days,active\nA,a,pcs,1,0,maybe\n",
            &["line 2, shelf_life_days", "line 2, active"],
        ),
        (
            HubImport::Suppliers,
            "name,lead_time_days\nPabrik,never\n",
            &["line 2, lead_time_days"],
        ),
        (
            HubImport::Costs,
            "shop,sku,cost\nNobody,,1000\nSri,NONE,5\n,,\n",
            &["line 2, shop", "line 3, sku", "line 4, cost"],
        ),
        (
            HubImport::Costs,
            "shop,sku,cost\nSri,,1000\nSri,,2000\n",
            &["line 3"],
        ),
    ];
    for (kind, text, wanted) in cases {
        let error = distributor
            .import(*kind, text)
            .await
            .unwrap_err()
            .to_string();
        for part in *wanted {
            assert!(error.contains(part), "{part} in {error}");
        }
    }
    let latin = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(latin.path(), b"sku,name,unit,price\nA,caf\xe9,pcs,1\n").unwrap();
    let hub = &distributor.daemon.hub;
    let error = hub
        .import(HubImport::Products, latin.path(), false)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("line 2: is not UTF-8"),
        "{error}"
    );
    assert_eq!(hub.status().await.unwrap().products_offered, 3);
    assert_eq!(hub.status().await.unwrap().suppliers, 0);
    assert_eq!(distributor.notes(&shop).await, before);
}

#[tokio::test]
async fn shops_are_told_of_products_once_and_only_when_the_offer_changed() {
    let distributor = Distributor::start().await;
    let told = async |shop: &Shop| distributor.notes(shop).await.len();
    let sri = distributor.daemon.shop("Sri").await;
    assert_eq!(told(&sri).await, 3);
    let same = distributor
        .import(HubImport::Products, CATALOGUE)
        .await
        .unwrap();
    assert_eq!((same.unchanged, same.changed, same.announced), (3, 0, 0));
    // With a byte order mark, semicolons and an order of columns of its own; cost is nothing that a shop hears of.
    let cost = "\u{feff}Price;SKU;name;unit;cost\r\n3100;MIE;Mi goreng;bungkus;2800\r\n";
    let report = distributor.import(HubImport::Products, cost).await.unwrap();
    assert_eq!((report.changed, report.announced), (1, 0));
    let price = "sku,name,unit,price\nMIE,Mi goreng,bungkus,3200\n";
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(price.as_bytes()).unwrap();
    let dry = distributor
        .daemon
        .hub
        .import(HubImport::Products, file.path(), true)
        .await
        .unwrap();
    assert_eq!((dry.changed, dry.dry_run, told(&sri).await), (1, true, 3));
    let report = distributor
        .import(HubImport::Products, price)
        .await
        .unwrap();
    assert_eq!((report.changed, report.announced), (1, 1));
    let notes = distributor.notes(&sri).await;
    assert_eq!((notes.len(), &notes[3].1["price"]), (4, &json!(3200)));
    // What the file does not have stays as it was.
    assert_eq!(
        (&notes[3].1["pack_size"], &notes[3].1["barcode"]),
        (&json!(40), &json!("2900001001106"))
    );
    let off = "sku,name,unit,price,active\nROTI,Roti tawar,bungkus,14000,no\n";
    distributor.import(HubImport::Products, off).await.unwrap();
    let budi = distributor.daemon.shop("Budi").await;
    let codes: Vec<Value> = distributor
        .notes(&budi)
        .await
        .into_iter()
        .map(|(_, payload)| payload["sku"].clone())
        .collect();
    assert_eq!(codes, ["GULA", "MIE"]);
}

#[tokio::test]
async fn two_products_may_exchange_their_barcodes() {
    let distributor = Distributor::start().await;
    let file = |mie, gula| {
        format!("sku,name,unit,price,barcode\nMIE,Mi,bungkus,1,{mie}\nGULA,Gula,kg,1,{gula}\n")
    };
    for (mie, gula) in [
        ("2900001001106", "2900001002103"),
        ("2900001002103", "2900001001106"),
    ] {
        let report = distributor
            .import(HubImport::Products, &file(mie, gula))
            .await
            .unwrap();
        assert_eq!(report.changed, 2);
    }
}

#[tokio::test]
async fn positions_and_demand_are_what_the_log_says() {
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

#[tokio::test]
async fn a_shipment_lives_from_the_plan_to_a_short_receipt() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let id = distributor.shipment(&shop).await;
    let made = distributor.get(&format!("/shipments/{id}")).await;
    let plan = distributor
        .get(&format!("/shops/{}/plan?date=2026-11-22", shop.id))
        .await;
    for planned in plan["lines"].as_array().unwrap() {
        let quantity = line(&made, planned["sku"].as_str().unwrap())["quantity"].as_i64();
        let wanted = planned["quantity"]
            .as_i64()
            .filter(|quantity| *quantity > 0);
        assert_eq!(quantity, wanted, "{planned}");
    }
    assert_eq!(line(&made, "MIE")["reason"]["reason"]["window_days"], 30);
    assert_eq!(
        (&made["date"], &made["expected_on"]),
        (&json!("2026-11-22"), &json!("2026-11-24"))
    );
    assert!(distributor.delivery_notes(&shop).await.is_empty());
    assert_eq!(position(&distributor, &shop, "MIE").await["on_order"], 0);

    let edits =
        json!({ "lines": [{ "sku": "MIE", "quantity": 80 }, { "sku": "GULA", "quantity": 0 }] });
    for _ in 0..2 {
        let (status, confirmed) = distributor.step(&id, "confirm", edits.clone()).await;
        assert_eq!((status, &confirmed["state"]), (200, &json!("confirmed")));
    }
    assert_eq!(position(&distributor, &shop, "MIE").await["on_order"], 80);
    assert_eq!(position(&distributor, &shop, "GULA").await["on_order"], 0);

    distributor.daemon.advance(Duration::days(1));
    let loaded = json!({ "lines": [{ "sku": "MIE", "quantity": 79, "expires": "2027-05-01" }] });
    for _ in 0..2 {
        let (status, dispatched) = distributor.step(&id, "dispatch", loaded.clone()).await;
        assert_eq!((status, &dispatched["state"]), (200, &json!("dispatched")));
    }
    let mie = position(&distributor, &shop, "MIE").await;
    assert_eq!(
        (&mie["on_order"], &mie["in_transit"], &mie["position"]),
        (&json!(0), &json!(79), &json!(119))
    );

    let notes = distributor.delivery_notes(&shop).await;
    let kinds: Vec<&str> = notes.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["delivery.announced", "delivery.dispatched"]);
    assert!(
        notes
            .iter()
            .all(|(_, note)| note["shipment_id"] == id.as_str())
    );
    assert_eq!(line(&notes[0].1, "MIE")["quantity"], 80);
    assert_eq!(line(&notes[0].1, "GULA"), &Value::Null);
    assert_eq!(
        (
            &line(&notes[1].1, "MIE")["quantity"],
            &line(&notes[1].1, "MIE")["expires"]
        ),
        (&json!(79), &json!("2027-05-01"))
    );

    let came = |code: &str, received, damaged| ReceivedRow {
        sku: sku(code),
        received: Quantity(received),
        damaged: Quantity(damaged),
    };
    let roti = line(&notes[1].1, "ROTI")["quantity"].as_i64().unwrap();
    let fact = Fact::DeliveryReceived {
        shipment_id: id.clone(),
        lines: vec![came("MIE", 79, 1), came("ROTI", roti, 0)],
        moves: vec![part("MIE", 78), part("ROTI", roti)],
    };
    distributor.tell(&mut shop, &fact).await;
    let received = distributor.get(&format!("/shipments/{id}")).await;
    assert_eq!(received["state"], "short");
    assert_eq!(
        (
            &line(&received, "MIE")["received"],
            &line(&received, "MIE")["damaged"]
        ),
        (&json!(79), &json!(1))
    );
    let mie = position(&distributor, &shop, "MIE").await;
    assert_eq!(
        (&mie["on_hand"], &mie["in_transit"], &mie["position"]),
        (&json!(118), &json!(0), &json!(118))
    );
    assert_eq!(
        distributor.get("/shipments?state=short").await["items"][0]["id"],
        id.as_str()
    );
    let broken = distributor.daemon.hub.store();
    let broken =
        kulakan::hub::store::read(broken, kulakan::hub::store::audit::first_broken_link).await;
    assert_eq!(broken.unwrap(), None);
}

#[tokio::test]
async fn every_other_step_is_refused_and_says_where_the_shipment_is() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let refused = async |id: &str, step: &str, state: &str| {
        let body = if step == "cancel" {
            json!({ "reason": "late" })
        } else {
            json!({})
        };
        let (status, problem) = distributor.step(id, step, body).await;
        assert_eq!(
            (status, &problem["state"]),
            (409, &json!(state)),
            "{step}: {problem}"
        );
        assert!(
            problem["detail"].as_str().unwrap().contains(state),
            "{problem}"
        );
    };
    let id = distributor.shipment(&shop).await;
    refused(&id, "dispatch", "recommended").await;
    distributor.step(&id, "confirm", json!({})).await;
    let others = json!({ "lines": [{ "sku": "MIE", "quantity": 1 }] });
    let (status, problem) = distributor.step(&id, "confirm", others).await;
    assert_eq!((status, &problem["state"]), (409, &json!("confirmed")));
    distributor.step(&id, "dispatch", json!({})).await;
    refused(&id, "confirm", "dispatched").await;
    let shipment = distributor.get(&format!("/shipments/{id}")).await;
    let lines = shipment["lines"].as_array().unwrap().iter();
    let lines = lines
        .map(|line| ReceivedRow {
            sku: sku(line["sku"].as_str().unwrap()),
            received: Quantity(line["quantity"].as_i64().unwrap()),
            damaged: Quantity::ZERO,
        })
        .collect();
    let fact = Fact::DeliveryReceived {
        shipment_id: id.clone(),
        lines,
        moves: Vec::new(),
    };
    distributor.tell(&mut shop, &fact).await;
    for step in ["confirm", "dispatch", "cancel"] {
        refused(&id, step, "received").await;
    }
    for step in ["confirm", "dispatch"] {
        assert_eq!(distributor.step("none", step, json!({})).await.0, 404);
    }
    assert_eq!(distributor.delivery_notes(&shop).await.len(), 2);
}

#[tokio::test]
async fn a_cancelled_shipment_is_told_once_to_a_shop_that_knew_of_it() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let unknown = distributor.shipment(&shop).await;
    for _ in 0..2 {
        let (status, body) = distributor
            .step(&unknown, "cancel", json!({ "reason": "no van" }))
            .await;
        assert_eq!(
            (status, &body["state"], &body["cancel_reason"]),
            (200, &json!("cancelled"), &json!("no van"))
        );
    }
    assert!(distributor.delivery_notes(&shop).await.is_empty());
    let id = distributor.shipment(&shop).await;
    assert_eq!(
        distributor
            .step(&id, "cancel", json!({ "reason": " " }))
            .await
            .0,
        422
    );
    distributor.step(&id, "confirm", json!({})).await;
    distributor.step(&id, "dispatch", json!({})).await;
    for _ in 0..2 {
        assert_eq!(
            distributor
                .step(&id, "cancel", json!({ "reason": "flood" }))
                .await
                .0,
            200
        );
    }
    let notes = distributor.delivery_notes(&shop).await;
    assert_eq!(notes.len(), 3);
    assert_eq!(
        (notes[2].0.as_str(), &notes[2].1["reason"]),
        ("delivery.cancelled", &json!("flood"))
    );
    assert_eq!(position(&distributor, &shop, "MIE").await["in_transit"], 0);
    for step in ["confirm", "dispatch"] {
        assert_eq!(
            distributor.step(&id, step, json!({})).await.1["state"],
            "cancelled"
        );
    }
}

#[tokio::test]
async fn making_a_shipment_again_is_the_same_shipment_and_a_new_one_replaces_it() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let id = "01890000-0000-7000-8000-000000000001";
    let lines = json!([{ "sku": "MIE", "quantity": 40 }]);
    let body = json!({ "id": id, "shop_id": shop.id, "date": "2026-11-22", "lines": lines });
    let (first, made) = distributor.post("/shipments", body.clone()).await;
    let (again, same) = distributor.post("/shipments", body.clone()).await;
    assert_eq!((first, again, &made), (201, 200, &same));
    assert_eq!(line(&made, "MIE")["quantity"], 40);
    let mut other = body.clone();
    other["lines"][0]["quantity"] = json!(80);
    assert_eq!(distributor.post("/shipments", other).await.0, 409);
    let newer = distributor.shipment(&shop).await;
    let recommended = distributor.get("/shipments?state=recommended").await;
    assert_eq!(recommended["items"].as_array().unwrap().len(), 1);
    assert_eq!(recommended["items"][0]["id"], newer.as_str());
    let (status, replaced) = distributor.post("/shipments", body).await;
    assert_eq!((status, &replaced["state"]), (200, &json!("cancelled")));
}

#[tokio::test]
async fn lines_that_cannot_be_sent_are_refused_and_nothing_is_made() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let cases = [
        (json!([{ "sku": "NONE", "quantity": 1 }]), "lines[0].sku"),
        (
            json!([{ "sku": "MIE", "quantity": 1 }, { "sku": "GULA", "quantity": -1 }]),
            "lines[1].quantity",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 2_000_000_000_000_i64 }]),
            "lines[0].quantity",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 1 }, { "sku": "MIE", "quantity": 2 }]),
            "lines[1].sku",
        ),
        (
            json!([{ "sku": "MIE", "quantity": 1, "expires": "2026-11-01" }]),
            "lines[0].expires",
        ),
        (json!([{ "sku": "MIE", "quantity": 0 }]), "lines"),
        (json!([]), "lines"),
    ];
    for (lines, field) in cases {
        let body = json!({ "shop_id": shop.id, "lines": lines });
        let (status, problem) = distributor.post("/shipments", body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
    let (status, _) = distributor
        .post("/shipments", json!({ "shop_id": "nobody" }))
        .await;
    assert_eq!(status, 404);
    let body = json!({ "shop_id": shop.id, "quantity": 1 });
    let status = distributor.post("/shipments", body).await.0;
    assert!(status == 400 || status == 422, "{status}");
    assert_eq!(distributor.get("/shipments").await["items"], json!([]));
    let empty = distributor.daemon.shop("Baru").await;
    let (status, problem) = distributor
        .post("/shipments", json!({ "shop_id": empty.id }))
        .await;
    assert_eq!(status, 409, "{problem}");
    let expired: NaiveDate = day("2026-11-21");
    let id = distributor.shipment(&shop).await;
    let late = json!({ "lines": [{ "sku": "MIE", "expires": expired }] });
    assert_eq!(distributor.step(&id, "confirm", late).await.0, 422);
    assert_eq!(
        distributor.get(&format!("/shipments/{id}")).await["state"],
        "recommended"
    );
}
