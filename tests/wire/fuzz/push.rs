//! The body of a push, as the hub's HTTP takes it: its compression, its envelope, its chain and its events.

use std::sync::Arc;

use kulakan::clock::{ManualClock, SharedClock};
use kulakan::config::Config;
use kulakan::hub::{Hub, NewHub};
use kulakan::wire::event::{Event, GENESIS, Hash};
use kulakan::wire::exchange::{PairRequest, Push, PushReply};
use kulakan::wire::{EVENTS_PATH, PROTOCOL, VERSION_HEADER};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::Target;
use super::decode::{events, spoilt_example};
use super::mutate::{Chance, spoil_bytes, spoilt};

const DEVICE: Uuid = Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_f022);
const TOKEN: &str = "a-token-for-all-that-is-strange-and-long";

/// A hub that is up, with one device paired.
struct RunningHub {
    runtime: Runtime,
    http: reqwest::Client,
    url: String,
    health: String,
    _stop: DropGuard,
    _folder: tempfile::TempDir,
}

impl RunningHub {
    fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let stop = CancellationToken::new();
        let address = runtime.block_on(async {
            let clock: SharedClock =
                ManualClock::at("2026-11-23T02:00:00Z".parse().expect("a moment"));
            let config = Config::for_folder(folder.path()).expect("settings");
            let new = NewHub {
                name: "Distributor".to_owned(),
                timezone: "Asia/Jakarta".to_owned(),
                pin: None,
            };
            let hub = Hub::create(config.clone(), new, Arc::clone(&clock))
                .await
                .expect("a hub");
            let (_, code) = hub.add_shop("Warung").await.expect("a shop");
            let request = PairRequest {
                code,
                device: DEVICE,
                name: "Warung".to_owned(),
                timezone: "Asia/Jakarta".to_owned(),
                token: TOKEN.to_owned(),
            };
            hub.pair(request).await.expect("a pairing");
            drop(hub);
            let listener = kulakan::web::serve::listen("127.0.0.1:0".parse().expect("an address"))
                .await
                .expect("a port");
            let address = listener.local_addr().expect("an address");
            tokio::spawn(kulakan::hub::run(config, listener, clock, stop.clone()));
            address
        });
        Self {
            runtime,
            http: reqwest::Client::new(),
            url: format!("http://{address}{EVENTS_PATH}"),
            health: format!("http://{address}/healthz"),
            _stop: stop.drop_guard(),
            _folder: folder,
        }
    }

    /// Status and body of the answer to a push.
    fn push(&self, body: &[u8]) -> Result<(u16, Vec<u8>), String> {
        let request = self
            .http
            .post(&self.url)
            .header(VERSION_HEADER, PROTOCOL)
            .bearer_auth(TOKEN)
            .body(body.to_vec());
        self.runtime.block_on(async {
            let response = request.send().await.map_err(|error| error.to_string())?;
            let status = response.status().as_u16();
            let body = response.bytes().await.map_err(|error| error.to_string())?;
            match status {
                200 | 400 | 409 | 413 | 422 => Ok((status, body.to_vec())),
                other => Err(format!("{other}: {}", String::from_utf8_lossy(&body))),
            }
        })
    }

    fn is_well(&self) -> Result<(), String> {
        let request = self.http.get(&self.health);
        let status = self
            .runtime
            .block_on(request.send())
            .map_err(|error| error.to_string())?
            .status();
        if status.is_success() {
            Ok(())
        } else {
            Err(format!("the hub's health is {status}"))
        }
    }
}

/// Pushes whose events are strange.
pub struct Pushes {
    hub: RunningHub,
    examples: Vec<Value>,
    seq: i64,
    hash: Hash,
    fed: u64,
}

impl Pushes {
    pub fn new() -> Self {
        Self {
            hub: RunningHub::start(),
            examples: events(),
            seq: 0,
            hash: GENESIS,
            fed: 0,
        }
    }

    /// Events that follow the hub's head, of which some cannot be applied.
    fn run_of_events(&self, chance: &mut Chance) -> Push {
        let mut events = Vec::new();
        while events.len() < chance.below(6) + 1 {
            let text = spoilt_example(&self.examples, chance);
            let Ok(mut event) = serde_json::from_slice::<Event>(&text) else {
                continue;
            };
            event.seq = self.seq + 1 + events.len() as i64;
            if !chance.once_in(20) {
                event.event_id = Uuid::from_u128(u128::from(chance.next()) << 64 | 7);
            }
            events.push(event);
        }
        Push {
            epoch: 1,
            from_seq: self.seq + 1,
            prev_hash: self.hash,
            events,
        }
    }
}

impl Target for Pushes {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        let push = self.run_of_events(chance);
        let text = serde_json::to_string(&push).unwrap_or_default();
        let text = if chance.once_in(3) {
            spoilt(&text, chance)
        } else {
            text.into_bytes()
        };
        let body = zstd::encode_all(&*text, 1).unwrap_or_default();
        if chance.once_in(10) {
            spoil_bytes(body, chance)
        } else {
            body
        }
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        let (status, body) = self.hub.push(input)?;
        if status == 200 {
            let reply: PushReply = serde_json::from_slice(&body).map_err(|why| why.to_string())?;
            if reply.ack_seq < self.seq {
                return Err(format!(
                    "the head fell from {} to {}",
                    self.seq, reply.ack_seq
                ));
            }
            (self.seq, self.hash) = (reply.ack_seq, reply.ack_hash);
        }
        self.fed += 1;
        if self.fed.is_multiple_of(100) {
            self.hub.is_well()?;
        }
        Ok(())
    }
}

/// Bodies whose compression is strange.
pub struct Frames {
    hub: RunningHub,
    text: Vec<u8>,
    memory: u64,
}

impl Frames {
    pub fn new() -> Self {
        let push = Push {
            epoch: 1,
            from_seq: 1,
            prev_hash: GENESIS,
            events: Vec::new(),
        };
        Self {
            hub: RunningHub::start(),
            text: serde_json::to_vec(&push).unwrap_or_default(),
            memory: 0,
        }
    }
}

/// A frame by hand: a header with this window and no checksum, and blocks of one repeated byte, 128 KiB each.
fn bomb(window: u8, blocks: usize, byte: u8) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, window];
    for block in 1..=blocks {
        let last = u32::from(block == blocks);
        let header = last | 1 << 1 | (128 * 1024) << 3;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.push(byte);
    }
    frame
}

impl Target for Frames {
    fn make(&mut self, chance: &mut Chance) -> Vec<u8> {
        let frame = match chance.below(6) {
            0 => {
                let window = *chance.pick(&[0x00, 0x38, 0x68, 0x70, 0x88, 0xa8, 0xff]);
                let blocks = *chance.pick(&[1, 60, 65, 1000, 50_000]);
                bomb(window, blocks, *chance.pick(b" 0[\"\0"))
            }
            1 => {
                let zeros = vec![b' '; *chance.pick(&[1000, 8 << 20, (8 << 20) + 1, 64 << 20])];
                zstd::encode_all(&*[zeros, self.text.clone()].concat(), 3).unwrap_or_default()
            }
            2 => {
                let frame = zstd::encode_all(&*self.text, 3).unwrap_or_default();
                frame.repeat(*chance.pick(&[2, 100, 5000]))
            }
            3 => {
                // A frame that is to be skipped, of a length that it may not have.
                let length = *chance.pick(&[0_u32, 4, 1000, u32::MAX]);
                let mut frame = vec![0x50, 0x2a, 0x4d, 0x18];
                frame.extend(length.to_le_bytes());
                frame.extend(vec![0; length.min(1000) as usize]);
                frame.extend(zstd::encode_all(&*self.text, 3).unwrap_or_default());
                frame
            }
            4 => zstd::encode_all(&*self.text, *chance.pick(&[1, 19])).unwrap_or_default(),
            _ => {
                let length = chance.below(2000);
                (0..length).map(|_| chance.next() as u8).collect()
            }
        };
        if chance.once_in(2) {
            spoil_bytes(frame, chance)
        } else {
            frame
        }
    }

    fn feed(&mut self, input: &[u8]) -> Result<(), String> {
        self.hub.push(input)?;
        // The first few bodies fill the allocator's stores; after them a body may only use what is there.
        let peak = peak_memory();
        if self.memory == 0 {
            self.memory = peak + (256 << 20);
        }
        if peak > self.memory && std::env::var_os("KULAKAN_FUZZ_ALONE").is_some() {
            return Err(format!("memory grew to {peak} bytes"));
        }
        Ok(())
    }
}

/// The most memory that this process has held, in bytes; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
