//! What travels between shops and hubs, held against files that were written once and are never written again.

mod corpus;
mod fuzz;
mod packing;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Asks the tests to write down what is not recorded yet: `KULAKAN_RECORD=1 cargo test --test main wire::`.
const RECORD: &str = "KULAKAN_RECORD";

/// A folder of `tests/data`.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// The files of a folder of `tests/data`, by name.
fn files(name: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(data(name))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{name} is empty");
    found
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Holds what came out against what was recorded in `field` of a file. What is recorded stays: to record it anew,
/// somebody sets it to null by hand and says why.
#[track_caller]
fn hold(path: &Path, mut file: Value, field: &str, found: &Value) {
    if file[field].is_null() && std::env::var_os(RECORD).is_some() {
        file[field] = found.clone();
        let text = serde_json::to_string_pretty(&file).expect("JSON") + "\n";
        std::fs::write(path, text).expect("a file");
        return;
    }
    assert_eq!(&file[field], found, "{}: {field}", path.display());
}
