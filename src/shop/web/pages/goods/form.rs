//! The form of a product: its fields as they were typed, what is wrong with each, and what they mean.

use std::collections::BTreeMap;

use super::texts::Goods;
use super::words;
use crate::error::FieldError;
use crate::model::{BaseUnit, Money, Quantity};
use crate::shop::products::{Member, NewProduct, NewUnit, PriceTier, Product, ProductPatch};
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

/// A unit's row.
pub(super) struct UnitRow {
    pub index: usize,
    pub name: Field,
    pub content: Field,
    pub price: Field,
    pub barcodes: Field,
    pub tiers: Vec<(Field, Field)>,
    /// A wholesale price is there, or something is wrong with one.
    pub has_tiers: bool,
    pub is_main: bool,
    pub is_order: bool,
}

/// What a form means, and from which fields each unit and tier came.
struct Meaning {
    units: Vec<NewUnit>,
    rows: Vec<usize>,
    tiers: Vec<Vec<usize>>,
    main: String,
    order: String,
    minimum_order: Option<i64>,
    shelf_life_days: Option<u32>,
    cost: Option<i64>,
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
            form.set("minimum_order", &product.minimum_order.in_unit(factor));
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
            let content = if index == 0 || product.base_unit == BaseUnit::Piece {
                unit.factor.to_string()
            } else {
                Quantity(unit.factor).in_unit(factor)
            };
            form.set(&name("content"), &content);
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
                    price: self.field(
                        &name("price"),
                        texts.price,
                        texts.pack_price_hint,
                        "numeric",
                    ),
                    barcodes: plain("barcodes", texts.barcode, ""),
                    has_tiers: tiers.iter().any(|(from, price)| {
                        [from, price]
                            .iter()
                            .any(|field| !field.value.is_empty() || !field.error.is_empty())
                    }),
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
            .filter(|place| {
                let typed =
                    |part: &str| !self.value(&format!("u.{unit}.t.{place}.{part}")).is_empty();
                typed("from") || typed("price")
            })
            .next_back()
            .map_or(0, |last| last + 1);
        TIER_ROWS.max(used + 1)
    }

    /// Whole rupiah as people type them: `3500`, `3.500`, `Rp3.500`. An empty field is none.
    fn money(&mut self, name: &str) -> Option<i64> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        let amount = rupiah(&typed);
        if amount.is_none() {
            self.fail(name, Goods::of(self.language).bad_money);
        }
        amount
    }

    /// A whole number.
    fn number(&mut self, name: &str) -> Option<i64> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        let number = typed.parse().ok();
        if number.is_none() {
            self.fail(name, Goods::of(self.language).bad_number);
        }
        number
    }

    /// What the fields mean; what cannot be read is noted with its field.
    fn meaning(&mut self, base: Option<BaseUnit>) -> Meaning {
        let texts = Goods::of(self.language);
        let rows = self.used_rows();
        let main_row = Some(self.chosen("main"))
            .filter(|row| rows.contains(row))
            .unwrap_or(0);
        let main = self.value(&format!("u.{main_row}.name")).to_owned();
        let main = if main.is_empty() {
            "pcs".to_owned()
        } else {
            main
        };
        let base = base.unwrap_or_else(|| BaseUnit::of_unit_name(&main).0);
        // Contents are read in the unit of the first row, which is the main one until another is chosen.
        let scale = self.scale(base);
        let main_factor = self.content(main_row, base, scale).unwrap_or(scale);
        let main_price = self.money(&format!("u.{main_row}.price"));
        if main_price.is_none() {
            self.fail(&format!("u.{main_row}.price"), texts.price_missing);
        }
        if self.value("name").is_empty() {
            self.fail("name", texts.name_missing);
        }
        let (mut units, mut tiers) = (Vec::new(), Vec::new());
        for row in &rows {
            let mut unit_name = self.value(&format!("u.{row}.name")).to_owned();
            if *row == main_row {
                unit_name.clone_from(&main);
            }
            let factor = self.content(*row, base, scale);
            // Where nobody says otherwise, a pack costs what its content does.
            let usual = main_price.zip(factor).map_or(0, |(price, factor)| {
                Money::for_quantity(Money(price), main_factor, factor).0
            });
            let (unit, places) = self.unit(*row, unit_name, factor, usual);
            units.push(unit);
            tiers.push(places);
        }
        let order_row = Some(self.chosen("order"))
            .filter(|row| rows.contains(row) && self.values.contains_key("order"))
            .unwrap_or(main_row);
        let order = rows
            .iter()
            .position(|row| *row == order_row)
            .and_then(|place| units.get(place))
            .map_or_else(|| main.clone(), |unit| unit.name.clone());
        let minimum_order = self.quantity("minimum_order", scale);
        let shelf_life_days = self
            .number("shelf_life_days")
            .map(|days| u32::try_from(days).unwrap_or(0));
        Meaning {
            units,
            rows,
            tiers,
            main,
            order,
            minimum_order,
            shelf_life_days,
            cost: self.money("cost"),
        }
    }

    /// Base units in the unit of the first row.
    fn scale(&mut self, base: BaseUnit) -> i64 {
        let (customary_base, customary) = BaseUnit::of_unit_name(self.value("u.0.name"));
        let usual = if base == customary_base { customary } else { 1 };
        self.number("u.0.content").unwrap_or(usual).max(1)
    }

    /// Base units in the unit of a row, if it says so: of counted goods in pieces, of others in the unit of the first.
    fn content(&mut self, row: usize, base: BaseUnit, scale: i64) -> Option<i64> {
        let field = format!("u.{row}.content");
        match (row, base) {
            (0, _) => self.number(&field),
            (_, BaseUnit::Piece) => self.quantity(&field, 1),
            _ => self.quantity(&field, scale),
        }
    }

    fn unit(
        &mut self,
        row: usize,
        name: String,
        factor: Option<i64>,
        usual_price: i64,
    ) -> (NewUnit, Vec<usize>) {
        let field = |part: &str| format!("u.{row}.{part}");
        let price = self.money(&field("price")).unwrap_or(usual_price);
        let (mut tiers, mut places) = (Vec::new(), Vec::new());
        for place in 0..self.tier_rows(row) {
            let (from, price) = (
                format!("u.{row}.t.{place}.from"),
                format!("u.{row}.t.{place}.price"),
            );
            if self.value(&from).is_empty() && self.value(&price).is_empty() {
                continue;
            }
            for empty in [&from, &price] {
                if self.value(empty).is_empty() {
                    self.fail(empty, Goods::of(self.language).bad_number);
                }
            }
            tiers.push(PriceTier {
                from: self.number(&from).unwrap_or(0),
                price: self.money(&price).unwrap_or(0),
            });
            places.push(place);
        }
        let barcodes = self.value(&field("barcodes")).split_whitespace();
        let unit = NewUnit {
            barcodes: barcodes.map(ToOwned::to_owned).collect(),
            name,
            factor,
            price,
            tiers,
        };
        (unit, places)
    }

    /// Base units of a figure in a unit of `factor` base units.
    fn quantity(&mut self, name: &str, factor: i64) -> Option<i64> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        match Quantity::parse(&typed, factor.max(1)) {
            Ok(quantity) => Some(quantity.0),
            Err(error) => {
                self.fail(name, &words::fault(&error.to_string(), self.language));
                None
            }
        }
    }

    /// The new product that this describes, if nothing is plainly wrong.
    pub fn new_product(&mut self) -> Option<NewProduct> {
        let meaning = self.meaning(None);
        let text = |name: &str| Some(self.value(name).to_owned()).filter(|text| !text.is_empty());
        let product = NewProduct {
            sku: self.value("sku").to_owned(),
            name: self.value("name").to_owned(),
            category: text("category"),
            base_unit: None,
            unit: Some(meaning.main),
            price: None,
            barcode: None,
            units: meaning.units,
            order_unit: Some(meaning.order),
            cost: meaning.cost,
            shelf_life_days: meaning.shelf_life_days,
            minimum_order: meaning.minimum_order,
            supplier: text("supplier"),
            consignment: Some(self.ticked("consignment")),
            active: Some(self.ticked("active")),
            open_price: Some(self.ticked("open_price")),
            favourite: self.ticked("favourite").then_some(0),
        };
        (!self.has_errors()).then_some(product)
    }

    /// The change of `old` that this describes, if nothing is plainly wrong. A cost that was left as it was is no new
    /// cost: it is converted with the units, unless the person has seen what becomes of it.
    pub fn patch(&mut self, old: &Product) -> Option<ProductPatch> {
        let meaning = self.meaning(Some(old.base_unit));
        let label = |text: &str| match text {
            "" => Member::Null,
            text => Member::Set(text.to_owned()),
        };
        let cost = meaning.cost.unwrap_or(0);
        let patch = ProductPatch {
            name: Some(self.value("name").to_owned()),
            category: label(self.value("category")),
            unit: Some(meaning.main),
            price: None,
            units: Some(meaning.units),
            order_unit: Member::Set(meaning.order),
            cost: (cost != old.cost.0 || self.ticked("cost_seen")).then_some(cost),
            shelf_life_days: meaning.shelf_life_days.map_or(Member::Null, Member::Set),
            minimum_order: meaning.minimum_order.map_or(Member::Null, Member::Set),
            supplier: label(self.value("supplier")),
            consignment: Some(self.ticked("consignment")),
            active: Some(self.ticked("active")),
            open_price: Some(self.ticked("open_price")),
            favourite: if self.ticked("favourite") {
                Member::Set(0)
            } else {
                Member::Null
            },
        };
        (!self.has_errors()).then_some(patch)
    }

    /// Puts what a use case found wrong beside the fields that it came from.
    pub fn blame(&mut self, faults: &[FieldError], base: Option<BaseUnit>) {
        let before = std::mem::take(&mut self.errors);
        let meaning = self.meaning(base);
        self.errors = before;
        for fault in faults {
            let field = field_of(&fault.field, &meaning);
            let told = words::fault(&fault.message, self.language);
            self.fail(&field, &told);
        }
    }

    /// Puts a conflict beside the field whose value another product has.
    pub fn blame_conflict(&mut self, message: &str) {
        let rows = self.used_rows();
        let row = rows.into_iter().find(|row| {
            let codes = self.value(&format!("u.{row}.barcodes"));
            codes.split_whitespace().any(|code| message.contains(code))
        });
        let field = match row {
            Some(row) if message.contains("barcode") => format!("u.{row}.barcodes"),
            _ => "sku".to_owned(),
        };
        let told = words::fault(message, self.language);
        self.fail(&field, &told);
    }
}

/// The form's field that a use case's field came from: `units[1].tiers[0].price` is `u.ROW.t.PLACE.price`.
fn field_of(field: &str, meaning: &Meaning) -> String {
    let row = |unit: usize| meaning.rows.get(unit).copied().unwrap_or(0);
    let main = meaning
        .units
        .iter()
        .position(|unit| unit.name == meaning.main);
    let Some(rest) = field.strip_prefix("units[") else {
        return match field {
            "unit" => format!("u.{}.name", row(main.unwrap_or(0))),
            "price" => format!("u.{}.price", row(main.unwrap_or(0))),
            "order_unit" | "units" => "u.0.name".to_owned(),
            other => other.to_owned(),
        };
    };
    let (unit, part) = rest.split_once("].").unwrap_or((rest, "name"));
    let unit: usize = unit.parse().unwrap_or(0);
    if let Some(tier) = part.strip_prefix("tiers[") {
        let (place, part) = tier.split_once("].").unwrap_or((tier, "from"));
        let place: usize = place.parse().unwrap_or(0);
        let place = meaning.tiers.get(unit).and_then(|places| places.get(place));
        return format!("u.{}.t.{}.{part}", row(unit), place.copied().unwrap_or(0));
    }
    let part = part.split('[').next().unwrap_or(part);
    let part = match part {
        "factor" => "content",
        "tiers" => "t.0.from",
        other => other,
    };
    format!("u.{}.{part}", row(unit))
}

/// Whole rupiah as people type them.
fn rupiah(typed: &str) -> Option<i64> {
    let text = typed.trim();
    let text = text
        .strip_prefix("Rp")
        .or_else(|| text.strip_prefix("rp"))
        .unwrap_or(text)
        .trim();
    let groups: Vec<&str> = text.split(['.', ',']).collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !groups.iter().all(|group| digits(group)) {
        return None;
    }
    // Beyond the first, three digits each: anything else is no mark between thousands.
    if groups.iter().skip(1).any(|group| group.len() != 3) {
        return None;
    }
    groups.concat().parse().ok()
}
