//! A shop that counts a product in another unit than the catalogue: it is left out, said so, and back once both agree.

use kulakan::model::BaseUnit;
use kulakan::wire::event::Fact;
use serde_json::{Value, json};

use super::{Distributor, products};

/// The codes that a shop's plan is made of, and those that are left out for their units.
async fn plan(distributor: &Distributor, shop: &str) -> (Vec<Value>, Vec<Value>) {
    let plan = distributor.get(&format!("/shops/{shop}/plan")).await;
    let codes = |list: &str| -> Vec<Value> {
        let items = plan[list].as_array().unwrap().iter();
        items.map(|item| item["sku"].clone()).collect()
    };
    (codes("lines"), codes("unit_conflicts"))
}

async fn page(distributor: &Distributor, path: &str) -> String {
    let request = distributor.daemon.client.get(distributor.daemon.url(path));
    let answer = request.header("accept", "text/html").send().await.unwrap();
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_product_in_another_unit_is_left_out_said_so_and_back_when_both_agree() {
    let distributor = Distributor::start().await;
    let mut shop = distributor.shop("Sri").await;
    let (planned, conflicts) = plan(&distributor, &shop.id).await;
    assert!(planned.contains(&json!("GULA")) && conflicts.is_empty());
    let sugar = products()
        .into_iter()
        .find(|facts| facts.sku.as_str() == "GULA")
        .unwrap();
    let mut by_piece = sugar.clone();
    by_piece.base_unit = BaseUnit::Piece;
    by_piece.unit = "bungkus".to_owned();
    by_piece.unit_factor = 1;
    distributor
        .tell(&mut shop, &Fact::ProductDefined(by_piece))
        .await;
    let (planned, conflicts) = plan(&distributor, &shop.id).await;
    // The plan by itself stays the very one that the shop makes; what is sent to it is another matter.
    assert!(planned.contains(&json!("GULA")), "{planned:?}");
    assert_eq!(conflicts, [json!("GULA")]);
    let hub = &distributor.daemon.hub;
    hub.plan_all(hub.today()).await.unwrap();
    for (path, told) in [
        (format!("/toko/{}", shop.id), "Satuan berbeda dari katalog"),
        ("/barang/GULA".to_owned(), "Satuan berbeda dari katalog"),
        ("/".to_owned(), "barang dengan satuan berbeda dari katalog"),
    ] {
        let page = page(&distributor, &path).await;
        assert!(page.contains(told), "{path}: {page}");
    }
    let schedule = distributor.get("/schedule").await;
    assert!(!schedule.to_string().contains("GULA"), "{schedule}");
    // The shop makes its unit the catalogue's: that is all.
    distributor
        .tell(&mut shop, &Fact::ProductDefined(sugar))
        .await;
    let (planned, conflicts) = plan(&distributor, &shop.id).await;
    assert!(planned.contains(&json!("GULA")) && conflicts.is_empty());
}
