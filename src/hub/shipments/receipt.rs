//! What came of a shipment, told by the shop's own log: what the warehouse and the open differences make of it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Hand, put_changed, stock, trip_of};
use crate::error::Result;
use crate::hub::messages::announce_change;
use crate::hub::orders::with_shipment;
use crate::hub::store::differences::{self, Difference, DifferenceKind, ToldBy};
use crate::hub::store::receipts::{self, Receipt};
use crate::hub::store::shipments::{self as rows, Shipment, ShipmentLine, ShipmentState};
use crate::hub::store::{HubTx, catalogue};
use crate::model::{Money, Quantity, Sku};
use crate::wire::event::ReceivedRow;

/// Who moves stock when a shop tells what came.
const ACTOR: &str = "shop";

/// Takes in what a shop says of a shipment.
///
/// Goods that came although nobody noted that they left have left all the same. Where whoever unloaded them has told
/// before, the shop's word closes the matter, and what it says otherwise is a difference of its own.
pub(in crate::hub) fn told_by_shop(
    tx: &mut dyn HubTx,
    shop_id: &str,
    shipment_id: &str,
    came: &[ReceivedRow],
    now: DateTime<Utc>,
) -> Result<Receipt> {
    let Some(before) = rows::find(tx, shipment_id)?.filter(|found| found.shop_id == shop_id) else {
        return Ok(Receipt::Unknown);
    };
    let mut trip = trip_of(tx, &before)?;
    if trip.shop_told_at.is_some() {
        return Ok(Receipt::ReceivedBefore);
    }
    if trip.unloaded_at.is_some() {
        trip.shop_told_at = Some(now);
        put_changed(tx, &mut trip)?;
        let told = sums(came);
        let good = |line: &ShipmentLine| {
            line.received.unwrap_or_default() - line.damaged.unwrap_or_default()
        };
        let mut found = Vec::new();
        for line in &before.lines {
            let shop = told
                .iter()
                .find(|(sku, _, _)| *sku == line.sku)
                .map_or(Quantity::ZERO, |(_, received, damaged)| {
                    *received - *damaged
                });
            found.extend(differs(&line.sku, &line.name, good(line), shop));
        }
        for (sku, received, damaged) in &told {
            if !before.lines.iter().any(|line| line.sku == *sku) {
                found.extend(differs(
                    sku,
                    sku.as_str(),
                    Quantity::ZERO,
                    *received - *damaged,
                ));
            }
        }
        add(tx, &before, ToldBy::Shop, found, now)?;
        return Ok(Receipt::Recorded);
    }
    let recorded = receipts::record(tx, shop_id, shipment_id, came, now)?;
    if recorded != Receipt::Recorded {
        return Ok(recorded);
    }
    if before.state != ShipmentState::Dispatched {
        stock::release(tx, shipment_id)?;
        let hand = Hand {
            shop_id,
            shipment_id,
            actor: ACTOR,
            now,
            today: now.date_naive(),
        };
        for (sku, received, _) in sums(came) {
            stock::leave(tx, hand, &sku, received)?;
        }
    }
    with_shipment::arrived(tx, shipment_id, ACTOR, now)?;
    let detail = serde_json::json!({ "shop": shop_id, "told_by": "shop" });
    announce_change(tx, now, "shipment.received", shipment_id, &detail)?;
    trip.shop_told_at = Some(now);
    put_changed(tx, &mut trip)?;
    let after = rows::get(tx, shipment_id)?;
    let found = of_lines(&after.lines);
    add(tx, &after, ToldBy::Shop, found, now)?;
    Ok(Receipt::Recorded)
}

/// What came of each product: received, and of it damaged.
fn sums(came: &[ReceivedRow]) -> Vec<(Sku, Quantity, Quantity)> {
    let mut sums: Vec<(Sku, Quantity, Quantity)> = Vec::new();
    for row in came {
        match sums.iter_mut().find(|(sku, _, _)| *sku == row.sku) {
            Some((_, received, damaged)) => {
                *received += row.received;
                *damaged += row.damaged;
            }
            None => sums.push((row.sku.clone(), row.received, row.damaged)),
        }
    }
    sums
}

/// Something found different: product, name, in what, by how much.
pub(super) type Found = (Sku, String, DifferenceKind, Quantity);

/// How `came` differs from what was `expected`.
pub(super) fn differs(sku: &Sku, name: &str, expected: Quantity, came: Quantity) -> Option<Found> {
    let (kind, by) = if came < expected {
        (DifferenceKind::Missing, expected - came)
    } else {
        (DifferenceKind::Surplus, came - expected)
    };
    (by > Quantity::ZERO).then(|| (sku.clone(), name.to_owned(), kind, by))
}

/// How lines that were received differ from what was sent.
pub(super) fn of_lines(lines: &[ShipmentLine]) -> Vec<Found> {
    let mut found = Vec::new();
    for line in lines {
        let received = line.received.unwrap_or_default();
        let damaged = line.damaged.unwrap_or_default();
        found.extend(differs(&line.sku, &line.name, line.quantity, received));
        if damaged > Quantity::ZERO {
            found.push((
                line.sku.clone(),
                line.name.clone(),
                DifferenceKind::Damaged,
                damaged,
            ));
        }
    }
    found
}

/// Keeps differences until somebody settles them.
pub(super) fn add(
    tx: &mut dyn HubTx,
    shipment: &Shipment,
    told_by: ToldBy,
    found: Vec<Found>,
    now: DateTime<Utc>,
) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let products = crate::hub::catalogue::by_sku(catalogue::products(tx)?);
    for (sku, name, kind, quantity) in found {
        let value = products.get(&sku).map_or(Money::ZERO, |product| {
            let entry = &product.entry;
            Money::for_quantity(entry.price, entry.unit_factor, quantity.0)
        });
        differences::add(
            tx,
            &Difference {
                id: Uuid::now_v7().to_string(),
                shop_id: shipment.shop_id.clone(),
                shipment_id: shipment.id.clone(),
                sku,
                name,
                kind,
                told_by,
                quantity,
                value,
                found_at: now,
                settlement: None,
                settled_at: None,
                settled_by: None,
                remark: None,
            },
        )?;
    }
    Ok(())
}
