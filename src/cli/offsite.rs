//! Backups at the hub, and a shop back from there: types only.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Where the shop comes from.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(required_unless_present = "from_hub", conflicts_with = "from_hub")]
    pub file: Option<PathBuf>,
    /// Address of the hub that keeps the shop's off-site backups
    #[arg(long, value_name = "URL", requires = "code")]
    pub from_hub: Option<String>,
    /// A one-time code from the distributor: kulakan hub shop code
    #[arg(long, requires = "from_hub")]
    pub code: Option<String>,
    /// Show which backups there are, and put none in place; the code is used up for this data folder
    #[arg(long, requires = "from_hub")]
    pub list: bool,
    /// Which backup, from the list [default: the latest]
    #[arg(
        long,
        value_name = "ID",
        requires = "from_hub",
        conflicts_with = "list"
    )]
    pub set: Option<uuid::Uuid>,
    /// Put it in the place of the shop in the data folder, which is kept in backups
    #[arg(long, requires = "from_hub")]
    pub replace: bool,
    /// A file with the passphrase [default: KULAKAN_PASSPHRASE, or you are asked]
    #[arg(long, value_name = "FILE", requires = "from_hub")]
    pub passphrase_file: Option<PathBuf>,
}

/// Backups at the hub.
#[derive(Debug, Subcommand)]
pub enum OffsiteCommand {
    /// Consent: from now on each night's backup goes to the hub, sealed on this device
    On {
        /// A file with the passphrase [default: KULAKAN_PASSPHRASE, or you are asked]
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// Begin anew with another passphrase than earlier
        #[arg(long)]
        new_passphrase: bool,
    },
    /// Send nothing further
    Off {
        /// Have the hub delete what it keeps, too
        #[arg(long)]
        forget: bool,
    },
    /// Send the latest backup, now
    Send,
    /// When a backup last went through, and what is waiting
    Status,
}
