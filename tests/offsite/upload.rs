//! What is sent, and what is not sent again.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kulakan::shop::transport::{Body, Call, HttpTransport, NoReply, Reply, Transport};
use kulakan::wire::offsite::{BACKUP_PARTS_PATH, BACKUPS_PATH};

use super::{Case, PASSPHRASE, new_folder, number, passphrase, restore, sales_of, sell};

/// HTTP that breaks off at one call: before the hub has got it, or after.
struct Breaking {
    http: HttpTransport,
    calls: AtomicUsize,
    at: usize,
    after: bool,
    /// How often each part was given to the hub.
    parts: Mutex<HashMap<String, usize>>,
}

impl Breaking {
    fn at(at: usize, after: bool) -> Self {
        Self {
            http: HttpTransport::default(),
            calls: AtomicUsize::new(0),
            at,
            after,
            parts: Mutex::default(),
        }
    }
}

impl Transport for Breaking {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let broken = NoReply::Unreachable("the line broke".to_owned());
        if number == self.at && !self.after {
            return Err(broken);
        }
        if call.path == BACKUP_PARTS_PATH
            && let (Some((_, hash)), Some(Body::Bytes(_))) = (&call.query, &call.body)
        {
            let mut parts = self.parts.lock().unwrap();
            *parts.entry(hash.clone()).or_default() += 1;
        }
        let reply = self.http.call(hub_url, call).await;
        if number == self.at {
            Err(broken)
        } else {
            reply
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_at_any_call_goes_on_and_sends_no_part_twice() {
    for after in [false, true] {
        let case = Case::start().await;
        sell(&case.shop, "monday", 40).await;
        // Incompressible, so that there is more than one part.
        let mut state = 7_u64;
        let noise: String = (0..400_000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                char::from(33 + ((state >> 33) % 90) as u8)
            })
            .collect();
        let file = rusqlite::Connection::open(case.folder.path.join("shop.db")).unwrap();
        file.execute("INSERT INTO settings VALUES ('noise', ?1)", [noise])
            .unwrap();
        case.shop.back_up(None).await.unwrap();
        let (mut at, mut sent_of_all) = (0, HashMap::<String, usize>::new());
        loop {
            let line = Breaking::at(at, after);
            let ended = case.shop.send_offsite_over(&line).await;
            for (part, times) in line.parts.into_inner().unwrap() {
                *sent_of_all.entry(part).or_default() += times;
            }
            match ended {
                Ok(_) => break,
                Err(error) => assert!(error.to_string().contains("the line broke"), "{error}"),
            }
            let status = case.shop.offsite_status().await.unwrap();
            assert!(status.last_error.is_some() && status.next_attempt_at.is_some());
            assert!(after || !sets_are_there(&case));
            // The next attempt breaks one call later than the last: at every part, and at the commit.
            at = (at + 1) % 4;
        }
        assert!(sent_of_all.len() >= 4, "{sent_of_all:?}");
        assert!(
            sent_of_all.values().all(|times| *times == 1),
            "{sent_of_all:?}"
        );
        let status = case.shop.offsite_status().await.unwrap();
        assert_eq!((status.failures, status.last_error), (0, None));
        let code = case.code().await;
        let new = new_folder();
        restore(new.path(), &case, &code, PASSPHRASE, false)
            .await
            .unwrap();
        assert_eq!(sales_of(new.path()).len(), 40);
    }
}

fn sets_are_there(case: &Case) -> bool {
    number(&case.hub_file(), "SELECT count(*) FROM backup_sets") > 0
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_night_costs_next_to_nothing_and_a_day_of_sales_little() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 300).await;
    let first = case.night("2026-11-23T19:00:00Z").await;
    assert!(first.whole);
    let idle = case.night("2026-11-24T19:00:00Z").await;
    assert!(!idle.whole && idle.bytes < 4_000, "{idle:?}");
    case.set("2026-11-25T02:00:00Z");
    sell(&case.shop, "wednesday", 20).await;
    let night = case.night("2026-11-25T19:00:00Z").await;
    assert!(!night.whole && night.bytes < 30_000, "{night:?}");
    // Sent again, it is there already.
    let again = case.shop.send_offsite().await.unwrap();
    assert!(again.bytes < 4_000, "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_after_a_crash_at_any_point_of_the_last_goes_through() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 20).await;
    case.night("2026-11-23T19:00:00Z").await;
    let offsite = case.folder.path.join("backups/offsite");
    // Cut off while packing.
    std::fs::create_dir_all(offsite.join("preparing/parts")).unwrap();
    std::fs::write(offsite.join("preparing/copy.db"), "half of it").unwrap();
    sell(&case.shop, "tuesday", 5).await;
    let night = case.night("2026-11-24T19:00:00Z").await;
    assert!(!night.whole);
    // The earlier copy is damaged on the disk: found out, and everything is sent.
    let current = std::fs::read_to_string(offsite.join("current")).unwrap();
    let copy = offsite.join(current).join("copy.db");
    let mut bytes = std::fs::read(&copy).unwrap();
    bytes[5000] ^= 1;
    std::fs::remove_file(&copy).unwrap();
    std::fs::write(&copy, bytes).unwrap();
    sell(&case.shop, "wednesday", 5).await;
    assert!(case.night("2026-11-25T19:00:00Z").await.whole);
    // Nothing is left of earlier nights.
    std::fs::remove_dir_all(&offsite).unwrap();
    assert!(case.night("2026-11-26T19:00:00Z").await.whole);
    let code = case.code().await;
    let new = new_folder();
    restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    assert_eq!(sales_of(new.path()).len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_lost_its_backups_gets_a_whole_one() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 5).await;
    case.night("2026-11-23T19:00:00Z").await;
    let hub = case.hub_file();
    hub.execute_batch(
        "DELETE FROM backup_sets; DELETE FROM backup_chains; DELETE FROM backup_parts",
    )
    .unwrap();
    sell(&case.shop, "tuesday", 5).await;
    assert!(case.night("2026-11-24T19:00:00Z").await.whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_of_a_shop_each_go_on_with_a_chain_of_their_own() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 5).await;
    case.night("2026-11-23T19:00:00Z").await;
    let code = case.code().await;
    let new = new_folder();
    restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    let clone = crate::harness::running::ShopFolder::at(
        new.path().to_owned(),
        case.folder.clock.clone(),
        super::NEVER,
    );
    let clone = clone.open().await;
    for (index, night) in ["2026-11-24T19:00:00Z", "2026-11-25T19:00:00Z"]
        .iter()
        .enumerate()
    {
        sell(&case.shop, &format!("here-{index}"), 2).await;
        let here = case.night(night).await;
        sell(&clone, &format!("there-{index}"), 2).await;
        clone.back_up(None).await.unwrap();
        let there = clone.send_offsite().await.unwrap();
        // Once, one of the two has to begin anew; from then on neither does.
        assert_eq!(
            (here.whole, there.whole),
            (false, index == 0),
            "night {index}"
        );
    }
    let chains = "SELECT count(DISTINCT chain_id) FROM backup_sets";
    assert_eq!(number(&case.hub_file(), chains), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_passphrase_begins_anew_and_the_old_one_resumes() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 5).await;
    case.night("2026-11-23T19:00:00Z").await;
    case.shop.offsite_off(false).await.unwrap();
    let other = kulakan::shop::offsite::key::Passphrase::given("another one altogether");
    let refused = case
        .shop
        .offsite_on(other.clone(), false)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("--new-passphrase"),
        "{refused}"
    );
    case.shop.offsite_on(passphrase(), false).await.unwrap();
    assert!(!case.night("2026-11-24T19:00:00Z").await.whole);
    case.shop.offsite_on(other, true).await.unwrap();
    assert!(case.night("2026-11-25T19:00:00Z").await.whole);
    let code = case.code().await;
    let new = new_folder();
    let wrong = restore(new.path(), &case, &code, PASSPHRASE, false).await;
    assert!(wrong.is_err());
    let right = restore(new.path(), &case, &code, "another one altogether", false).await;
    assert_eq!(right.unwrap().restored.sales, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_commit_changes_nothing() {
    let case = Case::start().await;
    case.shop.back_up(None).await.unwrap();
    // The calls of a first small backup: which parts, three parts, the commit.
    let line = Breaking::at(4, true);
    assert!(case.shop.send_offsite_over(&line).await.is_err());
    assert_eq!(
        line.calls.into_inner(),
        5,
        "the commit is another call: {BACKUPS_PATH}"
    );
    assert!(sets_are_there(&case));
    let sent = case.shop.send_offsite().await.unwrap();
    assert_eq!((sent.parts, sent.bytes), (0, 0));
    let sets = "SELECT count(*) FROM backup_sets";
    assert_eq!(number(&case.hub_file(), sets), 1);
}
