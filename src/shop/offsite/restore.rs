//! A dead device's shop, back on a new one: from the hub, with a one-time code and the owner's passphrase.
//!
//! The code gives leave to read and changes nothing for the shop's devices: the restored database has the device's own
//! identity and secret in it and goes on syncing with them. What was read stays in `backups/from-hub/` until the shop is
//! in place, so that a broken line, a mistyped passphrase or a full disk costs nothing that was achieved before.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use age::x25519;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::calls::{Calls, Trouble};
use super::folder::{Folder, LocalSet};
use super::key::{self, Passphrase};
use super::manifest::Manifest;
use super::pack;
use crate::clock::SharedClock;
use crate::config::Config;
use crate::error::{Error, FieldError, Result};
use crate::shop::Shop;
use crate::shop::backup::{self, Restored};
use crate::shop::store::events;
use crate::shop::transport::{Transport, hub_address};
use crate::store::backup::open_to_read;
use crate::web::session::random_secret;
use crate::wire::code::normalised;
use crate::wire::event::Hash;
use crate::wire::offsite::{Commit, GrantRequest, SetReply, StoredSet};

/// Tries of one part on a line that does not answer, and the pause after each.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// What was read for a restore is kept for so long after the last part: as long as the hub gives leave.
const ABANDONED_AFTER: TimeDelta = TimeDelta::days(7);

/// A restore that was begun: the hub lets this device read.
pub struct FromHub<'t, T> {
    config: Config,
    clock: SharedClock,
    calls: Calls<'t, T>,
    place: PathBuf,
    shop: String,
}

/// A set that the passphrase has opened.
pub struct Opened {
    set: SetReply,
    manifest: Manifest,
    identity: x25519::Identity,
}

impl Opened {
    /// When the copy was taken, RFC 3339, by the clock of the shop.
    #[must_use]
    pub fn taken_at(&self) -> &str {
        &self.manifest.taken_at
    }
}

/// Leave to read, as it is kept from before it is asked for.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Leave {
    hub: String,
    code: Hash,
    token: String,
}

impl<'t, T: Transport> FromHub<'t, T> {
    /// Asks the hub at `hub` for leave to read the backups of the shop that `code` is for. The same code again in the
    /// same folder is the same leave.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the folder holds a shop and `replace` is not wanted, [`Error::Invalid`] for an address
    /// or code that cannot be, [`Error::Remote`] when the hub cannot be reached or says no.
    pub async fn begin(
        config: Config,
        clock: SharedClock,
        transport: &'t T,
        (hub, code): (&str, &str),
        replace: bool,
    ) -> Result<Self> {
        let file = Shop::file(config.data());
        if file.exists() && !replace {
            return Err(Error::Conflict(format!(
                "{} holds a shop already: choose another folder with --data, or --replace to put the one from the hub \
                 in its place (it is kept in backups)",
                file.display()
            )));
        }
        let url = hub_address(hub).map_err(named)?;
        let code = normalised(code)
            .ok_or_else(|| Error::invalid("--code", "is no code of a hub, like K7QF-93MX"))?;
        let place = place_in(config.data());
        let creating = |error| pack::fault(format!("creating {}", place.display()), error);
        fs::create_dir_all(place.join("parts")).map_err(creating)?;
        // The leave, and the shop in the clear once it is put together, are nobody else's.
        owner_only(&place).map_err(creating)?;
        let token = leave(&place, &url, &code)?;
        let mut calls = Calls {
            transport,
            url,
            token: None,
            clock: clock.clone(),
        };
        let request = GrantRequest {
            code,
            token: token.clone(),
        };
        let granted = calls.grant(&request).await?;
        calls.token = Some(token);
        Ok(Self {
            config,
            clock,
            calls,
            place,
            shop: granted.shop,
        })
    }

    /// The shop's name at the hub.
    #[must_use]
    pub fn shop(&self) -> &str {
        &self.shop
    }

    /// The backups that there are, the latest first.
    ///
    /// # Errors
    /// [`Error::Remote`].
    pub async fn sets(&self) -> Result<Vec<StoredSet>> {
        Ok(self.calls.sets().await?.sets)
    }

    /// Reads the key of a set. It tells nothing without the passphrase.
    ///
    /// # Errors
    /// [`Error::Remote`].
    pub async fn locate(&self, id: Uuid) -> Result<SetReply> {
        let set = self.calls.set(id).await?;
        self.fetch(set.key).await?;
        self.fetch(set.manifest).await?;
        Ok(set)
    }

    /// Opens a set.
    ///
    /// # Errors
    /// [`Error::Refused`] for a wrong passphrase: nothing is lost by it. [`Error::Corrupt`] for a damaged set.
    pub async fn open(&self, set: SetReply, passphrase: Passphrase) -> Result<Opened> {
        let (key_file, sealed) = (self.read(set.key)?, self.read(set.manifest)?);
        let opened = tokio::task::spawn_blocking(move || {
            let identity = key::open(&key_file, &passphrase)?;
            let manifest = Manifest::open(&identity, &sealed)?;
            let parts: u64 = manifest.objects.iter().map(|count| u64::from(*count)).sum();
            if parts != set.chain.len() as u64 || manifest.set != set.set.id {
                return Err(Error::Corrupt(format!(
                    "backup {} has {} parts on the hub and was made of {parts}",
                    set.set.id,
                    set.chain.len()
                )));
            }
            Ok(Opened {
                set,
                manifest,
                identity,
            })
        });
        opened.await.map_err(|error| super::ended(&error))?
    }

    /// Reads all parts of a set that are not here yet; `progress` is told how many of how many are.
    ///
    /// # Errors
    /// [`Error::Remote`] when the line breaks, or when the hub's copy of a part is damaged or gone, which is named.
    /// What was read stays.
    pub async fn download(
        &self,
        opened: &Opened,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<()> {
        let total = opened.set.chain.len();
        for (done, hash) in opened.set.chain.iter().enumerate() {
            progress(done, total);
            self.fetch(*hash).await?;
        }
        progress(total, total);
        Ok(())
    }

    /// Puts the parts together, checks that they are what was backed up, and puts the shop in its place.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when they are not, and what [`backup::restore`] says. The folder is as it was then.
    pub async fn put_in_place(self, opened: Opened) -> Result<Restored> {
        let place = self.place.clone();
        let manifest = opened.manifest.clone();
        let set = opened.set.clone();
        let built = tokio::task::spawn_blocking(move || build(&place, &opened));
        let built = built.await.map_err(|error| super::ended(&error))??;
        let restored = backup::restore(self.config.clone(), &built, self.clock.clone())
            .await
            // The parts stay; the shop in the clear is made of them again.
            .inspect_err(|_| drop(fs::remove_file(&built)))?;
        let folder = Folder::of(self.config.data());
        // Without it the next night sends everything once more, which costs a night and no more.
        if let Err(error) = go_on_from(&folder, &built, &manifest, &set) {
            tracing::warn!(%error, "the next off-site backup begins anew");
        }
        if let Err(error) = pack::remove_folder(&self.place) {
            tracing::warn!(%error, "what was read from the hub could not be cleared away");
        }
        Ok(restored)
    }

    fn part_file(&self, hash: Hash) -> PathBuf {
        pack::part_file(&self.place.join("parts"), hash)
    }

    fn read(&self, hash: Hash) -> Result<Vec<u8>> {
        let file = self.part_file(hash);
        fs::read(&file).map_err(|error| pack::fault(format!("reading {}", file.display()), error))
    }

    /// Reads a part from the hub unless it is here; once more when it comes damaged.
    async fn fetch(&self, hash: Hash) -> Result<()> {
        let file = self.part_file(hash);
        if fs::read(&file).is_ok_and(|content| Sha256::digest(&content)[..] == hash.0) {
            return Ok(());
        }
        let (mut pauses, mut damaged) = (PAUSES.iter(), false);
        let content = loop {
            match self.calls.part(hash).await {
                Ok(content) => break content,
                Err(Trouble::Damaged(_)) if !damaged => damaged = true,
                Err(Trouble::NoReply(text)) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => {
                        return Err(Error::Remote(format!(
                            "{text}; what was read so far is kept: the same command goes on from there"
                        )));
                    }
                },
                Err(Trouble::Damaged(_)) => return Err(useless(hash, "is damaged")),
                Err(Trouble::Refused { status: 404, .. }) => return Err(useless(hash, "is gone")),
                Err(trouble) => return Err(trouble.into()),
            }
        };
        pack::write_part(&self.place.join("parts"), &content).map(|_| ())
    }
}

/// The fault of an address under the name by which this command takes it.
fn named(error: Error) -> Error {
    match error {
        Error::Invalid(fields) => Error::Invalid(
            fields
                .into_iter()
                .map(|field| FieldError {
                    field: "--from-hub".to_owned(),
                    ..field
                })
                .collect(),
        ),
        other => other,
    }
}

fn useless(hash: Hash, what: &str) -> Error {
    Error::Remote(format!(
        "part {hash} of this backup {what} on the hub; an earlier backup may be whole: see --list, and choose it with \
         --set"
    ))
}

fn place_in(data: &Path) -> PathBuf {
    data.join("backups").join("from-hub")
}

/// Clears away what a restore left in the data folder `data` that nobody has gone on with for as long as a leave lasts.
///
/// # Errors
/// [`Error::Io`].
pub(in crate::shop) fn clear_abandoned(data: &Path, now: DateTime<Utc>) -> Result<()> {
    let place = place_in(data);
    let touched = |path: &Path| {
        Some(DateTime::<Utc>::from(
            fs::metadata(path).ok()?.modified().ok()?,
        ))
    };
    let last = touched(&place).max(touched(&place.join("parts")));
    if last.is_none_or(|last| now - last < ABANDONED_AFTER) {
        return Ok(());
    }
    pack::remove_folder(&place)
}

/// Lets nobody else look into a folder.
#[cfg(unix)]
fn owner_only(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Elsewhere the folder of a user is nobody else's as it is.
#[cfg(not(unix))]
fn owner_only(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Options that make a file which nobody else may read.
fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The token that this device presents: that of an earlier attempt with the same code at the same hub, or a new one.
/// Each code has a file of its own: one that was mistyped must not cost the leave that another has brought.
fn leave(place: &Path, hub: &str, code: &str) -> Result<String> {
    let code = Hash(Sha256::digest(code.as_bytes()).into());
    let name = Hash(Sha256::digest(format!("{hub} {code}")).into());
    let file = place.join(format!("leave-{name}.json"));
    let known: Option<Leave> = fs::read(&file)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(known) = known.filter(|known| known.hub == hub && known.code == code) {
        return Ok(known.token);
    }
    let leave = Leave {
        hub: hub.to_owned(),
        code,
        token: random_secret()?,
    };
    let text = serde_json::to_vec(&leave)
        .map_err(|error| Error::Internal(format!("writing a leave: {error}")))?;
    let writing = |error| pack::fault(format!("writing {}", file.display()), error);
    let mut written = private_file().open(&file).map_err(writing)?;
    written
        .write_all(&text)
        .and_then(|()| written.sync_all())
        .map_err(writing)?;
    Ok(leave.token)
}

/// The database that the parts lead to.
fn build(place: &Path, opened: &Opened) -> Result<PathBuf> {
    let built = place.join("shop.db");
    let writing = |error| pack::fault(format!("writing {}", built.display()), error);
    let mut file = private_file().open(&built).map_err(writing)?;
    let folder = place.join("parts");
    let mut waiting = opened.set.chain.iter();
    for count in &opened.manifest.objects {
        let parts: Vec<PathBuf> = waiting
            .by_ref()
            .take(*count as usize)
            .map(|hash| pack::part_file(&folder, *hash))
            .collect();
        pack::apply(&parts, &opened.identity, &mut file)?;
    }
    file.sync_all().map_err(writing)?;
    let (sha256, _) = pack::digest_of(&built)?;
    let is = events::head(&open_to_read(&built)?);
    let was = opened.manifest.head;
    if sha256 != opened.manifest.sha256
        || !is.is_ok_and(|is| (is.epoch, is.seq, is.hash) == (was.epoch, was.seq, was.hash))
    {
        return Err(Error::Corrupt(format!(
            "the parts of backup {} do not make up the database that was backed up; an earlier backup may be whole: \
             see --list, and choose it with --set",
            opened.set.set.id
        )));
    }
    Ok(built)
}

/// Keeps the restored copy as the one that the next night is compared with.
fn go_on_from(folder: &Folder, built: &Path, manifest: &Manifest, set: &SetReply) -> Result<()> {
    folder.clear()?;
    let place = folder.begin()?;
    let copy = place.join("copy.db");
    fs::rename(built, &copy)
        .map_err(|error| pack::fault(format!("renaming {}", built.display()), error))?;
    let local = LocalSet {
        commit: Commit {
            id: manifest.set,
            chain: manifest.chain,
            follows: manifest.objects.iter().sum(),
            parts: Vec::new(),
            key: set.key,
            manifest: set.manifest,
        },
        objects: manifest.objects.clone(),
        sha256: manifest.sha256,
        source: String::new(),
        sent_bytes: 0,
        whole_bytes: manifest.whole_bytes,
        whole_file_bytes: manifest.whole_file_bytes,
        changes_bytes: manifest.changes_bytes,
    };
    folder.prepared(&local)?;
    folder.finish(manifest.set)
}
