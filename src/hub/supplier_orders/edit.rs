//! The lines of an order, and changes to them.

use std::collections::BTreeMap;

use super::{MOST_LINES, OrderLineRequest};
use crate::error::{Error, Faults, Result};
use crate::hub::production::materials::stocked;
use crate::hub::store::HubTx;
use crate::hub::store::catalogue::Product;
use crate::hub::store::supplier_orders::{SupplierOrder, SupplierOrderLine};
use crate::hub::supply::{Source, Sources};
use crate::model::{Money, Quantity, Sku};

/// What can be ordered from one supplier.
pub(super) struct Goods {
    products: BTreeMap<Sku, (Product, Source)>,
}

impl Goods {
    pub fn of(tx: &mut dyn HubTx, supplier: &str) -> Result<Self> {
        let sources = Sources::load(tx)?;
        let products = stocked(tx)?
            .into_iter()
            .map(|(sku, product)| {
                let source = sources.at(supplier, &sku, &product);
                (sku, (product, source))
            })
            .collect();
        Ok(Self { products })
    }

    pub fn source(&self, sku: &Sku) -> Option<&Source> {
        self.products.get(sku).map(|(_, source)| source)
    }
}

/// The lines after edits: changed, added, or left out where the quantity is 0.
pub(super) fn edited(
    mut lines: Vec<SupplierOrderLine>,
    edits: &[OrderLineRequest],
    goods: &Goods,
) -> Result<Vec<SupplierOrderLine>> {
    let mut faults = Faults::default();
    let mut places: BTreeMap<&Sku, usize> = BTreeMap::new();
    for (index, edit) in edits.iter().enumerate() {
        let field = |name: &str| format!("lines[{index}].{name}");
        if let Some(first) = places.insert(&edit.sku, index) {
            faults.add(
                field("sku"),
                format!("{} is in lines[{first}] already", edit.sku),
            );
            continue;
        }
        if let Some(quantity) = edit.quantity
            && (quantity < Quantity::ZERO || quantity > Quantity::LIMIT)
        {
            faults.add(
                field("quantity"),
                format!("must be from 0 to {}", Quantity::LIMIT),
            );
        }
        if let Some(price) = edit.price
            && (price < Money::ZERO || price > Money::LIMIT)
        {
            faults.add(
                field("price"),
                format!("must be from 0 to {} rupiah", Money::LIMIT.0),
            );
        }
        if let Some(line) = lines.iter_mut().find(|line| line.sku == edit.sku) {
            line.quantity = edit.quantity.unwrap_or(line.quantity);
            line.price = edit.price.unwrap_or(line.price);
            continue;
        }
        let Some((product, source)) = goods.products.get(&edit.sku) else {
            faults.add(
                field("sku"),
                format!("{} is not in the catalogue", edit.sku),
            );
            continue;
        };
        let Some(quantity) = edit.quantity else {
            faults.add(field("quantity"), "is missing");
            continue;
        };
        lines.push(SupplierOrderLine {
            sku: edit.sku.clone(),
            name: product.entry.name.clone(),
            unit: (product.entry.unit.clone(), product.entry.unit_factor),
            pack: source.pack.clone(),
            supplier_sku: source.supplier_sku.clone(),
            recommended: Quantity::ZERO,
            quantity,
            price: edit.price.unwrap_or(source.price),
            promised: None,
            received: Quantity::ZERO,
            damaged: Quantity::ZERO,
            reason_json: None,
        });
    }
    if lines.len() > MOST_LINES {
        faults.add("lines", format!("there are more than {MOST_LINES}"));
    } else if faults.none() && lines.iter().all(|line| line.quantity == Quantity::ZERO) {
        faults.add("lines", "nothing is left to order");
    }
    faults.into_result()?;
    Ok(lines)
}

/// Whether edits say what is so already.
pub(super) fn agrees(order: &SupplierOrder, edits: &[OrderLineRequest]) -> bool {
    edits.iter().all(|edit| {
        let line = order.lines.iter().find(|line| line.sku == edit.sku);
        line.is_some_and(|line| {
            edit.quantity
                .is_none_or(|quantity| quantity == line.quantity)
                && edit.price.is_none_or(|price| price == line.price)
        })
    })
}

/// Refuses a change made from an older version of the order than there is.
pub(super) fn check_version(order: &SupplierOrder, version: Option<i64>) -> Result<()> {
    match version {
        Some(version) if version != order.version => Err(Error::Conflict(format!(
            "order {} was changed meanwhile (version {}, not {version}); look at it again",
            order.number.as_ref().unwrap_or(&order.id),
            order.version
        ))),
        _ => Ok(()),
    }
}
