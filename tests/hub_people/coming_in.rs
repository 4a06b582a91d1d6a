//! Coming in and leaving.

use kulakan::hub::login::{LogIn, Person};
use kulakan::hub::store::users::Role;
use kulakan::hub::tenants::NewTenant;

use super::{Desk, PASSWORD, new_user};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_through_a_restart_and_ends_when_it_is_left() {
    let desk = Desk::start().await;
    let owner = desk.owner().await;
    assert!(owner.is_in().await);
    let Desk { folder, daemon } = desk;
    let address = daemon.address;
    daemon.stop().await;
    let daemon = folder.run(Some(address)).await;
    let desk = Desk { folder, daemon };
    assert!(owner.is_in().await);
    assert_eq!(owner.post("/keluar", &[]).await.to, "/masuk");
    assert!(!owner.is_in().await);
    assert!(desk.inside("sari").await.is_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_not_used_and_after_thirty_days_in_any_case() {
    let desk = Desk::start().await;
    let idle = desk.owner().await;
    let busy = desk.inside("sari").await;
    desk.at("2026-11-23T13:59:00Z");
    assert!(busy.is_in().await);
    desk.at("2026-11-23T14:00:00Z");
    assert!(!idle.is_in().await);
    // Used every eleven hours, the last time shortly before thirty days are over.
    let mut now = crate::harness::running::moment("2026-11-23T14:00:00Z");
    let end = crate::harness::running::moment("2026-12-23T02:00:00Z");
    while now < end {
        desk.folder.clock.set(now);
        assert!(busy.is_in().await, "{now}");
        now += chrono::Duration::hours(11);
    }
    desk.folder.clock.set(end);
    assert!(!busy.is_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_cost_more_and_more_time() {
    let desk = Desk::start().await;
    desk.user("sari", Role::Owner).await;
    for _ in 0..6 {
        desk.log_in("sari", "salah salah").await.expect(401);
    }
    // The right one is not looked at either.
    desk.log_in("Sari", PASSWORD).await.expect(429);
    desk.at("2026-11-23T02:00:02Z");
    assert_eq!(desk.log_in("sari", PASSWORD).await.status, 303);
    // The count has begun anew.
    desk.log_in("sari", "salah salah").await.expect(401);
    // Whoever tries one password on many names is slowed down where they sit.
    for guess in 0..29 {
        let seen = desk.log_in(&format!("orang{guess}"), PASSWORD).await;
        assert!([401, 429].contains(&seen.status), "{}", seen.text);
    }
    desk.log_in("orang99", PASSWORD).await.expect(429);
    // Behind a proxy on this machine each place counts by itself, whatever else a sender claims.
    let form = [("nama", "sari"), ("sandi", PASSWORD)];
    let from = [("x-forwarded-for", "127.0.0.1, 203.0.113.9")];
    let seen = desk
        .nobody()
        .send_with(reqwest::Method::POST, "/masuk", &form, &from)
        .await;
    assert_eq!(seen.status, 303, "{}", seen.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_tells_whether_there_is_such_a_name() {
    let desk = Desk::start().await;
    desk.user("sari", Role::Owner).await;
    let same = |text: String, login: &str| text.replace(login, "NAMA");
    let known = desk.log_in("sari", "salah salah").await.expect(401);
    let unknown = desk.log_in("tidakada", "salah salah").await.expect(401);
    assert_eq!(same(known, "sari"), same(unknown, "tidakada"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_user_ends_what_opened_the_hub_before() {
    let desk = Desk::start().await;
    let hub = desk.folder.open().await;
    hub.set_pin("owner", Some("4711"), None).await.unwrap();
    let by_pin = desk.nobody().post("/masuk", &[("pin", "4711")]).await;
    let early = super::Visitor {
        cookie: by_pin.session.expect("a session"),
        ..desk.nobody()
    };
    assert!(early.is_in().await);
    // Nobody else comes first: the hub needs an owner.
    let salesman = hub.add_user("owner", new_user("budi", Role::Salesman));
    assert!(salesman.await.is_err());
    desk.user("sari", Role::Owner).await;
    assert!(!early.is_in().await);
    let again = desk.nobody().post("/masuk", &[("pin", "4711")]).await;
    assert_eq!((again.status, again.session), (401, None));
    assert!(
        !desk
            .nobody()
            .get("/masuk")
            .await
            .expect(200)
            .contains("name=\"pin\"")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_users_and_pin_opens_here_and_greets_nobody_else() {
    let desk = Desk::start().await;
    desk.nobody().get("/orang").await.expect(200);
    assert_eq!(desk.nobody().get("/masuk").await.to, "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_coming_in_one_goes_on_where_one_wanted_to_and_never_elsewhere() {
    let desk = Desk::start().await;
    desk.user("sari", Role::Owner).await;
    let asked = desk.nobody().get("/orang").await;
    assert_eq!(asked.to, "/masuk?next=%2Forang");
    for (next, to) in [
        ("/orang", "/orang"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
    ] {
        let form = [("nama", "sari"), ("sandi", PASSWORD), ("next", next)];
        assert_eq!(desk.nobody().post("/masuk", &form).await.to, to, "{next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_does_counts_at_once() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let id = desk.user("budi", Role::Dispatcher).await;
    let budi = desk.inside("budi").await;
    let hub = desk.folder.open().await;
    assert_eq!(hub.end_sessions("owner", &id).await.unwrap(), 1);
    assert!(!budi.is_in().await);
    let budi = desk.inside("budi").await;
    hub.set_user_password("owner", &id, Some("sepuluh pohon jati".to_owned()))
        .await
        .unwrap();
    assert!(!budi.is_in().await);
    desk.log_in("budi", PASSWORD).await.expect(401);
    assert_eq!(desk.log_in("budi", "sepuluh pohon jati").await.status, 303);
    hub.switch_user(&Person::owner(), &id, false).await.unwrap();
    desk.log_in("budi", "sepuluh pohon jati").await.expect(401);
    assert!(sari.is_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_two_distributors_have_the_same_names_and_see_their_own_only() {
    let desk = Desk::start().await;
    let hub = desk.folder.open().await;
    hub.add_user("owner", new_user("sari", Role::Owner))
        .await
        .unwrap();
    let new = NewTenant {
        id: "dua".to_owned(),
        name: "Distributor Kedua".to_owned(),
        timezone: None,
    };
    let second = hub.add_tenant(new).await.unwrap();
    let taken = second
        .add_user("owner", new_user("sari", Role::Owner))
        .await;
    assert!(taken.is_err(), "one login, one person");
    let mut namesake = new_user("sari.dua", Role::Owner);
    namesake.details.name = "Orang sari".to_owned();
    second.add_user("owner", namesake).await.unwrap();

    let (first, other) = (desk.inside("sari").await, desk.inside("sari.dua").await);
    let (here, there) = (first.get("/orang").await, other.get("/orang").await);
    let (here, there) = (here.expect(200), there.expect(200));
    assert!(
        here.contains("Distributor Contoh") && !here.contains("sari.dua"),
        "{here}"
    );
    assert!(
        there.contains("Distributor Kedua") && there.contains("sari.dua"),
        "{there}"
    );
    // Nobody reaches the other's people by their identity.
    let foreign = &second.users().await.unwrap()[0].id;
    first.get(&format!("/orang/{foreign}")).await.expect(404);
    let off = first.post(&format!("/orang/{foreign}/tutup"), &[]).await;
    off.expect(404);
    assert!(other.is_in().await);
    // The secret of a session opens the one distributor only.
    let secret = other.cookie.trim_start_matches("sesi=");
    assert_eq!(hub.admitted(secret, true).await.unwrap(), None);
    assert!(second.admitted(secret, true).await.unwrap().is_some());
    assert!(matches!(
        second.log_in("sari", PASSWORD, None).await.unwrap(),
        LogIn::Welcome { .. }
    ));
}
