//! Walking the shelf: a count that grows scan by scan, kept by the daemon, by one person or several.
//!
//! Each product counts as of the moment its counting began, so that the till may go on selling: what is sold afterwards
//! is taken off by its own movement. A figure typed in counts the product anew, at that moment. What nobody counted
//! stays as the book has it, unless somebody says that there is none.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use uuid::Uuid;

use super::count::{self, Sum};
use super::measure;
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, Quantity, SaleId, Sku};
use crate::shop::Shop;
use crate::shop::faults::Faults;
use crate::shop::figure::Figure;
use crate::shop::outcome::Outcome;
use crate::shop::store::counts::{self as rows, CountLineRow, Countable, CountingRow, Entry};
use crate::shop::store::days::Moment;
use crate::shop::store::{audit, ledger, products, purchases};
use crate::store::WriteTx;

/// The most counts listed.
const HISTORY: i64 = 50;

/// A count as it stands.
#[derive(Debug, Clone)]
pub struct Counting {
    /// The count.
    pub head: CountingRow,
    /// What was counted so far, the last touched first.
    pub lines: Vec<CountingLine>,
    /// Goods that it is expected to meet and that nobody counted, in the order of their names.
    pub uncounted: Vec<Countable>,
    /// The ledger's last movement; goods said to be gone are counted as of it.
    pub at_seq: i64,
}

/// What was counted of a product so far, base units.
#[derive(Debug, Clone)]
pub struct CountingLine {
    /// Its code.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// What it is counted in at the least.
    pub base_unit: BaseUnit,
    /// What was counted.
    pub counted: Quantity,
    /// That less the book.
    pub difference: Quantity,
    /// The difference at the product's cost.
    pub value: Money,
    /// Goods of it moved between its first and its last scan: it should be counted anew.
    pub disturbed: bool,
    /// Who counted it last.
    pub by: String,
    /// Larger for what was touched later.
    pub place: i64,
}

/// Which goods a count is expected to meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything that is sold.
    All,
    /// A category.
    Category(String),
    /// Whatever is scanned.
    Free,
}

/// What is told of a product in a count.
#[derive(Debug, Clone)]
pub struct CountingEntry {
    /// The entry's own identity, so that sending it again counts nothing: 1 to 64 letters, digits, `-`, `_`.
    pub tap: String,
    /// The product's code, or a barcode on one of its units.
    pub code: String,
    /// How many.
    pub how: Counted,
}

/// How a product is counted.
#[derive(Debug, Clone)]
pub enum Counted {
    /// One more of the unit that the barcode is on, or of the main unit.
    OneMore,
    /// So many of the unit in all (by default the main unit), counted now.
    InAll(Figure, Option<String>),
    /// So many base units in all, counted now.
    InBaseUnits(Figure),
    /// As if nobody had counted it.
    NotYet,
}

impl Shop {
    /// Begins a count. Whoever has one of the same goods in which nothing was counted yet is given that.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a category that no product has.
    pub async fn open_counting(&self, scope: Scope, by: &str) -> Result<String> {
        let by = by.to_owned();
        self.record(move |tx, now| {
            let (kind, category) = match &scope {
                Scope::All => ("all", ""),
                Scope::Free => ("free", ""),
                Scope::Category(category) => {
                    if !rows::categories(tx)?.contains(category) {
                        let message = format!("no product is of {category:?}");
                        return Err(Error::invalid("category", message));
                    }
                    ("category", category.as_str())
                }
            };
            let untouched = |row: &CountingRow| {
                row.state == "open"
                    && row.opened_by == by
                    && (row.scope.as_str(), row.category.as_str()) == (kind, category)
            };
            for row in rows::list(tx, HISTORY)?.into_iter().filter(untouched) {
                if rows::counted(tx, &row.id, None)?.is_empty() {
                    return Ok(row.id);
                }
            }
            let id = Uuid::now_v7().to_string();
            rows::open(tx, &id, (kind, category), &by, now)?;
            Ok(id)
        })
        .await
    }

    /// Counts, those under way first, then the newest.
    ///
    /// # Errors
    /// What the database says.
    pub async fn countings(&self) -> Result<Vec<CountingRow>> {
        self.db
            .read(|connection| rows::list(connection, HISTORY))
            .await
    }

    /// The categories that goods can be counted by.
    ///
    /// # Errors
    /// What the database says.
    pub async fn categories(&self) -> Result<Vec<String>> {
        self.db.read(rows::categories).await
    }

    /// A count as it stands.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn counting(&self, id: &str) -> Result<Counting> {
        let id = id.to_owned();
        self.db
            .read(move |connection| standing(connection, &id))
            .await
    }

    /// What a saved count came to, the greatest differences in rupiah first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counting_result(&self, id: &str) -> Result<Vec<CountLineRow>> {
        let id = id.to_owned();
        self.db
            .read(move |connection| rows::lines(connection, &id))
            .await
    }

    /// Counts a product; gives how it stands in the count now, or nothing once it is as if nobody had counted it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a count or a code that there is not, [`Error::Invalid`] for a figure that cannot be,
    /// [`Error::Refused`] for a count that has ended.
    pub async fn count_into(
        &self,
        id: &str,
        entry: CountingEntry,
        by: &str,
    ) -> Result<Option<CountingLine>> {
        let tap =
            SaleId::parse(&entry.tap).map_err(|error| Error::invalid("tap", error.to_string()))?;
        let (id, by) = (id.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            open_counting(tx, &id)?;
            let product_id = enter(tx, now, &id, tap.as_str(), &entry, &by)?;
            let counted = rows::counted(tx, &id, Some(product_id))?;
            let line = counted.get(&product_id);
            line.map(|counted| line_of(tx, product_id, counted))
                .transpose()
                .map(Option::flatten)
        })
        .await
    }

    /// Ends a count: sets the book to what was counted, and to nothing for the products of `gone`, of which somebody says
    /// as of movement `at_seq` that there is none. A count that was saved already is answered so.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] for a count thrown away or one in which nothing was counted.
    pub async fn save_counting(
        &self,
        id: &str,
        gone: BTreeSet<String>,
        at_seq: i64,
        by: &str,
    ) -> Result<Outcome<()>> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            if counting(tx, &id)?.state == "saved" {
                return Ok(Outcome::Already(()));
            }
            open_counting(tx, &id)?;
            save(tx, now, &id, &gone, at_seq, &by).map(Outcome::Recorded)
        })
        .await
    }

    /// Throws a count away; the book stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] for a count that was saved.
    pub async fn drop_counting(&self, id: &str, by: &str) -> Result<()> {
        let (id, by) = (id.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            match counting(tx, &id)?.state.as_str() {
                "dropped" => return Ok(()),
                "saved" => {
                    return Err(Error::Refused("this count is saved already".to_owned()));
                }
                _ => {}
            }
            rows::close(tx, &id, "dropped", &by, now)?;
            audit::record(tx, now, &by, "count.dropped", &id, "")
        })
        .await
    }
}

fn counting(connection: &Connection, id: &str) -> Result<CountingRow> {
    rows::by_id(connection, id)?.ok_or_else(|| Error::NotFound(format!("there is no count {id}")))
}

fn open_counting(connection: &Connection, id: &str) -> Result<CountingRow> {
    let head = counting(connection, id)?;
    if head.state != "open" {
        return Err(Error::Refused("this count has ended already".to_owned()));
    }
    Ok(head)
}

fn standing(connection: &Connection, id: &str) -> Result<Counting> {
    let head = counting(connection, id)?;
    let counted = if head.state == "open" {
        rows::counted(connection, id, None)?
    } else {
        BTreeMap::new()
    };
    let mut lines = Vec::with_capacity(counted.len());
    for (product_id, counted) in &counted {
        lines.extend(line_of(connection, *product_id, counted)?);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.place));
    let uncounted = if head.scope == "free" || head.state != "open" {
        Vec::new()
    } else {
        let category = Some(head.category.as_str()).filter(|_| head.scope == "category");
        let mut expected = rows::expected(connection, category)?;
        expected.retain(|product| !counted.contains_key(&product.product_id));
        expected
    };
    Ok(Counting {
        at_seq: ledger::last_seq(connection)?,
        head,
        lines,
        uncounted,
    })
}

fn line_of(
    connection: &Connection,
    product_id: i64,
    counted: &rows::Counted,
) -> Result<Option<CountingLine>> {
    let Some(product) = products::sellable_of(connection, product_id)? else {
        return Ok(None);
    };
    let difference = counted.quantity - count::book_at(connection, product_id, counted.at_seq)?;
    Ok(Some(CountingLine {
        value: Money::for_quantity(product.cost, product.main_factor, difference.0),
        sku: product.sku,
        name: product.name,
        unit: (product.main_unit, product.main_factor),
        base_unit: product.base_unit,
        counted: counted.quantity,
        difference,
        disturbed: rows::moved_between(connection, product_id, counted.at_seq, counted.last_seq)?,
        by: counted.by.clone(),
        place: counted.place,
    }))
}

/// Keeps an entry; gives the product's row.
fn enter(
    tx: &WriteTx<'_>,
    now: &Moment,
    count: &str,
    tap: &str,
    entry: &CountingEntry,
    by: &str,
) -> Result<i64> {
    let code = entry.code.trim();
    let owner = products::scanned(tx, code)?;
    let (sku, unit) = match &owner {
        Some(owner) => (owner.sku.as_str(), Some(owner.unit.as_str())),
        None => (code, None),
    };
    let named = match &entry.how {
        Counted::InAll(_, unit) => unit.as_deref(),
        _ => unit,
    };
    if products::sellable(tx, sku)?.is_none() {
        return Err(Error::NotFound(format!("no product has the code {code:?}")));
    }
    let mut faults = Faults::default();
    let found = measure::find(tx, &mut faults, "", sku, named)?;
    let quantity = found.as_ref().and_then(|found| {
        let quantity = match &entry.how {
            Counted::OneMore => Ok(Quantity(found.factor)),
            Counted::NotYet => Ok(Quantity::ZERO),
            Counted::InAll(figure, _) => in_all(figure, found, found.factor),
            Counted::InBaseUnits(figure) => in_all(figure, found, 1),
        };
        faults.note("quantity", quantity)
    });
    faults.into_result()?;
    let (Some(found), Some(quantity)) = (found, quantity) else {
        return Err(Error::Internal("a fault was not told".to_owned()));
    };
    let product_id = found.product.product_id;
    let so_far = rows::counted(tx, count, Some(product_id))?;
    let so_far = so_far
        .get(&product_id)
        .map_or(Quantity::ZERO, |counted| counted.quantity);
    if so_far + quantity > Quantity::LIMIT {
        return Err(Error::invalid(
            "quantity",
            format!("is more than {}", Quantity::LIMIT),
        ));
    }
    let kept = Entry {
        tap,
        product_id,
        kind: match &entry.how {
            Counted::OneMore => "add",
            Counted::InAll(..) | Counted::InBaseUnits(_) => "set",
            Counted::NotYet => "clear",
        },
        quantity,
        ledger_seq: ledger::last_seq(tx)?,
        by,
    };
    rows::enter(tx, count, &kept, now)?;
    Ok(product_id)
}

fn in_all(figure: &Figure, of: &measure::Measured, factor: i64) -> Result<Quantity, String> {
    let quantity = figure.base_units(of.product.base_unit, factor)?;
    match quantity >= Quantity::ZERO {
        true => Ok(quantity),
        false => Err("must be 0 or more".to_owned()),
    }
}

fn save(
    tx: &WriteTx<'_>,
    now: &Moment,
    id: &str,
    gone: &BTreeSet<String>,
    at_seq: i64,
    by: &str,
) -> Result<()> {
    let last = ledger::last_seq(tx)?;
    if !(0..=last).contains(&at_seq) {
        return Err(Error::invalid("at_seq", format!("must be 0 to {last}")));
    }
    let counted = rows::counted(tx, id, None)?;
    let mut sums: BTreeMap<Sku, Sum> = BTreeMap::new();
    let mut add = |product: products::Sellable, quantity, at_seq| {
        let sum = Sum {
            product,
            quantity,
            at_seq,
        };
        sums.entry(sum.product.sku.clone()).or_insert(sum);
    };
    for (product_id, counted) in &counted {
        if let Some(product) = products::sellable_of(tx, *product_id)? {
            add(product, counted.quantity, counted.at_seq);
        }
    }
    for sku in gone {
        let product = products::sellable(tx, sku)?
            .ok_or_else(|| Error::NotFound(format!("no product has the code {sku:?}")))?;
        add(product, Quantity::ZERO, at_seq);
    }
    if sums.is_empty() {
        return Err(Error::Refused("nothing was counted yet".to_owned()));
    }
    let about: BTreeMap<Sku, (i64, Money, i64)> = sums
        .iter()
        .map(|(sku, sum)| {
            let product = &sum.product;
            (
                sku.clone(),
                (product.product_id, product.cost, product.main_factor),
            )
        })
        .collect();
    let (mut goods, mut worth) = (0, Money::ZERO);
    for line in count::settle_all(tx, now, id, sums)? {
        let Some((product_id, cost, factor)) = about.get(&line.sku).copied() else {
            continue;
        };
        let value = Money::for_quantity(cost, factor, line.difference.0);
        goods += 1;
        worth += value;
        rows::insert_line(tx, id, product_id, line.counted, line.difference, value)?;
    }
    rows::close(tx, id, "saved", by, now)?;
    purchases::remark(tx, id, "", by)?;
    let detail = serde_json::json!({ "products": goods, "difference": worth, "ledger_seq": ledger::last_seq(tx)? });
    audit::record(tx, now, by, "stock.counted", id, &detail.to_string())
}
