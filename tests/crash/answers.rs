//! What the till has promised: every answer of success that left it, by the identity that the request had.

use std::collections::BTreeMap;

use serde_json::Value;

/// What must be in the database whatever happens afterwards.
#[derive(Debug, Default, Clone)]
pub struct Answers {
    /// Receipts by the sale's identity.
    pub sales: BTreeMap<String, Value>,
    /// Reasons by the identity of the sale that was taken back.
    pub voids: BTreeMap<String, String>,
    /// Texts of the answers to goods received and counted, by the request's identity.
    pub stock: BTreeMap<String, String>,
}

impl Answers {
    /// Takes in the body of an answer with a status of success.
    pub fn add(&mut self, body: &str) {
        let Ok(Value::Object(answer)) = serde_json::from_str(body) else {
            return;
        };
        let Some(id) = answer.get("id").and_then(Value::as_str) else {
            return;
        };
        if answer.contains_key("ledger_seq") {
            self.stock.insert(id.to_owned(), body.to_owned());
        } else if answer.contains_key("number") {
            let mut receipt = answer.clone();
            if let Some(voided) = receipt.remove("voided") {
                let reason = voided["reason"].as_str().unwrap_or_default();
                self.voids.insert(id.to_owned(), reason.to_owned());
            }
            self.sales.insert(id.to_owned(), Value::Object(receipt));
        }
    }

    /// How many promises there are.
    pub fn count(&self) -> usize {
        self.sales.len() + self.voids.len() + self.stock.len()
    }
}
