//! The program as processes: a hub and a shop, and what the system says of them.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kulakan");

/// A daemon; killed when dropped.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// `kulakan SIDE run`, in a network namespace if one is named.
    pub fn start(side: &str, folder: &Path, address: SocketAddr, namespace: Option<&str>) -> Self {
        let mut command = match namespace {
            None => Command::new(PROGRAM),
            Some(name) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", name, PROGRAM]);
                command
            }
        };
        let child = command
            .arg("--data")
            .arg(folder)
            .args([side, "run", "--listen", &address.to_string()])
            .env("KULAKAN_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let started = Self { child, address };
        if namespace.is_none() {
            let begun = Instant::now();
            while TcpStream::connect(address).is_err() {
                assert!(begun.elapsed() < Duration::from_mins(1), "{side} is not up");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        started
    }

    /// The most memory it has held, in MB.
    pub fn peak_megabytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .unwrap();
        let kibibytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kibibytes * 1024.0 / 1e6
    }
}

pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A command of the program, and what it printed.
pub fn kulakan(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new(PROGRAM)
        .arg("--data")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// Events of the shop that the hub has not acknowledged, and exchanges that failed in a row.
pub fn backlog(folder: &Path) -> (i64, i64) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = Connection::open_with_flags(folder.join("shop.db"), flags).unwrap();
    database.busy_timeout(Duration::from_secs(10)).unwrap();
    database
        .query_row(
            "SELECT head_seq - acked_seq, failures FROM sync_state",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap()
}

/// Lets the shop find its hub elsewhere: behind a line.
pub fn move_hub(folder: &Path, url: &str) {
    let database = Connection::open(folder.join("shop.db")).unwrap();
    let sql = "UPDATE sync_state SET hub_url = ?1, failures = 0, next_attempt_at_utc = NULL";
    database.execute(sql, [url]).unwrap();
}
