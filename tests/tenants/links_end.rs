//! A link of a shop to a further distributor comes along when its hub moves, and ends at one's own door only.

use super::links::{of, program, sell, shared};
use super::walls::{Browser, let_in};
use crate::harness::backend::Backend;
use crate::harness::postgres;
use crate::harness::program::{command, done, refused, run_on};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_moves_with_the_hub_and_ends_by_command() {
    let mut shared = shared(Backend::Sqlite).await;
    shared.link().await;
    sell(&shared.world, "s2", &["ROTI", "ROTI"]).await;
    shared.world.drained(0).await;
    let (_, seen) = shared.seen().await;
    assert_eq!(seen, of(&[("ROTI", 17), ("SAMA", 19_000)]));
    shared.world.stop_hub().await;
    let data = shared.world.folder.path().join("hub");
    let url = postgres::shared().empty_for(&data);
    done(&run_on(&data, &["hub", "migrate-to", &url]));
    let there = |arguments: &[&str]| {
        let mut program = command(&["hub"]);
        program.args(arguments).args(["--database", &url, "--data"]);
        program.arg(&data).output().unwrap()
    };
    let (_, database) = url.rsplit_once('/').unwrap();
    let server = &postgres::shared().server;
    let watched = server.url_of("kulakan", database);
    let book = format!(
        "SELECT sku, sum(quantity) FROM shop_lots WHERE shop_id = '{}' GROUP BY sku ORDER BY sku",
        shared.shop_id
    );
    let told = server.psql_on(&watched, &book).unwrap();
    assert_eq!(told, "ROTI|17\nSAMA|19000");
    done(&there(&["doctor"]));

    let unlink = ["shop", "unlink", "--name", "Warung Sri", "--tenant", "roti"];
    let not_there = ["shop", "unlink", "--name", "Warung Sri"];
    let told = refused(&there(&not_there), 1);
    assert!(told.contains("no shop"), "{told}");
    done(&there(&unlink));
    assert_eq!(server.psql_on(&watched, &book).unwrap(), "");
    refused(&there(&unlink), 1);
    done(&there(&["doctor"]));
    shared.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_devices_says_whose_the_device_is_and_ends_the_link() {
    let shared = shared(Backend::Sqlite).await;
    shared.link().await;
    let home_shop = shared.home_shop().await;
    let_in(&shared.home, "sari").await;
    let_in(&shared.further, "tini").await;
    let base = &shared.world.hub.base;
    let (sari, _) = Browser::logged_in(base.clone(), "sari").await;
    let (tini, _) = Browser::logged_in(base.clone(), "tini").await;
    let at_home = format!("/perangkat/{home_shop}");
    let page = sari.get(&at_home).await.body;
    assert!(page.contains("juga melayani distributor lain"), "{page}");
    assert!(!page.contains("Roti Makmur"), "{page}");
    let path = format!("/perangkat/{}", shared.shop_id);
    let page = tini.get(&path).await.body;
    let silent = "ditutup atau diganti di sana";
    assert!(page.contains("terdaftar pada distributor lain"), "{page}");
    assert!(
        !page.contains(silent) && !page.contains("Warung A"),
        "{page}"
    );

    // Shut out where it is entered, it is silent here, and this is said.
    let status = program(&shared.world).await.sync_status().await.unwrap();
    let device = status.device.parse().unwrap();
    shared
        .home
        .block_device("test", &home_shop, device)
        .await
        .unwrap();
    let page = tini.get(&path).await.body;
    assert!(page.contains(silent), "{page}");

    // Nobody ends another's links, and one's own only once.
    let foreign = sari.post(&format!("{path}/lepas"), "").await;
    assert_eq!(foreign.status, 404, "{foreign:?}");
    assert_eq!(tini.post(&format!("{path}/lepas"), "").await.status, 303);
    let again = tini.post(&format!("{path}/lepas"), "").await;
    assert_eq!(again.status, 404, "{again:?}");
    let page = tini.get(&path).await.body;
    assert!(!page.contains("distributor lain"), "{page}");
    let page = sari.get(&at_home).await.body;
    assert!(!page.contains("distributor lain"), "{page}");
    shared.healthy().await;
    shared.world.stop().await;
}
