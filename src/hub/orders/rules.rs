//! Which products are made to order, through which stages, and which a supplier sends.

use super::super::Hub;
use crate::error::{Error, Faults, Result};
use crate::hub::store::order_rules::{self as rows, OrderRule};
use crate::hub::store::orders::{LineKind, Stage};
use crate::hub::store::{self, audit, catalogue};
use crate::model::Sku;

/// The most stages of a product.
const MOST_STAGES: usize = 20;

/// The longest stage.
const LONGEST_STAGE_DAYS: u32 = 365;

impl Hub {
    /// The rules, the general one first.
    ///
    /// # Errors
    /// What the database said.
    pub async fn order_rules(&self) -> Result<Vec<OrderRule>> {
        store::read(self.store(), rows::list).await
    }

    /// Says how a product is had, or (without a product) the stages of whatever has none of its own. Orders that are there
    /// already keep the stages that they came with.
    ///
    /// # Errors
    /// [`Error::Invalid`] names what cannot be, [`Error::NotFound`] for a product that is not in the catalogue.
    pub async fn set_order_rule(&self, actor: &str, rule: OrderRule) -> Result<OrderRule> {
        check(&rule)?;
        let (actor, now) = (actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            if let Some(sku) = &rule.sku
                && !catalogue::products(tx)?
                    .iter()
                    .any(|product| product.entry.sku == *sku)
            {
                return Err(Error::NotFound(format!("{sku} is not in the catalogue")));
            }
            if rule.kind == LineKind::Dropship
                && !catalogue::suppliers(tx)?
                    .iter()
                    .any(|supplier| supplier.active && supplier.name == rule.supplier)
            {
                let message = format!("{:?} is no supplier", rule.supplier);
                return Err(Error::invalid("supplier", message));
            }
            if rows::list(tx)?.contains(&rule) {
                return Ok(rule.clone());
            }
            rows::put(tx, &rule)?;
            let detail = serde_json::json!({
                "kind": rule.kind, "supplier": rule.supplier, "stages": rule.stages,
            });
            let subject = rule.sku.as_ref().map_or("*", Sku::as_str);
            audit::record(tx, now, &actor, "order.rule", subject, &detail.to_string())?;
            Ok(rule.clone())
        })
        .await
    }
}

fn check(rule: &OrderRule) -> Result<()> {
    let mut faults = Faults::default();
    if rule.sku.is_none() && rule.kind != LineKind::Made {
        faults.add("kind", "must be made where no product is named");
    }
    if rule.kind != LineKind::Made && !rule.stages.is_empty() {
        faults.add("stages", "are of what is made to order only");
    }
    if rule.kind != LineKind::Dropship && !rule.supplier.is_empty() {
        faults.add("supplier", "is of what a supplier sends only");
    }
    if rule.stages.len() > MOST_STAGES {
        faults.add("stages", format!("are more than {MOST_STAGES}"));
    }
    let wrong = |text: &str| {
        text.is_empty() || text.chars().count() > 60 || text.chars().any(char::is_control)
    };
    for (
        index,
        Stage {
            name,
            english,
            days,
        },
    ) in rule.stages.iter().enumerate()
    {
        for (field, text) in [("name", name), ("english", english)] {
            if wrong(text) {
                let field = format!("stages[{index}].{field}");
                faults.add(field, "must have 1 to 60 characters");
            }
        }
        if *days > LONGEST_STAGE_DAYS {
            let message = format!("must be at most {LONGEST_STAGE_DAYS}");
            faults.add(format!("stages[{index}].days"), message);
        }
    }
    faults.into_result()
}
