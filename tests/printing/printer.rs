//! A receipt printer in the network that does as it is told: takes everything, hangs, or dies.

use std::io::{ErrorKind, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// How long a test waits for what has to come.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A printer that listens and takes nothing until it is asked to.
pub struct FakePrinter {
    listener: TcpListener,
}

impl FakePrinter {
    /// On a free port.
    pub fn new() -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Where one was before.
    pub fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        Self { listener }
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("an address")
    }

    /// Waits until somebody connects.
    pub async fn connected(&self) -> TcpStream {
        let listener = self.listener.try_clone().expect("the same listener");
        listener.set_nonblocking(true).expect("no waiting");
        let started = Instant::now();
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false).expect("waiting");
                    return stream;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    assert!(started.elapsed() < PATIENCE, "nobody came to print");
                    tokio::task::yield_now().await;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The next slip, to its last byte.
    pub async fn slip(&self) -> Vec<u8> {
        let mut stream = self.connected().await;
        let read = tokio::task::spawn_blocking(move || {
            let mut slip = Vec::new();
            stream.read_to_end(&mut slip).expect("a slip");
            slip
        });
        read.await.expect("no panic")
    }

    /// The next slip as text, without what is no letter.
    pub async fn text(&self) -> String {
        let slip = self.slip().await;
        String::from_utf8_lossy(&slip).into_owned()
    }
}
