//! What `kulakan shop` and `kulakan hub` say of backups and checks.

use kulakan::shop::backup::BackupsStatus;

/// How the backups stand, in one line.
pub(super) fn backup_text(backups: &BackupsStatus) -> String {
    let Some(last) = &backups.last else {
        return backups
            .warning
            .clone()
            .unwrap_or_else(|| "none yet".to_owned());
    };
    let mut text = format!(
        "{}, {} hours ago, {}; {} kept, {}",
        last.at.format("%Y-%m-%d %H:%M UTC"),
        backups.age_hours.unwrap_or_default(),
        size(last.bytes),
        backups.count,
        size(backups.bytes)
    );
    if let Some(warning) = &backups.warning {
        text.push_str(&format!("; LOOK AT THIS: {warning}"));
    }
    text
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
