//! The key of the off-site copies: made on the device, locked with the owner's passphrase.
//!
//! Copies are sealed for a *recipient*, which can lock and not open; it stays on the device, so that no night needs the
//! passphrase. What opens them is kept only in the key file, itself sealed with the passphrase. Key file and copies are
//! age files: `age -d` opens them without this program.

use std::io::{Read, Write};

use age::secrecy::{ExposeSecret, SecretString};
use age::{Decryptor, Encryptor, scrypt, x25519};

use crate::error::{Error, Result};

/// log2 of scrypt's N for the key file: 128 MiB and about a second on the machines that this runs on. It is needed twice
/// in the life of a shop, once to lock and once to open.
const WORK_FACTOR: u8 = 17;

/// A key file that asks for more than 1 GiB is none of ours.
const LARGEST_WORK_FACTOR: u8 = 20;

/// A key file is a few hundred bytes.
const LARGEST_IDENTITY: u64 = 16 * 1024;

/// The fewest characters of a passphrase.
pub const SHORTEST_PASSPHRASE: usize = 10;

/// What the owner knows. Not shown by `Debug`, overwritten when dropped.
#[derive(Debug, Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// A passphrase for new copies.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is too short to be one.
    pub fn new(text: String) -> Result<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.chars().count() < SHORTEST_PASSPHRASE {
            return Err(Error::invalid(
                "passphrase",
                format!(
                    "must have at least {SHORTEST_PASSPHRASE} characters; a few words that belong to nobody else are \
                     good"
                ),
            ));
        }
        Ok(Self(SecretString::from(text.to_owned())))
    }

    /// A passphrase that is said to open what there is already.
    #[must_use]
    pub fn given(text: &str) -> Self {
        let text = text.trim_end_matches(['\r', '\n']);
        Self(SecretString::from(text.to_owned()))
    }

    /// Whether both are the same.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

/// What stays on the device.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Locks copies; see [`recipient`].
    pub recipient: String,
    /// Opens them, locked with the passphrase.
    pub key_file: Vec<u8>,
}

/// Makes a key and locks it with the passphrase.
///
/// # Errors
/// [`Error::Internal`] when the system cannot.
pub fn make(passphrase: &Passphrase) -> Result<NewKey> {
    let identity = x25519::Identity::generate();
    let mut lock = scrypt::Recipient::new(passphrase.0.clone());
    lock.set_work_factor(WORK_FACTOR);
    Ok(NewKey {
        recipient: identity.to_public().to_string(),
        key_file: sealed(&lock, identity.to_string().expose_secret().as_bytes())?,
    })
}

/// Opens a key file.
///
/// # Errors
/// [`Error::Refused`] for another passphrase than it was locked with, [`Error::Corrupt`] for what is no key file.
pub fn open(key_file: &[u8], passphrase: &Passphrase) -> Result<x25519::Identity> {
    let mut lock = scrypt::Identity::new(passphrase.0.clone());
    lock.set_max_work_factor(LARGEST_WORK_FACTOR);
    let opened = age::decrypt(&lock, key_file).map_err(|error| match error {
        age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
            Error::Refused(
                "the passphrase does not open the key of these backups; nothing was changed, try again with the \
                 passphrase that was given to kulakan shop offsite on"
                    .to_owned(),
            )
        }
        other => Error::Corrupt(format!("the key of the backups is damaged: {other}")),
    })?;
    std::str::from_utf8(&opened)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::Corrupt("the key of the backups is no key".to_owned()))
}

/// Reads a recipient back.
///
/// # Errors
/// [`Error::Corrupt`].
pub fn recipient(text: &str) -> Result<x25519::Recipient> {
    text.parse()
        .map_err(|_| Error::Corrupt(format!("offsite.recipient is none: {text}")))
}

/// A few bytes, sealed.
///
/// # Errors
/// [`Error::Internal`] when the system cannot.
pub fn sealed(recipient: &dyn age::Recipient, plain: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = sealing(recipient, &mut bytes)?;
    writer
        .write_all(plain)
        .and_then(|()| writer.finish())
        .map_err(Error::io("sealing"))?;
    Ok(bytes)
}

/// Seals what is written; has to be finished.
///
/// # Errors
/// [`Error::Internal`] when the system cannot.
pub fn sealing<W: Write>(
    recipient: &dyn age::Recipient,
    output: W,
) -> Result<age::stream::StreamWriter<W>> {
    Encryptor::with_recipients(std::iter::once(recipient))
        .map_err(|error| Error::Internal(format!("sealing: {error}")))?
        .wrap_output(output)
        .map_err(Error::io("sealing"))
}

/// Opens what [`sealing`] sealed.
///
/// # Errors
/// [`Error::Corrupt`] when it is damaged or was sealed for another.
pub fn opening<R: Read>(identity: &x25519::Identity, input: R) -> Result<impl Read> {
    let unreadable = |error: age::DecryptError| {
        Error::Corrupt(format!(
            "a part of the backup cannot be opened with this key: {error}"
        ))
    };
    Decryptor::new(input)
        .map_err(unreadable)?
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(unreadable)
}

/// A few bytes, opened.
///
/// # Errors
/// As [`opening`].
pub fn opened(identity: &x25519::Identity, sealed: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    opening(identity, sealed)?
        .take(LARGEST_IDENTITY)
        .read_to_end(&mut plain)
        .map_err(|error| {
            Error::Corrupt(format!("a part of the backup cannot be opened: {error}"))
        })?;
    Ok(plain)
}
