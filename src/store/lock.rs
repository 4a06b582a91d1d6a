//! One daemon per data folder.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{Error, Result};

/// Held while a daemon serves. The system releases it with the process, however that ends, so that a file left behind
/// by a power cut locks nobody out.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock at `path`; `refusal` says who has it otherwise, and what to do.
    ///
    /// # Errors
    /// [`Error::Refused`] while another process has it, [`Error::Io`] when the file cannot be written.
    pub fn take(path: &Path, refusal: impl Into<String>) -> Result<Self> {
        let file = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path)
            .map_err(Error::io(format!("opening {}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Refused(refusal.into())),
            Err(TryLockError::Error(error)) => {
                Err(Error::io(format!("locking {}", path.display()))(error))
            }
        }
    }
}
