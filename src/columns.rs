//! Which column of a file is which, and which rows count: for every reader of files that people bring.

use std::str::FromStr;

/// Columns of a file under names of its own: `date=tanggal,sku=item` reads our `date` from its `tanggal`.
///
/// Where any is given, columns that are neither named here nor known are left out; where none is, they are refused,
/// because a misspelt name would otherwise be silently without effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns(Vec<(String, String)>);

/// Only rows whose column `column` holds exactly `value`: `store=292`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The file's own name of the column.
    pub column: String,
    /// What it must hold.
    pub value: String,
}

impl FromStr for Columns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pairs = text.split(',').map(pair).collect::<Result<Vec<_>, _>>()?;
        for (index, (ours, _)) in pairs.iter().enumerate() {
            if pairs.iter().take(index).any(|(other, _)| other == ours) {
                return Err(format!("{ours} is given twice"));
            }
        }
        Ok(Self(pairs))
    }
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (column, value) = pair(text)?;
        Ok(Self { column, value })
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => {
            Ok((left.trim().to_lowercase(), right.trim().to_owned()))
        }
        _ => Err(format!("{text:?} is not of the form name=value")),
    }
}

/// The columns that a kind of file has.
#[derive(Debug)]
pub struct Shape {
    /// Every column, those that are needed first.
    pub columns: &'static [&'static str],
    /// How many of them are needed.
    pub needed: usize,
}

/// Where each column of a [`Shape`] is in one file, and what its rows must hold.
#[derive(Debug)]
pub struct Layout {
    places: Vec<Option<usize>>,
    filters: Vec<(usize, String)>,
    /// Columns of the file.
    pub width: usize,
}

impl Layout {
    /// From a file's header; otherwise what is wrong with the header or with the options.
    pub fn new<'h>(
        shape: &Shape,
        header: impl Iterator<Item = &'h str>,
        columns: &Columns,
        filters: &[Filter],
    ) -> Result<Self, Vec<String>> {
        let header: Vec<String> = header.map(|name| name.trim().to_lowercase()).collect();
        let mut wrong = Vec::new();
        for (index, name) in header.iter().enumerate() {
            if !name.is_empty() && header.iter().take(index).any(|other| other == name) {
                wrong.push(format!("the column {name:?} is there twice"));
            }
        }
        let place = |name: &str| {
            let name = name.to_lowercase();
            header.iter().position(|column| *column == name)
        };
        for (ours, theirs) in &columns.0 {
            if !shape.columns.contains(&ours.as_str()) {
                wrong.push(format!(
                    "{ours:?} is none of the columns {}",
                    shape.columns.join(",")
                ));
            } else if place(theirs).is_none() {
                wrong.push(format!("the file has no column {theirs:?}"));
            }
        }
        let places: Vec<Option<usize>> = shape
            .columns
            .iter()
            .map(|ours| {
                let renamed = columns.0.iter().find(|(name, _)| name == ours);
                place(renamed.map_or(ours, |(_, theirs)| theirs))
            })
            .collect();
        for (ours, found) in shape.columns.iter().zip(&places).take(shape.needed) {
            if found.is_none() {
                wrong.push(format!("the column {ours:?} is missing"));
            }
        }
        let mut kept = Vec::new();
        for filter in filters {
            match place(&filter.column) {
                Some(place) => kept.push((place, filter.value.clone())),
                None => wrong.push(format!("the file has no column {:?}", filter.column)),
            }
        }
        if columns.0.is_empty() {
            for (index, name) in header.iter().enumerate() {
                // Spreadsheets leave columns without a name at the end.
                let used = name.is_empty()
                    || places.contains(&Some(index))
                    || kept.iter().any(|(at, _)| *at == index);
                if !used {
                    wrong.push(format!(
                        "the column {name:?} is unknown; known are {}",
                        shape.columns.join(",")
                    ));
                }
            }
        }
        if wrong.is_empty() {
            Ok(Self {
                places,
                filters: kept,
                width: header.len(),
            })
        } else {
            Err(wrong)
        }
    }

    /// Where a column of the shape is in the file.
    pub fn place(&self, column: usize) -> Option<usize> {
        self.places.get(column).copied().flatten()
    }

    /// Whether a row passes the filters.
    pub fn wants<'r>(&self, cell: impl Fn(usize) -> Option<&'r str>) -> bool {
        self.filters
            .iter()
            .all(|(place, value)| cell(*place).is_some_and(|cell| cell.trim() == value))
    }
}
