//! One daemon per data folder.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::error::{Error, Result};

const FILE_NAME: &str = "hub.lock";

/// Held while a daemon serves a data folder. The system releases it with the process, however that ends, so that a
/// file left behind by a power cut locks nobody out.
pub(super) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder.
    ///
    /// # Errors
    /// [`Error::Refused`] while another daemon has it, [`Error::Io`] when the folder cannot be written.
    pub(super) fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE_NAME);
        let file = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io(format!("opening {}", path.display())))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Refused(format!(
                "another kulakan hub is running on {}; stop it or choose another folder with --data",
                folder.display()
            ))),
            Err(TryLockError::Error(error)) => {
                Err(Error::io(format!("locking {}", path.display()))(error))
            }
        }
    }
}
