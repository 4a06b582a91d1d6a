//! One setting: its value, where it came from, and how it is shown.

use std::fmt;
use std::path::PathBuf;

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Given on the command line.
    Flag,
    /// This environment variable.
    Environment(String),
    /// This file.
    File(PathBuf),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => out.write_str("flag"),
            Self::Environment(name) => write!(out, "environment {name}"),
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Default => out.write_str("default"),
        }
    }
}

/// One setting as `kulakan config print` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its name; settings of a table are written `plan.review_days`.
    pub name: &'static str,
    /// Its value; absent where the program decides.
    pub value: Option<toml::Value>,
    /// Where it came from.
    pub source: Source,
}

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
