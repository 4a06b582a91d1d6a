//! What an off-site backup keeps on the device, in `backups/offsite/`.
//!
//! - `SET/set.json`, `SET/copy.db`: a set and the copy of the database that it leads to. The copy of the last set that
//!   went through is what the next night is compared with. It is a second name of the local backup where the file
//!   system has those, and so takes no room until that is rotated away.
//! - `SET/parts/`: sealed parts that the hub may lack. Sealing again would give other bytes, so they stay until the set
//!   has gone through: whatever breaks, nothing is sent twice.
//! - `current`: which set went through last. What carries another name is under way; `preparing` is not finished.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::pack::{RESERVE, fault, remove_folder};
use crate::error::{Error, Result};
use crate::store::backup::sync_folder_of;
use crate::store::disk;
use crate::wire::event::Hash;
use crate::wire::offsite::Commit;

/// A set as this device knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalSet {
    /// What the hub is asked to keep, or has kept.
    pub commit: Commit,
    /// Parts of each object of the chain, in order.
    pub objects: Vec<u32>,
    /// SHA-256 of the copy.
    pub sha256: Hash,
    /// Name of the local backup that was packed.
    pub source: String,
    /// Bytes that the set adds to what the hub has, sealed.
    pub sent_bytes: u64,
    /// Bytes of the chain's first object, sealed.
    pub whole_bytes: u64,
    /// Bytes of the copy that the first object is.
    pub whole_file_bytes: u64,
    /// Bytes of all objects since, sealed.
    pub changes_bytes: u64,
}

impl LocalSet {
    /// Parts of its chain.
    #[must_use]
    pub fn chain_parts(&self) -> u32 {
        self.objects.iter().sum()
    }
}

/// The folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// That of a data folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self(data.join("backups").join("offsite"))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where a set is.
    #[must_use]
    pub fn set(&self, id: Uuid) -> PathBuf {
        self.0.join(id.to_string())
    }

    /// The copy that a set leads to.
    #[must_use]
    pub fn copy(&self, id: Uuid) -> PathBuf {
        self.set(id).join("copy.db")
    }

    /// The parts of a set that the hub may lack.
    #[must_use]
    pub fn parts(&self, id: Uuid) -> PathBuf {
        self.set(id).join("parts")
    }

    /// The set that went through last, if it can still be read.
    #[must_use]
    pub fn current(&self) -> Option<LocalSet> {
        let id = fs::read_to_string(self.0.join("current")).ok()?;
        self.read(Uuid::parse_str(id.trim()).ok()?)
    }

    /// The set that is under way. One without its parts has gone through: a crash kept it from being cleared away.
    #[must_use]
    pub fn pending(&self) -> Option<LocalSet> {
        let current = self.current().map(|set| set.commit.id);
        fs::read_dir(&self.0)
            .ok()?
            .filter_map(|entry| Uuid::parse_str(entry.ok()?.file_name().to_str()?).ok())
            .filter(|id| Some(*id) != current && self.parts(*id).is_dir())
            .find_map(|id| self.read(id))
    }

    fn read(&self, id: Uuid) -> Option<LocalSet> {
        let text = fs::read(self.set(id).join("set.json")).ok()?;
        let set: LocalSet = serde_json::from_slice(&text).ok()?;
        (set.commit.id == id).then_some(set)
    }

    /// An empty place to prepare a set in.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::DiskFull`].
    pub fn begin(&self) -> Result<PathBuf> {
        let place = self.0.join("preparing");
        remove_folder(&place)?;
        fs::create_dir_all(place.join("parts"))
            .map_err(|error| fault(format!("creating {}", place.display()), error))?;
        Ok(place)
    }

    /// Gives a prepared set its name: from now on it is under way.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::DiskFull`].
    pub fn prepared(&self, set: &LocalSet) -> Result<()> {
        let place = self.0.join("preparing");
        let text = serde_json::to_vec(set)
            .map_err(|error| Error::Internal(format!("writing a set: {error}")))?;
        write(&place.join("set.json"), &text)?;
        sync_folder_of(&place.join("parts").join("any"))?;
        let named = self.set(set.commit.id);
        fs::rename(&place, &named)
            .map_err(|error| fault(format!("renaming {}", place.display()), error))?;
        sync_folder_of(&named)
    }

    /// A set has gone through: it is the one that the next is compared with, and all others go.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::DiskFull`].
    pub fn finish(&self, id: Uuid) -> Result<()> {
        let (written, current) = (self.0.join("current.part"), self.0.join("current"));
        write(&written, id.to_string().as_bytes())?;
        fs::rename(&written, &current)
            .map_err(|error| fault(format!("renaming {}", written.display()), error))?;
        sync_folder_of(&current)?;
        remove_folder(&self.parts(id))?;
        self.keep_only(id)
    }

    fn keep_only(&self, id: Uuid) -> Result<()> {
        let kept = id.to_string();
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            if entry.path().is_dir() && entry.file_name() != kept.as_str() {
                remove_folder(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Drops what is under way, because the hub cannot go on from there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn abandon(&self, id: Uuid) -> Result<()> {
        remove_folder(&self.set(id))
    }

    /// Drops everything: the next set begins anew.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn clear(&self) -> Result<()> {
        remove_folder(&self.0)
    }
}

/// Writes a file and brings it to the disk.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let writing = |error| fault(format!("writing {}", path.display()), error);
    let mut file = File::create(path).map_err(writing)?;
    file.write_all(bytes).map_err(writing)?;
    file.sync_all().map_err(writing)
}

/// A second name for a file that nobody changes any more, or a copy where the file system has no second names.
pub(super) fn link(file: &Path, name: &Path) -> Result<()> {
    if fs::hard_link(file, name).is_ok() {
        return Ok(());
    }
    let bytes = fs::metadata(file).map_or(0, |about| about.len());
    if name
        .parent()
        .and_then(disk::free)
        .is_some_and(|free| free < bytes.saturating_add(RESERVE))
    {
        return Err(Error::DiskFull);
    }
    fs::copy(file, name)
        .and_then(|_| File::open(name)?.sync_all())
        .map_err(|error| fault(format!("copying {}", file.display()), error))
}
