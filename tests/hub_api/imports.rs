//! Files that a distributor imports, and what shops hear of them.

use std::io::Write;

use kulakan::hub::HubImport;
use serde_json::{Value, json};

use super::super::hub_sync::Shop;
use super::{CATALOGUE, Distributor};

#[tokio::test]
async fn an_import_with_any_fault_names_every_line_and_imports_nothing() {
    let distributor = Distributor::start().await;
    let shop = distributor.daemon.shop("Sri").await;
    let before = distributor.notes(&shop).await;
    let cases: &[(HubImport, &str, &[&str])] = &[
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,100\nB,b,pcs,-5\n,c,pcs,1\n",
            &["line 3, price", "line 4, sku"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,14.000\n",
            &["line 2, price"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,colour\nA,a,pcs,1,red\n",
            &["line 1, colour"],
        ),
        (
            HubImport::Products,
            "sku,name,unit\nA,a,pcs\n",
            &["line 1, price: is missing"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,1,9\nB,b,pcs\n",
            &["line 2: has 5 cells", "line 3: has 3"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nA,a,pcs,1\nA,b,pcs,2\n",
            &["line 3, sku: A is on line 2"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price\nMIE,Mi goreng,kg,3100\n",
            &["line 2, unit"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,barcode\nA,a,pcs,1,2900001001106\n",
            &["line 2, barcode", "MIE"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,barcode\nA,a,pcs,1,2900001001107\n",
            &["wrong check digit"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,pack_name,pack_size\nA,a,kg,1,karung,0.0001\nB,b,pcs,1,dus,\n",
            &["line 2, pack_size", "line 3, pack_size"],
        ),
        (
            HubImport::Products,
            "sku,name,unit,price,shelf_life_days,active\nA,a,pcs,1,0,maybe\n",
            &["line 2, shelf_life_days", "line 2, active"],
        ),
        (
            HubImport::Suppliers,
            "name,lead_time_days\nPabrik,never\n",
            &["line 2, lead_time_days"],
        ),
        (
            HubImport::Costs,
            "shop,sku,cost\nNobody,,1000\nSri,NONE,5\n,,\n",
            &["line 2, shop", "line 3, sku", "line 4, cost"],
        ),
        (
            HubImport::Costs,
            "shop,sku,cost\nSri,,1000\nSri,,2000\n",
            &["line 3"],
        ),
    ];
    for (kind, text, wanted) in cases {
        let error = distributor
            .import(*kind, text)
            .await
            .unwrap_err()
            .to_string();
        for part in *wanted {
            assert!(error.contains(part), "{part} in {error}");
        }
    }
    let latin = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(latin.path(), b"sku,name,unit,price\nA,caf\xe9,pcs,1\n").unwrap();
    let hub = &distributor.daemon.hub;
    let error = hub
        .import(HubImport::Products, latin.path(), false)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("line 2: is not UTF-8"),
        "{error}"
    );
    assert_eq!(hub.status().await.unwrap().products_offered, 3);
    assert_eq!(hub.status().await.unwrap().suppliers, 0);
    assert_eq!(distributor.notes(&shop).await, before);
}

#[tokio::test]
async fn shops_are_told_of_products_once_and_only_when_the_offer_changed() {
    let distributor = Distributor::start().await;
    let told = async |shop: &Shop| distributor.notes(shop).await.len();
    let sri = distributor.daemon.shop("Sri").await;
    assert_eq!(told(&sri).await, 3);
    let same = distributor
        .import(HubImport::Products, CATALOGUE)
        .await
        .unwrap();
    assert_eq!((same.unchanged, same.changed, same.announced), (3, 0, 0));
    // With a byte order mark, semicolons and an order of columns of its own; cost is nothing that a shop hears of.
    // The columns without a name are what a spreadsheet leaves behind.
    let cost = "\u{feff}Price;SKU;name;unit;cost;;\r\n3100;MIE;Mi goreng;bungkus;2800;;\r\n";
    let report = distributor.import(HubImport::Products, cost).await.unwrap();
    assert_eq!((report.changed, report.announced), (1, 0));
    let price = "sku,name,unit,price\nMIE,Mi goreng,bungkus,3200\n";
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(price.as_bytes()).unwrap();
    let dry = distributor
        .daemon
        .hub
        .import(HubImport::Products, file.path(), true)
        .await
        .unwrap();
    assert_eq!((dry.changed, dry.dry_run, told(&sri).await), (1, true, 3));
    let report = distributor
        .import(HubImport::Products, price)
        .await
        .unwrap();
    assert_eq!((report.changed, report.announced), (1, 1));
    let notes = distributor.notes(&sri).await;
    assert_eq!((notes.len(), &notes[3].1["price"]), (4, &json!(3200)));
    // What the file does not have stays as it was.
    assert_eq!(
        (&notes[3].1["pack_size"], &notes[3].1["barcode"]),
        (&json!(40), &json!("2900001001106"))
    );
    let off = "sku,name,unit,price,active\nROTI,Roti tawar,bungkus,14000,no\n";
    distributor.import(HubImport::Products, off).await.unwrap();
    let budi = distributor.daemon.shop("Budi").await;
    let codes: Vec<Value> = distributor
        .notes(&budi)
        .await
        .into_iter()
        .map(|(_, payload)| payload["sku"].clone())
        .collect();
    assert_eq!(codes, ["GULA", "MIE"]);
}

#[tokio::test]
async fn two_products_may_exchange_their_barcodes() {
    let distributor = Distributor::start().await;
    let file = |mie, gula| {
        format!("sku,name,unit,price,barcode\nMIE,Mi,bungkus,1,{mie}\nGULA,Gula,kg,1,{gula}\n")
    };
    for (mie, gula) in [
        ("2900001001106", "2900001002103"),
        ("2900001002103", "2900001001106"),
    ] {
        let report = distributor
            .import(HubImport::Products, &file(mie, gula))
            .await
            .unwrap();
        assert_eq!(report.changed, 2);
    }
}
