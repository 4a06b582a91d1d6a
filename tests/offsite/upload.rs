//! What is sent, and what is not sent again.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kulakan::shop::offsite::folder;
use kulakan::shop::transport::{Body, Call, HttpTransport, NoReply, Reply, Transport};
use kulakan::wire::HEAD_PATH;
use kulakan::wire::offsite::{BACKUP_PARTS_PATH, BACKUPS_PATH};
use tokio::sync::Notify;

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
    // The copy that is kept to compare with is the local backup itself, under a second name.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let copy = folder::Folder::of(&case.folder.path).copy(night.set);
        assert_eq!(std::fs::metadata(copy).unwrap().nlink(), 2);
    }
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
async fn a_backup_of_a_time_to_come_is_not_taken_for_the_latest() {
    let case = Case::start().await;
    // The shop's clock leaps ahead for a night, and is set right.
    sell(&case.shop, "leapt", 2).await;
    case.folder.set("2031-01-01T19:00:00Z");
    case.shop.back_up(None).await.unwrap();
    case.shop.send_offsite().await.unwrap();
    case.set("2026-11-23T18:00:00Z");
    sell(&case.shop, "monday", 3).await;
    case.night("2026-11-23T19:00:00Z").await;
    let (new, code) = (new_folder(), case.code().await);
    restore(new.path(), &case, &code, PASSPHRASE, false)
        .await
        .unwrap();
    assert_eq!(sales_of(new.path()).len(), 5);
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

/// HTTP on which an exchange of the log takes long, and part after part is noticed.
#[derive(Default)]
struct Crossing {
    http: HttpTransport,
    under_way: Notify,
    part: Notify,
    part_came_between: std::sync::atomic::AtomicBool,
}

impl Transport for Crossing {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        if call.path == HEAD_PATH {
            self.under_way.notify_one();
            let patience = std::time::Duration::from_millis(300);
            let came = tokio::time::timeout(patience, self.part.notified()).await;
            self.part_came_between.store(came.is_ok(), Ordering::SeqCst);
        }
        if call.path == BACKUP_PARTS_PATH {
            self.part.notify_one();
        }
        self.http.call(hub_url, call).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_part_is_sent_while_an_exchange_of_the_log_is_under_way() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 5).await;
    case.shop.back_up(None).await.unwrap();
    let line = Crossing::default();
    let exchange = case.shop.exchange_over(&line);
    let upload = async {
        line.under_way.notified().await;
        case.shop.send_offsite_over(&line).await
    };
    let (exchanged, sent) = tokio::join!(exchange, upload);
    exchanged.unwrap();
    assert!(sent.unwrap().parts > 0);
    assert!(!line.part_came_between.load(Ordering::SeqCst));
}

/// HTTP on which the owner changes their mind while a part is on its way.
struct Minding<'s> {
    http: HttpTransport,
    shop: &'s kulakan::shop::Shop,
    /// Another passphrase, or none at all any more.
    anew: bool,
    parts: AtomicUsize,
    commits: AtomicUsize,
}

impl Transport for Minding<'_> {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        if call.path == BACKUPS_PATH {
            self.commits.fetch_add(1, Ordering::SeqCst);
        }
        if call.path == BACKUP_PARTS_PATH && self.parts.fetch_add(1, Ordering::SeqCst) == 0 {
            if self.anew {
                let other = kulakan::shop::offsite::key::Passphrase::given("another one");
                self.shop.offsite_on(other, true).await.unwrap();
            } else {
                self.shop.offsite_off(false).await.unwrap();
            }
        }
        self.http.call(hub_url, call).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_does_not_want_any_more_is_sent_no_further() {
    for anew in [false, true] {
        let case = Case::start().await;
        sell(&case.shop, "monday", 5).await;
        case.shop.back_up(None).await.unwrap();
        let line = Minding {
            http: HttpTransport::default(),
            shop: &case.shop,
            anew,
            parts: AtomicUsize::new(0),
            commits: AtomicUsize::new(0),
        };
        let told = case.shop.send_offsite_over(&line).await.unwrap_err();
        assert!(told.to_string().contains("switched off"), "{told}");
        let (parts, commits) = (line.parts.into_inner(), line.commits.into_inner());
        assert_eq!((parts, commits), (1, 0), "anew: {anew}");
        assert!(!sets_are_there(&case));
        let status = case.shop.offsite_status().await.unwrap();
        assert_eq!((status.failures, status.last_success_at), (0, None));
        if anew {
            assert!(case.shop.send_offsite().await.unwrap().whole);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_a_crash_kept_from_being_cleared_away_does_not_take_the_newer_one_s_place() {
    let case = Case::start().await;
    sell(&case.shop, "monday", 5).await;
    let earlier = case.night("2026-11-23T19:00:00Z").await;
    let folder = folder::Folder::of(&case.folder.path);
    let (place, aside) = (folder.set(earlier.set), new_folder());
    let files = ["set.json", "copy.db"];
    for file in files {
        std::fs::copy(place.join(file), aside.path().join(file)).unwrap();
    }
    sell(&case.shop, "tuesday", 5).await;
    case.night("2026-11-24T19:00:00Z").await;
    std::fs::create_dir(&place).unwrap();
    for file in files {
        std::fs::copy(aside.path().join(file), place.join(file)).unwrap();
    }
    sell(&case.shop, "wednesday", 5).await;
    let night = case.night("2026-11-25T19:00:00Z").await;
    assert!(!night.whole && night.set != earlier.set && night.parts > 0);
    assert!(!place.exists());
}

/// HTTP to a hub that takes a part and says no to whatever comes then.
#[derive(Default)]
struct Refusing {
    http: HttpTransport,
    parts: AtomicUsize,
}

impl Transport for Refusing {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        let part = call.path == BACKUP_PARTS_PATH;
        let mut reply = self.http.call(hub_url, call).await?;
        if part && self.parts.fetch_add(1, Ordering::SeqCst) % 2 == 1 {
            reply.status = 507;
        }
        Ok(reply)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_says_no_after_a_part_is_asked_ever_more_rarely() {
    let case = Case::start().await;
    case.shop.back_up(None).await.unwrap();
    let line = Refusing::default();
    assert!(case.shop.send_offsite_over(&line).await.is_err());
    case.hub_file()
        .execute("DELETE FROM backup_parts", [])
        .unwrap();
    assert!(case.shop.send_offsite_over(&line).await.is_err());
    assert_eq!(case.shop.offsite_status().await.unwrap().failures, 2);
}
