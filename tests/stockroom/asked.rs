//! Customers who went away without what they wanted: recorded from the till by a tap, and taken back by another.

use reqwest::Method;

use super::{sell, stockroom, value};
use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};
use crate::harness::program::{done, run_on};

fn missed(counter: &Counter, sku: &str) -> i64 {
    counter.number(&format!(
        "SELECT coalesce(sum(f.missed), 0) FROM daily_flows f JOIN products p ON p.id = f.product_id
         WHERE p.sku = '{sku}'"
    ))
}

/// The fields of the first form of a page that goes to `action`.
fn fields(page: &str, action: &str, names: &[&str]) -> Vec<(String, String)> {
    let start = format!("action=\"{action}\"");
    let form = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {action} in {page}"))
        .1;
    let form = form.split("</form>").next().unwrap();
    let of = |name: &&str| ((*name).to_owned(), value(form, name));
    names.iter().map(of).collect()
}

async fn send(person: &Visitor, path: &str, fields: &[(String, String)]) -> String {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    person.post(path, &fields).await.leads()
}

#[tokio::test]
async fn a_cashier_tells_it_with_one_tap_and_takes_it_back_with_another() {
    let (counter, _) = stockroom().await;
    let (_, ani) = counter.cashier("Ani", "2580").await;
    sell(&counter, "s1", "GULA", 1).await;
    let page = ani.get("/kasir?q=mi").await.expect(200);
    let form = fields(&page, "/stok/tidak-ada", &["id", "sku", "kembali"]);
    let mut to = String::new();
    for _ in 0..2 {
        to = send(&ani, "/stok/tidak-ada", &form).await;
    }
    assert_eq!(missed(&counter, "MIE"), 1, "a double tap is one customer");
    let page = ani.get(&to).await.expect(200);
    assert!(
        page.contains("Dicatat, ada yang cari: <strong>Mi goreng"),
        "{page}"
    );
    assert_eq!(
        counter.number("SELECT count(*) FROM carts WHERE version > 1"),
        0
    );

    let undo = fields(&page, "/stok/tidak-ada/batal", &["id", "kembali"]);
    for _ in 0..2 {
        to = send(&ani, "/stok/tidak-ada/batal", &undo).await;
    }
    assert_eq!(missed(&counter, "MIE"), 0);
    let page = ani.get(&to).await.expect(200);
    assert!(
        page.contains("Tidak jadi dicatat: <strong>Mi goreng"),
        "{page}"
    );
    assert!(!page.contains("/stok/tidak-ada/batal"), "{page}");
    // Asked for again by the next customer.
    let page = ani.get("/kasir?q=mi").await.expect(200);
    let form = fields(&page, "/stok/tidak-ada", &["id", "sku", "kembali"]);
    send(&ani, "/stok/tidak-ada", &form).await;
    assert_eq!(missed(&counter, "MIE"), 1);

    // The night's plan rests on it afterwards.
    counter.at("2026-11-24T02:00:00Z");
    let ani = counter.person("1", "2580").await;
    let late = [("id", form[0].1.as_str())];
    let told = ani.post("/stok/tidak-ada/batal", &late).await.expect(409);
    assert!(told.contains("tidak bisa dibatalkan lagi"), "{told}");
    assert_eq!(missed(&counter, "MIE"), 1);
    let nothing = [("id", "belum-pernah")];
    ani.post("/stok/tidak-ada/batal", &nothing)
        .await
        .expect(404);
    done(&run_on(counter.folder.path(), &["shop", "doctor"]));
}

#[tokio::test]
async fn on_its_own_page_a_product_is_told_and_taken_back_too() {
    let (counter, owner) = stockroom().await;
    let page = owner.get("/stok/MIE").await.expect(200);
    let form = fields(&page, "/stok/tidak-ada", &["id", "sku"]);
    let to = send(&owner, "/stok/tidak-ada", &form).await;
    let page = owner.get(&to).await.expect(200);
    assert!(page.contains("Sudah dicatat: ada yang tanya."), "{page}");
    assert_eq!(missed(&counter, "MIE"), 1);
    let undo = fields(&page, "/stok/tidak-ada/batal", &["id", "kembali"]);
    let to = send(&owner, "/stok/tidak-ada/batal", &undo).await;
    let page = owner.get(&to).await.expect(200);
    assert!(page.contains("Tidak jadi dicatat."), "{page}");
    assert_eq!(missed(&counter, "MIE"), 0);
}

#[tokio::test]
async fn what_no_product_is_is_kept_in_the_words_it_was_asked_for_in() {
    let (counter, owner) = stockroom().await;
    for (minute, words) in ["kopi%20luwak", "Kopi%20Luwak", "%3Cb%3Ees%3C/b%3E"]
        .into_iter()
        .enumerate()
    {
        counter.at(&format!("2026-11-23T02:0{minute}:30Z"));
        let page = owner.get(&format!("/kasir?q={words}")).await.expect(200);
        let form = fields(&page, "/stok/dicari", &["id", "kembali"]);
        let text = words
            .replace("%20", " ")
            .replace("%3C", "<")
            .replace("%3E", ">");
        let mut form = form;
        form.push(("text".to_owned(), text));
        for _ in 0..2 {
            let to = send(&owner, "/stok/dicari", &form).await;
            owner.get(&to).await.expect(200);
        }
    }
    let page = owner.get("/stok/dicari").await.expect(200);
    assert!(
        page.contains("Kopi Luwak") && page.contains("2 kali"),
        "{page}"
    );
    assert!(
        page.contains("&#60;b&#62;es&#60;/b&#62;") && !page.contains("<b>es"),
        "{page}"
    );
    assert!(
        owner
            .get("/stok")
            .await
            .expect(200)
            .contains("/stok/dicari")
    );
    // Nothing of it is demand, and nothing of it leaves the shop.
    assert_eq!(counter.number("SELECT count(*) FROM missed_demand"), 0);
    let told = "SELECT count(*) FROM events WHERE kind = 'demand.missed'";
    assert_eq!(counter.number(told), 0);

    let page = owner.get("/kasir?q=teh%20tarik").await.expect(200);
    let mut form = fields(&page, "/stok/dicari", &["id", "kembali"]);
    form.push(("text".to_owned(), "teh tarik".to_owned()));
    let to = send(&owner, "/stok/dicari", &form).await;
    let page = owner.get(&to).await.expect(200);
    let undo = fields(&page, "/stok/tidak-ada/batal", &["id", "kembali"]);
    send(&owner, "/stok/tidak-ada/batal", &undo).await;
    let page = owner.get("/stok/dicari").await.expect(200);
    assert!(!page.contains("teh tarik"), "{page}");
    let long = "x".repeat(101);
    for text in ["", "  ", &long] {
        let wrong = [("id", "w1"), ("text", text)];
        owner.post("/stok/dicari", &wrong).await.expect(422);
    }
}

#[tokio::test]
async fn a_till_of_another_make_takes_it_back_by_the_api() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("MIE", "Mi goreng", 3500, 3000).await;
    let asked = serde_json::json!({ "id": "m1", "sku": "MIE", "quantity": 7 });
    counter
        .api(Method::POST, "/demand/missed", Some(&asked))
        .await;
    for _ in 0..2 {
        let told = counter.api(Method::DELETE, "/demand/missed/m1", None).await;
        assert_eq!(told["taken_back"], true);
    }
    assert_eq!(missed(&counter, "MIE"), 0);
}
