//! A telephone line between a shop and its hub: slow, far, and it loses packets.
//!
//! It carries TCP, so a lost packet is never missing: it comes late, after it was sent again, and everything behind it
//! waits. What is sent again takes its share of the line.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Payload of a packet on a mobile line.
const PACKET: usize = 1400;
/// IP and TCP headers.
const HEADERS: usize = 40;

/// What the line makes up for when this program was woken late: on a busy machine its own delays are not the line's.
const BURST: Duration = Duration::from_millis(250);

/// How the line is.
#[derive(Clone, Copy)]
pub struct Quality {
    /// Bytes a second each way, headers included.
    pub rate: f64,
    /// From one end to the other.
    pub one_way: Duration,
    /// Share of packets lost.
    pub loss: f64,
    /// Share of packets at which the line stands still for five seconds.
    pub stall: f64,
}

impl Quality {
    /// As good as none: for counting bytes.
    pub const PERFECT: Self = Self {
        rate: f64::INFINITY,
        one_way: Duration::ZERO,
        loss: 0.0,
        stall: 0.0,
    };

    /// 64 kbit/s, a round trip of 600 ms, one packet in twenty lost, a stall now and then.
    pub const BAD: Self = Self {
        rate: 8000.0,
        one_way: Duration::from_millis(300),
        loss: 0.05,
        stall: 0.002,
    };
}

/// What went one way.
#[derive(Default)]
pub struct Way {
    pub bytes: AtomicU64,
    pub packets: AtomicU64,
    pub lost: AtomicU64,
    /// Pushes on the way up, answers on the way down.
    pub messages: AtomicU64,
    free_at: Mutex<Option<Instant>>,
}

/// A line that is listened on.
pub struct Line {
    pub address: SocketAddr,
    pub up: Arc<Way>,
    pub down: Arc<Way>,
    pub connections: Arc<AtomicU64>,
}

/// A moment's figures.
#[derive(Clone, Copy, Default)]
pub struct Traffic {
    pub up: u64,
    pub down: u64,
    pub pushes: u64,
    pub answers: u64,
    pub connections: u64,
    pub packets: u64,
    pub lost: u64,
}

impl Traffic {
    pub fn since(self, earlier: Self) -> Self {
        Self {
            up: self.up - earlier.up,
            down: self.down - earlier.down,
            pushes: self.pushes - earlier.pushes,
            answers: self.answers - earlier.answers,
            connections: self.connections - earlier.connections,
            packets: self.packets - earlier.packets,
            lost: self.lost - earlier.lost,
        }
    }

    pub fn bytes(self) -> u64 {
        self.up + self.down
    }
}

impl Line {
    /// A line to `hub`.
    pub async fn to(hub: SocketAddr, quality: Quality, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Self {
            address: listener.local_addr().unwrap(),
            up: Arc::default(),
            down: Arc::default(),
            connections: Arc::default(),
        };
        let (up, down, connections) =
            (line.up.clone(), line.down.clone(), line.connections.clone());
        tokio::spawn(async move {
            let mut chance = Chance(seed);
            while let Ok((shop, _)) = listener.accept().await {
                connections.fetch_add(1, Relaxed);
                let Ok(hub) = TcpStream::connect(hub).await else {
                    continue;
                };
                for stream in [&shop, &hub] {
                    stream.set_nodelay(true).unwrap();
                }
                // The handshake, whose first packet may be lost too.
                let mut open = Instant::now() + quality.one_way * 2;
                while chance.happens(quality.loss) {
                    open += Duration::from_secs(1);
                }
                let (shop_in, shop_out) = shop.into_split();
                let (hub_in, hub_out) = hub.into_split();
                let (seed_up, seed_down) = (chance.next(), chance.next());
                carry(shop_in, hub_out, up.clone(), quality, open, seed_up);
                carry(hub_in, shop_out, down.clone(), quality, open, seed_down);
            }
        });
        line
    }

    pub fn traffic(&self) -> Traffic {
        Traffic {
            up: self.up.bytes.load(Relaxed),
            down: self.down.bytes.load(Relaxed),
            pushes: self.up.messages.load(Relaxed),
            answers: self.down.messages.load(Relaxed),
            connections: self.connections.load(Relaxed),
            packets: self.up.packets.load(Relaxed) + self.down.packets.load(Relaxed),
            lost: self.up.lost.load(Relaxed) + self.down.lost.load(Relaxed),
        }
    }
}

fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    way: Arc<Way>,
    quality: Quality,
    open: Instant,
    seed: u64,
) {
    let (sender, mut arriving) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        let mut chance = Chance(seed);
        let mut packet = vec![0; PACKET];
        let mut latest = open;
        while let Ok(length @ 1..) = from.read(&mut packet).await {
            let taken = Duration::from_secs_f64((length + HEADERS) as f64 / quality.rate);
            let sent = {
                let mut free_at = way.free_at.lock().unwrap();
                let now = Instant::now();
                let earliest = now.checked_sub(BURST).unwrap_or(now);
                let sent = free_at.map_or(now, |at| at.max(earliest)) + taken;
                *free_at = Some(sent);
                sent
            };
            let mut arrival = sent + quality.one_way;
            let mut again = Duration::from_secs(1);
            while chance.happens(quality.loss) {
                arrival += again;
                again *= 2;
                way.lost.fetch_add(1, Relaxed);
                if let Some(free_at) = &mut *way.free_at.lock().unwrap() {
                    *free_at += taken;
                }
            }
            if chance.happens(quality.stall) {
                arrival += Duration::from_secs(5);
            }
            latest = latest.max(arrival);
            way.packets.fetch_add(1, Relaxed);
            way.bytes.fetch_add(length as u64, Relaxed);
            let begins = |text: &[u8]| {
                packet[..length]
                    .windows(text.len())
                    .any(|part| part == text)
            };
            if begins(b"POST /sync/v1/events") || begins(b"HTTP/1.1 ") {
                way.messages.fetch_add(1, Relaxed);
            }
            if sender.send((latest, packet[..length].to_vec())).is_err() {
                break;
            }
            // What the line has not taken yet stays with the sender, as behind a full window.
            tokio::time::sleep_until(sent).await;
        }
    });
    tokio::spawn(async move {
        while let Some((at, bytes)) = arriving.recv().await {
            tokio::time::sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
    });
}

/// Seeded chance (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn happens(&mut self, share: f64) -> bool {
        ((self.next() >> 11) as f64 / (1_u64 << 53) as f64) < share
    }
}
