//! The distributor's pages of the morning: who needs what, what may be doubted, and what another cost would change.

use chrono::Duration;
use kulakan::wire::event::Fact;
use reqwest::Method;
use serde_json::{Value, json};

use crate::hub_api::Distributor;
use crate::hub_sync::{Shop, day, receipt, sale};

impl Distributor {
    /// A page as a browser on this machine gets it, in English.
    async fn page(&self, path: &str) -> (u16, String) {
        let request = self.daemon.client.get(self.daemon.url(path));
        let response = request
            .header("cookie", "bahasa=en")
            .header("accept-language", "en")
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    #[track_caller]
    fn assert_has(text: &str, wanted: &[&str]) {
        for part in wanted {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    async fn shown(&self, path: &str, wanted: &[&str]) -> String {
        let (status, text) = self.page(path).await;
        assert_eq!(status, 200, "{path}: {text}");
        Self::assert_has(&text, wanted);
        text
    }

    async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let request = self.daemon.client.post(self.daemon.url(path));
        let response = request
            .header("accept-language", "en")
            .form(fields)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn planned(&self) {
        let body = json!({ "date": "2026-11-22" });
        let (status, answer) = self.post("/plans", body).await;
        assert_eq!(status, 200, "{answer}");
    }

    async fn product(&self, code: &str) -> Value {
        let all = self.get("/plans/products").await;
        let items = all["items"].as_array().unwrap().iter();
        items
            .clone()
            .find(|row| row["sku"] == code)
            .unwrap()
            .clone()
    }

    async fn reports(&self, shop: &mut Shop, facts: &[Fact]) {
        let before = shop.log.len();
        for fact in facts {
            shop.record_on(day("2026-11-21"), fact);
        }
        let (status, body) = self.daemon.push(shop, before..shop.log.len()).await;
        assert_eq!(status, 200, "{body}");
    }
}

#[tokio::test]
async fn the_morning_says_who_needs_what_and_leads_to_it() {
    let distributor = Distributor::start().await;
    distributor
        .shown("/", &["kulakan hub shop add", "Nothing is planned yet"])
        .await;
    let shop = distributor.shop("Warung Sri").await;
    let (status, _) = distributor.send_form("/rencana", &[]).await;
    assert_eq!(status, 200);
    let link = format!("/toko/{}", shop.id);
    let text = distributor
        .shown("/", &["Who needs what today", "Warung Sri", &link, "Rp"])
        .await;
    assert!(!text.contains("Nothing is planned yet"));
    distributor
        .shown("/toko?q=sri", &["Warung Sri", "100%", "0 of 3"])
        .await;
    distributor
        .shown("/toko?q=budi", &["No shop matches"])
        .await;
    distributor
        .shown("/toko?pilih=diam&urut=kabar", &["No shop matches"])
        .await;
    distributor
        .shown("/barang", &["Mi goreng", "/barang/MIE", "10.0 bungkus"])
        .await;
    distributor
        .shown("/barang/MIE", &["Warung Sri", "runs out in 4 days"])
        .await;
    distributor
        .shown(
            &link,
            &[
                "Barang MIE",
                "Order-up-to level",
                "buy 2 dus",
                "<svg",
                "Nobody has said what a delivery costs",
            ],
        )
        .await;
    for path in ["/toko/nobody", "/barang/NONE"] {
        assert_eq!(distributor.page(path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn stock_of_a_silent_shop_is_an_estimate_that_its_forecast_uses_up() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    distributor.planned().await;
    let path = format!("/shops/{}/positions", shop.id);
    let mie = |positions: &Value| {
        let rows = positions["items"].as_array().unwrap().iter();
        rows.clone()
            .find(|row| row["sku"] == "MIE")
            .unwrap()
            .clone()
    };
    let fresh = mie(&distributor.get(&path).await);
    // Due today and two days on the road: 40 less two days of ten.
    assert_eq!(
        (&fresh["estimated"], &fresh["position"], &fresh["projected"]),
        (&json!(false), &json!(40), &json!(20))
    );
    assert_eq!(fresh["projected_on"], "2026-11-24");
    distributor.daemon.advance(Duration::days(3));
    let (status, _) = distributor.post("/plans", json!({})).await;
    assert_eq!(status, 200);
    let stale = mie(&distributor.get(&path).await);
    // Five days from the last contact to the delivery: nothing is left, and no less than nothing.
    assert_eq!(
        (&stale["estimated"], &stale["position"], &stale["projected"]),
        (&json!(true), &json!(40), &json!(0))
    );
    distributor
        .shown(
            &format!("/toko/{}", shop.id),
            &["The shop has been silent since", "estimate"],
        )
        .await;
    distributor
        .shown("/toko?pilih=diam", &["Sri", "silent"])
        .await;
    distributor
        .shown("/", &["Who has gone silent", "Sri"])
        .await;
}

async fn sent_of_mie(distributor: &Distributor) -> i64 {
    distributor.planned().await;
    distributor.product("MIE").await["quantity"]
        .as_i64()
        .unwrap()
}

#[tokio::test]
async fn ten_million_units_in_a_day_are_flagged_bounded_and_decided_with_one_action() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let usual = sent_of_mie(&distributor).await;
    distributor
        .reports(&mut shop, &[sale("MIE", 10_000_000)])
        .await;
    let bounded = sent_of_mie(&distributor).await;
    assert!(bounded <= usual + 120, "{usual} {bounded}");
    let schedule = distributor.get("/schedule?date=2026-11-22").await;
    let sent = &schedule["due"][0]["lines"][0];
    assert_eq!(sent["quantity"].as_i64(), Some(bounded), "{sent}");
    distributor
        .shown("/", &["sales figures out of all proportion"])
        .await;
    distributor
        .shown("/toko/aneh", &["Sri", "10,000,010", "Leave it out"])
        .await;
    distributor
        .shown("/toko?pilih=ragu", &["Sri", "1 odd figures"])
        .await;
    let decide = async |what: &str| {
        let fields = [
            ("toko", shop.id.as_str()),
            ("barang", "MIE"),
            ("tanggal", "2026-11-21"),
            ("putusan", what),
        ];
        let (status, text) = distributor.send_form("/toko/aneh", &fields).await;
        assert_eq!(status, 200, "{text}");
        distributor.product("MIE").await["quantity"]
            .as_i64()
            .unwrap()
    };
    assert!(decide("accepted").await > 1_000_000, "a true figure counts");
    assert_eq!(decide("open").await, bounded, "a decision is taken back");
    let left_out = decide("left_out").await;
    assert!(left_out <= bounded);
    distributor
        .shown("/toko/aneh", &["left out", "Take the decision back"])
        .await;
    assert_eq!(sent_of_mie(&distributor).await, left_out, "it holds");
    let fields = [
        ("toko", shop.id.as_str()),
        ("barang", "ROTI"),
        ("tanggal", "2026-11-21"),
        ("putusan", "accepted"),
    ];
    assert_eq!(distributor.send_form("/toko/aneh", &fields).await.0, 404);
}

#[tokio::test]
async fn a_busy_day_is_no_odd_day() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let facts = [receipt("MIE", 2000), sale("MIE", 1500)];
    distributor.reports(&mut shop, &facts).await;
    distributor.planned().await;
    distributor
        .shown("/toko/aneh", &["All sales figures are in proportion"])
        .await;
    assert_eq!(
        distributor.product("MIE").await["forecast_micro_per_day"],
        60_000_000
    );
}

async fn interval(distributor: &Distributor, shop: &str) -> (i64, String) {
    let schedule = distributor.get("/schedule?date=2026-11-22").await;
    let due = schedule["due"].as_array().unwrap().iter();
    let visit = due
        .clone()
        .find(|visit| visit["shop_name"] == shop)
        .unwrap();
    (
        visit["interval_days"].as_i64().unwrap(),
        visit["interval_source"].as_str().unwrap().to_owned(),
    )
}

#[tokio::test]
async fn a_change_of_costs_is_shown_before_it_is_saved_and_the_narrowest_place_counts() {
    let distributor = Distributor::start().await;
    distributor.shop("Sri").await;
    let budi = distributor.shop("Budi").await;
    distributor.planned().await;
    distributor
        .shown("/biaya", &["No costs are saved yet", "15,000"])
        .await;
    let all = |action: &'static str| {
        [
            ("untuk", "all"),
            ("aksi", action),
            ("distributor_delivery", "Rp12.000"),
            ("distributor_item", ""),
            ("shop_delivery", ""),
            ("shop_item", ""),
            ("holding", "1"),
        ]
    };
    let (status, text) = distributor.send_form("/biaya", &all("lihat")).await;
    assert_eq!(status, 200);
    // T = 30 sqrt(2 12000 / (0.01 4376250)), as in the test of the joint interval.
    let value: f64 = (3100.0 + 2900.0) * 300.0 + 31.5 * 7500.0 + (14_000.0 + 12_000.0) * 90.0;
    let days = 30.0 * (2.0 * 12_000.0 / (0.01 * value)).sqrt();
    let told = format!("{days:.2}");
    Distributor::assert_has(&text, &["not saved yet", "7 days", &told]);
    assert_eq!(
        interval(&distributor, "Sri").await,
        (7, "shop".to_owned()),
        "a look changes nothing"
    );
    distributor.send_form("/biaya", &all("simpan")).await;
    let joint = days.round() as i64;
    assert_eq!(
        interval(&distributor, "Sri").await,
        (joint, "joint".to_owned())
    );

    // A group has other costs than all, and a shop other costs than its group.
    distributor
        .send_form("/biaya/kelompok", &[("nama", "Jalan Anggrek")])
        .await;
    let text = distributor.shown("/biaya", &["Jalan Anggrek"]).await;
    let id = text
        .split("untuk=group:")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap()
        .to_owned();
    let path = format!("/biaya/kelompok/{id}/toko");
    assert_eq!(
        distributor.send_form(&path, &[("nama", "Nobody")]).await.0,
        404
    );
    distributor.send_form(&path, &[("nama", "Budi")]).await;
    let of_group = format!("group:{id}");
    let form = [
        ("untuk", of_group.as_str()),
        ("aksi", "simpan"),
        ("distributor_delivery", "48000"),
    ];
    distributor.send_form("/biaya", &form).await;
    assert_eq!(interval(&distributor, "Sri").await.0, joint);
    let doubled = (2.0 * days).round() as i64;
    assert_eq!(interval(&distributor, "Budi").await.0, doubled);
    let of_shop = format!("shop:{}", budi.id);
    let form = [
        ("untuk", of_shop.as_str()),
        ("aksi", "simpan"),
        ("distributor_delivery", "3000"),
    ];
    distributor.send_form("/biaya", &form).await;
    let halved = (days / 2.0).round() as i64;
    assert_eq!(interval(&distributor, "Budi").await.0, halved);

    for (field, wrong) in [
        ("distributor_delivery", "12.3"),
        ("shop_item", "-5"),
        ("holding", "0"),
        ("holding", "250"),
    ] {
        let form = [("untuk", "all"), ("aksi", "simpan"), (field, wrong)];
        let (status, text) = distributor.send_form("/biaya", &form).await;
        assert_eq!(status, 422, "{field} {wrong}");
        Distributor::assert_has(&text, &["aria-invalid", "is no figure"]);
    }
    assert_eq!(interval(&distributor, "Sri").await.0, joint);
}

#[tokio::test]
async fn the_night_is_planned_by_itself_and_made_up_for_after_a_night_off() {
    let distributor = Distributor::start().await;
    distributor.shop("Sri").await;
    let none = distributor.call(Method::GET, "/plans/latest", None).await;
    assert_eq!(none.0, 404);
    let until = async |date: &str| {
        let started = std::time::Instant::now();
        loop {
            let (_, run) = distributor.call(Method::GET, "/plans/latest", None).await;
            if run["date"] == date && run["finished_at"].is_string() {
                return;
            }
            assert!(started.elapsed().as_secs() < 60, "{date}: {run}");
            tokio::task::yield_now().await;
        }
    };
    // From ten in the morning to half past two at night, and three days more in one leap.
    distributor.daemon.advance(Duration::minutes(16 * 60 + 30));
    until("2026-11-23").await;
    assert_eq!(distributor.product("MIE").await["shops"], 1);
    distributor.daemon.advance(Duration::days(3));
    until("2026-11-26").await;
}
