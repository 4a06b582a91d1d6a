//! `kulakan hub user`

use anyhow::Result;
use kulakan::hub::Hub;
use kulakan::hub::login::{OWNER, Person};
use kulakan::hub::store::users::{Role, User};
use kulakan::hub::users::{NewUser, UserDetails};
use serde_json::json;
use uuid::Uuid;

use super::{Output, passphrase};
use crate::cli::{HubRole, HubUserAdd, HubUserCommand, HubUserPassword, TableLanguage};

pub(super) async fn run(hub: &Hub, command: HubUserCommand, output: Output) -> Result<()> {
    match command {
        HubUserCommand::Add(add) => {
            let password = asked(add.ask).await?;
            let new = NewUser {
                id: Uuid::now_v7(),
                login: add.login.clone(),
                password,
                details: details(add),
            };
            let made = hub.add_user(OWNER, new).await?;
            let (login, role) = (&made.user.login, made.user.role);
            output.print(
                &json!({ "id": made.user.id, "login": login, "role": role, "password": made.password }),
                || told(login, made.password.as_deref()),
            )
        }
        HubUserCommand::Password(HubUserPassword { login, ask }) => {
            let typed = asked(ask).await?;
            let user = hub.user_by_login(&login).await?;
            let made = hub.set_user_password(OWNER, &user.id, typed).await?;
            output.print(&json!({ "login": user.login, "password": made }), || {
                told(&user.login, made.as_deref())
            })
        }
        HubUserCommand::List => {
            let users = hub.users().await?;
            let rows: Vec<_> = users.iter().map(row).collect();
            output.print(&json!({ "items": rows }), || table(&users))
        }
        HubUserCommand::Off { login } => switch(hub, &login, false, output).await,
        HubUserCommand::On { login } => switch(hub, &login, true, output).await,
    }
}

async fn switch(hub: &Hub, login: &str, active: bool, output: Output) -> Result<()> {
    let user = hub.user_by_login(login).await?;
    hub.switch_user(&Person::owner(), &user.id, active).await?;
    output.print(&json!({ "login": user.login, "active": active }), || {
        let may = if active { "can log in" } else { "is kept out" };
        format!("{} {may}", user.login)
    })
}

fn details(add: HubUserAdd) -> UserDetails {
    UserDetails {
        name: add.name,
        role: match add.role {
            HubRole::Owner => Role::Owner,
            HubRole::Dispatcher => Role::Dispatcher,
            HubRole::Salesman => Role::Salesman,
            HubRole::Supplier => Role::Supplier,
        },
        language: match add.language {
            TableLanguage::Id => "id",
            TableLanguage::En => "en",
        }
        .to_owned(),
        route_id: add.route,
        supplier: add.supplier,
    }
}

async fn asked(ask: bool) -> Result<Option<String>> {
    if !ask {
        return Ok(None);
    }
    let typed = passphrase::pin("New password, 8 characters or more").await?;
    Ok(Some(typed.trim_end_matches(['\r', '\n']).to_owned()))
}

fn told(login: &str, password: Option<&str>) -> String {
    match password {
        Some(password) => format!("{login} logs in with the password {password}"),
        None => format!("{login} logs in with the new password"),
    }
}

fn row(user: &User) -> serde_json::Value {
    json!({
        "id": user.id, "login": user.login, "name": user.name, "role": user.role, "route": user.route_id,
        "supplier": user.supplier, "active": user.active, "last_login": user.last_login,
    })
}

fn table(users: &[User]) -> String {
    if users.is_empty() {
        return "No users yet. Next: kulakan hub user add --login LOGIN --name NAME".to_owned();
    }
    let mut table = super::table();
    table.set_header(["LOGIN", "NAME", "ROLE", "LOGS IN"]);
    for user in users {
        let may = if user.active { "yes" } else { "no" };
        table.add_row([&user.login, &user.name, user.role.as_str(), may]);
    }
    table.to_string()
}
