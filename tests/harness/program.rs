//! The program itself, from the outside: what it prints, how it ends, and what it says when something is wrong.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

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

/// `kulakan hub run`, killed at the latest when the test is over.
pub struct HubProcess {
    pub child: Child,
    /// Where it answers.
    pub url: String,
}

impl HubProcess {
    /// Started, and answering.
    pub fn start(folder: &Path) -> Self {
        let mut child = command(&["hub", "run", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = log
            .by_ref()
            .map(|line| line.unwrap())
            .find_map(|line| {
                let (_, rest) = line.split_once("address=")?;
                rest.split_whitespace().next().map(ToOwned::to_owned)
            })
            .expect("a line with the address");
        // Somebody has to read on, or the process stops at a full pipe.
        std::thread::spawn(move || log.for_each(drop));
        Self {
            child,
            url: format!("http://{address}"),
        }
    }

    /// The most memory that it has held, in MB.
    pub fn peak_megabytes(&self) -> f64 {
        let file = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(file).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
        kibibytes.unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
