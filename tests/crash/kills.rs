//! `kill -9` under load, again and again: what was answered stays, the rest is there wholly or not at all, and asking
//! again by the same identity settles it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::answers::Answers;
use super::http::Client;
use super::load::{self, Deed};
use super::program::{Running, copy, folder, found};
use super::{Dice, doctor, number, reader};

/// Tills that sell at the same time.
const TILLS: usize = 4;

/// A database that has seen so many crashes is left for a new one: reading all of it each time takes longer and longer.
const KILLS_A_SHOP: u64 = 100;

#[test]
fn no_answered_sale_is_lost_to_kill_9_under_load() {
    let mut dice = Dice::announced("kill -9");
    let kills = number("KULAKAN_KILLS", 200);
    let started = Instant::now();
    let (mut done, mut answered, mut unanswered, mut kept) = (0, 0, 0, 0);
    while done < kills {
        let shop = folder();
        let token = found(shop.path());
        let mut answers = Answers::default();
        let here = KILLS_A_SHOP.min(kills - done);
        for kill in 0..here {
            let deeds = crash(shop.path(), &token, &mut dice, done + kill);
            for answer in deeds.iter().filter_map(|deed| deed.answer.as_ref()) {
                answers.add(answer);
                answered += 1;
            }
            look(shop.path(), &answers);
            let (open, found) = settle(shop.path(), &token, deeds, &mut answers);
            unanswered += open;
            kept += found;
        }
        done += here;
    }
    println!(
        "{kills} kills in {:?}: {answered} answered and kept; {unanswered} under way, of which {kept} were recorded",
        started.elapsed()
    );
    assert!(answered > kills, "the tills did next to nothing");
}

/// Lets the tills trade and kills the program at some moment. What the tills asked for.
fn crash(shop: &Path, token: &str, dice: &mut Dice, kill: u64) -> Vec<Deed> {
    let running = Running::start(shop);
    // Most of the time in full trade, sometimes before the first answer.
    let moment = Duration::from_micros(dice.next() % 120_000);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let tills: Vec<_> = (0..TILLS)
            .map(|till| {
                let (client, dice) = (running.client(token), Dice(dice.next()));
                let (name, stop) = (format!("k{kill}-t{till}"), &stop);
                scope.spawn(move || load::trade(client, dice, &name, usize::MAX, stop))
            })
            .collect();
        std::thread::sleep(moment);
        running.kill();
        stop.store(true, Ordering::Relaxed);
        tills
            .into_iter()
            .flat_map(|till| till.join().unwrap())
            .collect()
    })
}

/// Looks at a copy of what the crash left, so that the program itself finds it untouched.
#[track_caller]
fn look(shop: &Path, answers: &Answers) {
    let left = folder();
    copy(shop, left.path());
    let mut faults = reader::faults(&left.path().join("shop.db"), answers);
    faults.extend(doctor::faults(left.path()));
    if !faults.is_empty() {
        let kept = folder().keep();
        copy(shop, &kept);
        panic!("what a kill left, kept in {}: {faults:#?}", kept.display());
    }
}

/// Starts the program again and asks for everything once more. How many things had no answer, and how many of those
/// were recorded all the same.
fn settle(shop: &Path, token: &str, deeds: Vec<Deed>, answers: &mut Answers) -> (u64, u64) {
    let running = Running::start(shop);
    let mut till = running.client(token);
    let (mut open, mut kept) = (0, 0);
    for mut deed in deeds {
        let was_there = deed.path == "/sales" && is_recorded(&mut till, &deed);
        let reply = till.post(&deed.path, &deed.body).unwrap();
        match &deed.answer {
            Some(answer) => assert_eq!((reply.status, &reply.body), (200, answer), "{deed:?}"),
            None => {
                assert!(matches!(reply.status, 200 | 201), "{deed:?}: {reply:?}");
                if deed.path == "/sales" {
                    assert_eq!(reply.status == 200, was_there, "{deed:?}");
                    kept += u64::from(was_there);
                }
                open += 1;
                answers.add(&reply.body);
                deed.answer = Some(reply.body);
                let again = till.post(&deed.path, &deed.body).unwrap();
                assert_eq!(
                    (again.status, Some(&again.body)),
                    (200, deed.answer.as_ref())
                );
            }
        }
    }
    running.kill();
    (open, kept)
}

/// Whether the sale of a request is found by its identity.
fn is_recorded(till: &mut Client, deed: &Deed) -> bool {
    let body: serde_json::Value = serde_json::from_str(&deed.body).unwrap();
    let id = body["id"].as_str().unwrap();
    let reply = till.get(&format!("/sales/{id}")).unwrap();
    assert!(matches!(reply.status, 200 | 404), "{reply:?}");
    reply.status == 200
}
