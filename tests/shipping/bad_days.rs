//! Two dispatchers at once, and changes that come too late.

use serde_json::{Value, json};

use super::super::hub_api::{line, position};
use super::{noodles, of_noodles, stocked};

#[tokio::test]
async fn of_two_who_promise_the_same_stock_at_once_one_is_told() {
    let distributor = stocked(80).await;
    let (ani, budi) = (
        distributor.shop("Ani").await,
        distributor.shop("Budi").await,
    );
    let first = of_noodles(&distributor, &ani, 80).await;
    let second = of_noodles(&distributor, &budi, 80).await;
    let (one, other) = tokio::join!(
        distributor.step(&first, "confirm", json!({})),
        distributor.step(&second, "confirm", json!({}))
    );
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{one:?} {other:?}");
    let refused = if one.0 == 409 { &one.1 } else { &other.1 };
    assert_eq!(
        refused["lacking"],
        json!([{ "sku": "MIE", "wanted": 80, "available": 0 }])
    );
    assert_eq!(noodles(&distributor).await, (80, 80, 0));
    // Whoever knows better goes on, and it is marked.
    let late = if one.0 == 409 { &first } else { &second };
    let all_the_same = json!({ "beyond_stock": true });
    let (status, _) = distributor.step(late, "confirm", all_the_same).await;
    assert_eq!(status, 200);
    let trip = distributor.get(&format!("/shipments/{late}/trip")).await;
    assert_eq!(trip["beyond_stock"], true);
    assert_eq!(noodles(&distributor).await, (80, 160, 0));
}

#[tokio::test]
async fn of_two_who_decide_on_one_shipment_at_once_one_wins_and_nothing_is_reserved_twice() {
    let distributor = stocked(400).await;
    let ani = distributor.shop("Ani").await;
    let id = of_noodles(&distributor, &ani, 80).await;
    let version = distributor.get(&format!("/shipments/{id}/trip")).await["version"].clone();
    let decide = |quantity: i64| {
        let body = json!({ "lines": [{ "sku": "MIE", "quantity": quantity }], "version": version });
        let (distributor, id) = (&distributor, &id);
        async move { distributor.step(id, "confirm", body).await }
    };
    let (one, other) = tokio::join!(decide(120), decide(160));
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{one:?} {other:?}");
    let won = if one.0 == 200 { 120 } else { 160 };
    assert_eq!(noodles(&distributor).await, (400, won, 400 - won));
    assert_eq!(distributor.delivery_notes(&ani).await.len(), 1);
    // An edit that was begun before somebody else's does not overwrite it.
    let stale = json!({ "lines": [{ "sku": "MIE", "quantity": 40 }], "version": version });
    let (status, problem) = distributor.step(&id, "edit", stale).await;
    assert_eq!(status, 409);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("somebody else"),
        "{problem}"
    );
}

#[tokio::test]
async fn lots_leave_first_expired_first_are_told_to_the_shop_and_come_back_when_it_is_called_off() {
    let distributor = stocked(100).await;
    let ani = distributor.shop("Ani").await;
    let id = of_noodles(&distributor, &ani, 80).await;
    distributor.step(&id, "confirm", json!({})).await;
    let (status, sent) = distributor.step(&id, "dispatch", json!({})).await;
    assert_eq!(status, 200, "{sent}");
    let notes = distributor.delivery_notes(&ani).await;
    let told: Vec<(&Value, &Value, &Value)> = notes[1].1["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["lot"], &row["expires"], &row["quantity"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("SOON"), &json!("2027-03-01"), &json!(75)),
            (&json!("LATER"), &json!("2027-06-01"), &json!(5)),
        ]
    );
    assert_eq!(noodles(&distributor).await, (20, 0, 20));
    let reason = json!({ "reason": "ban pecah" });
    for _ in 0..2 {
        assert_eq!(distributor.step(&id, "cancel", reason.clone()).await.0, 200);
    }
    assert_eq!(noodles(&distributor).await, (100, 0, 100));
    let lots = distributor.get("/stock/MIE").await["lots"].clone();
    let quantities: Vec<(&Value, &Value)> = lots
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| (&lot["lot"], &lot["quantity"]))
        .collect();
    assert_eq!(
        quantities,
        [(&json!("SOON"), &json!(75)), (&json!("LATER"), &json!(25))]
    );
}

#[tokio::test]
async fn what_has_left_is_not_edited_but_its_note_is_corrected() {
    let distributor = stocked(200).await;
    let ani = distributor.shop("Ani").await;
    let id = of_noodles(&distributor, &ani, 80).await;
    distributor.step(&id, "confirm", json!({})).await;
    // Still here: the lines change, and the reservation and the announcement with them.
    let fewer = json!({ "lines": [{ "sku": "MIE", "quantity": 40 }] });
    for _ in 0..2 {
        assert_eq!(distributor.step(&id, "edit", fewer.clone()).await.0, 200);
    }
    assert_eq!(noodles(&distributor).await, (200, 40, 160));
    assert_eq!(position(&distributor, &ani, "MIE").await["on_order"], 40);
    distributor.step(&id, "dispatch", json!({})).await;
    let more = json!({ "lines": [{ "sku": "MIE", "quantity": 120 }] });
    let (status, problem) = distributor.step(&id, "edit", more.clone()).await;
    assert_eq!((status, &problem["state"]), (409, &json!("dispatched")));
    assert!(
        problem["detail"].as_str().unwrap().contains("correct"),
        "the way that is right is told: {problem}"
    );
    for _ in 0..2 {
        assert_eq!(distributor.step(&id, "correct", more.clone()).await.0, 200);
    }
    assert_eq!(noodles(&distributor).await, (80, 0, 80));
    assert_eq!(position(&distributor, &ani, "MIE").await["in_transit"], 120);
    let (status, _) = distributor.step(&id, "correct", fewer).await;
    assert_eq!(status, 200);
    assert_eq!(noodles(&distributor).await, (160, 0, 160));
    let notes = distributor.delivery_notes(&ani).await;
    let last = &notes.last().unwrap().1;
    assert_eq!(line(last, "MIE")["quantity"], 40);
    let too_much = json!({ "lines": [{ "sku": "MIE", "quantity": 900 }] });
    let (status, problem) = distributor.step(&id, "correct", too_much).await;
    assert_eq!(status, 409);
    assert_eq!(problem["lacking"][0]["available"], 160, "{problem}");
}
