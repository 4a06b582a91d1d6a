//! Goods that left unsold, customers who left without goods, and the lists that say so.

use super::{begin, on_hand, press, sell, stock, stockroom, take_in_noodles};
use crate::harness::counter::Visitor;

async fn lots(owner: &Visitor) {
    for expires in ["2026-12-20", "2026-11-20"] {
        let list = begin(owner).await;
        press(owner, &list, "add", &[("code", "8996001600146")]).await;
        let typed = [("lines.0.quantity", "10"), ("lines.0.expires", expires)];
        press(owner, &list, "save", &typed).await;
    }
}

#[tokio::test]
async fn goods_leave_once_from_the_lot_that_was_chosen() {
    let (counter, owner) = stockroom().await;
    lots(&owner).await;
    let mut fields = vec![
        ("id", "w1"),
        ("sku", "MIE"),
        ("reason", "waste"),
        ("quantity", "3"),
        ("unit", "bungkus"),
        ("expires", "2026-12-20"),
        ("note", "digigit tikus"),
    ];
    let to = owner.post("/stok/catat", &fields).await.leads();
    assert_eq!(owner.post("/stok/catat", &fields).await.leads(), to);
    let now = stock(&counter, "MIE").await;
    assert_eq!(
        (&now["lots"][0]["quantity"], &now["lots"][1]["quantity"]),
        (&10.into(), &7.into())
    );
    let page = owner.get(&to).await.expect(200);
    assert!(
        page.contains("Sudah dicatat")
            && page.contains("digigit tikus")
            && page.contains("-3 bungkus"),
        "{page}"
    );
    assert!(
        page.contains("Lewat tanggal") && page.contains("Catat kedaluwarsa"),
        "{page}"
    );
    // More than there is of that date.
    fields[0] = ("id", "w2");
    fields[3] = ("quantity", "8");
    let page = owner.post("/stok/catat", &fields).await.expect(422);
    assert!(
        page.contains("Dari tanggal itu tidak sebanyak itu") && page.contains("digigit tikus"),
        "{page}"
    );
    // The first to expire, where nothing else is said.
    fields[5] = ("expires", "");
    owner.post("/stok/catat", &fields).await.leads();
    assert_eq!(stock(&counter, "MIE").await["lots"][0]["quantity"], 2);
    for (quantity, reason, told) in [
        ("", "waste", "Isi angka lebih"),
        ("0,5", "own_use", "Isi angka lebih"),
        ("1", "gone", "Pilih satu"),
    ] {
        let fields = [
            ("id", "w3"),
            ("sku", "MIE"),
            ("reason", reason),
            ("quantity", quantity),
        ];
        assert!(
            owner
                .post("/stok/catat", &fields)
                .await
                .expect(422)
                .contains(told)
        );
    }
    let fields = [
        ("id", "w4"),
        ("sku", "TIDAK"),
        ("reason", "waste"),
        ("quantity", "1"),
    ];
    assert_eq!(owner.post("/stok/catat", &fields).await.status, 404);
    assert_eq!(on_hand(&counter, "MIE").await, 9);
}

#[tokio::test]
async fn one_tap_records_that_somebody_asked() {
    let (counter, owner) = stockroom().await;
    let tap = [("id", "m1"), ("sku", "MIE")];
    let to = owner.post("/stok/tidak-ada", &tap).await.leads();
    owner.post("/stok/tidak-ada", &tap).await.leads();
    assert!(
        owner
            .get(&to)
            .await
            .expect(200)
            .contains("Sudah dicatat: ada yang tanya")
    );
    assert_eq!(counter.number("SELECT sum(quantity) FROM missed_demand"), 1);
    let from_till = [
        ("id", "m2"),
        ("sku", "GULA"),
        ("quantity", "0,5"),
        ("kembali", "/kasir"),
    ];
    assert_eq!(
        owner.post("/stok/tidak-ada", &from_till).await.leads(),
        "/kasir"
    );
    assert_eq!(
        counter.number("SELECT sum(quantity) FROM missed_demand"),
        501
    );
    let elsewhere = [
        ("id", "m3"),
        ("sku", "MIE"),
        ("kembali", "https://jahat.example/"),
    ];
    assert_eq!(owner.post("/stok/tidak-ada", &elsewhere).await.leads(), "/");
}

#[tokio::test]
async fn the_list_shows_what_is_low_out_and_expiring() {
    let (counter, owner) = stockroom().await;
    take_in_noodles(&owner, "1").await;
    sell(&counter, "s1", "MIE", 38).await;
    let low = owner.get("/stok?lihat=menipis").await.expect(200);
    assert!(
        low.contains("Mi goreng") && !low.contains("Gula pasir"),
        "{low}"
    );
    let out = owner.get("/stok?lihat=habis").await.expect(200);
    assert!(
        out.contains("Gula pasir") && !out.contains("Mi goreng"),
        "{out}"
    );
    assert!(
        owner
            .get("/stok?lihat=kedaluwarsa")
            .await
            .expect(200)
            .contains("Tidak ada yang kedaluwarsa")
    );
    lots(&owner).await;
    let soon = owner.get("/stok?lihat=kedaluwarsa").await.expect(200);
    assert!(
        soon.contains("Mi goreng") && soon.contains("Jumat, 20 Nov 2026"),
        "{soon}"
    );
    let found = owner.get("/stok?q=8996001600146").await.expect(200);
    assert!(
        found.contains("Mi goreng") && !found.contains("Gula pasir"),
        "{found}"
    );
    assert!(
        owner
            .get("/stok?q=%25")
            .await
            .expect(200)
            .contains("Tidak ditemukan")
    );
}

#[tokio::test]
async fn more_than_the_book_has_leaves_only_when_she_is_sure() {
    let (counter, owner) = stockroom().await;
    take_in_noodles(&owner, "1").await;
    let mut fields = vec![
        ("id", "w1"),
        ("sku", "MIE"),
        ("reason", "waste"),
        ("quantity", "99"),
        ("unit", "bungkus"),
    ];
    let page = owner.post("/stok/catat", &fields).await.expect(422);
    assert!(
        page.contains("Di catatan hanya ada 40 bungkus") && page.contains("Tetap catat 99 bungkus"),
        "{page}"
    );
    assert_eq!(on_hand(&counter, "MIE").await, 40);
    // Sure of that figure, not of the next one typed.
    fields.push(("sure", "99 bungkus"));
    fields[3] = ("quantity", "999");
    owner.post("/stok/catat", &fields).await.expect(422);
    fields[3] = ("quantity", "99");
    let to = owner.post("/stok/catat", &fields).await.leads();
    assert_eq!(owner.post("/stok/catat", &fields).await.leads(), to);
    assert_eq!(on_hand(&counter, "MIE").await, -59);
}
