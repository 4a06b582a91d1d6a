//! Getting bytes to the printer, within bounds of time, and saying in one word why that did not work.

use std::io::{self, ErrorKind, Read as _, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::settings::{Target, check_device, is_near};

/// The folder of the data folder that holds files with slips.
const FOLDER: &str = "struk";

/// A printer that is on answers at once.
const CONNECT: Duration = Duration::from_secs(3);

/// A printer takes a receipt in a second or two; one out of paper takes nothing.
const WRITE: Duration = Duration::from_secs(10);

/// How long a printer may take to hang up after it got everything. Many never do; silence is no complaint.
const FAREWELL: Duration = Duration::from_secs(2);

/// How often a device that is busy is asked again.
const BUSY: Duration = Duration::from_millis(20);

/// Why nothing, or nobody knows what, came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is off, or not in the network.
    Off,
    /// Its device is not there: off, or unplugged.
    NoDevice,
    /// This program may not use it.
    NotAllowed,
    /// It takes nothing: out of paper, or open.
    Stuck,
    /// It hung up in the middle.
    CutOff,
    /// Its address is outside of the shop's own network.
    FarAway,
    /// What is set is no printer.
    NoPrinter,
    /// The disk, or something else of this machine.
    Other,
}

impl Trouble {
    const ALL: [Self; 8] = [
        Self::Off,
        Self::NoDevice,
        Self::NotAllowed,
        Self::Stuck,
        Self::CutOff,
        Self::FarAway,
        Self::NoPrinter,
        Self::Other,
    ];

    /// As kept with a job.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::NoDevice => "no_device",
            Self::NotAllowed => "not_allowed",
            Self::Stuck => "stuck",
            Self::CutOff => "cut_off",
            Self::FarAway => "far_away",
            Self::NoPrinter => "no_printer",
            Self::Other => "other",
        }
    }

    /// The reverse of [`Trouble::as_str`]; what is unknown is something else.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let known = Self::ALL.into_iter().find(|one| one.as_str() == text);
        known.unwrap_or(Self::Other)
    }
}

/// An attempt that failed.
#[derive(Debug)]
pub(super) struct Failure {
    /// Why.
    pub trouble: Trouble,
    /// Something may have come out.
    pub unknown: bool,
}

impl Failure {
    fn before(trouble: Trouble) -> Self {
        let unknown = false;
        Self { trouble, unknown }
    }
}

/// Sends `bytes` on a thread of its own, which the end of the program does not wait for.
pub(super) async fn send(target: Target, data: &Path, bytes: Vec<u8>) -> Result<(), Failure> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let data = data.to_owned();
    let started = std::thread::Builder::new()
        .name("printer".to_owned())
        .spawn(move || {
            // Nobody listens any more when the program ends.
            let _ = tell.send(deliver(&target, &data, &bytes));
        });
    if let Err(error) = started {
        tracing::warn!(%error, "no thread for the printer");
        return Err(Failure::before(Trouble::Other));
    }
    told.await.unwrap_or(Err(Failure {
        trouble: Trouble::Other,
        unknown: true,
    }))
}

fn deliver(target: &Target, data: &Path, bytes: &[u8]) -> Result<(), Failure> {
    match target {
        Target::Nowhere => Err(Failure::before(Trouble::NoPrinter)),
        Target::Device(path) => to_device(path, bytes),
        Target::Network { host, port } => to_network(host, *port, bytes),
        Target::File(name) => to_file(&data.join(FOLDER), name, bytes).map_err(|error| {
            tracing::warn!(%error, "a slip could not be written");
            Failure::before(Trouble::Other)
        }),
    }
}

fn to_file(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join(name))?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn to_device(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if check_device(path).is_err() {
        return Err(Failure::before(Trouble::NoPrinter));
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A printer out of paper would hold a plain write for ever.
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    }
    let mut device = options.open(path).map_err(|error| {
        Failure::before(match error.kind() {
            ErrorKind::NotFound => Trouble::NoDevice,
            ErrorKind::PermissionDenied => Trouble::NotAllowed,
            _ => Trouble::Off,
        })
    })?;
    write_all(&mut device, bytes)
}

/// Writes everything before the time is up; what is only busy is asked again.
fn write_all(sink: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    let deadline = Instant::now() + WRITE;
    let mut written = 0;
    while written < bytes.len() {
        let trouble = match sink.write(&bytes[written..]) {
            Ok(0) => Trouble::CutOff,
            Ok(taken) => {
                written += taken;
                continue;
            }
            Err(error) => match error.kind() {
                ErrorKind::Interrupted => continue,
                ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                    if Instant::now() < deadline {
                        sleep(BUSY);
                        continue;
                    }
                    Trouble::Stuck
                }
                _ => Trouble::CutOff,
            },
        };
        let unknown = written > 0;
        return Err(Failure { trouble, unknown });
    }
    Ok(())
}

fn to_network(host: &str, port: u16, bytes: &[u8]) -> Result<(), Failure> {
    let found: Vec<SocketAddr> = match (host, port).to_socket_addrs() {
        Ok(found) => found.collect(),
        Err(_) => return Err(Failure::before(Trouble::Off)),
    };
    let Some(address) = found.iter().find(|found| is_near(found.ip())) else {
        return Err(Failure::before(Trouble::FarAway));
    };
    let mut stream =
        TcpStream::connect_timeout(address, CONNECT).map_err(|_| Failure::before(Trouble::Off))?;
    let timeouts = stream
        .set_write_timeout(Some(Duration::from_secs(1)))
        .and_then(|()| stream.set_read_timeout(Some(FAREWELL)));
    timeouts.map_err(|_| Failure::before(Trouble::Other))?;
    write_all(&mut stream, bytes)?;
    // A printer that was switched off under way says so now, if at all.
    let cut_off = Failure {
        trouble: Trouble::CutOff,
        unknown: true,
    };
    if stream.shutdown(Shutdown::Write).is_err() {
        return Err(cut_off);
    }
    let deadline = Instant::now() + FAREWELL;
    let mut said = [0; 256];
    while Instant::now() < deadline {
        match stream.read(&mut said) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                let silent = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                return if silent { Ok(()) } else { Err(cut_off) };
            }
        }
    }
    Ok(())
}
