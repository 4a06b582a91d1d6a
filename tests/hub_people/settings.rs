//! The hub's own settings.

use super::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn name_and_zone_change_for_every_page_at_once() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let change = |name: &'static str, zone: &'static str| [("nama", name), ("zona", zone)];
    for (form, said) in [
        (change("", "Asia/Jakarta"), "Isi nama"),
        (change("Makmur", "Asia/Atlantis"), "tidak dikenal"),
    ] {
        let text = sari.post("/pengaturan", &form).await.expect(422);
        assert!(text.contains(said), "{text}");
    }
    let form = change("Makmur Jaya", "Asia/Jayapura");
    let seen = sari.post("/pengaturan", &form).await;
    assert_eq!(seen.to, "/pengaturan?baru=simpan");
    let text = sari.get("/catatan").await.expect(200);
    assert!(
        text.contains("Makmur Jaya") && text.contains("Pengaturan diubah"),
        "{text}"
    );
    // Two in the morning by UTC is eleven there.
    assert!(text.contains("11.00"), "{text}");
    // Nobody is asked for a PIN where people have names.
    let pin = [("baru", "4711"), ("ulang", "4711")];
    sari.post("/pengaturan/pin", &pin).await.expect(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_people_gets_a_pin_and_loses_it_again() {
    let desk = Desk::start().await;
    let here = desk.nobody();
    for (form, said) in [
        ([("baru", "47"), ("ulang", "47")], "4 sampai 12"),
        ([("baru", "4711"), ("ulang", "4712")], "tidak sama"),
    ] {
        let text = here.post("/pengaturan/pin", &form).await.expect(422);
        assert!(text.contains(said), "{text}");
    }
    let pin = [("baru", "4711"), ("ulang", "4711")];
    assert_eq!(here.post("/pengaturan/pin", &pin).await.status, 303);
    assert!(here.get("/pengaturan").await.to.starts_with("/masuk"));
    let seen = here.post("/masuk", &[("pin", "4711")]).await;
    let inside = super::Visitor {
        cookie: seen.session.expect("a session"),
        ..desk.nobody()
    };
    let gone = inside.post("/pengaturan/pin", &[("hapus", "ya")]).await;
    assert_eq!(gone.status, 303);
    here.get("/pengaturan").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_chosen_no_language_is_spoken_to_in_the_hubs() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let form = |language: &'static str| {
        [
            ("nama", "Makmur"),
            ("zona", "Asia/Jakarta"),
            ("bahasa", language),
        ]
    };
    let text = sari.post("/pengaturan", &form("fr")).await.expect(422);
    assert!(text.contains("Pilih salah satu bahasa"), "{text}");
    let speaks = async |path: &str, choice: &str, status: u16| {
        let headers = [("cookie", choice)];
        let nobody = desk.nobody();
        let seen = nobody.send_with(reqwest::Method::GET, path, &[], &headers);
        let text = seen.await.expect(status);
        let tag = text.split("<html lang=\"").nth(1).expect("a page");
        tag[..2].to_owned()
    };
    // The door, a public page, and what is answered where there is no page.
    let asked = [
        ("/masuk", 200),
        ("/lacak/tidakada", 404),
        ("/tidak/ada", 404),
    ];
    for (path, status) in asked {
        assert_eq!(speaks(path, "", status).await, "id", "{path}");
    }
    sari.post("/pengaturan", &form("en")).await;
    for (path, status) in asked {
        assert_eq!(speaks(path, "", status).await, "en", "{path}");
        assert_eq!(speaks(path, "bahasa=id", status).await, "id", "{path}");
    }
    let text = sari.get("/pengaturan").await.expect(200);
    assert!(text.contains("value=\"en\" lang=\"en\" selected"), "{text}");
    // Another distributor of the same hub keeps its own.
    let hub = desk.folder.open().await;
    let new = kulakan::hub::tenants::NewTenant {
        id: "lain".to_owned(),
        name: "Lain".to_owned(),
        timezone: None,
    };
    let other = hub.add_tenant(new).await.unwrap();
    other
        .change_settings("owner", "Lain", "Asia/Jakarta", "id")
        .await
        .unwrap();
    assert_eq!(speaks("/masuk", "", 200).await, "en");
}
