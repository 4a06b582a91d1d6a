//! Changes of a cart.

use sha2::{Digest, Sha256};

use super::content::{Content, Line};
use super::measure::{self, Measure};
use super::view::Cart;
use super::{Changed, no_cart, standing};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity, Sku};
use crate::shop::faults::{Faults, optional_text};
use crate::shop::figure::Figure;
use crate::shop::products::check_price;
use crate::shop::store::carts::{self as rows, CartRow, CartState};
use crate::shop::store::days::Moment;
use crate::shop::store::products::{self, Definition, ProductRow, Unit};
use crate::shop::till::request::{LINES_LIMIT, NOTE_LIMIT};
use crate::store::WriteTx;

/// The most characters of a quantity.
const FIGURE_LIMIT: usize = 32;

/// Codes without a product that a cart remembers: beyond that nobody reads a list.
const UNKNOWN_LIMIT: usize = 20;

/// Whether this is what a scanner reads off a product, and not what somebody typed to search for one.
#[must_use]
pub fn looks_like_code(text: &str) -> bool {
    (4..=48).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A change that a page asks for.
#[derive(Debug, Clone)]
pub struct ChangeRequest {
    /// The version of the cart that the page showed.
    pub version: i64,
    /// Chosen by the page when it was loaded, so that the same change from two pages is two changes.
    pub page: String,
    /// What to do.
    pub change: Change,
}

/// What to do with a cart.
#[derive(Debug, Clone)]
pub enum Change {
    /// Puts something in: on top of a line that has it already, or as a line of its own.
    Add {
        /// A barcode, which carries its unit, or a product's code.
        code: String,
        /// The unit; by default the barcode's, or the product's main unit.
        unit: Option<String>,
        /// How many; by default 1.
        quantity: Option<Figure>,
    },
    /// Corrects a line; what is not given stays.
    Line {
        /// Which.
        key: u32,
        /// How many of the unit.
        quantity: Option<Figure>,
        /// Another unit.
        unit: Option<String>,
        /// What one costs; `Some(None)` for the usual price again.
        price: Option<Option<Money>>,
        /// Taken off, at most its amount.
        discount: Option<Discount>,
        /// Whatever is worth remembering.
        note: Option<String>,
    },
    /// One more or one less: of a unit, or a quarter of one that is weighed by the kilogram or poured by the litre. The
    /// last one less takes the line out.
    Step {
        /// Which line.
        key: u32,
        /// More, and not less.
        up: bool,
    },
    /// How much of loose goods, other than in their unit.
    Measure {
        /// Which line.
        key: u32,
        /// How much.
        by: Measure,
    },
    /// Takes a line out.
    Remove {
        /// Which.
        key: u32,
    },
    /// Remembers a code that no product has: what bears it lies on the counter and is not in the cart.
    Unknown {
        /// As it was scanned.
        code: String,
    },
    /// Somebody has seen to a code that no product has.
    Seen {
        /// Which.
        code: String,
    },
    /// Discount and note of the whole sale; what is not given stays.
    Sale {
        /// Taken off the sum of the lines, at most that.
        discount: Option<Discount>,
        /// Whatever is worth remembering.
        note: Option<String>,
    },
}

/// What is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// So many rupiah.
    Amount(Money),
    /// So much of a hundred, of what it would cost now.
    Percent(u8),
}

impl Discount {
    fn of(self, amount: Money) -> Money {
        match self {
            Self::Amount(off) => off,
            Self::Percent(percent) => Money::for_quantity(amount, 100, i64::from(percent.min(100))),
        }
    }
}

pub(super) fn change(
    tx: &WriteTx<'_>,
    now: &Moment,
    id: &str,
    request: &ChangeRequest,
) -> Result<Changed> {
    let Some(mut row) = rows::by_id(tx, id)? else {
        return Err(no_cart(id));
    };
    if matches!(row.state, CartState::Sold | CartState::Dropped) {
        return Ok(Changed::Over(standing(tx, row)?));
    }
    let mut content = Content::read(&row)?;
    let digest = digest(request);
    if content.knows(&digest) {
        return Ok(Changed::Done(Cart::load(tx, row)?));
    }
    // Something more is something more, whatever else changed; a correction is of what was seen.
    let corrects = !matches!(
        request.change,
        Change::Add { .. } | Change::Unknown { .. } | Change::Seen { .. }
    );
    if row.version != request.version && corrects {
        return Ok(Changed::Stale(Cart::load(tx, row)?));
    }
    if !apply(tx, &mut content, &row, &request.change)? {
        return Ok(Changed::Unknown(Cart::load(tx, row)?));
    }
    content.remember(digest);
    store(tx, now, &mut row, &content)?;
    Ok(Changed::Done(Cart::load(tx, row)?))
}

/// Writes a cart's content as its next version.
pub(super) fn store(
    tx: &WriteTx<'_>,
    now: &Moment,
    row: &mut CartRow,
    content: &Content,
) -> Result<()> {
    row.content = serde_json::to_string(content)
        .map_err(|error| Error::Internal(format!("writing a cart: {error}")))?;
    row.version += 1;
    rows::update(tx, now, row)
}

fn digest(request: &ChangeRequest) -> String {
    let text = format!("{} {} {:?}", request.version, request.page, request.change);
    let digest = Sha256::digest(text.as_bytes());
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Makes a change; whether what it names is known.
fn apply(tx: &WriteTx<'_>, content: &mut Content, row: &CartRow, change: &Change) -> Result<bool> {
    match change {
        Change::Add {
            code,
            unit,
            quantity,
        } => return add(tx, content, code, unit.as_deref(), quantity.as_ref()),
        Change::Remove { key } => remove(content, *key),
        Change::Unknown { code } => {
            let known = content.unknown.contains(code);
            if looks_like_code(code) && !known && content.unknown.len() < UNKNOWN_LIMIT {
                content.unknown.push(code.clone());
            }
        }
        Change::Seen { code } => content.unknown.retain(|unknown| unknown != code),
        Change::Measure { key, by } => measure::measure(tx, content, *key, by)?,
        Change::Step { key, up } => step(tx, content, *key, *up)?,
        Change::Line {
            key,
            quantity,
            unit,
            price,
            discount,
            note,
        } => {
            let Some(line) = content.line(*key) else {
                return Err(Error::NotFound(format!("the cart has no line {key}")));
            };
            correct(tx, line, quantity.as_ref(), unit.as_deref(), *price)?;
            let mut faults = Faults::default();
            if let Some(note) = note
                && let Some(note) = faults.note("note", optional_text(note, NOTE_LIMIT))
            {
                line.note = note;
            }
            faults.into_result()?;
            content.touched = Some(*key);
            // What makes a line come to an amount is no discount that the page shows or takes away.
            let for_amount = content.line(*key).is_some_and(|line| line.worth.is_some());
            if let Some(discount) = discount
                && !(for_amount && *discount == Discount::Amount(Money::ZERO))
            {
                let amount = amount_of(&shown(tx, row, content)?, *key);
                let off = limited("discount", discount.of(amount), amount)?;
                if let Some(line) = content.line(*key) {
                    line.worth = None;
                    line.discount = off.0;
                }
            }
        }
        Change::Sale { discount, note } => {
            if let Some(note) = note {
                content.note = optional_text(note, NOTE_LIMIT)
                    .map_err(|message| Error::invalid("note", message))?;
            }
            if let Some(discount) = discount {
                let total = shown(tx, row, content)?.lines_total;
                content.discount = limited("discount", discount.of(total), total)?.0;
            }
        }
    }
    Ok(true)
}

/// The cart as it would be shown with this content.
fn shown(tx: &WriteTx<'_>, row: &CartRow, content: &Content) -> Result<Cart> {
    let content = serde_json::to_string(content)
        .map_err(|error| Error::Internal(format!("writing a cart: {error}")))?;
    Cart::load(
        tx,
        CartRow {
            content,
            ..row.clone()
        },
    )
}

/// What a line comes to before its discount.
fn amount_of(cart: &Cart, key: u32) -> Money {
    cart.lines
        .iter()
        .find(|line| line.key == key)
        .map_or(Money::ZERO, |line| line.total + line.discount)
}

fn limited(field: &str, off: Money, most: Money) -> Result<Money> {
    if off < Money::ZERO || off > most {
        return Err(Error::invalid(field, format!("must be 0 to {}", most.0)));
    }
    Ok(off)
}

fn add(
    tx: &WriteTx<'_>,
    content: &mut Content,
    code: &str,
    unit: Option<&str>,
    quantity: Option<&Figure>,
) -> Result<bool> {
    let code = code.trim();
    let owner = products::scanned(tx, code)?;
    let (sku, carried) = match &owner {
        Some(owner) => (owner.sku.as_str(), Some(owner.unit.as_str())),
        None => (code, None),
    };
    // A code that cannot be one is not worth a question.
    if Sku::parse(sku).is_err() {
        return Ok(false);
    }
    let Some(ProductRow { definition, .. }) = products::by_sku(tx, sku)? else {
        return Ok(false);
    };
    if !definition.active {
        return Ok(false);
    }
    // It was added to the catalogue meanwhile.
    content.unknown.retain(|unknown| unknown != code);
    let unit = unit.or(carried).unwrap_or(&definition.main_unit).to_owned();
    let one = Figure::from(1);
    let figure = meant(&definition, &unit, quantity.unwrap_or(&one))?;
    let more = base_units(&definition, &unit, &figure)?;
    let same = content.lines.iter_mut().find(|line| {
        line.sku == definition.sku.as_str()
            && line.unit == unit
            && line.price.is_none()
            && line.note.is_empty()
            && line.worth.is_none()
    });
    if let Some(line) = same {
        let has = base_units(&definition, &unit, &Figure::from_text(&line.quantity))?;
        let together = Figure::of(has + more, definition.factor(&unit));
        base_units(&definition, &unit, &together)?;
        line.quantity = together.as_str().to_owned();
        content.touched = Some(line.key);
        return Ok(true);
    }
    if content.lines.len() >= LINES_LIMIT {
        return Err(Error::invalid(
            "code",
            format!("the cart has {LINES_LIMIT} lines already"),
        ));
    }
    content.push(Line {
        sku: definition.sku.to_string(),
        quantity: figure.as_str().to_owned(),
        unit,
        ..Line::default()
    });
    Ok(true)
}

fn remove(content: &mut Content, key: u32) {
    content.lines.retain(|line| line.key != key);
    content.touched = content.lines.last().map(|line| line.key);
}

fn step(tx: &WriteTx<'_>, content: &mut Content, key: u32, up: bool) -> Result<()> {
    let Some(line) = content.line(key) else {
        return Err(Error::NotFound(format!("the cart has no line {key}")));
    };
    let Some(ProductRow { definition, .. }) = products::by_sku(tx, &line.sku)? else {
        return Ok(());
    };
    let factor = definition.factor(&line.unit);
    let step = match definition.base_unit {
        BaseUnit::Gram | BaseUnit::Millilitre if factor >= 1000 => Quantity(factor / 4),
        _ => Quantity(factor),
    };
    let has = base_units(&definition, &line.unit, &Figure::from_text(&line.quantity))?;
    if !up && has <= step {
        remove(content, key);
        return Ok(());
    }
    let then = Figure::of(if up { has + step } else { has - step }, factor);
    base_units(&definition, &line.unit, &then)?;
    line.set_quantity(then.as_str());
    content.touched = Some(key);
    Ok(())
}

fn correct(
    tx: &WriteTx<'_>,
    line: &mut Line,
    quantity: Option<&Figure>,
    unit: Option<&str>,
    price: Option<Option<Money>>,
) -> Result<()> {
    let Some(ProductRow { definition, .. }) = products::by_sku(tx, &line.sku)? else {
        return Ok(());
    };
    if let Some(unit) = unit.filter(|unit| *unit != line.unit) {
        if definition.unit(unit).is_none() {
            let message = format!("{} is not sold by {unit:?}", definition.name);
            return Err(Error::invalid("unit", message));
        }
        unit.clone_into(&mut line.unit);
        line.forget_worth();
        // It was agreed on for the other unit.
        line.price = None;
        line.discount = 0;
    }
    if let Some(quantity) = quantity {
        let quantity = meant(&definition, &line.unit, quantity)?;
        base_units(&definition, &line.unit, &quantity)?;
        line.set_quantity(quantity.as_str());
    }
    if let Some(price) = price {
        let checked = price.map(|price| check_price(price.0)).transpose();
        let price = checked.map_err(|message| Error::invalid("price", message))?;
        let price = price.map(|price| price.0);
        if line.price != price {
            line.forget_worth();
        }
        line.price = price;
    }
    Ok(())
}

fn sold_by<'a>(definition: &'a Definition, unit: &str) -> Result<&'a Unit> {
    definition.unit(unit).ok_or_else(|| {
        let message = format!("{} is not sold by {unit:?}", definition.name);
        Error::invalid("unit", message)
    })
}

/// The one meaning of what somebody typed; a cart keeps that, because the language of who typed it is known now only.
fn meant(definition: &Definition, unit: &str, quantity: &Figure) -> Result<Figure> {
    let unit = sold_by(definition, unit)?;
    quantity
        .meant(definition.base_unit, unit.factor)
        .map_err(|message| Error::invalid("quantity", message))
}

fn base_units(definition: &Definition, unit: &str, quantity: &Figure) -> Result<Quantity> {
    let unit = sold_by(definition, unit)?;
    // Zeros in front of a number could go on for ever.
    if quantity.as_str().len() > FIGURE_LIMIT {
        return Err(Error::invalid("quantity", "is not a number"));
    }
    quantity
        .positive(definition.base_unit, unit.factor)
        .map_err(|message| Error::invalid("quantity", message))
}
