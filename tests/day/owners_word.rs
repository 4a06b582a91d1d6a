//! What is in the drawer cannot be made to fit afterwards: another float and another count take the owner's word.

use serde_json::json;

use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};

async fn in_drawer(counter: &Counter) -> i64 {
    counter.shop.today().await.unwrap().day.book.expected().0
}

async fn float(visitor: &Visitor, id: &str, amount: &str, pin: &str) -> (u16, String) {
    let fields = [("id", id), ("float", amount), ("pin", pin)];
    let seen = visitor.post("/hari/buka", &fields).await;
    (seen.status, seen.text)
}

/// Counts the drawer, looks at the difference and saves.
async fn close(
    visitor: &Visitor,
    id: &str,
    counted: &str,
    expected: &str,
    pin: &str,
) -> (u16, String) {
    let fields = [
        ("id", id),
        ("counted", counted),
        ("expected", expected),
        ("pin", pin),
        ("step", "save"),
    ];
    let seen = visitor.post("/hari/2026-11-23/tutup", &fields).await;
    (seen.status, seen.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_float_after_the_first_sale_takes_the_owners_word_and_every_one_is_listed() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    let (_, siti) = counter.cashier("Siti", "2468").await;
    // Before anything was sold a slip is mended freely.
    assert_eq!(float(&siti, "f1", "20.000", "").await.0, 303);
    assert_eq!(float(&siti, "f2", "200.000", "").await.0, 303);
    let lines = json!([{ "sku": "MIE", "quantity": 2 }]);
    counter.sell("s1", lines, json!({ "method": "cash" })).await;
    assert_eq!(in_drawer(&counter).await, 207_000);
    // The form sent twice stays one entry, whatever was sold in between.
    assert_eq!(float(&siti, "f2", "200.000", "").await.0, 303);

    let form = siti.get("/hari").await.expect(200);
    assert!(form.contains("PIN pemilik"), "{form}");
    for (pin, status) in [("", 422), ("2468", 401)] {
        let (seen, text) = float(&siti, "f3", "150.000", pin).await;
        assert_eq!(seen, status, "{text}");
        assert!(text.contains("value=\"150.000\""), "{text}");
    }
    assert_eq!(in_drawer(&counter).await, 207_000);
    assert_eq!(float(&siti, "f3", "150.000", OWNERS_PIN).await.0, 303);
    assert_eq!(in_drawer(&counter).await, 157_000);
    let owner = counter.owner().await;
    let day = owner.get("/hari").await.expect(200);
    for amount in ["Rp20.000", "Rp200.000", "Rp150.000"] {
        let listed = format!("<strong>Modal awal</strong><span class=\"number\">{amount}</span>");
        assert!(day.contains(&listed), "{amount}: {day}");
    }
    assert!(!day.contains("PIN pemilik"), "{day}");
    assert_eq!(float(&owner, "f4", "151.000", "").await.0, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_count_takes_the_owners_word() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let (_, siti) = counter.cashier("Siti", "2468").await;
    assert_eq!(float(&siti, "f1", "200.000", "").await.0, 303);
    for _ in 0..2 {
        assert_eq!(close(&siti, "c1", "150.000", "200000", "").await.0, 303);
    }
    let (status, text) = close(&siti, "c2", "200.000", "200000", "").await;
    assert!(status == 422 && text.contains("PIN pemilik"), "{text}");
    assert_eq!(close(&siti, "c2", "200.000", "200000", "2468").await.0, 401);
    // After a count another float is no opening float.
    assert_eq!(float(&siti, "f2", "150.000", "").await.0, 422);
    assert_eq!(counter.number("SELECT count(*) FROM drawer_closings"), 1);
    assert_eq!(counter.number("SELECT count(*) FROM drawer_entries"), 1);
    assert_eq!(
        close(&siti, "c2", "200.000", "200000", OWNERS_PIN).await.0,
        303
    );
    assert_eq!(counter.number("SELECT count(*) FROM drawer_closings"), 2);
    assert_eq!(
        counter.number("SELECT count(*) FROM audit WHERE detail LIKE '%4711%'"),
        0
    );
}
