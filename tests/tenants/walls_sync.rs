//! What a shop's device may ask of the hub, asked by the device of one distributor for what is another's.

use kulakan::hub::store::Tenant;
use kulakan::model::{Quantity, Sku};
use kulakan::wire::event::{Fact, GENESIS, LotMove, ReceivedRow};
use kulakan::wire::exchange::{EpochRequest, Head, PairRequest, Push};
use kulakan::wire::offsite::{
    BACKUP_FORGET_PATH, BACKUP_GRANTS_PATH, BACKUP_MISSING_PATH, BACKUP_PARTS_PATH,
    BACKUP_SET_PATH, BACKUPS_PATH,
};
use kulakan::wire::{
    EPOCHS_PATH, EVENTS_PATH, HEAD_PATH, LOG_PATH, NOTES_PATH, PAIR_PATH, PROTOCOL, VERSION_HEADER,
};
use reqwest::{Method, RequestBuilder};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::walls::{MARK, Two, reveals, rows, two};
use crate::harness::backend::Backend;
use crate::hub_sync::Shop;

/// A part of a backup, sealed as far as the hub can tell.
const PART: &[u8] = b"RAHASIA, tersegel";

struct Asked<'t> {
    two: &'t Two,
    http: reqwest::Client,
}

impl Asked<'_> {
    fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.two.daemon.url()))
            .header(VERSION_HEADER, PROTOCOL)
            .bearer_auth(token)
    }

    async fn told(&self, request: RequestBuilder) -> (u16, String) {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn pair(&self, code: &str, shop: &Shop) -> (u16, String) {
        let request = PairRequest {
            code: code.to_owned(),
            device: shop.device,
            name: "Warung Sama".to_owned(),
            timezone: "Asia/Jakarta".to_owned(),
            token: shop.token.clone(),
        };
        self.told(self.request(Method::POST, PAIR_PATH, "").json(&request))
            .await
    }

    async fn push(&self, token: &str, push: &Push) -> (u16, String) {
        let body = zstd::encode_all(&*serde_json::to_vec(push).unwrap(), 3).unwrap();
        self.told(self.request(Method::POST, EVENTS_PATH, token).body(body))
            .await
    }
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_device_reads_and_changes_nothing_of_another_distributors_shops(
    #[case] backend: Backend,
) {
    let two = two(backend).await;
    let asked = Asked {
        two: &two,
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
    };
    let other = two.folder.open().await.for_tenant(Tenant::with_id("lain"));
    let (mut theirs, mut own) = (Shop::new(), Shop::new());
    let code = two.first.new_code("Warung Sama").await.unwrap();
    assert_eq!(asked.pair(&code, &theirs).await.0, 200);
    let code = other.new_code("Warung Sama").await.unwrap();
    assert_eq!(asked.pair(&code, &own).await.0, 200);
    theirs.record(&Fact::SaleRecorded {
        sale_id: format!("{MARK}-1"),
        moves: vec![LotMove {
            sku: Sku::parse("MIE").unwrap(),
            expires: None,
            quantity: Quantity(-7),
        }],
    });
    assert_eq!(asked.push(&theirs.token, &theirs.push(0..1)).await.0, 200);
    let hash = hex(&Sha256::digest(PART));
    let parts = format!("{BACKUP_PARTS_PATH}?hash={hash}");
    let kept = asked
        .request(Method::POST, &parts, &theirs.token)
        .body(PART);
    let kept = asked.told(kept).await;
    assert_eq!(kept.0, 204, "{kept:?}");
    let head = asked.told(asked.request(Method::GET, HEAD_PATH, &theirs.token));
    let head: Value = serde_json::from_str(&head.await.1).unwrap();
    let their_head: Head = serde_json::from_value(head.clone()).unwrap();
    let their_cursor = head["cursor"].as_str().unwrap();
    let before = rows(&two.first).await;

    let mut answers = Vec::new();
    for path in [
        HEAD_PATH.to_owned(),
        NOTES_PATH.to_owned(),
        format!("{NOTES_PATH}?cursor={their_cursor}"),
        format!(
            "{NOTES_PATH}?cursor={their_cursor}.{}",
            Uuid::now_v7().simple()
        ),
        format!("{LOG_PATH}?after=0.0"),
        format!("{LOG_PATH}?after=1.0"),
        BACKUPS_PATH.to_owned(),
        format!("{BACKUP_SET_PATH}?id={}", Uuid::now_v7()),
        parts.clone(),
    ] {
        let told = asked
            .told(asked.request(Method::GET, &path, &own.token))
            .await;
        answers.push((path, told));
    }
    let epoch = EpochRequest {
        seen: their_head,
        nonce: Uuid::now_v7(),
    };
    for (path, body) in [
        (EPOCHS_PATH, serde_json::to_value(&epoch).unwrap()),
        (BACKUP_MISSING_PATH, json!({ "parts": [hash] })),
        (
            BACKUP_GRANTS_PATH,
            json!({ "code": "AAAA-AAAA", "token": own.token }),
        ),
        (BACKUP_FORGET_PATH, json!({})),
    ] {
        let request = asked.request(Method::POST, path, &own.token).json(&body);
        answers.push((path.to_owned(), asked.told(request).await));
    }
    // Their shipment is none of the own.
    let shipment = two.ids.last().unwrap().clone();
    own.record(&Fact::DeliveryReceived {
        shipment_id: shipment.clone(),
        lines: vec![ReceivedRow {
            sku: Sku::parse("MIE").unwrap(),
            received: Quantity(12),
            damaged: Quantity(0),
        }],
        moves: Vec::new(),
    });
    let told = asked.push(&own.token, &own.push(0..1)).await;
    assert_eq!(told.0, 200, "{told:?}");
    answers.push((EVENTS_PATH.to_owned(), told));
    // Their log under the own secret is no continuation of the own one.
    answers.push((
        EVENTS_PATH.to_owned(),
        asked.push(&own.token, &theirs.push(0..1)).await,
    ));
    // A device of their name with the own secret, and the own one with theirs.
    let code = other.new_code("Warung Sama").await.unwrap();
    for (device, token) in [(theirs.device, &own.token), (own.device, &theirs.token)] {
        let mut liar = Shop::new();
        (liar.device, liar.token) = (device, token.clone());
        let told = asked.pair(&code, &liar).await;
        assert!((400..500).contains(&told.0), "{told:?}");
        answers.push((PAIR_PATH.to_owned(), told));
    }
    for (path, (status, body)) in &answers {
        assert!(*status != 500, "{path}: {status} {body}");
        assert!(!reveals(body, path, &two.ids), "{path}: {status} {body}");
    }
    let of = |wanted: &str| answers.iter().find(|(path, _)| path == wanted).unwrap();
    assert_eq!(of(&parts).1.0, 404, "{answers:?}");
    assert_eq!(of(EPOCHS_PATH).1.0, 409, "{answers:?}");
    let missing: Value = serde_json::from_str(&of(BACKUP_MISSING_PATH).1.1).unwrap();
    assert!(missing.to_string().contains(&hash), "{missing}");
    assert_eq!(rows(&two.first).await, before);
    assert_eq!(their_head.seq, 1);
    assert_ne!(their_head.hash, GENESIS);
    two.daemon.stop().await;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
