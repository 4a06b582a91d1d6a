//! Customers: adding, changing, and reminding them.

use serde_json::json;

use crate::day::desk::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_added_once_and_what_is_wrong_stands_beside_its_field() {
    let desk = Desk::open().await;
    let page = desk.get("/kasbon").await;
    assert!(
        page.text().contains("Belum ada pelanggan."),
        "{}",
        page.text()
    );
    let page = desk.get("/pelanggan/baru").await;
    let id = page.hidden("/pelanggan/baru", "id");
    let form = [
        ("id", &*id),
        ("name", "<script>alert(1)</script>"),
        ("phone", "0812 3456 7890"),
        ("note", "RT 3"),
        ("limit", "250.000"),
        ("due_days", "14"),
    ];
    let to = format!("/kasbon/{id}");
    for _ in 0..2 {
        Desk::taken(&desk.post("/pelanggan/baru", &form).await, &to);
    }
    assert_eq!(desk.number("SELECT count(*) FROM customers"), 1);
    for path in ["/kasbon?semua=1", &to] {
        let page = desk.get(path).await;
        assert!(!page.html.contains("<script>alert"), "{}", page.html);
        assert!(page.html.contains("&#60;script&#62;alert"), "{}", page.html);
    }
    let (_, known) = desk.api.get(&format!("/customers/{id}")).await;
    assert_eq!(
        (&known["limit"], &known["due_days"]),
        (&json!(250_000), &json!(14))
    );
    for (field, value, told) in [
        ("name", "", "Isi nama"),
        ("phone", "kapan-kapan", "Nomor HP tidak dikenal"),
        ("limit", "banyak", "Isi jumlah uang dengan angka"),
        ("due_days", "3651", "Isi hari dengan angka"),
    ] {
        let mut wrong = form.to_vec();
        wrong.retain(|(name, _)| *name != field);
        wrong.push((field, value));
        let shown = desk.post(&format!("{to}/ubah"), &wrong).await;
        assert_eq!(shown.status, 422, "{field}");
        assert!(shown.text().contains(told), "{field}: {}", shown.text());
        assert!(shown.html.contains("value=\"RT 3\""), "{field}");
    }
    // Found by name whether they owe or not.
    assert!(desk.get("/kasbon?q=SCRIPT").await.html.contains(&to));
    assert!(!desk.get("/kasbon?q=budi").await.html.contains(&to));
    assert!(!desk.get("/kasbon").await.html.contains(&to));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_a_link_in_the_customers_language_and_nothing_is_sent() {
    let desk = Desk::open().await;
    let added = json!({ "id": "sri", "name": "Bu Sri & Co", "phone": "0812 3456 7890" });
    assert_eq!(desk.api.post("/customers", &added).await.0, 201);
    let debt = json!({ "method": "debt", "customer_id": "sri" });
    desk.sell("s1", &[("GULA", 2)], debt.clone()).await;
    let page = desk.get("/kasbon/sri").await;
    let link = page.html.split("href=\"https://wa.me/").nth(1).unwrap();
    let link = link.split('"').next().unwrap();
    let (number, text) = link.split_once("?text=").unwrap();
    assert_eq!(number, "6281234567890");
    assert_eq!(
        decoded(text),
        "Halo Bu Sri & Co, ini dari Warung Contoh. Sekadar mengingatkan, catatan kasbonnya sekarang Rp36.500 \
         (sejak Minggu, 22 Nov 2026). Kalau sudah ada rezekinya, boleh dibayar atau dicicil dulu ya. Terima kasih \
         banyak."
    );
    // Without a number there is the text, and where to enter one.
    let unknown = json!({ "method": "debt", "customer_id": "Pak Budi" });
    desk.sell("s2", &[("MIE", 1)], unknown).await;
    let page = desk.get("/kasbon/Pak%20Budi").await;
    assert!(!page.html.contains("wa.me") && page.text().contains("Isi nomor HP dulu"));
}

/// A percent-encoded text.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if let (b'%', [high, low, after @ ..]) = (first, after) {
            let hex = [*high, *low];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}
