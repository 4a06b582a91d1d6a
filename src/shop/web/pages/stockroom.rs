//! What the pages of the stockroom share: their style and scripts, how quantities and moments are said, and errors beside
//! their fields.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::get;
use chrono::DateTime;
use uuid::Uuid;

use super::texts::Texts;
use super::visitor::Visitor;
use super::{Pages, in_unit, with_mark};
use crate::error::{Error, Result};
use crate::model::Quantity;
use crate::shop::access::Role;
use crate::shop::store::days::Moment;
use crate::web::Language;
use crate::web::layout::{Frame, asset, moment};

/// The style sheet of these pages.
const STYLE: &str = "/assets/stockroom.css";

/// Scans from anywhere on a page, and lists that are kept while they are typed.
pub(super) const SCRIPT: &str = "/assets/stockroom.js";

/// Fields by name, as a form sent them.
pub(super) type Fields = BTreeMap<String, String>;

/// Files that go with these pages.
pub(super) fn assets() -> Router<Pages> {
    Router::new()
        .route(
            STYLE,
            get(async || asset("text/css", include_str!("../assets/stockroom.css"))),
        )
        .route(
            SCRIPT,
            get(async || asset("text/javascript", include_str!("../assets/stockroom.js"))),
        )
}

/// The frame of a page of the stockroom, below the menu's `entry`; `path` is the page's own.
pub(super) fn frame(
    pages: &Pages,
    visitor: &Visitor,
    title: &str,
    entry: &str,
    path: &str,
) -> Frame {
    Frame {
        path: path.to_owned(),
        scripts: vec![SCRIPT],
        styles: vec![STYLE],
        ..pages.frame(visitor, title, entry)
    }
}

/// The identity of what a form is going to do, made when the form is.
pub(super) fn fresh_id() -> String {
    Uuid::now_v7().to_string()
}

/// A quantity with its unit, `12 bungkus`; the unit is its name and its base units.
pub(super) fn spoken(quantity: Quantity, unit: &(String, i64), language: Language) -> String {
    format!("{} {}", in_unit(quantity, unit.1, language), unit.0)
}

/// A quantity as a field holds it, and the base units of the unit that it is written in: `unit`'s where that reads back
/// as the same quantity, or else the base unit's. It has no marks between thousands, so that it is read as nothing else
/// when it comes back.
pub(super) fn in_field(quantity: Quantity, unit: i64, language: Language) -> (String, i64) {
    let text = quantity.in_unit(unit);
    match Quantity::parse(&text, unit) {
        Ok(read) if read == quantity => (with_mark(&text, language), unit),
        _ => (quantity.to_string(), 1),
    }
}

/// How many base units the figures of a form are in, as the page told it when it was shown: a unit that was changed since
/// does not change what somebody typed.
pub(super) fn told_factor(fields: &Fields, name: &str, usual: i64) -> i64 {
    match field(fields, name).parse() {
        Ok(told) if (1..=Quantity::LIMIT.0).contains(&told) => told,
        _ => usual,
    }
}

/// What the unit of a field is called: the product's own, or where that does not do the smallest one.
pub(super) fn unit_name(unit: &(String, i64), factor: i64, texts: &Texts) -> String {
    match factor {
        _ if factor == unit.1 => unit.0.clone(),
        1 => texts.smallest_unit.to_owned(),
        // The product's unit was changed while the page lay open.
        _ => format!("{factor} × {}", texts.smallest_unit),
    }
}

/// The same with a sign: `+3 bungkus`.
pub(super) fn signed(quantity: Quantity, unit: &(String, i64), language: Language) -> String {
    let plus = if quantity > Quantity::ZERO { "+" } else { "" };
    format!("{plus}{}", spoken(quantity, unit, language))
}

/// A stored moment as the wall showed it.
pub(super) fn when(pages: &Pages, at: &str, language: Language) -> String {
    DateTime::parse_from_rfc3339(at)
        .map(|at| Moment::new(at.to_utc(), pages.shop.info().timezone).local)
        .map(|local| moment(local, language))
        .unwrap_or_default()
}

/// Whether costs may be shown.
pub(super) fn sees_costs(visitor: &Visitor) -> bool {
    visitor.person.role == Role::Owner
}

/// A field of a form, without blanks around it; '' for one that was not sent.
pub(super) fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", |text| text.trim())
}

/// The names of the wrong fields, or the error that is about none.
pub(super) fn wrong_fields(error: Error) -> Result<Vec<String>> {
    match error {
        Error::Invalid(fields) => Ok(fields.into_iter().map(|field| field.field).collect()),
        other => Err(other),
    }
}
