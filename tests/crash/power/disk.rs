//! What a device may hold after the power went: what was synced for certain, of the rest anything.

use std::collections::BTreeMap;

use super::log::{Recording, Step};
use crate::crash::Dice;

/// A change of a file that no sync has followed yet.
#[derive(Debug, Clone)]
struct Change {
    /// Place in the recording.
    step: usize,
    what: Resize,
}

#[derive(Debug, Clone)]
enum Resize {
    Write(usize, std::ops::Range<usize>),
    To(usize),
}

/// A file, whatever its name.
#[derive(Debug, Clone, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

/// A change of the folder that no sync of it has followed yet.
#[derive(Debug, Clone)]
enum Entry {
    Is(String, usize),
    Gone(String),
}

/// A folder at some moment of a recording.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    durable_names: BTreeMap<String, usize>,
    pending_names: Vec<Entry>,
    /// As the running program sees the folder.
    names: BTreeMap<String, usize>,
}

/// The files of a folder after a power cut.
pub type Image = BTreeMap<String, Vec<u8>>;

/// What becomes of changes that were not synced.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// All lost.
    Lost,
    /// All there.
    Kept,
    /// Those up to a step of the recording.
    UpTo(usize),
    /// Each one there or not, with this chance of 100.
    Some(u64),
    /// Each piece of so many bytes there or not, with this chance of 100: torn writes.
    Pieces(usize, u64),
}

/// How large a file is that was being extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// As the last change that is there made it.
    Natural,
    /// As it was synced: what lay beyond is lost.
    AsSynced,
    /// As the last change made it, with zeros where data is lost.
    Zeros,
    /// The same with whatever the device held there before.
    Garbage,
}

impl Disk {
    /// Takes the folder one step further. An answer changes nothing on it.
    pub fn advance(&mut self, number: usize, step: &Step, recording: &Recording) {
        match step {
            Step::Created(name) => {
                self.files.push(File::default());
                self.names.insert(name.clone(), self.files.len() - 1);
                self.pending_names
                    .push(Entry::Is(name.clone(), self.files.len() - 1));
            }
            Step::Written(name, offset, bytes) => {
                let what = Resize::Write(*offset as usize, bytes.clone());
                self.file(name).pending.push(Change { step: number, what });
            }
            Step::Resized(name, length) => {
                let what = Resize::To(*length as usize);
                self.file(name).pending.push(Change { step: number, what });
            }
            Step::Synced(name) => {
                let file = self.file(name);
                let pending = std::mem::take(&mut file.pending);
                for change in pending {
                    apply(&mut file.durable, &change.what, recording, 0, |_| true);
                }
            }
            Step::FolderSynced => {
                for entry in std::mem::take(&mut self.pending_names) {
                    entry.apply(&mut self.durable_names);
                }
            }
            Step::Removed(name) => {
                self.names.remove(name);
                self.pending_names.push(Entry::Gone(name.clone()));
            }
            Step::Renamed(from, to) => {
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                    self.pending_names.push(Entry::Is(to.clone(), file));
                    self.pending_names.push(Entry::Gone(from.clone()));
                }
            }
            Step::Begun | Step::Answered(_) => {}
        }
    }

    fn file(&mut self, name: &str) -> &mut File {
        let number = self.names[name];
        &mut self.files[number]
    }

    /// One of the folders that a power cut at this moment may leave.
    pub fn image(&self, recording: &Recording, dice: &mut Dice) -> Image {
        let fate = self.fate(dice);
        let entries = match fate {
            Fate::Kept => self.pending_names.len(),
            // A folder's journal keeps the order of its changes.
            _ => dice.below(self.pending_names.len() + 1),
        };
        let mut names = self.durable_names.clone();
        for entry in &self.pending_names[..entries] {
            entry.apply(&mut names);
        }
        names
            .into_iter()
            .map(|(name, number)| (name, self.files[number].image(fate, recording, dice)))
            .collect()
    }

    fn fate(&self, dice: &mut Dice) -> Fate {
        let changes = || {
            self.files
                .iter()
                .flat_map(|file| file.pending.iter().map(|change| change.step))
        };
        match dice.below(10) {
            0 => Fate::Lost,
            1 => Fate::Kept,
            2..4 => {
                let count = changes().count();
                let mut steps: Vec<usize> = changes().collect();
                steps.sort_unstable();
                Fate::UpTo(steps.get(dice.below(count)).copied().unwrap_or(0))
            }
            4..7 => Fate::Some(10 + dice.next() % 81),
            7..9 => Fate::Pieces(512, 10 + dice.next() % 81),
            _ => Fate::Pieces(4096, 10 + dice.next() % 81),
        }
    }
}

impl Entry {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Is(name, file) => {
                names.insert(name.clone(), *file);
            }
            Self::Gone(name) => {
                names.remove(name);
            }
        }
    }
}

impl File {
    fn image(&self, fate: Fate, recording: &Recording, dice: &mut Dice) -> Vec<u8> {
        let size = match (fate, dice.below(6)) {
            (Fate::Kept, _) | (_, 0..3) => Size::Natural,
            (_, 3) => Size::AsSynced,
            (_, 4) => Size::Zeros,
            _ => Size::Garbage,
        };
        let fill = if size == Size::Garbage {
            dice.next() as u8 | 1
        } else {
            0
        };
        let mut image = self.durable.clone();
        if matches!(size, Size::Zeros | Size::Garbage) {
            let ends = self.pending.iter().map(|change| match &change.what {
                Resize::Write(offset, bytes) => offset + bytes.len(),
                Resize::To(length) => *length,
            });
            let longest = ends.max().unwrap_or(0).max(image.len());
            image.resize(longest, fill);
        }
        for change in &self.pending {
            let whole = match fate {
                Fate::Lost => false,
                Fate::Kept => true,
                Fate::UpTo(step) => change.step <= step,
                Fate::Some(chance) => dice.percent(chance),
                Fate::Pieces(piece, chance) => {
                    torn(
                        &mut image,
                        &change.what,
                        recording,
                        fill,
                        (piece, chance),
                        dice,
                    );
                    continue;
                }
            };
            if whole {
                apply(&mut image, &change.what, recording, fill, |_| true);
            }
        }
        if size == Size::AsSynced {
            image.truncate(self.durable.len());
        }
        image
    }
}

/// Applies the pieces of a change that the dice let through; a change of size is one piece.
fn torn(
    image: &mut Vec<u8>,
    change: &Resize,
    recording: &Recording,
    fill: u8,
    (piece, chance): (usize, u64),
    dice: &mut Dice,
) {
    let (mut last, mut kept) = (usize::MAX, false);
    let mut through = |at: usize| {
        // The device writes whole sectors, at places that are multiples of their size.
        if at / piece != last {
            (last, kept) = (at / piece, dice.percent(chance));
        }
        kept
    };
    if matches!(change, Resize::To(_)) && !through(0) {
        return;
    }
    apply(image, change, recording, fill, through);
}

/// Applies a change, of a write those bytes whose place in the file `through` lets pass.
fn apply(
    image: &mut Vec<u8>,
    change: &Resize,
    recording: &Recording,
    fill: u8,
    mut through: impl FnMut(usize) -> bool,
) {
    match change {
        Resize::To(length) => image.resize(*length, fill),
        Resize::Write(offset, bytes) => {
            let data = &recording.bytes[bytes.clone()];
            let mut at = *offset;
            for chunk in split(data, *offset) {
                if through(at) {
                    if image.len() < at + chunk.len() {
                        image.resize(at + chunk.len(), fill);
                    }
                    image[at..at + chunk.len()].copy_from_slice(chunk);
                }
                at += chunk.len();
            }
        }
    }
}

/// Bytes at an offset, cut where the smallest sectors end.
fn split(data: &[u8], offset: usize) -> impl Iterator<Item = &[u8]> {
    const SECTOR: usize = 512;
    let first = (SECTOR - offset % SECTOR).min(data.len());
    std::iter::once(&data[..first]).chain(data[first..].chunks(SECTOR))
}
