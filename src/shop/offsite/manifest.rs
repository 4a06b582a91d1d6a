//! What a set is, told to whoever opens it: sealed as its parts are.

use std::io::Read;

use age::x25519;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::key;
use crate::error::{Error, Result};
use crate::wire::event::Hash;
use crate::wire::exchange::Head;

/// The form of the sets that this program makes.
pub const FORM: u32 = 1;

/// A manifest takes a few kilobytes after years.
const LARGEST: u64 = 4 * 1024 * 1024;

/// What a set is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORM`]; a newer one is refused.
    pub form: u32,
    /// The program that made it.
    pub program: String,
    /// The shop's name.
    pub shop: String,
    /// The set.
    pub set: Uuid,
    /// Its chain.
    pub chain: Uuid,
    /// Parts of each object of the chain, in order.
    pub objects: Vec<u32>,
    /// SHA-256 of the database that they lead to.
    pub sha256: Hash,
    /// Its size.
    pub file_bytes: u64,
    /// Where its event log ends.
    pub head: Head,
    /// When the copy was taken, RFC 3339, by the shop's clock.
    pub taken_at: String,
    /// As the device keeps it, so that the device that takes its place goes on with the chain.
    pub whole_bytes: u64,
    /// Bytes of the copy that the chain begins with.
    pub whole_file_bytes: u64,
    /// Bytes of all objects since, sealed.
    pub changes_bytes: u64,
}

impl Manifest {
    /// Sealed.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn seal(&self, recipient: &x25519::Recipient) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(self)
            .map_err(|error| Error::Internal(format!("writing a manifest: {error}")))?;
        let packed = zstd::bulk::compress(&text, 19)
            .map_err(|error| Error::Internal(format!("compressing a manifest: {error}")))?;
        key::sealed(recipient, &packed)
    }

    /// Opened.
    ///
    /// # Errors
    /// [`Error::Corrupt`], also for one of a newer form.
    pub fn open(identity: &x25519::Identity, sealed: &[u8]) -> Result<Self> {
        let unreadable = |error: std::io::Error| {
            Error::Corrupt(format!(
                "the list of the backup's parts is damaged: {error}"
            ))
        };
        let mut text = Vec::new();
        zstd::stream::read::Decoder::new(key::opening(identity, sealed)?)
            .map_err(unreadable)?
            .take(LARGEST)
            .read_to_end(&mut text)
            .map_err(unreadable)?;
        let form = serde_json::from_slice(&text)
            .ok()
            .and_then(|value: serde_json::Value| value.get("form")?.as_u64());
        match form {
            Some(form) if form == u64::from(FORM) => {
                serde_json::from_slice(&text).map_err(|error| unreadable(error.into()))
            }
            Some(form) => Err(Error::Refused(format!(
                "the backup has form {form} and this program reads {FORM}: it was made by a newer kulakan; upgrade \
                 this one"
            ))),
            None => Err(unreadable(std::io::Error::other("it tells no form"))),
        }
    }
}
