//! Letting goods go for less: the owner's to decide, at the till of a cashier too.

use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};

const DISCOUNTS: &str =
    "SELECT coalesce(sum(json_extract(content, '$.discount')), 0) FROM carts WHERE state = 'open'";

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before}: {text}"));
    rest.split_once(after).unwrap().0
}

/// Presses a button of the cart; gives the status and what is shown then.
async fn press(person: &Visitor, action: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let page = person.get("/kasir").await.expect(200);
    let mut all = vec![
        ("versi", between(&page, "data-version=\"", "\"")),
        ("halaman", between(&page, "name=\"halaman\" value=\"", "\"")),
        ("aksi", action),
    ];
    all.extend_from_slice(fields);
    let path = format!("/kasir/{}", between(&page, "data-id=\"", "\""));
    let seen = person.post(&path, &all).await;
    (seen.status, person.get("/kasir").await.expect(200))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_gives_nothing_away_without_the_owners_word() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("GULA", "Gula", 18_000, 15_000).await;
    let (_, mut siti) = counter.cashier("Siti", "2468").await;
    let till = siti.get("/kasir").await.cookies.pop().unwrap();
    let till = till.split(';').next().unwrap();
    assert!(till.starts_with("kasir="), "{till}");
    siti.cookie = format!("{}; {till}", siti.cookie);
    assert_eq!(press(&siti, "tambah:GULA", &[]).await.0, 303);
    for (action, fields, status) in [
        ("rinci:1", vec![("harga", "1")], 422),
        ("rinci:1", vec![("potongan", "500")], 422),
        ("rinci:1", vec![("potongan", "500"), ("pin", "0000")], 401),
        ("belanja", vec![("potongan", "100%")], 422),
        // Her own does not do.
        ("belanja", vec![("potongan", "100%"), ("pin", "2468")], 401),
    ] {
        let (told, page) = press(&siti, action, &fields).await;
        assert_eq!(told, status, "{action} {fields:?}");
        assert!(
            page.contains("id=\"total\">Rp18.000<"),
            "{action} {fields:?}: {page}"
        );
    }
    // Nothing is asked for what takes nothing off.
    let (told, page) = press(
        &siti,
        "rinci:1",
        &[("harga", "19.000"), ("catatan", "baru")],
    )
    .await;
    assert_eq!(told, 303);
    assert!(page.contains("id=\"total\">Rp19.000<"), "{page}");
    let (told, page) = press(
        &siti,
        "rinci:1",
        &[("harga", "17.500"), ("pin", OWNERS_PIN)],
    )
    .await;
    assert_eq!(told, 303);
    assert!(page.contains("id=\"total\">Rp17.500<"), "{page}");

    // The owner may leave it to her.
    let owner = counter.owner().await;
    let free = [
        ("pembulatan", "0"),
        ("kunci", "10"),
        ("potongan_kasir", "1"),
    ];
    owner.post("/pengaturan", &free).await.leads();
    let (told, page) = press(&siti, "belanja", &[("potongan", "2.500")]).await;
    assert_eq!(told, 303);
    assert!(page.contains("id=\"total\">Rp15.000<"), "{page}");
    assert_eq!(counter.number(DISCOUNTS), 2_500);
    let log = owner.get("/catatan?apa=setting.changed").await.expect(200);
    assert!(log.contains("cashier_discounts"), "{log}");
}
