//! What a new product is described by, and the checks that every product passes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PriceTier;
use crate::error::Result;
use crate::model::{BaseUnit, Money, Quantity, Sku, barcode_problem};
use crate::shop::faults::{Faults, optional_text, text};
use crate::shop::store::products::{Definition, Tier, Unit};

/// The largest unit: a tonne in grams. Quantities in it stay within what a quantity may be.
pub(in crate::shop) const FACTOR_LIMIT: i64 = 1_000_000;

/// Units of a product, and barcodes of a unit.
const COUNT_LIMIT: usize = 20;

/// Prices by quantity of a unit.
const TIER_LIMIT: usize = 10;

/// Longer than any goods keep that are dated at all.
const SHELF_LIFE_LIMIT: u32 = 36_500;

/// A unit as it is entered.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    /// Its name: `pcs`, `renceng`, `dus`, `kg`.
    pub name: String,
    /// Base units in it, 1 to 1000000. May be left out for a customary measure of the base unit (`kg`: 1000 of
    /// `gram`) and for the main unit of counted goods (1).
    pub factor: Option<i64>,
    /// What one costs the customer, rupiah.
    pub price: i64,
    /// The codes on it. Codes of 8, 12, 13 or 14 digits must carry a valid check digit.
    #[serde(default)]
    pub barcodes: Vec<String>,
    /// Lower prices for more at once, at most 10.
    #[serde(default)]
    pub tiers: Vec<PriceTier>,
}

/// A new product. The main unit may be given in `units` with the others, or by `unit`, `price` and `barcode`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// Its code, unique in the shop: 1 to 64 visible ASCII characters without `/`, `?` and `#`.
    pub sku: String,
    /// Its name, 1 to 120 characters.
    pub name: String,
    /// What kind of goods.
    pub category: Option<String>,
    /// `piece`, `gram` or `millilitre`; by default what the name of the main unit says, and `piece` for any other.
    #[schema(value_type = Option<String>)]
    pub base_unit: Option<BaseUnit>,
    /// The main unit; by default the first of `units`, or `pcs`.
    pub unit: Option<String>,
    /// Price of the main unit, where `units` does not have it.
    pub price: Option<i64>,
    /// A code on the main unit, where `units` does not have it.
    pub barcode: Option<String>,
    /// Units it is sold in.
    #[serde(default)]
    pub units: Vec<NewUnit>,
    /// The unit it is ordered in; by default the main unit.
    pub order_unit: Option<String>,
    /// Cost per main unit, rupiah; 0 where unknown.
    pub cost: Option<i64>,
    /// Days from delivery to the last day it can be sold.
    pub shelf_life_days: Option<u32>,
    /// Least quantity a supplier sends, base units.
    pub minimum_order: Option<i64>,
    /// Who it is bought from.
    pub supplier: Option<String>,
    /// Belongs to somebody else until it is sold.
    pub consignment: Option<bool>,
    /// Still sold; by default true.
    pub active: Option<bool>,
    /// The till asks for the price: loose goods.
    pub open_price: Option<bool>,
    /// Its place among the till's favourites, 1 to 1000000, or 0 for the one after the last; absent for a product that is none.
    pub favourite: Option<i64>,
}

impl NewProduct {
    /// The product that this describes.
    pub(in crate::shop) fn check(&self) -> Result<Definition> {
        let mut faults = Faults::default();
        let sku = Sku::parse(&self.sku).map_err(|error| error.to_string());
        let sku = faults.note("sku", sku);
        let mut units = self.units.clone();
        let main_unit = match (&self.unit, units.first()) {
            (Some(unit), _) => unit.trim().to_owned(),
            (None, Some(first)) => first.name.trim().to_owned(),
            (None, None) => "pcs".to_owned(),
        };
        let has_main = units.iter().any(|unit| unit.name.trim() == main_unit);
        if has_main {
            if self.price.is_some() || self.barcode.is_some() {
                let field = if self.price.is_some() {
                    "price"
                } else {
                    "barcode"
                };
                faults.add(field, format!("is given by units for {main_unit:?}"));
            }
        } else if let Some(price) = self.price {
            units.insert(
                0,
                NewUnit {
                    name: main_unit.clone(),
                    factor: None,
                    price,
                    barcodes: self.barcode.iter().cloned().collect(),
                    tiers: Vec::new(),
                },
            );
        } else {
            faults.add("price", "is missing");
        }
        let base_unit = self
            .base_unit
            .unwrap_or_else(|| BaseUnit::of_unit_name(&main_unit).0);
        let units = check_units(&mut faults, &units, &main_unit, base_unit);
        let order_unit = self.order_unit.as_deref().unwrap_or(&main_unit).trim();
        let product = Definition {
            name: faults
                .note("name", text(&self.name, 120))
                .unwrap_or_default(),
            category: check_label(&mut faults, "category", self.category.as_deref()),
            base_unit,
            order_unit: order_unit.to_owned(),
            main_unit,
            units,
            cost: check_money(&mut faults, "cost", self.cost.unwrap_or(0)),
            shelf_life_days: check_shelf_life(&mut faults, self.shelf_life_days),
            minimum_order: check_minimum(&mut faults, self.minimum_order.unwrap_or(0)),
            supplier: check_label(&mut faults, "supplier", self.supplier.as_deref()),
            consignment: self.consignment.unwrap_or(false),
            active: self.active.unwrap_or(true),
            open_price: self.open_price.unwrap_or(false),
            favourite: check_favourite(&mut faults, self.favourite),
            // Any code serves here: without one of its own the product is refused below.
            sku: match sku {
                Some(sku) => sku,
                None => return Err(refusal(faults)),
            },
        };
        check_named_units(&mut faults, &product);
        faults.into_result()?;
        Ok(product)
    }
}

fn refusal(faults: Faults) -> crate::error::Error {
    match faults.into_result() {
        Err(error) => error,
        Ok(()) => crate::error::Error::invalid("sku", "is missing"),
    }
}

/// The units, each checked; `units[i]` names the faulty one.
pub(super) fn check_units(
    faults: &mut Faults,
    units: &[NewUnit],
    main_unit: &str,
    base_unit: BaseUnit,
) -> Vec<Unit> {
    if units.len() > COUNT_LIMIT {
        faults.add("units", format!("are more than {COUNT_LIMIT}"));
        return Vec::new();
    }
    let (mut names, mut codes) = (BTreeSet::new(), BTreeSet::new());
    let mut checked = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        let field = |name: &str| format!("units[{index}].{name}");
        let name = faults.note(field("name"), text(&unit.name, 30));
        if name
            .as_ref()
            .is_some_and(|name| !names.insert(name.clone()))
        {
            faults.add(field("name"), "is there twice");
        }
        let name = name.unwrap_or_default();
        let factor = unit
            .factor
            .or_else(|| customary_factor(&name, main_unit, base_unit));
        let factor = faults.note(field("factor"), check_factor(factor));
        let price = faults.note(field("price"), check_price(unit.price));
        if unit.barcodes.len() > COUNT_LIMIT {
            faults.add(field("barcodes"), format!("are more than {COUNT_LIMIT}"));
            continue;
        }
        let mut barcodes = Vec::with_capacity(unit.barcodes.len());
        for (place, code) in unit.barcodes.iter().enumerate() {
            let code = code.trim();
            if let Some(problem) = barcode_problem(code) {
                faults.add(field(&format!("barcodes[{place}]")), problem);
            } else if !codes.insert(code.to_owned()) {
                faults.add(field(&format!("barcodes[{place}]")), "is there twice");
            }
            barcodes.push(code.to_owned());
        }
        barcodes.sort();
        let tiers = check_tiers(faults, &field("tiers"), &unit.tiers);
        checked.push(Unit {
            name,
            factor: factor.unwrap_or(1),
            price: price.unwrap_or_default(),
            barcodes,
            tiers,
        });
    }
    in_order(&mut checked, main_unit);
    checked
}

/// The main unit first, then by size: the order in which they are read back.
pub(super) fn in_order(units: &mut [Unit], main_unit: &str) {
    units.sort_by(|a, b| {
        (a.name != main_unit, a.factor, &a.name).cmp(&(b.name != main_unit, b.factor, &b.name))
    });
}

/// The tiers in the order of their quantities.
fn check_tiers(faults: &mut Faults, field: &str, tiers: &[PriceTier]) -> Vec<Tier> {
    if tiers.len() > TIER_LIMIT {
        faults.add(field, format!("are more than {TIER_LIMIT}"));
        return Vec::new();
    }
    let mut quantities = BTreeSet::new();
    let mut checked = Vec::with_capacity(tiers.len());
    for (index, tier) in tiers.iter().enumerate() {
        let field = |name: &str| format!("{field}[{index}].{name}");
        if !(2..=FACTOR_LIMIT).contains(&tier.from) {
            faults.add(field("from"), format!("must be 2 to {FACTOR_LIMIT}"));
        } else if !quantities.insert(tier.from) {
            faults.add(field("from"), "is there twice");
        }
        let price = faults.note(field("price"), check_price(tier.price));
        checked.push(Tier {
            from: tier.from,
            price: price.unwrap_or_default(),
        });
    }
    checked.sort_by_key(|tier| tier.from);
    checked
}

pub(super) fn check_favourite(faults: &mut Faults, place: Option<i64>) -> Option<i64> {
    if place.is_some_and(|place| !(0..=FACTOR_LIMIT).contains(&place)) {
        faults.add("favourite", format!("must be 0 to {FACTOR_LIMIT}, or null"));
    }
    place
}

fn customary_factor(name: &str, main_unit: &str, base_unit: BaseUnit) -> Option<i64> {
    let (base, factor) = BaseUnit::of_unit_name(name);
    match base_unit {
        // Any unknown name is one piece, which only the main unit is without being told.
        BaseUnit::Piece => (name == main_unit).then_some(1),
        _ => (base == base_unit).then_some(factor),
    }
}

fn check_factor(factor: Option<i64>) -> Result<i64, String> {
    match factor {
        None => Err("is missing: how many base units are in it?".to_owned()),
        Some(factor) if (1..=FACTOR_LIMIT).contains(&factor) => Ok(factor),
        Some(_) => Err(format!("must be 1 to {FACTOR_LIMIT}")),
    }
}

/// A price or cost within reason.
pub(in crate::shop) fn check_price(amount: i64) -> Result<Money, String> {
    if (0..=Money::LIMIT.0).contains(&amount) {
        Ok(Money(amount))
    } else {
        Err(format!("must be 0 to {}", Money::LIMIT.0))
    }
}

pub(super) fn check_money(faults: &mut Faults, field: &str, amount: i64) -> Money {
    faults.note(field, check_price(amount)).unwrap_or_default()
}

pub(super) fn check_label(faults: &mut Faults, field: &str, label: Option<&str>) -> String {
    faults
        .note(field, optional_text(label.unwrap_or_default(), 80))
        .unwrap_or_default()
}

pub(super) fn check_shelf_life(faults: &mut Faults, days: Option<u32>) -> Option<u32> {
    if days.is_some_and(|days| !(1..=SHELF_LIFE_LIMIT).contains(&days)) {
        faults.add(
            "shelf_life_days",
            format!("must be 1 to {SHELF_LIFE_LIMIT}, or null"),
        );
    }
    days
}

pub(super) fn check_minimum(faults: &mut Faults, units: i64) -> Quantity {
    if !(0..=Quantity::LIMIT.0).contains(&units) {
        faults.add("minimum_order", format!("must be 0 to {}", Quantity::LIMIT));
    }
    Quantity(units)
}

/// The main and the order unit are units of the product.
pub(super) fn check_named_units(faults: &mut Faults, product: &Definition) {
    for (field, name) in [
        ("unit", &product.main_unit),
        ("order_unit", &product.order_unit),
    ] {
        // Where the units themselves are wrong, this would only say it again.
        if faults.none() && product.unit(name).is_none() {
            faults.add(field, format!("{name:?} is none of the product's units"));
        }
    }
}
