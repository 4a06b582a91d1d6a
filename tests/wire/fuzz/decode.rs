//! The decoders of events and notes, and of every reply.

use kulakan::wire::event::{Event, Fact, GENESIS};
use kulakan::wire::exchange::{
    EpochReply, EpochRequest, HeadReply, NotesPage, PairReply, PairRequest, Push, PushReply,
    RejectionBody,
};
use kulakan::wire::note::{Announcement, Note};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Target;
use super::mutate::{Chance, spoilt};

/// The texts of the corpus: whole events or notes, and their payloads.
pub fn corpus(folder: &str, list: &str, one: &str) -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/corpus")
        .join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).expect("a file");
            let mut file: Value = serde_json::from_str(&text).expect("JSON");
            let examples = file[list].take();
            let examples = examples.as_array().cloned().unwrap_or_default();
            examples
                .into_iter()
                .map(|mut example| example[one].take())
                .collect::<Vec<_>>()
        })
        .collect()
}

pub fn events() -> Vec<Value> {
    corpus("events", "events", "event")
}

pub fn notes() -> Vec<Value> {
    corpus("notes", "notes", "note")
}

/// An event or note with its payload spoilt, or the whole of it.
pub fn spoilt_example(examples: &[Value], chance: &mut Chance) -> Vec<u8> {
    let mut example = chance.pick(examples).clone();
    if chance.once_in(3) {
        return spoilt(&example.to_string(), chance);
    }
    let payload = example["payload"].as_str().unwrap_or_default().to_owned();
    // A payload under another kind's name is a kind of its own.
    if chance.once_in(8) {
        example["kind"] = chance.pick(examples)["kind"].clone();
    }
    let payload = spoilt(&payload, chance);
    example["payload"] = Value::from(String::from_utf8_lossy(&payload).into_owned());
    example.to_string().into_bytes()
}

/// Decoding what was decoded and written again must give the same.
fn same<T: PartialEq + std::fmt::Debug>(first: &T, again: Result<T, String>) -> Result<(), String> {
    match again {
        Ok(again) if again == *first => Ok(()),
        other => Err(format!("{first:?} was written and read as {other:?}")),
    }
}

fn parse<T: DeserializeOwned>(input: &[u8]) -> Option<T> {
    serde_json::from_slice(input).ok()
}

pub struct Events(Vec<Value>);

impl Events {
    pub fn new() -> Self {
        Self(events())
    }
}

impl Target for Events {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        spoilt_example(&self.0, chance)
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        drop((
            parse::<Push>(input),
            parse::<PairRequest>(input),
            parse::<EpochRequest>(input),
        ));
        let Some(event) = parse::<Event>(input) else {
            return Ok(());
        };
        let text = serde_json::to_string(&event).map_err(|error| error.to_string())?;
        same(
            &event,
            serde_json::from_str(&text).map_err(|error| error.to_string()),
        )?;
        let _ = event.hash(uuid::Uuid::nil(), event.seq, GENESIS);
        let Ok(fact) = Fact::decode(&event.kind, event.version, &event.payload) else {
            return Ok(());
        };
        let (kind, payload) = fact.encode().map_err(|error| error.to_string())?;
        same(&fact, Fact::decode(&kind, event.version, &payload))
    }
}

pub struct Notes(Vec<Value>);

impl Notes {
    pub fn new() -> Self {
        Self(notes())
    }
}

impl Target for Notes {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        spoilt_example(&self.0, chance)
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        drop((
            parse::<NotesPage>(input),
            parse::<HeadReply>(input),
            parse::<PushReply>(input),
            parse::<EpochReply>(input),
            parse::<PairReply>(input),
            parse::<RejectionBody>(input),
        ));
        let Some(note) = parse::<Note>(input) else {
            return Ok(());
        };
        let Ok(announced) = Announcement::decode(&note.kind, note.version, &note.payload) else {
            return Ok(());
        };
        let (kind, payload) = announced.encode().map_err(|error| error.to_string())?;
        same(
            &announced,
            Announcement::decode(&kind, note.version, &payload),
        )
    }
}
