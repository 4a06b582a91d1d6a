//! A mail server and another system, as the hub finds them: they take what comes, and keep it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a mail server does with a letter that it has taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Says that it has it.
    Takes,
    /// Never answers.
    SaysNothing,
    /// Says that it has no room at present.
    IsFull,
    /// Says that there is no such mailbox.
    Refuses,
}

/// A mail server.
#[derive(Clone)]
pub struct MailSink {
    pub address: SocketAddr,
    letters: watch::Receiver<Vec<String>>,
    manner: Arc<Mutex<Manner>>,
}

impl MailSink {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (kept, letters) = watch::channel(Vec::new());
        let manner = Arc::new(Mutex::new(manner));
        let (kept, shared) = (Arc::new(kept), Arc::clone(&manner));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, manner) = (Arc::clone(&kept), Arc::clone(&shared));
                tokio::spawn(async move { serve(stream, &kept, &manner).await });
            }
        });
        Self {
            address,
            letters,
            manner,
        }
    }

    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The letters, once there are `count`.
    pub async fn letters(&mut self, count: usize) -> Vec<String> {
        let there = self.letters.wait_for(|letters| letters.len() >= count);
        let waited = tokio::time::timeout(std::time::Duration::from_mins(1), there).await;
        waited.expect("letters come").unwrap().clone()
    }

    pub fn so_far(&self) -> Vec<String> {
        self.letters.borrow().clone()
    }
}

async fn serve(
    stream: TcpStream,
    kept: &watch::Sender<Vec<String>>,
    manner: &Mutex<Manner>,
) -> Option<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 sink\r\n").await.ok()?;
    while let Ok(Some(line)) = lines.next_line().await {
        let word = line.split(' ').next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" | "HELO" => "250 sink",
            "QUIT" => "221 bye",
            "RCPT" if *manner.lock().unwrap() == Manner::Refuses => "550 no such mailbox",
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.ok()?;
                let mut letter = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                let manner = *manner.lock().unwrap();
                if manner != Manner::IsFull {
                    kept.send_modify(|letters| letters.push(letter));
                }
                match manner {
                    Manner::SaysNothing => {
                        let _ = lines.next_line().await;
                        return None;
                    }
                    Manner::IsFull => "451 try again later",
                    _ => "250 taken",
                }
            }
            _ => "250 ok",
        };
        writer
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .ok()?;
    }
    None
}

/// A call that another system got.
#[derive(Debug, Clone)]
pub struct Call {
    pub headers: HeaderMap,
    pub body: String,
}

/// Another system.
#[derive(Clone)]
pub struct CallSink {
    pub address: SocketAddr,
    calls: watch::Receiver<Vec<Call>>,
    status: Arc<Mutex<StatusCode>>,
}

type Kept = (Arc<watch::Sender<Vec<Call>>>, Arc<Mutex<StatusCode>>);

impl CallSink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (kept, calls) = watch::channel(Vec::new());
        let status = Arc::new(Mutex::new(StatusCode::OK));
        let router = Router::new()
            .fallback(take)
            .with_state((Arc::new(kept), Arc::clone(&status)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            calls,
            status,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn answer(&self, status: u16) {
        *self.status.lock().unwrap() = StatusCode::from_u16(status).unwrap();
    }

    /// The calls, once there are `count`.
    pub async fn calls(&mut self, count: usize) -> Vec<Call> {
        let there = self.calls.wait_for(|calls| calls.len() >= count);
        let waited = tokio::time::timeout(std::time::Duration::from_mins(1), there).await;
        waited.expect("calls come").unwrap().clone()
    }
}

async fn take(State((kept, status)): State<Kept>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = String::from_utf8(body.to_vec()).unwrap();
    kept.send_modify(|calls| calls.push(Call { headers, body }));
    *status.lock().unwrap()
}
