//! The shops' devices: found, let in, shut out, and what is wrong with them.

use kulakan::hub::Hub;
use kulakan::hub::audit_log::WantedEntries;
use kulakan::hub::contact::{Contact, Program};
use kulakan::hub::pairing::Pairing;
use kulakan::wire::exchange::PairRequest;
use uuid::Uuid;

use super::Desk;

/// Redeems a code; the device and its token.
async fn pair(hub: &Hub, code: &str) -> (Uuid, String) {
    let (device, token) = (Uuid::now_v7(), Uuid::now_v7().simple().to_string());
    let request = PairRequest {
        code: code.to_owned(),
        device,
        name: "Warung".to_owned(),
        timezone: "Asia/Jakarta".to_owned(),
        token: token.clone(),
    };
    let pairing = hub.pair(request).await.unwrap();
    assert!(matches!(pairing, Pairing::Paired(_)), "{pairing:?}");
    (device, token)
}

/// The code on a page that tells it.
fn code(page: &str) -> String {
    let (_, rest) = page.split_once("class=\"code\">").expect("a code");
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_added_with_a_code_that_is_told_once() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let hub = desk.folder.open().await;
    let told = sari
        .post("/perangkat", &[("nama", "Warung Tini")])
        .await
        .expect(200);
    let first = code(&told);
    let shop = hub.shops().await.unwrap()[0].shop.id.clone();
    let page = format!("/perangkat/{shop}");
    assert!(!sari.get(&page).await.expect(200).contains(&first));
    let taken = sari.post("/perangkat", &[("nama", "Warung Tini")]).await;
    assert!(taken.expect(422).contains("Sudah ada warung"));
    // A later code makes the earlier one void.
    let second = code(&sari.post(&format!("{page}/kode"), &[]).await.expect(200));
    let refused = hub
        .pair(PairRequest {
            code: first,
            device: Uuid::now_v7(),
            name: String::new(),
            timezone: "Asia/Jakarta".to_owned(),
            token: "x".repeat(40),
        })
        .await
        .unwrap();
    assert!(matches!(refused, Pairing::Refused(_)), "{refused:?}");
    pair(&hub, &second).await;
    let shown = sari.get(&page).await.expect(200);
    assert!(shown.contains("Dipakai"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_device_is_shut_out_and_let_in_again_with_its_stock() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let hub = desk.folder.open().await;
    let (shop, first) = hub.add_shop("Warung Tini").await.unwrap();
    let (device, token) = pair(&hub, &first).await;
    let contact = Contact {
        device,
        skew_seconds: Some(900),
        program: Program::of_agent("kulakan/9.8.7"),
        instance: None,
    };
    hub.head(contact).await.unwrap();
    let page = format!("/perangkat/{shop}");
    let shown = sari.get(&page).await.expect(200);
    for told in ["9.8.7", "900", "Dipakai"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let id = device.to_string();
    let form = [("perangkat", id.as_str())];
    for _ in 0..2 {
        assert_eq!(sari.post(&format!("{page}/tutup"), &form).await.status, 303);
    }
    assert!(hub.authenticate(&token).await.is_err());
    assert!(hub.head(contact).await.is_err());
    assert!(
        sari.get("/perangkat?pilih=belum")
            .await
            .expect(200)
            .contains("Warung Tini")
    );
    assert_eq!(sari.post(&format!("{page}/buka"), &form).await.status, 303);
    assert!(hub.authenticate(&token).await.is_ok());
    // Of another shop it is unknown, and once another has taken its place a new code is needed.
    let (other, _) = hub.add_shop("Warung Lain").await.unwrap();
    sari.post(&format!("/perangkat/{other}/tutup"), &form)
        .await
        .expect(404);
    let second = hub.new_code("Warung Tini").await.unwrap();
    pair(&hub, &second).await;
    sari.post(&format!("{page}/buka"), &form).await.expect(409);
    assert!(hub.authenticate(&token).await.is_err());
    let told: Vec<String> = hub
        .audit_log(WantedEntries::default())
        .await
        .unwrap()
        .entries
        .into_iter()
        .filter(|entry| entry.action.starts_with("device."))
        .map(|entry| {
            format!(
                "{} {}",
                entry.action,
                entry.actor.split(' ').next().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "device.paired device",
            "device.unblocked Orang",
            "device.blocked Orang",
            "device.paired device"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_stands_until_it_is_dealt_with() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let hub = desk.folder.open().await;
    let (shop, first) = hub.add_shop("Warung Tini").await.unwrap();
    let (device, _) = pair(&hub, &first).await;
    let copies = [Uuid::now_v7(), Uuid::now_v7()];
    for copy in [0, 1, 0] {
        let contact = Contact {
            device,
            skew_seconds: None,
            program: None,
            instance: Some(copies[copy]),
        };
        hub.head(contact).await.unwrap();
    }
    hub.add_shop("Warung Lain").await.unwrap();
    let alarmed = sari.get("/perangkat?pilih=peringatan").await.expect(200);
    assert!(
        alarmed.contains("Warung Tini") && !alarmed.contains("Warung Lain"),
        "{alarmed}"
    );
    let page = format!("/perangkat/{shop}");
    assert!(
        sari.get(&page)
            .await
            .expect(200)
            .contains("bergantian di dua perangkat")
    );
    let form = [("jenis", "another_copy")];
    for _ in 0..2 {
        assert_eq!(sari.post(&format!("{page}/beres"), &form).await.status, 303);
    }
    assert!(
        !sari
            .get(&page)
            .await
            .expect(200)
            .contains("bergantian di dua perangkat")
    );
    sari.post(&format!("{page}/beres"), &[("jenis", "x")])
        .await
        .expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_shops_are_looked_through_by_name_and_by_page() {
    let desk = Desk::start().await;
    let sari = desk.owner().await;
    let hub = desk.folder.open().await;
    for number in 0..60 {
        hub.add_shop(&format!("Warung {number:02}")).await.unwrap();
    }
    hub.add_shop("Toko 100% Segar_").await.unwrap();
    let first = sari.get("/perangkat?cari=warung").await.expect(200);
    assert!(
        first.contains("Warung 49") && !first.contains("Warung 50"),
        "{first}"
    );
    assert!(first.contains("lewati=50"), "{first}");
    let second = sari
        .get("/perangkat?cari=warung&lewati=50")
        .await
        .expect(200);
    assert!(second.contains("Warung 59") && !second.contains("Warung 49"));
    let found = sari.get("/perangkat?cari=0%25%20segar_").await.expect(200);
    assert!(found.contains("Toko 100% Segar_") && !found.contains("Warung 00"));
    let none = sari.get("/perangkat?cari=%25%25").await.expect(200);
    assert!(none.contains("Tidak ada warung"), "{none}");
}
