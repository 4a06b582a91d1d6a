//! A real PostgreSQL server for one test: its own data in a temporary folder, no port, gone on drop.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use kulakan::hub::store::PostgresStore;
use kulakan::hub::store::postgres::{Address, Founding};
use tempfile::TempDir;

/// A running server with one empty database.
pub struct Postgres {
    tools: PathBuf,
    folder: TempDir,
    /// Which the name of its socket holds too.
    port: u16,
}

/// PostgreSQL's own.
const USUAL_PORT: u16 = 5432;

/// Who the server belongs to inside.
const USER: &str = "kulakan";

impl Postgres {
    /// Creates a database cluster and starts a server on a socket in its folder.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the text holds what it said.
    pub fn start() -> Result<Self, String> {
        Self::start_with(USUAL_PORT, "-c fsync=off -c full_page_writes=off", |_| {
            Ok(())
        })
    }

    /// The same with a server that is also reached at `127.0.0.1`, there by encrypted lines alone, for which it shows the
    /// certificate in the file `certificate`, whose key is in `key`; and its port.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_encrypted(certificate: &Path, key: &Path) -> Result<(Self, u16), String> {
        let free = std::net::TcpListener::bind("127.0.0.1:0").map_err(|fault| fault.to_string())?;
        let port = free.local_addr().map_err(|fault| fault.to_string())?.port();
        drop(free);
        let settings =
            "-c fsync=off -c full_page_writes=off -c ssl=on -c listen_addresses=127.0.0.1";
        let server = Self::start_with(port, settings, |data| {
            let doors = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n";
            let written = fs::write(data.join("pg_hba.conf"), doors)
                .and_then(|()| fs::copy(certificate, data.join("server.crt")))
                .and_then(|_| fs::copy(key, data.join("server.key")));
            written.map_err(|fault| fault.to_string())?;
            // The server takes no key that others can read, nor one that is not its own.
            let key = data.join("server.key");
            run(Command::new("chmod").arg("600").arg(&key))?;
            if is_root() {
                run(Command::new("chown").arg("postgres").arg(&key))?;
            }
            Ok(())
        })?;
        Ok((server, port))
    }

    /// The same with a server that flushes what it commits, as one that is relied on does; for measuring.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    #[allow(dead_code, reason = "for what measures")]
    pub fn start_durable() -> Result<Self, String> {
        Self::start_with(USUAL_PORT, "", |_| Ok(()))
    }

    /// A server with these settings, and what `prepare` puts into its data folder before it starts.
    fn start_with(
        port: u16,
        settings: &str,
        prepare: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<Self, String> {
        // The path of a Unix socket is limited to about 100 bytes, so not under a long TMPDIR.
        let folder = tempfile::Builder::new()
            .prefix("kulakan-pg-")
            .tempdir_in("/tmp");
        let folder = folder.map_err(|fault| fault.to_string())?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let server = Self {
            tools: tools()?,
            folder,
            port,
        };
        let data = server.folder.path().join("data");
        run(server
            .tool("initdb")
            .args(["--username", USER, "--auth", "trust", "--encoding", "UTF8"])
            .args(["--locale", "C", "--no-sync", "--pgdata"])
            .arg(&data))?;
        prepare(&data)?;
        let options = format!(
            "-c listen_addresses= -c port={port} {settings} -c max_connections=500 -k {}",
            server.folder.path().display()
        );
        run(server
            .tool("pg_ctl")
            .args([
                "start",
                "--wait",
                "--silent",
                "--options",
                &options,
                "--log",
            ])
            .arg(server.folder.path().join("log"))
            .arg("--pgdata")
            .arg(&data))?;
        Ok(server)
    }

    /// The address in the form of `--database`.
    pub fn url(&self) -> String {
        self.url_of(USER, "postgres")
    }

    /// The address of another of its databases, for another of its roles.
    pub fn url_of(&self, role: &str, database: &str) -> String {
        let socket = self.folder.path().to_string_lossy().replace('/', "%2F");
        format!("postgres://{role}@{socket}:{}/{database}", self.port)
    }

    /// The folder of its socket.
    #[allow(dead_code, reason = "for what measures")]
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    /// Runs statements and returns the rows, one a line, fields separated by `|`.
    ///
    /// # Errors
    /// At the first statement that fails, with the server's message.
    pub fn psql(&self, sql: &str) -> Result<String, String> {
        self.psql_on(&self.url(), sql)
    }

    /// The same on another of its databases.
    ///
    /// # Errors
    /// As [`Postgres::psql`].
    pub fn psql_on(&self, url: &str, sql: &str) -> Result<String, String> {
        let options = [
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
        ];
        // Where initdb is only linked into the path, psql need not lie beside the link.
        let beside = self.tools.join("psql");
        let psql = if beside.exists() {
            beside
        } else {
            PathBuf::from("psql")
        };
        run(Command::new(psql)
            .args(options)
            .args(["--dbname", url, "--command", sql]))
    }

    fn tool(&self, name: &str) -> Command {
        as_owner(&self.tools.join(name))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let mut stop = self.tool("pg_ctl");
        stop.args([
            "stop",
            "--mode",
            "immediate",
            "--wait",
            "--silent",
            "--pgdata",
        ])
        .arg(data);
        // Nobody is left to tell when the server was never up.
        let _ = run(&mut stop);
    }
}

/// The folder of `initdb` and its companions: the path's, else Debian's newest.
fn tools() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).find(|folder| folder.join("initdb").exists());
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let versions = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    in_path
        .or_else(|| {
            versions
                .filter(|(_, bin)| bin.join("initdb").exists())
                .max()
                .map(|(_, bin)| bin)
        })
        .ok_or_else(|| "PostgreSQL is not installed; ./tests/run installs it".to_owned())
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout == b"0\n")
}

/// PostgreSQL refuses to run as root; Debian's package brings a user for it.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args([
        OsStr::new("-u"),
        OsStr::new("postgres"),
        OsStr::new("--"),
        program.as_os_str(),
    ]);
    // The owner may not enter root's working folder.
    command.current_dir("/");
    command
}

fn run(command: &mut Command) -> Result<String, String> {
    // A server started by pg_ctl keeps its output open, so errors go through a file, not a pipe.
    let errors = tempfile::NamedTempFile::new().map_err(|fault| fault.to_string())?;
    let sink = errors.reopen().map_err(|fault| fault.to_string())?;
    let starts_server = command.get_args().any(|argument| argument == "start");
    command.stdin(Stdio::null()).stderr(sink);
    if starts_server {
        command.stdout(Stdio::null());
    }
    let done = command
        .output()
        .map_err(|fault| format!("{command:?}: {fault}"))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).trim_end().to_owned());
    }
    let said = fs::read_to_string(errors.path()).unwrap_or_default();
    Err(format!("{command:?}: {}: {said}", done.status))
}

/// Who hubs are inside the shared server: a role as a careful administrator gives one, which row-level security binds.
pub const HUB_ROLE: &str = "hub";

/// The database that others are copies of.
const TEMPLATE: &str = "hub_template";

/// The server that all tests of this program share.
pub struct Shared {
    pub server: Postgres,
    /// Databases, and the folders of the hubs in them.
    given: Mutex<Vec<(PathBuf, String)>>,
    /// Stops the server when this program ends, however it does: its standard input closes then.
    _warden: Child,
}

/// The shared server, started by whoever asks first.
pub fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let server = Postgres::start().expect("PostgreSQL starts");
        server
            .psql(&format!("CREATE ROLE {HUB_ROLE} LOGIN"))
            .expect("a role");
        let folder = server.folder.path().display().to_string();
        let stop = format!(
            "cat; '{}' stop -m immediate -w -s -D '{folder}/data'; rm -rf '{folder}'",
            server.tools.join("pg_ctl").display()
        );
        let warden = as_owner(Path::new("/bin/sh"))
            .args(["-c", &stop])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        Shared {
            server,
            given: Mutex::default(),
            _warden: warden,
        }
    })
}

impl Shared {
    /// A database of its own, with the tables of a hub and nothing in them, for the hub in `folder`; its address. Those of
    /// hubs whose folders are gone go too.
    pub fn database_for(&self, folder: &Path) -> String {
        static MADE: OnceLock<()> = OnceLock::new();
        MADE.get_or_init(|| {
            let create = format!("CREATE DATABASE {TEMPLATE} OWNER {HUB_ROLE}");
            self.server.psql(&create).expect("a database");
            let url = self.server.url_of(HUB_ROLE, TEMPLATE);
            // A test's own runtime cannot wait for another.
            let made = std::thread::spawn(move || {
                let address = Address::parse(&url, None).expect("an address");
                tokio::runtime::Runtime::new()
                    .expect("a runtime")
                    .block_on(PostgresStore::open(address, 1, Founding::Allowed))
                    .map(drop)
            });
            made.join().expect("no panic").expect("the tables");
        });
        self.copy_for(folder, TEMPLATE)
    }

    /// The same without any table.
    pub fn empty_for(&self, folder: &Path) -> String {
        self.copy_for(folder, "template0")
    }

    fn copy_for(&self, folder: &Path, template: &str) -> String {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let (gone, kept): (Vec<_>, Vec<_>) =
            given.drain(..).partition(|(folder, _)| !folder.exists());
        *given = kept;
        for (_, name) in gone {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            self.server.psql(&drop).expect("a database is dropped");
        }
        let name = format!("hub_{}", uuid::Uuid::now_v7().simple());
        self.server
            .psql(&format!(
                "CREATE DATABASE {name} OWNER {HUB_ROLE} TEMPLATE {template}"
            ))
            .expect("a database");
        given.push((folder.to_owned(), name.clone()));
        self.server.url_of(HUB_ROLE, &name)
    }
}
