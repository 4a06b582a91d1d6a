//! Killed at every write, every sync and every answer that a sale consists of.

use super::aftermath::{look, settle};
use super::prepared::{Prepared, sale};
use super::program::Running;
use super::strace::{ANSWERS, SYNCS, Strace, WRITES};

/// More calls than this belong to no sale.
const BOUND: usize = 2000;

/// Kills the program as it makes the n-th `call` of a sale, for n = `first`, `first` + `step`, ... until the sale goes
/// through without. How many points there were.
fn at_every(shop: &Prepared, call: &str, first: usize, step: usize) -> usize {
    for n in (first..BOUND).step_by(step) {
        let folder = shop.anew();
        let running = Running::start(folder);
        let mut till = running.client(&shop.token);
        // So that what only the first call of a process does is done.
        till.get("/products").unwrap().expect(200);
        let strace = Strace::attach(
            &running,
            folder,
            call,
            Some(&format!("signal=KILL:when={n}")),
        );
        let mut deed = sale("the-sale");
        let answered = deed.perform(&mut till);
        let mut answers = shop.answers.clone();
        if let Some(answer) = &deed.answer {
            answers.add(answer);
            drop(strace);
            running.kill();
        } else {
            running.wait();
            drop(strace);
        }
        look(folder, &answers);
        settle(folder, &shop.token, vec![deed], &mut answers);
        look(folder, &answers);
        if answered {
            return (n - first) / step;
        }
    }
    panic!("a sale makes more than {BOUND} calls of {call}");
}

#[test]
fn a_sale_survives_being_killed_at_each_of_its_writes_syncs_and_at_its_answer() {
    let shop = Prepared::trading();
    let (writes, syncs) = (at_every(&shop, WRITES, 1, 1), at_every(&shop, SYNCS, 1, 1));
    println!("killed at {writes} writes and {syncs} syncs of a sale");
    assert!(writes > 10 && syncs >= 1, "{writes} writes, {syncs} syncs");
    assert_eq!(at_every(&shop, ANSWERS, 1, 1), 1);
}

#[test]
fn a_sale_survives_being_killed_while_it_brings_the_log_into_the_database() {
    let shop = Prepared::before_a_checkpoint();
    // Each page is written the same way, so that some of them stand for all.
    let (writes, syncs) = (at_every(&shop, WRITES, 2, 7), at_every(&shop, SYNCS, 1, 1));
    println!("killed at {writes} writes and {syncs} syncs of a sale with a checkpoint");
    assert!(writes > 10 && syncs >= 3, "{writes} writes, {syncs} syncs");
}
