//! Whether customers' orders, what left for them, what is set aside for them and what was told of them agree.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::hub::orders::{fill, phases};
use crate::hub::store::order_parcels::{self, ParcelState};
use crate::hub::store::orders::{self as rows, LineKind, Order, OrderFilter};
use crate::hub::store::{HubTx, order_check};
use crate::model::Quantity;
use crate::store::checks::Faults;

/// Orders read at once.
const AT_ONCE: i64 = 500;

/// Adds what is amiss with one distributor's orders; how many there are.
pub(super) fn look(tx: &mut dyn HubTx, faults: &mut Faults) -> Result<usize> {
    let mut set_aside = order_check::set_aside(tx, fill::RESERVED_AS)?;
    let numbers = order_check::last_numbers(tx)?;
    let mut filter = OrderFilter::default();
    let mut seen = 0;
    loop {
        let orders = rows::list(tx, &filter, AT_ONCE)?;
        let Some(last) = orders.last() else { break };
        filter.before = Some((last.placed_at, last.id.clone()));
        for order in &orders {
            seen += 1;
            of_figures(order, faults);
            of_number(order, &numbers, faults);
            of_goods(tx, order, &mut set_aside, faults)?;
        }
    }
    for ((order, sku), quantity) in set_aside {
        faults.add(|| {
            format!(
                "{quantity} of {sku} are set aside for order {order}, which does not wait for them"
            )
        });
    }
    for (message, order) in order_check::messages_about_nothing(tx)? {
        faults.add(|| format!("the message {message} is about order {order}, which there is not"));
    }
    Ok(seen)
}

/// Each line adds up, and the order is as far as its lines.
fn of_figures(order: &Order, faults: &mut Faults) {
    for line in &order.lines {
        let parts = line.reserved + line.backordered + line.shipped + line.cancelled;
        if parts != line.quantity || line.delivered > line.shipped {
            faults.add(|| {
                format!(
                    "{}: {} of {} are ordered; set aside, waited for, sent and called off are {parts}, {} of them delivered",
                    order.number, line.quantity, line.sku, line.delivered
                )
            });
        }
    }
    let (phase, stage) = phases::of_order(order);
    if (phase, stage) != (order.phase, order.stage) {
        faults.add(|| {
            format!(
                "{} is kept as {} (stage {}), and its lines are {} (stage {stage})",
                order.number,
                order.phase.as_str(),
                order.stage,
                phase.as_str()
            )
        });
    }
}

/// No number is given twice.
fn of_number(order: &Order, numbers: &BTreeMap<i64, i64>, faults: &mut Faults) {
    let parts: Vec<&str> = order.number.split('-').collect();
    let [_, year, number] = parts[..] else { return };
    let (Ok(year), Ok(number)) = (year.parse::<i64>(), number.parse::<i64>()) else {
        return;
    };
    let last = numbers.get(&year).copied().unwrap_or_default();
    if number > last {
        faults.add(|| {
            format!(
                "{} is there, and the last number given in {year} is {last}",
                order.number
            )
        });
    }
}

/// What left is what the parcels hold, and what is set aside lies in the warehouse or in a shipment.
fn of_goods(
    tx: &mut dyn HubTx,
    order: &Order,
    set_aside: &mut BTreeMap<(String, String), Quantity>,
    faults: &mut Faults,
) -> Result<()> {
    let mut held: BTreeMap<(i64, ParcelState), Quantity> = BTreeMap::new();
    for parcel in order_parcels::of_order(tx, &order.id)? {
        for (line_no, quantity) in parcel.lines {
            *held.entry((line_no, parcel.state)).or_default() += quantity;
        }
    }
    let lines: BTreeSet<i64> = order.lines.iter().map(|line| line.line_no).collect();
    for (line_no, _) in held.keys().filter(|(line_no, _)| !lines.contains(line_no)) {
        faults.add(|| {
            format!(
                "{}: a parcel holds line {line_no}, which it has not",
                order.number
            )
        });
    }
    for line in &order.lines {
        let of = |state| {
            held.get(&(line.line_no, state))
                .copied()
                .unwrap_or_default()
        };
        let delivered = of(ParcelState::Delivered);
        let sent = of(ParcelState::Shipped) + delivered;
        if (sent, delivered) != (line.shipped, line.delivered) {
            faults.add(|| {
                format!(
                    "{}: of {} {} are sent and {} delivered, its parcels hold {sent} and {delivered}",
                    order.number, line.sku, line.shipped, line.delivered
                )
            });
        }
        if line.kind != LineKind::Stock {
            continue;
        }
        let wanted = (line.reserved - of(ParcelState::Planned)).max(Quantity::ZERO);
        let found = set_aside
            .remove(&(order.id.clone(), line.sku.to_string()))
            .unwrap_or_default();
        if found != wanted {
            faults.add(|| {
                format!(
                    "{}: {wanted} of {} are set aside for it, and the warehouse reserves {found}",
                    order.number, line.sku
                )
            });
        }
    }
    Ok(())
}
