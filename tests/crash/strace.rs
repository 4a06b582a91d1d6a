//! System calls that go wrong at a chosen moment, by strace's injection into the running program.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::program::Running;

/// What a sale's transaction consists of, and the answer that follows it.
pub const WRITES: &str = "pwrite64";
pub const SYNCS: &str = "fsync";
pub const ANSWERS: &str = "writev";

/// strace on a running program; it lets go when it is dropped.
pub struct Strace {
    child: Child,
    log: PathBuf,
}

impl Strace {
    /// Attaches to every thread of the program and, from now on, does `injection` (such as `error=EIO:when=3+`) to the
    /// system call `call`; each thread's calls are counted from 1.
    pub fn attach(running: &Running, folder: &Path, call: &str, injection: Option<&str>) -> Self {
        let log = folder.join("strace.log");
        let mut command = Command::new("strace");
        command
            .args(["-f", "-p", &running.pid().to_string(), "-o"])
            .arg(&log)
            .args(["-e", &format!("trace={call}")]);
        if let Some(injection) = injection {
            command.args(["-e", &format!("inject={call}:{injection}")]);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace; ./tests/run installs it");
        let mut said = String::new();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        while !said.contains("attached") {
            let length = errors.read_line(&mut said).unwrap();
            assert!(length > 0, "strace could not attach: {said}");
        }
        // It goes on to tell of threads that come and go.
        std::thread::spawn(move || for _ in errors.lines().map_while(Result::ok) {});
        Self { child, log }
    }

    /// Lets go of the program. How often it made the call meanwhile, in the thread that did so most.
    pub fn detach(mut self) -> usize {
        self.release();
        let log = std::fs::read_to_string(&self.log).unwrap();
        let mut threads = std::collections::BTreeMap::new();
        for line in log.lines().filter(|line| !line.contains("resumed>")) {
            if let Some((thread, rest)) = line.split_once(' ')
                && rest.contains('(')
            {
                *threads.entry(thread).or_insert(0) += 1;
            }
        }
        threads.into_values().max().unwrap_or(0)
    }

    fn release(&mut self) {
        // It ends with the program, too, and then there is nothing to let go of.
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let pid = self.child.id().to_string();
        let mut kill = Command::new("kill");
        let _ = kill.args(["-INT", &pid]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        self.release();
    }
}
