//! The lines of a shipment: what the plan recommends, what people make of it, and what the shop is told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::LineRequest;
use crate::error::{Error, Faults, Result};
use crate::hub::planning::{Planner, Visit};
use crate::hub::reach::not_from;
use crate::hub::store::shipments::{Shipment, ShipmentLine};
use crate::hub::store::trips::ShippedLot;
use crate::model::{Quantity, Sku};
use crate::wire::note::DeliveryRow;

pub(super) fn recommended_lines(visit: &Visit) -> Result<Vec<ShipmentLine>> {
    visit
        .lines
        .iter()
        .map(|line| {
            let reason = serde_json::to_string(&line.plan)
                .map_err(|error| Error::Internal(format!("writing a plan's line: {error}")))?;
            Ok(ShipmentLine {
                sku: line.plan.sku.clone(),
                name: line.name.clone(),
                recommended: line.plan.quantity,
                quantity: line.plan.quantity,
                received: None,
                damaged: None,
                expires: None,
                reason_json: Some(reason),
            })
        })
        .collect()
}

/// The lines that somebody asks for, with what the plan says of the same products.
pub(super) fn asked_lines(
    asked: &[LineRequest],
    recommended: Vec<ShipmentLine>,
    planner: &Planner,
    date: NaiveDate,
) -> Result<Vec<ShipmentLine>> {
    let named: BTreeSet<&Sku> = asked.iter().map(|line| &line.sku).collect();
    let mut known = recommended;
    known.retain(|line| named.contains(&line.sku));
    edited(known, asked, planner, date)
}

/// The lines after edits.
pub(super) fn edited(
    mut lines: Vec<ShipmentLine>,
    edits: &[LineRequest],
    planner: &Planner,
    date: NaiveDate,
) -> Result<Vec<ShipmentLine>> {
    let mut faults = Faults::default();
    let mut fault = |index: usize, field: &str, message: String| {
        faults.add(format!("lines[{index}].{field}"), message);
    };
    let mut places: BTreeMap<&Sku, usize> = BTreeMap::new();
    for (index, edit) in edits.iter().enumerate() {
        if let Some(first) = places.insert(&edit.sku, index) {
            fault(
                index,
                "sku",
                format!("{} is in lines[{first}] already", edit.sku),
            );
            continue;
        }
        if let Some(message) = edit.expires.and_then(|expires| not_from(date, expires)) {
            fault(index, "expires", message);
        }
        match edit.quantity {
            Some(quantity) if quantity < Quantity::ZERO => {
                fault(index, "quantity", "must not be negative".to_owned());
            }
            Some(quantity) if quantity > Quantity::LIMIT => {
                fault(
                    index,
                    "quantity",
                    format!("must be at most {}", Quantity::LIMIT),
                );
            }
            _ => {}
        }
        if let Some(line) = lines.iter_mut().find(|line| line.sku == edit.sku) {
            line.quantity = edit.quantity.unwrap_or(line.quantity);
            line.expires = edit.expires.or(line.expires);
            continue;
        }
        let Some(product) = planner.offered(&edit.sku) else {
            fault(
                index,
                "sku",
                format!("{} is not offered in the catalogue", edit.sku),
            );
            continue;
        };
        let Some(quantity) = edit.quantity else {
            fault(index, "quantity", "is missing".to_owned());
            continue;
        };
        lines.push(ShipmentLine {
            sku: edit.sku.clone(),
            name: product.entry.name.clone(),
            recommended: Quantity::ZERO,
            quantity,
            received: None,
            damaged: None,
            expires: edit.expires,
            reason_json: None,
        });
    }
    faults.into_result()?;
    something_left(&lines)?;
    Ok(lines)
}

/// A shipment without goods goes nowhere.
pub(super) fn something_left(lines: &[ShipmentLine]) -> Result<()> {
    if lines.iter().all(|line| line.quantity == Quantity::ZERO) {
        return Err(Error::invalid("lines", "nothing is left to send"));
    }
    Ok(())
}

/// Whether edits say what is so already.
pub(super) fn agrees(shipment: &Shipment, edits: &[LineRequest]) -> bool {
    edits.iter().all(|edit| {
        let line = shipment.lines.iter().find(|line| line.sku == edit.sku);
        line.is_some_and(|line| {
            edit.quantity
                .is_none_or(|quantity| quantity == line.quantity)
                && edit
                    .expires
                    .is_none_or(|expires| Some(expires) == line.expires)
        })
    })
}

/// What the shop is told: each lot that was taken in a row of its own, and what no lot is known of as the line has it.
pub(super) fn told_lines(shipment: &Shipment, lots: &[ShippedLot]) -> Vec<DeliveryRow> {
    let mut told = Vec::new();
    for line in &shipment.lines {
        let row = |quantity: Quantity, expires: Option<NaiveDate>, lot: &str| DeliveryRow {
            sku: line.sku.clone(),
            name: line.name.clone(),
            quantity,
            expires,
            lot: lot.to_owned(),
        };
        let mut left = line.quantity;
        for part in lots.iter().filter(|part| part.sku == line.sku) {
            let quantity = part.quantity.min(left);
            if quantity > Quantity::ZERO {
                left = left - quantity;
                told.push(row(quantity, part.expires.or(line.expires), &part.lot));
            }
        }
        if left > Quantity::ZERO {
            told.push(row(left, line.expires, ""));
        }
    }
    told
}
