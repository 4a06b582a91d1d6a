//! The pages of stock and supply, as a browser without scripts uses them.

use serde_json::json;

use super::super::hub_api::Distributor;
use super::case;
use crate::harness::counter::form;

const SUPPLIERS: &str =
    "name,lead_time_days,email,handling_cost\nUtama,6,utama@example.com,500\nCadangan,1,,900\n";

const OFFERS: &str = "sku,supplier,rank,price,supplier_sku\nP1,Utama,1,50,UT-1\nP1,Cadangan,2,61,\nP2,Utama,1,75,\nP3,Cadangan,1,140,\n";

async fn start() -> Distributor {
    case(
        SUPPLIERS,
        OFFERS,
        "sku,quantity,expires,lot\nP1,40,2026-11-30,L1\nP2,9000,,\nP3,70,,\n",
    )
    .await
}

async fn shown(distributor: &Distributor, path: &str) -> String {
    let request = distributor.daemon.client.get(distributor.daemon.url(path));
    let answer = request
        .header("accept-language", "id")
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, 200, "{path}: {text}");
    text
}

/// Sends a form and follows it to the page that it leads to.
async fn sent(
    distributor: &Distributor,
    path: &str,
    fields: &[(&str, &str)],
) -> (u16, String, String) {
    let request = distributor.daemon.client.post(distributor.daemon.url(path));
    let answer = form(request, fields).send().await.unwrap();
    let (status, led) = (answer.status().as_u16(), answer.url().path().to_owned());
    (status, led, answer.text().await.unwrap())
}

/// The value of the first field of this name on a page.
fn value<'p>(page: &'p str, name: &str) -> &'p str {
    let start = page
        .find(&format!("name=\"{name}\""))
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    let rest = &page[start..];
    let from = rest.find("value=\"").unwrap() + 7;
    &rest[from..from + rest[from..].find('"').unwrap()]
}

#[tokio::test]
async fn an_owner_orders_receives_and_counts_without_a_script() {
    let distributor = start().await;
    let buying = shown(&distributor, "/belanja").await;
    for wanted in [
        "Produk satu",
        "Kenapa?",
        "Pesan dari Cadangan",
        "Semua toko bersama perlu",
    ] {
        assert!(buying.contains(wanted), "{wanted} in {buying}");
    }
    let fields = [("supplier", "Utama"), ("id", value(&buying, "id"))];
    let (status, path, order) = sent(&distributor, "/belanja", &[fields[0], fields[1]]).await;
    assert_eq!(status, 200, "{order}");
    assert!(path.starts_with("/belanja/"), "{path}");
    let version = value(&order, "version").to_owned();
    let confirm = [
        ("version", version.as_str()),
        ("jumlah.P1", "1.200"),
        ("harga.P1", "49"),
        ("note", "pagi"),
        ("langkah", "setujui"),
    ];
    let (_, _, order) = sent(&distributor, &path, &confirm).await;
    assert!(
        order.contains("PO-2026-0001") && order.contains("Rp58.800"),
        "{order}"
    );
    let (status, _, told) = sent(
        &distributor,
        &path,
        &[
            ("version", &version),
            ("jumlah.P1", "5"),
            ("langkah", "simpan"),
        ],
    )
    .await;
    assert_eq!(status, 409, "{told}");
    for (tail, wanted) in [
        ("/cetak", "Mohon dikirim"),
        ("/teks", "PO-2026-0001"),
        ("/csv", "UT-1"),
    ] {
        assert!(
            shown(&distributor, &format!("{path}{tail}"))
                .await
                .contains(wanted),
            "{tail}"
        );
    }
    let (_, _, order) = sent(&distributor, &format!("{path}/kirim"), &[]).await;
    assert!(order.contains("Terkirim ke pemasok"));
    let id = value(&order, "id").to_owned();
    let came = [
        ("id", id.as_str()),
        ("datang.P1", "1.000"),
        ("rusak.P1", "20"),
        ("lot.P1", "L2"),
        ("tanggal.P1", "2027-03-01"),
        ("note", "SJ 9"),
    ];
    for _ in 0..2 {
        let (status, _, order) = sent(&distributor, &format!("{path}/terima"), &came).await;
        assert_eq!(status, 200);
        assert!(
            order.contains("Datang sebagian") && order.contains("180 pcs"),
            "{order}"
        );
    }
    assert_eq!(distributor.get("/stock/P1").await["on_hand"], 1040);
    let product = shown(&distributor, "/gudang/P1").await;
    assert!(
        product.contains("1.040 pcs") && product.contains("L2"),
        "{product}"
    );
    let count = [
        ("id", value(&product, "id")),
        ("at_seq", value(&product, "at_seq")),
        ("counted", "1.035"),
    ];
    let (_, led, document) = sent(&distributor, "/gudang/P1/hitung", &count).await;
    assert!(
        led.starts_with("/gudang/dokumen/") && document.contains("-5 pcs"),
        "{led} {document}"
    );
    let (status, _, told) = sent(
        &distributor,
        "/gudang/P1/ubah",
        &[("reason", "waste"), ("quantity", "5000")],
    )
    .await;
    assert_eq!(status, 409, "{told}");
    let (_, _, shelf) = sent(
        &distributor,
        "/gudang/opname",
        &[("jumlah.P2", "8999"), ("posisi.P2", "1"), ("jumlah.P3", "")],
    )
    .await;
    assert!(shelf.contains("-1 pcs"), "{shelf}");
    assert_eq!(distributor.get("/stock/P3").await["on_hand"], 70);
}

#[tokio::test]
async fn a_supplier_sees_its_own_products_only() {
    let distributor = start().await;
    let order = json!({ "supplier": "Utama", "lines": [{ "sku": "P1", "quantity": 1 }] });
    let (_, order) = distributor.post("/supplier-orders", order).await;
    let confirm = format!("/supplier-orders/{}/confirm", order["id"].as_str().unwrap());
    distributor.post(&confirm, json!({})).await;
    let utama = shown(&distributor, "/pemasok/Utama/lihat").await;
    for (text, seen) in [
        ("Produk satu", true),
        ("Produk dua", true),
        ("PO-2026-0001", true),
        ("Produk tiga", false),
        ("Cadangan", false),
        ("Rp61", false),
    ] {
        assert_eq!(utama.contains(text), seen, "{text}: {utama}");
    }
    let cadangan = shown(&distributor, "/pemasok/Cadangan/lihat").await;
    for (text, seen) in [
        ("Produk tiga", true),
        ("Produk satu", true),
        ("Produk dua", false),
        ("PO-2026-0001", false),
        ("Utama", false),
    ] {
        assert_eq!(cadangan.contains(text), seen, "{text}: {cadangan}");
    }
}

#[tokio::test]
async fn the_pages_say_what_is_wrong_and_what_to_do() {
    let distributor = start().await;
    assert!(shown(&distributor, "/gudang").await.contains("Produk dua"));
    assert!(shown(&distributor, "/pemasok").await.contains("Utama"));
    let (_, led, page) = sent(
        &distributor,
        "/pemasok",
        &[("name", "Baru"), ("lead_time", "3"), ("minimum", "100rb")],
    )
    .await;
    assert!(led == "/pemasok/Baru" && page.contains("100.000"), "{page}");
    let (status, _, _) = sent(
        &distributor,
        "/pemasok",
        &[("name", "Salah"), ("lead_time", "lama")],
    )
    .await;
    assert_eq!(status, 422);
    let (_, _, off) = sent(&distributor, "/pemasok/Utama/mati", &[]).await;
    assert!(
        off.contains("sekarang dari Cadangan") && off.contains("tidak ada yang mengirim lagi"),
        "{off}"
    );
    let plan = shown(&distributor, "/belanja").await;
    assert!(plan.contains("Utama tidak dipakai lagi"), "{plan}");
    for path in ["/gudang/TIDAK", "/belanja/tidak", "/pemasok/Tidak"] {
        let answer = distributor
            .daemon
            .client
            .get(distributor.daemon.url(path))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}
