//! Backups: taken from a shop that sells, kept, thinned out, put back; and nothing lost wherever that is cut off.

mod hub;
mod nightly;
mod replace;
mod restore;
mod taken;

use std::path::Path;

use rusqlite::Connection;

/// One number out of a database file.
pub fn number(file: &Path, sql: &str) -> i64 {
    let connection = Connection::open(file).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
