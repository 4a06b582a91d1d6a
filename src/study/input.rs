//! Figures of one's own, from TOML.

use serde::de::DeserializeOwned;

use crate::plan::parameter::ParameterError;

/// An input file that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InputError {
    /// It is no TOML, or has a name too many, too few or of another kind.
    #[error("line {line}: {message}")]
    Unreadable {
        /// Line of the file, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A figure is impossible.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Figures that do not fit together.
    #[error("{0}")]
    Unfit(String),
}

/// Reads the file's text. Names that the type does not have are refused: a misspelt figure would else go unnoticed.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, InputError> {
    let unreadable = |error: &toml::de::Error, place: &str| InputError::Unreadable {
        line: error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1),
        message: match place {
            "" | "." => error.message().to_owned(),
            place => format!("{place}: {}", error.message()),
        },
    };
    let document = toml::Deserializer::parse(text).map_err(|error| unreadable(&error, ""))?;
    serde_path_to_error::deserialize(document)
        .map_err(|error| unreadable(error.inner(), &error.path().to_string()))
}
