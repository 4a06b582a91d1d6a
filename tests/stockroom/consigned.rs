//! Goods that somebody leaves to be sold.

use reqwest::Method;

use super::{on_hand, press, sell, stockroom, take_in_noodles, value};
use crate::harness::counter::Visitor;

async fn leave(owner: &Visitor, consignor: &str, quantity: &str) {
    let list = owner.post(&format!("{consignor}/masuk"), &[]).await.leads();
    press(owner, &list, "pick.ROTI", &[]).await;
    let typed = [
        ("lines.0.quantity", quantity),
        ("lines.0.price", "4.000"),
        ("lines.0.asked", "1"),
        ("lines.0.sets_cost", "1"),
    ];
    press(owner, &list, "save", &typed).await;
}

#[tokio::test]
async fn what_is_gone_is_paid_for_and_what_is_left_begins_the_next_time() {
    let (counter, owner) = stockroom().await;
    let consignor = owner
        .post("/titip-jual", &[("name", "Pak Roti"), ("phone", "0812")])
        .await
        .leads();
    leave(&owner, &consignor, "20").await;
    sell(&counter, "s1", "ROTI", 9).await;
    let pay = format!("{consignor}/bayar");
    let page = owner.get(&pay).await.expect(200);
    assert_eq!(value(&page, "remaining.ROTI"), "11");
    // One has vanished: the shop pays for it.
    let mut fields = vec![
        ("returned.ROTI", "4"),
        ("remaining.ROTI", "6"),
        ("action", "compute"),
    ];
    let page = owner.post(&pay, &fields).await.expect(200);
    assert!(page.contains("Harus dibayar: Rp40.000"), "{page}");
    let (id, at_seq) = (value(&page, "id"), value(&page, "at_seq"));
    fields[2] = ("action", "save");
    fields.extend([
        ("id", id.as_str()),
        ("at_seq", at_seq.as_str()),
        ("from", "drawer"),
    ]);
    // A sale meanwhile is noticed, and nothing is recorded.
    sell(&counter, "s2", "ROTI", 1).await;
    let page = owner
        .post(&pay, &[&fields[..], &[("paid", "40000")]].concat())
        .await
        .expect(409);
    assert!(page.contains("laku atau berubah selagi dihitung"), "{page}");
    let at_seq = value(&page, "at_seq");
    fields[1] = ("remaining.ROTI", "5");
    fields[4] = ("at_seq", at_seq.as_str());
    let page = owner
        .post(&pay, &[&fields[..], &[("paid", "44001")]].concat())
        .await
        .expect(422);
    assert!(page.contains("Paling banyak sebesar"), "{page}");
    let paid = [&fields[..], &[("paid", "30.000")]].concat();
    let note = owner.post(&pay, &paid).await.leads();
    assert_eq!(
        owner.post(&pay, &paid).await.leads(),
        note,
        "sent twice, paid once"
    );
    let page = owner.get(&note).await.expect(200);
    assert!(
        page.contains("Harus dibayar: Rp44.000") && page.contains("Masih belum dibayar Rp14.000"),
        "{page}"
    );
    assert_eq!(on_hand(&counter, "ROTI").await, 5);
    assert_eq!(
        counter.number("SELECT sum(amount) FROM drawer_entries WHERE kind = 'out'"),
        30_000
    );
    // The next time begins with what was left.
    leave(&owner, &consignor, "10").await;
    sell(&counter, "s3", "ROTI", 2).await;
    let page = owner.post(&pay, &[("action", "compute")]).await.expect(200);
    assert!(page.contains("Harus dibayar: Rp22.000"), "{page}");
}

#[tokio::test]
async fn goods_of_others_are_no_capital_of_the_shop_and_not_suggested() {
    let (counter, owner) = stockroom().await;
    take_in_noodles(&owner, "1").await;
    let consignor = owner
        .post("/titip-jual", &[("name", "Pak Roti")])
        .await
        .leads();
    leave(&owner, &consignor, "20").await;
    let page = owner.get("/stok").await.expect(200);
    assert!(
        page.contains("<dd>Rp120.000</dd>") && page.contains("<dd>Rp80.000</dd>"),
        "{page}"
    );
    for day in 24..30 {
        counter.at(&format!("2026-11-{day}T03:00:00Z"));
        sell(&counter, &format!("m{day}"), "MIE", 6).await;
        sell(&counter, &format!("r{day}"), "ROTI", 3).await;
    }
    counter.at("2026-12-05T03:00:00Z");
    let plan = counter
        .api(Method::POST, "/plans", Some(&serde_json::json!({})))
        .await;
    let lines = plan["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["sku"] == "MIE"), "{plan}");
    assert!(lines.iter().all(|line| line["sku"] != "ROTI"), "{plan}");
    // The hub is told whose it is, and so plans none either.
    let told = "SELECT payload LIKE '%\"consignment\":true%' FROM events
                WHERE kind = 'product.defined' AND payload LIKE '%ROTI%' ORDER BY seq DESC LIMIT 1";
    assert_eq!(counter.number(told), 1);
}

#[tokio::test]
async fn own_goods_and_those_of_another_cannot_be_left() {
    let (counter, owner) = stockroom().await;
    take_in_noodles(&owner, "1").await;
    let first = owner
        .post("/titip-jual", &[("name", "Pak Roti")])
        .await
        .leads();
    let second = owner
        .post("/titip-jual", &[("name", "Bu Kue")])
        .await
        .leads();
    assert_eq!(
        owner
            .post("/titip-jual", &[("name", "pak roti")])
            .await
            .leads(),
        first
    );
    assert_eq!(
        owner.post("/titip-jual", &[("name", " ")]).await.status,
        422
    );
    leave(&owner, &first, "5").await;
    for (who, sku) in [(&second, "ROTI"), (&first, "MIE")] {
        let list = owner.post(&format!("{who}/masuk"), &[]).await.leads();
        press(&owner, &list, &format!("pick.{sku}"), &[]).await;
        let version = value(&owner.get(&list).await.expect(200), "version");
        let save = [
            ("version", version.as_str()),
            ("action", "save"),
            ("lines.0.price", "100"),
        ];
        let page = owner.post(&list, &save).await.expect(422);
        assert!(
            page.contains("Barang ini tidak bisa masuk di sini"),
            "{page}"
        );
    }
    assert_eq!(
        (
            on_hand(&counter, "ROTI").await,
            on_hand(&counter, "MIE").await
        ),
        (5, 40)
    );
}

#[tokio::test]
async fn settling_is_the_owners() {
    let (counter, owner) = stockroom().await;
    let (_, cashier) = counter.cashier("Ani", "2580").await;
    let consignor = owner
        .post("/titip-jual", &[("name", "Pak Roti")])
        .await
        .leads();
    leave(&owner, &consignor, "20").await;
    assert_eq!(cashier.get(&format!("{consignor}/bayar")).await.status, 403);
    assert_eq!(
        cashier
            .post(&format!("{consignor}/bayar"), &[("action", "save")])
            .await
            .status,
        403
    );
    assert_eq!(cashier.get("/titip-jual/nota/x").await.status, 403);
    for path in ["/titip-jual".to_owned(), consignor.clone()] {
        assert!(!cashier.get(&path).await.expect(200).contains("Rp"));
    }
    // The agreed price is known by now, so a cashier can take in the next bread.
    let list = cashier
        .post(&format!("{consignor}/masuk"), &[])
        .await
        .leads();
    press(&cashier, &list, "pick.ROTI", &[]).await;
    press(&cashier, &list, "save", &[("lines.0.quantity", "3")]).await;
    assert_eq!(on_hand(&counter, "ROTI").await, 23);
}

#[tokio::test]
async fn what_is_paid_follows_what_was_counted() {
    let (_counter, owner) = stockroom().await;
    let consignor = owner
        .post("/titip-jual", &[("name", "Pak Roti"), ("phone", "0812")])
        .await
        .leads();
    leave(&owner, &consignor, "20").await;
    let pay = format!("{consignor}/bayar");
    let page = owner.get(&pay).await.expect(200);
    let (id, at_seq) = (value(&page, "id"), value(&page, "at_seq"));
    let send = |remaining, action, more: &[(&'static str, &'static str)]| {
        let mut fields = vec![
            ("id", id.clone()),
            ("at_seq", at_seq.clone()),
            ("remaining.ROTI", String::from(remaining)),
            ("action", String::from(action)),
        ];
        fields.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        fields
    };
    let post = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        owner.post(&pay, &fields).await
    };
    // More than was left is no negative debt.
    for action in ["compute", "save"] {
        let page = post(send("25", action, &[("paid", "0")])).await.text;
        assert!(
            page.contains("Lebih banyak dari yang dititip") && !page.contains("Harus dibayar"),
            "{page}"
        );
    }
    // What was to be paid before the figure was put right is not what is paid now.
    let page = post(send("15", "compute", &[("paid", "0")])).await;
    let page = page.expect(200);
    assert!(page.contains("Harus dibayar: Rp20.000"), "{page}");
    assert_eq!(value(&page, "due"), "20000");
    assert!(page.contains("name=\"paid\" value=\"20000\""), "{page}");
    let changed = [("due", "20000"), ("paid", "20000")];
    let page = post(send("14", "save", &changed)).await.expect(409);
    assert!(page.contains("name=\"paid\" value=\"24000\""), "{page}");
    let right = [("due", "24000"), ("paid", "24.000")];
    let note = post(send("14", "save", &right)).await.leads();
    assert_eq!(post(send("14", "save", &right)).await.leads(), note);
}
