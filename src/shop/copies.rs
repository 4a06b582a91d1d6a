//! Noticing that this database is a copy: put back from a backup, cloned to a second device, or moved.
//!
//! A copy that sells on would give out receipt numbers that the original gives out too, and the hub could not tell
//! which of the two it hears. So the database says which copy it is (`instance`) and where it lies, and a small file
//! beside it says the same and how far the log had come. Where they do not fit, this is another copy: it takes a new
//! identity and begins a new series of receipt numbers, before anything is sold.
//!
//! What cannot be noticed here is an image of the whole disk put back, with both files as they were; the hub notices at
//! the next exchange (see `docs/protocol.md`).

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::store::copies::{self, Identity};
use super::store::days::Moment;
use super::{Shop, chance};
use crate::error::{Error, Result};
use crate::store::WriteTx;

/// The file beside the database.
pub const MARK: &str = "shop.mark";

/// What the file beside the database says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    instance: Uuid,
    epoch: i64,
    seq: i64,
}

/// Why a database is another copy than the one that was used here last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// It lies elsewhere than it did, or the file beside it is missing or another copy's.
    Moved,
    /// Its log ends before the point that was reached here.
    RolledBack,
    /// `kulakan shop restore` put it here.
    Restored,
    /// The hub has what another copy wrote where this one wrote too.
    ShownByHub,
}

impl Copied {
    fn word(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::RolledBack => "rolled_back",
            Self::Restored => "restored",
            Self::ShownByHub => "shown_by_hub",
        }
    }
}

/// Compares what the database says with what lies beside it. A database that was never looked at is no copy.
fn compare(own: &Identity, place: &str, mark: Option<&Mark>) -> Option<Copied> {
    let instance = own.instance?;
    match mark {
        Some(mark) if mark.instance == instance && own.place == place => {
            ((mark.epoch, mark.seq) > own.head).then_some(Copied::RolledBack)
        }
        _ => Some(Copied::Moved),
    }
}

/// A digest of where a data folder lies: the machine and the path.
pub(super) fn place_of(data: &Path) -> String {
    let machine = std::fs::read("/etc/machine-id").unwrap_or_default();
    let path = std::fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let mut digest = Sha256::new();
    digest.update((machine.len() as u64).to_le_bytes());
    digest.update(machine);
    digest.update(path.to_string_lossy().as_bytes());
    crate::wire::event::Hash(digest.finalize().into()).to_string()
}

fn mark_file(data: &Path) -> PathBuf {
    data.join(MARK)
}

fn read_mark(data: &Path) -> Option<Mark> {
    serde_json::from_slice(&std::fs::read(mark_file(data)).ok()?).ok()
}

/// Written beside and renamed, so that a power cut leaves the old one or the new one.
fn write_mark(data: &Path, mark: &Mark) -> Result<()> {
    let path = mark_file(data);
    let failed = |what: &str| Error::io(format!("{what} {}", path.display()));
    let text = serde_json::to_string(mark)
        .map_err(|error| Error::Internal(format!("writing {}: {error}", path.display())))?;
    let beside = path.with_extension(format!("mark-{}", std::process::id()));
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written
        .and_then(|()| std::fs::rename(&beside, &path))
        .inspect_err(|_| {
            let _ = std::fs::remove_file(&beside);
        })
        .map_err(failed("writing"))?;
    // Until the folder is synced, a power cut can take the name away and the next opening would see a copy.
    crate::store::sync_folder_of(&path)
}

/// Writes beside the database of a data folder which copy it is and how far its log has come.
pub(super) fn write_mark_of(data: &Path, own: &Identity) -> Result<()> {
    let Some(instance) = own.instance else {
        return Ok(());
    };
    let (epoch, seq) = own.head;
    let mark = Mark {
        instance,
        epoch,
        seq,
    };
    // An idle shop does not wear its disk.
    if read_mark(data).as_ref() == Some(&mark) {
        return Ok(());
    }
    write_mark(data, &mark)
}

/// Makes this database another copy than any before: a new identity, a new series of receipt numbers, and an incident
/// that says so. The caller writes the mark once this is committed, see [`Shop::mark_place`].
pub(super) fn become_another(
    tx: &WriteTx<'_>,
    now: &Moment,
    place: &str,
    why: Copied,
    detail: serde_json::Value,
) -> Result<()> {
    copies::set_identity(tx, Uuid::now_v7(), place)?;
    // Whether anything was sold or not: the copy that it was made from may sell at this moment.
    number_apart(tx, now, why, detail)
}

/// Begins a series of receipt numbers that no other copy has, with an incident that says why and has `detail` in it.
pub(super) fn number_apart(
    tx: &WriteTx<'_>,
    now: &Moment,
    why: Copied,
    detail: serde_json::Value,
) -> Result<()> {
    let first_number = copies::begin_series(tx, now, why.word(), chance()?)?;
    let mut figures = json!({ "why": why.word(), "receipts_from": first_number });
    if let (Some(figures), serde_json::Value::Object(more)) = (figures.as_object_mut(), detail) {
        figures.extend(more);
    }
    copies::note(tx, now, "copy", &figures)
}

impl Shop {
    /// Looks whether the database in the data folder is another copy than the one used here last, and makes it one of
    /// its own if so. At every opening, before anything else.
    pub(super) async fn notice_copy(&self) -> Result<()> {
        let data = self.config.data().to_owned();
        let place = place_of(&data);
        let mark = read_mark(&data);
        let own = self.db.read(copies::identity).await?;
        let copied = compare(&own, &place, mark.as_ref());
        if own.instance.is_some() && copied.is_none() {
            return Ok(());
        }
        let now = self.now();
        let seen = own.instance;
        let head = own.head;
        self.db
            .write(move |tx| {
                // Another process that opened it at the same moment may have been first.
                if copies::identity(tx)?.instance != seen {
                    return Ok(());
                }
                match copied {
                    None => copies::set_identity(tx, Uuid::now_v7(), &place),
                    Some(why) => {
                        let detail = json!({
                            "log": { "epoch": head.0, "seq": head.1 },
                            "was_at": mark.map(|mark| json!({ "epoch": mark.epoch, "seq": mark.seq })),
                        });
                        become_another(tx, &now, &place, why, detail)
                    }
                }
            })
            .await?;
        // A full disk must not keep the shop closed. Without the mark the next opening notices the same again.
        if let Err(error) = self.mark_place().await {
            tracing::warn!(%error, "the place of the database could not be marked");
        }
        Ok(())
    }

    /// Writes beside the database how far its log has come.
    ///
    /// # Errors
    /// What the database or the disk said.
    pub async fn mark_place(&self) -> Result<()> {
        let own = self.db.read(copies::identity).await?;
        let data = self.config.data().to_owned();
        tokio::task::spawn_blocking(move || write_mark_of(&data, &own))
            .await
            .map_err(|error| Error::Internal(format!("marking the place: {error}")))?
    }
}
