//! The people who open the pages: adding them, what each may do, their passwords, and switching them off.
//!
//! A hub has no users at first. The first one is an owner, and from then on one owner at least can log in.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::login::{IDLE, LONGEST, OWNER, Person, digest};
use super::store::users::{self, Role, User};
use super::store::{self, HubTx, audit, catalogue, routes, sessions};
use super::{Hub, checked_name, password};
use crate::error::{Error, FieldError, Result};
use crate::wire::event::Hash;

/// The most people of one distributor.
const MOST: i64 = 2_000;

/// Somebody who is to log in.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Made when the form was; with it the same request again is the same user.
    pub id: Uuid,
    /// What they type to log in.
    pub login: String,
    /// Their first password; one is made where none is given.
    pub password: Option<String>,
    /// All else.
    pub details: UserDetails,
}

/// What can be changed of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDetails {
    /// As people and the audit log call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The tag of the language that the pages greet them in.
    pub language: String,
    /// A salesman's route; disregarded for others.
    pub route_id: Option<String>,
    /// Whose products a supplier's login sees; disregarded for others.
    pub supplier: Option<String>,
}

/// What a login can be for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChoices {
    /// Identity and name of each route.
    pub routes: Vec<(String, String)>,
    /// The names of the suppliers.
    pub suppliers: Vec<String>,
}

/// A user that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeUser {
    /// As kept.
    pub user: User,
    /// The password that was made for them, told once.
    pub password: Option<String>,
}

/// A login as it is compared: without spaces around it, in lower case.
#[must_use]
pub fn normalised(login: &str) -> String {
    login.trim().to_lowercase()
}

fn checked_login(login: &str) -> Result<String> {
    let login = normalised(login);
    let fits =
        |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "._-@".contains(sign);
    if (3..=40).contains(&login.len()) && login.chars().all(fits) {
        return Ok(login);
    }
    Err(Error::invalid(
        "login",
        "must have 3 to 40 of a to z, 0 to 9 and . _ - @",
    ))
}

impl UserDetails {
    /// With what is wrong told by field, and only what the role needs.
    fn checked(self) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut refuse = |field: &str, message: &str| {
            wrong.push(FieldError {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        };
        let name = checked_name("name", &self.name).unwrap_or_default();
        if name.is_empty() {
            refuse("name", "must have 1 to 100 characters");
        }
        let lower = name.to_lowercase();
        let of_programs = ["token ", "device "]
            .iter()
            .any(|start| lower.starts_with(start));
        if lower == OWNER || of_programs {
            refuse("name", "means somebody else in the audit log");
        }
        if crate::web::Language::from_tag(&self.language).is_none() {
            refuse("language", "is id or en");
        }
        let told = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let route_id = told(self.route_id).filter(|_| self.role == Role::Salesman);
        let supplier = told(self.supplier).filter(|_| self.role == Role::Supplier);
        if self.role == Role::Supplier && supplier.is_none() {
            refuse("supplier", "is needed: whose products this login sees");
        }
        match wrong.is_empty() {
            true => Ok(Self {
                name,
                role: self.role,
                language: self.language,
                route_id,
                supplier,
            }),
            false => Err(Error::Invalid(wrong)),
        }
    }

    fn of(user: &User) -> Self {
        Self {
            name: user.name.clone(),
            role: user.role,
            language: user.language.clone(),
            route_id: user.route_id.clone(),
            supplier: user.supplier.clone(),
        }
    }

    fn write_to(self, user: &mut User) {
        user.name = self.name;
        user.role = self.role;
        user.language = self.language;
        user.route_id = self.route_id;
        user.supplier = self.supplier;
    }

    /// What the audit log keeps of it.
    fn told(&self, login: &str) -> String {
        serde_json::json!({
            "name": self.name, "login": login, "role": self.role, "route": self.route_id, "supplier": self.supplier,
        })
        .to_string()
    }
}

/// What the rest of the database has to say to these details.
fn check_against(tx: &mut dyn HubTx, id: &str, details: &UserDetails) -> Result<()> {
    let lower = details.name.to_lowercase();
    let all = users::list(tx)?;
    if all
        .iter()
        .any(|other| other.id != id && other.name.to_lowercase() == lower)
    {
        return Err(Error::invalid("name", "is another user's"));
    }
    if let Some(supplier) = &details.supplier {
        let known = catalogue::suppliers(tx)?;
        if !known.iter().any(|known| known.name == *supplier) {
            return Err(Error::invalid(
                "supplier",
                "is not in the list of suppliers",
            ));
        }
    }
    if let Some(route) = &details.route_id
        && routes::route(tx, route)?.is_none()
    {
        return Err(Error::invalid("route", "is not in the list of routes"));
    }
    Ok(())
}

fn get(tx: &mut dyn HubTx, id: &str) -> Result<User> {
    users::find(tx, id)?.ok_or_else(|| Error::NotFound(format!("there is no user {id}")))
}

fn refuse_last_owner(tx: &mut dyn HubTx, user: &User) -> Result<()> {
    if user.role == Role::Owner && user.active && users::active_owners(tx)? <= 1 {
        return Err(Error::Refused(
            "this is the last owner who can log in; make another one first".to_owned(),
        ));
    }
    Ok(())
}

impl Hub {
    /// Everybody who may or might log in.
    ///
    /// # Errors
    /// What the database said.
    pub async fn users(&self) -> Result<Vec<User>> {
        store::read(self.store(), users::list).await
    }

    /// The user with this identity.
    ///
    /// # Errors
    /// [`Error::NotFound`] without one.
    pub async fn user(&self, id: &str) -> Result<User> {
        let id = id.to_owned();
        store::read(self.store(), move |tx| get(tx, &id)).await
    }

    /// The user with this login.
    ///
    /// # Errors
    /// [`Error::NotFound`] without one.
    pub async fn user_by_login(&self, login: &str) -> Result<User> {
        let login = normalised(login);
        store::read(self.store(), move |tx| {
            users::by_login(tx, &login)?
                .ok_or_else(|| Error::NotFound(format!("there is no user with the login {login}")))
        })
        .await
    }

    /// How many devices each user is logged in on.
    ///
    /// # Errors
    /// What the database said.
    pub async fn sessions_by_user(&self) -> Result<BTreeMap<String, i64>> {
        let now = self.now();
        let counted = store::read(self.store(), move |tx| {
            sessions::count_by_user(tx, now - IDLE, now - LONGEST)
        });
        Ok(counted.await?.into_iter().collect())
    }

    /// Which routes and suppliers a login can be for.
    ///
    /// # Errors
    /// What the database said.
    pub async fn user_choices(&self) -> Result<UserChoices> {
        store::read(self.store(), |tx| {
            let driven = routes::routes(tx)?.into_iter();
            let bought_from = catalogue::suppliers(tx)?.into_iter();
            Ok(UserChoices {
                routes: driven.map(|route| (route.id, route.name)).collect(),
                suppliers: bought_from.map(|supplier| supplier.name).collect(),
            })
        })
        .await
    }

    /// A password to give to somebody: 60 random bits.
    ///
    /// # Errors
    /// [`Error::Internal`] when the system gives no randomness.
    pub fn suggested_password(&self) -> Result<String> {
        password::suggested()
    }

    /// Adds a user. The same request again is the same user.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field: a `name`, `login`, `password`, `language` or `supplier` that cannot be or is
    /// taken, and a `role` other than owner for the first user. [`Error::Conflict`] when another user was made under this
    /// id.
    pub async fn add_user(&self, actor: &str, new: NewUser) -> Result<MadeUser> {
        let login = checked_login(&new.login)?;
        let details = new.details.checked()?;
        let made = match &new.password {
            Some(_) => None,
            None => Some(password::suggested()?),
        };
        let typed = new.password.or_else(|| made.clone()).unwrap_or_default();
        let hash = self
            .passwords
            .hash(password::checked(&typed, &login)?)
            .await?;
        let (now, actor) = (self.now(), actor.to_owned());
        let mut user = User {
            id: new.id.to_string(),
            name: String::new(),
            login,
            role: details.role,
            password_hash: hash,
            language: String::new(),
            route_id: None,
            supplier: None,
            active: true,
            version: 1,
            created_at: now,
            password_at: now,
            last_login: None,
        };
        details.clone().write_to(&mut user);
        store::write(self.store(), move |tx| {
            if let Some(before) = users::find(tx, &user.id)? {
                if before.login == user.login && UserDetails::of(&before) == details {
                    return Ok(MadeUser {
                        user: before,
                        password: None,
                    });
                }
                return Err(Error::Conflict(
                    "another user was made by this very form; open the page again".to_owned(),
                ));
            }
            let known = users::count(tx)?;
            if known == 0 && details.role != Role::Owner {
                return Err(Error::invalid("role", "must be owner for the first user"));
            }
            if known >= MOST {
                return Err(Error::invalid("name", "is one too many"));
            }
            let taken = || Error::invalid("login", "is taken; add the firm's name to it");
            if users::by_login(tx, &user.login)?.is_some() {
                return Err(taken());
            }
            check_against(tx, &user.id, &details)?;
            users::insert(tx, &user).map_err(|error| match error {
                // Another distributor's in this hub.
                Error::Invalid(_) => taken(),
                other => other,
            })?;
            let told = details.told(&user.login);
            audit::record(tx, now, &actor, "user.added", &user.id, &told)?;
            Ok(MadeUser {
                user: user.clone(),
                password: made.clone(),
            })
        })
        .await
    }

    /// Changes a user who is as of `version`.
    ///
    /// # Errors
    /// As [`Hub::add_user`]; [`Error::Conflict`] when somebody has changed them since, [`Error::Refused`] for the last
    /// owner who would be none.
    pub async fn change_user(
        &self,
        actor: &str,
        id: &str,
        version: i64,
        details: UserDetails,
    ) -> Result<()> {
        let details = details.checked()?;
        let (id, actor, now) = (id.to_owned(), actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let mut user = get(tx, &id)?;
            if UserDetails::of(&user) == details {
                return Ok(());
            }
            if user.version != version {
                return Err(Error::Conflict(
                    "somebody has changed this user in the meantime; open the page again"
                        .to_owned(),
                ));
            }
            if details.role != Role::Owner {
                refuse_last_owner(tx, &user)?;
            }
            check_against(tx, &id, &details)?;
            details.clone().write_to(&mut user);
            users::update(tx, &user)?;
            let told = details.told(&user.login);
            audit::record(tx, now, &actor, "user.changed", &id, &told)
        })
        .await
    }

    /// Lets a user log in or keeps them out; whoever is kept out is logged out at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user; [`Error::Refused`] for oneself and for the last owner.
    pub async fn switch_user(&self, actor: &Person, id: &str, active: bool) -> Result<()> {
        let (id, actor, now) = (id.to_owned(), actor.clone(), self.now());
        store::write(self.store(), move |tx| {
            let mut user = get(tx, &id)?;
            if user.active == active {
                return Ok(());
            }
            if !active {
                if actor.id == id {
                    return Err(Error::Refused("nobody switches themselves off".to_owned()));
                }
                refuse_last_owner(tx, &user)?;
                sessions::end_of_user(tx, &id, None)?;
            }
            user.active = active;
            users::update(tx, &user)?;
            let action = if active { "user.on" } else { "user.off" };
            audit::record(tx, now, &actor.name, action, &id, &user.name)
        })
        .await
    }

    /// Gives a user another password, and logs them out everywhere; one is made, and returned, where none is given.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a `password` that cannot be, [`Error::NotFound`] without such a user.
    pub async fn set_user_password(
        &self,
        actor: &str,
        id: &str,
        typed: Option<String>,
    ) -> Result<Option<String>> {
        let made = match &typed {
            Some(_) => None,
            None => Some(password::suggested()?),
        };
        let login = self.user(id).await?.login;
        let new = typed.or_else(|| made.clone()).unwrap_or_default();
        let hash = self
            .passwords
            .hash(password::checked(&new, &login)?)
            .await?;
        self.keep_password(actor, id, hash, None).await?;
        Ok(made)
    }

    /// Changes one's own password; the session of `secret` goes on, all others of this user end. Whether the old password
    /// was right.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a `password` that cannot be; [`Error::Refused`] after too many wrong ones, and for somebody
    /// who has no password of their own.
    pub async fn change_password(
        &self,
        person: &Person,
        secret: &str,
        old: &str,
        new: &str,
    ) -> Result<bool> {
        if person.id.is_empty() {
            return Err(Error::Refused("the hub has no users yet".to_owned()));
        }
        let user = self.user(&person.id).await?;
        let new = password::checked(new, &user.login)?;
        if let Some(seconds) = self.attempts.begin(&user.login, None, self.now()) {
            return Err(Error::Refused(format!(
                "too many wrong passwords of late; wait {seconds} seconds"
            )));
        }
        let right = self
            .passwords
            .matches(old.to_owned(), Some(user.password_hash))
            .await?;
        if !right {
            return Ok(false);
        }
        self.attempts.succeeded(&user.login, None);
        let hash = self.passwords.hash(new).await?;
        self.keep_password(&person.name, &user.id, hash, Some(digest(secret)))
            .await?;
        Ok(true)
    }

    async fn keep_password(
        &self,
        actor: &str,
        id: &str,
        hash: String,
        kept: Option<Hash>,
    ) -> Result<()> {
        let (id, actor, now) = (id.to_owned(), actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let user = get(tx, &id)?;
            users::set_password(tx, &id, &hash, now)?;
            sessions::end_of_user(tx, &id, kept)?;
            audit::record(tx, now, &actor, "user.password", &id, &user.name)
        })
        .await
    }

    /// Logs a user out everywhere; how many sessions that were.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user.
    pub async fn end_sessions(&self, actor: &str, id: &str) -> Result<usize> {
        let (id, actor, now) = (id.to_owned(), actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let user = get(tx, &id)?;
            let ended = sessions::end_of_user(tx, &id, None)?;
            if ended > 0 {
                audit::record(tx, now, &actor, "user.logged_out", &id, &user.name)?;
            }
            Ok(ended)
        })
        .await
    }
}
