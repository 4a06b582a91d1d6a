//! Counting the shelf while the shop goes on selling.

use super::{on_hand, sell, stockroom, take_in_noodles, value};
use crate::harness::counter::Visitor;

async fn start(person: &Visitor, fields: &[(&str, &str)]) -> String {
    person.post("/opname", fields).await.leads()
}

async fn scan(person: &Visitor, count: &str, tap: &str, code: &str) {
    person
        .post(count, &[("tap", tap), ("code", code)])
        .await
        .leads();
}

async fn save(person: &Visitor, count: &str, gone: &[&str]) {
    let review = format!("{count}/selisih");
    let page = person.get(&review).await.expect(200);
    let at_seq = value(&page, "at_seq");
    let names: Vec<String> = gone.iter().map(|sku| format!("gone.{sku}")).collect();
    let mut fields = vec![("at_seq", at_seq.as_str())];
    fields.extend(names.iter().map(|name| (name.as_str(), "1")));
    assert_eq!(person.post(&review, &fields).await.leads(), review);
    // Sent twice it is still one count.
    assert_eq!(person.post(&review, &fields).await.leads(), review);
}

#[tokio::test]
async fn what_is_sold_while_counting_is_no_difference() {
    let (counter, owner) = stockroom().await;
    take_in_noodles(&owner, "1").await;
    let count = start(&owner, &[("scope", "all")]).await;
    scan(&owner, &count, "a1", "8998866200578").await;
    // A double tap counts once.
    scan(&owner, &count, "a1", "8998866200578").await;
    sell(&counter, "s1", "MIE", 4).await;
    let page = owner.get(&format!("{count}/selisih")).await.expect(200);
    assert!(page.contains("1 barang pas"), "{page}");
    sell(&counter, "s2", "MIE", 3).await;
    save(&owner, &count, &[]).await;
    assert_eq!(on_hand(&counter, "MIE").await, 33);
    let counted = "SELECT count(*) FROM stock_movements WHERE kind = 'count'";
    assert_eq!(counter.number(counted), 0);
}

#[tokio::test]
async fn a_double_tap_begins_one_count() {
    let (counter, owner) = stockroom().await;
    let (_, ani) = counter.cashier("Ani", "2580").await;
    let count = start(&owner, &[("scope", "all")]).await;
    assert_eq!(start(&owner, &[("scope", "all")]).await, count);
    // Of other goods, by somebody else, or once something was counted, it is another.
    let category = [("scope", "category"), ("category", "Mi")];
    let others = [
        start(&owner, &category).await,
        start(&ani, &[("scope", "all")]).await,
    ];
    scan(&owner, &count, "a1", "8998866200578").await;
    let next = start(&owner, &[("scope", "all")]).await;
    assert!(
        !others.contains(&count) && next != count,
        "{others:?} {next}"
    );
    assert_eq!(counter.number("SELECT count(*) FROM counts"), 4);
}

#[tokio::test]
async fn two_people_count_and_a_figure_typed_counts_anew() {
    let (counter, owner) = stockroom().await;
    let (_, ani) = counter.cashier("Ani", "2580").await;
    take_in_noodles(&owner, "1").await;
    let count = start(&owner, &[("scope", "category"), ("category", "Mi")]).await;
    scan(&owner, &count, "o1", "8996001600146").await;
    scan(&ani, &count, "c1", "8996001600146").await;
    let page = ani.get(&count).await.expect(200);
    assert!(page.contains("2 bungkus") && page.contains("Ani"), "{page}");
    // Some were sold between the first scan and the last: whether they had been counted, nobody knows.
    sell(&counter, "s1", "MIE", 5).await;
    scan(&ani, &count, "c2", "8996001600146").await;
    assert!(
        ani.get(&count)
            .await
            .expect(200)
            .contains("data-disturbed>")
    );
    let typed = [
        ("tap", "c3"),
        ("code", "MIE"),
        ("action", "set"),
        ("quantity", "34"),
    ];
    ani.post(&count, &typed).await.leads();
    let page = ani.get(&format!("{count}/selisih")).await.expect(200);
    assert!(
        page.contains("-1 bungkus") && !page.contains("Rp"),
        "{page}"
    );
    let page = owner.get(&format!("{count}/selisih")).await.expect(200);
    assert!(page.contains("-Rp3.000"), "{page}");
    save(&ani, &count, &[]).await;
    assert_eq!(on_hand(&counter, "MIE").await, 34);
    assert!(owner.get(&count).await.leads().ends_with("/selisih"));
    let page = owner.get(&format!("{count}/selisih")).await.expect(200);
    assert!(
        page.contains("sudah disimpan") && page.contains("-1 bungkus"),
        "{page}"
    );
    // Nothing more can be counted into it.
    let late = owner
        .post(&count, &[("tap", "late"), ("code", "MIE")])
        .await;
    assert_eq!(late.status, 409, "{}", late.text);
}

#[tokio::test]
async fn what_nobody_counted_stays_unless_it_is_said_to_be_gone() {
    let (counter, owner) = stockroom().await;
    take_in_noodles(&owner, "1").await;
    let sugar = [
        ("id", "w0"),
        ("sku", "GULA"),
        ("reason", "waste"),
        ("quantity", "1"),
        ("unit", "kg"),
        ("sure", "1 kg"),
    ];
    owner.post("/stok/catat", &sugar).await.leads();
    let count = start(&owner, &[("scope", "all")]).await;
    let typed = [
        ("tap", "t1"),
        ("code", "GULA"),
        ("action", "set"),
        ("quantity", "0,25"),
    ];
    owner.post(&count, &typed).await.leads();
    let page = owner.get(&format!("{count}/selisih")).await.expect(200);
    assert!(
        page.contains("gone.MIE") && !page.contains("gone.ROTI"),
        "{page}"
    );
    let second = start(&owner, &[("scope", "all")]).await;
    save(&owner, &count, &[]).await;
    assert_eq!(
        (
            on_hand(&counter, "MIE").await,
            on_hand(&counter, "GULA").await
        ),
        (40, 250)
    );
    save(&owner, &second, &["MIE"]).await;
    assert_eq!(
        (
            on_hand(&counter, "MIE").await,
            on_hand(&counter, "GULA").await
        ),
        (0, 250)
    );
}

#[tokio::test]
async fn wrong_figures_and_empty_counts_are_refused() {
    let (counter, owner) = stockroom().await;
    let count = start(&owner, &[("scope", "free")]).await;
    let review = format!("{count}/selisih");
    assert_eq!(owner.post(&review, &[("at_seq", "0")]).await.status, 409);
    let half = [
        ("tap", "t1"),
        ("code", "MIE"),
        ("action", "set"),
        ("quantity", "0,5"),
    ];
    let to = owner.post(&count, &half).await.leads();
    assert!(
        owner
            .get(&to)
            .await
            .expect(200)
            .contains("Isi angka 0 atau lebih")
    );
    let to = owner
        .post(&count, &[("tap", "t2"), ("code", "mi goreng")])
        .await
        .leads();
    assert!(owner.get(&to).await.expect(200).contains("Pilih barangnya"));
    scan(&owner, &count, "t3", "MIE").await;
    let undo = [("tap", "t4"), ("code", "MIE"), ("action", "clear")];
    owner.post(&count, &undo).await.leads();
    assert!(
        owner
            .get(&count)
            .await
            .expect(200)
            .contains("Belum ada yang dihitung")
    );
    assert_eq!(
        owner.post(&format!("{count}/buang"), &[]).await.leads(),
        "/opname"
    );
    assert_eq!(owner.post(&review, &[("at_seq", "0")]).await.status, 409);
    let wrong = owner
        .post(
            "/opname",
            &[("scope", "category"), ("category", "Tidak ada")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert_eq!(counter.number("SELECT count(*) FROM stock_movements"), 0);
}
