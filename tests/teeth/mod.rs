//! The broken builds of `tests/teeth/list` must not rot: every patch still applies, and every test that is to notice it
//! is still there. `tests/teeth/run` shows that they are noticed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/teeth")
}

/// Name, invariants and tests of each broken build.
fn list() -> Vec<(String, Vec<u32>, Vec<String>)> {
    let text = std::fs::read_to_string(folder().join("list")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let [name, invariants, tests] = line.split('|').collect::<Vec<_>>()[..] else {
                panic!("tests/teeth/list: {line}");
            };
            let invariants = invariants.split(',').map(|number| number.trim().parse());
            (
                name.trim().to_owned(),
                invariants.collect::<Result<_, _>>().unwrap(),
                tests.split_whitespace().map(ToOwned::to_owned).collect(),
            )
        })
        .collect()
}

#[test]
fn every_patch_has_its_row_and_still_applies() {
    let listed: BTreeSet<String> = list().into_iter().map(|(name, ..)| name).collect();
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".patch").map(ToOwned::to_owned)
        })
        .collect();
    assert_eq!(listed, found, "rows of the list and patches");
    let stale: Vec<String> = found
        .iter()
        .filter_map(|name| {
            let checked = Command::new("git")
                .args(["apply", "--check"])
                .arg(folder().join(format!("{name}.patch")))
                .current_dir(env!("CARGO_MANIFEST_DIR"))
                .output()
                .expect("git");
            let told = String::from_utf8_lossy(&checked.stderr);
            (!checked.status.success()).then(|| format!("{name}: {told}"))
        })
        .collect();
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

#[test]
fn every_test_that_is_to_notice_a_broken_build_is_there() {
    let all = Command::new(std::env::current_exe().unwrap())
        .arg("--list")
        .output()
        .unwrap();
    let all = String::from_utf8(all.stdout).unwrap();
    let all: BTreeSet<&str> = all
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .collect();
    let list = list();
    let missing: Vec<_> = list
        .iter()
        .flat_map(|(name, _, tests)| tests.iter().map(move |test| (name, test)))
        .filter(|(_, test)| !all.contains(test.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(list.iter().all(|(_, invariants, tests)| {
        !tests.is_empty() && invariants.iter().all(|number| (1..=19).contains(number))
    }));
}
