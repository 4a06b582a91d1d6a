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
