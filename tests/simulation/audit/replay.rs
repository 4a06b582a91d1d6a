//! What events add up to, worked out from their texts alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Stock by product and date ('' for goods without one).
pub type Lots = BTreeMap<(String, String), i64>;

/// A product's day: what was sold, missed, moved in all and came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    pub sold: i64,
    pub missed: i64,
    pub net: i64,
    pub inflow: i64,
}

pub type Days = BTreeMap<(String, String), Day>;

/// What an event is, in as little as replaying needs.
#[derive(Debug, Clone)]
pub struct Told {
    pub event_id: String,
    pub kind: String,
    pub version: i64,
    pub business_date: String,
    pub payload: String,
}

#[derive(Debug, Default)]
pub struct Replay {
    pub lots: Lots,
    pub days: Days,
    /// Sales, and those taken back.
    pub sales: BTreeSet<String>,
    pub voids: BTreeSet<String>,
    seen: BTreeSet<String>,
}

/// Whether a program of today can read it: the kinds and the one version that there are.
pub fn is_readable(told: &Told) -> bool {
    let Ok(payload) = serde_json::from_str::<Value>(&told.payload) else {
        return false;
    };
    let moves = payload["moves"].is_array();
    told.version == 1
        && match told.kind.as_str() {
            "sale.recorded" | "sale.voided" | "sale.returned" | "stock.received"
            | "stock.counted" | "stock.adjusted" | "delivery.received" => moves,
            "product.defined" | "policy.set" | "demand.missed" | "history.imported"
            | "plan.saved" => true,
            _ => false,
        }
}

impl Replay {
    /// Lets an event have its effect, once for its identity.
    pub fn tell(&mut self, told: &Told) {
        if !is_readable(told) || !self.seen.insert(told.event_id.clone()) {
            return;
        }
        let payload: Value = serde_json::from_str(&told.payload).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match told.kind.as_str() {
            "sale.recorded" => {
                self.sales.insert(text(&payload["sale_id"]));
            }
            "sale.voided" => {
                self.voids.insert(text(&payload["sale_id"]));
            }
            "demand.missed" => {
                let key = (text(&payload["sku"]), told.business_date.clone());
                self.days.entry(key).or_default().missed += payload["quantity"].as_i64().unwrap();
            }
            _ => {}
        }
        for part in payload["moves"].as_array().into_iter().flatten() {
            let (sku, quantity) = (text(&part["sku"]), part["quantity"].as_i64().unwrap());
            *self
                .lots
                .entry((sku.clone(), text(&part["expires"])))
                .or_default() += quantity;
            let day = self
                .days
                .entry((sku.clone(), told.business_date.clone()))
                .or_default();
            day.net += quantity;
            match told.kind.as_str() {
                "sale.recorded" => day.sold -= quantity,
                "sale.voided" | "sale.returned" => {
                    let key = (sku, text(&payload["sale_date"]));
                    self.days.entry(key).or_default().sold -= quantity;
                }
                _ => day.inflow += quantity.max(0),
            }
        }
    }

    /// Without what is nothing.
    pub fn settled(mut self) -> Self {
        self.lots.retain(|_, quantity| *quantity != 0);
        self.days.retain(|_, day| *day != Day::default());
        self
    }
}
