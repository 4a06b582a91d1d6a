//! One shop with two distributors of a hub, by the shop's own program: who sees what of it, and what reaches it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kulakan::config::Config;
use kulakan::hub::tenants::NewTenant;
use kulakan::hub::{Hub, HubImport, doctor};
use kulakan::shop::Shop;
use kulakan::shop::import::{ImportKind, ImportOptions};
use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::world::{Api, World, jakarta};

/// What the first distributor offers, and the shop sells from the start.
const FIRST: &str =
    "sku,name,unit,price,cost\nMIE,Mi goreng,bungkus,3500,3000\nSAMA,Gula,kg,17000,15000\n";

/// What the further one offers: one product of its own, one that both have, one that it counts otherwise.
const FURTHER: &str = "sku,name,unit,price,cost\nROTI,Roti tawar,bungkus,17000,14000\nSAMA,Gula,kg,17000,15000\nTEH,Teh tubruk,kg,9000,7000\n";

/// What only the shop knows, or counts in its own way.
const OWN: &str = "sku,name,unit,price,cost\nROTI,Roti tawar,bungkus,18000,14000\nTEH,Teh celup,kotak,9000,7000\nES,Es batu,bungkus,1000,500\n";

pub(super) struct Shared {
    pub world: World,
    /// The hub as the first distributor sees it, and as the further one does.
    pub home: Hub,
    pub further: Hub,
    /// The further one's API, and its shop.
    api: Api,
    pub shop_id: String,
    code: String,
}

async fn import(hub: &Hub, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("products.csv");
    std::fs::write(&file, text).unwrap();
    hub.import(HubImport::Products, &file, false).await.unwrap();
}

pub(super) async fn program(world: &World) -> Shop {
    let config = Config::for_folder(&world.shops[0].folder).unwrap();
    Shop::open(config, world.clock.clone()).await.unwrap()
}

pub(super) async fn sell(world: &World, id: &str, skus: &[&str]) {
    let lines: Vec<Value> = skus
        .iter()
        .map(|sku| json!({ "sku": sku, "quantity": "1" }))
        .collect();
    let sale = json!({ "id": id, "lines": lines, "payment": { "method": "cash" } });
    world.shops[0].api.post("/sales", sale).await;
}

/// Two distributors, and a shop of the first one that has sold all that there is.
pub(super) async fn shared(backend: Backend) -> Shared {
    let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let world = World::start_on(backend, jakarta(monday, 9, 0), FIRST, &["Warung A"]).await;
    let config = Config::for_folder(&world.folder.path().join("hub")).unwrap();
    let home = Hub::open(config, world.clock.clone()).await.unwrap();
    let new = NewTenant {
        id: "roti".to_owned(),
        name: "Roti Makmur".to_owned(),
        timezone: None,
    };
    let further = home.add_tenant(new).await.unwrap();
    import(&further, FURTHER).await;
    let shop = program(&world).await;
    let file = world.folder.path().join("own.csv");
    std::fs::write(&file, OWN).unwrap();
    shop.import(
        ImportKind::Products,
        &file,
        ImportOptions::default(),
        &mut |_| {},
    )
    .await
    .unwrap();
    drop(shop);
    let skus = ["MIE", "SAMA", "ROTI", "TEH", "ES"];
    let lines: Vec<Value> = skus
        .iter()
        .map(|sku| json!({ "sku": sku, "quantity": "20" }))
        .collect();
    let shop = &world.shops[0].api;
    shop.post("/stock/receipts", json!({ "lines": lines }))
        .await;
    sell(&world, "s1", &skus).await;
    world.drained(0).await;
    let (shop_id, code) = further.add_shop("Warung Sri").await.unwrap();
    let token = further.create_token("test").await.unwrap();
    let address = world
        .hub
        .base
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    Shared {
        api: Api::new(address, token),
        world,
        home,
        further,
        shop_id,
        code,
    }
}

impl Shared {
    pub async fn link(&self) {
        let shop = program(&self.world).await;
        let paired = shop.pair(&self.world.hub.base, &self.code).await.unwrap();
        assert_eq!(paired.further.as_deref(), Some("Roti Makmur"));
        assert_eq!(paired.hub_name, "Distributor");
    }

    pub async fn home_shop(&self) -> String {
        let shops = self.world.hub.get("/shops").await;
        shops["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Stock by product as each distributor sees it: the first, and the further one.
    pub async fn seen(&self) -> (BTreeMap<String, i64>, BTreeMap<String, i64>) {
        let home = self.home_shop().await;
        (
            stock(&self.world.hub, &home).await,
            stock(&self.api, &self.shop_id).await,
        )
    }

    pub async fn healthy(&self) {
        let config = Config::for_folder(&self.world.folder.path().join("hub")).unwrap();
        let report = doctor::examine(&config).await.unwrap();
        assert!(report.ok, "{:?}", report.checks);
    }

    async fn distributors(&self) -> Value {
        let sync = self.world.shops[0].api.get("/sync").await;
        sync["distributors"].clone()
    }

    /// The shop's deliveries, and how far each has come.
    async fn states(&self) -> BTreeMap<String, Value> {
        let all = self.world.shops[0].api.get("/deliveries").await;
        let items = all["items"].as_array().unwrap().iter();
        items
            .map(|found| {
                (
                    found["id"].as_str().unwrap().to_owned(),
                    found["state"].clone(),
                )
            })
            .collect()
    }

    /// A shipment of the further distributor on its way.
    async fn shipped(&self, sku: &str, quantity: i64) -> String {
        let body =
            json!({ "shop_id": self.shop_id, "lines": [{ "sku": sku, "quantity": quantity }] });
        let made = self.api.post("/shipments", body).await;
        let id = made["id"].as_str().unwrap().to_owned();
        for step in ["confirm", "dispatch"] {
            self.api
                .post(&format!("/shipments/{id}/{step}"), json!({}))
                .await;
        }
        id
    }
}

async fn stock(api: &Api, shop: &str) -> BTreeMap<String, i64> {
    let positions = api.get(&format!("/shops/{shop}/positions")).await;
    let items = positions["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| {
            let sku = item["sku"].as_str().unwrap().to_owned();
            (sku, item["on_hand"].as_i64().unwrap())
        })
        .collect()
}

pub(super) fn of(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
    pairs
        .iter()
        .map(|(sku, quantity)| ((*sku).to_owned(), *quantity))
        .collect()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn each_distributor_sees_its_own_products_of_a_shop_that_both_supply(
    #[case] backend: Backend,
) {
    let shared = shared(backend).await;
    let (alone, nothing) = shared.seen().await;
    let all = of(&[
        ("ES", 19),
        ("MIE", 19),
        ("ROTI", 19),
        ("SAMA", 19_000),
        ("TEH", 19),
    ]);
    assert_eq!((alone, nothing), (all.clone(), of(&[])));
    assert_eq!(shared.distributors().await, json!([]));

    shared.link().await;
    // The same code again is the same answer, and changes nothing.
    shared.link().await;
    // What the shop sold before is known at once: the unit of TEH is another at the further one.
    let home = of(&[("MIE", 19), ("SAMA", 19_000)]);
    let further = of(&[("ROTI", 19), ("SAMA", 19_000)]);
    assert_eq!(shared.seen().await, (home, further));

    sell(&shared.world, "s2", &["MIE", "ROTI", "TEH", "ES"]).await;
    shared.world.drained(0).await;
    let home = of(&[("MIE", 18), ("SAMA", 19_000)]);
    let further = of(&[("ROTI", 18), ("SAMA", 19_000)]);
    assert_eq!(shared.seen().await, (home, further));
    assert_eq!(
        shared.distributors().await,
        json!(["Distributor", "Roti Makmur"])
    );
    let shops = shared.api.get("/shops").await;
    assert!(shops["items"][0]["last_contact"].is_string(), "{shops}");

    // A product that is offered later has its whole history.
    import(
        &shared.further,
        "sku,name,unit,price\nES,Es batu,bungkus,900\n",
    )
    .await;
    let further = of(&[("ES", 18), ("ROTI", 18), ("SAMA", 19_000)]);
    assert_eq!(shared.seen().await.1, further);
    shared.healthy().await;

    // With the link ends what it brought; the first distributor sees all of its shop again.
    shared
        .further
        .unlink_shop("owner", "Warung Sri")
        .await
        .unwrap();
    let all = of(&[
        ("ES", 18),
        ("MIE", 18),
        ("ROTI", 18),
        ("SAMA", 19_000),
        ("TEH", 18),
    ]);
    assert_eq!(shared.seen().await, (all, of(&[])));
    shared.world.drained(0).await;
    assert_eq!(shared.distributors().await, json!([]));
    shared.healthy().await;
    shared.world.stop().await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn notes_of_both_reach_the_shop_and_a_receipt_reaches_whoever_sent_it(
    #[case] backend: Backend,
) {
    let shared = shared(backend).await;
    shared.link().await;
    let body =
        json!({ "shop_id": shared.home_shop().await, "lines": [{ "sku": "MIE", "quantity": 5 }] });
    let of_home = shared.world.hub.post("/shipments", body).await;
    let of_home = of_home["id"].as_str().unwrap();
    shared
        .world
        .hub
        .post(&format!("/shipments/{of_home}/confirm"), json!({}))
        .await;
    let id = shared.shipped("ROTI", 12).await;
    shared.world.drained(0).await;
    let told = shared.states().await;
    assert_eq!(told[of_home], "announced");
    assert_eq!((told.len(), &told[&id]), (2, &json!("dispatched")));

    let lines = json!([{ "sku": "ROTI", "received": 12, "damaged": 0 }]);
    shared.world.shops[0]
        .api
        .post(
            &format!("/deliveries/{id}/receipt"),
            json!({ "lines": lines }),
        )
        .await;
    shared.world.drained(0).await;
    let shipment = shared.api.get(&format!("/shipments/{id}")).await;
    assert_eq!(shipment["state"], "received", "{shipment}");
    let (home, further) = shared.seen().await;
    assert_eq!((home.get("ROTI"), further["ROTI"]), (None, 31));
    let others = shared.world.hub.get("/shipments").await;
    assert_eq!(others["items"].as_array().unwrap().len(), 1, "{others}");
    assert_eq!(others["items"][0]["state"], "confirmed");
    let shop = program(&shared.world).await;
    shop.exchange().await.unwrap();
    assert_eq!(shop.exchange().await.unwrap().notes, 0);
    drop(shop);
    shared.healthy().await;

    // What a distributor that is no more told holds no more.
    let later = shared.shipped("ROTI", 3).await;
    shared.world.drained(0).await;
    shared
        .further
        .unlink_shop("owner", "Warung Sri")
        .await
        .unwrap();
    shared.world.drained(0).await;
    let states = shared.states().await;
    assert_eq!(states[of_home], "announced");
    assert_eq!(states[&id], "received");
    assert_eq!(states[&later], "cancelled");
    shared.world.stop().await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn a_distributor_that_is_switched_off_gets_and_gives_nothing_and_catches_up(
    #[case] backend: Backend,
) {
    let shared = shared(backend).await;
    shared.link().await;
    let id = shared.shipped("ROTI", 4).await;
    shared.world.drained(0).await;
    shared.home.set_tenant_active("roti", false).await.unwrap();
    let lines = json!([{ "sku": "ROTI", "received": 4, "damaged": 0 }]);
    shared.world.shops[0]
        .api
        .post(
            &format!("/deliveries/{id}/receipt"),
            json!({ "lines": lines }),
        )
        .await;
    sell(&shared.world, "s2", &["ROTI", "MIE"]).await;
    shared.world.drained(0).await;
    assert_eq!(shared.distributors().await, json!(["Distributor"]));
    let known = crate::hub_sync::known(&shared.further, &shared.shop_id).await;
    let roti = known.0.iter().find(|lot| lot.sku.as_str() == "ROTI");
    assert_eq!(roti.map(|lot| lot.quantity.0), Some(19));
    shared.healthy().await;

    shared.home.set_tenant_active("roti", true).await.unwrap();
    let (home, further) = shared.seen().await;
    assert_eq!((home["MIE"], further["ROTI"]), (18, 22));
    let shipment = shared.api.get(&format!("/shipments/{id}")).await;
    assert_eq!(shipment["state"], "received", "{shipment}");
    shared.healthy().await;
    shared.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_refused_where_it_would_mix_two_shops() {
    let shared = shared(Backend::Sqlite).await;
    shared.link().await;
    let shop = program(&shared.world).await;
    let url = &shared.world.hub.base;
    // Another shop of the same distributor, and the linked shop for another device.
    let (_, code) = shared.further.add_shop("Warung Lain").await.unwrap();
    let told = shop.pair(url, &code).await.unwrap_err().to_string();
    assert!(told.contains("linked to another shop"), "{told}");
    let other =
        crate::harness::running::ShopFolder::found("2026-11-23T02:00:00Z", "Asia/Jakarta", "21:00");
    let (other, _) = other.await;
    let stranger = other.open().await;
    let fresh = shared.further.new_code("Warung Sri").await.unwrap();
    let told = stranger.pair(url, &fresh).await.unwrap_err().to_string();
    assert!(told.contains("speaks for"), "{told}");
    // A code that is used, wrong or for a shop with a device of its own.
    let told = stranger
        .pair(url, &shared.code)
        .await
        .unwrap_err()
        .to_string();
    assert!(told.contains("one device"), "{told}");
    let paired = stranger.pair(url, &code).await.unwrap();
    assert_eq!(
        (paired.hub_name.as_str(), paired.further),
        ("Roti Makmur", None)
    );
    let again = shared.further.new_code("Warung Lain").await.unwrap();
    shared
        .further
        .unlink_shop("owner", "Warung Sri")
        .await
        .unwrap();
    let told = shop.pair(url, &again).await.unwrap_err().to_string();
    assert!(told.contains("a device of its own"), "{told}");
    // Ended twice is told so; a fresh code links it again, with all that there is.
    assert!(
        shared
            .further
            .unlink_shop("owner", "Warung Sri")
            .await
            .is_err()
    );
    let code = shared.further.new_code("Warung Sri").await.unwrap();
    assert!(shop.pair(url, &code).await.unwrap().further.is_some());
    assert_eq!(shared.seen().await.1, of(&[("ROTI", 19), ("SAMA", 19_000)]));
    shared.healthy().await;
    drop((shop, stranger));
    shared.world.stop().await;
}
