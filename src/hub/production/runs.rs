//! The lines of a run: as planned, as edited, and as they came out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::super::planner::after;
use super::super::reach::not_from;
use super::super::store::HubTx;
use super::super::store::production_plans::{PlanLine, PlanMaterial, PlanRoute, ProductionPlan};
use super::super::store::warehouse::{self, MoveReason, StockMove};
use super::plans::{LineRequest, Outcome};
use super::workshop::Workshop;
use crate::error::{Faults, Result};
use crate::model::{Quantity, Sku};

/// The lines after edits.
pub(super) fn edited(
    mut lines: Vec<PlanLine>,
    edits: &[LineRequest],
    workshop: &Workshop,
) -> Result<Vec<PlanLine>> {
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
        if edit.quantity < Quantity::ZERO || edit.quantity > Quantity::LIMIT {
            fault(
                index,
                "quantity",
                format!("must be from 0 to {}", Quantity::LIMIT),
            );
        }
        if let Some(line) = lines.iter_mut().find(|line| line.sku == edit.sku) {
            line.quantity = edit.quantity;
        } else if let Some((known, _)) = workshop.product(&edit.sku) {
            lines.push(PlanLine {
                sku: edit.sku.clone(),
                name: known.entry.name.clone(),
                lot: Quantity::ZERO,
                quantity: edit.quantity,
                made: None,
                rejected: None,
                expires: None,
                lot_code: String::new(),
                reason: None,
            });
        } else {
            fault(
                index,
                "sku",
                format!("{} is not made on {}", edit.sku, workshop.row.name),
            );
        }
    }
    lines.retain(|line| line.quantity != Quantity::ZERO);
    if faults.none() && lines.is_empty() {
        faults.add("lines", "nothing is left to make");
    }
    faults.into_result()?;
    Ok(lines)
}

/// Fills in what follows from the lines: dates, routes, materials.
pub(super) fn complete(plan: &mut ProductionPlan, workshop: &Workshop) {
    for line in &mut plan.lines {
        let keeps = workshop.product(&line.sku).and_then(|(_, days)| days);
        line.expires = keeps.map(|days| after(plan.run_on, days));
        line.lot_code.clone_from(&plan.number);
    }
    plan.routes = plan
        .lines
        .iter()
        .flat_map(|line| {
            workshop
                .by_route(&line.sku, line.quantity.0)
                .into_iter()
                .map(|(route, quantity)| PlanRoute {
                    sku: line.sku.clone(),
                    route,
                    quantity: Quantity(quantity),
                })
        })
        .collect();
    let made = plan.lines.iter().map(|line| (&line.sku, line.quantity.0));
    plan.materials = workshop
        .materials_for(made)
        .into_iter()
        .map(|(sku, planned)| PlanMaterial {
            name: workshop
                .materials
                .get(&sku)
                .map_or_else(|| sku.to_string(), |material| material.name.clone()),
            sku,
            planned,
            used: None,
        })
        .collect();
}

/// Whether edits say what is so already.
pub(super) fn agrees(plan: &ProductionPlan, edits: &[LineRequest]) -> bool {
    edits.iter().all(|edit| {
        let planned = plan.lines.iter().find(|line| line.sku == edit.sku);
        planned.map_or(Quantity::ZERO, |line| line.quantity) == edit.quantity
    })
}

/// Notes what came out and what it took.
pub(super) fn come_out(
    plan: &mut ProductionPlan,
    outcome: &Outcome,
    workshop: &Workshop,
) -> Result<()> {
    let mut faults = Faults::default();
    let bound = |quantity: Quantity| (Quantity::ZERO..=Quantity::LIMIT).contains(&quantity);
    let mut named = BTreeSet::new();
    for (index, told) in outcome.lines.iter().enumerate() {
        let mut fault = |field: &str, message: String| {
            faults.add(format!("lines[{index}].{field}"), message);
        };
        let Some(line) = plan.lines.iter_mut().find(|line| line.sku == told.sku) else {
            fault("sku", format!("{} is not in {}", told.sku, plan.number));
            continue;
        };
        if !named.insert(&told.sku) {
            fault("sku", format!("{} is there twice", told.sku));
        }
        if !bound(told.made) {
            fault("made", format!("must be from 0 to {}", Quantity::LIMIT));
        }
        if !bound(told.rejected) {
            fault("rejected", format!("must be from 0 to {}", Quantity::LIMIT));
        }
        if let Some(message) = told
            .expires
            .and_then(|expires| not_from(plan.run_on, expires))
        {
            fault("expires", message);
        }
        line.made = Some(told.made);
        line.rejected = Some(told.rejected);
        line.expires = told.expires.or(line.expires);
    }
    for line in &mut plan.lines {
        line.made = line.made.or(Some(line.quantity));
        line.rejected = line.rejected.or(Some(Quantity::ZERO));
    }
    let really = plan.lines.iter().map(|line| {
        let all = line.made.unwrap_or_default() + line.rejected.unwrap_or_default();
        (&line.sku, all.0)
    });
    let by_recipe = workshop.materials_for(really);
    let mut used = BTreeSet::new();
    for (index, (sku, quantity)) in outcome.used.iter().enumerate() {
        let mut fault = |field: &str, message: String| {
            faults.add(format!("used[{index}].{field}"), message);
        };
        if !bound(*quantity) {
            fault("quantity", format!("must be from 0 to {}", Quantity::LIMIT));
        }
        if !used.insert(sku) {
            fault("sku", format!("{sku} is there twice"));
        }
        match plan
            .materials
            .iter_mut()
            .find(|material| material.sku == *sku)
        {
            Some(material) => material.used = Some(*quantity),
            None => fault("sku", format!("{sku} is no material of {}", plan.number)),
        }
    }
    for material in &mut plan.materials {
        let reckoned = by_recipe.get(&material.sku).copied().unwrap_or_default();
        material.used = material.used.or(Some(reckoned));
    }
    faults.into_result()
}

/// The moves of stock of a run that came out.
pub(super) fn moves(
    tx: &mut dyn HubTx,
    plan: &ProductionPlan,
    today: NaiveDate,
) -> Result<Vec<StockMove>> {
    let mut moves = Vec::new();
    for material in &plan.materials {
        if warehouse::head(tx, &material.sku)? == 0 {
            continue;
        }
        let used = material.used.unwrap_or_default();
        for taken in warehouse::take(tx, today, &material.sku, used)? {
            moves.push(StockMove {
                reason: MoveReason::ProductionOut,
                reference: plan.id.clone(),
                ..taken
            });
        }
    }
    for line in &plan.lines {
        moves.push(StockMove {
            sku: line.sku.clone(),
            lot: line.lot_code.clone(),
            expires: line.expires,
            quantity: line.made.unwrap_or_default(),
            reason: MoveReason::ProductionIn,
            reference: plan.id.clone(),
        });
    }
    Ok(moves)
}
