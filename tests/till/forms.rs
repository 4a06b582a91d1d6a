//! The page's forms as they are without any script, and what they must withstand.

use super::Counter;
use super::visitor::{Visitor, between};
use crate::harness::program::{done, run_on};

#[tokio::test]
async fn a_form_sent_twice_acts_once() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    let empty = visitor.cart().await;
    for _ in 0..2 {
        let answer = visitor.press(&empty, "tambah:KOPI", &[]).await;
        assert_eq!(answer.status(), 303);
    }
    let one = visitor.cart().await;
    assert_eq!(one.id, empty.id);
    assert!(one.html.contains("1 sachet × Rp2.000"), "{}", one.html);
    for _ in 0..2 {
        visitor.press(&one, "naik:1", &[]).await;
    }
    let two = visitor.cart().await;
    assert!(two.html.contains("2 sachet × Rp2.000"), "{}", two.html);
    // A button of a page that is out of date does nothing, and says so.
    let late = visitor
        .press(&one, "hapus:1", &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(late.contains("berubah di halaman lain"), "{late}");

    for _ in 0..2 {
        let answer = visitor.pay(&two, "4000", &[("cara", "tunai:5000")]).await;
        assert!(matches!(answer.status().as_u16(), 200 | 303));
    }
    let paid = visitor.get(&format!("/kasir/{}", two.id)).await;
    assert!(paid.contains("Lunas") && paid.contains("Rp1.000"), "{paid}");
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 1);
    assert_eq!(counter.number("SELECT sum(quantity) FROM sale_lines"), 2);
    // What is paid takes nothing more, and the next cart is another one.
    let over = visitor
        .press(&two, "tambah:MIE", &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(over.contains("tidak dijual dua kali"), "{over}");
    assert_ne!(visitor.cart().await.id, two.id);
    // A favourite beside the receipt begins that next one, and once however often it is sent.
    let page = between(&paid, "name=\"halaman\" value=\"", "\"").to_owned();
    let next = [("versi", "0"), ("halaman", &*page), ("aksi", "tambah:MIE")];
    assert!(paid.contains("action=\"/kasir\""), "{paid}");
    for _ in 0..2 {
        assert_eq!(visitor.post("/kasir", &next).await.status(), 303);
    }
    let html = visitor.cart().await.html;
    assert!(html.contains("1 bungkus × Rp3.500"), "{html}");
    counter.doctor();
}

#[tokio::test]
async fn each_counter_has_a_cart_of_its_own() {
    let counter = Counter::open();
    let (one, other) = (Visitor::come(&counter).await, Visitor::come(&counter).await);
    let shown = one.cart().await;
    one.press(&shown, "tambah:KOPI", &[]).await;
    let elsewhere = other.cart().await;
    assert_ne!(elsewhere.id, shown.id);
    assert!(elsewhere.html.contains("Keranjang kosong"));
    // Nobody at the counter is shown what the goods cost the shop.
    assert!(!elsewhere.html.contains("1.500") && !elsewhere.html.contains("1500"));
}

#[tokio::test]
async fn wrong_figures_are_said_and_change_nothing() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:GULA", &[])
        .await;
    let shown = visitor.cart().await;
    for (action, fields, told) in [
        (
            "jumlah:1",
            [("jumlah", "banyak")],
            "Jumlah harus lebih dari 0",
        ),
        ("jumlah:1", [("jumlah", "0")], "Jumlah harus lebih dari 0"),
        (
            "jumlah:1",
            [("jumlah", "0,0001")],
            "Jumlah harus lebih dari 0",
        ),
        ("rinci:1", [("harga", "12,5")], "Harga tidak cocok"),
        (
            "rinci:1",
            [("potongan", "18.001")],
            "Potongan tidak boleh lebih",
        ),
        ("rinci:1", [("potongan", "101%")], "Tulis angka rupiah"),
        ("satuan:1:lusin", [("x", "")], "Jumlah harus lebih dari 0"),
        ("apa-apa", [("x", "")], "Belum jadi"),
    ] {
        let answer = visitor.press(&shown, action, &fields).await;
        assert_eq!(answer.status(), 422, "{action} {fields:?}");
        let html = answer.text().await.unwrap();
        assert!(html.contains(told), "{action} {fields:?}: {html}");
    }
    assert_eq!(visitor.cart().await.version, shown.version);
    // What a scale writes with a dot may be fifteen hundred kilograms too: nobody is charged a guess.
    let answer = visitor
        .press(&shown, "jumlah:1", &[("jumlah", "1.500")])
        .await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("tulis 1,5 atau 1500"));
    for (typed, kilograms, total) in [
        ("0.250", "0,25", "4.500"),
        ("1500", "1.500", "27.000.000"),
        ("1.250,5", "1.250,5", "22.509.000"),
        ("250 gram", "0,25", "4.500"),
        ("2 ons", "0,2", "3.600"),
        ("1/2", "0,5", "9.000"),
        ("2 ¼ kg", "2,25", "40.500"),
        ("1,5", "1,5", "27.000"),
    ] {
        let shown = visitor.cart().await;
        visitor
            .press(&shown, "jumlah:1", &[("jumlah", typed)])
            .await;
        let shown = visitor.cart().await.html;
        assert!(
            shown.contains(&format!("{kilograms} kg × Rp18.000"))
                && shown.contains(&format!("Rp{total}")),
            "{typed}: {shown}"
        );
    }
    let shown = visitor.cart().await;
    visitor
        .press(
            &shown,
            "rinci:1",
            &[("harga", "20.000"), ("potongan", "10%")],
        )
        .await;
    let shown = visitor.cart().await;
    assert!(shown.html.contains("harga khusus"), "{}", shown.html);
    for (fields, told) in [
        (
            &[("cara", "tunai"), ("diterima", "26.999")][..],
            "Uangnya kurang",
        ),
        (&[("cara", "tunai"), ("diterima", "")], "Tulis angka rupiah"),
        (&[("cara", "nama"), ("nama", " ")], "Isi nama pelanggannya"),
        (&[("cara", "campur"), ("transfer", "30.000")], "Kelebihan"),
        (&[("cara", "ketik"), ("diterima", "5000")], "Uangnya kurang"),
    ] {
        let answer = visitor.pay(&shown, "27000", fields).await;
        assert_eq!(answer.status(), 422, "{fields:?}");
        let html = answer.text().await.unwrap();
        assert!(html.contains(told), "{fields:?}: {html}");
    }
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
}

#[tokio::test]
async fn a_price_that_changed_since_it_was_shown_is_not_charged() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:KOPI", &[])
        .await;
    let shown = visitor.cart().await;
    let file = counter.folder.path().join("dearer.csv");
    std::fs::write(
        &file,
        "sku,name,unit,price,cost\nKOPI,Kopi,sachet,2500,1500\n",
    )
    .unwrap();
    let import = ["shop", "import", "products", file.to_str().unwrap()];
    done(&run_on(counter.folder.path(), &import));
    let told = visitor.pay(&shown, "2000", &[("cara", "pas")]).await;
    let told = told.text().await.unwrap();
    assert!(
        told.contains("berubah") && told.contains("Rp2.500"),
        "{told}"
    );
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
    visitor
        .pay(&visitor.cart().await, "2500", &[("cara", "pas")])
        .await;
    assert_eq!(counter.number("SELECT sum(total) FROM sales"), 2_500);
}

#[tokio::test]
async fn a_debt_beyond_the_limit_needs_the_owner_to_insist() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:KOPI", &[])
        .await;
    visitor
        .pay(
            &visitor.cart().await,
            "2000",
            &[("cara", "nama"), ("nama", "Bu Sri")],
        )
        .await;
    counter.by_hand("UPDATE customers SET debt_limit = 3000");
    visitor
        .press(&visitor.cart().await, "tambah:KOPI", &[])
        .await;
    let shown = visitor.cart().await;
    // A name is known whatever its capitals.
    let refused = visitor
        .pay(&shown, "2000", &[("cara", "nama"), ("nama", "bu sri")])
        .await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("Melebihi batas utang"), "{refused}");
    assert!(refused.contains("value=\"nama!\""), "{refused}");
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 1);
    visitor
        .pay(&shown, "2000", &[("cara", "nama!"), ("nama", "bu sri")])
        .await;
    assert_eq!(
        counter.number("SELECT sum(amount) FROM customer_ledger"),
        4_000
    );
    assert_eq!(counter.number("SELECT count(*) FROM customers"), 1);
    counter.doctor();
}

#[tokio::test]
async fn a_cart_that_is_emptied_is_on_the_audit_log() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:KOPI", &[])
        .await;
    let shown = visitor.cart().await;
    let answer = visitor
        .post(&format!("/kasir/{}/buang", shown.id), &[])
        .await;
    assert_eq!(answer.status(), 303);
    let dropped = "SELECT count(*) FROM audit WHERE action = 'cart.dropped' AND actor = 'owner' AND detail = '1 lines, 2000'";
    assert_eq!(counter.number(dropped), 1);
    let html = visitor.get(&format!("/kasir/{}", shown.id)).await;
    assert!(html.contains("sudah dikosongkan"), "{html}");
    let html = visitor
        .pay(&shown, "2000", &[("cara", "pas")])
        .await
        .text()
        .await
        .unwrap();
    assert!(html.contains("sudah dikosongkan"), "{html}");
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
}

#[tokio::test]
async fn words_are_found_in_any_order_and_names_are_text() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    for text in ["jumbo ayam", "MIE", "8991002101234", "goreng"] {
        let found = visitor
            .get(&format!("/kasir/cari?q={}", text.replace(' ', "%20")))
            .await;
        assert!(found.contains("tambah:MIE"), "{text}: {found}");
        assert!(!found.contains("tambah:TEH"), "{text}: {found}");
    }
    let found = visitor.get("/kasir/cari?q=sachet").await;
    assert!(
        found.contains("&#60;script&#62;") && !found.contains("<script>"),
        "{found}"
    );
    let nothing = visitor.get("/kasir/cari?q=%3Cb%3E").await;
    assert!(
        nothing.contains("Tidak ditemukan") && !nothing.contains("<b>"),
        "{nothing}"
    );
}
