//! The form of a product: its fields as they were typed, and what is wrong with each.

mod meaning;

use std::collections::BTreeMap;

use super::texts::Goods;
use crate::model::{BaseUnit, Money, Quantity};
use crate::shop::products::Product;
use crate::shop::web::pages::stockroom::in_field;
use crate::web::Language;

/// Rows for units on a form; a product may have more, which are then shown too.
const UNIT_ROWS: usize = 3;

/// Rows for lower prices of a unit.
const TIER_ROWS: usize = 2;

/// A filled-in form.
pub(super) struct Form {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
    language: Language,
}

/// A field as the template shows it.
pub(super) struct Field {
    pub name: String,
    pub label: String,
    pub hint: &'static str,
    pub value: String,
    pub error: String,
    /// The keyboard that a telephone shows.
    pub mode: &'static str,
}

/// Ends the name of a field that tells of another one that it is in base units.
const IN_BASE: &str = ".dasar";

/// A unit's row.
pub(super) struct UnitRow {
    pub index: usize,
    pub name: Field,
    pub content: Field,
    /// What it contains is told in base units.
    pub in_base: bool,
    pub price: Field,
    pub barcodes: Field,
    pub tiers: Vec<(Field, Field)>,
    pub is_main: bool,
    pub is_order: bool,
}

impl UnitRow {
    /// Whether a wholesale price is there, or something is wrong with one.
    pub fn has_tiers(&self) -> bool {
        let says = |field: &Field| !field.value.is_empty() || !field.error.is_empty();
        self.tiers
            .iter()
            .any(|(from, price)| says(from) || says(price))
    }
}

impl Form {
    /// As it was sent.
    pub fn sent(values: BTreeMap<String, String>, language: Language) -> Self {
        Self {
            values,
            errors: BTreeMap::new(),
            language,
        }
    }

    /// An empty one, with the barcode or name that was looked for.
    pub fn new(sought: &str, language: Language) -> Self {
        let mut form = Self::sent(BTreeMap::new(), language);
        let sought = sought.trim();
        let is_code = sought.len() >= 6 && sought.bytes().all(|byte| byte.is_ascii_digit());
        form.set(if is_code { "u.0.barcodes" } else { "name" }, sought);
        form.set("u.0.name", "pcs");
        form.set("active", "1");
        form
    }

    /// A product's own.
    pub fn of(product: &Product, language: Language) -> Self {
        let mut form = Self::sent(BTreeMap::new(), language);
        let factor = product.main_factor();
        form.set("seen", &product.mark().unwrap_or_default());
        form.set("name", &product.name);
        form.set("category", &product.category);
        form.set("supplier", &product.supplier);
        if product.cost > Money::ZERO {
            form.set("cost", &product.cost.0.to_string());
        }
        if let Some(days) = product.shelf_life_days {
            form.set("shelf_life_days", &days.to_string());
        }
        if product.minimum_order > Quantity::ZERO {
            form.set_quantity("minimum_order", product.minimum_order, factor);
        }
        for (name, is) in [
            ("open_price", product.open_price),
            ("favourite", product.favourite.is_some()),
            ("consignment", product.consignment),
            ("active", product.active),
        ] {
            if is {
                form.set(name, "1");
            }
        }
        form.set("main", "0");
        for (index, unit) in product.units.iter().enumerate() {
            let name = |part: &str| format!("u.{index}.{part}");
            form.set(&name("name"), &unit.name);
            if index == 0 || product.base_unit == BaseUnit::Piece {
                form.set(&name("content"), &unit.factor.to_string());
            } else {
                form.set_quantity(&name("content"), Quantity(unit.factor), factor);
            }
            form.set(&name("price"), &unit.price.0.to_string());
            form.set(&name("barcodes"), &unit.barcodes.join(" "));
            if unit.name == product.order_unit {
                form.set("order", &index.to_string());
            }
            for (place, tier) in unit.tiers.iter().enumerate() {
                form.set(&name(&format!("t.{place}.from")), &tier.from.to_string());
                form.set(&name(&format!("t.{place}.price")), &tier.price.to_string());
            }
        }
        form
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// Sets a field to a quantity, so that it reads back as the same: in a unit of `factor` base units, or where that
    /// cannot say it in base units, which a further field tells.
    fn set_quantity(&mut self, name: &str, quantity: Quantity, factor: i64) {
        let (text, unit) = in_field(quantity, factor, self.language);
        self.set(name, &text);
        if unit != factor {
            self.set(&format!("{name}{IN_BASE}"), "1");
        }
    }

    /// Whether a field is in base units.
    pub fn is_in_base(&self, name: &str) -> bool {
        self.ticked(&format!("{name}{IN_BASE}"))
    }

    /// The fields that tell which others are in base units.
    pub fn in_base(&self) -> Vec<String> {
        let names = self.values.keys();
        names
            .filter(|name| name.ends_with(IN_BASE) && self.ticked(name))
            .cloned()
            .collect()
    }

    /// What was typed, without blanks around it.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |value| value.trim())
    }

    /// Every field with what it holds, to be sent on unseen.
    pub fn hidden(&self, without: &[&str]) -> Vec<(String, String)> {
        let fields = self.values.iter();
        fields
            .filter(|(name, _)| !without.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// A box that is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Something outside of the part that is always seen is wrong.
    pub fn has_further_errors(&self) -> bool {
        let seen = ["name", "u.0.price", "u.0.barcodes"];
        self.errors
            .keys()
            .any(|name| !seen.contains(&name.as_str()))
    }

    fn fail(&mut self, name: &str, told: &str) {
        self.errors
            .entry(name.to_owned())
            .or_insert_with(|| told.to_owned());
    }

    pub fn field(&self, name: &str, label: &str, hint: &'static str, mode: &'static str) -> Field {
        Field {
            name: name.to_owned(),
            label: label.to_owned(),
            hint,
            value: self.values.get(name).cloned().unwrap_or_default(),
            error: self.errors.get(name).cloned().unwrap_or_default(),
            mode,
        }
    }

    /// The rows of units: those that there are, and empty ones to fill in.
    pub fn unit_rows(&self) -> Vec<UnitRow> {
        let texts = Goods::of(self.language);
        let used = self.used_rows().last().map_or(0, |last| last + 1);
        (0..used.max(1) + UNIT_ROWS.saturating_sub(used).max(1))
            .map(|index| {
                let name = |part: &str| format!("u.{index}.{part}");
                let plain =
                    |part: &str, label: &str, mode| self.field(&name(part), label, "", mode);
                let tiers: Vec<(Field, Field)> = (0..self.tier_rows(index))
                    .map(|place| {
                        let field = |part: &str, label| {
                            plain(&format!("t.{place}.{part}"), label, "numeric")
                        };
                        (field("from", texts.from), field("price", texts.tier_price))
                    })
                    .collect();
                UnitRow {
                    index,
                    name: self.field(&name("name"), texts.unit, texts.unit_hint, ""),
                    content: plain("content", texts.content, "decimal"),
                    in_base: self.is_in_base(&name("content")),
                    price: self.field(
                        &name("price"),
                        texts.price,
                        texts.pack_price_hint,
                        "numeric",
                    ),
                    barcodes: plain("barcodes", texts.barcode, ""),
                    tiers,
                    is_main: self.chosen("main") == index,
                    is_order: self.chosen("order") == index,
                }
            })
            .collect()
    }

    fn chosen(&self, name: &str) -> usize {
        self.value(name).parse().unwrap_or(0)
    }

    /// Rows in which something of a unit was typed; the first always counts.
    fn used_rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self
            .values
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .filter_map(|(name, _)| name.strip_prefix("u.")?.split('.').next()?.parse().ok())
            .filter(|row| *row < 40)
            .collect();
        rows.push(0);
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    fn tier_rows(&self, unit: usize) -> usize {
        let used = (0..20)
            .rfind(|place| {
                let typed =
                    |part: &str| !self.value(&format!("u.{unit}.t.{place}.{part}")).is_empty();
                typed("from") || typed("price")
            })
            .map_or(0, |last| last + 1);
        TIER_ROWS.max(used + 1)
    }
}
