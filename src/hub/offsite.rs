//! Off-site backups: the hub keeps what shops have sealed, and gives it back to whoever the distributor lets.
//!
//! A set is there wholly or not at all, and everything that a shop sends or asks for is looked up under its own name,
//! so that no shop can read, overwrite or even find another's.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, Duration, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::Hub;
use super::pairing::CodeRefusal;
use super::pairing::{code_hash, token_hash};
use super::store::backups::{self, Grant, SetRow};
use super::store::{self, HubTx, audit, devices, shops};
use crate::error::{Error, Result};
use crate::store::disk;
use crate::wire::code::normalised;
use crate::wire::event::{Hash, moment_text};
use crate::wire::offsite::{
    Asked, Commit, CommitRejection, GrantReply, GrantRequest, MAX_NAMED_PARTS, MAX_PART_BYTES,
    Missing, SetReply, SetsReply, StoredSet,
};

/// Nights whose last set is kept.
const NIGHTS: usize = 7;

/// Weeks before them whose last set is kept.
const WEEKS: usize = 4;

/// Where two copies of a shop send sets, each goes on with a chain of its own: the end of one that was used so lately is
/// kept, or its next night would have to begin anew.
const CHAIN_LIFE: Duration = Duration::days(7);

/// How long leave to read lasts: time enough for a bad line.
const GRANT_LIFE: Duration = Duration::days(7);

/// How long parts wait for their set before they may make room for others.
const UPLOAD_LIFE: Duration = Duration::days(7);

/// Room on the hub's disk that shops' copies leave to their events and the planning, bytes.
const RESERVE: u64 = 1 << 30;

/// The most parts of a chain: a whole and the changes that a shop goes on from, several times over.
const LONGEST_CHAIN: u32 = 4 * MAX_NAMED_PARTS as u32;

/// What became of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// The set is there.
    Stored,
    /// It is not, and nothing changed.
    Rejected(CommitRejection),
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKept {
    /// It is there.
    Stored,
    /// The shop's room is used up: bytes held, bytes allowed.
    NoRoom(u64, u64),
}

/// What became of a request to read with a code.
#[derive(Debug, Clone)]
pub enum Granting {
    /// Leave is given.
    Granted(GrantReply),
    /// The code gives none.
    Refused(CodeRefusal),
}

impl Hub {
    /// Which of these parts the shop of `device` has not sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] for too long a question.
    pub async fn missing_parts(&self, device: Uuid, asked: Asked) -> Result<Missing> {
        check_count("parts", asked.parts.len())?;
        store::read(self.store(), move |tx| {
            let shop_id = shop_of(tx, device)?;
            let mut missing = Vec::new();
            for hash in &asked.parts {
                if !backups::has_part(tx, &shop_id, *hash)? {
                    missing.push(*hash);
                }
            }
            Ok(Missing { missing })
        })
        .await
    }

    /// Keeps a part for the shop of `device`. The same again changes nothing. Where the shop's room is used up, parts of
    /// uploads that were given up make room.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the content does not fit its name: it was cut off or damaged on the way;
    /// [`Error::DiskFull`] when the disk is short for what the hub is there for.
    pub async fn keep_part(&self, device: Uuid, hash: Hash, content: Vec<u8>) -> Result<PartKept> {
        if content.is_empty() || content.len() > MAX_PART_BYTES {
            let wanted = format!("a part has 1 to {MAX_PART_BYTES} bytes");
            return Err(Error::invalid("body", wanted));
        }
        if Sha256::digest(&content)[..] != hash.0 {
            return Err(Error::invalid(
                "hash",
                "is not that of the content: the part was damaged on its way",
            ));
        }
        if disk::free(self.config().data()).is_some_and(|free| free < RESERVE) {
            return Err(Error::DiskFull);
        }
        let (now, most) = (self.now(), self.config().backup_quota());
        store::write(self.store(), move |tx| {
            let shop_id = shop_of(tx, device)?;
            if backups::has_part(tx, &shop_id, hash)? {
                return Ok(PartKept::Stored);
            }
            let length = content.len() as u64;
            let mut held = backups::room(tx, &shop_id)?;
            if held + length > most && backups::sweep_parts(tx, &shop_id, now - UPLOAD_LIFE)? > 0 {
                held = backups::room(tx, &shop_id)?;
            }
            if held + length > most {
                return Ok(PartKept::NoRoom(held, most));
            }
            backups::insert_part(tx, &shop_id, hash, &content, now)?;
            Ok(PartKept::Stored)
        })
        .await
    }

    /// Makes a set of parts that are there, drops sets that are too old, and deletes parts that no set needs, all in
    /// one transaction. The same again changes nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a set that cannot be, [`Error::Conflict`] for another set of the same name.
    pub async fn commit_backup(&self, device: Uuid, commit: Commit) -> Result<Committed> {
        check_count("parts", commit.parts.len())?;
        if commit.follows == 0 && commit.parts.is_empty() {
            return Err(Error::invalid("parts", "a chain begins with a part"));
        }
        // Or a part that takes room once could fill the chain's table any number of times.
        let distinct: HashSet<&[u8; 32]> = commit.parts.iter().map(|hash| &hash.0).collect();
        if distinct.len() != commit.parts.len() {
            return Err(Error::invalid("parts", "a part is named twice"));
        }
        let now = self.now();
        store::write(self.store(), move |tx| store_set(tx, device, &commit, now)).await
    }

    /// What the hub holds of a shop.
    ///
    /// # Errors
    /// What the database said.
    pub async fn backup_sets(&self, shop_id: String) -> Result<SetsReply> {
        store::read(self.store(), move |tx| {
            Ok(SetsReply {
                shop: shops::get(tx, &shop_id)?.name,
                sets: backups::sets(tx, &shop_id)?.iter().map(told).collect(),
            })
        })
        .await
    }

    /// Where a set of the shop is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn backup_set(&self, shop_id: String, id: Uuid) -> Result<SetReply> {
        store::read(self.store(), move |tx| {
            let set = backups::set(tx, &shop_id, id)?
                .ok_or_else(|| Error::NotFound(format!("there is no backup {id}")))?;
            Ok(SetReply {
                chain: backups::chain(tx, &shop_id, set.chain, set.chain_parts)?,
                key: set.key,
                manifest: set.manifest,
                set: told(&set),
            })
        })
        .await
    }

    /// The content of a part of the shop.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn backup_part(&self, shop_id: String, hash: Hash) -> Result<Vec<u8>> {
        store::read(self.store(), move |tx| {
            backups::part(tx, &shop_id, hash)?
                .ok_or_else(|| Error::NotFound(format!("there is no part {hash}")))
        })
        .await
    }

    /// Deletes everything that the hub holds of the copies of the shop of `device`.
    ///
    /// # Errors
    /// What the database said.
    pub async fn forget_backups(&self, device: Uuid) -> Result<()> {
        let now = self.now();
        store::write(self.store(), move |tx| {
            let shop_id = shop_of(tx, device)?;
            let sets = backups::sets(tx, &shop_id)?;
            for set in &sets {
                backups::delete_set(tx, &shop_id, set.id)?;
            }
            backups::sweep(tx, &shop_id)?;
            let (actor, detail) = (format!("device {device}"), format!("{} sets", sets.len()));
            audit::record(tx, now, &actor, "backups.forgotten", &shop_id, &detail)
        })
        .await
    }

    /// The shop whose sets a token may read: that of a device, or the one that a code gave leave for.
    ///
    /// # Errors
    /// [`Error::Unauthorized`].
    pub async fn backup_reader(&self, token: &str) -> Result<String> {
        let (presented, now) = (token_hash(token), self.now());
        store::read(self.store(), move |tx| {
            let same = |known: &[u8; 32]| bool::from(known.ct_eq(&presented));
            if let Some(device) = devices::by_token(tx, &presented)?
                && same(&device.token_hash)
                && device.is_let_in()
            {
                return Ok(device.shop_id);
            }
            backups::grant_of_token(tx, &presented)?
                .filter(|grant| same(&grant.token_hash) && now < grant.expires_at)
                .map(|grant| grant.shop_id)
                .ok_or_else(|| {
                    Error::Unauthorized(
                        "this device may not read backups here; ask the distributor for a new code"
                            .to_owned(),
                    )
                })
        })
        .await
    }

    /// Gives leave to read a shop's sets for a one-time code, and changes nothing for its devices. The same code and
    /// token again are the same leave.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a token that cannot be.
    pub async fn grant_backups(&self, request: GrantRequest) -> Result<Granting> {
        let now = self.now();
        if let Some(seconds) = self.guesses.wait(now) {
            return Ok(Granting::Refused(CodeRefusal::TooManyGuesses(seconds)));
        }
        super::pairing::check_token(&request.token)?;
        let Some(code) = normalised(&request.code) else {
            self.guesses.count(now);
            return Ok(Granting::Refused(CodeRefusal::Wrong));
        };
        let (code, token) = (code_hash(&code), token_hash(&request.token));
        let Some(hub) = self.whose(&code).await? else {
            self.guesses.count(now);
            return Ok(Granting::Refused(CodeRefusal::Wrong));
        };
        let granting = store::write(hub.store(), move |tx| grant(tx, &code, &token, now)).await?;
        if matches!(granting, Granting::Refused(CodeRefusal::Wrong)) {
            self.guesses.count(now);
        }
        Ok(granting)
    }
}

fn check_count(field: &str, count: usize) -> Result<()> {
    if count > MAX_NAMED_PARTS {
        let most = format!("at most {MAX_NAMED_PARTS} at a time");
        return Err(Error::invalid(field, most));
    }
    Ok(())
}

fn shop_of(tx: &mut dyn HubTx, device: Uuid) -> Result<String> {
    devices::find(tx, device)?
        .map(|device| device.shop_id)
        .ok_or_else(|| Error::Unauthorized("there is no such device".to_owned()))
}

fn told(set: &SetRow) -> StoredSet {
    StoredSet {
        id: set.id,
        device: set.device,
        received_at: moment_text(set.received_at),
        parts: set.chain_parts + 2,
        bytes: set.bytes,
    }
}

fn store_set(
    tx: &mut dyn HubTx,
    device: Uuid,
    commit: &Commit,
    now: DateTime<Utc>,
) -> Result<Committed> {
    let shop_id = shop_of(tx, device)?;
    let added = u32::try_from(commit.parts.len()).unwrap_or(u32::MAX);
    let length = commit.follows.saturating_add(added);
    if let Some(there) = backups::set(tx, &shop_id, commit.id)? {
        let same = (there.chain, there.chain_parts, there.key, there.manifest)
            == (commit.chain, length, commit.key, commit.manifest);
        return if same {
            Ok(Committed::Stored)
        } else {
            let text = format!("there is another backup {}", commit.id);
            Err(Error::Conflict(text))
        };
    }
    // A chain that is too long to be gone on with is begun anew, as one that is not there.
    if length > LONGEST_CHAIN
        || backups::chain_length(tx, &shop_id, commit.chain)? != commit.follows
    {
        return Ok(Committed::Rejected(CommitRejection::OtherChain));
    }
    for hash in commit.parts.iter().chain([&commit.key, &commit.manifest]) {
        if !backups::has_part(tx, &shop_id, *hash)? {
            return Ok(Committed::Rejected(CommitRejection::MissingParts));
        }
    }
    backups::extend_chain(tx, &shop_id, commit.chain, commit.follows, &commit.parts)?;
    let mut bytes = backups::chain_bytes(tx, &shop_id, commit.chain, length)?;
    for hash in [commit.key, commit.manifest] {
        bytes += backups::part(tx, &shop_id, hash)?.map_or(0, |content| content.len() as u64);
    }
    let set = SetRow {
        id: commit.id,
        device,
        chain: commit.chain,
        chain_parts: length,
        key: commit.key,
        manifest: commit.manifest,
        bytes,
        received_at: now,
    };
    backups::insert_set(tx, &shop_id, &set)?;
    let shop = shops::get(tx, &shop_id)?;
    let sets = backups::sets(tx, &shop_id)?;
    let mut kept = kept(&sets, shop.timezone.parse().unwrap_or(Tz::UTC), now);
    // Even where the hub's clock was ahead for a while and this one therefore seems older than all others.
    kept.insert(commit.id);
    for set in sets.iter().filter(|set| !kept.contains(&set.id)) {
        backups::delete_set(tx, &shop_id, set.id)?;
    }
    backups::sweep(tx, &shop_id)?;
    Ok(Committed::Stored)
}

/// The sets to keep, of these, the latest first: the last one of each of the latest nights that have one, before them
/// the last one of each of the latest weeks, and the ends of the chains that are in use.
#[must_use]
pub fn kept(sets: &[SetRow], timezone: Tz, now: DateTime<Utc>) -> HashSet<Uuid> {
    let mut kept = HashSet::new();
    let date = |set: &SetRow| set.received_at.with_timezone(&timezone).date_naive();
    let (mut nights, mut weeks, mut chains) = (Vec::new(), Vec::new(), HashSet::new());
    for set in sets {
        let (night, week) = (date(set), date(set).iso_week());
        if !nights.contains(&night) && nights.len() < NIGHTS {
            nights.push(night);
            kept.insert(set.id);
        } else if !nights.contains(&night) && !weeks.contains(&week) && weeks.len() < WEEKS {
            weeks.push(week);
            kept.insert(set.id);
        }
        if chains.insert(set.chain) && now.signed_duration_since(set.received_at) < CHAIN_LIFE {
            kept.insert(set.id);
        }
    }
    kept
}

fn grant(
    tx: &mut dyn HubTx,
    code_hash: &[u8; 32],
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Granting> {
    let Some(code) = devices::code(tx, code_hash)? else {
        return Ok(Granting::Refused(CodeRefusal::Wrong));
    };
    let name = shops::get(tx, &code.shop_id)?.name;
    let granted = |until| {
        Granting::Granted(GrantReply {
            shop: name.clone(),
            until: moment_text(until),
        })
    };
    if code.used_by.is_some() {
        let same = backups::grant_of_code(tx, code_hash)?.filter(|grant| {
            bool::from(grant.token_hash.ct_eq(token_hash)) && now < grant.expires_at
        });
        return Ok(same.map_or(Granting::Refused(CodeRefusal::Used), |grant| {
            granted(grant.expires_at)
        }));
    }
    if now >= code.expires_at {
        return Ok(Granting::Refused(CodeRefusal::Expired));
    }
    if devices::by_token(tx, token_hash)?.is_some()
        || backups::grant_of_token(tx, token_hash)?.is_some()
    {
        return Err(Error::invalid("token", "is in use"));
    }
    let grant = Grant {
        id: Uuid::now_v7(),
        shop_id: code.shop_id,
        token_hash: *token_hash,
        expires_at: now + GRANT_LIFE,
    };
    backups::insert_grant(tx, &grant, code_hash)?;
    devices::redeem_code(tx, code_hash, grant.id)?;
    let actor = format!("code {}", grant.id);
    audit::record(tx, now, &actor, "backups.granted", &grant.shop_id, "")?;
    Ok(granted(grant.expires_at))
}
