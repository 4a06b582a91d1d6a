//! How far an order has come: what follows from its lines, and which steps they allow.

use crate::hub::store::orders::{LineKind, Order, OrderLine, OrderPhase};
use crate::model::Quantity;

/// How far a line has come.
///
/// A line's phase is not kept but follows from its figures: what is called off counts no more; what has all arrived is
/// delivered, what has all left is shipped; before that the order's own acceptance and completeness tell, and for what is
/// made to order the stage that it is in.
#[must_use]
pub fn of_line(order: &Order, line: &OrderLine) -> OrderPhase {
    let active = line.quantity - line.cancelled;
    if active == Quantity::ZERO {
        OrderPhase::Cancelled
    } else if line.delivered == active {
        OrderPhase::Delivered
    } else if line.shipped == active {
        OrderPhase::Shipped
    } else if order.confirmed_at.is_none() {
        OrderPhase::Received
    } else if order.ready_at.is_some() && line.backordered == Quantity::ZERO {
        OrderPhase::Ready
    } else if is_being_made(line) {
        OrderPhase::InProduction
    } else {
        OrderPhase::Confirmed
    }
}

/// How far an order has come, and its stage: as far as the line that is least far, and called off when every line is.
#[must_use]
pub fn of_order(order: &Order) -> (OrderPhase, i64) {
    let least = order
        .lines
        .iter()
        .map(|line| (of_line(order, line), stage_of(line)))
        .filter(|(phase, _)| *phase != OrderPhase::Cancelled)
        .min();
    match least {
        // Whoever waits for one thing while another is being made is told of what is being made.
        Some((OrderPhase::Confirmed, _)) => order
            .lines
            .iter()
            .filter(|line| of_line(order, line) == OrderPhase::InProduction)
            .map(stage_of)
            .min()
            .map_or((OrderPhase::Confirmed, 0), |stage| {
                (OrderPhase::InProduction, stage)
            }),
        Some((OrderPhase::InProduction, stage)) => (OrderPhase::InProduction, stage),
        Some((phase, _)) => (phase, 0),
        None => (OrderPhase::Cancelled, 0),
    }
}

fn stage_of(line: &OrderLine) -> i64 {
    if is_being_made(line) { line.stage } else { 0 }
}

/// Begun and not done.
fn is_being_made(line: &OrderLine) -> bool {
    line.kind == LineKind::Made && line.stage > 0 && line.stage <= line.stages.len() as i64
}

/// The next stage that a line may come to: one more than there are is done. Nothing for a line that goes through none, or
/// is through.
#[must_use]
pub fn next_stage(order: &Order, line: &OrderLine) -> Option<i64> {
    let waits = line.kind == LineKind::Made && line.backordered > Quantity::ZERO;
    (waits && order.confirmed_at.is_some()).then_some(line.stage + 1)
}

/// Why an order cannot be said to be complete and packed; nothing if it can.
#[must_use]
pub fn why_not_ready(order: &Order) -> Option<String> {
    if order.confirmed_at.is_none() {
        return Some("is not confirmed yet".to_owned());
    }
    if order.cancelled_at.is_some() && order.lines.iter().all(|line| line.open() == Quantity::ZERO)
    {
        return Some("is called off".to_owned());
    }
    let packed = |line: &&OrderLine| line.kind != LineKind::Dropship;
    if let Some(line) = order
        .lines
        .iter()
        .filter(packed)
        .find(|line| line.backordered > Quantity::ZERO)
    {
        return Some(format!("still lacks {}", line.sku));
    }
    let any = order
        .lines
        .iter()
        .filter(packed)
        .any(|line| line.reserved > Quantity::ZERO);
    (!any).then(|| "has nothing left to pack".to_owned())
}

/// What of a line may leave now, in base units: what is set aside and in no shipment; of what a supplier sends, whatever
/// is open.
#[must_use]
pub fn may_leave(line: &OrderLine, planned: Quantity) -> Quantity {
    match line.kind {
        LineKind::Stock | LineKind::Made => line.reserved - planned,
        LineKind::Dropship => line.backordered,
    }
}
