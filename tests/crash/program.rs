//! The program on a folder of its own: the release build where there is one (`KULAKAN_RELEASE`), else the tests' build.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::http::Client;
use crate::harness::program::done;

/// The products that every till here sells: code, price and what a count of them is done in.
pub const PRODUCTS: &str = "sku,name,unit,price,cost,shelf_life_days\n\
    MIE,Mie goreng,pcs,3500,3000,\n\
    TEH,Teh botol,botol,5000,4100,\n\
    ROTI,Roti tawar,pcs,16000,13500,5\n\
    BERAS,Beras,kg,14500,13000,\n";

/// Codes of [`PRODUCTS`].
pub const SKUS: [&str; 4] = ["MIE", "TEH", "ROTI", "BERAS"];

/// The program that is tried.
pub fn binary() -> PathBuf {
    std::env::var_os("KULAKAN_RELEASE").map_or_else(
        || PathBuf::from(env!("CARGO_BIN_EXE_kulakan")),
        PathBuf::from,
    )
}

/// The program with these arguments, and none of the settings that the machine has for it.
pub fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments);
    for (name, _) in std::env::vars() {
        if name.starts_with("KULAKAN_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it on a folder to its end; what it printed.
#[track_caller]
pub fn run(folder: &Path, arguments: &[&str]) -> String {
    done(
        &command(arguments)
            .arg("--data")
            .arg(folder)
            .output()
            .unwrap(),
    )
}

/// A folder in memory where the machine has one: thousands of crashes would wear out a disk, and what reaches it is
/// decided by the tests here and not by the device.
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("kulakan-crash-");
    if memory.is_dir() {
        builder.tempdir_in(memory).unwrap()
    } else {
        builder.tempdir().unwrap()
    }
}

/// A new shop in `folder` with products and a token for its API.
pub fn found(folder: &Path) -> String {
    run(folder, &["shop", "init", "--name", "Warung Contoh"]);
    let file = folder.join("products.csv");
    fs::write(&file, PRODUCTS).unwrap();
    run(
        folder,
        &["shop", "import", "products", file.to_str().unwrap()],
    );
    let token = run(folder, &["shop", "token", "create", "--label", "till"]);
    token.trim().to_owned()
}

/// Everything in `from`, in the new folder `to`.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// `kulakan shop run` under way; killed when it is dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Running {
    /// Starts it on `folder` and waits until it says where it listens.
    pub fn start(folder: &Path) -> Self {
        Self::start_as(command::<&str>([]), folder)
    }

    /// The same with a command that has an environment of its own.
    pub fn start_as(mut command: Command, folder: &Path) -> Self {
        command.args(["shop", "run", "--listen", "127.0.0.1:0"]);
        Self::start_command(command, folder)
    }

    /// A daemon on `folder`, whichever `command` says.
    pub fn start_command(mut command: Command, folder: &Path) -> Self {
        let mut child = command
            .arg("--data")
            .arg(folder)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        let (found, address) = channel();
        // Read to its end, so that the program never waits for somebody to read what it says.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("address=") {
                    let _ = found.send(rest.split(' ').next().unwrap_or_default().to_owned());
                }
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let Ok(address) = address.recv() else {
            let _ = child.wait();
            panic!(
                "kulakan shop run ended: {}{}",
                log.lock().unwrap(),
                folder.display()
            );
        };
        Self {
            child,
            address: address.parse().unwrap(),
            log,
        }
    }

    pub fn client(&self, token: &str) -> Client {
        Client::new(self.address, token)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(mut self) {
        self.stop_now();
    }

    /// The same where something else holds on to it.
    pub fn stop_now(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until something else has killed it.
    pub fn wait(mut self) {
        self.child.wait().unwrap();
    }

    /// Ends it as the service manager does.
    pub fn terminate(mut self) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        let ended = self.child.wait().unwrap();
        assert!(ended.success(), "{ended}: {}", self.log());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
