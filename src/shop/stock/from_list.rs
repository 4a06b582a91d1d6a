//! A list of goods to take in, begun from what was bought by a shopping list.
//!
//! The shopping list names goods in text, `MIE:40,GULA:75000`: a product's code and base units. The text comes by way of
//! a link, so what of it cannot be is left out and told, and the rest goes on.

use chrono::{Days, NaiveDate};
use rusqlite::Connection;
use uuid::Uuid;

use super::purchase::{PurchaseContent, PurchaseEntry, written};
use super::receive::LINES_LIMIT;
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Quantity};
use crate::shop::Shop;
use crate::shop::products::Product;
use crate::shop::store::products;
use crate::shop::store::purchases as rows;

/// The longest text that is looked at, bytes: more than a list of goods may have lines.
const TEXT_LIMIT: usize = 100_000;

/// A code with more commas than this less one is not found by the text.
const PARTS_OF_A_CODE: usize = 4;

/// What a text of goods means.
#[derive(Debug, Clone, Default)]
pub struct Bought {
    /// The goods, each product once.
    pub lines: Vec<BoughtLine>,
    /// What is left out.
    pub left_out: Vec<LeftOut>,
}

/// A product that was bought.
#[derive(Debug, Clone)]
pub struct BoughtLine {
    /// The product.
    pub product: Product,
    /// Base units.
    pub quantity: Quantity,
    /// The unit that these are whole numbers of: its name, and base units in it.
    pub unit: (String, i64),
}

/// A part of the text that no line is made of.
#[derive(Debug, Clone)]
pub struct LeftOut {
    /// As it was written.
    pub text: String,
    /// Why.
    pub why: Why,
}

/// Why a part of the text is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No product has the code.
    Unknown,
    /// It has no quantity above 0, or one beyond [`Quantity::LIMIT`].
    Quantity,
    /// The goods are somebody else's until sold: they come in with their owner.
    Consigned,
}

impl Shop {
    /// What a text of goods such as `MIE:40,GULA:75000` means.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a text that is too long.
    pub async fn bought(&self, text: &str) -> Result<Bought> {
        let text = text.to_owned();
        self.db
            .read(move |connection| read(connection, &text))
            .await
    }

    /// Begins a list of goods under the identity `id` with what `text` means (see [`Shop::bought`]); gives the identity.
    /// A list that was begun under it before is left as it is.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an identity that is no UUID, or a text that names nothing to take in.
    pub async fn open_purchase_of(&self, id: &str, text: &str, by: &str) -> Result<String> {
        let id = Uuid::parse_str(id)
            .map_err(|_| Error::invalid("id", "must be a UUID"))?
            .to_string();
        let (text, by) = (text.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            if rows::draft(tx, &id)?.is_some() {
                return Ok(id);
            }
            let bought = read(tx, &text)?;
            if bought.lines.is_empty() {
                return Err(Error::invalid("barang", "names nothing to take in"));
            }
            let today = now.local.date();
            let content = PurchaseContent {
                supplier: only_supplier(&bought.lines),
                paid_how: "other".to_owned(),
                lines: bought.lines.iter().map(|line| entry(line, today)).collect(),
                ..PurchaseContent::default()
            };
            rows::open_draft(tx, &id, &written(&content)?, &by, now)?;
            Ok(id)
        })
        .await
    }
}

/// The last day that goods which come in today are expected to be sold on, as lists propose it; '' for goods that keep.
pub fn expected_expiry(product: &Product, today: NaiveDate) -> String {
    product
        .shelf_life_days
        .and_then(|days| today.checked_add_days(Days::new(u64::from(days))))
        .map(|day| day.to_string())
        .unwrap_or_default()
}

fn entry(line: &BoughtLine, today: NaiveDate) -> PurchaseEntry {
    PurchaseEntry {
        sku: line.product.sku.to_string(),
        unit: line.unit.0.clone(),
        quantity: line.quantity.in_unit(line.unit.1).replace('.', ","),
        expires: expected_expiry(&line.product, today),
        ..PurchaseEntry::default()
    }
}

/// Who all of it is usually bought from; '' where that is not one and the same.
fn only_supplier(lines: &[BoughtLine]) -> String {
    let mut suppliers = lines.iter().map(|line| line.product.supplier.as_str());
    let first = suppliers.next().unwrap_or_default();
    if suppliers.all(|supplier| supplier == first) {
        first.to_owned()
    } else {
        String::new()
    }
}

fn read(connection: &Connection, text: &str) -> Result<Bought> {
    if text.len() > TEXT_LIMIT {
        let message = format!("is longer than {TEXT_LIMIT} characters");
        return Err(Error::invalid("barang", message));
    }
    let mut bought = Bought::default();
    // A product's code may hold commas itself: parts that mean nothing alone may belong to what follows them.
    let mut pending: Vec<&str> = Vec::new();
    for part in text.split(',') {
        pending.push(part);
        let earliest = pending.len().saturating_sub(PARTS_OF_A_CODE);
        for start in earliest..pending.len() {
            let pair = pending.get(start..).unwrap_or_default().join(",");
            let Some((product, figure)) = product(connection, &pair)? else {
                continue;
            };
            pending.truncate(start);
            bought.leave_out(&mut pending);
            bought.add(pair, product, &figure);
            break;
        }
    }
    bought.leave_out(&mut pending);
    Ok(bought)
}

/// The product of a pair, and the figure behind it.
fn product(connection: &Connection, pair: &str) -> Result<Option<(Product, String)>> {
    let Some((sku, figure)) = pair.rsplit_once(':') else {
        return Ok(None);
    };
    let row = products::by_sku(connection, sku.trim())?;
    Ok(row.map(|row| (row.definition.into(), figure.trim().to_owned())))
}

impl Bought {
    fn leave_out(&mut self, parts: &mut Vec<&str>) {
        let parts = parts.drain(..).map(str::trim);
        for text in parts.filter(|text| !text.is_empty()) {
            let why = if text.contains(':') {
                Why::Unknown
            } else {
                Why::Quantity
            };
            self.left_out.push(LeftOut {
                text: text.to_owned(),
                why,
            });
        }
    }

    fn add(&mut self, text: String, product: Product, figure: &str) {
        let room = self.lines.len() < LINES_LIMIT;
        let known = self
            .lines
            .iter_mut()
            .find(|line| line.product.sku == product.sku);
        let already = known.as_ref().map_or(0, |line| line.quantity.0);
        let quantity = figure
            .parse::<u32>()
            .ok()
            .filter(|quantity| *quantity > 0)
            .map(|quantity| Quantity(already + i64::from(quantity)))
            .filter(|quantity| *quantity <= Quantity::LIMIT);
        let why = match quantity {
            None => Why::Quantity,
            Some(_) if product.consignment => Why::Consigned,
            Some(quantity) => {
                let line = BoughtLine {
                    unit: unit(&product, quantity),
                    product,
                    quantity,
                };
                match known {
                    Some(known) => *known = line,
                    None if room => self.lines.push(line),
                    None => {}
                }
                return;
            }
        };
        self.left_out.push(LeftOut { text, why });
    }
}

/// The unit in which so much is said in a whole number: the one it is ordered in, or else the main one, or any; what can
/// be divided is said in its main unit all the same.
fn unit(product: &Product, quantity: Quantity) -> (String, i64) {
    let main = (product.unit.clone(), product.main_factor());
    let ordered = (product.order_unit.clone(), product.pack_size.0);
    let any = product
        .units
        .iter()
        .map(|unit| (unit.name.clone(), unit.factor));
    [ordered, main.clone()]
        .into_iter()
        .chain(any.filter(|_| product.base_unit == BaseUnit::Piece))
        .find(|(_, factor)| *factor > 0 && quantity.0 % factor == 0)
        .unwrap_or(main)
}
