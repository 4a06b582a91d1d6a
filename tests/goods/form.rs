//! Adding a product in one screen, changing one without losing its cost, and what a cashier may see.

use serde_json::json;

use super::hidden;
use crate::browser::Browser;
use crate::harness::counter::{Counter, OWNERS_PIN};

/// A form that adds a product, as the page sends it.
fn new_product<'f>(id: &'f str, name: &'f str, price: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![
        ("id", id),
        ("u.0.barcodes", ""),
        ("name", name),
        ("u.0.price", price),
        ("u.0.name", "pcs"),
        ("main", "0"),
        ("order", "0"),
        ("active", "1"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scan_name_price_done() {
    let counter = Counter::start(None).await;
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/barang", counter.url)).await;
    assert!(browser.text("main").await.contains("Belum ada barang"));
    browser.screenshot("goods-empty-360").await;
    browser.click("main a.button").await;

    // The scanner types into the field that waits for it and presses Enter; so does she.
    let first = browser.find("#u\\.0\\.barcodes").await;
    first.send_keys("8991002101234\u{e007}").await.unwrap();
    let focus = "return document.activeElement.id";
    assert_eq!(browser.script(focus).await, "name");
    let name = browser.find("#name").await;
    name.send_keys("Mi goreng <script>alert(1)</script>\u{e007}")
        .await
        .unwrap();
    assert_eq!(browser.script(focus).await, "u.0.price");
    browser.screenshot("goods-add-360").await;
    let price = browser.find("#u\\.0\\.price").await;
    price.send_keys("3.500\u{e007}").await.unwrap();

    let told = browser.text("[role=status]").await;
    assert!(told.contains("Tersimpan: Mi goreng <script>"), "{told}");
    assert!(told.contains("Rp3.500 / pcs"), "{told}");
    assert_eq!(browser.script(focus).await, "u.0.barcodes");
    assert!(!browser.overflows().await);
    browser.screenshot("goods-added-360").await;
    let product = counter.shop.product("B0001").await.unwrap();
    assert_eq!(product.units[0].barcodes, ["8991002101234"]);
    assert_eq!(
        (product.units[0].price.0, product.unit.as_str()),
        (3_500, "pcs")
    );

    // The same code again is told beside its field, and what was typed is kept.
    browser.fill("#u\\.0\\.barcodes", "8991002101234").await;
    browser.fill("#name", "Mi kuah").await;
    browser.fill("#u\\.0\\.price", "3000").await;
    browser.click("main form > .actions button").await;
    let told = browser.text("#u\\.0\\.barcodes-salah").await;
    assert!(told.contains("sudah ada di pcs"), "{told}");
    assert_eq!(
        browser
            .find("#name")
            .await
            .prop("value")
            .await
            .unwrap()
            .as_deref(),
        Some("Mi kuah")
    );
    browser.screenshot("goods-refused-360").await;

    browser
        .goto(&format!("{}/barang/kode/B0001", counter.url))
        .await;
    browser.screenshot("goods-edit-360").await;
    assert!(!browser.overflows().await);
    browser.goto(&format!("{}/barang", counter.url)).await;
    browser.click("button.star").await;
    browser.find("button.star[aria-pressed=true]").await;
    assert_eq!(
        counter.shop.product("B0001").await.unwrap().favourite,
        Some(1)
    );
    assert_eq!(
        browser.errors().await,
        [format!(
            "{}/barang/baru - Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)",
            counter.url
        )]
    );
    browser.close().await;
}

#[tokio::test]
async fn a_form_that_arrives_twice_adds_one_product() {
    let counter = Counter::start(None).await;
    let owner = counter.visitor();
    let form = new_product("satu", "Teh celup", "Rp7.500");
    let to = owner.post("/barang/baru", &form).await.leads();
    assert_eq!(to, "/barang/baru?tersimpan=B0001");
    assert_eq!(owner.post("/barang/baru", &form).await.leads(), to);
    let other = new_product("satu", "Kopi", "2000");
    let page = owner.post("/barang/baru", &other).await.expect(422);
    assert!(page.contains("sudah pernah disimpan"), "{page}");
    let again = hidden(&page, "id");
    assert_ne!(again, "satu");
    owner
        .post("/barang/baru", &new_product(again, "Kopi", "2000"))
        .await
        .leads();
    assert_eq!(counter.number("SELECT count(*) FROM products"), 2);
    assert_eq!(
        counter.number("SELECT price FROM product_units WHERE product_id = 1"),
        7_500
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_in_her_language() {
    let counter = Counter::start(None).await;
    let owner = counter.visitor();
    let mut form = new_product("x", "", "tiga ribu");
    form[1].1 = "8991234500012";
    form.extend([
        ("sku", "A B"),
        ("cost", "12,5"),
        ("u.1.name", "dus"),
        ("u.1.content", "0"),
        ("u.0.t.0.from", "1"),
        ("u.0.t.0.price", "3000"),
    ]);
    let page = owner.post("/barang/baru", &form).await.expect(422);
    for wanted in [
        "Isi nama barang",
        "Tulis rupiah dengan angka",
        "id=\"cost-salah\"",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(page.contains("value=\"tiga ribu\""), "{page}");
    form[2].1 = "Mi";
    form[3].1 = "3000";
    form[9].1 = "";
    let page = owner.post("/barang/baru", &form).await.expect(422);
    for wanted in [
        "id=\"u.0.barcodes-salah\">angka terakhirnya tidak cocok",
        "id=\"sku-salah\">berisi tanda yang tidak boleh",
        "id=\"u.1.content-salah\">harus 1 sampai 1000000",
        "id=\"u.0.t.0.from-salah\">harus 2 sampai 1000000",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert_eq!(counter.number("SELECT count(*) FROM products"), 0);
}

#[tokio::test]
async fn a_change_of_units_shows_the_cost_first_and_keeps_it() {
    let counter = Counter::start(None).await;
    let product = json!({
        "sku": "MIE", "name": "Mi goreng", "unit": "bungkus", "price": 3_500, "cost": 3_000,
        "units": [{ "name": "dus", "factor": 40, "price": 131_000, "barcodes": ["MIE-DUS"] }],
    });
    counter
        .api(reqwest::Method::POST, "/products", Some(&product))
        .await;
    let owner = counter.visitor();
    let page = owner.get("/barang/kode/MIE").await.expect(200);
    let seen = hidden(&page, "seen").to_owned();
    let form = |content: &'static str, more: &[(&'static str, &'static str)]| {
        let mut form = vec![
            ("name", "Mi goreng"),
            ("cost", "3000"),
            ("u.0.name", "bungkus"),
            ("u.0.content", "1"),
            ("u.0.price", "3500"),
            ("u.1.name", "dus"),
            ("u.1.content", content),
            ("u.1.price", "131000"),
            ("u.1.barcodes", "MIE-DUS"),
            ("active", "1"),
        ];
        form.extend(more);
        form
    };
    let with_seen = |form: Vec<(&'static str, &'static str)>| {
        let mut form = form;
        form.push(("seen", Box::leak(seen.clone().into_boxed_str())));
        form
    };

    // The carton becomes the main unit: what a packet costs stays.
    let choice = [("main", "1"), ("order", "1")];
    let page = owner
        .post("/barang/kode/MIE", &with_seen(form("40", &choice)))
        .await
        .expect(200);
    assert!(page.contains("Periksa harga modal dulu"), "{page}");
    assert!(page.contains("name=\"cost\" value=\"120000\""), "{page}");
    assert!(
        page.contains("Sebelum Rp3.000 → Sesudah <strong>Rp3.000</strong>"),
        "{page}"
    );
    assert_eq!(counter.shop.product("MIE").await.unwrap().unit, "bungkus");
    let mut confirmed = with_seen(form("40", &choice));
    confirmed[1].1 = "120000";
    confirmed.push(("cost_seen", "1"));
    let to = owner.post("/barang/kode/MIE", &confirmed).await.leads();
    assert_eq!(to, "/barang/kode/MIE?tersimpan=1");
    let product = counter.shop.product("MIE").await.unwrap();
    assert_eq!((product.unit.as_str(), product.cost.0), ("dus", 120_000));
    assert_eq!(product.order_unit, "dus");
    // Sent again, the same form finds what it did; another one from the old page is told so.
    owner.post("/barang/kode/MIE", &confirmed).await.leads();
    let mut late = confirmed.clone();
    late[0].1 = "Nama lama";
    let page = owner.post("/barang/kode/MIE", &late).await.expect(422);
    assert!(page.contains("baru saja diubah orang lain"), "{page}");
    assert_eq!(counter.shop.product("MIE").await.unwrap().name, "Mi goreng");

    // A carton of another content is another row, so that past sales keep theirs.
    let rows = "SELECT count(*) FROM product_units WHERE name = 'dus'";
    assert_eq!(counter.number(rows), 1);
    let patch = json!({ "units": [
        { "name": "dus", "factor": 48, "price": 150_000 }, { "name": "bungkus", "factor": 1, "price": 3_500 },
    ] });
    counter
        .api(reqwest::Method::PATCH, "/products/MIE", Some(&patch))
        .await;
    assert_eq!(counter.number(rows), 2);
    assert_eq!(counter.shop.product("MIE").await.unwrap().cost.0, 144_000);
}

#[tokio::test]
async fn a_cashier_sees_prices_and_no_cost() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3_500, 2_999).await;
    let (_, cashier) = counter.cashier("Siti", "1234").await;
    let list = cashier.get("/barang").await.expect(200);
    assert!(
        list.contains("Rp3.500") && !list.contains("/barang/impor"),
        "{list}"
    );
    let page = cashier.get("/barang/kode/MIE").await.expect(200);
    assert!(page.contains("Rp3.500"), "{page}");
    for hidden in ["2.999", "2999", "modal", "cost"] {
        assert!(
            !page.contains(hidden) && !list.contains(hidden),
            "{hidden}: {page}"
        );
    }
    for path in [
        "/barang/baru",
        "/barang/impor",
        "/barang/ekspor.csv",
        "/barang/ekspor.xlsx",
        "/barang/label",
    ] {
        assert_eq!(cashier.get(path).await.status, 403, "{path}");
    }
    let form = [("name", "Lain"), ("u.0.price", "1")];
    for path in [
        "/barang/kode/MIE",
        "/barang/kode/MIE/favorit",
        "/barang/kode/MIE/foto/hapus",
    ] {
        assert_eq!(cashier.post(path, &form).await.status, 403, "{path}");
    }
    let owner = counter.owner().await;
    assert!(
        owner
            .get("/barang/kode/MIE")
            .await
            .expect(200)
            .contains("2999")
    );
}
