//! The owner's settings of receipts and printer.

use rstest::rstest;

use super::Counter;

/// One letter more than the wide paper has columns.
const LONG: &str = "0000000000000000000000000000000000000000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn without_a_printer_a_receipt_is_shown_and_sent_and_not_printed() {
    let counter = Counter::open().await;
    counter.sell_noodles("s1").await;
    let page = counter.get("/struk/s1").await.text();
    assert!(
        page.contains("Belum ada printer") && !page.contains("/cetak\""),
        "{page}"
    );
    // Receipt 1, two pieces, in plain sentences.
    let link = "https://wa.me/?text=%2AWarung%20Contoh%2A%0ANo.%201%20%C2%B7%20Senin%2C%2023%20Nov%202026%2009.40%0A%0A\
                2%20pcs%20Mie%20goreng%20%3D%20Rp7.000%0A%0A%2ATOTAL%3A%20Rp7.000%2A%0ATunai%3A%20Rp7.000%0A%0A\
                Terima%20kasih\"";
    assert!(page.contains(link), "{page}");
    let page = counter.post("/struk/s1/cetak", &[("id", "form-1")]).await;
    assert_eq!(page.status, 409);
    assert_eq!(counter.get("/struk/none").await.status, 404);
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slips_are_added_to_a_file_of_the_data_folder() {
    let counter = Counter::open().await;
    counter
        .set_up(&[("kind", "file"), ("file", "struk.bin")])
        .await;
    counter.sell_noodles("s1").await;
    for form in ["form-1", "form-2"] {
        counter.post("/struk/s1/cetak", &[("id", form)]).await;
        counter.until("/cetak", "Tidak ada yang menunggu").await;
    }
    let test = counter
        .post("/pengaturan/struk/tes", &[("id", "form-3")])
        .await;
    assert_eq!(test.to, "/pengaturan/struk?ok=tes");
    counter.until("/cetak", "Tidak ada yang menunggu").await;
    let written = std::fs::read(counter.shop.path.join("struk/struk.bin")).expect("a file");
    let written = String::from_utf8_lossy(&written);
    let slips: Vec<&str> = written.split("\x1B@").skip(1).collect();
    assert_eq!(slips.len(), 3);
    assert!(slips[0].contains("No. 1\n") && !slips[0].contains("SALINAN"));
    assert!(slips[1].contains("SALINAN") && slips[2].contains("TES CETAK"));
    counter.daemon.stop().await;
}

#[rstest]
#[case::far_away(&[("kind", "network"), ("host", "8.8.8.8"), ("port", "9100")], "di jaringan warung")]
#[case::far_away_in_the_new_form(&[("kind", "network"), ("host", "2001:4860::8888"), ("port", "9100")], "di jaringan warung")]
#[case::no_host(&[("kind", "network"), ("host", "a b"), ("port", "9100")], "di jaringan warung")]
#[case::no_port(&[("kind", "network"), ("host", "192.168.1.5"), ("port", "x")], "1 sampai 65535")]
#[case::a_file(&[("kind", "device"), ("device", "/etc/hostname")], "bukan berkas biasa")]
#[case::a_folder(&[("kind", "device"), ("device", "/etc")], "bukan berkas biasa")]
#[case::no_path(&[("kind", "device"), ("device", "lp0")], "bukan berkas biasa")]
#[case::out_of_the_folder(&[("kind", "file"), ("file", "../x")], "huruf, angka")]
#[case::hidden(&[("kind", "file"), ("file", ".x")], "huruf, angka")]
#[case::long_address(&[("address", "a\nb\nc\nd")], "Paling banyak 3 baris")]
#[case::long_footer(&[("footer", LONG)], "Paling banyak 4 baris")]
#[case::long_phone(&[("phone", LONG)], "Paling banyak 30")]
#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_cannot_be_is_refused_beside_its_field(
    #[case] fields: &[(&str, &str)],
    #[case] expected: &str,
) {
    let counter = Counter::open().await;
    let page = counter.post("/pengaturan/struk", fields).await;
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(text.contains(expected), "{text}");
    // What was typed is still there.
    assert!(
        fields.iter().all(|(_, value)| text.contains(value)),
        "{text}"
    );
    let kept = counter.get("/pengaturan/struk").await.text();
    let mut wrong = fields
        .iter()
        .filter(|(field, _)| !["kind", "port"].contains(field));
    assert!(
        wrong.all(|(_, value)| !kept.contains(&format!("\"{value}\""))),
        "{kept}"
    );
    counter.daemon.stop().await;
}
