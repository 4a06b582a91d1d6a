//! The distributor's own stock, its suppliers and its orders to them, through the doors that people use.

mod bad_days;
mod login;
mod orders;
mod pages;
mod plan;
mod stock;

use chrono::Duration;
use kulakan::hub::HubImport;
use kulakan::model::{BaseUnit, Quantity};
use kulakan::wire::event::{Fact, ProductFacts};
use serde_json::Value;

use super::hub_api::Distributor;
use super::hub_sync::{day, receipt, sale, sku};

/// The products of the published case: what retailers and the distributor hold them at.
const CASE: &str = "\
sku,name,unit,price,cost,pack_name,pack_size
P1,Produk satu,pcs,75,50,pcs,1
P2,Produk dua,pcs,100,75,pcs,1
P3,Produk tiga,pcs,180,140,pcs,1
";

/// What the two retailers of the published case sell in a month.
const CASE_DEMAND: [(&str, [i64; 3]); 2] = [("A", [448, 453, 429]), ("B", [248, 170, 705])];

/// A distributor of the published case whose shops have plenty, planned as of last night.
async fn case(suppliers: &str, offers: &str, stock: &str) -> Distributor {
    let distributor = Distributor::start().await;
    for (kind, text) in [
        (HubImport::Products, CASE),
        (HubImport::Suppliers, suppliers),
        (HubImport::SupplierProducts, offers),
        (HubImport::Stock, stock),
    ] {
        distributor.import(kind, text).await.unwrap();
    }
    for (name, demand) in CASE_DEMAND {
        sells(&distributor, name, demand).await;
    }
    let hub = &distributor.daemon.hub;
    hub.plan_all(hub.today()).await.unwrap();
    distributor
}

/// A shop that sold so many of the three products in the 30 days until yesterday.
async fn sells(distributor: &Distributor, name: &str, demand: [i64; 3]) {
    let mut shop = distributor.daemon.shop(name).await;
    let first = day("2026-10-23");
    for (index, sold) in demand.into_iter().enumerate() {
        let code = format!("P{}", index + 1);
        shop.record(&Fact::ProductDefined(ProductFacts {
            sku: sku(&code),
            name: code.clone(),
            base_unit: BaseUnit::Piece,
            unit: "pcs".to_owned(),
            unit_factor: 1,
            pack_name: "pcs".to_owned(),
            pack_size: Quantity(1),
            minimum_order: Quantity(0),
            shelf_life_days: None,
            consignment: false,
            active: true,
        }));
        shop.record_on(first, &receipt(&code, 20 * sold));
        for offset in 0..30 {
            let today = sold / 30 + i64::from(offset < sold % 30);
            shop.record_on(first + Duration::days(offset), &sale(&code, today));
        }
    }
    let all = 0..shop.log.len();
    let (status, body) = distributor.daemon.push(&shop, all).await;
    assert_eq!(status, 200, "{body}");
}

/// The plan's line of a product, with the name of the supplier that it is planned on.
fn planned<'a>(plan: &'a Value, code: &str) -> (&'a str, &'a Value) {
    let mut suppliers = plan["items"].as_array().unwrap().iter();
    suppliers
        .find_map(|supplier| {
            let mut lines = supplier["lines"].as_array()?.iter();
            let line = lines.find(|line| line["sku"] == code)?;
            Some((supplier["supplier"].as_str()?, line))
        })
        .unwrap_or_else(|| panic!("{code} is in no plan: {plan}"))
}

fn near(found: &Value, wanted: f64) -> bool {
    (found.as_f64().unwrap() - wanted).abs() < 0.01
}
