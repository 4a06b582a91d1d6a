//! Sending a set, part by part. What breaks off is gone on with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::calls::{Calls, Trouble};
use super::folder::LocalSet;
use super::prepare::{self, Task};
use super::{Shop, pack};
use crate::error::{Error, Result};
use crate::shop::chance;
use crate::shop::store::offsite as rows;
use crate::shop::sync::decide::{backoff, obeyed};
use crate::shop::transport::Transport;
use crate::store::FileLock;
use crate::wire::event::Hash;
use crate::wire::offsite::CommitRejection;

/// A hub that still lacks parts after so many rounds of sending them loses them.
const ROUNDS: usize = 4;

/// The longest pause between two parts.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// What the hub calls the backup.
    pub set: uuid::Uuid,
    /// Parts sent just now; those of an earlier attempt are there already.
    pub parts: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Nothing was kept of earlier nights: the whole database was sent.
    pub whole: bool,
}

/// What an attempt has sent.
#[derive(Default)]
struct Done {
    parts: u32,
    bytes: u64,
}

/// How an attempt ended that did not go through.
enum Ended {
    /// The hub cannot go on from what this device has: the set has to begin a chain of its own.
    BeginAnew,
    /// Anything else.
    Trouble(Trouble),
}

impl<E: Into<Trouble>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

impl Shop {
    /// [`Shop::send_offsite_over`] HTTP.
    ///
    /// # Errors
    /// As there.
    pub async fn send_offsite(&self) -> Result<Sent> {
        self.send_offsite_over(&*self.transport).await
    }

    /// Sends what is under way, or else the latest local backup (taking one where there is none), now. What was sent
    /// before is not sent again. How it ended is kept, so that the next attempt comes at its time.
    ///
    /// # Errors
    /// [`Error::Refused`] without consent, without a hub, or while another process is at it; [`Error::Remote`] when the
    /// hub cannot be reached or says no.
    pub async fn send_offsite_over<T: Transport>(&self, transport: &T) -> Result<Sent> {
        let state = self.db.read(rows::load).await?;
        let Some(state) = state.filter(|state| state.enabled) else {
            return Err(Error::Refused(
                "off-site backups need the owner's consent: run kulakan shop offsite on".to_owned(),
            ));
        };
        let calls = self.offsite_calls(transport).await?;
        let alone = Arc::new(self.alone_offsite()?);
        let mut done = Done::default();
        let trouble = match self.send_once(&calls, &state, &alone, &mut done).await {
            Ok(sent) => return Ok(sent),
            Err(Ended::BeginAnew) => Trouble::from(Error::Remote(
                "the hub does not keep the parts that it is sent".to_owned(),
            )),
            Err(Ended::Trouble(trouble)) => trouble,
        };
        let noted = self.note_offsite_failure(&state, &done, &trouble).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "that an off-site backup failed could not be kept");
        }
        Err(trouble.into())
    }

    async fn send_once<T: Transport>(
        &self,
        calls: &Calls<'_, T>,
        state: &rows::Offsite,
        alone: &Arc<FileLock>,
        done: &mut Done,
    ) -> Result<Sent, Ended> {
        // Twice at most: a set that begins a chain of its own depends on nothing.
        let set = match self.attempt(calls, state, alone, done).await {
            Err(Ended::BeginAnew) => {
                self.offsite_folder().clear()?;
                self.attempt(calls, state, alone, done).await?
            }
            ended => ended?,
        };
        let (at, id) = (self.clock.now(), set.commit.id);
        let (whole, key) = (set.commit.follows == 0, state.key_file.clone());
        self.db
            .write(move |tx| rows::succeeded(tx, at, id, (&set.source, set.sent_bytes), &key))
            .await?;
        Ok(Sent {
            set: id,
            parts: done.parts,
            bytes: done.bytes,
            whole,
        })
    }

    async fn note_offsite_failure(
        &self,
        state: &rows::Offsite,
        done: &Done,
        trouble: &Trouble,
    ) -> Result<()> {
        let random = chance()?;
        // A bad line that carries a few parts between two breaks is no reason to try ever more rarely; a hub that takes
        // some and says no to the next is.
        let came_further = done.parts > 0 && matches!(trouble, Trouble::NoReply(_));
        let failures = if came_further { 0 } else { state.failures }.saturating_add(1);
        let (delay, text) = match trouble {
            Trouble::Refused {
                retry_after: Some(asked),
                text,
                ..
            } => (obeyed(*asked), text.clone()),
            Trouble::NoReply(text) | Trouble::Refused { text, .. } => {
                (backoff(failures, random), text.clone())
            }
            Trouble::Own(error) => (backoff(failures, random), error.to_string()),
            Trouble::Damaged(hash) => (backoff(failures, random), format!("part {hash}")),
        };
        let next = self.clock.now() + delay;
        let key = state.key_file.clone();
        self.db
            .write(move |tx| rows::failed(tx, &text, (failures, next), &key))
            .await
    }

    async fn attempt<T: Transport>(
        &self,
        calls: &Calls<'_, T>,
        state: &rows::Offsite,
        alone: &Arc<FileLock>,
        done: &mut Done,
    ) -> Result<LocalSet, Ended> {
        let folder = self.offsite_folder();
        let key = Hash(Sha256::digest(&state.key_file).into());
        let set = match folder.pending() {
            Some(set) if set.commit.key == key => set,
            stale => {
                // Sealed for a passphrase that has been replaced since.
                if let Some(stale) = stale {
                    folder.abandon(stale.commit.id)?;
                }
                self.prepare_offsite(state, alone).await?
            }
        };
        self.send_set(calls, &set, done).await?;
        let (id, kept) = (set.commit.id, folder.clone());
        blocking(move || kept.finish(id)).await?;
        Ok(set)
    }

    /// Packs the latest local backup.
    async fn prepare_offsite(
        &self,
        state: &rows::Offsite,
        alone: &Arc<FileLock>,
    ) -> Result<LocalSet> {
        let kept = match self.newest_backup() {
            Some(kept) => kept,
            None => {
                self.back_up(None).await?;
                self.newest_backup()
                    .ok_or_else(|| Error::Internal("a backup is gone".to_owned()))?
            }
        };
        let task = Task {
            source: kept.file,
            taken_at: kept.at,
            shop: self.info.name.clone(),
            recipient: state.recipient.clone(),
            key_file: state.key_file.clone(),
        };
        let (folder, alone) = (self.offsite_folder(), Arc::clone(alone));
        blocking(move || {
            // Packing goes on to its end even where nobody waits for it any more.
            let _alone = alone;
            prepare::prepare(&folder, &task)
        })
        .await
    }

    /// Sees to it that the owner still consents, and to what is being sent: that can take hours.
    async fn is_still_wanted(&self, key: Hash) -> Result<()> {
        let state = self.db.read(rows::load).await?;
        if state.is_some_and(|state| state.enabled && Sha256::digest(&state.key_file)[..] == key.0)
        {
            return Ok(());
        }
        Err(Error::Refused(
            "off-site backups were switched off or given another passphrase meanwhile".to_owned(),
        ))
    }

    async fn send_set<T: Transport>(
        &self,
        calls: &Calls<'_, T>,
        set: &LocalSet,
        done: &mut Done,
    ) -> Result<(), Ended> {
        let commit = &set.commit;
        let folder = self.offsite_folder().parts(commit.id);
        let mut named = commit.parts.clone();
        named.extend([commit.key, commit.manifest]);
        for _ in 0..ROUNDS {
            for hash in calls.missing(&named).await? {
                let file = pack::part_file(&folder, hash);
                // Sent once, long ago, and not there any more: the hub was restored, or the disk here was.
                let Some(content) = blocking(move || Ok(std::fs::read(file).ok())).await? else {
                    return Err(Ended::BeginAnew);
                };
                // None is begun while an exchange of the log has the line.
                drop(self.exchanging.lock().await);
                self.is_still_wanted(commit.key).await?;
                let (length, started) = (content.len() as u64, Instant::now());
                match calls.send(hash, content).await {
                    Ok(()) => {}
                    // The file is not what it was: the disk has lost it.
                    Err(Trouble::Refused { status: 422, .. }) => return Err(Ended::BeginAnew),
                    Err(trouble) => return Err(trouble.into()),
                }
                done.parts += 1;
                done.bytes += length;
                tokio::time::sleep(started.elapsed().min(LONGEST_PAUSE)).await;
            }
            self.is_still_wanted(commit.key).await?;
            match calls.commit(commit).await {
                Ok(()) => return Ok(()),
                Err(Trouble::Refused {
                    code: Some(CommitRejection::MissingParts),
                    ..
                }) => {}
                Err(Trouble::Refused {
                    code: Some(CommitRejection::OtherChain),
                    ..
                }) => return Err(Ended::BeginAnew),
                Err(trouble) => return Err(trouble.into()),
            }
        }
        Err(Ended::Trouble(Trouble::Own(Error::Remote(
            "the hub loses parts of the backup as they are sent".to_owned(),
        ))))
    }
}

/// Work on files, off the threads that answer.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| super::ended(&error))?
}
