//! Changes of a product, as a merge patch.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::define::{
    NewUnit, check_favourite, check_label, check_minimum, check_money, check_named_units,
    check_price, check_shelf_life, check_units, in_order,
};
use crate::error::Result;
use crate::model::{Money, Quantity};
use crate::shop::faults::{Faults, text};
use crate::shop::store::products::Definition;

/// What to change of a product, in the manner of a JSON merge patch (RFC 7396): what is absent stays; `null` clears
/// what can be empty. `units` replaces the whole list: a unit that is not in it is no longer sold. A unit's new factor
/// or price holds from now on and changes no past sale. The code and the base unit of a product never change.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductPatch {
    /// Its name.
    pub name: Option<String>,
    /// What kind of goods; `null` for none.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub category: Member<String>,
    /// The main unit, one of the product's units. The cost, which is per main unit, is converted to another one, or to
    /// another content of the same one, unless `cost` is given too.
    pub unit: Option<String>,
    /// Price of the main unit; others change in `units`.
    pub price: Option<i64>,
    /// All units that it is sold in from now on.
    pub units: Option<Vec<NewUnit>>,
    /// The unit it is ordered in; `null` for the main unit.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub order_unit: Member<String>,
    /// Cost per main unit.
    pub cost: Option<i64>,
    /// Days from delivery to the last day it can be sold; `null` for goods that keep.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    pub shelf_life_days: Member<u32>,
    /// Least quantity a supplier sends, base units; `null` or 0 for any.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub minimum_order: Member<i64>,
    /// Who it is bought from; `null` for nobody in particular.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub supplier: Member<String>,
    /// Belongs to somebody else until it is sold.
    pub consignment: Option<bool>,
    /// Still sold.
    pub active: Option<bool>,
    /// The till asks for the price.
    pub open_price: Option<bool>,
    /// Its place among the till's favourites, or 0 for the one after the last; `null` for none.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub favourite: Member<i64>,
}

/// What a member of a merge patch says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Member<T> {
    /// Nothing: it was absent.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A value.
    Set(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Set))
    }
}

impl ProductPatch {
    /// The product after the change.
    pub(in crate::shop) fn apply(&self, old: &Definition) -> Result<Definition> {
        let mut faults = Faults::default();
        let mut new = old.clone();
        if let Some(name) = &self.name {
            new.name = faults.note("name", text(name, 120)).unwrap_or_default();
        }
        match &self.category {
            Member::Absent => {}
            Member::Null => new.category.clear(),
            Member::Set(text) => new.category = check_label(&mut faults, "category", Some(text)),
        }
        match &self.supplier {
            Member::Absent => {}
            Member::Null => new.supplier.clear(),
            Member::Set(text) => new.supplier = check_label(&mut faults, "supplier", Some(text)),
        }
        match self.shelf_life_days {
            Member::Absent => {}
            Member::Null => new.shelf_life_days = None,
            Member::Set(days) => {
                new.shelf_life_days = check_shelf_life(&mut faults, Some(days));
            }
        }
        match self.minimum_order {
            Member::Absent => {}
            Member::Null => new.minimum_order = Quantity::ZERO,
            Member::Set(units) => new.minimum_order = check_minimum(&mut faults, units),
        }
        new.consignment = self.consignment.unwrap_or(old.consignment);
        new.active = self.active.unwrap_or(old.active);
        new.open_price = self.open_price.unwrap_or(old.open_price);
        match self.favourite {
            Member::Absent => {}
            Member::Null => new.favourite = None,
            Member::Set(place) => new.favourite = check_favourite(&mut faults, Some(place)),
        }
        if let Some(unit) = &self.unit {
            unit.trim().clone_into(&mut new.main_unit);
        }
        if let Some(units) = &self.units {
            new.units = check_units(&mut faults, units, &new.main_unit, old.base_unit);
        }
        self.apply_order_unit(old, &mut new);
        check_named_units(&mut faults, &new);
        if let Some(price) = self.price {
            let price = faults.note("price", check_price(price)).unwrap_or_default();
            let main = new.main_unit.clone();
            if let Some(unit) = new.units.iter_mut().find(|unit| unit.name == main) {
                unit.price = price;
            }
        }
        let main = new.main_unit.clone();
        in_order(&mut new.units, &main);
        new.cost = match self.cost {
            Some(cost) => check_money(&mut faults, "cost", cost),
            None => Money::for_quantity(
                old.cost,
                old.factor(&old.main_unit),
                new.factor(&new.main_unit),
            ),
        };
        faults.into_result()?;
        Ok(new)
    }

    /// An order unit that was the main unit follows it.
    fn apply_order_unit(&self, old: &Definition, new: &mut Definition) {
        new.order_unit = match &self.order_unit {
            Member::Set(unit) => unit.trim().to_owned(),
            Member::Null => new.main_unit.clone(),
            Member::Absent if old.order_unit == old.main_unit => new.main_unit.clone(),
            Member::Absent => old.order_unit.clone(),
        };
    }
}
