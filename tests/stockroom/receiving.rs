//! Taking goods in that were bought elsewhere.

use super::{begin, on_hand, press, stock, stockroom, take_in_noodles, value};

#[tokio::test]
async fn a_list_is_kept_as_it_is_typed_and_taken_in_once() {
    let (counter, owner) = stockroom().await;
    let list = begin(&owner).await;
    assert_eq!(
        begin(&owner).await,
        list,
        "an untouched list is the one to go on with"
    );
    press(&owner, &list, "add", &[("code", "8998866200578")]).await;
    // Wrong figures stay in their fields, and come back after a reload.
    let typed = [
        ("lines.0.quantity", "dua"),
        ("lines.0.price", "13x"),
        ("supplier", "Toko Makmur"),
    ];
    press(&owner, &list, "keep", &typed).await;
    let page = owner.get(&list).await.expect(200);
    assert!(
        page.contains("inputmode=\"decimal\" value=\"dua\""),
        "{page}"
    );
    assert_eq!(value(&page, "supplier"), "Toko Makmur");
    let version = value(&page, "version");
    let save = [("version", version.as_str()), ("action", "save")];
    let page = owner.post(&list, &save).await.expect(422);
    assert!(
        page.contains("Isi angka lebih dari 0") && page.contains("Isi rupiah tanpa sen"),
        "{page}"
    );
    assert_eq!(on_hand(&counter, "MIE").await, 0);

    let right = [
        ("lines.0.quantity", "2"),
        ("lines.0.price", "Rp 131.000"),
        ("lines.0.expires", "2027-03-01"),
        ("lines.0.asked", "1"),
        ("lines.0.sets_cost", "1"),
        ("paid_how", "drawer"),
    ];
    press(&owner, &list, "keep", &right).await;
    let page = owner.get(&list).await.expect(200);
    assert!(page.contains("Modal Rp3.000 → Rp3.275 / bungkus"), "{page}");
    assert!(page.contains("Untung Rp500 (14%) → Rp225 (6%)"), "{page}");
    let version = value(&page, "version");
    let save = [("version", version.as_str()), ("action", "save")];
    let receipt = owner.post(&list, &save).await.leads();
    assert_eq!(
        owner.post(&list, &save).await.leads(),
        format!("{receipt}?tadi=1"),
        "sent twice, taken in once"
    );
    let again = owner.get(&format!("{receipt}?tadi=1")).await.expect(200);
    assert!(again.contains("Sudah masuk stok tadi"), "{again}");
    assert!(again.contains("· Pemilik"), "{again}");
    assert_eq!(owner.get(&list).await.leads(), receipt);
    let page = owner.get(&receipt).await.expect(200);
    assert!(
        page.contains("Total: Rp262.000") && page.contains("Toko Makmur"),
        "{page}"
    );
    let stock = stock(&counter, "MIE").await;
    assert_eq!(stock["on_hand"], 80);
    assert_eq!(stock["lots"][0]["expires"], "2027-03-01");
    assert_eq!(
        counter.number("SELECT cost FROM products WHERE sku = 'MIE'"),
        3275
    );
    let drawer = "SELECT sum(amount) FROM drawer_entries WHERE kind = 'out' AND reason = 'goods'";
    assert_eq!(counter.number(drawer), 262_000);
    assert_eq!(
        counter.number("SELECT sum(paid_from_drawer) FROM purchases"),
        262_000
    );
    let page = owner.get("/stok/MIE").await.expect(200);
    assert!(
        page.contains("Rp131.000 / dus") && page.contains("Toko Makmur"),
        "{page}"
    );
}

#[tokio::test]
async fn a_price_that_is_not_to_be_the_cost_leaves_it() {
    let (counter, owner) = stockroom().await;
    let list = begin(&owner).await;
    press(&owner, &list, "pick.GULA", &[]).await;
    let typed = [
        ("lines.0.quantity", "2,5"),
        ("lines.0.price", "30000"),
        ("lines.0.for", "all"),
        ("lines.0.asked", "1"),
    ];
    let receipt = press(&owner, &list, "save", &typed).await;
    let page = owner.get(&receipt).await.expect(200);
    assert!(page.contains("Rp30.000"), "{page}");
    assert_eq!(on_hand(&counter, "GULA").await, 2500);
    assert_eq!(
        counter.number("SELECT cost FROM products WHERE sku = 'GULA'"),
        16_500
    );
    assert_eq!(counter.number("SELECT cost FROM lots"), 12_000);
}

#[tokio::test]
async fn whoever_may_not_see_costs_takes_goods_in_without_them() {
    let (counter, owner) = stockroom().await;
    let (_, cashier) = counter.cashier("Ani", "2580").await;
    let list = begin(&owner).await;
    let typed = [
        ("lines.0.quantity", "1"),
        ("lines.0.price", "131500"),
        ("lines.0.asked", "1"),
        ("lines.0.sets_cost", "1"),
    ];
    press(&owner, &list, "add", &[("code", "8998866200578")]).await;
    press(&owner, &list, "keep", &typed).await;

    let page = cashier.get(&list).await.expect(200);
    for told in ["131500", "131.500", "3.000", "Modal", "Untung", "Harga"] {
        assert!(!page.contains(told), "{told} in {page}");
    }
    // What the owner typed stays, and a price that a cashier sends is none.
    let sent = [("lines.0.quantity", "3"), ("lines.0.price", "1")];
    let receipt = press(&cashier, &list, "save", &sent).await;
    let page = cashier.get(&receipt).await.expect(200);
    assert!(!page.contains("Rp"), "{page}");
    assert!(
        cashier
            .get("/barang-masuk")
            .await
            .expect(200)
            .contains("Ani")
    );
    assert!(
        !cashier
            .get("/barang-masuk")
            .await
            .expect(200)
            .contains("Rp")
    );
    assert!(!cashier.get("/stok/MIE").await.expect(200).contains("Rp"));
    assert!(!cashier.get("/stok").await.expect(200).contains("Rp"));
    assert_eq!(on_hand(&counter, "MIE").await, 120);
    assert_eq!(counter.number("SELECT total FROM purchases"), 3 * 131_500);
}

#[tokio::test]
async fn a_second_page_that_shows_an_older_list_is_told() {
    let (counter, owner) = stockroom().await;
    let list = begin(&owner).await;
    press(&owner, &list, "add", &[("code", "MIE")]).await;
    let old = value(&owner.get(&list).await.expect(200), "version");
    press(&owner, &list, "add", &[("code", "GULA")]).await;
    let save = [
        ("version", old.as_str()),
        ("action", "save"),
        ("lines.0.quantity", "99"),
    ];
    let page = owner.post(&list, &save).await.expect(409);
    assert!(
        page.contains("baru diubah di halaman lain") && page.contains("Gula pasir"),
        "{page}"
    );
    assert_eq!(on_hand(&counter, "MIE").await, 0);
}

#[tokio::test]
async fn unknown_codes_are_searched_and_lines_and_lists_go_away() {
    let (counter, owner) = stockroom().await;
    let list = begin(&owner).await;
    let found = press(&owner, &list, "add", &[("code", "gula & roti")]).await;
    assert!(
        owner
            .get(&found)
            .await
            .expect(200)
            .contains("Tidak ada barang dengan kode")
    );
    let found = press(&owner, &list, "add", &[("code", "gula")]).await;
    assert!(
        owner
            .get(&found)
            .await
            .expect(200)
            .contains("value=\"pick.GULA\"")
    );
    press(&owner, &list, "pick.GULA", &[]).await;
    press(&owner, &list, "remove.0", &[]).await;
    let version = value(&owner.get(&list).await.expect(200), "version");
    let save = [("version", version.as_str()), ("action", "save")];
    assert!(
        owner
            .post(&list, &save)
            .await
            .expect(422)
            .contains("Belum ada barang di daftar")
    );
    assert_eq!(press(&owner, &list, "drop", &[]).await, "/barang-masuk");
    assert_eq!(owner.get(&list).await.leads(), "/barang-masuk");
    assert_eq!(counter.number("SELECT count(*) FROM stock_movements"), 0);
    take_in_noodles(&owner, "1").await;
    assert_eq!(on_hand(&counter, "MIE").await, 40);
}

#[tokio::test]
async fn a_thousand_is_a_thousand_and_what_may_mean_two_things_is_asked_about() {
    let (counter, owner) = stockroom().await;
    let list = begin(&owner).await;
    for code in ["8996001600146", "GULA"] {
        press(&owner, &list, "add", &[("code", code)]).await;
    }
    let version = value(&owner.get(&list).await.expect(200), "version");
    let save = |sugar: &'static str| {
        [
            ("version", version.clone()),
            ("action", "save".to_owned()),
            ("lines.0.quantity", "1.000".to_owned()),
            ("lines.1.quantity", sugar.to_owned()),
        ]
    };
    let sent = save("1.500");
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, &**value)).collect();
    let page = owner.post(&list, &sent).await.expect(422);
    assert!(page.contains("bukan 1.500"), "{page}");
    assert_eq!(on_hand(&counter, "MIE").await, 0);
    let receipt = press(
        &owner,
        &list,
        "save",
        &[("lines.0.quantity", "1.000"), ("lines.1.quantity", "1,125")],
    )
    .await;
    owner.get(&receipt).await.expect(200);
    assert_eq!(on_hand(&counter, "MIE").await, 1_000);
    assert_eq!(on_hand(&counter, "GULA").await, 1_125);
}
