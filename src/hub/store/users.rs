//! The people who open the hub's pages, and whose login a name is.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::directory::{self, CredentialKind};
use super::{HubTx, Row, Value};
use crate::error::{Error, Result};

/// What somebody at the hub's pages may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, people and settings too.
    Owner,
    /// The day's work: shops, schedule, shipments, stock, buying, production, orders, devices.
    Dispatcher,
    /// The stops of one route.
    Salesman,
    /// One supplier's products at the distributor's.
    Supplier,
}

impl Role {
    /// All of them, the one who may most first.
    pub const ALL: &[Self] = &[
        Self::Owner,
        Self::Dispatcher,
        Self::Salesman,
        Self::Supplier,
    ];

    /// Those who run the distributor's day.
    pub const OFFICE: &[Self] = &[Self::Owner, Self::Dispatcher];

    /// As stored, and as programs read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Dispatcher => "dispatcher",
            Self::Salesman => "salesman",
            Self::Supplier => "supplier",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == text)
    }
}

/// Somebody who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// By which the program knows them.
    pub id: String,
    /// As people and the audit log call them.
    pub name: String,
    /// What they type to log in, in lower case; nobody else in the whole hub has it.
    pub login: String,
    /// What they may do.
    pub role: Role,
    /// Their password in PHC form.
    pub password_hash: String,
    /// The tag of the language that the pages greet them in.
    pub language: String,
    /// The route that a salesman drives.
    pub route_id: Option<String>,
    /// Whose products a supplier's login sees.
    pub supplier: Option<String>,
    /// May log in.
    pub active: bool,
    /// Counts the changes.
    pub version: i64,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When the password was set.
    pub password_at: DateTime<Utc>,
    /// When they last logged in.
    pub last_login: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "id, name, login, role, password_hash, language, route_id, supplier, active, version, \
     created_at_utc, password_at_utc, last_login_utc";

fn from_row(row: &Row) -> Result<User> {
    let role = row.text("role")?;
    Ok(User {
        id: row.text("id")?,
        name: row.text("name")?,
        login: row.text("login")?,
        role: Role::parse(&role)
            .ok_or_else(|| Error::Corrupt(format!("a user has the role {role}")))?,
        password_hash: row.text("password_hash")?,
        language: row.text("language")?,
        route_id: row.text_opt("route_id")?,
        supplier: row.text_opt("supplier")?,
        active: row.flag("active")?,
        version: row.integer("version")?,
        created_at: row.moment("created_at_utc")?,
        password_at: row.moment("password_at_utc")?,
        last_login: row.moment_opt("last_login_utc")?,
    })
}

/// A login as the directory knows it; no secret that is presented is one.
#[must_use]
pub fn login_hash(login: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(b"login ");
    digest.update(login.as_bytes());
    digest.finalize().into()
}

/// The user with this identity.
pub fn find(tx: &mut dyn HubTx, id: &str) -> Result<Option<User>> {
    one(tx, "id", id)
}

/// The user with this login.
pub fn by_login(tx: &mut dyn HubTx, login: &str) -> Result<Option<User>> {
    one(tx, "login", login)
}

fn one(tx: &mut dyn HubTx, column: &str, value: &str) -> Result<Option<User>> {
    tx.query_row(
        &format!("SELECT {COLUMNS} FROM users WHERE tenant_id = tenant() AND {column} = $1"),
        &[value.into()],
    )?
    .map(|row| from_row(&row))
    .transpose()
}

/// Everybody, those who may log in first, by name.
pub fn list(tx: &mut dyn HubTx) -> Result<Vec<User>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM users WHERE tenant_id = tenant() ORDER BY active DESC, name, id"
        ),
        &[],
    )?
    .iter()
    .map(from_row)
    .collect()
}

/// How many users there are, those who may not log in too.
pub fn count(tx: &mut dyn HubTx) -> Result<i64> {
    tally(tx, "")
}

/// How many owners may log in.
pub fn active_owners(tx: &mut dyn HubTx) -> Result<i64> {
    tally(tx, " AND role = 'owner' AND active = 1")
}

fn tally(tx: &mut dyn HubTx, condition: &str) -> Result<i64> {
    let sql = format!("SELECT count(*) AS n FROM users WHERE tenant_id = tenant(){condition}");
    tx.query_row(&sql, &[])?
        .map_or(Ok(0), |row| row.integer("n"))
}

/// Adds a user and their login.
///
/// # Errors
/// [`Error::Invalid`] when somebody else in the whole hub has the login.
pub fn insert(tx: &mut dyn HubTx, user: &User) -> Result<()> {
    tx.execute(
        "INSERT INTO users (tenant_id, id, name, login, role, password_hash, language, route_id, supplier, active,
             version, created_at_utc, password_at_utc)
         VALUES (tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            (&user.id).into(),
            (&user.name).into(),
            (&user.login).into(),
            user.role.as_str().into(),
            (&user.password_hash).into(),
            (&user.language).into(),
            user.route_id.clone().into(),
            user.supplier.clone().into(),
            user.active.into(),
            user.version.into(),
            user.created_at.into(),
            user.password_at.into(),
        ],
    )?;
    directory::enter(
        tx,
        &login_hash(&user.login),
        CredentialKind::Login,
        &user.id,
    )
}

/// Writes what can be changed of a user but the password, and counts the change.
pub fn update(tx: &mut dyn HubTx, user: &User) -> Result<()> {
    tx.execute(
        "UPDATE users SET name = $1, role = $2, language = $3, route_id = $4, supplier = $5, active = $6,
             version = version + 1
         WHERE tenant_id = tenant() AND id = $7",
        &[
            (&user.name).into(),
            user.role.as_str().into(),
            (&user.language).into(),
            user.route_id.clone().into(),
            user.supplier.clone().into(),
            user.active.into(),
            (&user.id).into(),
        ],
    )?;
    Ok(())
}

/// Gives a user another password.
pub fn set_password(
    tx: &mut dyn HubTx,
    id: &str,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let params: [Value; 3] = [password_hash.into(), now.into(), id.into()];
    tx.execute(
        "UPDATE users SET password_hash = $1, password_at_utc = $2, version = version + 1
         WHERE tenant_id = tenant() AND id = $3",
        &params,
    )?;
    Ok(())
}

/// Notes that somebody logged in.
pub fn logged_in(tx: &mut dyn HubTx, id: &str, now: DateTime<Utc>) -> Result<()> {
    tx.execute(
        "UPDATE users SET last_login_utc = $1 WHERE tenant_id = tenant() AND id = $2",
        &[now.into(), id.into()],
    )?;
    Ok(())
}
