//! The program's own look at the database, which must come to the same as the independent reader's.

use std::path::Path;

use serde_json::Value;

use super::program::command;

/// What the doctor finds wrong with the shop in `folder`, each check by its name.
pub fn faults(folder: &Path) -> Vec<String> {
    let output = command(["shop", "doctor", "--json", "--data"])
        .arg(folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let Ok(report) = serde_json::from_str::<Value>(&told) else {
        let error = String::from_utf8_lossy(&output.stderr);
        return vec![format!("the doctor could not look: {error}")];
    };
    let checks = report["checks"].as_array().map_or(&[][..], Vec::as_slice);
    let mut faults: Vec<String> = checks
        .iter()
        .filter(|check| check["ok"] != true)
        .map(|check| format!("doctor, {}: {}", check["name"], check["detail"]))
        .collect();
    let sound = report["ok"] == true && output.status.success() && !checks.is_empty();
    if !sound && faults.is_empty() {
        faults.push(format!("the doctor is not content: {report}"));
    }
    faults
}
