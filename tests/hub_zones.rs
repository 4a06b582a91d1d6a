//! Several distributors in one hub, each with its own clock on the wall: whose night it is, and what a hub that slept
//! through nights makes of them.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use kulakan::hub::Hub;
use kulakan::hub::store::{self, Tenant};
use kulakan::hub::tenants::NewTenant;

use super::BACKEND;
use super::hub_sync::day;
use crate::harness::backend::Backend;
use crate::harness::running::{Daemon, HubFolder, moment};

/// Ten in the morning in Jakarta on the day before the first night.
const FOUNDED: &str = "2026-11-22T03:00:00Z";

/// Distributors from east to west; the hub's own is in Jakarta. Their nights are planned at two.
const EAST_TO_WEST: [(&str, &str); 3] = [
    ("papua", "2026-11-22T17:00:00Z"),
    ("makassar", "2026-11-22T18:00:00Z"),
    ("first", "2026-11-22T19:00:00Z"),
];

struct Region {
    folder: HubFolder,
    daemons: Vec<Daemon>,
    hub: Hub,
}

impl Region {
    async fn start() -> Self {
        let folder = HubFolder::found_on(BACKEND, FOUNDED).await;
        let hub = folder.open().await;
        for (id, zone) in [("papua", "Asia/Jayapura"), ("makassar", "Asia/Makassar")] {
            let new = NewTenant {
                id: id.to_owned(),
                name: format!("Distributor {id}"),
                timezone: Some(zone.to_owned()),
            };
            hub.add_tenant(new).await.unwrap();
        }
        for (id, _) in EAST_TO_WEST {
            for shop in ["Sri", "Budi"] {
                of(&hub, id).await.add_shop(shop).await.unwrap();
            }
        }
        let mut region = Self {
            folder,
            daemons: Vec::new(),
            hub,
        };
        region.run().await;
        region
    }

    /// Runs it: a folder's hub in one process, a server's in three.
    async fn run(&mut self) {
        let processes = if BACKEND == Backend::Postgres { 3 } else { 1 };
        for _ in 0..processes {
            self.daemons.push(self.folder.run(None).await);
        }
    }

    async fn stop(&mut self) {
        for daemon in self.daemons.drain(..) {
            daemon.stop().await;
        }
    }

    async fn planned(&self, id: &str) -> Option<NaiveDate> {
        let latest = of(&self.hub, id).await.latest_planning().await.unwrap();
        let over = latest.filter(|run| run.finished_at.is_some());
        over.map(|run| run.plan_date)
    }

    async fn until_planned(&self, id: &str, date: &str) {
        let patience = Instant::now() + Duration::from_mins(1);
        while self.planned(id).await != Some(day(date)) {
            assert!(Instant::now() < patience, "{id} has no plan of {date}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How often a distributor's shops were planned.
    async fn nights(&self, id: &str) -> i64 {
        let hub = of(&self.hub, id).await;
        store::read(hub.store(), |tx| {
            let sql = "SELECT count(*) AS nights FROM audit WHERE tenant_id = tenant() AND action = 'plan.made'";
            tx.query_row(sql, &[])?.unwrap().integer("nights")
        })
        .await
        .unwrap()
    }
}

async fn of(hub: &Hub, id: &str) -> Hub {
    hub.of_tenant(Tenant::with_id(id)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_distributors_night_is_at_its_own_two_in_the_morning() {
    let mut region = Region::start().await;
    for (done, (id, two)) in EAST_TO_WEST.iter().enumerate() {
        // A minute before, and at two: whoever is further west waits.
        let at = moment(two);
        region.folder.clock.set(at - chrono::Duration::minutes(1));
        assert_eq!(region.planned(id).await, None, "{id} before its time");
        region.folder.clock.set(at);
        region.until_planned(id, "2026-11-23").await;
        for (later, _) in &EAST_TO_WEST[done + 1..] {
            assert_eq!(region.planned(later).await, None, "{later} with {id}");
        }
    }
    // The rest of the day brings nothing new, and neither does starting anew.
    region.stop().await;
    region.folder.clock.set(moment("2026-11-23T10:00:00Z"));
    region.run().await;
    region.folder.clock.set(moment("2026-11-23T16:59:00Z"));
    region.folder.clock.set(moment("2026-11-23T17:00:00Z"));
    region.until_planned("papua", "2026-11-24").await;
    for (id, nights) in [("papua", 2), ("makassar", 1), ("first", 1)] {
        assert_eq!(region.nights(id).await, nights, "{id}");
    }
    region.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nights_that_a_hub_slept_through_are_made_up_for_once() {
    let mut region = Region::start().await;
    region.folder.clock.set(moment("2026-11-22T19:00:00Z"));
    for (id, _) in EAST_TO_WEST {
        region.until_planned(id, "2026-11-23").await;
    }
    region.stop().await;
    // Three nights later it is past two in Papua and Makassar, and not yet in Jakarta.
    region.folder.clock.set(moment("2026-11-25T18:30:00Z"));
    region.run().await;
    for (id, date) in [
        ("papua", "2026-11-26"),
        ("makassar", "2026-11-26"),
        ("first", "2026-11-25"),
    ] {
        region.until_planned(id, date).await;
        assert_eq!(region.nights(id).await, 2, "{id}");
    }
    region.folder.clock.set(moment("2026-11-25T19:00:00Z"));
    region.until_planned("first", "2026-11-26").await;
    for (id, nights) in [("papua", 2), ("makassar", 2), ("first", 3)] {
        assert_eq!(region.nights(id).await, nights, "{id}");
    }
    region.stop().await;
}
