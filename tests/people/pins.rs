//! Coming in by name and PIN, and how the owner manages both.

use crate::harness::counter::{Counter, OWNERS_PIN, session};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_pin_locks_the_pages_at_once() {
    let counter = Counter::start(None).await;
    let here = counter.visitor();
    here.get("/orang").await.expect(200);
    let early = [("nama", "Siti"), ("pin", "2468")];
    here.post("/orang/kasir", &early).await.expect(409);
    for (new, again, status) in [
        ("12", "12", 422),
        ("abcd", "abcd", 422),
        ("4711", "4712", 422),
    ] {
        let fields = [("baru", new), ("ulang", again)];
        here.post("/orang/pin", &fields).await.expect(status);
    }
    here.get("/orang").await.expect(200);
    assert!(!counter.shop.has_pin());

    let set = here
        .post("/orang/pin", &[("baru", "4711"), ("ulang", "4711")])
        .await;
    // Whoever set it goes on; everybody else is asked from now on, without a restart.
    let mut owner = counter.visitor();
    owner.cookie = session(&set);
    set.leads();
    owner.get("/orang").await.expect(200);
    assert_eq!(here.get("/orang").await.leads(), "/masuk?lanjut=/orang");
    assert!(counter.shop.door().await.unwrap().has_pin);
    counter.owner().await.get("/orang").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_pin_needs_the_present_one_and_ends_other_sessions() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let (owner, elsewhere) = (counter.owner().await, counter.owner().await);
    let change = |old| [("lama", old), ("baru", "987654"), ("ulang", "987654")];
    let told = owner.post("/orang/pin", &change("0000")).await.expect(401);
    assert!(told.contains("PIN salah"), "{told}");
    elsewhere.get("/orang").await.expect(200);
    let changed = owner.post("/orang/pin", &change(OWNERS_PIN)).await;
    assert_eq!(changed.status, 303, "{}", changed.text);
    for earlier in [&owner, &elsewhere] {
        earlier.get("/orang").await.leads();
    }
    let mut now = counter.visitor();
    now.cookie = session(&changed);
    now.get("/orang").await.expect(200);
    let old = now.post("/masuk", &[("pin", OWNERS_PIN)]).await;
    assert_eq!(old.status, 401);
    counter.person("pemilik", "987654").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cashiers_are_added_renamed_by_nobody_and_stop() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let owner = counter.owner().await;
    let new = |name, pin| [("nama", name), ("pin", pin)];
    for (name, pin, told) in [
        ("", "2468", "Isi nama"),
        ("Siti", "24", "4 sampai 12 angka"),
        ("Pemilik", "2468", "sudah dipakai"),
        ("owner", "2468", "sudah dipakai"),
    ] {
        let page = owner
            .post("/orang/kasir", &new(name, pin))
            .await
            .expect(422);
        assert!(page.contains(told), "{name} {pin}: {page}");
    }
    owner
        .post("/orang/kasir", &new("Siti", "2468"))
        .await
        .leads();
    let twice = owner
        .post("/orang/kasir", &new(" siti ", "1357"))
        .await
        .expect(422);
    assert!(twice.contains("sudah dipakai"), "{twice}");
    let id = counter.shop.cashiers().await.unwrap()[0].id;
    let who = id.to_string();
    let ask = counter.visitor().get("/masuk").await.expect(200);
    assert!(ask.contains("Siti") && ask.contains("Pemilik"), "{ask}");

    let siti = counter.person(&who, "2468").await;
    let another = [("pin", "8642")];
    owner
        .post(&format!("/orang/kasir/{id}/pin"), &another)
        .await
        .leads();
    assert_eq!(siti.get("/stok").await.status, 303);
    let old = siti
        .post("/masuk", &[("who", &*who), ("pin", "2468")])
        .await;
    assert_eq!(old.status, 401);
    let siti = counter.person(&who, "8642").await;
    siti.get("/stok").await.expect(200);

    for _ in 0..2 {
        owner
            .post(&format!("/orang/kasir/{id}/berhenti"), &[])
            .await
            .leads();
    }
    assert_eq!(siti.get("/stok").await.status, 303);
    let gone = siti
        .post("/masuk", &[("who", &*who), ("pin", "8642")])
        .await;
    assert_eq!(gone.status, 401);
    // The name is free again, and none of it told a PIN.
    owner
        .post("/orang/kasir", &new("Siti", "2468"))
        .await
        .leads();
    let told = "SELECT count(*) FROM audit WHERE detail || subject LIKE '%2468%' OR detail || subject LIKE '%8642%'";
    assert_eq!(counter.number(told), 0);
    let log = owner.get("/catatan?apa=cashier.retired").await.expect(200);
    assert!(
        log.contains("Kasir berhenti") && log.contains("Siti"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_make_one_person_wait_and_nobody_else() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let (id, _) = counter.cashier("Siti", "2468").await;
    let who = id.to_string();
    let door = counter.visitor();
    let with = |pin| [("who", who.clone()), ("pin", pin)];
    let failures = "SELECT pin_failures FROM cashiers";
    // A scanner that goes on while the page is locked guesses at nothing.
    for scanned in ["8996001600146", "089", "ABC-1234", ""] {
        let fields = [("who", who.as_str()), ("pin", scanned)];
        door.post("/masuk", &fields).await.expect(401);
    }
    assert_eq!(counter.number(failures), 0);
    for attempt in 1..=4 {
        let sent = with("0000".to_owned());
        let fields: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
        door.post("/masuk", &fields).await.expect(401);
        assert_eq!(counter.number(failures), attempt);
    }
    let sent = with("2468".to_owned());
    let right: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let told = door.post("/masuk", &right).await.expect(429);
    assert!(told.contains("Coba lagi pukul 09.00.30"), "{told}");
    // An attempt that is not looked at is not counted, so that nobody is kept out for ever.
    assert_eq!(counter.number(failures), 4);
    counter.owner().await;
    counter.at("2026-11-23T02:00:30Z");
    door.post("/masuk", &right).await.leads();
    assert_eq!(counter.number(failures), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_in_last_is_chosen_and_goes_where_they_wanted() {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    let (id, _) = counter.cashier("Siti", "2468").await;
    let door = counter.visitor();
    let asked = door.get("/penjualan?hari=2026-11-23").await.leads();
    assert_eq!(asked, "/masuk?lanjut=/penjualan%3Fhari%3D2026-11-23");
    let form = door.get(&asked).await.expect(200);
    assert!(
        form.contains("value=\"/penjualan?hari=2026-11-23\""),
        "{form}"
    );
    let id = id.to_string();
    let fields = [
        ("who", &*id),
        ("pin", "2468"),
        ("lanjut", "/penjualan?hari=2026-11-23"),
    ];
    let seen = door.post("/masuk", &fields).await;
    assert_eq!(seen.to, "/penjualan?hari=2026-11-23");
    let last = seen
        .cookies
        .iter()
        .find(|cookie| cookie.starts_with("orang="));
    let last = last.unwrap().split(';').next().unwrap().to_owned();
    let request = door
        .request(reqwest::Method::GET, "/masuk")
        .header("cookie", last);
    let form = door.send(request).await.expect(200);
    assert!(form.contains(&format!("value=\"{id}\" checked")), "{form}");
    // Nowhere but here.
    for away in [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
    ] {
        let fields = [("who", &*id), ("pin", "2468"), ("lanjut", away)];
        assert_eq!(door.post("/masuk", &fields).await.leads(), "/", "{away}");
    }
}
