//! Packing tonight's backup: as what changed since the last that went through, or whole.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::folder::{Folder, LocalSet, link};
use super::key;
use super::manifest::{FORM, Manifest};
use super::pack::{self, Packed, RESERVE};
use crate::error::{Error, Result};
use crate::shop::store::events;
use crate::store::backup::open_to_read;
use crate::store::disk;
use crate::wire::event::{Hash, moment_text};
use crate::wire::exchange::Head;
use crate::wire::offsite::{Commit, MAX_NAMED_PARTS};

/// A chain whose changes are more than so many times the whole is begun anew: it costs one long night, and then the hub
/// keeps, and a new device reads, that much less.
const CHANGES_AT_MOST: u64 = 2;

/// The same for the number of its nights.
const LONGEST_CHAIN: usize = 2000;

/// What a whole copy takes at most, as a share of it: one in so many bytes.
const PACKS_TO: u64 = 3;

/// A local backup, and what is needed to seal it.
pub struct Task {
    /// The backup.
    pub source: PathBuf,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// The shop's name.
    pub shop: String,
    /// Locks it.
    pub recipient: String,
    /// Opens it, locked with the passphrase.
    pub key_file: Vec<u8>,
}

/// The name under which a local backup is remembered.
pub fn name_of(file: &Path) -> Option<String> {
    Some(file.file_name()?.to_str()?.to_owned())
}

/// Packs the backup; the set is then under way.
///
/// # Errors
/// [`Error::DiskFull`], [`Error::Io`]; [`Error::NotADatabase`] for a backup that cannot be read.
pub fn prepare(folder: &Folder, task: &Task) -> Result<LocalSet> {
    let place = folder.begin()?;
    // What is half packed on a full disk must not keep the till from selling.
    pack_in(folder, task, &place).inspect_err(|_| drop(pack::remove_folder(&place)))
}

fn pack_in(folder: &Folder, task: &Task, place: &Path) -> Result<LocalSet> {
    let (copy, parts) = (place.join("copy.db"), place.join("parts"));
    link(&task.source, &copy)?;
    let recipient = key::recipient(&task.recipient)?;
    let key = Hash(Sha256::digest(&task.key_file).into());
    let head = events::head(&open_to_read(&copy)?)?;
    let earlier = folder
        .current()
        .filter(|set| set.commit.key == key && can_go_on(set, &copy));
    let next = match earlier {
        Some(set) => changes(folder, &set, &copy, &recipient, &parts)?.map(|packed| (set, packed)),
        None => None,
    };
    let (id, made) = (Uuid::now_v7(), Made::of(next, &copy, &recipient, &parts)?);
    if made.packed.parts.len() > MAX_NAMED_PARTS {
        return Err(Error::Refused(format!(
            "the backup has {} parts, more than a hub takes",
            made.packed.parts.len()
        )));
    }
    let manifest = Manifest {
        form: FORM,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        shop: task.shop.clone(),
        set: id,
        chain: made.chain,
        objects: made.objects.clone(),
        sha256: made.packed.sha256,
        file_bytes: made.packed.file_bytes,
        head: Head {
            epoch: head.epoch,
            seq: head.seq,
            hash: head.hash,
        },
        taken_at: moment_text(task.taken_at),
        whole_bytes: made.whole_bytes,
        whole_file_bytes: made.whole_file_bytes,
        changes_bytes: made.changes_bytes,
    };
    let sealed = manifest.seal(&recipient)?;
    pack::write_part(&parts, &task.key_file)?;
    let set = LocalSet {
        commit: Commit {
            id,
            chain: made.chain,
            follows: made.follows,
            parts: made.packed.parts,
            key,
            manifest: pack::write_part(&parts, &sealed)?,
        },
        objects: made.objects,
        sha256: made.packed.sha256,
        source: name_of(&task.source).unwrap_or_default(),
        sent_bytes: made.packed.bytes + sealed.len() as u64,
        whole_bytes: made.whole_bytes,
        whole_file_bytes: made.whole_file_bytes,
        changes_bytes: made.changes_bytes,
    };
    folder.prepared(&set)?;
    Ok(set)
}

/// What the copy would take as a whole, as far as that can be told from what the last whole one took.
fn whole_estimate(set: &LocalSet, copy: &Path) -> u64 {
    let bytes = std::fs::metadata(copy).map_or(0, |about| about.len());
    let share =
        u128::from(set.whole_bytes) * u128::from(bytes) / u128::from(set.whole_file_bytes.max(1));
    u64::try_from(share).unwrap_or(u64::MAX)
}

fn can_go_on(set: &LocalSet, copy: &Path) -> bool {
    let most = whole_estimate(set, copy).saturating_mul(CHANGES_AT_MOST);
    set.changes_bytes <= most && set.objects.len() < LONGEST_CHAIN
}

/// What changed, if that is worth it and the earlier copy is what it was.
fn changes(
    folder: &Folder,
    set: &LocalSet,
    copy: &Path,
    recipient: &age::x25519::Recipient,
    parts: &Path,
) -> Result<Option<Packed>> {
    let earlier = folder.copy(set.commit.id);
    if !earlier.exists() {
        return Ok(None);
    }
    let packed = pack::changes(&earlier, set.sha256, copy, recipient, parts)?;
    Ok(packed.filter(|packed| packed.bytes <= whole_estimate(set, copy)))
}

/// Sees to it that a whole copy has room and leaves some.
fn has_room(copy: &Path, parts: &Path) -> Result<()> {
    let bytes = std::fs::metadata(copy).map_or(0, |about| about.len()) / PACKS_TO + RESERVE;
    match disk::free(parts) {
        Some(free) if free < bytes => Err(Error::Refused(format!(
            "an off-site backup needs {} MB of room on the disk until it is sent, and there are {} MB",
            bytes.div_ceil(1_000_000),
            free / 1_000_000
        ))),
        _ => Ok(()),
    }
}

struct Made {
    chain: Uuid,
    follows: u32,
    objects: Vec<u32>,
    packed: Packed,
    whole_bytes: u64,
    whole_file_bytes: u64,
    changes_bytes: u64,
}

impl Made {
    fn of(
        next: Option<(LocalSet, Packed)>,
        copy: &Path,
        recipient: &age::x25519::Recipient,
        parts: &Path,
    ) -> Result<Self> {
        let Some((set, packed)) = next else {
            pack::remove_folder(parts)?;
            has_room(copy, parts)?;
            std::fs::create_dir_all(parts)
                .map_err(|error| pack::fault(format!("creating {}", parts.display()), error))?;
            let packed = pack::whole(copy, recipient, parts)?;
            return Ok(Self {
                chain: Uuid::now_v7(),
                follows: 0,
                objects: vec![packed.parts.len() as u32],
                whole_bytes: packed.bytes,
                whole_file_bytes: packed.file_bytes,
                changes_bytes: 0,
                packed,
            });
        };
        let follows = set.chain_parts();
        let mut objects = set.objects;
        if !packed.parts.is_empty() {
            objects.push(packed.parts.len() as u32);
        }
        Ok(Self {
            chain: set.commit.chain,
            follows,
            objects,
            whole_bytes: set.whole_bytes,
            whole_file_bytes: set.whole_file_bytes,
            changes_bytes: set.changes_bytes + packed.bytes,
            packed,
        })
    }
}
