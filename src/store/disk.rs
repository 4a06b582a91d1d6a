//! What a disk has.

use std::path::Path;

use super::backup::with_suffix;

/// Bytes left for this program on the disk of `path`; nothing where the system does not tell.
#[cfg(unix)]
#[must_use]
pub fn free(path: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(path).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

/// Bytes left for this program on the disk of `path`; nothing where the system does not tell.
#[cfg(not(unix))]
#[must_use]
pub fn free(_: &Path) -> Option<u64> {
    None
}

/// Bytes of a database, with the log that is not yet folded into it.
#[must_use]
pub fn database_size(database: &Path) -> u64 {
    [database, &with_suffix(database, "-wal")]
        .iter()
        .filter_map(|path| std::fs::metadata(path).ok())
        .map(|about| about.len())
        .sum()
}
