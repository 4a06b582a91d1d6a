//! What `kulakan shop` and `kulakan hub` say of backups and checks.

use anyhow::Result;
use kulakan::error::Error;
use kulakan::shop::doctor::Report;

use super::Output;

/// Prints what a check came to; where something is wrong, the command has failed.
pub(super) fn print_report(report: &Report, side: &str, output: Output) -> Result<()> {
    output.print(report, || report_text(report))?;
    if report.ok {
        return Ok(());
    }
    let failed: Vec<&str> = report
        .checks
        .iter()
        .filter(|check| !check.ok)
        .map(|check| check.name)
        .collect();
    let mut told = format!("not in order: {}", failed.join(", "));
    if report.repairable() && report.backup.is_none() {
        told.push_str(&format!("; kulakan {side} doctor --repair rebuilds that"));
    }
    Err(Error::Refused(told).into())
}

fn report_text(report: &Report) -> String {
    let mut lines: Vec<String> = report
        .checks
        .iter()
        .map(|check| {
            let verdict = if check.ok { "ok" } else { "WRONG" };
            format!("{:<13} {verdict:<6} {}", check.name, check.detail)
        })
        .collect();
    if let Some(backup) = &report.backup {
        lines.push(format!("backup        {}", backup.display()));
    }
    lines.extend(
        report
            .repaired
            .iter()
            .map(|line| format!("repaired      {line}")),
    );
    lines.join("\n")
}

/// Bytes for people.
pub(super) fn size(bytes: u64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < units.len() {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{bytes} B")
    } else {
        format!("{size:.1} {}", units[unit])
    }
}
