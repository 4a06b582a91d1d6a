//! A folder of backups: their names, which of them stay, and what there is to say of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::FileLock;
use super::backup::{discard, settle, unfinished};
use crate::error::{Error, Result};

/// The newest of each of so many days, weeks and months stays.
const DAYS: usize = 7;
const WEEKS: usize = 4;
const MONTHS: usize = 12;

/// Room that a backup leaves to those who sell: thousands of sales.
const RESERVE: u64 = 32 << 20;

/// A backup dated further ahead than this is from a night on which the clock was wrong.
const AHEAD: Duration = Duration::days(1);

/// A shop whose last backup is older than this is told so.
const STALE_AFTER: Duration = Duration::days(2);

/// How a moment stands in a file's name: sorts by time, and has no character that a file system minds.
const FORM: &str = "%Y-%m-%dT%H%M%SZ";

/// The backups of one database.
#[derive(Debug, Clone)]
pub struct Backups {
    folder: PathBuf,
    /// What their names begin with.
    stem: &'static str,
}

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Where it is.
    pub file: PathBuf,
    /// When it was begun, by the clock of the machine.
    pub at: DateTime<Utc>,
    /// Its size.
    pub bytes: u64,
}

/// A backup that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub error: String,
}

/// How the backups stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupsStatus {
    /// Where they are.
    pub folder: PathBuf,
    /// How many there are.
    pub count: usize,
    /// What they take.
    pub bytes: u64,
    /// The last one.
    pub last: Option<Kept>,
    /// How long ago that was begun.
    pub age_hours: Option<i64>,
    /// The last attempt, if it failed.
    pub failure: Option<Failure>,
    /// What the owner should look at, in words.
    pub warning: Option<String>,
}

impl BackupsStatus {
    /// Of a database that is backed up by others, and not into the data folder `data`.
    #[must_use]
    pub fn elsewhere(data: &Path) -> Self {
        Self {
            folder: data.join("backups"),
            count: 0,
            bytes: 0,
            last: None,
            age_hours: None,
            failure: None,
            warning: None,
        }
    }
}

impl Backups {
    /// Those of the data folder `data` whose names begin with `stem`.
    #[must_use]
    pub fn of(data: &Path, stem: &'static str) -> Self {
        Self {
            folder: data.join("backups"),
            stem,
        }
    }

    /// Where they are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of one begun at `at`.
    #[must_use]
    pub fn file(&self, at: DateTime<Utc>) -> PathBuf {
        self.folder
            .join(format!("{}-{}.db", self.stem, at.format(FORM)))
    }

    /// The name of a database that was replaced at `at`. Such files are nobody's to clear away but the owner's.
    #[must_use]
    pub fn replaced(&self, at: DateTime<Utc>) -> PathBuf {
        self.folder
            .join(format!("{}-replaced-{}.db", self.stem, at.format(FORM)))
    }

    /// The name of a copy taken at `at` for a repair to go back to. It holds what was wrong, and so is no backup.
    #[must_use]
    pub fn before_repair(&self, at: DateTime<Utc>) -> PathBuf {
        self.folder.join(format!(
            "{}-before-repair-{}.db",
            self.stem,
            at.format(FORM)
        ))
    }

    /// `name` of `at`, or of the first moment after it that has none yet: a second has room for one.
    #[must_use]
    pub fn unused(&self, at: DateTime<Utc>, name: fn(&Self, DateTime<Utc>) -> PathBuf) -> PathBuf {
        let mut at = at;
        loop {
            let file = name(self, at);
            if !file.exists() {
                return file;
            }
            at += Duration::seconds(1);
        }
    }

    /// The finished ones, the newest first.
    #[must_use]
    pub fn list(&self) -> Vec<Kept> {
        let mut found: Vec<Kept> = self
            .names()
            .into_iter()
            .filter_map(|name| {
                let at = self.moment_of(&name)?;
                let file = self.folder.join(name);
                let bytes = fs::metadata(&file).ok()?.len();
                Some(Kept { file, at, bytes })
            })
            .collect();
        found.sort_by_key(|kept| std::cmp::Reverse(kept.at));
        found
    }

    fn names(&self) -> Vec<String> {
        fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()
    }

    fn moment_of(&self, name: &str) -> Option<DateTime<Utc>> {
        let text = name
            .strip_prefix(self.stem)?
            .strip_prefix('-')?
            .strip_suffix(".db")?;
        let moment = NaiveDateTime::parse_from_str(text, FORM).ok()?;
        Some(moment.and_utc())
    }

    /// Lets one at a time write here, and clears away what a crash left of the last.
    ///
    /// # Errors
    /// [`Error::Refused`] while another is at it, [`Error::Io`].
    pub fn begin(&self, database: &Path) -> Result<FileLock> {
        fs::create_dir_all(&self.folder)
            .map_err(Error::io(format!("creating {}", self.folder.display())))?;
        let lock = self.folder.join(format!("{}.lock", self.stem));
        let held = FileLock::take(&lock, "another backup or restore is under way")?;
        for name in self.names() {
            let Some(target) = name
                .starts_with(self.stem)
                .then(|| name.strip_suffix(".part"))
                .flatten()
            else {
                continue;
            };
            let target = self.folder.join(target);
            if name.contains("-replaced-") {
                settle(database, &target)?;
            } else {
                discard(&unfinished(&target));
            }
        }
        Ok(held)
    }

    /// Sees to it that a backup of `bytes` has room and leaves some: those dated after `now`, by a clock that was wrong,
    /// go first, then the oldest, the newest never. How many went. `free` tells what the disk has.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is not enough even so; what could not help is still there then.
    pub fn make_room(
        &self,
        bytes: u64,
        now: DateTime<Utc>,
        free: impl Fn() -> Option<u64>,
    ) -> Result<usize> {
        let needed = bytes.saturating_add(RESERVE);
        let mut old = self.list();
        // Within each of the two the newest stays longest: a clock that has fallen back to 1970 dates all of them ahead.
        old.sort_by_key(|kept| kept.at > now + AHEAD);
        let spare: u64 = old.iter().skip(1).map(|kept| kept.bytes).sum();
        has_room(bytes, free().map(|there| there.saturating_add(spare)))?;
        let mut gone = 0;
        while old.len() > 1 && free().is_some_and(|there| there < needed) {
            if let Some(oldest) = old.pop() {
                remove(&oldest.file)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// Removes those that are not among the last seven days', four weeks' and twelve months' at `now`; how many went.
    /// `newest`, which was just checked, stays whatever its date says.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn rotate(&self, now: DateTime<Utc>, zone: Tz, newest: &Path) -> Result<usize> {
        let found = self.list();
        let moments: Vec<DateTime<Utc>> = found.iter().map(|kept| kept.at).collect();
        let stays = staying(&moments, now, zone);
        let mut gone = 0;
        for (kept, stays) in found.iter().zip(stays) {
            if !stays && kept.file != newest {
                remove(&kept.file)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    /// How they stand at `now`, for a database that is there since `since`.
    #[must_use]
    pub fn status(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        failure: Option<Failure>,
    ) -> BackupsStatus {
        let found = self.list();
        // One from a night on which the clock had leapt ahead says nothing of how old the last one is.
        let past = |kept: &&Kept| kept.at <= now + AHEAD;
        let last = found.iter().find(past).or(found.first()).cloned();
        let age = last.as_ref().map(|kept| now - kept.at);
        let stale = age.unwrap_or(now - since) > STALE_AFTER;
        let warning = match (&failure, &last) {
            (Some(failure), _) => Some(format!("the last backup failed: {}", failure.error)),
            (None, Some(last)) if stale => Some(format!(
                "the last backup is from {}",
                last.at.format("%Y-%m-%d")
            )),
            (None, None) if stale => Some("there is no backup".to_owned()),
            _ => None,
        };
        BackupsStatus {
            folder: self.folder.clone(),
            count: found.len(),
            bytes: found.iter().map(|kept| kept.bytes).sum(),
            last,
            age_hours: age.map(|age| age.num_hours()),
            failure,
            warning,
        }
    }
}

impl std::fmt::Display for BackupsStatus {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        match &self.last {
            None => out.write_str("none yet")?,
            Some(last) => write!(
                out,
                "{}, {} hours ago, {:.1} MB; {} kept, {:.1} MB",
                last.at.format("%Y-%m-%d %H:%M UTC"),
                self.age_hours.unwrap_or_default(),
                megabytes(last.bytes),
                self.count,
                megabytes(self.bytes)
            )?,
        }
        match &self.warning {
            Some(warning) => write!(out, "; LOOK AT THIS: {warning}"),
            None => Ok(()),
        }
    }
}

fn remove(file: &Path) -> Result<()> {
    fs::remove_file(file).map_err(Error::io(format!("removing {}", file.display())))
}

/// Sees to it that a copy of `bytes` leaves some of the `free` bytes of a disk, as far as the system tells them.
///
/// # Errors
/// [`Error::Refused`] when it would not.
pub(super) fn has_room(bytes: u64, free: Option<u64>) -> Result<()> {
    let needed = bytes.saturating_add(RESERVE);
    match free {
        Some(free) if free < needed => Err(Error::Refused(format!(
            "a backup needs {} MB of room on the disk, and there are {} MB",
            needed.div_ceil(1_000_000),
            free / 1_000_000
        ))),
        _ => Ok(()),
    }
}

/// Which of the moments, the newest first, stay at `now`: the newest of each of the last days, weeks and months that
/// have one, by the dates of `zone`. Moments that are yet to come are counted by themselves: a clock that leapt ahead
/// for a night takes no day from those that are, and one that fell back takes none from those that seem to come.
#[must_use]
pub fn staying(moments: &[DateTime<Utc>], now: DateTime<Utc>, zone: Tz) -> Vec<bool> {
    let (mut ahead, mut past) = (Slots::default(), Slots::default());
    moments
        .iter()
        .map(|moment| {
            let slots = if *moment > now + AHEAD {
                &mut ahead
            } else {
                &mut past
            };
            slots.take(moment.with_timezone(&zone).date_naive())
        })
        .collect()
}

/// Days, weeks and months that have their newest.
#[derive(Default)]
struct Slots {
    days: BTreeSet<NaiveDate>,
    weeks: BTreeSet<(i32, u32)>,
    months: BTreeSet<(i32, u32)>,
}

impl Slots {
    /// Whether a backup of `date`, not newer than any before, is the newest of something.
    fn take(&mut self, date: NaiveDate) -> bool {
        let week = date.iso_week();
        let month = (date.year(), date.month());
        let of_day = self.days.len() < DAYS && self.days.insert(date);
        let of_week = self.weeks.len() < WEEKS && self.weeks.insert((week.year(), week.week()));
        let of_month = self.months.len() < MONTHS && self.months.insert(month);
        of_day || of_week || of_month
    }
}
