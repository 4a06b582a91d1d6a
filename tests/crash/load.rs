//! Several tills at once: sales with identities of their own, and now and then a void, goods received or a count.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::Dice;
use super::http::Client;
use super::program::SKUS;

/// A request, and how it ended as far as the till knows.
#[derive(Debug, Clone)]
pub struct Deed {
    pub path: String,
    pub body: String,
    /// The body of an answer of success; nothing when none came.
    pub answer: Option<String>,
}

impl Deed {
    /// Does it, and keeps the answer. False when no answer came: the program is gone.
    ///
    /// # Panics
    /// When the till refuses, which it has no reason to.
    pub fn perform(&mut self, till: &mut Client) -> bool {
        let Ok(reply) = till.post(&self.path, &self.body) else {
            return false;
        };
        assert!(matches!(reply.status, 200 | 201), "{self:?}: {reply:?}");
        self.answer = Some(reply.body);
        true
    }
}

/// The next thing that happens at a till: `name` is of it alone, `sold` are its own sales so far.
pub fn next(dice: &mut Dice, name: &str, sold: &[String]) -> Deed {
    let sku = SKUS[dice.below(SKUS.len())];
    let (path, body) = match dice.below(100) {
        0..10 if !sold.is_empty() => {
            let id = &sold[dice.below(sold.len())];
            // The same reason each time, so that a second void of the sale is the same one.
            (
                format!("/sales/{id}/void"),
                json!({ "reason": "salah pencet" }),
            )
        }
        10..17 => {
            let day = dice.below(28) + 1;
            let line = json!({ "sku": sku, "quantity": dice.below(40) + 1,
                               "expires": format!("2027-03-{day:02}") });
            (
                "/stock/receipts".to_owned(),
                json!({ "id": name, "lines": [line] }),
            )
        }
        17..22 => {
            let line = json!({ "sku": sku, "counted": dice.below(50) });
            (
                "/stock/counts".to_owned(),
                json!({ "id": name, "lines": [line] }),
            )
        }
        _ => {
            let lines: Vec<_> = (0..=dice.below(3))
                .map(|_| json!({ "sku": SKUS[dice.below(SKUS.len())], "quantity": dice.below(5) + 1 }))
                .collect();
            let method = ["cash", "qris"][dice.below(2)];
            (
                "/sales".to_owned(),
                json!({ "id": name, "lines": lines, "payment": { "method": method } }),
            )
        }
    };
    Deed {
        path,
        body: body.to_string(),
        answer: None,
    }
}

/// One till's work until the program is gone or `enough` things are done: all that it asked for, in order. Only the last
/// one can be without an answer. Answers are counted in `answered`, for all tills together.
pub fn trade(
    mut till: Client,
    mut dice: Dice,
    name: &str,
    enough: usize,
    answered: &AtomicUsize,
) -> Vec<Deed> {
    let (mut deeds, mut sold) = (Vec::new(), Vec::new());
    while deeds.len() < enough {
        let name = format!("{name}-{}", deeds.len());
        let mut deed = next(&mut dice, &name, &sold);
        let done = deed.perform(&mut till);
        if done && deed.path == "/sales" {
            sold.push(name);
        }
        deeds.push(deed);
        if !done {
            break;
        }
        answered.fetch_add(1, Ordering::Relaxed);
    }
    deeds
}
