//! The doctor on real files: each check fails on a database that was damaged in exactly that way.

mod hub;
mod shop;

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::harness::program::run_on;

/// What `kulakan SIDE doctor --json` says, after a check that its exit code says the same.
#[track_caller]
pub fn report(output: &Output) -> Value {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let code = i32::from(report["ok"] != true);
    assert_eq!(output.status.code(), Some(code), "{report}");
    report
}

pub fn examine(side: &str, folder: &Path) -> Value {
    report(&run_on(folder, &[side, "doctor", "--json"]))
}

pub fn repair(side: &str, folder: &Path) -> Value {
    report(&run_on(folder, &[side, "doctor", "--repair", "--json"]))
}

/// The names of the checks that were not passed.
pub fn failed(report: &Value) -> Vec<&str> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["ok"] == false)
        .map(|check| check["name"].as_str().unwrap())
        .collect()
}

/// What one check says.
pub fn detail<'r>(report: &'r Value, name: &str) -> &'r str {
    let mut checks = report["checks"].as_array().unwrap().iter();
    let check = checks.find(|check| check["name"] == name).unwrap();
    check["detail"].as_str().unwrap()
}
