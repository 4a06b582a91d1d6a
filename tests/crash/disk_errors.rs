//! A disk that fails, once or for a while: nothing is answered as paid that is not there, and once the disk works again
//! the till goes on by itself.

use serde_json::Value;

use super::aftermath::look;
use super::answers::Answers;
use super::http::Client;
use super::prepared::{Prepared, sale};
use super::program::Running;
use super::strace::{SYNCS, Strace, WRITES};

/// A shop whose disk fails now and then.
struct Trial {
    running: Running,
    shop: Prepared,
    till: Client,
    answers: Answers,
    refused: usize,
    paid: usize,
}

impl Trial {
    fn of(shop: Prepared) -> Self {
        let running = Running::start(shop.anew());
        let till = running.client(&shop.token);
        let answers = shop.answers.clone();
        Self {
            shop,
            running,
            till,
            answers,
            refused: 0,
            paid: 0,
        }
    }

    /// The same shop as it was prepared, with the program new.
    fn begin_again(&mut self) {
        self.running.stop_now();
        self.running = Running::start(self.shop.anew());
        self.till = self.running.client(&self.shop.token);
        self.answers = self.shop.answers.clone();
    }

    /// How often the next sale makes a call.
    fn count(&mut self, call: &str) -> usize {
        let strace = Strace::attach(&self.running, self.shop.folder(), call, None);
        let answer =
            sold(&mut self.till, &format!("counted-{call}")).expect("a sale on a good disk");
        self.answers.add(&answer);
        let calls = strace.detach();
        assert!(calls > 0, "a sale makes no {call}");
        calls
    }

    /// Has the calls that the injection says fail during a sale and another one after it.
    fn fail(&mut self, call: &str, when: &str) {
        let id = format!("{call}-{when}").replace(['+', ','], "_");
        let injection = format!("error=EIO:when={when}");
        let strace = Strace::attach(&self.running, self.shop.folder(), call, Some(&injection));
        let first = sold(&mut self.till, &id);
        let second = sold(&mut self.till, &format!("{id}-2"));
        // Reading goes on.
        self.till.get("/products").unwrap().expect(200);
        self.till.get("/sync").unwrap().expect(200);
        drop(strace);
        // The very first sale after the fault goes through.
        let after = sold(&mut self.till, &format!("{id}-after"));
        let log = || self.running.log();
        self.answers
            .add(&after.unwrap_or_else(|| panic!("{id}: no sale after it\n{}", log())));
        for (id, answer) in [(id.clone(), first), (format!("{id}-2"), second)] {
            if let Some(body) = &answer {
                self.paid += 1;
                self.answers.add(body);
                let found = self.till.get(&format!("/sales/{id}")).unwrap();
                assert_eq!((found.status, &found.body), (200, body), "{id}");
            } else {
                self.refused += 1;
            }
            settled(&mut self.till, &id);
        }
        look(self.shop.folder(), &self.answers);
    }
}

#[test]
fn failing_writes_and_syncs_lose_no_paid_sale_and_the_till_goes_on() {
    let mut trial = Trial::of(Prepared::trading());
    for call in [WRITES, SYNCS] {
        let calls = trial.count(call);
        for n in 1..=calls {
            trial.fail(call, &n.to_string());
            trial.fail(call, &format!("{n}+"));
        }
        println!(
            "{call}: {calls}; {} sales refused or unknown, {} paid",
            trial.refused, trial.paid
        );
        assert!(trial.refused >= calls, "few failures of {call} were felt");
    }
}

#[test]
fn a_database_that_cannot_be_reopened_is_opened_once_it_can_be() {
    let mut trial = Trial::of(Prepared::trading());
    // The commit fails, and so does opening the database anew after it.
    trial.fail("fsync,openat", "1+");
    assert_eq!((trial.refused, trial.paid), (2, 0));
}

#[test]
fn a_disk_that_fails_during_a_checkpoint_loses_no_paid_sale() {
    let mut trial = Trial::of(Prepared::before_a_checkpoint());
    let (writes, syncs) = (trial.count(WRITES), {
        trial.begin_again();
        trial.count(SYNCS)
    });
    let points = (2..=writes).step_by(9).map(|n| (WRITES, n));
    for (call, n) in points.chain((1..=syncs).map(|n| (SYNCS, n))) {
        for forever in ["", "+"] {
            trial.begin_again();
            trial.fail(call, &format!("{n}{forever}"));
        }
    }
    println!(
        "{writes} writes, {syncs} syncs; {} sales refused or unknown, {} paid",
        trial.refused, trial.paid
    );
    // A failing checkpoint is no reason to refuse a sale that is in the log.
    assert!(syncs >= 3 && trial.refused > 0 && trial.paid > trial.refused);
}

/// The receipt of a sale, or nothing where the till says that it could not, or does not know whether it did.
fn sold(till: &mut Client, id: &str) -> Option<String> {
    let request = sale(id);
    let reply = till.post(&request.path, &request.body).unwrap();
    if reply.status == 201 {
        return Some(reply.body);
    }
    let problem: Value = reply.json();
    assert!(
        (500..600).contains(&reply.status) && problem["detail"].is_string(),
        "{reply:?}"
    );
    None
}

/// Asked again by its identity, a sale is there, once and as it was first found.
fn settled(till: &mut Client, id: &str) {
    let request = sale(id);
    let before = till.get(&format!("/sales/{id}")).unwrap();
    let again = till.post(&request.path, &request.body).unwrap();
    match before.status {
        200 => assert_eq!((again.status, &again.body), (200, &before.body), "{id}"),
        404 => assert_eq!(again.status, 201, "{id}: {}", again.body),
        other => panic!("{id}: {other} {}", before.body),
    }
}
