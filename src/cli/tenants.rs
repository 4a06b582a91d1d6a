//! The distributors that share a hub: types only.

use clap::Subcommand;

/// Distributors that share a hub.
#[derive(Debug, Subcommand)]
pub enum HubTenantCommand {
    /// Add a distributor, whose shops, goods and people nobody else here sees
    Add {
        /// By which commands know it: small letters, digits and hyphens
        #[arg(long)]
        id: String,
        /// The distributor's name
        #[arg(long)]
        name: String,
        /// Time zone of the distributor [default: the hub's]
        #[arg(long)]
        timezone: Option<String>,
    },
    /// Every distributor of this hub
    List,
    /// Switch a distributor off: nothing of it opens any more, and nothing is lost
    Stop {
        /// Which
        id: String,
    },
    /// Switch it on again
    Resume {
        /// Which
        id: String,
    },
}
