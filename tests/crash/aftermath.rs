//! What is looked at after a crash, and what is asked of the program once it runs again.

use std::path::Path;

use super::answers::Answers;
use super::http::Client;
use super::load::Deed;
use super::program::{Running, copy, folder};
use super::{doctor, reader};

/// Looks at a copy of what the crash left, so that the program itself finds it untouched.
#[track_caller]
pub fn look(shop: &Path, answers: &Answers) {
    let left = folder();
    copy(shop, left.path());
    let mut faults = reader::faults(&left.path().join("shop.db"), answers);
    faults.extend(doctor::faults(left.path()));
    if !faults.is_empty() {
        let kept = folder().keep();
        copy(shop, &kept);
        panic!("what a crash left, kept in {}: {faults:#?}", kept.display());
    }
}

/// Starts the program again and asks for everything once more. How many things had no answer, and how many of those
/// were recorded all the same.
pub fn settle(shop: &Path, token: &str, deeds: Vec<Deed>, answers: &mut Answers) -> (u64, u64) {
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
