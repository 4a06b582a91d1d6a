//! A recording: what the program did to its folder and what it answered, in order.

use std::path::Path;

/// One thing that happened. Names are those of files in the folder.
#[derive(Debug, Clone)]
pub enum Step {
    /// A process begins.
    Begun,
    /// A file came to be, empty.
    Created(String),
    /// Bytes were written at an offset; they lie in the recording at this place.
    Written(String, u64, std::ops::Range<usize>),
    /// A file was cut or extended to so many bytes.
    Resized(String, u64),
    /// What had been written to a file reached the device.
    Synced(String),
    /// What had been created, removed and renamed in the folder reached the device.
    FolderSynced,
    /// A file was removed.
    Removed(String),
    /// A file got another name.
    Renamed(String, String),
    /// An answer of success was about to leave: the body.
    Answered(String),
}

/// Steps, and the bytes that they refer to.
#[derive(Debug, Default)]
pub struct Recording {
    pub steps: Vec<Step>,
    pub bytes: Vec<u8>,
}

impl Recording {
    /// Reads the logs of one process after the other.
    pub fn read(logs: &[impl AsRef<Path>]) -> Self {
        let mut recording = Self::default();
        for log in logs {
            let begin = recording.bytes.len();
            recording.steps.push(Step::Begun);
            recording.bytes.extend(std::fs::read(log).unwrap());
            recording.parse(begin);
        }
        recording
    }

    /// A process that is killed may leave half a record at the end of its log: that did not happen.
    fn parse(&mut self, begin: usize) {
        const HEAD: usize = 14;
        let mut at = begin;
        while let Some(head) = self.bytes.get(at..at + HEAD) {
            let name_length = usize::from(head[1]);
            let length = u32::from_le_bytes(head[2..6].try_into().unwrap()) as usize;
            let offset = u64::from_le_bytes(head[6..14].try_into().unwrap());
            let kind = head[0];
            let name_at = at + HEAD;
            let data_at = name_at + name_length;
            let Some(name) = self.bytes.get(name_at..data_at) else {
                return;
            };
            let Some(data) = self.bytes.get(data_at..data_at + length) else {
                return;
            };
            let name = String::from_utf8_lossy(name).into_owned();
            let text = || String::from_utf8_lossy(data).into_owned();
            self.steps.push(match kind {
                b'C' => Step::Created(name),
                b'W' => Step::Written(name, offset, data_at..data_at + length),
                b'T' => Step::Resized(name, offset),
                b'S' => Step::Synced(name),
                b'D' => Step::FolderSynced,
                b'U' => Step::Removed(name),
                b'R' => Step::Renamed(name, text()),
                b'A' => {
                    let body = text();
                    let body = body.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
                    Step::Answered(body.unwrap_or_default())
                }
                other => panic!("a record of kind {other} at {at}"),
            });
            at = data_at + length;
        }
    }
}
