//! The program itself, from the outside: what it prints, how it ends, and what it says when something is wrong.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The program with these arguments, and none of the settings that the machine has for it.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kulakan"));
    command.args(arguments);
    for (name, _) in std::env::vars() {
        if name.starts_with("KULAKAN_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it to its end.
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// The same on a data folder.
pub fn run_on(folder: &Path, arguments: &[&str]) -> Output {
    command(arguments)
        .arg("--data")
        .arg(folder)
        .output()
        .unwrap()
}

/// Checks that it did what it was asked for, and gives what it printed.
#[track_caller]
pub fn done(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The same as one JSON document.
#[track_caller]
pub fn json(output: &Output) -> Value {
    serde_json::from_str(&done(output)).unwrap()
}

/// Checks that it ended with `code`, printed nothing, and said why in one line, which is given.
#[track_caller]
pub fn refused(output: &Output, code: i32) -> String {
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(output.stdout.is_empty());
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.starts_with("kulakan: "), "{told}");
    told
}
