//! The supplier orders of a day, for people to read in a terminal.

use std::fmt::Write;

use super::plan::{SupplierPlan, SupplyPlan};
use super::words;
use crate::plan::PlanLanguage;
use crate::web::layout::figure;

/// What is to be ordered from whom, and why; nothing where there is nothing.
#[must_use]
pub fn plan(plan: &SupplyPlan, language: PlanLanguage) -> String {
    let mut text = String::new();
    for due in plan.suppliers.iter().filter(|plan| plan.is_due()) {
        supplier(&mut text, due, language);
    }
    text
}

fn supplier(text: &mut String, plan: &SupplierPlan, language: PlanLanguage) {
    let spoken = words::spoken(language);
    let total = figure(&plan.reason.value.0.to_string(), spoken);
    // Writing to a String cannot fail.
    let _ = match language {
        PlanLanguage::Indonesian => writeln!(
            text,
            "Pesan dari {}: Rp{total}, tiba {}",
            plan.supplier, plan.expected_on
        ),
        PlanLanguage::English => writeln!(
            text,
            "Order from {}: Rp{total}, here on {}",
            plan.supplier, plan.expected_on
        ),
    };
    for line in plan.ordered() {
        let amount = figure(&line.quantity.in_unit(line.item.unit_factor), spoken);
        let why = words::line(line, spoken);
        let _ = writeln!(
            text,
            "  {}: {amount} {}. {why}",
            line.item.name, line.item.unit
        );
        if let Some(switch) = &line.switch {
            let _ = writeln!(text, "    {}", words::switch(switch, spoken));
        }
    }
    let order = words::order(&plan.reason, spoken);
    if !order.is_empty() {
        let _ = writeln!(text, "  {order}");
    }
    text.push('\n');
}
