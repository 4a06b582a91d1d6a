//! Costs, groups and odd figures as programs set them, and what a shop's page says of joint deliveries.

use kulakan::hub::HubImport;
use kulakan::model::Money;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::hub_api::Distributor;
use super::hub_sync::{day, sale};

/// What a day of the shop's three products is worth at both echelons, for 30 days: mi, gula, roti.
const VALUES: [f64; 3] = [6_000.0 * 300.0, 31.5 * 7_500.0, 26_000.0 * 90.0];

impl Distributor {
    async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::PUT, path, Some(&body)).await
    }

    /// What is answered without a body.
    async fn status(&self, method: Method, path: &str, body: Option<&Value>) -> u16 {
        let url = self.daemon.url(&format!("/api/v1{path}"));
        let mut request = self.daemon.client.request(method, url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        answer.status().as_u16()
    }

    async fn in_english(&self, path: &str) -> String {
        let request = self.daemon.client.get(self.daemon.url(path));
        let answer = request.header("cookie", "bahasa=en").send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        text
    }

    async fn night(&self) {
        let (status, answer) = self.post("/plans", json!({ "date": "2026-11-22" })).await;
        assert_eq!(status, 200, "{answer}");
    }

    async fn days_between(&self, shop: &str) -> Value {
        let all = self.get("/shops").await;
        let mut shops = all["items"].as_array().unwrap().iter();
        let found = shops.find(|one| one["name"] == shop).unwrap();
        found["interval_days"].clone()
    }

    async fn audited(&self, action: &str) -> usize {
        let url = self.daemon.url("/api/v1/exports/audit");
        let request = self.daemon.client.get(url).bearer_auth(&self.token);
        let text = request.send().await.unwrap().text().await.unwrap();
        text.matches(action).count()
    }

    async fn exported(&self, table: &str) -> String {
        let url = self.daemon.url(&format!("/api/v1/exports/{table}"));
        let request = self.daemon.client.get(url).bearer_auth(&self.token);
        request.send().await.unwrap().text().await.unwrap()
    }
}

/// T in days at which delivering all three at `delivery` rupiah and holding them at 1% cost least.
fn least(delivery: f64) -> f64 {
    30.0 * (2.0 * delivery / (0.01 * VALUES.iter().sum::<f64>())).sqrt()
}

#[tokio::test]
async fn costs_are_tried_before_they_are_set_and_hold_at_the_narrowest_place() {
    let distributor = Distributor::start().await;
    distributor.shop("Sri").await;
    let budi = distributor.shop("Budi").await;
    distributor.night().await;
    let body = json!({ "distributor_delivery": 9_000, "shop_delivery": 3_000, "holding": 0.01 });
    let tried = distributor.post("/costs/preview", body.clone()).await;
    let (status, preview) = tried;
    assert_eq!(
        (status, &preview["shops"], &preview["changed"]),
        (200, &json!(2), &json!(2)),
        "{preview}"
    );
    let days = least(12_000.0);
    let first = &preview["items"][0];
    assert_eq!(first["before"]["interval_days"], 7);
    assert_eq!(first["after"]["interval_days"], json!(days.round() as i64));
    let told = first["after"]["least_cost_days"].as_f64().unwrap();
    assert!((told - days).abs() < 1e-9, "{told} {days}");
    assert!(first["after"]["total"].as_i64() < first["unchanged_interval"].as_i64());
    let set = distributor.get("/costs").await;
    assert_eq!(set["set"]["distributor_delivery"], Value::Null, "a look");
    assert_eq!(distributor.audited("costs.set").await, 0);

    for _ in 0..2 {
        let (status, set) = distributor.put("/costs", body.clone()).await;
        assert_eq!(
            (status, &set["set"]["holding"]),
            (200, &json!(0.01)),
            "{set}"
        );
        assert_eq!(set["in_force"]["shop_item"], 0);
    }
    assert_eq!(distributor.audited("costs.set").await, 1, "set once");
    distributor.night().await;
    assert_eq!(
        distributor.days_between("Sri").await,
        json!(days.round() as i64)
    );

    // The group's delivery is four times as dear, and the shop's own is set against it.
    let id = Uuid::now_v7();
    let group = json!({ "id": id, "name": "Jalan Anggrek" });
    assert_eq!(distributor.post("/groups", group.clone()).await.0, 201);
    assert_eq!(distributor.post("/groups", group).await.0, 200);
    let other = json!({ "id": id, "name": "Jalan Mawar" });
    assert_eq!(distributor.post("/groups", other).await.0, 409);
    let member = format!("/groups/{id}/shops/{}", budi.id);
    for _ in 0..2 {
        let (status, group) = distributor.put(&member, json!({})).await;
        assert_eq!((status, &group["shops"][0]["name"]), (200, &json!("Budi")));
    }
    assert_eq!(distributor.audited("group.joined").await, 1);
    let costs = format!("/groups/{id}/costs");
    let dear = json!({ "distributor_delivery": 45_000, "holding": null });
    assert_eq!(distributor.put(&costs, dear).await.0, 200);
    let of_budi = distributor.get(&format!("/shops/{}/costs", budi.id)).await;
    assert_eq!(of_budi["set"]["distributor_delivery"], Value::Null);
    assert_eq!(
        (
            &of_budi["in_force"]["distributor_delivery"],
            &of_budi["in_force"]["shop_delivery"],
            &of_budi["in_force"]["holding"],
        ),
        (&json!(45_000), &json!(3_000), &json!(0.01))
    );
    distributor.night().await;
    assert_eq!(
        distributor.days_between("Budi").await,
        json!((2.0 * days).round() as i64)
    );
    assert_eq!(
        distributor.days_between("Sri").await,
        json!(days.round() as i64)
    );
    let (status, out) = distributor.call(Method::DELETE, &member, None).await;
    assert_eq!((status, &out["shops"]), (200, &json!([])));
    distributor.night().await;
    assert_eq!(
        distributor.days_between("Budi").await,
        json!(days.round() as i64)
    );
    let path = format!("/groups/{id}");
    assert_eq!(distributor.status(Method::DELETE, &path, None).await, 204);
    assert_eq!(distributor.call(Method::DELETE, &path, None).await.0, 404);
}

#[tokio::test]
async fn costs_that_cannot_be_are_refused_by_their_names_and_change_nothing() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    for (body, field) in [
        (json!({ "holding": 0 }), "holding"),
        (json!({ "holding": 1.5 }), "holding"),
        (json!({ "holding": -1e300 }), "holding"),
        (json!({ "shop_item": -1 }), "shop_item"),
        (
            json!({ "distributor_delivery": 1_000_000_001 }),
            "distributor_delivery",
        ),
    ] {
        for path in ["/costs", &format!("/shops/{}/costs", shop.id)] {
            let (status, told) = distributor.put(path, body.clone()).await;
            assert_eq!((status, &told["errors"][0]["field"]), (422, &json!(field)));
        }
    }
    assert_eq!(distributor.put("/costs", json!({ "kurs": 1 })).await.0, 422);
    for path in ["/groups/nobody/costs", "/shops/nobody/costs"] {
        let (status, _) = distributor.put(path, json!({ "shop_item": 1 })).await;
        assert_eq!(status, 404, "{path}");
        assert_eq!(distributor.call(Method::GET, path, None).await.0, 404);
    }
    assert_eq!(distributor.audited("costs.set").await, 0);
}

#[tokio::test]
async fn groups_come_from_a_file_and_go_into_one() {
    let distributor = Distributor::start().await;
    let sri = distributor.shop("Sri").await;
    distributor.shop("Budi").await;
    let file = format!("shop,group\n{},Pasar\nBudi,Jalan\n", sri.id);
    let report = distributor.import(HubImport::Groups, &file).await.unwrap();
    assert_eq!((report.added, report.changed), (2, 0));
    let exported = distributor.exported("groups").await;
    let names: Vec<&str> = exported.lines().skip(1).collect();
    assert_eq!(names.len(), 2, "{exported}");
    assert!(names[0].ends_with("Budi,Jalan") && names[1].ends_with("Sri,Pasar"));
    let report = distributor.import(HubImport::Groups, &file).await.unwrap();
    assert_eq!(report.unchanged, 2);
    let faulty = "shop,group\nSri,Jalan\nNobody,Jalan\nSri,Pasar\n";
    let wrong = distributor.import(HubImport::Groups, faulty).await;
    let wrong = wrong.unwrap_err().to_string();
    assert!(
        wrong.contains("line 3, shop") && wrong.contains("line 4, shop"),
        "{wrong}"
    );
    assert_eq!(distributor.exported("groups").await, exported);
    let report = distributor
        .import(HubImport::Groups, "shop,group\nSri,\nBudi,Pasar\n")
        .await
        .unwrap();
    assert_eq!(report.changed, 2);
    let groups = distributor.get("/groups").await;
    let counts: Vec<&Value> = groups["items"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&counts[0]["name"], &counts[0]["shops"], &counts[1]["shops"]),
        (&json!("Jalan"), &json!(0), &json!(1))
    );
}

#[tokio::test]
async fn an_odd_figure_is_decided_by_a_program_and_taken_back() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let before = shop.log.len();
    shop.record_on(day("2026-11-21"), &sale("MIE", 10_000_000));
    let (status, body) = distributor.daemon.push(&shop, before..shop.log.len()).await;
    assert_eq!(status, 200, "{body}");
    distributor.night().await;
    let flags = distributor.get("/flags").await;
    let flag = &flags["items"][0];
    assert_eq!(
        (&flag["sku"], &flag["verdict"], &flag["reported"]),
        (&json!("MIE"), &json!("open"), &json!(10_000_010))
    );
    let decide = |sku: &str, verdict: &str| {
        let body = json!({
            "shop_id": shop.id, "sku": sku, "date": "2026-11-21", "verdict": verdict,
        });
        let distributor = &distributor;
        async move {
            let path = "/flags/decide";
            distributor.status(Method::POST, path, Some(&body)).await
        }
    };
    for _ in 0..2 {
        assert_eq!(decide("MIE", "left_out").await, 204);
    }
    assert_eq!(distributor.audited("demand.decided").await, 1);
    let flags = distributor.get("/flags").await;
    assert_eq!(flags["items"][0]["verdict"], "left_out");
    assert_eq!(flags["items"][0]["decided_by"], "token test");
    assert_eq!(decide("MIE", "open").await, 204);
    assert_eq!(
        distributor.get("/flags").await["items"][0]["verdict"],
        "open"
    );
    assert_eq!(decide("ROTI", "accepted").await, 404);
    assert_eq!(decide("MIE", "maybe").await, 422);
}

#[tokio::test]
async fn the_shops_page_says_what_joint_delivery_saves_and_what_comes_how_often() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let path = format!("/toko/{}", shop.id);
    let text = distributor.in_english(&path).await;
    assert!(text.contains("Nothing to compare"), "{text}");
    let body = json!({ "distributor_delivery": 12_000, "holding": 0.01 });
    assert_eq!(distributor.put("/costs", body).await.0, 200);
    // Each by itself pays its own deliveries; together they are paid once, at whole days.
    let alone: f64 = VALUES
        .iter()
        .map(|value| (2.0 * 12_000.0 * 0.01 * value).sqrt())
        .sum();
    let periods = least(12_000.0).round() / 30.0;
    let together = 12_000.0 / periods + 0.01 * VALUES.iter().sum::<f64>() * periods / 2.0;
    let saved = Money(((alone - together) / 30.0).round() as i64);
    let text = distributor.in_english(&path).await;
    for wanted in [
        format!("Delivering all products together saves {saved} a day"),
        Money(alone.round() as i64).to_string(),
        Money(together.round() as i64).to_string(),
        "every product goes with every delivery".to_owned(),
        "Cost by way of delivering".to_owned(),
    ] {
        assert!(text.contains(&wanted), "{wanted} is not in {text}");
    }

    // Sugar that is dear to bring in comes with some deliveries only.
    let costs = "shop,sku,cost\n,,12000\n,GULA,200000\n";
    distributor.import(HubImport::Costs, costs).await.unwrap();
    let text = distributor.in_english(&path).await;
    assert!(text.contains("not every product goes with every delivery"));
    assert!(text.contains("delivery no. "), "{text}");
}

#[tokio::test]
async fn delivery_days_are_the_shops_own_or_its_routes_and_are_set_on_its_page() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let path = format!("/toko/{}", shop.id);
    let text = distributor.in_english(&path).await;
    assert!(text.contains("any day") && text.contains("on no route yet"));
    let route = json!({ "name": "Utara", "weekdays": "tue,fri" });
    let (status, route) = distributor.post("/routes", route).await;
    assert_eq!(status, 200, "{route}");
    let stops = format!("/routes/{}/stops", route["id"].as_str().unwrap());
    let (status, told) = distributor.put(&stops, json!({ "shops": [shop.id] })).await;
    assert_eq!(status, 200, "{told}");
    let text = distributor.in_english(&path).await;
    assert!(text.contains("Tue, Fri (the route"), "{text}");
    assert!(text.contains("Route: Utara, stop 1"), "{text}");
    let send = |body: &'static str| {
        let url = distributor.daemon.url(&format!("{path}/jadwal"));
        let request = distributor.daemon.client.post(url).body(body);
        let kind = "application/x-www-form-urlencoded";
        let request = request
            .header("content-type", kind)
            .header("cookie", "bahasa=en");
        async move {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        }
    };
    let (status, text) = send("mon=1&thu=1&selang=5&tempuh=1").await;
    assert_eq!(status, 200, "{text}");
    assert!(text.contains("Mon, Thu") && text.contains("5 days (set by the distributor)"));
    let (status, _) = send("selang=lima").await;
    assert_eq!(status, 422);
    let (status, _) = send("selang=500").await;
    assert_eq!(status, 422);
    let text = distributor.in_english(&path).await;
    assert!(text.contains("5 days (set by the distributor)"), "{text}");
}
