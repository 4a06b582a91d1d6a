//! Coming in: by name and password, by the hub's PIN where it has no users, or at this machine where it has neither.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

use super::Hub;
use super::store::sessions::{self, Session};
use super::store::users::{self, Role, User};
use super::store::{self, HubTx, identity};
use crate::error::Result;
use crate::web::session::random_secret;
use crate::wire::event::Hash;

/// A session unused for this long is over.
pub const IDLE: Duration = Duration::hours(12);

/// A session is over after this long, however much it is used.
pub const LONGEST: Duration = Duration::days(30);

/// A use is noted at most this often, so that reading does not mean writing.
const NOTED_EVERY: Duration = Duration::minutes(10);

/// How the audit log names whoever came in without a name of their own.
pub const OWNER: &str = "owner";

/// What stands between a passer-by and the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// Somebody has a login, or the hub is several distributors': a name and a password are asked for.
    pub logins: bool,
    /// The hub's PIN lets its owner in: one is set, and the hub has no users.
    pub pin: bool,
}

impl Door {
    /// There is nothing to ask for: the pages open on this machine alone.
    #[must_use]
    pub fn only_here(self) -> bool {
        !self.logins && !self.pin
    }
}

/// Who is at the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user; empty for the owner of a hub without users.
    pub id: String,
    /// As the audit log names them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// A salesman's route.
    pub route_id: Option<String>,
    /// A supplier's name in the catalogue.
    pub supplier: Option<String>,
}

impl Person {
    /// The owner of a hub without users.
    #[must_use]
    pub fn owner() -> Self {
        Self {
            id: String::new(),
            name: OWNER.to_owned(),
            role: Role::Owner,
            route_id: None,
            supplier: None,
        }
    }
}

impl From<User> for Person {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            role: user.role,
            route_id: user.route_id,
            supplier: user.supplier,
        }
    }
}

/// What an attempt to come in led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogIn {
    /// They are in, with this secret for their cookie, and read this language if they have said so.
    Welcome {
        /// What the cookie is to hold; only its digest is kept.
        secret: String,
        /// A language's tag.
        language: Option<String>,
    },
    /// Name and password, or PIN, do not fit.
    Wrong,
    /// Too many wrong ones of late: nothing was looked at; the seconds to wait.
    TooOften(i64),
}

/// A session's secret as it is kept. It carries 256 random bits, so a plain digest cannot be guessed back.
pub(super) fn digest(secret: &str) -> Hash {
    Hash(Sha256::digest(secret.as_bytes()).into())
}

fn is_over(session: &Session, now: DateTime<Utc>) -> bool {
    now - session.used_at >= IDLE || now - session.started_at >= LONGEST
}

impl Hub {
    /// What the pages ask a newcomer for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn door(&self) -> Result<Door> {
        store::read(self.store(), |tx| {
            let has_pin = identity::load(tx)?.pin_hash.is_some();
            let users = users::count(tx)?;
            Ok(Door {
                logins: users > 0 || identity::tenants(tx)?.len() > 1,
                pin: has_pin && users == 0,
            })
        })
        .await
    }

    /// Whoever holds the session of `secret` at this distributor's. A use `by_hand` keeps it alive.
    ///
    /// # Errors
    /// What the database said.
    pub async fn admitted(&self, secret: &str, by_hand: bool) -> Result<Option<Person>> {
        let (hash, now) = (digest(secret), self.now());
        let found = store::read(self.store(), move |tx| {
            let Some(session) = sessions::find(tx, hash)? else {
                return Ok(None);
            };
            let person = holder(tx, &session.user_id)?;
            Ok(person.map(|person| (person, session)))
        })
        .await?;
        let Some((person, session)) = found.filter(|(_, session)| !is_over(session, now)) else {
            return Ok(None);
        };
        if by_hand && (now - session.used_at).abs() >= NOTED_EVERY {
            store::write(self.store(), move |tx| sessions::touch(tx, hash, now)).await?;
        }
        Ok(Some(person))
    }

    /// Lets somebody in by name and password; which distributor they work for follows from the name. A name that nobody
    /// has takes as long as one that somebody has.
    ///
    /// # Errors
    /// What the database said.
    pub async fn log_in(
        &self,
        login: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<LogIn> {
        let (login, now) = (super::users::normalised(login), self.now());
        if let Some(seconds) = self.attempts.begin(&login, address, now) {
            return Ok(LogIn::TooOften(seconds));
        }
        let found = self.whose(&users::login_hash(&login)).await?;
        // Looked for where there is nobody, too: what is not done takes no time.
        let there = found.unwrap_or_else(|| self.clone());
        let asked = login.clone();
        let user = store::read(there.store(), move |tx| users::by_login(tx, &asked))
            .await?
            .filter(|user| user.active);
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let right = self.passwords.matches(password.to_owned(), hash).await?;
        let Some(user) = user.filter(|_| right) else {
            return Ok(LogIn::Wrong);
        };
        self.attempts.succeeded(&login, address);
        let (secret, user_id) = (random_secret()?, user.id);
        let (hash, password_at) = (digest(&secret), user.password_at);
        let begun = store::write(there.store(), move |tx| {
            // Switched off or given another password while this one was being looked at.
            let still = users::find(tx, &user_id)?
                .is_some_and(|user| user.active && user.password_at == password_at);
            if still {
                begin(tx, hash, &user_id, now)?;
                users::logged_in(tx, &user_id, now)?;
            }
            Ok(still)
        })
        .await?;
        Ok(match begun {
            true => LogIn::Welcome {
                secret,
                language: Some(user.language),
            },
            false => LogIn::Wrong,
        })
    }

    /// Lets the owner of a hub without users in by its PIN.
    ///
    /// # Errors
    /// What the database said.
    pub async fn log_in_by_pin(&self, pin: &str, address: Option<IpAddr>) -> Result<LogIn> {
        let now = self.now();
        // No login is empty.
        if let Some(seconds) = self.attempts.begin("", address, now) {
            return Ok(LogIn::TooOften(seconds));
        }
        let hash = store::read(self.store(), |tx| {
            let alone = users::count(tx)? == 0;
            Ok(identity::load(tx)?.pin_hash.filter(|_| alone))
        })
        .await?;
        if !self.passwords.matches(pin.to_owned(), hash).await? {
            return Ok(LogIn::Wrong);
        }
        self.attempts.succeeded("", address);
        let secret = random_secret()?;
        let hash = digest(&secret);
        store::write(self.store(), move |tx| begin(tx, hash, "", now)).await?;
        Ok(LogIn::Welcome {
            secret,
            language: None,
        })
    }

    /// Ends the session of `secret`.
    ///
    /// # Errors
    /// What the database said.
    pub async fn log_out(&self, secret: &str) -> Result<()> {
        let hash = digest(secret);
        store::write(self.store(), move |tx| sessions::end(tx, hash)).await
    }
}

fn begin(tx: &mut dyn HubTx, hash: Hash, user_id: &str, now: DateTime<Utc>) -> Result<()> {
    sessions::forget(tx, now - IDLE, now - LONGEST)?;
    sessions::insert(tx, hash, user_id, now)
}

/// Whose session it is, if they may come in still.
fn holder(tx: &mut dyn HubTx, user_id: &str) -> Result<Option<Person>> {
    if user_id.is_empty() {
        // The PIN is the way in until there are users.
        return Ok((users::count(tx)? == 0).then(Person::owner));
    }
    let user = users::find(tx, user_id)?;
    Ok(user.filter(|user| user.active).map(Person::from))
}
