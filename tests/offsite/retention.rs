//! Which sets a hub keeps.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Duration, Utc};
use kulakan::hub::offsite::kept;
use kulakan::hub::store::backups::SetRow;
use kulakan::wire::event::GENESIS;
use uuid::Uuid;

use super::{Case, number, sell};

fn set(chain: Uuid, received_at: DateTime<Utc>) -> SetRow {
    SetRow {
        id: Uuid::now_v7(),
        device: Uuid::nil(),
        chain,
        chain_parts: 1,
        key: GENESIS,
        manifest: GENESIS,
        bytes: 1,
        received_at,
    }
}

#[test]
fn seven_nights_and_four_weeks_before_them_stay() {
    let (zone, chain) = (chrono_tz::Asia::Jakarta, Uuid::now_v7());
    // 02:05 in Jakarta, every night, two sets a night.
    let first: DateTime<Utc> = "2026-01-01T19:05:00Z".parse().unwrap();
    let mut there: Vec<SetRow> = Vec::new();
    for night in 0..200 {
        for minutes in [0, 30] {
            let now = first + Duration::days(night) + Duration::minutes(minutes);
            there.insert(0, set(chain, now));
            let stay = kept(&there, zone, now);
            there.retain(|set| stay.contains(&set.id));
        }
        let date = |set: &SetRow| set.received_at.with_timezone(&zone).date_naive();
        let dates: Vec<_> = there.iter().map(date).collect();
        let expected = if night < 7 {
            night as usize + 1
        } else {
            dates.len()
        };
        assert_eq!(dates.len(), expected);
        if night < 40 {
            continue;
        }
        assert_eq!(dates.len(), 11, "{dates:?}");
        let nights: HashSet<_> = dates[..7].iter().collect();
        assert_eq!(nights.len(), 7);
        assert_eq!(dates[0] - dates[6], Duration::days(6));
        let weeks: HashSet<_> = dates[7..].iter().map(Datelike::iso_week).collect();
        assert_eq!(weeks.len(), 4);
        // Of a week that is over, its last night.
        assert!(
            dates[8..]
                .iter()
                .all(|date| date.weekday() == chrono::Weekday::Sun),
            "{dates:?}"
        );
    }
}

#[test]
fn the_ends_of_chains_in_use_stay_for_a_week() {
    let zone = chrono_tz::Asia::Jakarta;
    let now: DateTime<Utc> = "2026-03-10T19:00:00Z".parse().unwrap();
    let (mine, theirs, old) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let sets = [
        set(mine, now),
        set(theirs, now - Duration::minutes(5)),
        set(theirs, now - Duration::minutes(9)),
        set(old, now - Duration::days(8)),
    ];
    let stay = kept(&sets, zone, now);
    let which: Vec<bool> = sets.iter().map(|set| stay.contains(&set.id)).collect();
    assert_eq!(which, [true, true, false, true]);
    let later = now + Duration::days(8);
    let sets = [
        set(mine, later),
        set(theirs, now),
        set(mine, now + Duration::hours(1)),
    ];
    let stay = kept(&sets, zone, later);
    assert_eq!(
        stay.len(),
        2,
        "the night's last set, and not the other chain's end"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_that_no_set_needs_go_with_the_set() {
    let case = Case::start().await;
    for night in 1..=9 {
        sell(&case.shop, &format!("day-{night}"), 3).await;
        case.night(&format!("2026-12-{night:02}T19:00:00Z")).await;
    }
    let hub = case.hub_file();
    assert_eq!(number(&hub, "SELECT count(*) FROM backup_sets"), 8);
    let unused = "SELECT count(*) FROM backup_parts WHERE hash NOT IN (
        SELECT hash FROM backup_chains UNION SELECT key_hash FROM backup_sets
        UNION SELECT manifest_hash FROM backup_sets)";
    assert_eq!(number(&hub, unused), 0);
    // The whole one, eight nights' changes, a manifest a set, one key.
    assert_eq!(number(&hub, "SELECT count(*) FROM backup_parts"), 9 + 8 + 1);
    let last = "SELECT count(*) FROM backup_sets WHERE chain_parts = 9";
    assert_eq!(number(&hub, last), 1);
}
