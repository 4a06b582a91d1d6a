//! What the shopping list bought, on its way into the stock.

use reqwest::Method;
use serde_json::json;

use super::{on_hand, press, stockroom, value};
use crate::harness::counter::Counter;

fn lists(counter: &Counter) -> i64 {
    counter.number("SELECT count(*) FROM purchase_drafts")
}

#[tokio::test]
async fn what_was_bought_becomes_one_list_however_often_it_is_asked_for() {
    let (counter, owner) = stockroom().await;
    let link = "/barang-masuk?barang=MIE:80,GULA:2500,MIE:3";
    let mut page = String::new();
    for _ in 0..2 {
        page = owner.get(link).await.expect(200);
    }
    assert!(
        page.contains("Mi goreng") && page.contains("83 bungkus"),
        "{page}"
    );
    assert!(
        page.contains("2,5 kg") && !page.contains("Tidak ikut"),
        "{page}"
    );
    assert_eq!(lists(&counter), 0, "a page that is looked at makes nothing");

    let (id, bought) = (value(&page, "id"), value(&page, "barang"));
    let form = [("id", id.as_str()), ("barang", bought.as_str())];
    let list = owner.post("/barang-masuk", &form).await.leads();
    assert_eq!(owner.post("/barang-masuk", &form).await.leads(), list);
    assert_eq!(lists(&counter), 1);
    let page = owner.get(&list).await.expect(200);
    assert_eq!(value(&page, "lines.0.quantity\" inputmode=\"decimal"), "83");
    press(&owner, &list, "save", &[("lines.0.price", "3100")]).await;
    assert_eq!(on_hand(&counter, "MIE").await, 83);
    assert_eq!(on_hand(&counter, "GULA").await, 2500);
    // The form once more, from a page that was left open: the list is taken in already.
    let receipt = owner.post("/barang-masuk", &form).await.leads();
    owner.get(&receipt).await.leads();
    assert_eq!(on_hand(&counter, "MIE").await, 83);
}

#[tokio::test]
async fn whole_packs_are_said_in_packs_and_one_supplier_is_filled_in() {
    let (counter, owner) = stockroom().await;
    let supplier = json!({ "supplier": "Toko Makmur" });
    counter
        .api(Method::PATCH, "/products/MIE", Some(&supplier))
        .await;
    let page = owner.get("/barang-masuk?barang=MIE:80").await.expect(200);
    assert!(page.contains("2 dus"), "{page}");
    let id = value(&page, "id");
    let form = [("id", id.as_str()), ("barang", "MIE:80")];
    let list = owner.post("/barang-masuk", &form).await.leads();
    let page = owner.get(&list).await.expect(200);
    assert_eq!(value(&page, "supplier"), "Toko Makmur");
    assert!(page.contains("<option selected>dus</option>"), "{page}");
}

#[tokio::test]
async fn what_cannot_be_is_told_and_the_rest_goes_on() {
    let (counter, owner) = stockroom().await;
    counter.product("A,B", "Kopi <b>A,B</b>", 2000, 1500).await;
    let link = "/barang-masuk?barang=HILANG:3,A%2CB:4,MIE:0,GULA:banyak,MIE,%3Cscript%3E:1,GULA:99999999999,";
    let page = owner.get(link).await.expect(200);
    assert!(page.contains("Kopi &#60;b&#62;A,B&#60;/b&#62;"), "{page}");
    assert!(page.contains("4 bungkus"), "{page}");
    for (text, why) in [
        ("HILANG:3", "tidak ada barang dengan kode ini"),
        ("MIE:0", "jumlahnya tidak terbaca"),
        ("GULA:banyak", "jumlahnya tidak terbaca"),
        ("&#60;script&#62;:1", "tidak ada barang dengan kode ini"),
        ("GULA:99999999999", "jumlahnya tidak terbaca"),
    ] {
        let at = page
            .split_once(&format!("{text}</strong>"))
            .unwrap_or_else(|| panic!("{text}: {page}"))
            .1;
        assert!(
            at.split("</li>").next().unwrap().contains(why),
            "{text}: {at}"
        );
    }
    assert!(!page.contains("<script>:"), "{page}");

    let page = owner.get("/barang-masuk?barang=HILANG:3").await.expect(200);
    assert!(page.contains("Tidak ada yang bisa dimasukkan"), "{page}");
    assert!(!page.contains("name=\"barang\""), "{page}");
    // Nothing else than what the page offers makes a list.
    let forged = [("id", "sendiri"), ("barang", "MIE:1")];
    owner.post("/barang-masuk", &forged).await.expect(422);
    let nothing = [
        ("id", "0193f000-0000-7000-8000-000000000001"),
        ("barang", "HILANG:1"),
    ];
    owner.post("/barang-masuk", &nothing).await.expect(422);
    assert_eq!(lists(&counter), 0);
}
