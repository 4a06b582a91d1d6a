//! The fields of a person, as they are shown and as they were typed.

use serde::Deserialize;
use uuid::Uuid;

use super::super::Pages;
use super::texts::PeopleTexts;
use crate::error::{FieldError, Result};
use crate::hub::store::users::{Role, User};
use crate::hub::users::{UserChoices, UserDetails};
use crate::web::Language;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct TypedDetails {
    #[serde(default)]
    nama: String,
    #[serde(default)]
    peran: String,
    #[serde(default)]
    rute: String,
    #[serde(default)]
    pemasok: String,
    #[serde(default)]
    bahasa: String,
}

impl TypedDetails {
    fn role(&self) -> Role {
        // A form of ours sends one of them; whoever else gets the least.
        Role::parse(&self.peran).unwrap_or(Role::Supplier)
    }
}

impl From<TypedDetails> for UserDetails {
    fn from(typed: TypedDetails) -> Self {
        let role = typed.role();
        Self {
            name: typed.nama,
            role,
            language: typed.bahasa,
            route_id: Some(typed.rute),
            supplier: Some(typed.pemasok),
        }
    }
}

impl From<&User> for TypedDetails {
    fn from(user: &User) -> Self {
        Self {
            nama: user.name.clone(),
            peran: user.role.as_str().to_owned(),
            rute: user.route_id.clone().unwrap_or_default(),
            pemasok: user.supplier.clone().unwrap_or_default(),
            bahasa: user.language.clone(),
        }
    }
}

/// A value, what it is called, and whether it is the one chosen.
type Choice = (String, String, bool);

/// The fields with what stands in them and what is wrong there.
pub(super) struct DetailsForm {
    pub id: String,
    pub name: String,
    pub login: String,
    pub password: String,
    pub language: String,
    pub roles: Vec<Choice>,
    pub routes: Vec<Choice>,
    pub suppliers: Vec<Choice>,
    faults: Vec<(String, &'static str)>,
}

impl DetailsForm {
    /// For somebody new: the first one is the owner, later ones are salesmen more often than not.
    pub(super) async fn empty(pages: &Pages, language: Language) -> Result<Self> {
        let role = match pages.hub.users().await?.is_empty() {
            true => Role::Owner,
            false => Role::Salesman,
        };
        let typed = TypedDetails {
            peran: role.as_str().to_owned(),
            bahasa: language.tag().to_owned(),
            ..TypedDetails::default()
        };
        Self::of(pages, language, &typed).await
    }

    pub(super) async fn of(
        pages: &Pages,
        language: Language,
        typed: &TypedDetails,
    ) -> Result<Self> {
        let texts = PeopleTexts::of(language);
        let UserChoices { routes, suppliers } = pages.hub.user_choices().await?;
        let open: &[Role] = match pages.hub.users().await?.is_empty() {
            true => &[Role::Owner],
            false => Role::ALL,
        };
        let roles = open.iter().map(|role| {
            let label = texts.role_name(*role).to_owned();
            (role.as_str().to_owned(), label, *role == typed.role())
        });
        Ok(Self {
            id: Uuid::now_v7().to_string(),
            name: typed.nama.clone(),
            login: String::new(),
            password: pages.hub.suggested_password()?,
            language: typed.bahasa.clone(),
            roles: roles.collect(),
            routes: routes
                .into_iter()
                .map(|(id, name)| {
                    let chosen = id == typed.rute;
                    (id, name, chosen)
                })
                .collect(),
            suppliers: suppliers
                .into_iter()
                .map(|name| {
                    let chosen = name == typed.pemasok;
                    (name.clone(), name, chosen)
                })
                .collect(),
            faults: Vec::new(),
        })
    }

    /// What a route is called.
    pub(super) fn route_name(&self, id: Option<&str>) -> Option<&str> {
        let id = id?;
        let found = self.routes.iter().find(|(route, ..)| route == id);
        found.map(|(_, name, _)| name.as_str())
    }

    /// Says what is wrong beside the fields.
    pub(super) fn wrong(&mut self, language: Language, fields: Vec<FieldError>) {
        let texts = PeopleTexts::of(language);
        for FieldError { field, message } in fields {
            let told = texts.fault(&field, &message);
            self.faults.push((field, told));
        }
    }

    /// What is wrong with a field.
    pub(super) fn fault(&self, field: &str) -> Option<&'static str> {
        let found = self.faults.iter().find(|(name, _)| name == field);
        found.map(|(_, told)| *told)
    }
}
