//! Settings of what a hub sends: e-mail, links in it, and calls of other systems.

use super::{Config, Setting};

impl Setting {
    /// Its value for showing: of an address the part that lets nobody in.
    #[must_use]
    pub fn shown(&self) -> Option<toml::Value> {
        match &self.value {
            Some(toml::Value::String(address)) if matches!(self.name, "database" | "smtp_url") => {
                Some(toml::Value::from(without_password(address)))
            }
            value => value.clone(),
        }
    }
}

/// An address of the form `scheme://user:password@host` without the password, and without what follows a `?`, where
/// one can stand too.
fn without_password(address: &str) -> String {
    let address = address
        .split_once('?')
        .map_or(address, |(before, _)| before);
    let Some((scheme, rest)) = address.split_once("://") else {
        // Whatever it is, it is no address, and may be a password that went astray.
        return "***".to_owned();
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

impl Config {
    /// Hosts of private networks that webhooks may call all the same.
    #[must_use]
    pub fn webhook_private_hosts(&self) -> Vec<String> {
        self.list("webhook_private_hosts")
    }

    /// The mail server, with the name and password for it.
    #[must_use]
    pub fn smtp_url(&self) -> Option<String> {
        Some(self.text("smtp_url")).filter(|text| !text.is_empty())
    }

    /// The address that e-mail is sent from.
    #[must_use]
    pub fn smtp_from(&self) -> Option<String> {
        Some(self.text("smtp_from")).filter(|text| !text.is_empty())
    }

    /// Under which address people outside reach the hub, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> Option<String> {
        let text = self.text("public_url");
        Some(text.trim_end_matches('/').to_owned()).filter(|text| !text.is_empty())
    }
}
