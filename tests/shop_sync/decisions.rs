//! The pure rules: what to do from both heads, how long to wait.

use std::time::Duration;

use kulakan::shop::sync::decide::{
    Own, Step, backoff, can_enter, decide, obeyed, pause_until, protocol_problem,
};
use kulakan::wire::event::Hash;
use kulakan::wire::exchange::{Head, HeadReply};
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use crate::harness::running::moment;

const A: Hash = Hash([1; 32]);
const B: Hash = Hash([2; 32]);
const LIFE: Uuid = Uuid::from_u128(1);
const OTHER_LIFE: Uuid = Uuid::from_u128(2);

fn own(epoch: i64, head_seq: i64, acked_seq: i64) -> Own {
    Own {
        epoch,
        head_seq,
        acked_seq,
        incarnation: Some(LIFE),
    }
}

fn hub(epoch: i64, seq: i64, incarnation: Uuid) -> HeadReply {
    HeadReply {
        head: Head {
            epoch,
            seq,
            hash: A,
        },
        incarnation,
        server_time: "2026-11-23T02:00:00Z".to_owned(),
        protocol: 1,
        oldest_protocol: 1,
        cursor: String::new(),
        another_copy_at: None,
        distributors: Vec::new(),
    }
}

fn new_epoch(epoch: i64, seq: i64) -> Step {
    Step::NewEpoch {
        keep_up_to: (epoch, seq),
    }
}

#[rstest]
#[case::goes_on(own(1, 9, 5), hub(1, 5, LIFE), Some(A), Step::PushAfter(5))]
#[case::has_all(own(1, 9, 9), hub(1, 9, LIFE), Some(A), Step::PushAfter(9))]
#[case::first_time(Own { incarnation: None, ..own(1, 3, 0) }, hub(1, 0, LIFE), Some(A), Step::PushAfter(0))]
#[case::lost_answer(own(1, 9, 5), hub(1, 7, LIFE), Some(A), Step::PushAfter(7))]
#[case::restored_hub(own(1, 9, 8), hub(1, 4, OTHER_LIFE), Some(A), Step::PushAfter(4))]
#[case::hub_that_lost_its_end_unannounced(
    own(1, 9, 8),
    hub(1, 4, LIFE),
    Some(A),
    Step::PushAfter(4)
)]
#[case::restored_shop(own(1, 6, 5), hub(1, 9, LIFE), None, new_epoch(1, 5))]
#[case::cloned_shop(own(1, 9, 5), hub(1, 7, LIFE), Some(B), new_epoch(1, 5))]
#[case::clone_with_nothing_new(own(1, 9, 9), hub(2, 3, LIFE), None, Step::NothingToSend)]
#[case::restored_with_nothing_new(own(1, 6, 6), hub(1, 9, LIFE), None, Step::NothingToSend)]
#[case::hub_lost_what_it_acknowledged(own(1, 9, 9), hub(1, 7, LIFE), Some(B), new_epoch(1, 9))]
#[case::clone_was_faster(own(1, 9, 5), hub(2, 3, LIFE), None, new_epoch(1, 5))]
#[case::hub_from_before_this_epoch(own(2, 9, 5), hub(1, 7, OTHER_LIFE), Some(A), new_epoch(1, 7))]
#[case::both_restored(own(1, 9, 5), hub(1, 12, OTHER_LIFE), None, new_epoch(0, 0))]
fn what_to_do_about_the_log(
    #[case] own: Own,
    #[case] hub: HeadReply,
    #[case] own_hash: Option<Hash>,
    #[case] step: Step,
) {
    assert_eq!(decide(own, &hub, own_hash), step);
}

#[test]
fn an_epoch_that_this_log_has_used_is_not_entered() {
    let granted = |epoch, seq| Head {
        epoch,
        seq,
        hash: A,
    };
    assert!(can_enter(1, &granted(2, 0)));
    assert!(!can_enter(2, &granted(2, 0)));
    assert!(!can_enter(3, &granted(2, 0)));
    assert!(!can_enter(1, &granted(2, 4)));
}

#[test]
fn programs_that_do_not_fit_say_which_is_to_be_upgraded() {
    assert_eq!(protocol_problem(1, 1), None);
    assert_eq!(protocol_problem(7, 1), None);
    assert!(
        protocol_problem(7, 2)
            .unwrap()
            .contains("upgrade kulakan here")
    );
    assert!(
        protocol_problem(0, 0)
            .unwrap()
            .contains("the hub must be upgraded")
    );
}

#[rstest]
#[case(1, 5)]
#[case(2, 10)]
#[case(5, 80)]
#[case(9, 1280)]
#[case(10, 1800)]
#[case(u32::MAX, 1800)]
fn the_longest_delay_doubles_up_to_half_an_hour(#[case] failures: u32, #[case] seconds: u64) {
    let longest = seconds * 1000;
    assert_eq!(backoff(failures, longest), Duration::from_secs(seconds));
    assert_eq!(backoff(failures, longest + 1), Duration::ZERO);
}

proptest! {
    #[test]
    fn no_delay_is_longer_than_half_an_hour(failures: u32, random: u64) {
        prop_assert!(backoff(failures, random) <= Duration::from_mins(30));
    }
}

#[rstest]
#[case::none(None, 0)]
#[case::past(Some("2026-11-23T01:59:00Z"), 0)]
#[case::soon(Some("2026-11-23T02:00:40Z"), 40)]
// A clock that had leapt ahead wrote it.
#[case::in_years(Some("2031-01-01T00:00:00Z"), 0)]
fn an_attempt_waits_until_its_time(#[case] next: Option<&str>, #[case] seconds: u64) {
    let pause = pause_until(next.map(moment), moment("2026-11-23T02:00:00Z"));
    assert_eq!(pause, Duration::from_secs(seconds));
}

#[test]
fn a_hub_is_obeyed_within_reason() {
    assert_eq!(obeyed(Duration::from_secs(90)), Duration::from_secs(90));
    assert_eq!(obeyed(Duration::from_hours(24)), Duration::from_hours(1));
}

#[test]
fn what_a_hub_asked_for_is_waited_for_with_the_chance_that_was_added() {
    let now = moment("2026-11-23T02:00:00Z");
    let asked = obeyed(Duration::from_hours(2)) + backoff(10, 1_800_000);
    let next = now + chrono::Duration::from_std(asked).unwrap();
    assert_eq!(pause_until(Some(next), now), asked);
}
