//! What the fields of a product's form mean, and which of them a fault belongs to.

use super::super::texts::Goods;
use super::super::words;
use super::Form;
use crate::error::FieldError;
use crate::model::{BaseUnit, Money};
use crate::shop::figure::Figure;
use crate::shop::products::{Member, NewProduct, NewUnit, PriceTier, Product, ProductPatch};

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
    /// Whole rupiah as people type them: `3500`, `3.500`, `Rp3.500`. An empty field is none.
    fn money(&mut self, name: &str) -> Option<i64> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        let amount = Money::typed(&typed).map(|amount| amount.0);
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
        let minimum_order = self.quantity("minimum_order", base, scale);
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
            (_, BaseUnit::Piece) => self.quantity(&field, base, 1),
            _ => self.quantity(&field, base, scale),
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
    fn quantity(&mut self, name: &str, base: BaseUnit, factor: i64) -> Option<i64> {
        let typed = self.value(name).to_owned();
        if typed.is_empty() {
            return None;
        }
        let factor = if self.is_in_base(name) { 1 } else { factor };
        let factor = factor.max(1);
        match Figure::typed(&typed, self.language).with_parts(base, factor) {
            Ok(quantity) => Some(quantity.0),
            Err(error) => {
                self.fail(name, &words::fault(&error, self.language));
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
