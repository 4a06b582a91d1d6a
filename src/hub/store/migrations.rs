//! The steps of the hub's schema: the same names in both dialects.
//!
//! Applied ones are frozen; a change is a further file in `schema/hub/sqlite` and in `schema/hub/postgres`.

macro_rules! dialect {
    ($dialect:literal: $($name:literal)+) => {
        &[$((
            concat!("hub/", $dialect, "/", $name, ".sql"),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/schema/hub/", $dialect, "/", $name, ".sql"
            )),
        )),+]
    };
}

macro_rules! steps {
    ($($name:literal)+) => {
        /// For SQLite: name and statements.
        pub(super) const SQLITE: &[(&str, &str)] = dialect!("sqlite": $($name)+);
        /// For PostgreSQL: name and statements.
        pub const POSTGRES: &[(&str, &str)] = dialect!("postgres": $($name)+);
    };
}

steps! {
    "0001_hub"
    "0002_copies"
    "0003_offsite"
    "0004_tenants"
    "0005_warehouse"
    "0006_plans"
    "0007_shipping"
    "0008_orders"
    "0009_production"
    "0010_users"
    "0011_devices"
    "0012_links"
    "0013_returns_told"
}
