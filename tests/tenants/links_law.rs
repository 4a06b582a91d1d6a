//! A law of shops with several distributors: whatever happened in whatever order, each distributor's book is that of a hub
//! where the shop has one, cut down to the products in its own catalogue.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::contact::Contact;
use kulakan::hub::pairing::Pairing;
use kulakan::hub::store::{self, projections};
use kulakan::hub::tenants::NewTenant;
use kulakan::hub::{Hub, HubImport, doctor};
use kulakan::model::{BaseUnit, Quantity, Sku};
use kulakan::wire::event::{Fact, HistoryRow, ProductFacts};
use kulakan::wire::exchange::PairRequest;
use proptest::prelude::*;

use crate::hub_sync::{Shop, day, known, new_hub, receipt, sale, sku, start_of_time};

const SKUS: [&str; 4] = ["GULA", "KOPI", "MIE", "ROTI"];
const DAYS: [&str; 2] = ["2026-11-20", "2026-11-22"];

/// What may happen next.
#[derive(Debug, Clone)]
enum Step {
    /// The shop tells this of a product, in so many.
    Tells(u8, u8, i64),
    /// A device takes the place of the present one, or the first one comes back.
    Replaced(bool),
    /// The further distributor's code is presented, or its link ended.
    Linked,
    Unlinked,
    /// A product enters a catalogue, counted in pieces or in grams.
    Offered {
        by_home: bool,
        product: u8,
        grams: bool,
    },
    /// The further distributor is switched off or on.
    Switched(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0_u8..6, 0_u8..4, 1_i64..20).prop_map(|(kind, product, quantity)| Step::Tells(kind, product, quantity)),
        1 => any::<bool>().prop_map(Step::Replaced),
        2 => Just(Step::Linked),
        1 => Just(Step::Unlinked),
        3 => (any::<bool>(), 0_u8..4, prop::bool::weighted(0.3))
            .prop_map(|(by_home, product, grams)| Step::Offered { by_home, product, grams }),
        1 => any::<bool>().prop_map(Step::Switched),
    ]
}

fn fact(kind: u8, product: u8, quantity: i64) -> Fact {
    let code = SKUS[usize::from(product)];
    match kind {
        0 | 1 => sale(code, quantity),
        2 => receipt(code, quantity),
        3 => Fact::DemandMissed {
            sku: sku(code),
            quantity: Quantity(quantity),
        },
        4 => Fact::HistoryImported {
            rows: vec![HistoryRow {
                sku: sku(code),
                date: day(DAYS[0]),
                quantity: Quantity(quantity),
            }],
        },
        _ => Fact::ProductDefined(ProductFacts {
            sku: sku(code),
            name: format!("Barang {quantity}"),
            base_unit: if quantity % 3 == 0 {
                BaseUnit::Gram
            } else {
                BaseUnit::Piece
            },
            unit: "unit".to_owned(),
            unit_factor: 1,
            pack_name: "pak".to_owned(),
            pack_size: Quantity(quantity),
            minimum_order: Quantity(0),
            shelf_life_days: None,
            consignment: false,
            active: true,
        }),
    }
}

/// A hub, the shop in it, and its devices.
struct Side {
    hub: Hub,
    shop_id: String,
    /// Removed with the last of it.
    folder: tempfile::TempDir,
}

async fn side() -> Side {
    let folder = tempfile::tempdir().unwrap();
    let hub = new_hub(folder.path(), ManualClock::at(start_of_time())).await;
    let (shop_id, _) = hub.add_shop("Warung Bu Sri").await.unwrap();
    Side {
        hub,
        shop_id,
        folder,
    }
}

async fn pair(hub: &Hub, code: String, shop: &Shop) -> Pairing {
    let request = PairRequest {
        code,
        device: shop.device,
        name: "Warung Bu Sri".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        token: shop.token.clone(),
    };
    hub.pair(request).await.unwrap()
}

async fn push(hub: &Hub, shop: &Shop) {
    let contact = Contact {
        device: shop.device,
        skew_seconds: None,
        program: None,
        instance: None,
    };
    let end = shop.log.len();
    hub.push(contact, shop.push(end - 1..end)).await.unwrap();
}

/// A distributor's book of a shop in comparable form, of some products or of all.
async fn book(hub: &Hub, shop_id: &str, only: Option<&BTreeMap<Sku, BaseUnit>>) -> Vec<String> {
    let (lots, days) = known(hub, shop_id).await;
    let shop_id = shop_id.to_owned();
    let products = store::read(hub.store(), move |tx| projections::products(tx, &shop_id))
        .await
        .unwrap();
    let counted: BTreeMap<&Sku, BaseUnit> = products
        .iter()
        .map(|facts| (&facts.sku, facts.base_unit))
        .collect();
    let sees = |sku: &Sku| {
        only.is_none_or(|only| {
            only.get(sku)
                .is_some_and(|unit| counted.get(sku).is_none_or(|counted| counted == unit))
        })
    };
    let mut lines = Vec::new();
    lines.extend(
        lots.iter()
            .filter(|lot| sees(&lot.sku))
            .map(|lot| format!("{lot:?}")),
    );
    lines.extend(
        days.iter()
            .filter(|day| sees(&day.sku))
            .map(|day| format!("{day:?}")),
    );
    lines.extend(
        products
            .iter()
            .filter(|facts| sees(&facts.sku))
            .map(|facts| format!("{facts:?}")),
    );
    lines
}

async fn offer(hub: &Hub, folder: &std::path::Path, code: &str, grams: bool) {
    let file = folder.join("offer.csv");
    let unit = if grams { "gram" } else { "bungkus" };
    std::fs::write(
        &file,
        format!("sku,name,unit,price\n{code},Barang,{unit},1000\n"),
    )
    .unwrap();
    hub.import(HubImport::Products, &file, false).await.unwrap();
}

/// What happened: both hubs live it, and only one of them has the further distributor.
async fn live(steps: &[Step]) -> Result<(), TestCaseError> {
    let (linked, alone) = (side().await, side().await);
    let new = NewTenant {
        id: "lain".to_owned(),
        name: "Distributor Lain".to_owned(),
        timezone: None,
    };
    let further = linked.hub.add_tenant(new).await.unwrap();
    let (further_shop, _) = further.add_shop("Warung Sri").await.unwrap();
    let mut devices = [Shop::new(), Shop::new()];
    let mut present = 0;
    let enter = async |shop: &Shop| {
        for side in [&linked, &alone] {
            let code = side.hub.new_code("Warung Bu Sri").await.unwrap();
            let paired = pair(&side.hub, code, shop).await;
            assert!(matches!(paired, Pairing::Paired(_)), "{paired:?}");
        }
    };
    enter(&devices[0]).await;
    let (mut is_linked, mut is_on) = (false, true);
    let mut offers = [BTreeMap::new(), BTreeMap::new()];
    for step in steps {
        match step {
            Step::Tells(kind, product, quantity) => {
                let date = day(DAYS[usize::from(*product) % 2]);
                let shop = &mut devices[present];
                shop.record_on(date, &fact(*kind, *product, *quantity));
                push(&linked.hub, shop).await;
                push(&alone.hub, shop).await;
            }
            Step::Replaced(back) => {
                present = usize::from(!back);
                enter(&devices[present]).await;
            }
            Step::Linked if is_on => {
                let code = further.new_code("Warung Sri").await.unwrap();
                let paired = pair(&linked.hub, code, &devices[present]).await;
                let told = matches!(&paired, Pairing::Paired(reply) if reply.further.is_some());
                prop_assert!(told, "{:?}", paired);
                is_linked = true;
            }
            Step::Unlinked if is_linked => {
                further.unlink_shop("owner", "Warung Sri").await.unwrap();
                is_linked = false;
            }
            Step::Offered {
                by_home,
                product,
                grams,
            } => {
                let code = SKUS[usize::from(*product)];
                let hub = if *by_home { &linked.hub } else { &further };
                let known = &mut offers[usize::from(!by_home)];
                if let Entry::Vacant(place) = known.entry(sku(code)) {
                    offer(hub, linked.folder.path(), code, *grams).await;
                    place.insert(if *grams {
                        BaseUnit::Gram
                    } else {
                        BaseUnit::Piece
                    });
                }
            }
            Step::Switched(on) => {
                linked.hub.set_tenant_active("lain", *on).await.unwrap();
                is_on = *on;
            }
            Step::Linked | Step::Unlinked => {}
        }
        let right = book(&alone.hub, &alone.shop_id, is_linked.then_some(&offers[0])).await;
        let home = book(&linked.hub, &linked.shop_id, None).await;
        prop_assert_eq!(home, right, "home after {:?}", step);
        if is_on {
            let right = match is_linked {
                true => book(&alone.hub, &alone.shop_id, Some(&offers[1])).await,
                false => Vec::new(),
            };
            let found = book(&further, &further_shop, None).await;
            prop_assert_eq!(found, right, "the further one after {:?}", step);
        }
    }
    let config = Config::for_folder(linked.folder.path()).unwrap();
    let report = doctor::examine(&config).await.unwrap();
    prop_assert!(report.ok, "{:?}", report.checks);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_book_is_that_of_a_shop_with_one_distributor_cut_to_a_catalogue(
        steps in prop::collection::vec(step(), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(live(&steps))?;
    }
}
