//! What the owner decided about receipts and the printer.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::layout::Paper;
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::faults::{Faults, optional_text};
use crate::shop::store::{audit, settings};
use crate::web::Language;

/// The shop's setting that holds all of it, as JSON.
const KEY: &str = "printing";

/// The port that receipt printers listen on.
pub const PRINTER_PORT: u16 = 9100;

/// Where the kernel puts the first printer on a cable.
pub const FIRST_PRINTER: &str = "/dev/usb/lp0";

/// Where slips go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// There is no printer.
    #[default]
    Nowhere,
    /// A printer on a cable: the file of its device.
    Device(PathBuf),
    /// A printer in the shop's own network.
    Network {
        /// Its address or name.
        host: String,
        /// Its port.
        port: u16,
    },
    /// A file in the folder `struk` of the data folder, to which slips are added.
    File(String),
}

/// What the owner decided about receipts and the printer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PrintSettings {
    /// Where slips go.
    pub target: Target,
    /// The paper that is in.
    pub paper: Paper,
    /// Every sale is printed by itself.
    pub automatic: bool,
    /// The printer cuts the paper.
    pub cut: bool,
    /// The drawer at the printer opens for cash.
    pub drawer: bool,
    /// Where the shop is; lines of text.
    pub address: String,
    /// Its telephone.
    pub phone: String,
    /// What a receipt ends with; '' for thanks.
    pub footer: String,
    /// The language of receipts.
    #[serde(with = "tag")]
    pub language: Language,
}

/// A language as its tag.
mod tag {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::web::Language;

    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "the form that serde calls"
    )]
    pub(super) fn serialize<S: Serializer>(
        language: &Language,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(language.tag())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Language, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Language::from_tag(&text).unwrap_or_default())
    }
}

impl PrintSettings {
    pub(super) fn load(connection: &Connection) -> Result<Self> {
        let Some(text) = settings::get(connection, KEY)? else {
            return Ok(Self::default());
        };
        serde_json::from_str(&text)
            .map_err(|error| Error::Corrupt(format!("settings.{KEY}: {error}")))
    }

    /// Checked, each text without blanks around it.
    fn checked(self) -> Result<Self> {
        let mut faults = Faults::default();
        let target = check_target(&mut faults, self.target);
        let address = faults.note("address", lines_of_text(&self.address, 3));
        let phone = faults.note("phone", optional_text(&self.phone, 30));
        let footer = faults.note("footer", lines_of_text(&self.footer, 4));
        faults.into_result()?;
        Ok(Self {
            target,
            address: address.unwrap_or_default(),
            phone: phone.unwrap_or_default(),
            footer: footer.unwrap_or_default(),
            ..self
        })
    }
}

/// At most `most` lines of at most 48 characters, the width of the wide paper.
fn lines_of_text(text: &str, most: usize) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let lines = lines.join("\n").trim().to_owned();
    if lines.lines().count() > most {
        return Err(format!("has more than {most} lines"));
    }
    for line in lines.lines() {
        optional_text(line, 48)?;
    }
    Ok(lines)
}

fn check_target(faults: &mut Faults, target: Target) -> Target {
    match target {
        Target::Nowhere => Target::Nowhere,
        Target::Device(path) => {
            let path = PathBuf::from(path.to_string_lossy().trim());
            if let Err(why) = check_device(&path) {
                faults.add("device", why);
            }
            Target::Device(path)
        }
        Target::Network { host, port } => {
            let host = host.trim().to_owned();
            let sign = |sign: char| sign.is_ascii_alphanumeric() || ".-:".contains(sign);
            if host.is_empty() || host.len() > 253 || !host.chars().all(sign) {
                faults.add("host", "must be an address such as 192.168.1.50");
            }
            if host.parse().is_ok_and(|address| !is_near(address)) {
                faults.add("host", FAR_AWAY);
            }
            if port == 0 {
                faults.add("port", "must be 1 to 65535; printers listen on 9100");
            }
            Target::Network { host, port }
        }
        Target::File(name) => {
            let name = name.trim().to_owned();
            let sign = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
            let good = !name.starts_with('.') && name.chars().all(sign);
            if name.is_empty() || name.len() > 64 || !good {
                faults.add("file", "must be a name of letters, digits, - and _");
            }
            Target::File(name)
        }
    }
}

/// Why no printer with such an address gets anything.
pub(super) const FAR_AWAY: &str =
    "is outside of the shop's own network; receipts do not leave the shop";

/// Whether an address can be in the shop's own network.
pub(super) fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// A device is written to as it is. A file of somebody's must never be: a slip of the finger in the path would spoil it.
pub(super) fn check_device(path: &Path) -> Result<(), String> {
    if !path.is_absolute() {
        return Err(format!("must be a path such as {FIRST_PRINTER}"));
    }
    if path.to_string_lossy().chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() || found.is_dir() || is_disk(&found) => {
            Err("is no printer".to_owned())
        }
        // One that is off or unplugged now may be there later.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A disk is a device too, and what is on it would be gone.
#[cfg(unix)]
fn is_disk(found: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_block_device(&found.file_type())
}

#[cfg(not(unix))]
fn is_disk(_: &std::fs::Metadata) -> bool {
    false
}

impl Shop {
    /// What the owner decided about receipts and the printer.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a setting that no program of ours wrote.
    pub async fn print_settings(&self) -> Result<PrintSettings> {
        self.db.read(PrintSettings::load).await
    }

    /// Keeps what the owner decided; what waits for the printer is tried again at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] names each wrong field: `device`, `host`, `port`, `file`, `address`, `phone`, `footer`.
    pub async fn set_print_settings(&self, new: PrintSettings, by: &str) -> Result<()> {
        let new = new.checked()?;
        let by = by.to_owned();
        let text = serde_json::to_string(&new)
            .map_err(|error| Error::Internal(format!("writing settings.{KEY}: {error}")))?;
        self.record(move |tx, now| {
            settings::set(tx, KEY, &text)?;
            audit::record(tx, now, &by, "setting.changed", KEY, &text)
        })
        .await?;
        self.printing.notify_one();
        Ok(())
    }
}
