//! Faults: what went wrong and where. Expected outcomes are enums of their use case, not errors.

use std::path::{Path, PathBuf};

/// One thing wrong with an input: which field (or `line 7`, or `lines[2].sku`) and what about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where, in the words of the one who sent it.
    pub field: String,
    /// What is wrong there.
    pub message: String,
}

/// Everything that can go wrong, told so that the reader knows where.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is wrong; nothing of it was used.
    #[error("{}", join(.0))]
    Invalid(Vec<FieldError>),
    /// What was asked for does not exist.
    #[error("{0}")]
    NotFound(String),
    /// It contradicts what is already recorded.
    #[error("{0}")]
    Conflict(String),
    /// It cannot be done in the present state of things; the text says what to do first.
    #[error("{0}")]
    Refused(String),
    /// No valid credentials.
    #[error("{0}")]
    Unauthorized(String),
    /// Somebody else may do this.
    #[error("{0}")]
    Forbidden(String),
    /// Another process holds the database.
    #[error("{} is in use by another process; close it and try again", .0.display())]
    Locked(PathBuf),
    /// The database was written by a newer program.
    #[error("{} was written by a newer kulakan (schema {found}, this program knows {known}); upgrade the program", path.display())]
    NewerDatabase {
        /// The file.
        path: PathBuf,
        /// Its schema number.
        found: i64,
        /// The highest number this program has.
        known: i64,
    },
    /// The file is not a database of this kind, or is damaged.
    #[error("{}: {reason}", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no room to write; nothing was recorded.
    #[error("the disk is full: nothing was recorded; free some space and try again")]
    DiskFull,
    /// The disk failed while committing: look the record up by its id before doing it again.
    #[error(
        "the disk failed while saving ({0}); it is unknown whether the record was kept: look it up by its id"
    )]
    OutcomeUnknown(String),
    /// SQLite refused.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// PostgreSQL refused a statement.
    #[error("database: {0}")]
    Statement(String),
    /// The database's server does not answer; nothing was kept.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// Too much goes on at once; nothing was kept, and trying again helps.
    #[error("{0}")]
    Busy(String),
    /// A file or socket failed.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, with the path or address.
        doing: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The other side of a connection failed or answered something unusable.
    #[error("{0}")]
    Remote(String),
    /// A stored record cannot be read back; the text names it.
    #[error("{0}")]
    Corrupt(String),
    /// A fault of this program.
    #[error("internal fault: {0}")]
    Internal(String),
}

/// The usual result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

fn join(errors: &[FieldError]) -> String {
    let parts: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {}", error.field, error.message))
        .collect();
    parts.join("; ")
}

impl Error {
    /// One wrong field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// For `map_err` on file work: `.map_err(Error::io(format!("reading {path}")))`.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// Gives a raw SQLite fault its plain meaning for the database at `path`: locked, full, or no database at all.
    #[must_use]
    pub fn at(self, path: &Path) -> Self {
        use rusqlite::ErrorCode;
        let Self::Database(rusqlite::Error::SqliteFailure(failure, ref text)) = self else {
            return self;
        };
        let told = text.clone().unwrap_or_else(|| failure.to_string());
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked(path.to_owned()),
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::NotADatabase {
                path: path.to_owned(),
                reason: told,
            },
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::Io {
                doing: format!("opening {}", path.display()),
                source: std::io::Error::other(told),
            },
            _ => self,
        }
    }
}

/// The most faults that are told of one input; whoever gets these has something else wrong.
const TOLD: usize = 20;

/// What is wrong with an input, collected so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Faults {
    found: Vec<FieldError>,
    further: u64,
}

impl Faults {
    /// Adds a fault of a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        if self.found.len() < TOLD {
            self.found.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        } else {
            self.further += 1;
        }
    }

    /// Counts faults whose place and message nobody needs any more, there being so many before them.
    pub fn add_further(&mut self, count: u64) {
        self.further += count;
    }

    /// The value of a check, or its fault under the name of the field.
    pub fn note<T>(&mut self, field: impl Into<String>, checked: Result<T, String>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(message) => {
                self.add(field, message);
                None
            }
        }
    }

    /// Whether nothing was found.
    pub fn none(&self) -> bool {
        self.found.is_empty()
    }

    /// [`Error::Invalid`] with all of them, if any.
    pub fn into_result(mut self) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        if self.further > 0 {
            self.found.push(FieldError {
                field: "further".to_owned(),
                message: format!("{} more faults", self.further),
            });
        }
        Err(Error::Invalid(self.found))
    }
}
