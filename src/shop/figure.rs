//! Quantities as tills and people write them: decimals in a unit, as a JSON number or a text.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema::SchemaType};
use utoipa::{PartialSchema, ToSchema};

use crate::model::money::ungrouped;
use crate::model::quantity::QuantityError;
use crate::model::{BaseUnit, Quantity};
use crate::web::Language;

/// Why a figure such as `1.500` of weighed goods is not taken.
pub const TWO_MEANINGS: &str = "may mean two things: write 1,5 or 1500";

/// A quantity in some unit, as it was written: `3`, `0.25`, `"1,5"`. It is kept as decimal text, because the nearest
/// binary fraction of a weighed quantity is not the quantity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Figure {
    /// With a decimal point, without zeros at its end.
    text: String,
    /// What else it may mean: `1.500` is one and a half, or fifteen hundred without its mark.
    grouped: Option<String>,
    /// What it counts, where that was written beside it: `250 gram`.
    measure: Option<(BaseUnit, i64)>,
}

/// What people write beside a figure, the longer words first: what is measured, and how many base units that is.
const MEASURES: [(&str, BaseUnit, i64); 12] = [
    ("kilogram", BaseUnit::Gram, 1000),
    ("gram", BaseUnit::Gram, 1),
    ("kilo", BaseUnit::Gram, 1000),
    ("ons", BaseUnit::Gram, 100),
    ("kg", BaseUnit::Gram, 1000),
    ("gr", BaseUnit::Gram, 1),
    ("g", BaseUnit::Gram, 1),
    ("liter", BaseUnit::Millilitre, 1000),
    ("ltr", BaseUnit::Millilitre, 1000),
    ("ml", BaseUnit::Millilitre, 1),
    ("cc", BaseUnit::Millilitre, 1),
    ("l", BaseUnit::Millilitre, 1000),
];

/// Parts of one as people write them.
const PARTS: [(&str, &str); 6] = [
    ("1/2", "5"),
    ("1/4", "25"),
    ("3/4", "75"),
    ("½", "5"),
    ("¼", "25"),
    ("¾", "75"),
];

impl Figure {
    /// As a person wrote it in that language: `3`, `1,5`, `0.250`, `1 1/2`, `250 gram`, `1.500`, `1.250,5`. The language's
    /// mark between thousands may be the only one and stand before exactly three digits; whether it is that mark or a
    /// decimal one is then for the goods to decide, see [`Figure::meant`].
    #[must_use]
    pub fn typed(text: &str, language: Language) -> Self {
        let text = text.trim().to_lowercase();
        for (word, base, size) in MEASURES {
            if let Some(number) = text.strip_suffix(word) {
                return Self {
                    measure: Some((base, size)),
                    ..Self::number(number.trim_end(), language)
                };
            }
        }
        Self::number(&text, language)
    }

    fn number(text: &str, language: Language) -> Self {
        for (part, decimals) in PARTS {
            if let Some(whole) = text.strip_suffix(part) {
                let whole = whole.trim_end();
                // 11/2 may be a slip for 1 1/2, and is no part of one.
                if whole.is_empty() || whole.len() < text.len() - part.len() {
                    return Self::from_text(&format!("{whole}.{decimals}"));
                }
            }
        }
        let (thousands, decimal) = match language {
            Language::Indonesian => ('.', ','),
            Language::English => (',', '.'),
        };
        if let Some((whole, fraction)) = text.split_once(decimal)
            && let Some(whole) = ungrouped(whole, &[thousands])
        {
            return Self::from_text(&format!("{whole}.{fraction}"));
        }
        let Some(grouped) = ungrouped(text, &[thousands]).filter(|whole| whole != text) else {
            return Self::from_text(text);
        };
        // No thousands begin with a nought, and nobody writes two decimal marks.
        if text.starts_with('0') {
            return Self::from_text(text);
        }
        if text.matches(thousands).count() > 1 {
            return Self::from_text(&grouped);
        }
        Self {
            grouped: Some(grouped),
            ..Self::from_text(text)
        }
    }

    /// From text; `1,50` and `1.5` are the same figure.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let text = text.trim().replace(',', ".");
        match text.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
                let fraction = fraction.trim_end_matches('0');
                let whole = if whole.is_empty() { "0" } else { whole };
                Self::plain(if fraction.is_empty() {
                    whole.to_owned()
                } else {
                    format!("{whole}.{fraction}")
                })
            }
            _ => Self::plain(text),
        }
    }

    fn plain(text: String) -> Self {
        Self {
            text,
            grouped: None,
            measure: None,
        }
    }

    /// A quantity in a unit of `factor` base units.
    #[must_use]
    pub fn of(quantity: Quantity, factor: i64) -> Self {
        Self::plain(quantity.in_unit(factor))
    }

    /// As written, with a decimal point; of two meanings the smaller.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is one at all.
    #[must_use]
    pub fn is_number(&self) -> bool {
        Quantity::parse(&self.text, 1) != Err(QuantityError::NotANumber)
    }

    /// This figure of goods that have a base unit as a plain number of a unit of `factor` base units. What cannot be
    /// divided has no decimals, so that a mark before three digits was one between thousands.
    ///
    /// # Errors
    /// [`TWO_MEANINGS`] for what is weighed or poured, where both are possible and a guess would be wrong by a
    /// thousand times; in words, when grams are asked of what is not weighed.
    pub fn meant(&self, base: BaseUnit, factor: i64) -> Result<Self, String> {
        let (measured, size) = self.measure.unwrap_or((base, factor));
        if measured != base {
            return Err("is not measured so".to_owned());
        }
        let text = match &self.grouped {
            None => &self.text,
            Some(whole) if base == BaseUnit::Piece || size == 1 => whole,
            Some(_) => return Err(TWO_MEANINGS.to_owned()),
        };
        if self.measure.is_none() {
            return Ok(Self::plain(text.clone()));
        }
        let quantity = Quantity::parse(text, size).map_err(|error| error.to_string())?;
        Ok(Self::of(quantity, factor))
    }

    /// The base units of this figure in a unit of `factor` base units. Only what is weighed or poured can be divided:
    /// half a carton of counted goods is so many pieces, and is entered as that.
    ///
    /// # Errors
    /// In words, when it is no number, cannot be divided so, may mean two things, or is beyond [`Quantity::LIMIT`].
    pub fn base_units(&self, base: BaseUnit, factor: i64) -> Result<Quantity, String> {
        let text = self.meant(base, factor)?.text;
        if base == BaseUnit::Piece {
            match Quantity::parse(&text, 1) {
                Err(QuantityError::NotWhole) => {
                    return Err("must be a whole number of this unit".to_owned());
                }
                Err(error) => return Err(error.to_string()),
                Ok(_) => {}
            }
        }
        Quantity::parse(&text, factor).map_err(|error| error.to_string())
    }

    /// The same where a part of a pack of counted goods is so many pieces: 1,5 cartons of 40 are 60.
    ///
    /// # Errors
    /// In words, when it is no number, no whole number of base units, may mean two things, or is beyond
    /// [`Quantity::LIMIT`].
    pub fn with_parts(&self, base: BaseUnit, factor: i64) -> Result<Quantity, String> {
        let text = self.meant(base, factor)?.text;
        Quantity::parse(&text, factor).map_err(|error| error.to_string())
    }

    /// As [`Figure::base_units`], and more than nothing.
    ///
    /// # Errors
    /// In words.
    pub fn positive(&self, base: BaseUnit, factor: i64) -> Result<Quantity, String> {
        let quantity = self.base_units(base, factor)?;
        if quantity <= Quantity::ZERO {
            return Err("must be more than 0".to_owned());
        }
        Ok(quantity)
    }
}

impl From<i64> for Figure {
    fn from(number: i64) -> Self {
        Self::plain(number.to_string())
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.text)
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(whole) = self.text.parse::<i64>() {
            return serializer.serialize_i64(whole);
        }
        match self.text.parse::<f64>() {
            Ok(number) if number.is_finite() => serializer.serialize_f64(number),
            _ => serializer.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Figure;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a number, or a number as text")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Figure, E> {
                Ok(Figure::plain(number.to_string()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Figure, E> {
                Ok(Figure::plain(number.to_string()))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Figure, E> {
                // Rust writes the shortest decimal that is this number, which is what was in the JSON text.
                Ok(Figure::from_text(&number.to_string()))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Figure, E> {
                Ok(Figure::from_text(text))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl PartialSchema for Figure {
    fn schema() -> RefOr<Schema> {
        let of = |kind| ObjectBuilder::new().schema_type(SchemaType::Type(kind));
        let schema = OneOfBuilder::new()
            .item(of(Type::Number))
            .item(of(Type::String))
            .description(Some(
                "a quantity in a unit, as a number or as decimal text; only weighed or poured goods take decimals",
            ));
        RefOr::T(Schema::OneOf(schema.build()))
    }
}

impl ToSchema for Figure {
    fn name() -> std::borrow::Cow<'static, str> {
        "Figure".into()
    }
}
