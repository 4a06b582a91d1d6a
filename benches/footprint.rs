//! The program as a process: its size, how soon it answers, what an idle shop holds in memory, and how fast a million
//! lines of sales history come in.
//!
//! `cargo bench --bench footprint` builds the release program and prints each figure with its runs.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kulakan");

fn main() {
    let size = std::fs::metadata(PROGRAM).unwrap().len() as f64;
    println!("program           {:.1} MB", size / 1e6);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    kulakan(folder.path(), &["shop", "init", "--name", "Bench"]);
    let mut starts: Vec<f64> = (0..11).map(|_| start_and_answer(folder.path())).collect();
    starts.sort_by(f64::total_cmp);
    println!(
        "start to answer   {:.1} ms (median of {}; {:.1} to {:.1})",
        starts[5],
        starts.len(),
        starts[0],
        starts[10]
    );
    println!(
        "idle memory       {:.1} MB resident",
        idle_memory(folder.path())
    );
    let seconds = import_a_million(folder.path());
    println!("import            1,000,000 sales lines in {seconds:.1} s");
    let after = idle_memory(folder.path());
    println!("idle memory       {after:.1} MB resident, with that history planned once");
}

fn kulakan(folder: &Path, arguments: &[&str]) {
    let done = Command::new(PROGRAM)
        .arg("--data")
        .arg(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "{arguments:?}");
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

fn daemon(folder: &Path, address: SocketAddr) -> Child {
    Command::new(PROGRAM)
        .arg("--data")
        .arg(folder)
        .args(["shop", "run", "--listen", &address.to_string()])
        .env("KULAKAN_LOG", "error")
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Whether a health check, which is a real write transaction, is answered with 200.
fn answers(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else {
        return false;
    };
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}

fn wait_for(address: SocketAddr) {
    let started = Instant::now();
    while !answers(address) {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the daemon does not answer"
        );
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn start_and_answer(folder: &Path) -> f64 {
    let address = free_address();
    let started = Instant::now();
    let mut child = daemon(folder, address);
    wait_for(address);
    let took = started.elapsed().as_secs_f64() * 1000.0;
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

/// Resident memory in MB after the daemon has answered and then been left alone for a while.
fn idle_memory(folder: &Path) -> f64 {
    let address = free_address();
    let mut child = daemon(folder, address);
    wait_for(address);
    std::thread::sleep(Duration::from_secs(5));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kibibytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    kibibytes * 1024.0 / 1e6
}

/// A thousand products over two years and more, as another till would write its lines.
fn import_a_million(folder: &Path) -> f64 {
    let mut lines = String::from("date,sku,quantity\n");
    for day in 0..500_u32 {
        let date =
            chrono::NaiveDate::from_ymd_opt(2025, 6, 1).unwrap() + chrono::Days::new(day.into());
        for product in 0..1000_u32 {
            for part in 1..=2 {
                writeln!(lines, "{date},P{product:04},{}", (day + product) % 5 + part).unwrap();
            }
        }
    }
    let file = folder.join("history.csv");
    std::fs::write(&file, lines).unwrap();
    let started = Instant::now();
    kulakan(
        folder,
        &[
            "shop",
            "import",
            "sales",
            file.to_str().unwrap(),
            "--create-missing",
        ],
    );
    let seconds = started.elapsed().as_secs_f64();
    kulakan(folder, &["shop", "plan"]);
    seconds
}
