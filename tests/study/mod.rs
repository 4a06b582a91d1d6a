//! The published studies, by the program and by its library.

// Figures of the print are compared with themselves.
#![allow(clippy::float_cmp)]

mod bakery;
mod bakery_input;
mod vmi;
mod vmi_input;

use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::program::command;

/// Runs `kulakan study` with these arguments.
fn study(arguments: &[&str]) -> Output {
    command(&["study"]).args(arguments).output().unwrap()
}

/// What it printed, once it did what it was asked for.
#[track_caller]
fn done(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(told, "");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn json(arguments: &[&str]) -> Value {
    let printed = done(&study(&[arguments, &["--json"]].concat()));
    serde_json::from_str(&printed).unwrap()
}

/// Checks that it failed with 1, printed nothing, and said why in one line that names the file.
#[track_caller]
fn refused(study_name: &str, input: &str) -> String {
    let (_folder, file) = file(input);
    let output = study(&[study_name, "--input", &file]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(output.stdout.is_empty());
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("own.toml"), "{told}");
    told
}

/// A file with this text; it lives as long as its folder.
fn file(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path.to_str().unwrap().to_owned())
}

/// The study's own figures as the program gives them to start from, one thing replaced.
#[track_caller]
fn changed(study_name: &str, from: &str, to: &str) -> String {
    let example = done(&study(&[study_name, "--example"]));
    assert!(example.contains(from), "no {from}");
    example.replacen(from, to, 1)
}

/// The drawing that the program writes.
fn drawing(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plot.svg");
    let plot = ["--plot", path.to_str().unwrap()];
    done(&study(&[arguments, &plot].concat()));
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(
        svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"")
            && svg.trim_end().ends_with("</svg>")
    );
    assert!(
        !svg.contains("NaN") && !svg.contains("inf"),
        "a figure that is none"
    );
    for tag in ["text", "style", "title"] {
        assert_eq!(
            svg.matches(&format!("<{tag}")).count(),
            svg.matches(&format!("</{tag}>")).count(),
            "{tag}"
        );
    }
    svg
}

#[track_caller]
fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}

#[track_caller]
fn near(found: &Value, wanted: f64, allowed: f64) {
    let found = number(found);
    assert!((found - wanted).abs() <= allowed, "{found}, not {wanted}");
}
