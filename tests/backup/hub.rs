//! Backups of the hub: a restored one gets from its shops what it lacks.

use chrono::{Duration, NaiveDate};
use serde_json::json;

use super::{names, number};
use crate::harness::program::{done, json as answer, refused, run_on};
use crate::harness::world::{World, jakarta};

const CATALOGUE: &str = "sku,name,unit,price,cost\nMIE,Mi goreng,bungkus,3500,3000\n";

async fn sell(world: &World, id: &str) {
    let lines = json!([{ "sku": "MIE", "quantity": 2 }]);
    let sale = json!({ "id": id, "lines": lines, "payment": { "method": "cash" } });
    world.shops[0].api.post("/sales", sale).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_hub_begins_another_life_and_its_shops_send_again() {
    let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut world = World::start(jakarta(date, 9, 0), CATALOGUE, &["Warung A"]).await;
    let data = world.folder.path().join("hub");
    let database = data.join("hub.db");
    sell(&world, "s1").await;
    world.drained(0).await;
    let backup = world.folder.path().join("hub-copy.db");
    let file = backup.to_str().unwrap();
    done(&run_on(&data, &["hub", "backup", file]));
    for number in 2..8 {
        sell(&world, &format!("s{number}")).await;
    }
    world.drained(0).await;
    let told = refused(&run_on(&data, &["hub", "restore", file]), 1);
    assert!(told.contains("is running"), "{told}");
    let address = world.stop_hub().await;
    let events = number(&database, "SELECT count(*) FROM events");
    let shop = world.shops[0].folder.join("shop.db");
    let told = refused(
        &run_on(&data, &["hub", "restore", shop.to_str().unwrap()]),
        1,
    );
    assert!(told.contains("another kind"), "{told}");
    let restored = answer(&run_on(&data, &["hub", "restore", file, "--json"]));
    assert_eq!(restored["replaced"]["events"], events);
    assert_eq!(restored["restored"]["events"], events - 6);
    let kept = std::path::Path::new(restored["kept_as"].as_str().unwrap());
    assert_eq!(number(kept, "SELECT count(*) FROM events"), events);
    let other_life =
        "SELECT count(DISTINCT incarnation) FROM (SELECT incarnation FROM hub UNION ALL
         SELECT incarnation FROM kept.hub)";
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection
        .execute("ATTACH ?1 AS kept", [kept.to_str().unwrap()])
        .unwrap();
    let lives: i64 = connection
        .query_row(other_life, [], |row| row.get(0))
        .unwrap();
    assert_eq!(lives, 2);
    drop(connection);
    world.start_hub(address).await;
    let later = jakarta(date, 9, 0) + Duration::minutes(10);
    world.clock.set(later);
    world.drained(0).await;
    assert_eq!(
        number(
            &database,
            "SELECT count(*) FROM events WHERE state = 'applied'"
        ),
        events
    );
    done(&run_on(&data, &["hub", "doctor"]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_is_backed_up_each_night() {
    let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let world = World::start(jakarta(date, 9, 0), CATALOGUE, &["Warung A"]).await;
    let data = world.folder.path().join("hub");
    for day in [1, 2] {
        let night = jakarta(date, 3, 30) + Duration::days(day);
        world.clock.set(night);
        let line = format!(
            "kulakan_hub_backup_last_timestamp_seconds {}",
            night.timestamp()
        );
        world
            .hub
            .until("/metrics", |text| {
                text.as_str()
                    .unwrap_or_default()
                    .lines()
                    .any(|told| told == line)
            })
            .await;
    }
    let kept = names(&data.join("backups"));
    let databases: Vec<&String> = kept.iter().filter(|name| name.ends_with(".db")).collect();
    assert_eq!(
        databases,
        ["hub-2026-11-23T203000Z.db", "hub-2026-11-24T203000Z.db"]
    );
    let status = done(&run_on(&data, &["hub", "status"]));
    assert!(status.contains("2026-11-24 20:30 UTC"), "{status}");
    world.stop().await;
}
