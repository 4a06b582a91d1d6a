//! Reads the tables out of schema files, so far as two dialects can be compared by eye.

use std::collections::BTreeMap;

/// Each table with its columns in order.
pub type Tables = BTreeMap<String, Vec<String>>;

/// What a table definition may hold besides columns.
const NO_COLUMN: &[&str] = &[
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "FOREIGN",
    "CHECK",
    "EXCLUDE",
];

/// The tables that the statements of one file create, and the columns they add to others.
pub fn tables(sql: &str) -> Tables {
    let mut tables = Tables::new();
    for statement in sql_without_comments(sql).split(';') {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let is =
            |at: usize, word: &str| words.get(at).is_some_and(|w| w.eq_ignore_ascii_case(word));
        if is(0, "CREATE") && is(1, "TABLE") {
            let Some((head, body)) = statement.split_once('(') else {
                continue;
            };
            let body = body.rsplit_once(')').map_or(body, |(inside, _)| inside);
            let Some(name) = head.split_whitespace().last() else {
                continue;
            };
            tables.insert(bare(name), columns(body));
        } else if is(0, "ALTER") && is(1, "TABLE") && is(3, "ADD") {
            let column = if is(4, "COLUMN") {
                words.get(5)
            } else {
                words.get(4)
            };
            if let (Some(table), Some(column)) = (words.get(2), column) {
                tables.entry(bare(table)).or_default().push(bare(column));
            }
        }
    }
    tables
}

/// What differs between two dialects of the same file, a line for each table.
pub fn differences(name: &str, sqlite: &str, postgres: &str) -> Vec<String> {
    let (left, right) = (tables(sqlite), tables(postgres));
    let mut names: Vec<&String> = left.keys().chain(right.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |table: &&String| left.get(*table) != right.get(*table);
    names
        .into_iter()
        .filter(differs)
        .map(|table| {
            format!(
                "{name}: table {table} has columns {:?} in SQLite, {:?} in PostgreSQL",
                left.get(table),
                right.get(table)
            )
        })
        .collect()
}

/// Names must run 0001, 0002 ... without a gap; says where they do not.
pub fn numbering_gap(names: &[String]) -> Option<String> {
    names.iter().enumerate().find_map(|(index, name)| {
        let expected = format!("{:04}_", index + 1);
        (!name.starts_with(&expected))
            .then(|| format!("{name}: expected a file {expected}*.sql here"))
    })
}

fn columns(body: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0_usize;
    for sign in body.chars() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(item) = items.last_mut() {
            item.push(sign);
        }
    }
    items
        .iter()
        .filter_map(|item| {
            item.split(|sign: char| sign.is_whitespace() || sign == '(')
                .find(|w| !w.is_empty())
        })
        .filter(|word| !NO_COLUMN.contains(&word.to_ascii_uppercase().as_str()))
        .map(bare)
        .collect()
}

fn bare(name: &str) -> String {
    name.trim_matches(|sign| matches!(sign, '"' | '`' | '[' | ']'))
        .to_owned()
}

fn sql_without_comments(sql: &str) -> String {
    let lines = sql
        .lines()
        .map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    lines.collect::<Vec<_>>().join("\n")
}
