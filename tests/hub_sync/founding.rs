//! Creating and opening a hub.

use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::error::Error;
use kulakan::hub::login::LogIn;
use kulakan::hub::store::sqlite::FILE_NAME;
use kulakan::hub::{Hub, NewHub};

use super::{new_hub, start_of_time};

fn wanted(name: &str, timezone: &str, pin: Option<&str>) -> NewHub {
    NewHub {
        name: name.to_owned(),
        timezone: timezone.to_owned(),
        pin: pin.map(ToOwned::to_owned),
    }
}

#[tokio::test]
async fn a_hub_that_cannot_be_is_refused_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::for_folder(folder.path()).unwrap();
    let clock = ManualClock::at(start_of_time());
    for (new, field) in [
        (wanted(" ", "Asia/Jakarta", None), "--name"),
        (wanted("Makmur", "Asia/Bandung", None), "--timezone"),
        (wanted("Makmur", "Asia/Jakarta", Some("12a4")), "--pin"),
        (wanted("Makmur", "Asia/Jakarta", Some("123")), "--pin"),
    ] {
        match Hub::create(config.clone(), new, clock.clone()).await.err() {
            Some(Error::Invalid(errors)) => assert_eq!(errors[0].field, field),
            other => panic!("{field}: {other:?}"),
        }
    }
    assert!(!folder.path().join(FILE_NAME).exists());
    let absent = Hub::open(config.clone(), clock.clone()).await.err();
    assert!(matches!(absent, Some(Error::NotFound(_))), "{absent:?}");

    let first = new_hub(folder.path(), clock.clone()).await;
    // The new hub's folder may say by now where it is kept.
    let config = Config::for_folder(folder.path()).unwrap();
    let again = Hub::create(config, wanted("Other", "Asia/Jakarta", None), clock).await;
    assert!(matches!(again.err(), Some(Error::Conflict(_))));
    assert_eq!(first.identity().name, "Distributor Makmur");
}

#[tokio::test]
async fn the_pin_is_asked_for_where_there_is_one_and_today_is_the_hubs_own() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::for_folder(folder.path()).unwrap();
    let clock = ManualClock::at("2026-11-22T18:30:00Z".parse().unwrap());
    let new = wanted("Makmur", "Asia/Jakarta", Some("4711"));
    drop(
        Hub::create(config.clone(), new, clock.clone())
            .await
            .unwrap(),
    );
    let hub = Hub::open(config, clock).await.unwrap();
    for wrong in ["4712", ""] {
        assert_eq!(hub.log_in_by_pin(wrong, None).await.unwrap(), LogIn::Wrong);
    }
    let right = hub.log_in_by_pin("4711", None).await.unwrap();
    assert!(matches!(right, LogIn::Welcome { .. }));
    assert_eq!(hub.today().to_string(), "2026-11-23");

    let other = tempfile::tempdir().unwrap();
    let open = new_hub(other.path(), ManualClock::at(start_of_time())).await;
    assert!(hub.door().await.unwrap().pin && open.door().await.unwrap().only_here());
    let none = open.log_in_by_pin("anything", None).await.unwrap();
    assert_eq!(none, LogIn::Wrong);
}

#[test]
fn parameters_are_numbered_by_first_appearance() {
    use kulakan::hub::store::numbered_by_appearance as numbered;
    assert!(numbered("SELECT 1", 0));
    assert!(numbered("a = $1 AND b = $2 OR a = $1 AND c = $3", 3));
    assert!(!numbered("b = $2 AND a = $1", 2));
    assert!(!numbered("a = $1", 2));
    assert!(!numbered("a = $1 AND b = $2", 1));
    assert!(!numbered("a = $0", 0));
}
