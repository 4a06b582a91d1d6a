//! Quantities as tills and people write them: decimals in a unit, as a JSON number or a text.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema::SchemaType};
use utoipa::{PartialSchema, ToSchema};

use crate::model::quantity::QuantityError;
use crate::model::{BaseUnit, Quantity};

/// A quantity in some unit, as it was written: `3`, `0.25`, `"1,5"`. It is kept as decimal text, because the nearest
/// binary fraction of a weighed quantity is not the quantity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Figure(String);

impl Figure {
    /// From text; `1,50` and `1.5` are the same figure.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let text = text.trim().replace(',', ".");
        match text.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
                let fraction = fraction.trim_end_matches('0');
                let whole = if whole.is_empty() { "0" } else { whole };
                Self(if fraction.is_empty() {
                    whole.to_owned()
                } else {
                    format!("{whole}.{fraction}")
                })
            }
            _ => Self(text),
        }
    }

    /// A quantity in a unit of `factor` base units.
    #[must_use]
    pub fn of(quantity: Quantity, factor: i64) -> Self {
        Self(quantity.in_unit(factor))
    }

    /// As written, with a decimal point.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The base units of this figure in a unit of `factor` base units. Only what is weighed or poured can be divided:
    /// half a carton of counted goods is so many pieces, and is entered as that.
    ///
    /// # Errors
    /// In words, when it is no number, cannot be divided so, or is beyond [`Quantity::LIMIT`].
    pub fn base_units(&self, base: BaseUnit, factor: i64) -> Result<Quantity, String> {
        if base == BaseUnit::Piece {
            match Quantity::parse(&self.0, 1) {
                Err(QuantityError::NotWhole) => {
                    return Err("must be a whole number of this unit".to_owned());
                }
                Err(error) => return Err(error.to_string()),
                Ok(_) => {}
            }
        }
        Quantity::parse(&self.0, factor).map_err(|error| error.to_string())
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
        Self(number.to_string())
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(whole) = self.0.parse::<i64>() {
            return serializer.serialize_i64(whole);
        }
        match self.0.parse::<f64>() {
            Ok(number) if number.is_finite() => serializer.serialize_f64(number),
            _ => serializer.serialize_str(&self.0),
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
                Ok(Figure(number.to_string()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Figure, E> {
                Ok(Figure(number.to_string()))
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
