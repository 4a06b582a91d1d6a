//! The line between shops and hub, with everything that lines do, and the two ends' deaths at any call.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body as HttpBody;
use axum::http::Request;
use kulakan::clock::ManualClock;
use kulakan::config::Config;
use kulakan::hub::Hub;
use kulakan::shop::transport::{Body, Call, NoReply, Reply, Transport};
use kulakan::wire::{CLOCK_HEADER, INSTANCE_HEADER, PROTOCOL, VERSION_HEADER};
use tokio::sync::Notify;
use tower::ServiceExt;

use super::founding::copy_files;
use super::log::Log;

/// Where shops believe their hub to be.
pub const HUB_URL: &str = "http://hub.test";

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// It never reaches the hub.
    RequestLost,
    /// The hub does it and the connection breaks.
    AnswerLost,
    /// The hub does it and the shop has stopped waiting.
    Slow,
    /// The hub gets it twice; the second answer comes.
    Duplicated,
    /// The shop has stopped waiting, and the hub gets it after later calls.
    Late,
    /// Its body ends early.
    RequestCut,
    /// The answer's body ends early.
    AnswerCut,
    /// Somebody else answers: a captive portal.
    Garbage,
    /// 429 or 503 with `Retry-After`.
    Busy,
    /// A proxy in between finds the body too large.
    TooLarge,
    HubDiesBefore,
    HubDiesAfter,
    ShopDiesBefore,
    ShopDiesAfter,
}

const FAULTS: [(u64, Fault, &str); 14] = [
    (3, Fault::RequestLost, "fault request lost"),
    (6, Fault::AnswerLost, "fault answer lost"),
    (3, Fault::Slow, "fault slow"),
    (5, Fault::Duplicated, "fault duplicated"),
    (5, Fault::Late, "fault late"),
    (3, Fault::RequestCut, "fault request cut"),
    (4, Fault::AnswerCut, "fault answer cut"),
    (2, Fault::Garbage, "fault garbage"),
    (3, Fault::Busy, "fault busy"),
    (2, Fault::TooLarge, "fault too large"),
    (2, Fault::HubDiesBefore, "hub died before a call"),
    (3, Fault::HubDiesAfter, "hub died after a call"),
    (2, Fault::ShopDiesBefore, "shop died before a call"),
    (4, Fault::ShopDiesAfter, "shop died after a call"),
];

/// The hub's side: the program opened on a folder.
pub struct HubSide {
    pub folder: PathBuf,
    pub hub: Hub,
    router: Router,
}

impl HubSide {
    pub async fn open(folder: PathBuf, clock: Arc<ManualClock>) -> Self {
        let config = Config::for_folder(&folder).unwrap();
        let hub = Hub::open(config, clock).await.unwrap();
        // As `hub run` does before it listens.
        hub.retry_quarantined().await.unwrap();
        Self {
            router: kulakan::hub::web::router(hub.clone()),
            folder,
            hub,
        }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("hub.db")
    }
}

/// All lines, and the hub at their end.
pub struct Network {
    pub log: Arc<Log>,
    pub clock: Arc<ManualClock>,
    root: PathBuf,
    state: Mutex<State>,
}

struct State {
    hub: Option<HubSide>,
    lives: u32,
    /// Of a thousand calls, how many meet a fault.
    roughness: u64,
    partitioned: BTreeSet<usize>,
    late: Vec<Call>,
}

impl Network {
    pub async fn new(log: Arc<Log>, root: &Path, hub: PathBuf, clock: Arc<ManualClock>) -> Self {
        Self {
            state: Mutex::new(State {
                hub: Some(HubSide::open(hub, clock.clone()).await),
                lives: 0,
                roughness: 0,
                partitioned: BTreeSet::new(),
                late: Vec::new(),
            }),
            log,
            clock,
            root: root.to_owned(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hub as its own people use it.
    pub fn hub(&self) -> Hub {
        let state = self.state();
        state.hub.as_ref().unwrap().hub.clone()
    }

    pub fn hub_database(&self) -> PathBuf {
        self.state().hub.as_ref().unwrap().database()
    }

    pub fn set_roughness(&self, permille: u64) {
        self.state().roughness = permille;
    }

    pub fn cut_off(&self, copy: usize) {
        self.state().partitioned.insert(copy);
    }

    pub fn is_cut_off(&self, copy: usize) -> bool {
        self.state().partitioned.contains(&copy)
    }

    pub fn reconnect(&self, copy: usize) {
        self.state().partitioned.remove(&copy);
    }

    /// No fault any more, on any line. What is still under way arrives.
    pub async fn calm(&self) {
        {
            let mut state = self.state();
            state.roughness = 0;
            state.partitioned.clear();
        }
        self.deliver_late().await;
    }

    /// The hub's machine dies and comes back on the files that it left, or on those of `files`.
    pub async fn restart_hub(&self, files: Option<&Path>) {
        let folder = {
            let mut state = self.state();
            state.lives += 1;
            let folder = self.root.join(format!("hub-{}", state.lives));
            let old = state.hub.take();
            copy_files(files.unwrap_or(&old.as_ref().unwrap().folder), &folder);
            folder
        };
        if self.log.dice(|dice| dice.permille(300)) {
            tear_log(&folder.join("hub.db-wal"), &self.log);
        }
        let reopened = HubSide::open(folder, self.clock.clone()).await;
        self.state().hub = Some(reopened);
    }

    /// One request to whoever is the hub now; status and body.
    pub async fn ask(&self, request: Request<HttpBody>) -> Option<(u16, Option<u64>, Vec<u8>)> {
        let router = self.state().hub.as_ref()?.router.clone();
        let Ok(response) = router.oneshot(request).await;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.parse().ok());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .ok()?;
        Some((status, retry_after, body.to_vec()))
    }

    async fn deliver(&self, call: &Call, cut: Option<u64>) -> Result<Reply, NoReply> {
        let Some((status, retry_after, body)) = self.ask(request(call, cut)).await else {
            return Err(NoReply::Unreachable("connection refused".to_owned()));
        };
        Ok(Reply {
            status,
            retry_after: retry_after.map(Duration::from_secs),
            body,
        })
    }

    async fn deliver_late(&self) {
        let late = std::mem::take(&mut self.state().late);
        for call in late {
            let status = self.deliver(&call, None).await.map(|reply| reply.status);
            self.log.note(format!("  late {} {status:?}", call.path));
        }
    }

    fn draw(&self, copy: usize, call: &Call) -> Fault {
        let roughness = self.state().roughness;
        if self.is_cut_off(copy) {
            self.log.count("fault partition");
            return Fault::RequestLost;
        }
        self.log.dice(|dice| {
            if !dice.permille(roughness) {
                return Fault::None;
            }
            let fault = dice.weighted(&FAULTS.map(|(weight, fault, _)| (weight, fault)));
            if fault == Fault::RequestCut && call.body.is_none() {
                return Fault::None;
            }
            fault
        })
    }
}

/// A dead machine can leave part of a transaction that was being written at the end of the log.
pub fn tear_log(path: &Path, log: &Log) {
    use std::io::Write;
    let Ok(mut file) = std::fs::OpenOptions::new().append(true).open(path) else {
        return;
    };
    let bytes: Vec<u8> = log.dice(|dice| {
        let length = dice.between(1, 6000);
        (0..length).map(|_| dice.roll(256) as u8).collect()
    });
    file.write_all(&bytes).unwrap();
    log.count("torn log");
}

fn request(call: &Call, cut: Option<u64>) -> Request<HttpBody> {
    let query = call
        .query
        .as_ref()
        .map(|(name, value)| format!("?{name}={value}"))
        .unwrap_or_default();
    let mut request = Request::builder()
        .uri(format!("{}{query}", call.path))
        .method(if call.body.is_some() { "POST" } else { "GET" })
        .header(VERSION_HEADER, PROTOCOL)
        .header(CLOCK_HEADER, &call.clock);
    if let Some(token) = &call.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some(instance) = call.instance {
        request = request.header(INSTANCE_HEADER, instance.to_string());
    }
    let mut body = match &call.body {
        None => Vec::new(),
        Some(Body::Json(text)) => {
            request = request.header("content-type", "application/json");
            text.clone().into_bytes()
        }
        Some(Body::Zstd(bytes)) => {
            request = request
                .header("content-type", "application/json")
                .header("content-encoding", "zstd");
            bytes.clone()
        }
        Some(Body::Bytes(bytes)) => {
            request = request.header("content-type", "application/octet-stream");
            bytes.clone()
        }
    };
    if let Some(permille) = cut {
        body.truncate(body.len() * permille as usize / 1000);
    }
    request.body(HttpBody::from(body)).unwrap()
}

/// One device's line to the hub.
#[derive(Clone)]
pub struct Line {
    pub network: Arc<Network>,
    pub copy: usize,
    /// Told when the device dies in the middle of a call.
    pub died: Arc<Notify>,
}

impl Line {
    async fn die(&self) -> Result<Reply, NoReply> {
        self.died.notify_one();
        // Whoever waits for the call is dropped with the device.
        std::future::pending().await
    }

    async fn with_fault(&self, fault: Fault, call: &Call) -> Result<Reply, NoReply> {
        let network = &self.network;
        let broke = || Err(NoReply::Unreachable("connection reset".to_owned()));
        match fault {
            Fault::None => network.deliver(call, None).await,
            Fault::RequestLost => Err(NoReply::Timeout),
            Fault::AnswerLost => {
                let _ = network.deliver(call, None).await;
                broke()
            }
            Fault::Slow => {
                let _ = network.deliver(call, None).await;
                Err(NoReply::Timeout)
            }
            Fault::Duplicated => {
                let _ = network.deliver(call, None).await;
                network.deliver(call, None).await
            }
            Fault::Late => {
                network.state().late.push(call.clone());
                Err(NoReply::Timeout)
            }
            Fault::RequestCut => {
                let part = network.log.dice(|dice| dice.roll(1000));
                network.deliver(call, Some(part)).await
            }
            Fault::AnswerCut => {
                let part = network.log.dice(|dice| dice.roll(1000));
                let mut reply = network.deliver(call, None).await?;
                let length = reply.body.len() * part as usize / 1000;
                reply.body.truncate(length);
                Ok(reply)
            }
            Fault::Garbage => Ok(Reply {
                status: 200,
                retry_after: None,
                body: b"<html><title>Selamat datang di WiFi gratis</title></html>".to_vec(),
            }),
            Fault::Busy => {
                let (status, seconds) =
                    network.log.dice(|dice| (*dice.pick(&[429, 503]), dice.roll(7200)));
                Ok(Reply {
                    status,
                    retry_after: Some(Duration::from_secs(seconds)),
                    body: Vec::new(),
                })
            }
            Fault::TooLarge => Ok(Reply {
                status: 413,
                retry_after: None,
                body: Vec::new(),
            }),
            Fault::HubDiesBefore => {
                network.restart_hub(None).await;
                broke()
            }
            Fault::HubDiesAfter => {
                let _ = network.deliver(call, None).await;
                network.restart_hub(None).await;
                broke()
            }
            Fault::ShopDiesBefore => self.die().await,
            Fault::ShopDiesAfter => {
                let _ = network.deliver(call, None).await;
                self.die().await
            }
        }
    }
}

impl Transport for Line {
    async fn call(&self, hub_url: &str, call: Call) -> Result<Reply, NoReply> {
        assert_eq!(hub_url, HUB_URL);
        let network = &self.network;
        let fault = network.draw(self.copy, &call);
        if let Some((_, _, name)) = FAULTS.iter().find(|(_, known, _)| *known == fault) {
            network.log.count(name);
        }
        // Before the answer, so that a device that dies has it in the trace too.
        network.log.note(format!("  {} {fault:?}", call.path));
        let reply = self.with_fault(fault, &call).await;
        let told = reply.as_ref().map(|reply| reply.status);
        network.log.note(format!("  {} {told:?}", call.path));
        // What was under way arrives after the call that overtook it.
        if fault != Fault::Late && network.log.dice(|dice| dice.permille(500)) {
            network.deliver_late().await;
        }
        reply
    }
}
