//! What customers ask for and pay with, without any script: notes, loose goods, debts by name.

use super::Counter;
use super::visitor::{Visitor, between};

/// The notes offered are those that a customer has in hand for such a sum.
#[tokio::test]
async fn notes_are_those_that_people_pay_with() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:SAYUR", &[])
        .await;
    for (price, offered) in [
        ("700", "1000 2000 5000 10000"),
        ("1500", "2000 5000 10000 20000"),
        ("5000", "10000 20000 50000 100000"),
        ("15200", "20000 50000 100000"),
        ("71500", "75000 80000 100000"),
        ("120000", "150000 200000"),
        ("126500", "130000 140000 150000 200000"),
    ] {
        visitor
            .press(&visitor.cart().await, "rinci:1", &[("harga", price)])
            .await;
        let html = visitor.cart().await.html;
        let notes: Vec<_> = html
            .split("value=\"tunai:")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap_or_default())
            .collect();
        assert_eq!(notes.join(" "), offered, "{price}");
    }
}

/// A barcode in the field of the money that was handed over is no payment; a slip of the finger is asked about.
#[tokio::test]
async fn change_that_nobody_waits_for_is_asked_about() {
    let counter = Counter::open();
    counter.by_hand("INSERT INTO settings (key, value) VALUES ('cash_rounding', '500')");
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:TEH", &[])
        .await;
    let shown = visitor.cart().await;
    for fields in [
        &[("cara", "tunai"), ("diterima", "89910017")][..],
        &[("cara", "ketik"), ("diterima", "507.500")],
    ] {
        let asked = visitor.pay(&shown, "7550", fields).await;
        assert_eq!(asked.status(), 422, "{fields:?}");
        let html = asked.text().await.unwrap();
        assert!(html.contains("jauh lebih besar"), "{html}");
        assert!(html.contains("value=\"tunai!\""), "{html}");
    }
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
    let insisted = [("cara", "tunai!"), ("diterima", "507.500")];
    assert_eq!(visitor.pay(&shown, "7550", &insisted).await.status(), 303);
    // What rounding did is on the panel that says paid, so that its figures come to its total.
    let html = visitor.get(&format!("/kasir/{}", shown.id)).await;
    let sold = between(&html, "class=\"sold\"", "</dl>");
    for figure in [
        "Rp7.550",
        "Pembulatan tunai",
        "-Rp50",
        "Rp7.500",
        "Rp500.000",
    ] {
        assert!(sold.contains(figure), "{figure}: {sold}");
    }
    counter.doctor();
}

/// Naming one favourite does not take the others away.
#[tokio::test]
async fn best_sellers_follow_the_favourites() {
    let counter = Counter::open();
    counter.by_hand("UPDATE products SET favourite = NULL");
    let visitor = Visitor::come(&counter).await;
    for sku in ["GULA", "TEH", "TEH"] {
        let add = format!("tambah:{sku}");
        visitor.press(&visitor.cart().await, &add, &[]).await;
    }
    let due = [("cara", "pas")];
    visitor.pay(&visitor.cart().await, "33100", &due).await;
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 1);
    counter.by_hand("UPDATE products SET favourite = 1 WHERE sku IN ('MIE')");
    let html = visitor.cart().await.html;
    let shown: Vec<_> = html
        .split("value=\"tambah:")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect();
    assert_eq!(shown[0], "MIE");
    assert_eq!(shown.len(), 3, "{shown:?}");
}

/// "Sugar for five thousand" costs five thousand, and 250 grams need no comma.
#[tokio::test]
async fn loose_goods_are_sold_by_what_they_are_to_cost() {
    let counter = Counter::open();
    counter.by_hand(
        "INSERT INTO price_tiers (product_id, unit, from_quantity, price)
         SELECT id, 'kg', 2, 16000 FROM products WHERE sku = 'GULA'",
    );
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:GULA", &[])
        .await;
    for (amount, quantity, total) in [
        ("5.000", "0,278 kg", "Rp5.000"),
        ("18.000", "1 kg", "Rp18.000"),
        ("100", "0,006 kg", "Rp100"),
        // So much that it is cheaper by the kilogram.
        ("40.000", "2,5 kg", "Rp40.000"),
    ] {
        let shown = visitor.cart().await;
        let answer = visitor
            .press(&shown, "seharga:1", &[("seharga", amount)])
            .await;
        assert_eq!(answer.status(), 303, "{amount}");
        let html = visitor.cart().await.html;
        let line = between(&html, "class=\"pick\"", "</a>");
        assert!(line.contains(quantity), "{amount}: {line}");
        assert!(
            line.contains(&format!("seharga {total}<")),
            "{amount}: {line}"
        );
        assert!(!line.contains("Potongan"), "{amount}: {line}");
    }
    let asked = [("seharga", "5.000")];
    visitor
        .press(&visitor.cart().await, "seharga:1", &asked)
        .await;
    // A note leaves the amount as it is; another quantity costs what it costs.
    let note = [("harga", ""), ("potongan", ""), ("catatan", "plastik")];
    visitor.press(&visitor.cart().await, "rinci:1", &note).await;
    assert!(visitor.cart().await.html.contains("seharga Rp5.000"));
    visitor
        .pay(&visitor.cart().await, "5000", &[("cara", "pas")])
        .await;
    let sold = "SELECT total * 1000000 + quantity * 1000 + discount FROM sale_lines";
    assert_eq!(counter.number(sold), 5_000_278_004);

    visitor
        .press(&visitor.cart().await, "tambah:GULA", &[])
        .await;
    visitor
        .press(&visitor.cart().await, "seharga:1", &asked)
        .await;
    visitor
        .press(&visitor.cart().await, "gram:1", &[("jumlah", "250")])
        .await;
    let html = visitor.cart().await.html;
    assert!(html.contains("0,25 kg × Rp18.000"), "{html}");
    assert!(html.contains("id=\"total\">Rp4.500<"), "{html}");
    let shown = visitor.cart().await;
    for (action, field) in [
        ("seharga:1", ("seharga", "0")),
        ("seharga:1", ("seharga", "banyak")),
        ("gram:1", ("jumlah", "0,5")),
    ] {
        let answer = visitor.press(&shown, action, &[field]).await;
        assert_eq!(answer.status(), 422, "{action}");
    }
    // Pieces are counted.
    visitor.press(&shown, "tambah:KOPI", &[]).await;
    let shown = visitor.cart().await;
    let answer = visitor.press(&shown, "gram:2", &[("jumlah", "3")]).await;
    assert_eq!(answer.status(), 422);
    assert!(!shown.html.contains("name=\"seharga\""));
    counter.doctor();
}

/// A name like one in the book is asked about once, and answered by a button that needs no script.
#[tokio::test]
async fn a_name_like_a_known_one_opens_no_account_by_accident() {
    let counter = Counter::open();
    counter.by_hand(
        "INSERT INTO customers (id, name, created_at_utc) VALUES
         ('tini', 'Bu Tini', '2026-01-01T00:00:00Z'),
         ('sari', 'Bu Sari Dewi', '2026-01-01T00:00:00Z'),
         ('sar2', 'bu sari dewi', '2026-01-01T00:00:00Z');
         UPDATE customers SET debt_limit = 3000 WHERE id = 'tini'",
    );
    let visitor = Visitor::come(&counter).await;
    visitor
        .press(&visitor.cart().await, "tambah:KOPI", &[])
        .await;
    let shown = visitor.cart().await;
    for (typed, meant) in [
        ("tini", "tini"),
        ("Ibu Tini", "tini"),
        ("Bu Tina", "tini"),
        ("Bu Tiin", "tini"),
        ("T", "tini"),
        ("Tini warung sebelah", "tini"),
        ("Pak Dewi", "sari"),
        ("Bu Sari Dewi", "sari"),
        ("Bu Sari Dewi", "sar2"),
    ] {
        let fields = [("cara", "nama"), ("nama", typed)];
        let asked = visitor.pay(&shown, "2000", &fields).await;
        assert_eq!(asked.status(), 422, "{typed}");
        let html = asked.text().await.unwrap();
        let question = between(&html, "class=\"question\"", "</form>");
        assert!(question.contains("Siapa yang dimaksud"), "{question}");
        assert!(
            question.contains(&format!("value=\"akun:{meant}\"")),
            "{typed}: {question}"
        );
        assert!(question.contains("value=\"baru\""), "{question}");
    }
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
    assert_eq!(counter.number("SELECT count(*) FROM customers"), 3);
    // Names that nobody takes for one another are not asked about.
    let others = [("cara", "nama"), ("nama", "Pak Budi")];
    assert_eq!(visitor.pay(&shown, "2000", &others).await.status(), 303);
    visitor
        .press(&visitor.cart().await, "tambah:KOPI", &[])
        .await;
    // Whoever says that it is somebody else is believed, also for a part.
    let newcomer = [
        ("cara", "campurbaru"),
        ("tunai", "500"),
        ("utang", "1500"),
        ("siapa", "tini"),
    ];
    let answer = visitor.pay(&visitor.cart().await, "2000", &newcomer).await;
    assert_eq!(answer.status(), 303);
    let new = "SELECT sum(l.amount) FROM customer_ledger l JOIN customers c ON c.id = l.customer_id WHERE c.name = 'tini'";
    assert_eq!(counter.number(new), 1_500);
    // The answer is beyond the limit where the name was, and can be insisted on.
    visitor
        .press(&visitor.cart().await, "tambah:MIE", &[])
        .await;
    let shown = visitor.cart().await;
    let answer = [("cara", "akun:tini"), ("nama", "Ibu Tini")];
    let refused = visitor.pay(&shown, "3500", &answer).await;
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("value=\"akun!:tini\""), "{refused}");
    let insisted = [("cara", "akun!:tini"), ("nama", "Ibu Tini")];
    assert_eq!(visitor.pay(&shown, "3500", &insisted).await.status(), 303);
    assert_eq!(counter.number("SELECT count(*) FROM customers"), 5);
    counter.doctor();
}
