//! The room that packs take, as the file of products tells it.

use std::collections::BTreeMap;

use super::catalogue::{Source, kept, sku};
use super::store::routes::PackFreight;
use super::table::Faults;
use crate::error::Result;
use crate::model::{Quantity, Sku};

/// The room of packs that the file says otherwise than it is known.
pub(super) fn told(
    source: &Source,
    known: &BTreeMap<Sku, PackFreight>,
) -> Result<Vec<(Sku, PackFreight)>> {
    let mut faults = Faults::of(&source.path);
    let mut told = Vec::new();
    for line in &source.lines {
        let Some(sku) = sku(line, &mut faults) else {
            continue;
        };
        let before = known.get(&sku).copied().unwrap_or_default();
        let mut room = |column, before: i64| {
            kept(line, column, Some(Quantity(before)), |line| {
                line.quantity(column, 1_000, Quantity::ZERO, &mut faults)
            })
            .map_or(0, |room| room.0)
        };
        let now = PackFreight {
            volume: room("pack_litres", before.volume),
            weight: room("pack_kg", before.weight),
        };
        if now != before {
            told.push((sku, now));
        }
    }
    faults.none_or_refuse()?;
    Ok(told)
}
