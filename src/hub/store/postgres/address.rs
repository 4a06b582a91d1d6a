//! Where a hub's PostgreSQL database is.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls::Tls;
use crate::error::{Error, Result};

/// How long a statement may take. No use case needs a tenth of it; what does is stuck.
const LONGEST_STATEMENT: &str = "-c statement_timeout=120s";

/// How long a transaction may sit between two statements: a process that was frozen must not hold rows for ever.
const LONGEST_SILENCE: &str = "-c idle_in_transaction_session_timeout=60s";

/// The address of a database, `postgres://user:password@host/name`. It never shows the password.
#[derive(Clone)]
pub struct Address {
    config: Config,
    tls: Tls,
    shown: String,
}

impl Address {
    /// Reads an address. Its server has to show a certificate for its name, of an authority in the file `certificate` or
    /// of one that browsers know, where it says `sslmode=require` or, as other programs call it, `verify-full`; otherwise
    /// the line is not encrypted.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `database`, without repeating what was given: there may be a password in it.
    pub fn parse(text: &str, certificate: Option<&Path>) -> Result<Self> {
        let wrong = |why: &str| {
            Error::invalid(
                "database",
                format!("{why}; it is given as postgres://user:password@host/name"),
            )
        };
        if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
            return Err(wrong("is no address of a PostgreSQL database"));
        }
        let asked = text.split_once('?').map_or("", |(_, asked)| asked);
        for (name, value) in asked.split('&').filter_map(|one| one.split_once('=')) {
            if name == "sslrootcert" {
                return Err(wrong(
                    "names no file: the setting database_certificate does, in place of sslrootcert",
                ));
            }
            let modes = ["disable", "prefer", "require", "verify-ca", "verify-full"];
            if name == "sslmode" && !modes.contains(&value) {
                return Err(wrong("has a sslmode that is neither disable nor require"));
            }
        }
        let mut config: Config = with_known_mode(text)
            .parse()
            .map_err(|_| wrong("is no address of a PostgreSQL database"))?;
        if config.get_hosts().is_empty() {
            return Err(wrong("names no host"));
        }
        if config.get_user().is_none() {
            return Err(wrong("names no user"));
        }
        if config.get_application_name().is_none() {
            config.application_name("kulakan");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        // Taking what encryption there is would not say whose line it is.
        if config.get_ssl_mode() == SslMode::Prefer {
            config.ssl_mode(SslMode::Disable);
        }
        config.tcp_user_timeout(Duration::from_secs(30));
        let asked = config.get_options().unwrap_or_default().to_owned();
        config.options(format!("{LONGEST_STATEMENT} {LONGEST_SILENCE} {asked}").trim());
        let shown = shown(&config);
        let tls = Tls::new(certificate)?;
        Ok(Self { config, tls, shown })
    }

    /// How to encrypt the line.
    pub(super) fn tls(&self) -> Tls {
        self.tls.clone()
    }

    /// How to connect.
    pub(super) fn config(&self) -> Config {
        self.config.clone()
    }
}

/// The address with the driver's word for a line that is encrypted: there is one here, and it checks all that the
/// strictest of libpq's does.
fn with_known_mode(text: &str) -> String {
    let Some((place, asked)) = text.split_once('?') else {
        return text.to_owned();
    };
    let asked: Vec<&str> = asked
        .split('&')
        .map(|one| match one {
            "sslmode=verify-ca" | "sslmode=verify-full" => "sslmode=require",
            other => other,
        })
        .collect();
    format!("{place}?{}", asked.join("&"))
}

fn shown(config: &Config) -> String {
    let hosts = config.get_hosts().iter().zip(ports(config));
    let hosts: Vec<String> = hosts
        .map(|(host, port)| match host {
            Host::Tcp(name) if port == 5432 => name.clone(),
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(folder) => folder.display().to_string(),
        })
        .collect();
    let user = config.get_user().unwrap_or_default();
    let name = config.get_dbname().unwrap_or(user);
    format!("postgres://{user}@{}/{name}", hosts.join(","))
}

/// A port for each host: one that is given once is that of all.
fn ports(config: &Config) -> impl Iterator<Item = u16> {
    let given = config.get_ports().to_vec();
    (0..config.get_hosts().len()).map(move |index| match given.len() {
        0 => 5432,
        1 => given[0],
        _ => given.get(index).copied().unwrap_or(5432),
    })
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.shown)
    }
}
