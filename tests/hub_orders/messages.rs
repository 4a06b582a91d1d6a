//! Customers and other systems are told: at least once, about each thing once, in order, signed.

use chrono::Duration;
use kulakan::hub::messages::{again_at, signature};
use serde_json::{Value, json};
use uuid::Uuid;

use super::sinks::{CallSink, MailSink, Manner};
use super::{Distributor, morning};

async fn with_mail(sink: &MailSink) -> Distributor {
    let url = format!("smtp://{}", sink.address);
    Distributor::with(|config| {
        config
            .with("smtp_url", url)
            .with("smtp_from", "pesanan@example.com")
            .with("public_url", "https://pesan.example.com/")
    })
    .await
}

pub async fn with_calls() -> Distributor {
    let hosts = toml::Value::Array(vec!["127.0.0.1".into()]);
    Distributor::with(|config| config.with("webhook_private_hosts", hosts)).await
}

fn header<'l>(letter: &'l str, name: &str) -> &'l str {
    letter
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap_or_else(|| panic!("no {name} in {letter}"))
}

fn delivered(letter: &str) -> String {
    letter.replace("=\n", "")
}

#[tokio::test]
async fn a_customer_gets_one_letter_at_each_phase_in_their_language() {
    let mut sink = MailSink::start(Manner::Takes).await;
    let distributor = with_mail(&sink).await;
    distributor.stock("MIE", 5).await;
    let body = json!({
        "customer": { "name": "Ann", "email": "ann@example.com", "language": "en" },
        "lines": [{ "sku": "MIE", "quantity": 5 }],
    });
    let order = distributor.api.post("/orders", body).await;
    sink.letters(1).await;
    for (step, body) in [
        ("confirm", json!({})),
        ("ready", json!({})),
        ("ship", json!({ "id": Uuid::now_v7() })),
        ("deliver", json!({})),
    ] {
        for _ in 0..2 {
            let (status, answer) = distributor.step(&order, step, body.clone()).await;
            assert_eq!(status, 200, "{answer}");
        }
    }
    let letters = sink.letters(5).await;
    let said = [
        "We have received your order SO-2026-0001",
        "Your order SO-2026-0001 is confirmed",
        "Your order SO-2026-0001 is ready",
        "Your order SO-2026-0001 is on its way",
        "Your order SO-2026-0001 has arrived",
    ];
    assert_eq!(letters.len(), said.len());
    for (letter, said) in letters.iter().zip(said) {
        assert!(delivered(letter).contains(said), "{letter}");
        assert!(delivered(letter).contains("https://pesan.example.com/lacak/"));
        assert_eq!(header(letter, "Auto-Submitted: "), "auto-generated");
    }
    let mut ids: Vec<&str> = letters
        .iter()
        .map(|it| header(it, "Message-ID: "))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 5, "each letter has its own identity");
    let path = format!("/messages?order={}", order["id"].as_str().unwrap());
    distributor
        .api
        .until(&path, |list| {
            let items = list["items"].as_array().unwrap();
            items.len() == 5 && items.iter().all(|it| it["state"] == "sent")
        })
        .await;
    distributor.stop().await;
}

#[tokio::test]
async fn a_letter_that_the_server_puts_off_is_sent_later_and_one_that_it_refuses_waits_for_a_person()
 {
    let mut sink = MailSink::start(Manner::IsFull).await;
    let distributor = with_mail(&sink).await;
    distributor
        .order(json!([{ "sku": "TEH", "quantity": 1 }]), false)
        .await;
    let waiting = distributor
        .api
        .until("/messages", |list| {
            let first = &list["items"][0];
            (&first["attempts"], &first["state"]) == (&json!(1), &json!("waiting"))
        })
        .await;
    assert!(
        waiting["items"][0]["last_error"]
            .as_str()
            .unwrap()
            .contains("451"),
        "{waiting}"
    );
    sink.behave(Manner::Takes);
    distributor.clock.set(morning() + Duration::seconds(31));
    sink.letters(1).await;
    distributor
        .api
        .until("/messages", |list| list["items"][0]["state"] == "sent")
        .await;
    sink.behave(Manner::Refuses);
    distributor
        .order(json!([{ "sku": "TEH", "quantity": 2 }]), false)
        .await;
    let stuck = distributor
        .api
        .until("/messages", |list| list["items"][0]["state"] == "stuck")
        .await;
    assert_eq!(stuck["items"][0]["attempts"], 1, "{stuck}");
    sink.behave(Manner::Takes);
    let id = stuck["items"][0]["id"].as_str().unwrap();
    distributor
        .api
        .post(&format!("/messages/{id}/again"), json!({}))
        .await;
    sink.letters(2).await;
    distributor
        .api
        .until("/messages", |list| list["items"][0]["state"] == "sent")
        .await;
    let (status, _) = distributor
        .try_post(&format!("/messages/{id}/again"), json!({}))
        .await;
    assert_eq!(status, 409, "a customer gets no letter twice");
    distributor.stop().await;
}

#[tokio::test]
async fn other_systems_are_called_signed_in_order_and_again_until_they_answer() {
    let mut sink = CallSink::start().await;
    let distributor = with_calls().await;
    let new = json!({ "url": sink.url(), "kinds": ["order.*"] });
    let webhook = distributor.api.post("/webhooks", new).await;
    let secret = webhook["secret"].as_str().unwrap().to_owned();
    let listed = distributor.api.get("/webhooks").await;
    assert_eq!(listed["items"][0].get("secret"), None, "told once");
    sink.answer(500);
    let order = distributor
        .order(json!([{ "sku": "TEH", "quantity": 1 }]), false)
        .await;
    distributor.step(&order, "confirm", json!({})).await;
    sink.calls(1).await;
    let path = "/messages";
    distributor
        .api
        .until(path, |list| {
            let calls = list["items"].as_array().unwrap().iter();
            calls
                .filter(|it| it["channel"] == "webhook")
                .any(|it| it["attempts"] == 1 && it["state"] == "waiting")
        })
        .await;
    sink.answer(204);
    distributor.clock.set(morning() + Duration::seconds(31));
    let calls = sink.calls(3).await;
    let kinds: Vec<String> = calls
        .iter()
        .map(|call| {
            let body: Value = serde_json::from_str(&call.body).unwrap();
            body["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        kinds,
        ["order.received", "order.received", "order.confirmed"]
    );
    let text = |at: usize, name: &str| calls[at].headers[name].to_str().unwrap().to_owned();
    assert_eq!(
        text(0, "kulakan-delivery"),
        text(1, "kulakan-delivery"),
        "the same call again"
    );
    for (at, sent) in [(0, morning()), (1, morning() + Duration::seconds(31))] {
        let expected = signature(&secret, sent, &calls[at].body);
        assert_eq!(text(at, "kulakan-signature"), expected);
    }
    assert_ne!(
        text(0, "kulakan-signature"),
        signature("another secret", morning(), &calls[0].body)
    );
    distributor.stop().await;
}

#[tokio::test]
async fn no_call_goes_into_the_network_that_the_hub_stands_in() {
    let distributor = Distributor::start().await;
    for url in [
        "http://example.com/hook",
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://10.1.2.3/hook",
        "https://192.168.1.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/hook",
        "https://[::1]/hook",
        "https://[fd00::1]/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://2130706433/hook",
        "https://0x7f.1/hook",
        "https://name:password@example.com/hook",
        "ftp://example.com/hook",
        "no address",
    ] {
        let (status, problem) = distributor
            .try_post("/webhooks", json!({ "url": url }))
            .await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (422, &json!("url")),
            "{url}: {problem}"
        );
    }
    let unknown = json!({ "url": "https://example.com/hook", "kinds": ["order.eaten"] });
    let (status, problem) = distributor.try_post("/webhooks", unknown).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("kinds[0]"))
    );
    distributor.stop().await;
}

#[test]
fn waits_grow_to_a_cap_and_end() {
    let now = morning();
    let wait = |attempt| again_at(now, attempt).map(|at| (at - now).num_seconds());
    assert_eq!(wait(1), Some(30));
    assert_eq!(wait(2), Some(60));
    assert_eq!(wait(15), Some(6 * 3600));
    assert_eq!(wait(16), None);
}

#[test]
fn the_example_in_the_papers_verifies() {
    let text = std::fs::read_to_string("docs/webhooks.md").unwrap();
    let at = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let expected = signature("whsec_example", at, r#"{"kind":"ping"}"#);
    assert!(text.contains(&expected), "{expected}");
}
