//! A copy of the database as sealed parts: whole, or as what changed since an earlier copy.
//!
//! SQLite changes a file in pages, and a day of sales changes few of them, here and there, by a few bytes each. So the
//! changes are the blocks that differ, compressed with the earlier state of the very same blocks as a prefix: all that
//! stayed is a reference into the prefix at one constant distance, and what was written once and indexed three times is
//! found again. (A difference of each piece of the file by itself would know neither, and would cost a header a piece.)
//!
//! An object, before it is sealed:
//!
//! - `W`, then the whole file as one zstd frame; or
//! - `C`, the new length (u64), then groups: the number of blocks in it (u32), their numbers as a zstd frame of u32 gaps
//!   (preceded by its length, u32), their new content as a zstd frame with the old content as prefix (preceded by its
//!   length, u32). A group of no blocks ends it. Integers are little-endian.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use age::x25519;
use sha2::{Digest, Sha256};
use zstd::stream::{read, write};

use super::key;
use crate::error::{Error, Result};
use crate::store::disk;
use crate::wire::event::Hash;

/// Bytes of a block: a page, as SQLite makes them here. Any other size of page only costs more.
const BLOCK: usize = 4096;

/// Blocks compressed together: 4 MiB, and as much of their earlier state.
const GROUP: usize = 1024;

/// Reaches over a group and its prefix.
const WINDOW_LOG: u32 = 23;

/// For changes: a few megabytes once a night, on a line that costs more than the time.
const CHANGES_LEVEL: i32 = 12;

/// For the whole file.
const WHOLE_LEVEL: i32 = 9;

/// Bytes of a part. On a line of 50 kbit/s it takes 20 s, less than a hub waits for a request.
pub const PART_BYTES: usize = 128 * 1024;

/// Room on the disk that packing leaves to those who sell: thousands of sales.
pub(super) const RESERVE: u64 = 32 << 20;

/// Bytes read at a time.
const CHUNK: usize = 64 * BLOCK;

const WHOLE: u8 = b'W';
const CHANGES: u8 = b'C';

/// An object in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Its parts in order; the files with these names are in the folder.
    pub parts: Vec<Hash>,
    /// Bytes of all of them.
    pub bytes: u64,
    /// SHA-256 of the copy that the object leads to.
    pub sha256: Hash,
    /// Bytes of that copy.
    pub file_bytes: u64,
}

/// Packs a copy as a whole into `folder`.
///
/// # Errors
/// [`Error::Io`], [`Error::DiskFull`].
pub fn whole(copy: &Path, recipient: &x25519::Recipient, folder: &Path) -> Result<Packed> {
    let mut file = open(copy)?;
    let mut seal = key::sealing(recipient, Parts::new(folder))?;
    let reading = |error| fault(format!("packing {}", copy.display()), error);
    seal.write_all(&[WHOLE]).map_err(reading)?;
    let mut frame = write::Encoder::new(seal, WHOLE_LEVEL).map_err(reading)?;
    frame.window_log(WINDOW_LOG).map_err(reading)?;
    let mut digest = Sha256::new();
    let (mut chunk, mut file_bytes) = (vec![0; CHUNK], 0);
    loop {
        let count = read_up_to(&mut file, &mut chunk).map_err(reading)?;
        if count == 0 {
            break;
        }
        digest.update(&chunk[..count]);
        frame.write_all(&chunk[..count]).map_err(reading)?;
        file_bytes += count as u64;
    }
    let seal = frame.finish().map_err(reading)?;
    let (parts, bytes) = seal.finish().and_then(Parts::finish).map_err(reading)?;
    Ok(Packed {
        parts,
        bytes,
        sha256: Hash(digest.finalize().into()),
        file_bytes,
    })
}

/// Packs what `copy` changed since `earlier` into `folder`; nothing where `earlier` is not what had `earlier_sha256`
/// any more. No parts when both are the same.
///
/// # Errors
/// [`Error::Io`], [`Error::DiskFull`].
pub fn changes(
    earlier: &Path,
    earlier_sha256: Hash,
    copy: &Path,
    recipient: &x25519::Recipient,
    folder: &Path,
) -> Result<Option<Packed>> {
    let packing = |error| fault(format!("packing {}", copy.display()), error);
    let (mut old, mut new) = (open(earlier)?, open(copy)?);
    let length = new.metadata().map_err(packing)?.len();
    let mut seal = key::sealing(recipient, Parts::new(folder))?;
    seal.write_all(&[CHANGES]).map_err(packing)?;
    seal.write_all(&length.to_le_bytes()).map_err(packing)?;
    let (mut old_digest, mut new_digest) = (Sha256::new(), Sha256::new());
    let (mut old_chunk, mut new_chunk) = (vec![0; CHUNK], vec![0; CHUNK]);
    let (mut group, mut any, mut first_block) = (Group::default(), false, 0_u32);
    loop {
        let old_count = read_up_to(&mut old, &mut old_chunk).map_err(packing)?;
        let new_count = read_up_to(&mut new, &mut new_chunk).map_err(packing)?;
        if old_count == 0 && new_count == 0 {
            break;
        }
        old_digest.update(&old_chunk[..old_count]);
        new_digest.update(&new_chunk[..new_count]);
        // A last block may be short: what is compared and kept of it is filled with zeros.
        old_chunk[old_count..].fill(0);
        new_chunk[new_count..].fill(0);
        for (number, content) in new_chunk.chunks(BLOCK).enumerate() {
            let (from, to) = (number * BLOCK, (number + 1) * BLOCK);
            if from >= new_count {
                break;
            }
            let before = (from < old_count).then(|| &old_chunk[from..to]);
            if before == Some(content) {
                continue;
            }
            any = true;
            group.add(first_block + number as u32, before, content);
            if group.numbers.len() == GROUP {
                group.write_to(&mut seal).map_err(packing)?;
            }
        }
        first_block += (CHUNK / BLOCK) as u32;
    }
    if old_digest.finalize()[..] != earlier_sha256.0 {
        return Ok(None);
    }
    group.write_to(&mut seal).map_err(packing)?;
    seal.write_all(&0_u32.to_le_bytes()).map_err(packing)?;
    let (parts, bytes) = seal.finish().and_then(Parts::finish).map_err(packing)?;
    let sha256 = Hash(new_digest.finalize().into());
    let changed = any || sha256 != earlier_sha256;
    Ok(Some(Packed {
        parts: if changed { parts } else { Vec::new() },
        bytes: if changed { bytes } else { 0 },
        sha256,
        file_bytes: length,
    }))
}

/// Blocks that differ, and what they were.
#[derive(Default)]
struct Group {
    numbers: Vec<u32>,
    before: Vec<u8>,
    content: Vec<u8>,
}

impl Group {
    fn add(&mut self, number: u32, before: Option<&[u8]>, content: &[u8]) {
        self.numbers.push(number);
        self.before.extend_from_slice(before.unwrap_or_default());
        self.content.extend_from_slice(content);
    }

    fn write_to(&mut self, output: &mut impl Write) -> io::Result<()> {
        if self.numbers.is_empty() {
            return Ok(());
        }
        let mut last = 0;
        let gaps: Vec<u8> = self
            .numbers
            .iter()
            .flat_map(|number| {
                let gap = number - last;
                last = *number;
                gap.to_le_bytes()
            })
            .collect();
        let gaps = zstd::bulk::compress(&gaps, CHANGES_LEVEL)?;
        let mut frame =
            write::Encoder::with_ref_prefix(Vec::new(), CHANGES_LEVEL, &self.before[..])?;
        frame.window_log(WINDOW_LOG)?;
        frame.set_pledged_src_size(Some(self.content.len() as u64))?;
        frame.write_all(&self.content)?;
        let content = frame.finish()?;
        output.write_all(&(self.numbers.len() as u32).to_le_bytes())?;
        for bytes in [gaps, content] {
            output.write_all(&(bytes.len() as u32).to_le_bytes())?;
            output.write_all(&bytes)?;
        }
        *self = Self::default();
        Ok(())
    }
}

/// Applies an object to the file that the objects before it led to; its sealed bytes come from `parts` in order.
///
/// # Errors
/// [`Error::Corrupt`] for what no program of ours packed, [`Error::Io`], [`Error::DiskFull`].
pub fn apply(parts: &[PathBuf], identity: &x25519::Identity, target: &mut File) -> Result<()> {
    let mut sealed = Joined::new(parts);
    let mut plain = io::BufReader::new(key::opening(identity, &mut sealed)?);
    let unpacking = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull => Error::DiskFull,
        _ => Error::Corrupt(format!("unpacking a backup: {error}")),
    };
    let mut kind = [0];
    plain.read_exact(&mut kind).map_err(unpacking)?;
    match kind[0] {
        WHOLE => {
            target.set_len(0).map_err(unpacking)?;
            target.seek(SeekFrom::Start(0)).map_err(unpacking)?;
            let mut frame = read::Decoder::with_buffer(plain).map_err(unpacking)?;
            frame.window_log_max(WINDOW_LOG).map_err(unpacking)?;
            io::copy(&mut frame, target).map_err(unpacking)?;
            Ok(())
        }
        CHANGES => apply_changes(&mut plain, target).map_err(unpacking),
        other => Err(Error::Corrupt(format!(
            "a backup of an unknown form ({other}): it was made by a newer kulakan"
        ))),
    }
}

fn apply_changes(plain: &mut impl Read, target: &mut File) -> io::Result<()> {
    let length = u64::from_le_bytes(array(plain)?);
    let old_length = target.metadata()?.len();
    loop {
        let count = u32::from_le_bytes(array(plain)?) as usize;
        if count == 0 {
            return target.set_len(length);
        }
        if count > GROUP {
            return Err(io::Error::other("a group of too many blocks"));
        }
        let gaps = zstd::bulk::decompress(&frame_of(plain)?, count * 4)?;
        let content = frame_of(plain)?;
        let mut numbers = Vec::with_capacity(count);
        let mut number = 0_u64;
        for gap in gaps.chunks_exact(4) {
            let gap = u32::from_le_bytes(gap.try_into().map_err(io::Error::other)?);
            number += u64::from(gap);
            numbers.push(number * BLOCK as u64);
        }
        let mut before = Vec::with_capacity(count * BLOCK);
        let mut block = [0; BLOCK];
        for at in numbers.iter().filter(|at| **at < old_length) {
            target.seek(SeekFrom::Start(*at))?;
            let read = read_up_to(target, &mut block)?;
            block[read..].fill(0);
            before.extend_from_slice(&block);
        }
        let mut frame = read::Decoder::with_ref_prefix(&content[..], &before[..])?;
        frame.window_log_max(WINDOW_LOG)?;
        for at in numbers {
            frame.read_exact(&mut block)?;
            target.seek(SeekFrom::Start(at))?;
            target.write_all(&block)?;
        }
    }
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A frame with its length before it; never longer than incompressible blocks would be.
fn frame_of(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = u32::from_le_bytes(array(input)?) as usize;
    if length > 2 * GROUP * BLOCK {
        return Err(io::Error::other("a frame that is too long"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// SHA-256 of a file, and its length.
///
/// # Errors
/// [`Error::Io`].
pub fn digest_of(path: &Path) -> Result<(Hash, u64)> {
    let reading = |error| fault(format!("reading {}", path.display()), error);
    let mut file = open(path)?;
    let mut digest = Sha256::new();
    let (mut chunk, mut length) = (vec![0; CHUNK], 0);
    loop {
        let count = read_up_to(&mut file, &mut chunk).map_err(reading)?;
        if count == 0 {
            return Ok((Hash(digest.finalize().into()), length));
        }
        digest.update(&chunk[..count]);
        length += count as u64;
    }
}

/// The name of a part's file.
pub fn part_file(folder: &Path, hash: Hash) -> PathBuf {
    folder.join(hash.to_string())
}

/// Writes a part; its name is what it holds.
///
/// # Errors
/// [`Error::Io`], [`Error::DiskFull`].
pub fn write_part(folder: &Path, bytes: &[u8]) -> Result<Hash> {
    keep(folder, bytes).map_err(|error| fault("writing a part", error))
}

fn keep(folder: &Path, bytes: &[u8]) -> io::Result<Hash> {
    let hash = Hash(Sha256::digest(bytes).into());
    let mut file = File::create(part_file(folder, hash))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(hash)
}

/// Cuts what is written into files of [`PART_BYTES`].
struct Parts {
    folder: PathBuf,
    buffer: Vec<u8>,
    parts: Vec<Hash>,
    bytes: u64,
}

impl Parts {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            buffer: Vec::with_capacity(PART_BYTES),
            parts: Vec::new(),
            bytes: 0,
        }
    }

    fn cut(&mut self) -> io::Result<()> {
        // How much a night's changes take is known when they are packed, and not before.
        if disk::free(&self.folder).is_some_and(|free| free < RESERVE) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.parts.push(keep(&self.folder, &self.buffer)?);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<(Vec<Hash>, u64)> {
        if !self.buffer.is_empty() {
            self.cut()?;
        }
        Ok((self.parts, self.bytes))
    }
}

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(PART_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..count]);
        if self.buffer.len() == PART_BYTES {
            self.cut()?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Files read one after the other.
struct Joined<'p> {
    waiting: std::slice::Iter<'p, PathBuf>,
    current: Option<File>,
}

impl<'p> Joined<'p> {
    fn new(parts: &'p [PathBuf]) -> Self {
        Self {
            waiting: parts.iter(),
            current: None,
        }
    }
}

impl Read for Joined<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(file) = &mut self.current {
                let count = file.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            match self.waiting.next() {
                Some(path) => self.current = Some(File::open(path)?),
                None => return Ok(0),
            }
        }
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| fault(format!("opening {}", path.display()), error))
}

/// Fills the buffer as far as the file goes.
fn read_up_to(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// What the system said about a file.
pub fn fault(doing: impl Into<String>, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull => Error::DiskFull,
        _ => Error::io(doing)(error),
    }
}

/// Removes a folder with what is in it. What is not there is no fault.
///
/// # Errors
/// [`Error::Io`].
pub fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(fault(format!("removing {}", path.display()), error))
        }
        _ => Ok(()),
    }
}
