//! The pages about people and one's own password, and the same by command.

use kulakan::hub::store::users::Role;

use super::{Desk, PASSWORD};
use crate::harness::program::{done, run_on};

/// The value of a form's field.
fn field(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\" value=\"")).expect(name);
    let rest = &page[at..];
    rest.split('"').nth(3).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_adds_somebody_once_however_often_the_form_is_sent() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let page = sari.get("/orang").await.expect(200);
    let (id, password) = (field(&page, "id"), field(&page, "sandi"));
    assert!(password.len() >= 12, "{password}");
    let form = |name: &'static str| {
        [
            ("id", id.as_str()),
            ("nama", name),
            ("masuk", "Budi"),
            ("peran", "dispatcher"),
            ("bahasa", "en"),
            ("sandi", password.as_str()),
        ]
    };
    for _ in 0..2 {
        let seen = sari.post("/orang", &form("Pak Budi")).await;
        assert_eq!((seen.status, &*seen.to), (303, "/orang?baru=orang"));
    }
    // The same form with something else in it is another matter.
    sari.post("/orang", &form("Bu Ani")).await.expect(409);
    let hub = desk.folder.open().await;
    assert_eq!(hub.users().await.unwrap().len(), 2);
    // They read what they were said to read.
    let seen = desk.log_in("budi", &password).await;
    assert_eq!(seen.status, 303);
    let shown = sari.get("/orang").await.expect(200);
    assert!(
        shown.contains("Pak Budi") && shown.contains("Petugas kantor"),
        "{shown}"
    );
    assert!(!shown.contains(&password), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_is_kept() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let id = uuid::Uuid::now_v7().to_string();
    let good = [
        ("id", id.as_str()),
        ("nama", "Pak Budi"),
        ("masuk", "budi"),
        ("peran", "salesman"),
        ("bahasa", "id"),
        ("sandi", PASSWORD),
    ];
    for (name, value, said) in [
        ("nama", "", "Isi nama"),
        ("nama", "orang SARI", "Nama ini sudah dipakai"),
        ("nama", "Owner", "orang lain di catatan"),
        ("nama", "token kasir", "orang lain di catatan"),
        ("masuk", "ab", "3 sampai 40"),
        ("masuk", "pak budi", "3 sampai 40"),
        ("masuk", "SARI", "sudah dipakai"),
        ("sandi", "pendek", "8 sampai 128"),
        ("sandi", "password", "mudah ditebak"),
        ("sandi", "aaaaaaaaaa", "mudah ditebak"),
        ("rute", "tidak-ada", "Rute ini tidak ada"),
    ] {
        let form = good.map(|(key, kept)| (key, if key == name { value } else { kept }));
        let mut form = form.to_vec();
        if name == "rute" {
            form.push((name, value));
        }
        let text = sari.post("/orang", &form).await.expect(422);
        assert!(text.contains(said), "{name}={value}: {text}");
        assert!(text.contains("aria-invalid"), "{name}={value}");
    }
    let mut form = good.to_vec();
    form[3] = ("peran", "supplier");
    let text = sari.post("/orang", &form).await.expect(422);
    assert!(text.contains("Pilih pemasoknya"), "{text}");
    let hub = desk.folder.open().await;
    assert_eq!(hub.users().await.unwrap().len(), 1);
    assert_eq!(sari.post("/orang", &good).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_left_who_may_do_everything() {
    let desk = Desk::start().await;
    let id = desk.user("sari", Role::Owner).await;
    let sari = desk.inside("sari").await;
    let person = format!("/orang/{id}");
    let version = field(&sari.get(&person).await.expect(200), "versi");
    let demoted = [
        ("versi", version.as_str()),
        ("nama", "Orang sari"),
        ("peran", "dispatcher"),
        ("bahasa", "id"),
    ];
    let text = sari.post(&person, &demoted).await.expect(409);
    assert!(text.contains("pemilik terakhir"), "{text}");
    let text = sari.post(&format!("{person}/tutup"), &[]).await.expect(409);
    assert!(text.contains("diri sendiri"), "{text}");
    // With a second owner the first one may go, but not by their own hand.
    desk.user("tono", Role::Owner).await;
    let tono = desk.inside("tono").await;
    sari.post(&format!("{person}/tutup"), &[]).await.expect(409);
    assert_eq!(tono.post(&format!("{person}/tutup"), &[]).await.status, 303);
    assert!(!sari.is_in().await);
    assert_eq!(tono.post(&format!("{person}/masuk"), &[]).await.status, 303);
    assert!(desk.inside("sari").await.is_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_one_person_the_second_is_told() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let id = desk.user("budi", Role::Salesman).await;
    let person = format!("/orang/{id}");
    let version = field(&sari.get(&person).await.expect(200), "versi");
    let form = |name: &'static str| {
        [
            ("versi", version.as_str()),
            ("nama", name),
            ("peran", "dispatcher"),
            ("bahasa", "id"),
        ]
    };
    assert_eq!(sari.post(&person, &form("Budi Satu")).await.status, 303);
    // The same once more changes nothing and is no quarrel.
    assert_eq!(sari.post(&person, &form("Budi Satu")).await.status, 303);
    let text = sari.post(&person, &form("Budi Dua")).await.expect(409);
    assert!(
        text.contains("baru saja diubah") && text.contains("Budi Satu"),
        "{text}"
    );
    let hub = desk.folder.open().await;
    let budi = hub.user(&id).await.unwrap();
    assert_eq!((&*budi.name, budi.role), ("Budi Satu", Role::Dispatcher));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_changes_their_own_password_and_stays_in_with_it_here() {
    let desk = Desk::start().await;
    desk.owner().await;
    desk.user("budi", Role::Salesman).await;
    let (here, there) = (desk.inside("budi").await, desk.inside("budi").await);
    let new = "sepuluh pohon jati";
    let form = |old: &'static str, new: &'static str, again: &'static str| {
        [("lama", old), ("baru", new), ("ulang", again)]
    };
    for (sent, said) in [
        (form("salah salah", new, new), "sekarang salah"),
        (form(PASSWORD, new, "lain sekali"), "tidak sama"),
        (form(PASSWORD, "pendek", "pendek"), "8 sampai 128"),
    ] {
        let text = here.post("/sandi", &sent).await.expect(422);
        assert!(text.contains(said), "{text}");
    }
    assert!(there.is_in().await);
    assert_eq!(
        here.post("/sandi", &form(PASSWORD, new, new)).await.status,
        303
    );
    assert!(here.is_in().await && !there.is_in().await);
    desk.log_in("budi", PASSWORD).await.expect(401);
    assert_eq!(desk.log_in("budi", new).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_who_did_it_and_reads_as_words() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let id = desk.user("budi", Role::Salesman).await;
    let given = [("sandi", "sepuluh pohon jati")];
    let path = format!("/orang/{id}/sandi");
    assert_eq!(sari.post(&path, &given).await.status, 303);
    let text = sari.get("/catatan?siapa=Orang%20sari").await.expect(200);
    assert!(
        text.contains("Kata sandi diganti") && text.contains("Orang budi"),
        "{text}"
    );
    assert!(!text.contains("Hub dibuat"), "{text}");
    let all = sari
        .get("/catatan?hari=2026-11-23&periksa=ya")
        .await
        .expect(200);
    assert!(
        all.contains("Hub dibuat") && all.contains("Catatan utuh"),
        "{all}"
    );
    let before = sari.get("/catatan?hari=2026-11-22").await.expect(200);
    assert!(before.contains("Tidak ada kejadian"), "{before}");
    let about = sari.get("/catatan?tentang=Orang%20budi").await.expect(200);
    assert!(
        about.contains("Kata sandi diganti") && !about.contains("Hub dibuat"),
        "{about}"
    );
    // Whatever is asked for, no password and no digest of one is in it.
    assert!(!all.contains("argon2") && !all.contains("jati"), "{all}");
}

#[test]
fn the_command_does_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let on = |arguments: &[&str]| run_on(folder.path(), arguments);
    done(&on(&["hub", "init", "--name", "Makmur"]));
    let told = done(&on(&[
        "hub", "user", "add", "--login", "sari", "--name", "Bu Sari",
    ]));
    assert!(told.contains("sari logs in with the password "), "{told}");
    let add = [
        "hub", "user", "add", "--login", "budi", "--name", "Budi", "--role", "salesman",
    ];
    done(&on(&add));
    let again = on(&add);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    let list = done(&on(&["hub", "user", "list"]));
    assert!(
        list.contains("Bu Sari") && list.contains("salesman"),
        "{list}"
    );
    let last = on(&["hub", "user", "off", "--login", "sari"]);
    let said = String::from_utf8_lossy(&last.stderr).into_owned();
    assert!(
        !last.status.success() && said.contains("last owner"),
        "{said}"
    );
    done(&on(&["hub", "user", "off", "--login", "budi"]));
    done(&on(&["hub", "user", "on", "--login", "budi"]));
    done(&on(&["hub", "user", "password", "--login", "BUDI"]));
}
