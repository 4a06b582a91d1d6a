//! What goes wrong between this program and the server, and what follows from it.

use std::fmt;
use std::path::PathBuf;

use deadpool_postgres::PoolError;
use rustls::CertificateError;
use tokio_postgres::error::SqlState;

use super::Address;
use crate::error::Error;

/// A statement, a commit or a connection that failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The server refused, and kept nothing.
    Refused {
        /// SQLSTATE.
        code: SqlState,
        /// Its words.
        told: String,
    },
    /// The connection failed before a commit was asked for: nothing was kept.
    Lost(String),
    /// The connection failed while the commit was under way.
    Unknown(String),
    /// This program's, for example a row that it cannot read.
    Ours(Error),
}

/// What to do after a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Run the job again from the start.
    Again,
    /// Tell the caller.
    Tell,
}

/// Runs that a clash over a unique key is good for: the first may have met another writer, and the second sees that
/// one's row and says in the job's own words what is wrong.
const RUNS_OVER_A_KEY: u32 = 12;

/// Runs that a failing connection is good for: the pool may hold others that failed with it.
const RUNS_OVER_A_CONNECTION: u32 = 8;

impl Fault {
    /// What the driver said of a statement.
    pub(super) fn of(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(told) => {
                let table = told.table().map(|table| format!(" (table {table})"));
                Self::Refused {
                    code: told.code().clone(),
                    told: format!("{}{}", told.message(), table.unwrap_or_default()),
                }
            }
            None if error.is_closed() || std::error::Error::source(error).is_none() => {
                Self::Lost(error.to_string())
            }
            None => Self::Lost(in_full(error)),
        }
    }

    /// What the driver said of a commit: only the server's own refusal means that nothing was kept.
    pub(super) fn of_commit(error: &tokio_postgres::Error) -> Self {
        match Self::of(error) {
            Self::Refused { code, told } if code.code().starts_with("57") => Self::Unknown(told),
            Self::Lost(told) => Self::Unknown(told),
            refused => refused,
        }
    }

    /// Whether another run may do better, after `runs` of them.
    pub(super) fn next(&self, runs: u32) -> Next {
        let again = match self {
            Self::Refused { code, .. } => match code.code() {
                // A serialisation failure, a deadlock.
                "40001" | "40P01" => true,
                "23505" => runs < RUNS_OVER_A_KEY,
                // The schema was changed under a prepared statement; a server that goes down or comes up.
                "0A000" | "57P01" | "57P02" | "57P03" => runs < RUNS_OVER_A_CONNECTION,
                _ => false,
            },
            Self::Lost(_) => runs < RUNS_OVER_A_CONNECTION,
            Self::Unknown(_) | Self::Ours(_) => false,
        };
        if again { Next::Again } else { Next::Tell }
    }

    /// Whether the connection is still good for another transaction.
    pub(super) fn leaves_connection(&self) -> bool {
        match self {
            Self::Refused { code, .. } => code.code() != "0A000" && !code.code().starts_with("57"),
            Self::Ours(_) => true,
            Self::Lost(_) | Self::Unknown(_) => false,
        }
    }

    /// As the rest of the program knows it.
    pub(super) fn into_error(self, address: &Address) -> Error {
        match self {
            Self::Refused { code, told } => refusal(code.code(), told, address),
            Self::Lost(told) => Error::Unreachable(format!("{address}: {told}")),
            Self::Unknown(told) => Error::OutcomeUnknown(format!("{address}: {told}")),
            Self::Ours(error) => error,
        }
    }
}

fn refusal(code: &str, told: String, address: &Address) -> Error {
    match code {
        "40001" | "40P01" => {
            Error::Busy("too many changes at once to the same things; try again".to_owned())
        }
        // Another transaction holds what this one waited for too long.
        "55P03" => Error::Locked(PathBuf::from(address.to_string())),
        "53100" => Error::DiskFull,
        "53300" | "57P01" | "57P02" | "57P03" => Error::Unreachable(format!("{address}: {told}")),
        _ => Error::Statement(format!("{told} (SQLSTATE {code})")),
    }
}

impl From<PoolError> for Fault {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => match Self::of(&error) {
                // A password that is wrong does not get better by waiting.
                Self::Refused { code, told } if code != SqlState::TOO_MANY_CONNECTIONS => {
                    Self::Refused { code, told }
                }
                Self::Refused { told, .. } => Self::Lost(told),
                other => other,
            },
            PoolError::Timeout(_) => Self::Ours(Error::Busy(
                "every connection to the database is taken; try again".to_owned(),
            )),
            other => Self::Lost(other.to_string()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, told } => write!(out, "{told} (SQLSTATE {})", code.code()),
            Self::Lost(told) | Self::Unknown(told) => out.write_str(told),
            Self::Ours(error) => write!(out, "{error}"),
        }
    }
}

/// An error with what caused it: the driver's own words are "error connecting to server".
pub(super) fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    let mut stranger = false;
    while let Some(error) = cause {
        told.push_str(&format!(": {error}"));
        stranger |= is_of_a_stranger(error);
        cause = error.source();
    }
    if stranger {
        told.push_str(
            "; where an authority of one's own signed it, the setting database_certificate names that one's file",
        );
    }
    told
}

/// Whether a server's certificate was refused because nobody who is believed signed it.
fn is_of_a_stranger(error: &(dyn std::error::Error + 'static)) -> bool {
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(
        inner.or_else(|| error.downcast_ref::<rustls::Error>()),
        Some(rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature
        ))
    )
}
