//! What repeatable requests end in, and pages of lists.

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Error, Result};

/// How a request that may be sent again ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It was recorded now.
    Recorded(T),
    /// The same request was recorded before; this is what it was answered then.
    Already(T),
    /// The identity was used before for something else; the text says for what. Nothing was recorded.
    Conflict(String),
}

impl<T> Outcome<T> {
    /// What was recorded, now or before.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the identity was used before for something else.
    pub fn kept(self) -> Result<T> {
        match self {
            Self::Recorded(kept) | Self::Already(kept) => Ok(kept),
            Self::Conflict(why) => Err(Error::Conflict(why)),
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Give it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Entries on a page where the caller does not say.
const PAGE: u32 = 50;

/// The most entries on a page.
const PAGE_LIMIT: u32 = 200;

/// How many entries a page gets that was asked for with `limit`.
pub(super) fn page_size(limit: Option<u32>) -> usize {
    limit.unwrap_or(PAGE).clamp(1, PAGE_LIMIT) as usize
}

impl<T> Page<T> {
    /// A page of `size` out of `rows`, which were asked for with one more than that, so that it is known whether
    /// another page follows. `cursor` names an entry.
    pub(super) fn cut(mut rows: Vec<T>, size: usize, cursor: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        Self {
            next_cursor: more.then(|| rows.last().map(cursor)).flatten(),
            items: rows,
        }
    }
}
