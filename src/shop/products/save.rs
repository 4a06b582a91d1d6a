//! The one door through which a product is written: rows, event and audit entry together.

use chrono::NaiveDate;

use super::Product;
use crate::error::{Error, Result};
use crate::model::Quantity;
use crate::shop::store::days::{self, Moment};
use crate::shop::store::info::ShopInfo;
use crate::shop::store::products::{self as rows, Definition, ProductRow};
use crate::shop::store::{audit, events};
use crate::store::WriteTx;
use crate::wire::event::{Fact, ProductFacts};

/// What saving did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::shop) enum Saved {
    /// The product is new.
    Created(i64),
    /// Something of it changed.
    Changed,
    /// It was so already.
    Unchanged,
}

/// Writes `new` in place of `old`. The hub is told only when something changed that it may know: no price is.
pub(in crate::shop) fn save(
    tx: &WriteTx<'_>,
    info: &ShopInfo,
    now: &Moment,
    actor: &str,
    old: Option<&ProductRow>,
    new: &Definition,
) -> Result<Saved> {
    if old.is_some_and(|old| &old.definition == new) {
        return Ok(Saved::Unchanged);
    }
    check_free(tx, old.map(|old| old.id), new)?;
    let saved = match old {
        None => Saved::Created(rows::insert(tx, new, now)?),
        Some(old) => {
            rows::replace(tx, old.id, &old.definition, new, now)?;
            Saved::Changed
        }
    };
    let facts = facts(new);
    if old.is_none_or(|old| self::facts(&old.definition) != facts) {
        let date: NaiveDate = days::current(tx, info, now)?.date;
        events::append(tx, now, date, &Fact::ProductDefined(facts))?;
    }
    let action = match saved {
        Saved::Created(_) => "product.created",
        _ => "product.changed",
    };
    let detail = match old {
        None => describe(new)?,
        Some(old) => difference(&old.definition, new)?,
    };
    audit::record(tx, now, actor, action, new.sku.as_str(), &detail)?;
    Ok(saved)
}

/// The code (of a new product) and every barcode belong to no other product.
fn check_free(tx: &WriteTx<'_>, id: Option<i64>, new: &Definition) -> Result<()> {
    if id.is_none()
        && let Some(other) = rows::by_sku(tx, new.sku.as_str())?
    {
        return Err(Error::Conflict(format!(
            "the code {} is that of {:?}",
            new.sku, other.definition.name
        )));
    }
    for barcode in new.units.iter().flat_map(|unit| &unit.barcodes) {
        if let Some(owner) = rows::barcode_owner(tx, barcode)?
            && Some(owner.product_id) != id
        {
            return Err(Error::Conflict(format!(
                "the barcode {barcode} is on {} of {:?} (code {})",
                owner.unit, owner.name, owner.sku
            )));
        }
    }
    Ok(())
}

/// What the hub is told of a product.
pub(in crate::shop) fn facts(product: &Definition) -> ProductFacts {
    ProductFacts {
        sku: product.sku.clone(),
        name: product.name.clone(),
        base_unit: product.base_unit,
        unit: product.main_unit.clone(),
        unit_factor: product.factor(&product.main_unit),
        pack_name: product.order_unit.clone(),
        pack_size: Quantity(product.factor(&product.order_unit)),
        minimum_order: product.minimum_order,
        shelf_life_days: product.shelf_life_days,
        consignment: product.consignment,
        active: product.active,
    }
}

fn describe(product: &Definition) -> Result<String> {
    serde_json::to_string(&Product::from(product.clone())).map_err(|error| unwritable(&error))
}

/// The members that differ, as they were and as they are.
fn difference(old: &Definition, new: &Definition) -> Result<String> {
    let value = |product: &Definition| serde_json::to_value(Product::from(product.clone()));
    let (old, new) = (
        value(old).map_err(|error| unwritable(&error))?,
        value(new).map_err(|error| unwritable(&error))?,
    );
    let mut changes = serde_json::Map::new();
    let members = |value: &serde_json::Value| -> Vec<String> {
        value
            .as_object()
            .map(|members| members.keys().cloned().collect())
            .unwrap_or_default()
    };
    for member in members(&old).into_iter().chain(members(&new)) {
        let (was, is) = (old.get(&member), new.get(&member));
        if was != is {
            changes.insert(member, serde_json::json!({ "was": was, "is": is }));
        }
    }
    Ok(serde_json::Value::Object(changes).to_string())
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::Internal(format!("describing a product: {error}"))
}
