//! Documents of the trade, held against the official schemas; and a Receipt Advice taken in.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use kulakan::hub::HubImport;
use rstest::rstest;
use serde_json::{Value, json};

use crate::hub_api::Distributor;
use crate::hub_sync::Shop;

/// Unpacks the official schemas.
fn schemas(folder: &Path) {
    let zip = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/ubl/ubl-2.1-xsd.zip"
    );
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let path = folder.join(file.name());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

/// What xmllint has against a document of this kind; nothing where it fits the schema.
fn against_the_schema(kind: &str, document: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    schemas(folder.path());
    let file = folder.path().join("document.xml");
    std::fs::write(&file, document).unwrap();
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(folder.path().join(format!("maindoc/UBL-{kind}-2.1.xsd")))
        .arg(&file)
        .output()
        .expect("xmllint is not installed; ./tests/run installs it");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then_some(told)
}

#[track_caller]
fn fits(kind: &str, document: &str) {
    if let Some(told) = against_the_schema(kind, document) {
        panic!("{told}\n{document}");
    }
}

async fn xml(distributor: &Distributor, path: &str) -> (u16, String) {
    let url = distributor.daemon.url(&format!("/api/v1{path}"));
    let request = distributor.daemon.client.get(url);
    let response = request
        .bearer_auth(&distributor.token)
        .send()
        .await
        .unwrap();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let status = response.status().as_u16();
    if status == 200 {
        assert_eq!(kind, "application/xml; charset=utf-8");
    }
    (status, response.text().await.unwrap())
}

async fn send(distributor: &Distributor, document: &str) -> (u16, Value) {
    let url = distributor.daemon.url("/api/v1/ubl/receipt-advice");
    let request = distributor.daemon.client.post(url);
    let response = request
        .bearer_auth(&distributor.token)
        .header("content-type", "application/xml")
        .body(document.to_owned())
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// A shipment of 80 mi, 12 of them from another lot, that has left.
async fn dispatched(distributor: &Distributor, shop: &Shop) -> String {
    distributor
        .import(
            HubImport::Stock,
            "sku,quantity,expires,lot\nMIE,12,2026-12-31,L-1 <a> & b\nMIE,500,2027-05-01,L-2\nGULA,50000,,\nROTI,90,2026-11-26,\n",
        )
        .await
        .unwrap();
    let body = json!({ "shop_id": shop.id, "lines": [
        { "sku": "MIE", "quantity": 80 }, { "sku": "GULA", "quantity": 25_000 },
    ] });
    let (status, shipment) = distributor.post("/shipments", body).await;
    assert_eq!(status, 201, "{shipment}");
    let id = shipment["id"].as_str().unwrap().to_owned();
    for step in ["confirm", "dispatch"] {
        let (status, body) = distributor
            .post(&format!("/shipments/{id}/{step}"), json!({}))
            .await;
        assert_eq!(status, 200, "{body}");
    }
    id
}

#[tokio::test]
async fn what_is_written_fits_the_official_schemas() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Warung \"Sri\" <Jaya> & Anak").await;
    let (status, report) = xml(
        &distributor,
        &format!("/ubl/inventory-report?shop={}", shop.id),
    )
    .await;
    assert_eq!(status, 200, "{report}");
    fits("InventoryReport", &report);
    assert!(
        report.contains("Warung &quot;Sri&quot; &lt;Jaya&gt; &amp; Anak"),
        "{report}"
    );
    assert!(
        report.contains("<cbc:Quantity unitCode=\"GRM\">1000</cbc:Quantity>"),
        "{report}"
    );
    assert!(
        report.contains("<cbc:BestBeforeDate>2026-11-24</cbc:BestBeforeDate>"),
        "{report}"
    );
    assert!(
        report.contains("<cbc:ID schemeID=\"GTIN\">2900001001106</cbc:ID>"),
        "{report}"
    );

    // Nothing was ever told of the warehouse's stock, and the schema wants a line.
    assert_eq!(xml(&distributor, "/ubl/inventory-report").await.0, 409);
    let id = dispatched(&distributor, &shop).await;
    let (status, report) = xml(&distributor, "/ubl/inventory-report").await;
    assert_eq!(status, 200, "{report}");
    fits("InventoryReport", &report);
    assert!(
        report.contains("<cbc:LotNumberID>L-2</cbc:LotNumberID>"),
        "{report}"
    );

    let (status, advice) = xml(&distributor, &format!("/ubl/despatch-advice/{id}")).await;
    assert_eq!(status, 200, "{advice}");
    fits("DespatchAdvice", &advice);
    // First expired first out: a line for each lot, together what the shipment carries.
    let first = advice.find("<cbc:DeliveredQuantity unitCode=\"C62\">12<");
    let second = advice.find("<cbc:DeliveredQuantity unitCode=\"C62\">68<");
    assert!(first.is_some() && second > first, "{advice}");
    assert!(
        advice.contains("<cbc:LotNumberID>L-1 &lt;a&gt; &amp; b</cbc:LotNumberID>"),
        "{advice}"
    );

    assert_eq!(
        xml(&distributor, &format!("/ubl/receipt-advice/{id}"))
            .await
            .0,
        409
    );
    assert_eq!(xml(&distributor, "/ubl/receipt-advice/none").await.0, 404);
    let (status, body) = send(&distributor, &receipt(&id, "78", "2")).await;
    assert_eq!(status, 200, "{body}");
    let (status, advice) = xml(&distributor, &format!("/ubl/receipt-advice/{id}")).await;
    assert_eq!(status, 200, "{advice}");
    fits("ReceiptAdvice", &advice);
    assert!(
        advice.contains("<cbc:ShortQuantity unitCode=\"C62\">2<"),
        "{advice}"
    );
    assert!(
        advice.contains("<cbc:RejectedQuantity unitCode=\"C62\">2<"),
        "{advice}"
    );
}

#[test]
fn the_schemas_find_what_is_wrong() {
    let wrong = receipt("x", "1", "0").replace("<cbc:ID>RA-7</cbc:ID>", "");
    let told = against_the_schema("ReceiptAdvice", &wrong).unwrap();
    assert!(told.contains("ID"), "{told}");
}

/// A Receipt Advice as another system writes it: other prefixes, sugar in kilograms, of which all came.
fn receipt(shipment: &str, received: &str, rejected: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<ra:ReceiptAdvice xmlns:ra="urn:oasis:names:specification:ubl:schema:xsd:ReceiptAdvice-2"
  xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ID>RA-7</cbc:ID><cbc:IssueDate>2026-11-23</cbc:IssueDate>
<a:DespatchDocumentReference><cbc:ID>SJ</cbc:ID><cbc:UUID>{shipment}</cbc:UUID></a:DespatchDocumentReference>
<a:DeliveryCustomerParty/><a:DespatchSupplierParty/>
<a:ReceiptLine><cbc:ID>1</cbc:ID><cbc:ReceivedQuantity unitCode="EA">{received}</cbc:ReceivedQuantity>
<cbc:RejectedQuantity unitCode="EA">{rejected}</cbc:RejectedQuantity>
<a:Item><cbc:Name>Mi</cbc:Name><a:SellersItemIdentification><cbc:ID>M&#73;E</cbc:ID></a:SellersItemIdentification></a:Item></a:ReceiptLine>
<a:ReceiptLine><cbc:ID>2</cbc:ID><cbc:ReceivedQuantity unitCode="KGM">25.00</cbc:ReceivedQuantity>
<a:Item><a:SellersItemIdentification><cbc:ID>GULA</cbc:ID></a:SellersItemIdentification></a:Item></a:ReceiptLine>
</ra:ReceiptAdvice>"#
    )
}

#[tokio::test]
async fn a_receipt_advice_closes_the_shipment_once() {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let id = dispatched(&distributor, &shop).await;
    fits("ReceiptAdvice", &receipt(&id, "79", "1"));
    for _ in 0..2 {
        let (status, shipment) = send(&distributor, &receipt(&id, "79", "1")).await;
        assert_eq!(
            (status, &shipment["state"]),
            (200, &json!("short")),
            "{shipment}"
        );
        let line = |code: &str| {
            let lines = shipment["lines"].as_array().unwrap().iter();
            lines
                .clone()
                .find(|line| line["sku"] == code)
                .unwrap()
                .clone()
        };
        assert_eq!(
            (&line("MIE")["received"], &line("MIE")["damaged"]),
            (&json!(79), &json!(1))
        );
        assert_eq!(line("GULA")["received"], 25_000);
    }
    let (status, body) = send(&distributor, &receipt(&id, "80", "0")).await;
    assert_eq!(status, 409, "{body}");
}

const BOMB: &str =
    r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>"#;

#[rstest]
#[case::no_xml("halo", "document")]
#[case::cut_off("<a><b></b>", "document")]
#[case::entities(BOMB, "document")]
#[case::an_entity_of_nobody("<a>&x;</a>", "document")]
#[case::another_document(
    "<Order xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Order-2\"/>",
    "document"
)]
#[tokio::test]
async fn what_is_no_receipt_advice_is_refused(#[case] document: &str, #[case] field: &str) {
    let distributor = Distributor::start().await;
    let (status, body) = send(&distributor, document).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (422, &json!(field)),
        "{body}"
    );
}

#[rstest]
#[case::negative(
    "ReceivedQuantity unitCode=\"EA\">79",
    "ReceivedQuantity unitCode=\"EA\">-79",
    "ReceiptLine[1]"
)]
#[case::parts_of_a_piece("unitCode=\"EA\">79", "unitCode=\"EA\">79.5", "ReceiptLine[1]")]
#[case::ten_million_million(
    "unitCode=\"EA\">79",
    "unitCode=\"EA\">10000000000000",
    "ReceiptLine[1]"
)]
#[case::another_unit("unitCode=\"KGM\"", "unitCode=\"LTR\"", "ReceiptLine[2]")]
#[case::more_rejected("unitCode=\"EA\">1<", "unitCode=\"EA\">100<", "ReceiptLine[1]")]
#[case::no_product("M&#73;E", "", "ReceiptLine[1]/Item/SellersItemIdentification/ID")]
#[case::no_shipment(
    "DespatchDocumentReference",
    "OrderReference",
    "DespatchDocumentReference"
)]
#[tokio::test]
async fn a_fault_is_named_and_changes_nothing(
    #[case] from: &str,
    #[case] to: &str,
    #[case] field: &str,
) {
    let distributor = Distributor::start().await;
    let shop = distributor.shop("Sri").await;
    let id = dispatched(&distributor, &shop).await;
    let document = receipt(&id, "79", "1");
    assert!(document.contains(from));
    let (status, body) = send(&distributor, &document.replace(from, to)).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (422, &json!(field)),
        "{body}"
    );
    let shipment = distributor.get(&format!("/shipments/{id}")).await;
    assert_eq!(shipment["state"], "dispatched");
}

#[tokio::test]
async fn deep_and_large_documents_are_bounded() {
    let distributor = Distributor::start().await;
    let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
    assert_eq!(send(&distributor, &deep).await.0, 422);
    let wide = format!("<a>{}</a>", "<b/>".repeat(60_000));
    assert_eq!(send(&distributor, &wide).await.0, 422);
    let large = format!("<a>{}</a>", "x".repeat(1_100_000));
    assert_eq!(send(&distributor, &large).await.0, 413);
}
