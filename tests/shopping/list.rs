//! The list that a plan becomes: money, other quantities, the basket.

use kulakan::shop::shopping::{ListLine, ShoppingList};
use serde_json::{Value, json};

use super::counter::Counter;

fn line<'l>(list: &'l ShoppingList, sku: &str) -> &'l ListLine {
    let mut lines = list.lines.iter();
    lines
        .find(|line| line.suggested.line.sku.as_str() == sku)
        .unwrap()
}

fn packs(list: &ShoppingList, sku: &str) -> i64 {
    line(list, sku).packs
}

async fn list(counter: &Counter) -> ShoppingList {
    counter.shop.shopping_list(None).await.unwrap()
}

const AUDITED: &str = "SELECT count(*) FROM audit WHERE action LIKE 'shopping.%'";

#[tokio::test]
async fn a_budget_typed_in_the_morning_cuts_as_a_plan_made_with_it() {
    let counter = Counter::with_history().await;
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    let whole = list(&counter).await;
    assert_eq!(whole.total, plan.total_cost);
    assert_eq!(whole.budget, None);

    let fields = [("saran", plan.id.as_str()), ("anggaran", "Rp 400.000")];
    let sent = counter.send("/saran/anggaran", &fields).await;
    assert_eq!(sent, (303, "/saran".to_owned()));
    let cut = list(&counter).await;
    let (status, asked) = counter
        .api
        .post("/plans", &json!({ "budget": 400_000 }))
        .await;
    assert_eq!((status, &asked["budget"]), (201, &json!(400_000)));
    assert_eq!(Value::from(cut.total.0), asked["total_cost"]);
    for line in asked["lines"].as_array().unwrap() {
        let sku = line["sku"].as_str().unwrap();
        assert_eq!(json!(packs(&cut, sku)), line["packs"], "{sku}");
    }
    assert!(cut.total.0 <= 400_000 && cut.total < whole.total);
    assert!((cut.margin_lost - asked["margin_lost"].as_f64().unwrap()).abs() < 1e-9);
    let page = counter.get("/saran").await.text;
    assert!(page.contains("Tidak masuk anggaran"), "{page}");
    assert!(
        page.contains(&format!("Total belanja: {}", cut.total)),
        "{page}"
    );

    // Sent twice it is one decision; no limit brings the whole plan back, and the plan itself never changed.
    counter.send("/saran/anggaran", &fields).await;
    assert_eq!(counter.number(AUDITED), 1);
    let none = [("saran", plan.id.as_str()), ("tanpa", "1")];
    counter.send("/saran/anggaran", &none).await;
    assert_eq!(list(&counter).await.total, plan.total_cost);
    let kept = counter.shop.latest_saved_plan().await.unwrap();
    assert_eq!(kept.total_cost, plan.total_cost);
    counter.stop().await;
}

#[tokio::test]
async fn what_she_chose_comes_out_of_the_money_first() {
    let counter = Counter::with_history().await;
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    let id = plan.id.as_str();
    let before = list(&counter).await;
    let rice = packs(&before, "BERAS");
    assert!(rice > 1);
    counter
        .send("/saran/anggaran", &[("saran", id), ("anggaran", "400000")])
        .await;
    // All the rice after all: its money comes off what is left for the coffee.
    let wanted = rice.to_string();
    let sent = counter
        .send(
            "/saran/jumlah",
            &[("saran", id), ("sku", "BERAS"), ("jadi", &wanted)],
        )
        .await;
    assert_eq!(sent, (303, "/saran#BERAS".to_owned()));
    let chosen = list(&counter).await;
    assert_eq!(packs(&chosen, "BERAS"), rice);
    let rice_cost = rice * 5 * 12_500;
    let left = (400_000 - rice_cost).max(0);
    assert_eq!(
        packs(&chosen, "KOPI"),
        (left / 15_000).min(packs(&before, "KOPI"))
    );
    assert_eq!(chosen.total.0, rice_cost + packs(&chosen, "KOPI") * 15_000);

    // Removed, and put back as suggested.
    counter
        .send(
            "/saran/jumlah",
            &[("saran", id), ("sku", "BERAS"), ("jadi", "0")],
        )
        .await;
    let removed = list(&counter).await;
    assert!(line(&removed, "BERAS").is_removed());
    assert!(
        counter
            .get("/saran")
            .await
            .text
            .contains("Dihapus dari daftar")
    );
    counter
        .send(
            "/saran/jumlah",
            &[("saran", id), ("sku", "BERAS"), ("jadi", "")],
        )
        .await;
    assert_eq!(line(&list(&counter).await, "BERAS").chosen, None);
    counter.stop().await;
}

#[tokio::test]
async fn two_pages_change_different_lines_and_lose_nothing_of_each_other() {
    let counter = Counter::with_history().await;
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    let id = plan.id.as_str();
    let coffee = [("saran", id), ("sku", "KOPI"), ("jumlah", "3")];
    let rice = [("saran", id), ("sku", "BERAS"), ("jumlah", "2")];
    let (one, two) = tokio::join!(
        counter.send("/saran/jumlah", &coffee),
        counter.send("/saran/jumlah", &rice)
    );
    assert_eq!((one.0, two.0), (303, 303));
    let both = list(&counter).await;
    assert_eq!((packs(&both, "KOPI"), packs(&both, "BERAS")), (3, 2));

    // Ticked twice is ticked once; what was bought stays whatever the money says later.
    let tick = [("saran", id), ("sku", "KOPI"), ("jumlah", "3")];
    for _ in 0..2 {
        let sent = counter.send("/saran/beli", &tick).await;
        assert_eq!(sent, (303, "/saran/belanja#KOPI".to_owned()));
    }
    assert_eq!(counter.number(AUDITED), 3);
    counter
        .send("/saran/anggaran", &[("saran", id), ("anggaran", "0")])
        .await;
    let poor = list(&counter).await;
    assert_eq!(packs(&poor, "KOPI"), 3);
    assert_eq!(poor.bought.0, 45_000);
    let page = counter.get("/saran/belanja").await.text;
    assert!(page.contains("Sudah dibeli 1 dari"), "{page}");
    assert!(page.contains("/barang-masuk?barang=KOPI:30\""), "{page}");
    // By who sells it, and for sending.
    assert!(page.contains("Grosir Jaya") && page.contains("https://wa.me/?text="));
    assert!(page.contains("Kopi sachet &#60;b&#62;mantap&#60;/b&#62;"));
    let untick = [("saran", id), ("sku", "KOPI"), ("jumlah", "")];
    counter.send("/saran/beli", &untick).await;
    assert_eq!(line(&list(&counter).await, "KOPI").bought, None);
    counter.stop().await;
}

#[tokio::test]
async fn what_cannot_be_is_told_and_changes_nothing() {
    let counter = Counter::with_history().await;
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    let id = plan.id.as_str();
    for typed in ["banyak", "-5", "1,5", "99999999999999999999", "12.34"] {
        let fields = [("saran", id), ("anggaran", typed)];
        let (status, _) = counter.send("/saran/anggaran", &fields).await;
        assert_eq!(status, 422, "{typed}");
    }
    for (sku, typed, expected) in [
        ("KOPI", "-1", 422),
        ("KOPI", "dua", 422),
        ("KOPI", "999999999999", 422),
        ("TIDAKADA", "1", 404),
    ] {
        let fields = [("saran", id), ("sku", sku), ("jumlah", typed)];
        let (status, _) = counter.send("/saran/jumlah", &fields).await;
        assert_eq!(status, expected, "{sku} {typed}");
    }
    let fields = [("saran", "none"), ("sku", "KOPI"), ("jumlah", "1")];
    assert_eq!(counter.send("/saran/beli", &fields).await.0, 404);
    for budget in [json!(-1), json!(1_000_000_000_001_i64)] {
        let (status, _) = counter
            .api
            .post("/plans", &json!({ "budget": budget }))
            .await;
        assert_eq!(status, 422, "{budget}");
    }
    assert_eq!(counter.number(AUDITED), 0);
    assert_eq!(list(&counter).await.total, plan.total_cost);
    counter.stop().await;
}

#[tokio::test]
async fn a_missing_night_is_told_and_made_up_for() {
    let counter = Counter::with_history().await;
    counter.shop.plan_and_save(None).await.unwrap();
    assert!(
        !counter
            .get("/saran")
            .await
            .text
            .contains("malam tadi tidak ada")
    );
    // Two mornings later, with no night between.
    counter.folder.set("2026-11-23T23:00:00Z");
    let page = counter.get("/saran").await.text;
    assert!(page.contains("Saran malam tadi tidak ada"), "{page}");
    let sent = counter.send("/hitung", &[("simpan", "1")]).await;
    assert_eq!(sent, (303, "/saran".to_owned()));
    counter.send("/hitung", &[("simpan", "1")]).await;
    let page = counter.get("/saran").await.text;
    assert!(page.contains("Selasa, 24 Nov 2026") && !page.contains("malam tadi tidak ada"));
    let saved = "SELECT count(*) FROM plans WHERE saved = 1";
    assert_eq!(counter.number(saved), 2);
    counter.stop().await;
}

#[tokio::test]
async fn the_usual_budget_holds_for_the_next_night() {
    let counter = Counter::with_history().await;
    let path = "/pengaturan/belanja";
    let (status, _) = counter.send(path, &[("anggaran", "setengah juta")]).await;
    assert_eq!(status, 422);
    let sent = counter.send(path, &[("anggaran", "400.000")]).await;
    assert_eq!(sent, (303, path.to_owned()));
    assert!(counter.get(path).await.text.contains("value=\"400.000\""));
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    assert_eq!(plan.budget.unwrap().budget.0, 400_000);
    assert!(plan.total_cost.0 <= 400_000);
    // For today alone she may have more.
    let none = [("saran", plan.id.as_str()), ("tanpa", "1")];
    counter.send("/saran/anggaran", &none).await;
    assert!(list(&counter).await.total > plan.total_cost);
    counter.send(path, &[("anggaran", "")]).await;
    assert_eq!(counter.shop.usual_budget().await.unwrap(), None);
    counter.stop().await;
}
