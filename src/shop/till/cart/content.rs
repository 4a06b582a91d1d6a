//! What is in a cart, as it is kept: what was chosen and nothing that can be looked up. Prices are asked for anew each
//! time it is shown, so that a cart put aside overnight costs what the goods cost today.

use serde::{Deserialize, Serialize};

/// Digests of changes that are remembered, so that one sent again is known.
const REMEMBERED: usize = 32;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Content {
    pub lines: Vec<Line>,
    #[serde(default)]
    pub discount: i64,
    #[serde(default)]
    pub note: String,
    /// Codes that were scanned and that no product has, until somebody has seen to them.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// The line touched last, which the page offers to correct.
    #[serde(default)]
    pub touched: Option<u32>,
    #[serde(default)]
    next_key: u32,
    #[serde(default)]
    done: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Line {
    /// Names the line for as long as the cart lives.
    pub key: u32,
    pub sku: String,
    pub unit: String,
    /// In the unit, as decimal text.
    pub quantity: String,
    /// Agreed on for one unit, in place of the usual price.
    #[serde(default)]
    pub price: Option<i64>,
    #[serde(default)]
    pub discount: i64,
    #[serde(default)]
    pub note: String,
    /// The quantity is what so many rupiah buy, and the discount what makes it come to just that.
    #[serde(default)]
    pub worth: Option<i64>,
}

impl Line {
    /// Another quantity, at which what made it come to an amount that was asked for makes no sense.
    pub fn set_quantity(&mut self, quantity: &str) {
        quantity.clone_into(&mut self.quantity);
        self.forget_worth();
    }

    /// It is no longer for an amount that was asked for.
    pub fn forget_worth(&mut self) {
        if self.worth.take().is_some() {
            self.discount = 0;
        }
    }
}

impl Content {
    /// Appends a line under a key of its own.
    pub fn push(&mut self, line: Line) {
        self.next_key = self.next_key.saturating_add(1);
        self.touched = Some(self.next_key);
        self.lines.push(Line {
            key: self.next_key,
            ..line
        });
    }

    /// The line of a key.
    pub fn line(&mut self, key: u32) -> Option<&mut Line> {
        self.lines.iter_mut().find(|line| line.key == key)
    }

    /// Whether this change was made before.
    pub fn knows(&self, digest: &str) -> bool {
        self.done.iter().any(|done| done == digest)
    }

    /// Remembers a change.
    pub fn remember(&mut self, digest: String) {
        if self.done.len() >= REMEMBERED {
            self.done.remove(0);
        }
        self.done.push(digest);
    }
}
