//! The life of a run, and the files that it is made from.

use chrono::Duration;
use kulakan::hub::HubImport;
use serde_json::{Value, json};

use super::ten_breads;

#[tokio::test]
async fn a_run_lives_from_the_plan_to_the_warehouse() {
    let distributor = ten_breads().await;
    let id = uuid::Uuid::now_v7();
    let body = json!({ "id": id, "line": "Oven" });
    let (status, plan) = distributor.post("/production-plans", body.clone()).await;
    assert_eq!((status, &plan["state"]), (201, &json!("draft")), "{plan}");
    assert_eq!(plan["number"], "PR-2026-0001");
    let (status, again) = distributor.post("/production-plans", body).await;
    assert_eq!((status, &again), (200, &plan));
    let other = json!({ "id": id, "line": "Oven", "run_on": "2026-11-23" });
    assert_eq!(distributor.post("/production-plans", other).await.0, 409);
    let line = |plan: &Value, code: &str| -> Value {
        let lines = plan["lines"].as_array().unwrap();
        lines
            .iter()
            .find(|line| line["sku"] == code)
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(line(&plan, "KECIL")["quantity"], 862);

    let step = |name: &'static str, body: Value| {
        let (distributor, path) = (&distributor, format!("/production-plans/{id}/{name}"));
        async move { distributor.post(&path, body).await }
    };
    // A run that was not decided on cannot begin, nor come out.
    assert_eq!(step("start", json!({})).await.0, 409);
    assert_eq!(step("finish", json!({})).await.0, 409);
    let edits = json!({ "version": 1, "lines": [{ "sku": "KECIL", "quantity": 900 }, { "sku": "PIZZA", "quantity": 0 }] });
    for _ in 0..2 {
        let (status, plan) = step("confirm", edits.clone()).await;
        assert_eq!(
            (status, &plan["state"]),
            (200, &json!("confirmed")),
            "{plan}"
        );
        assert_eq!(line(&plan, "KECIL")["quantity"], 900);
        assert_eq!(line(&plan, "PIZZA"), Value::Null);
    }
    let (status, _) = step(
        "confirm",
        json!({ "lines": [{ "sku": "KECIL", "quantity": 1 }] }),
    )
    .await;
    assert_eq!(status, 409);
    for _ in 0..2 {
        assert_eq!(step("start", json!({})).await.1["state"], "started");
    }
    let nonsense = json!({ "lines": [{ "sku": "KECIL", "made": -1 }] });
    assert_eq!(step("finish", nonsense).await.0, 422);
    let outcome = json!({
        "lines": [{ "sku": "KECIL", "made": 880, "rejected": 20, "expires": "2026-11-25" }],
        "used": [{ "sku": "TEPUNG", "quantity": 260_000 }],
    });
    for _ in 0..2 {
        let (status, plan) = step("finish", outcome.clone()).await;
        assert_eq!((status, &plan["state"]), (200, &json!("done")), "{plan}");
        assert_eq!(
            (
                &line(&plan, "KECIL")["made"],
                &line(&plan, "KECIL")["rejected"]
            ),
            (&json!(880), &json!(20))
        );
        assert_eq!(plan["materials"][0]["used"], 260_000);
    }
    let (status, _) = step("finish", json!({})).await;
    assert_eq!(status, 409, "another outcome of what is booked in");
    assert_eq!(step("cancel", json!({ "reason": "salah" })).await.0, 409);

    // Booked in once: the next run makes none of what is there for the next delivery.
    let oven = distributor.get("/production/Oven").await;
    let lots = oven["production_lots"].as_array().unwrap().clone();
    let lot = |code: &str| lots.iter().find(|lot| lot["sku"] == code).unwrap().clone();
    assert_eq!(lot("KECIL")["available"], 880);
    assert_eq!(
        (&lot("KECIL")["quantity"], &lot("KECIL")["decided_by"]),
        (&json!(0), &json!("enough"))
    );
    assert_eq!(lot("PIZZA")["decided_by"], "lot");
    distributor.daemon.advance(Duration::days(5));
    let oven = distributor.get("/production/Oven").await;
    let kecil = oven["production_lots"].as_array().unwrap()[0].clone();
    assert_eq!(
        (&kecil["sku"], &kecil["available"]),
        (&json!("AYAM"), &lot("AYAM")["available"])
    );
}

#[tokio::test]
async fn a_file_with_a_fault_changes_nothing_and_says_where() {
    let distributor = ten_breads().await;
    let before = distributor.get("/production/Oven").await;
    for (kind, text, wanted) in [
        (
            HubImport::Production,
            "sku,line\nTIDAKADA,Oven\n",
            "line 2, sku",
        ),
        (
            HubImport::Production,
            "sku,line,conversion\nKECIL,Oven,0\n",
            "line 2, conversion",
        ),
        (
            HubImport::Production,
            "sku,line,per_hour\nKECIL,Oven,nan\n",
            "line 2, per_hour",
        ),
        (
            HubImport::Recipes,
            "sku,material,quantity\nKECIL,GULA,1\n",
            "line 2, material",
        ),
        (
            HubImport::Recipes,
            "sku,material,quantity,waste_percent\nKECIL,TEPUNG,1,100\n",
            "line 2, waste_percent",
        ),
        (
            HubImport::Materials,
            "sku,name,unit,cost\nTEPUNG,Tepung,kg,dua\n",
            "line 2, cost",
        ),
    ] {
        let error = distributor
            .import(kind, text)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(wanted), "{error}");
    }
    assert_eq!(distributor.get("/production/Oven").await, before);
}
