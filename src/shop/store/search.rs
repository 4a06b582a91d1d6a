//! Finding goods by what somebody types.
//!
//! Every word must be there, in whichever order they are remembered, in capitals or not, with or without accents: one or
//! two letters at the beginning of a word of the name or the code, more of them anywhere in either or in a barcode.

use chrono::NaiveDate;
use rusqlite::{Connection, ToSql};

use super::products::{self, ProductRow};
use crate::error::Result;

/// Words of a search beyond which nobody remembers more.
const WORDS: usize = 8;

/// Letters from which on a word is looked for anywhere.
const PART: usize = 3;

/// A text to be looked for, as a condition on the products `p` of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    sets: Vec<String>,
    values: Vec<String>,
}

impl Wanted {
    /// What `text` asks for; its parameters are numbered from `first` on. `None` for a text of blanks, which nothing is
    /// found by.
    #[must_use]
    pub fn of(text: &str, first: usize) -> Option<Self> {
        let mut wanted = Self {
            sets: Vec::new(),
            values: Vec::new(),
        };
        let separates = |letter: char| letter.is_whitespace() || letter.is_control();
        for word in text
            .split(separates)
            .filter(|word| !word.is_empty())
            .take(WORDS)
        {
            if word.chars().count() >= PART {
                wanted.part(word, first);
            } else {
                if !word.contains(char::is_alphanumeric) {
                    wanted.sign(word, first);
                    continue;
                }
                let pieces = word.split(|letter: char| !letter.is_alphanumeric());
                for piece in pieces.filter(|piece| !piece.is_empty()) {
                    let place = wanted.value(format!("{}*", quoted(piece)), first);
                    wanted.sets.push(format!(
                        "SELECT rowid FROM product_words WHERE product_words MATCH ?{place}"
                    ));
                }
            }
        }
        (!wanted.sets.is_empty()).then_some(wanted)
    }

    fn part(&mut self, word: &str, first: usize) {
        let place = self.value(quoted(word), first);
        let mut set = format!("SELECT rowid FROM product_parts WHERE product_parts MATCH ?{place}");
        if word.contains(|letter: char| letter.is_ascii_digit()) {
            let place = self.value(format!("%{}%", escaped(word)), first);
            set.push_str(&format!(
                " UNION ALL SELECT product_id FROM barcodes WHERE barcode LIKE ?{place} ESCAPE '\\'"
            ));
        }
        self.sets.push(set);
    }

    /// No index knows a sign that stands alone; few names have one.
    fn sign(&mut self, sign: &str, first: usize) {
        let place = self.value(format!("%{}%", escaped(sign)), first);
        self.sets.push(format!(
            "SELECT id FROM products WHERE name LIKE ?{place} ESCAPE '\\'"
        ));
    }

    fn value(&mut self, value: String, first: usize) -> usize {
        self.values.push(value);
        first + self.values.len() - 1
    }

    /// The condition.
    #[must_use]
    pub fn condition(&self) -> String {
        let each: Vec<String> = self
            .sets
            .iter()
            .map(|set| format!("p.id IN ({set})"))
            .collect();
        each.join(" AND ")
    }

    /// Its parameters, in order.
    pub fn values(&self) -> impl Iterator<Item = &dyn ToSql> {
        self.values.iter().map(|value| value as &dyn ToSql)
    }
}

/// Active products that a text finds, as a till offers them: the one whose code or barcode is exactly the text, those
/// whose name begins with it, and among equals what sold most since `since`.
pub fn offered(
    connection: &Connection,
    text: &str,
    since: NaiveDate,
    limit: usize,
) -> Result<Vec<ProductRow>> {
    let text = text.trim();
    let Some(wanted) = Wanted::of(text, 5) else {
        return Ok(Vec::new());
    };
    let mut found = products::exactly(connection, text, true)?;
    // Quantities count pieces, grams or millilitres: a kilogram is one sale as a piece is.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM products p
         WHERE {} AND p.active = 1
             AND NOT (p.sku = ?1 OR p.id IN (SELECT product_id FROM barcodes WHERE barcode = ?1))
         ORDER BY p.name LIKE ?2 ESCAPE '\\' DESC,
             coalesce((SELECT sum(f.sold + f.imported) FROM daily_flows f
                       WHERE f.product_id = p.id AND f.business_date >= ?3), 0)
                 / iif(p.base_unit = 'piece', 1, 1000) DESC,
             lower(p.name), p.sku
         LIMIT ?4",
        products::COLUMNS,
        wanted.condition(),
    ))?;
    let beginning = format!("{}%", escaped(text));
    let left = i64::try_from(limit.saturating_sub(found.len())).unwrap_or(i64::MAX);
    let mut values: Vec<&dyn ToSql> = vec![&text, &beginning, &since, &left];
    values.extend(wanted.values());
    let rows = statement.query_map(&values[..], products::from_row)?;
    found.extend(rows.collect::<Result<Vec<_>, _>>()?);
    found
        .into_iter()
        .map(|row| products::with_units(connection, row))
        .collect()
}

/// A word as a string of FTS5, whatever it holds.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

/// `LIKE` with the text taken as it stands.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}
