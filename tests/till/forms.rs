//! The page's forms as they are without any script, and what they must withstand.

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use super::Counter;
use crate::harness::program::{done, run_on};

/// A browser without script: it keeps its cookie.
pub struct Visitor<'a> {
    counter: &'a Counter,
    client: Client,
    cookie: String,
}

/// A cart as the page shows it.
#[derive(Debug)]
pub struct Shown {
    pub id: String,
    pub version: String,
    pub html: String,
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before}: {text}"));
    rest.split_once(after).expect("an end").0
}

impl<'a> Visitor<'a> {
    pub async fn come(counter: &'a Counter) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .build()
            .expect("a client");
        let page = client
            .get(format!("{}/kasir", counter.base))
            .send()
            .await
            .expect("an answer");
        let cookie = page.headers()[SET_COOKIE].to_str().expect("a text");
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        let cookie = cookie.split(';').next().expect("a value").to_owned();
        Self {
            counter,
            client,
            cookie,
        }
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| {
                format!("{name}={}", value.replace('%', "%25").replace('+', "%2B"))
            })
            .collect();
        self.client
            .post(format!("{}{path}", self.counter.base))
            .header(COOKIE, &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
            .send()
            .await
            .expect("an answer")
    }

    pub async fn get(&self, path: &str) -> String {
        let page = self
            .client
            .get(format!("{}{path}", self.counter.base))
            .header(COOKIE, &self.cookie)
            .send()
            .await
            .expect("an answer");
        page.text().await.expect("a text")
    }

    pub async fn cart(&self) -> Shown {
        let html = self.get("/kasir").await;
        Shown {
            id: between(&html, "data-id=\"", "\"").to_owned(),
            version: between(&html, "data-version=\"", "\"").to_owned(),
            html,
        }
    }

    /// Presses a button of the cart that is shown.
    pub async fn press(&self, shown: &Shown, action: &str, fields: &[(&str, &str)]) -> Response {
        let page = between(&shown.html, "name=\"halaman\" value=\"", "\"");
        let mut all = vec![
            ("versi", &*shown.version),
            ("halaman", page),
            ("aksi", action),
        ];
        all.extend_from_slice(fields);
        self.post(&format!("/kasir/{}", shown.id), &all).await
    }

    pub async fn pay(&self, shown: &Shown, due: &str, fields: &[(&str, &str)]) -> Response {
        let mut all = vec![("versi", &*shown.version), ("jumlah", due)];
        all.extend_from_slice(fields);
        self.post(&format!("/kasir/{}/bayar", shown.id), &all).await
    }
}

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
