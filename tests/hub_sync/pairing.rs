//! Codes, tokens and who is let in.

use chrono::Duration;
use kulakan::error::Error;
use kulakan::wire::HEAD_PATH;
use kulakan::wire::exchange::HeadReply;
use serde_json::Value;

use super::{Daemon, Shop, answer, day, known, receipt, sale};

#[tokio::test]
async fn a_code_pairs_one_device_once_and_that_pairing_can_be_repeated() {
    let daemon = Daemon::start().await;
    let (id, code) = daemon.hub.add_shop("Warung Bu Sri").await.unwrap();
    let shop = Shop::new();
    let first = daemon.pair(&code, &shop).await;
    assert_eq!(first.0, 200);
    assert_eq!(first.1["shop_id"], Value::from(id));
    assert_eq!(first.1["hub_name"], "Distributor Makmur");
    assert_eq!(first.1["epoch"], 1);

    let typed = code.to_lowercase().replace('-', " ").replace('0', "o");
    daemon.advance(Duration::days(30));
    assert_eq!(
        daemon.pair(&typed, &shop).await,
        first,
        "the same pairing again"
    );

    let thief = Shop::new();
    let (status, body) = daemon.pair(&code, &thief).await;
    assert_eq!((status, &body["type"]), (409, &Value::from("used-code")));
    let other_token = Shop {
        token: thief.token.clone(),
        ..shop.clone()
    };
    assert_eq!(daemon.pair(&code, &other_token).await.0, 409);
    let (status, _) = answer(daemon.get(HEAD_PATH, &shop.token)).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_code_expires_after_seven_days() {
    let daemon = Daemon::start().await;
    let (_, code) = daemon.hub.add_shop("Warung Bu Sri").await.unwrap();
    daemon.advance(Duration::days(7));
    let (status, body) = daemon.pair(&code, &Shop::new()).await;
    assert_eq!((status, &body["type"]), (403, &Value::from("expired-code")));
    let fresh = daemon.hub.new_code("Warung Bu Sri").await.unwrap();
    assert_eq!(daemon.pair(&fresh, &Shop::new()).await.0, 200);
}

#[tokio::test]
async fn guessing_codes_is_slowed_down() {
    let daemon = Daemon::start().await;
    let (_, code) = daemon.hub.add_shop("Warung Bu Sri").await.unwrap();
    for guess in 0..30 {
        let wrong = format!("ZZZZ-ZZ{guess:02}");
        let (status, body) = daemon.pair(&wrong, &Shop::new()).await;
        assert_eq!((status, &body["type"]), (403, &Value::from("wrong-code")));
    }
    let shop = Shop::new();
    daemon.advance(Duration::seconds(20));
    let request = serde_json::json!({
        "code": code, "device": shop.device, "name": "", "timezone": "Asia/Jakarta", "token": shop.token,
    });
    let response = daemon
        .post(kulakan::wire::PAIR_PATH, "")
        .json(&request)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "40");
    daemon.advance(Duration::seconds(40));
    assert_eq!(daemon.pair(&code, &shop).await.0, 200);
}

#[tokio::test]
async fn a_wrong_or_missing_token_and_an_unknown_protocol_are_refused() {
    let daemon = Daemon::start().await;
    let shop = daemon.shop("Warung Bu Sri").await;
    let (status, _) = answer(daemon.get(HEAD_PATH, "no-such-token")).await;
    assert_eq!(status, 401);
    let bare = daemon
        .client
        .get(daemon.url(HEAD_PATH))
        .header(kulakan::wire::VERSION_HEADER, 1);
    assert_eq!(answer(bare).await.0, 401);

    for version in [None, Some("0"), Some("2"), Some("one")] {
        let mut request = daemon
            .client
            .get(daemon.url(HEAD_PATH))
            .bearer_auth(&shop.token);
        if let Some(version) = version {
            request = request.header(kulakan::wire::VERSION_HEADER, version);
        }
        let (status, body) = answer(request).await;
        assert_eq!(status, 426, "{version:?}");
        assert_eq!(
            (&body["protocol"], &body["oldest_protocol"]),
            (&1.into(), &1.into())
        );
    }
    let unknown = daemon
        .client
        .get(daemon.url("/nothing"))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn a_token_too_short_or_in_use_and_a_device_of_another_shop_are_refused() {
    let daemon = Daemon::start().await;
    let first = daemon.shop("Warung Bu Sri").await;
    let (_, code) = daemon.hub.add_shop("Toko Jaya").await.unwrap();
    let short = Shop {
        token: "short".to_owned(),
        ..Shop::new()
    };
    let (status, body) = daemon.pair(&code, &short).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (422, &Value::from("token"))
    );
    let same_token = Shop {
        token: first.token.clone(),
        ..Shop::new()
    };
    assert_eq!(daemon.pair(&code, &same_token).await.0, 422);
    let (status, body) = daemon.pair(&code, &first).await;
    assert_eq!(
        (status, &body["type"]),
        (409, &Value::from("paired-elsewhere"))
    );
    assert_eq!(
        daemon.pair(&code, &Shop::new()).await.0,
        200,
        "none of that used the code up"
    );
}

#[tokio::test]
async fn names_of_shops_are_checked_and_unique() {
    let daemon = Daemon::start().await;
    daemon.hub.add_shop("Warung Bu Sri").await.unwrap();
    let again = daemon.hub.add_shop(" Warung Bu Sri ").await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let empty = daemon.hub.add_shop("  ").await;
    assert!(matches!(empty, Err(Error::Invalid(_))), "{empty:?}");
    let unknown = daemon.hub.new_code("Toko Jaya").await;
    assert!(matches!(unknown, Err(Error::NotFound(_))), "{unknown:?}");
}

#[tokio::test]
async fn a_new_device_takes_the_place_of_the_old_one_and_of_its_stock() {
    let daemon = Daemon::start().await;
    let (id, first_code) = daemon.hub.add_shop("Warung Bu Sri").await.unwrap();
    let mut old = Shop { id, ..Shop::new() };
    assert_eq!(daemon.pair(&first_code, &old).await.0, 200);
    old.record(&receipt("A", 24));
    old.record(&sale("A", 4));
    assert_eq!(daemon.push(&old, 0..2).await.0, 200);

    daemon.advance(Duration::days(3));
    let code = daemon.hub.new_code("Warung Bu Sri").await.unwrap();
    let mut new = Shop {
        id: old.id.clone(),
        ..Shop::new()
    };
    assert_eq!(daemon.pair(&code, &new).await.0, 200);
    assert_eq!(daemon.push(&old, 0..2).await.0, 401);
    assert_eq!(daemon.stock(&new, "A").await, 0);
    new.record_on(day("2026-11-25"), &receipt("A", 19));
    assert_eq!(daemon.push(&new, 0..1).await.0, 200);
    let (_, days) = known(&daemon.hub, &new.id).await;
    let figures: Vec<(String, i64, i64)> = days
        .iter()
        .map(|row| (row.date.to_string(), row.sold.0, row.net.0))
        .collect();
    assert_eq!(
        figures,
        [
            ("2026-11-22".to_owned(), 4, 20),
            ("2026-11-25".to_owned(), 0, 19 - 20)
        ]
    );

    // The code that once let it in does so no more.
    assert_eq!(daemon.pair(&first_code, &old).await.0, 409);

    // The old one was not dead after all.
    let code = daemon.hub.new_code("Warung Bu Sri").await.unwrap();
    assert_eq!(daemon.pair(&code, &old).await.0, 200);
    assert_eq!(daemon.stock(&old, "A").await, 20);
    let (_, body) = answer(daemon.get(HEAD_PATH, &old.token)).await;
    let head: HeadReply = serde_json::from_value(body).unwrap();
    assert_eq!((head.head.seq, head.head.hash), (2, old.hash_at(2)));
    assert_eq!(daemon.push(&new, 0..1).await.0, 401);
}
