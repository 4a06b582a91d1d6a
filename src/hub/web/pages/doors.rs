//! Which role may open what: one table, and what is not in it is closed to everybody.

use axum::http::Method;

use crate::hub::store::users::Role;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever asks, logged in or not.
    Anybody,
    /// Somebody in one of these roles.
    In(&'static [Role]),
}

const OWNER: Who = Who::In(&[Role::Owner]);
const OFFICE: Who = Who::In(Role::OFFICE);
const EVERYBODY: Who = Who::In(Role::ALL);
const ROUTE: Who = Who::In(&[Role::Owner, Role::Dispatcher, Role::Salesman]);
const SUPPLIED: Who = Who::In(&[Role::Supplier]);

/// The beginning of a path, by whole folders; who may look there; who may change something there. Of several beginnings
/// the longest counts.
const DOORS: &[(&str, Who, Who)] = &[
    ("/", OFFICE, OFFICE),
    ("/rencana", OFFICE, OFFICE),
    ("/toko", OFFICE, OFFICE),
    ("/barang", OFFICE, OFFICE),
    ("/jadwal", OFFICE, OFFICE),
    ("/kiriman", OFFICE, OFFICE),
    ("/rute-saya", ROUTE, ROUTE),
    ("/gudang", OFFICE, OFFICE),
    ("/belanja", OFFICE, OFFICE),
    ("/pemasok", OFFICE, OFFICE),
    ("/pemasok-saya", SUPPLIED, SUPPLIED),
    ("/produksi", OFFICE, OFFICE),
    ("/ekspor", OFFICE, OFFICE),
    ("/pesanan", OFFICE, OFFICE),
    ("/pelanggan", OFFICE, OFFICE),
    ("/biaya", OFFICE, OFFICE),
    ("/perangkat", OFFICE, OFFICE),
    ("/orang", OWNER, OWNER),
    ("/pengaturan", OWNER, OWNER),
    ("/catatan", OWNER, OWNER),
    ("/lainnya", EVERYBODY, EVERYBODY),
    ("/sandi", EVERYBODY, EVERYBODY),
    ("/keluar", EVERYBODY, EVERYBODY),
    // By an address that nobody can guess.
    ("/lacak", Who::Anybody, OFFICE),
    // The same in every hub.
    ("/assets", Who::Anybody, OWNER),
];

/// Who may ask for `path` in this way; nobody where the table does not say.
pub(super) fn who(method: &Method, path: &str) -> Option<Who> {
    let covers = |start: &str| {
        path == start
            || (start != "/"
                && path
                    .strip_prefix(start)
                    .is_some_and(|rest| rest.starts_with('/')))
    };
    DOORS
        .iter()
        .filter(|(start, ..)| covers(start))
        .max_by_key(|(start, ..)| start.len())
        .map(|(_, look, change)| if method.is_safe() { *look } else { *change })
}

/// Whether somebody in `role` may ask for `path` in this way.
pub(super) fn may(role: Role, method: &Method, path: &str) -> bool {
    match who(method, path) {
        Some(Who::Anybody) => true,
        Some(Who::In(roles)) => roles.contains(&role),
        None => false,
    }
}

/// The page on which a role's day begins.
pub(super) fn home(role: Role) -> &'static str {
    match role {
        Role::Owner | Role::Dispatcher => "/",
        Role::Salesman => "/rute-saya",
        Role::Supplier => "/pemasok-saya",
    }
}
