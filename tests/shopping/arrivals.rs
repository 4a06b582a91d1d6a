//! What came in since a plan was made is not bought a second time.

use kulakan::shop::shopping::ShoppingList;
use serde_json::json;

use super::counter::Counter;

async fn list(counter: &Counter) -> ShoppingList {
    counter.shop.shopping_list(None).await.unwrap()
}

fn packs(list: &ShoppingList, sku: &str) -> i64 {
    let mut lines = list.lines.iter();
    let of = lines.find(|line| line.suggested.line.sku.as_str() == sku);
    of.unwrap().packs
}

async fn receive(counter: &Counter, sku: &str, quantity: i64) {
    let body = json!({ "lines": [{ "sku": sku, "quantity": quantity }] });
    let (status, answer) = counter.api.post("/stock/receipts", &body).await;
    assert_eq!(status, 201, "{answer}");
}

#[tokio::test]
async fn what_came_after_the_plan_is_off_the_list_and_the_first_page() {
    let counter = Counter::with_history().await;
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    counter.folder.set("2026-11-22T03:00:00Z");
    let before = list(&counter).await;
    let coffee = packs(&before, "KOPI");
    assert!(coffee > 2 && before.arrived.0 == 0);

    // A part of it came, and some of that was sold at once: two packs less are to be bought.
    receive(&counter, "KOPI", 20).await;
    let lines = json!([{ "sku": "KOPI", "quantity": 7 }]);
    counter
        .sell(json!({ "id": "s1", "lines": lines, "payment": { "method": "cash" } }))
        .await;
    let part = list(&counter).await;
    assert_eq!(packs(&part, "KOPI"), coffee - 2);
    assert_eq!(part.arrived.0, 2 * 15_000);
    assert_eq!(part.total + part.arrived, before.total);

    // What she chooses now is what is bought now.
    let fields = [
        ("saran", plan.id.as_str()),
        ("sku", "KOPI"),
        ("jumlah", "1"),
    ];
    counter.send("/saran/jumlah", &fields).await;
    assert_eq!(packs(&list(&counter).await, "KOPI"), 1);
    counter.send("/saran/beli", &fields).await;
    receive(&counter, "KOPI", 10).await;
    let done = list(&counter).await;
    assert_eq!(packs(&done, "KOPI"), 0);
    assert!(done.to_buy().all(|line| line.bought.is_none()));

    for line in before.to_buy() {
        let sku = line.suggested.line.sku.as_str();
        let main = line.quantity.0 / line.suggested.unit_factor;
        receive(&counter, sku, main).await;
    }
    let all = list(&counter).await;
    assert_eq!((all.to_buy().count(), all.total.0), (0, 0));
    let page = counter.get("/saran").await.text;
    assert!(
        page.contains("Sudah datang") && page.contains("Total belanja: Rp0"),
        "{page}"
    );
    let page = counter.get("/").await.text;
    assert!(page.contains("<p class=\"total\">Rp0</p><p>0 "), "{page}");
    let page = counter.get("/saran/belanja").await.text;
    assert!(!page.contains("ketuk-KOPI"), "{page}");
    counter.stop().await;
}

#[tokio::test]
async fn what_loses_most_comes_first() {
    let counter = Counter::with_history().await;
    counter.shop.plan_and_save(None).await.unwrap();
    let list = list(&counter).await;
    let due: Vec<f64> = list
        .to_buy()
        .filter(|line| line.suggested.line.urgency == kulakan::plan::Urgency::Due)
        .map(|line| line.at_stake)
        .collect();
    assert!(
        due.len() > 1 && due.is_sorted_by(|one, other| one >= other),
        "{due:?}"
    );
    // Coffee sells 12 a day and keeps Rp500 each; one salt a day is not missed as much.
    let first = list.to_buy().next().unwrap();
    assert_eq!(first.suggested.line.sku.as_str(), "KOPI");
    counter.stop().await;
}
