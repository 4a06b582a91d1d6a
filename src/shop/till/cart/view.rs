//! A cart as it stands now: at today's prices, with what keeps it from being paid.

use rusqlite::Connection;

use super::change::{Change, Discount};
use super::content::{Content, Line};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity};
use crate::shop::figure::Figure;
use crate::shop::store::carts::{CartRow, CartState};
use crate::shop::store::products::{self, Definition, ProductRow};
use crate::shop::store::{customers, shelf};
use crate::shop::till::{pay, sell};

/// A cart that is not paid yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Its identity, and that of the sale it becomes.
    pub id: String,
    /// Put aside, and not at a counter.
    pub held: bool,
    /// What a held one is found by, or ''.
    pub label: String,
    /// How often it changed; every change says which one it saw.
    pub version: i64,
    /// What is in it, in the order in which it came.
    pub lines: Vec<CartLine>,
    /// Codes that were scanned and that no product has, until somebody has seen to them.
    pub unknown: Vec<String>,
    /// The line touched last.
    pub touched: Option<u32>,
    /// Sum of the lines.
    pub lines_total: Money,
    /// Taken off that.
    pub discount: Money,
    /// Whatever is worth remembering of the sale, or ''.
    pub note: String,
    /// To pay other than in cash.
    pub due: Money,
    /// To pay in cash: rounded to coins in circulation.
    pub due_in_cash: Money,
    /// Who opened it.
    pub opened_by: String,
    /// When it last changed: RFC 3339, UTC.
    pub changed_at: String,
}

/// A line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Names it for as long as the cart lives.
    pub key: u32,
    /// The product's code.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// What its stock counts.
    pub base_unit: BaseUnit,
    /// The unit sold.
    pub unit: String,
    /// Every unit that it is sold in, with its price for one.
    pub units: Vec<(String, Money)>,
    /// How many of the unit.
    pub quantity: Figure,
    /// What one costs.
    pub price: Money,
    /// That price was agreed on, and is not the usual one.
    pub own_price: bool,
    /// That price is lower than for one alone, because so many are bought.
    pub tier: bool,
    /// The till asks for the price of this product.
    pub open_price: bool,
    /// Taken off.
    pub discount: Money,
    /// The quantity is what this buys, and the discount what makes it come to just that.
    pub worth: Option<Money>,
    /// Whatever is worth remembering, or ''.
    pub note: String,
    /// To pay for the line.
    pub total: Money,
    /// What keeps it from being sold.
    pub problem: Option<LineProblem>,
}

/// What keeps a line of a cart from being sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// The product, or its unit, is no longer sold.
    Gone,
    /// Nobody said what it costs.
    PriceNeeded,
    /// The quantity is none of this unit's.
    Quantity,
}

impl Cart {
    /// Whether a change lets goods go for less than what the shop asks for them and the cart says so far. What is sold by
    /// a price that is asked for each time has no usual one.
    #[must_use]
    pub fn is_made_cheaper_by(&self, change: &Change) -> bool {
        let more = |discount: &Discount, so_far: Money| match discount {
            Discount::Amount(amount) => *amount > so_far,
            Discount::Percent(percent) => *percent > 0,
        };
        match change {
            Change::Line {
                key,
                price,
                discount,
                ..
            } => self.lines.iter().any(|line| {
                let price = price.flatten();
                line.key == *key
                    && (discount
                        .as_ref()
                        .is_some_and(|off| more(off, line.discount))
                        || (!line.open_price && price.is_some_and(|price| price < line.price)))
            }),
            Change::Sale { discount, .. } => discount
                .as_ref()
                .is_some_and(|off| more(off, self.discount)),
            _ => false,
        }
    }

    /// Whether it can be paid.
    #[must_use]
    pub fn payable(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.problem.is_none())
    }

    pub(super) fn load(connection: &Connection, row: CartRow) -> Result<Self> {
        let content = Content::read(&row)?;
        let mut lines = Vec::with_capacity(content.lines.len());
        for line in &content.lines {
            lines.push(CartLine::load(connection, line)?);
        }
        let lines_total: Money = lines.iter().map(|line| line.total).sum();
        // Something was taken out after the discount had been given.
        let discount = Money(content.discount).min(lines_total);
        let due = lines_total - discount;
        Ok(Self {
            id: row.id,
            held: row.state == CartState::Held,
            label: row.label,
            version: row.version,
            lines,
            unknown: content.unknown,
            touched: content.touched,
            lines_total,
            discount,
            note: content.note,
            due,
            due_in_cash: due.rounded_to(pay::cash_rounding(connection)?),
            opened_by: row.opened_by,
            changed_at: row.changed_at_utc,
        })
    }
}

impl Content {
    pub(super) fn read(row: &CartRow) -> Result<Self> {
        serde_json::from_str(&row.content)
            .map_err(|error| Error::Corrupt(format!("cart {}: {error}", row.id)))
    }
}

impl CartLine {
    fn load(connection: &Connection, line: &Line) -> Result<Self> {
        let mut shown = Self {
            key: line.key,
            sku: line.sku.clone(),
            name: line.sku.clone(),
            base_unit: BaseUnit::Piece,
            unit: line.unit.clone(),
            units: Vec::new(),
            quantity: Figure::from_text(&line.quantity),
            price: Money(line.price.unwrap_or(0)),
            own_price: line.price.is_some(),
            tier: false,
            open_price: false,
            discount: Money::ZERO,
            worth: None,
            note: line.note.clone(),
            total: Money::ZERO,
            problem: Some(LineProblem::Gone),
        };
        let Some(ProductRow { id, definition }) = products::by_sku(connection, &line.sku)? else {
            return Ok(shown);
        };
        shown.describe(&definition);
        let unit = products::unit(connection, id, &line.unit)?;
        let (Some(unit), true) = (unit, definition.active) else {
            return Ok(shown);
        };
        let quantity = shown.quantity.positive(definition.base_unit, unit.factor);
        let Ok(quantity) = quantity else {
            shown.problem = Some(LineProblem::Quantity);
            return Ok(shown);
        };
        shown.open_price = shelf::has_open_price(connection, id)?;
        shown.problem = None;
        match line.price {
            Some(price) => shown.price = Money(price),
            None if shown.open_price => shown.problem = Some(LineProblem::PriceNeeded),
            None => {
                shown.price = sell::price_of(connection, id, &line.unit, &unit, quantity)?;
                shown.tier = shown.price < unit.price;
            }
        }
        if shown.problem.is_none() {
            let amount = Money::for_quantity(shown.price, unit.factor, quantity.0);
            shown.discount = Money(line.discount).min(amount);
            shown.total = amount - shown.discount;
            // Not where the price changed since.
            shown.worth = line.worth.map(Money).filter(|worth| *worth == shown.total);
        }
        Ok(shown)
    }

    fn describe(&mut self, definition: &Definition) {
        self.name.clone_from(&definition.name);
        self.base_unit = definition.base_unit;
        self.units = definition
            .units
            .iter()
            .map(|unit| (unit.name.clone(), unit.price))
            .collect();
    }
}

/// Something that can be put into a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The product's code.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The unit that it is spoken of in.
    pub unit: String,
    /// What one of that costs.
    pub price: Money,
    /// The till asks for its price.
    pub open_price: bool,
    /// Base units in stock, by the book.
    pub on_hand: Quantity,
    /// Base units in the unit.
    pub factor: i64,
}

impl Offer {
    pub(super) fn load(connection: &Connection, row: ProductRow) -> Result<Self> {
        let ProductRow { id, definition } = row;
        let unit = definition.unit(&definition.main_unit);
        Ok(Self {
            price: unit.map_or(Money::ZERO, |unit| unit.price),
            factor: unit.map_or(1, |unit| unit.factor),
            open_price: shelf::has_open_price(connection, id)?,
            on_hand: crate::shop::store::ledger::on_hand(connection, id)?,
            sku: definition.sku.to_string(),
            name: definition.name,
            unit: definition.main_unit,
        })
    }
}

/// A customer to whose account a sale can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// Their identity.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they owe, rupiah.
    pub owed: Money,
    /// What they may owe at most; none for no limit.
    pub limit: Option<Money>,
}

impl From<customers::CustomerRow> for Buyer {
    fn from(row: customers::CustomerRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            owed: row.owed,
            limit: row.debt_limit,
        }
    }
}
