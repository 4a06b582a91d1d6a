//! One text of SQL as each database takes it.

use std::borrow::Cow;

/// What stands for the tenant in a statement.
const TENANT: &str = "tenant()";

/// The text for SQLite, with `?1..?n` for `$1..$n` so that a number means the same wherever it stands, and
/// `?n+1` for the tenant; and whether the tenant occurs.
pub(super) fn for_sqlite(sql: &str, count: usize) -> (String, bool) {
    let (text, asks_for_tenant) = with_tenant(sql, count);
    (text.replace('$', "?"), asks_for_tenant)
}

/// The text with `$n+1` for the tenant, as PostgreSQL takes it; and whether the tenant occurs.
pub(super) fn with_tenant(sql: &str, count: usize) -> (Cow<'_, str>, bool) {
    if sql.contains(TENANT) {
        let parameter = format!("${}", count + 1);
        (Cow::Owned(sql.replace(TENANT, &parameter)), true)
    } else {
        (Cow::Borrowed(sql), false)
    }
}
