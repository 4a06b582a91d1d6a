//! `kill -9` under load, again and again: what was answered stays, the rest is there wholly or not at all, and asking
//! again by the same identity settles it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::aftermath::{look, settle};
use super::answers::Answers;
use super::load::{self, Deed};
use super::program::{Running, folder, found};
use super::{Dice, number};

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
    // After some answers, sometimes before the first one, and then somewhere in the work on the next.
    let (answers, rest) = (dice.below(25), Duration::from_micros(dice.next() % 4000));
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let tills: Vec<_> = (0..TILLS)
            .map(|till| {
                let (client, dice) = (running.client(token), Dice(dice.next()));
                let (name, answered) = (format!("k{kill}-t{till}"), &answered);
                scope.spawn(move || load::trade(client, dice, &name, usize::MAX, answered))
            })
            .collect();
        while answered.load(Ordering::Relaxed) < answers {
            std::thread::yield_now();
        }
        std::thread::sleep(rest);
        running.kill();
        tills
            .into_iter()
            .flat_map(|till| till.join().unwrap())
            .collect()
    })
}
