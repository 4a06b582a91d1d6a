//! The pages of orders, as a person and as a customer see them.

use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{Distributor, figures};

struct Browser {
    http: Client,
    base: String,
}

impl Browser {
    fn at(distributor: &Distributor) -> Self {
        Self {
            http: Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .build()
                .unwrap(),
            base: distributor.api.base.clone(),
        }
    }

    async fn open(&self, path: &str) -> (StatusCode, String) {
        let answer = self.http.get(format!("{}{path}", self.base));
        let answer = answer.header("accept", "text/html").send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn send(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", kulakan::web::encoded(value)))
            .collect();
        self.http
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
            .send()
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_person_enters_an_order_and_takes_it_to_the_end() {
    let distributor = Distributor::start().await;
    distributor.stock("MIE", 1500).await;
    let browser = Browser::at(&distributor);
    for path in [
        "/pesanan",
        "/pesanan/baru",
        "/pesanan/tertunda",
        "/pesanan/kabar",
        "/pelanggan",
        "/pengaturan/webhook",
    ] {
        let (status, page) = browser.open(path).await;
        assert_eq!(status, 200, "{path}: {page}");
    }
    let id = Uuid::now_v7().to_string();
    let form = [
        ("id", id.as_str()),
        ("pelanggan", "Bu Sri"),
        ("telepon", "0812-3456-789"),
        ("barang", "MIE"),
        ("jumlah", "1.000"),
        ("harga", "3.000"),
        ("asal", ""),
        ("setujui", "1"),
    ];
    for _ in 0..2 {
        let answer = browser.send("/pesanan/baru", &form).await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        let there = answer.headers()["location"].to_str().unwrap();
        assert_eq!(there, format!("/pesanan/{id}"));
    }
    let order = distributor.api.get(&format!("/orders/{id}")).await;
    assert_eq!(
        (figures(&order), &order["value"]),
        ([1000, 0, 0, 0], &json!(3_000_000)),
        "a dot stands between thousands"
    );
    let (_, page) = browser.open(&format!("/pesanan/{id}")).await;
    assert!(
        page.contains("Bu Sri") && page.contains("1.000 bungkus"),
        "{page}"
    );
    // What is wrong is told beside what was typed.
    let wrong = [
        ("id", id.as_str()),
        ("pelanggan", "Bu Sri"),
        ("barang", "KOSONG"),
        ("jumlah", "x"),
    ];
    let answer = browser.send("/pesanan/baru", &wrong).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    assert!(page.contains("KOSONG") && page.contains("role=\"alert\""));
    let parcel = Uuid::now_v7().to_string();
    for (step, form) in [
        ("siap", vec![]),
        (
            "kirim",
            vec![("kiriman", parcel.as_str()), ("jumlah.MIE", "400")],
        ),
        ("sampai", vec![("kiriman", parcel.as_str())]),
        ("batal", vec![("alasan", "cukup")]),
    ] {
        let answer = browser.send(&format!("/pesanan/{id}/{step}"), &form).await;
        assert_eq!(
            answer.status(),
            303,
            "{step}: {}",
            answer.text().await.unwrap()
        );
    }
    let order = distributor.api.get(&format!("/orders/{id}")).await;
    assert_eq!(
        (figures(&order), &order["phase"]),
        ([0, 400, 0, 600], &json!("delivered"))
    );
    // The customer is told by a person's tap, once for each.
    let (_, page) = browser.open("/pesanan/kabar").await;
    assert!(page.contains("+628123456789"), "{page}");
    let messages = distributor.api.get("/messages?state=by_hand").await;
    let message = messages["items"][0]["id"].as_str().unwrap();
    let answer = browser
        .send(&format!("/pesanan/kabar/{message}/wa"), &[])
        .await;
    let onward = answer.headers()["refresh"].to_str().unwrap().to_owned();
    assert!(
        onward.starts_with("0; url=https://wa.me/628123456789?text="),
        "{onward}"
    );
    let left = distributor.api.get("/messages?state=by_hand").await;
    assert_eq!(
        left["items"].as_array().unwrap().len() + 1,
        messages["items"].as_array().unwrap().len()
    );
    distributor.stop().await;
}

#[tokio::test]
async fn whoever_has_the_link_sees_how_far_the_order_is_and_nothing_else() {
    let distributor = Distributor::start().await;
    let body = json!({
        "customer": { "name": "Rahasia Sekali", "email": "rahasia@example.com", "address": "Jalan Tersembunyi 5", "language": "en" },
        "lines": [{ "sku": "MIE", "quantity": 7, "price": 4321 }], "note": "pintu belakang", "confirm": true,
    });
    distributor.stock("MIE", 1).await;
    let order = distributor.api.post("/orders", body).await;
    let link = order["tracking"].as_str().unwrap().to_owned();
    assert_eq!(link.len(), "/lacak/".len() + 64, "256 bits");
    let browser = Browser::at(&distributor);
    let answer = browser
        .http
        .get(format!("{}{link}", browser.base))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["x-robots-tag"],
        "noindex, nofollow, noarchive"
    );
    let page = answer.text().await.unwrap();
    for shown in [
        "SO-2026-0001",
        "Confirmed",
        "Expected to be there",
        "26 Nov 2026",
        "Toko Makmur",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    for kept in [
        "Rahasia",
        "rahasia@",
        "Tersembunyi",
        "4321",
        "4.321",
        "pintu",
        "MIE",
        "/pesanan\"",
    ] {
        assert!(!page.contains(kept), "{kept}: {page}");
    }
    // Whoever tries links is put off after a while, and the right one too from there.
    let mut last = StatusCode::OK;
    for attempt in 0..25 {
        (last, _) = browser.open(&format!("/lacak/{attempt:064x}")).await;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(browser.open(&link).await.0, StatusCode::TOO_MANY_REQUESTS);
    distributor
        .clock
        .set(super::morning() + chrono::Duration::seconds(61));
    assert_eq!(browser.open(&link).await.0, StatusCode::OK);
    distributor.stop().await;
}

#[tokio::test]
async fn what_is_made_to_order_is_a_worklist_by_stage_with_one_tap_to_the_next() {
    let distributor = Distributor::start().await;
    let browser = Browser::at(&distributor);
    let (status, page) = browser.open("/pesanan/produksi").await;
    assert!(status == StatusCode::OK && page.contains("Tidak ada yang perlu dibuat"));
    let lines = |quantity: i64| json!([{ "sku": "KUE", "quantity": quantity, "kind": "made" }]);
    let order = distributor.order(lines(2), true).await;
    distributor.order(lines(3), true).await;
    distributor.order(lines(4), false).await;
    let id = order["id"].as_str().unwrap();
    let stages = order["lines"][0]["stages"].as_array().unwrap().clone();
    let first = stages[0].as_str().unwrap();
    let (_, page) = browser.open("/pesanan/produksi").await;
    assert!(
        page.contains("Belum mulai (2)"),
        "what nobody confirmed is not made: {page}"
    );
    assert!(page.contains("5 buah"), "{page}");
    let step = [("barang", "KUE"), ("tahap", "1"), ("dari", "produksi")];
    for _ in 0..2 {
        let answer = browser.send(&format!("/pesanan/{id}/tahap"), &step).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "/pesanan/produksi");
    }
    let (_, page) = browser.open("/pesanan/produksi").await;
    assert!(
        page.contains("Belum mulai (1)") && page.contains(&format!("{first} (1)")),
        "{page}"
    );
    let audit = distributor.api.get("/exports/audit").await;
    let steps = audit.as_str().unwrap().matches("order.stage").count();
    assert_eq!(steps, 1, "the same tap twice is one step: {audit}");
    let done = (stages.len() + 1).to_string();
    let last = [
        ("barang", "KUE"),
        ("tahap", done.as_str()),
        ("dari", "produksi"),
    ];
    browser.send(&format!("/pesanan/{id}/tahap"), &last).await;
    let (_, page) = browser.open("/pesanan/produksi").await;
    assert!(!page.contains(order["number"].as_str().unwrap()), "{page}");
    distributor.stop().await;
}
