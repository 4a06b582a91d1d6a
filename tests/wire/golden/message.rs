//! Requests and answers as bytes, and a tape that records or plays them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::sides::{MOMENT, TOKEN};

/// A request or an answer: its first line, its headers in order, its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    first: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub request: Message,
    pub answer: Message,
}

impl Message {
    /// A request of this device.
    pub fn get(path: &str) -> Self {
        Self {
            first: format!("GET {path} HTTP/1.1"),
            headers: Vec::new(),
            body: Vec::new(),
        }
        .with("kulakan-protocol", "1")
        .with("kulakan-clock", MOMENT)
        .with("authorization", &format!("Bearer {TOKEN}"))
        .with("host", "localhost")
    }

    pub fn post(path: &str, body: &[u8]) -> Self {
        let mut message = Self::get(path)
            .with("content-type", "application/json")
            .with("content-length", &body.len().to_string());
        message.first = format!("POST {path} HTTP/1.1");
        message.body = body.to_vec();
        message
    }

    /// With this header, in place of another of its name.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first message of `bytes`, if it is whole, and what follows it.
    pub fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).expect("a head in UTF-8");
        let mut lines = head.split("\r\n");
        let first = lines.next()?.to_owned();
        let headers = lines
            .map(|line| {
                let (name, value) = line.split_once(':').expect("a header");
                (name.to_lowercase(), value.trim().to_owned())
            })
            .collect();
        let mut message = Self {
            first,
            headers,
            body: Vec::new(),
        };
        let length = message
            .header("content-length")
            .map_or(0, |text| text.parse().expect("a length"));
        let rest = &bytes[end + 4..];
        message.body = rest.get(..length)?.to_vec();
        Some((message, &rest[length..]))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.first).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }

    /// Without what is no part of the protocol.
    fn normal(self) -> Self {
        let mut message = self.without("user-agent").without("date");
        for (name, value) in &mut message.headers {
            if name == "host" {
                *value = "localhost".to_owned();
            }
        }
        message
    }

    /// The body as text.
    pub fn text(&self) -> Vec<u8> {
        if self.header("content-encoding") == Some("zstd") {
            zstd::decode_all(&*self.body).unwrap_or_else(|_| self.body.clone())
        } else {
            self.body.clone()
        }
    }

    /// Changes the text of an uncompressed body.
    pub fn replace(&mut self, old: &str, new: &str) {
        let text = String::from_utf8(self.body.clone()).expect("a text");
        assert!(text.contains(old), "{text}");
        self.body = text.replace(old, new).into_bytes();
        let length = self.body.len().to_string();
        *self = self.clone().with("content-length", &length);
    }

    /// Whether this is what is recorded; where not, how the two differ.
    pub fn is_as(&self, recorded: &Self) -> Result<(), String> {
        let comparable = |message: &Self| {
            let mut message = message.clone();
            if message.header("content-encoding") == Some("zstd") {
                message = message.without("content-length");
            }
            (
                message.first.clone(),
                message.headers.clone(),
                message.text(),
            )
        };
        if comparable(self) == comparable(recorded) {
            return Ok(());
        }
        let told = |message: &Self| {
            let (first, headers, text) = comparable(message);
            format!("{first}\n{headers:?}\n{}", String::from_utf8_lossy(&text))
        };
        Err(format!("is\n{}\nand not\n{}", told(self), told(recorded)))
    }
}

async fn read(stream: &mut TcpStream) -> Option<Message> {
    let mut bytes = Vec::new();
    loop {
        if let Some((message, rest)) = Message::parse(&bytes) {
            assert!(rest.is_empty(), "more than one message at a time");
            return Some(message);
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// The hub's answer, without what is no part of the protocol.
pub async fn ask(hub: SocketAddr, request: &Message) -> Message {
    let mut stream = TcpStream::connect(hub).await.expect("the hub");
    stream.write_all(&request.bytes()).await.expect("a request");
    read(&mut stream).await.expect("an answer").normal()
}

/// Stands where the hub stands: passes on to it and records, or plays what is recorded.
pub struct Tape {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<Exchange>>>,
    script: Arc<Mutex<VecDeque<Exchange>>>,
    faults: Arc<Mutex<Vec<String>>>,
}

impl Tape {
    pub async fn record(hub: SocketAddr) -> Self {
        Self::start(Some(hub), Vec::new()).await
    }

    pub async fn play(script: Vec<Exchange>) -> Self {
        Self::start(None, script).await
    }

    async fn start(hub: Option<SocketAddr>, script: Vec<Exchange>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let tape = Self {
            address: listener.local_addr().expect("an address"),
            heard: Arc::default(),
            script: Arc::new(Mutex::new(script.into())),
            faults: Arc::default(),
        };
        let (heard, script, faults) =
            (tape.heard.clone(), tape.script.clone(), tape.faults.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (heard, script, faults) = (heard.clone(), script.clone(), faults.clone());
                tokio::spawn(async move {
                    while let Some(request) = read(&mut stream).await {
                        let request = request.normal();
                        let answer = if let Some(hub) = hub {
                            let answer = ask(hub, &request).await;
                            let exchange = Exchange {
                                request,
                                answer: answer.clone(),
                            };
                            heard.lock().expect("a lock").push(exchange);
                            answer
                        } else {
                            let next = script.lock().expect("a lock").pop_front();
                            let Some(next) = next else {
                                let fault = format!("one request too many: {}", request.first);
                                faults.lock().expect("a lock").push(fault);
                                return;
                            };
                            if let Err(fault) = request.is_as(&next.request) {
                                faults.lock().expect("a lock").push(fault);
                            }
                            next.answer
                        };
                        if stream.write_all(&answer.bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        tape
    }

    pub fn heard(&self) -> Vec<Exchange> {
        self.heard.lock().expect("a lock").clone()
    }

    /// Everything was asked for, and as it is recorded.
    #[track_caller]
    pub fn ended(&self) {
        let faults = self.faults.lock().expect("a lock");
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
        let left = self.script.lock().expect("a lock");
        assert!(left.is_empty(), "never asked: {left:?}");
    }
}
