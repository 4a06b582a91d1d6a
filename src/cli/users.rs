//! `kulakan hub user`, `hub shop` and `hub token`: people, shops and systems that the hub lets in, types only.

use clap::{Args, Subcommand, ValueEnum};

use super::TableLanguage;

/// People who open the hub's pages.
#[derive(Debug, Subcommand)]
pub enum HubUserCommand {
    /// Add somebody; their password is made and shown once. The first one is the owner
    Add(HubUserAdd),
    /// Give somebody another password, which logs them out everywhere
    Password(HubUserPassword),
    /// Everybody, without their passwords
    List,
    /// Keep somebody out, and log them out
    Off {
        /// What they type to log in
        #[arg(long)]
        login: String,
    },
    /// Let somebody in again
    On {
        /// What they type to log in
        #[arg(long)]
        login: String,
    },
}

/// Who is to be added.
#[derive(Debug, Args)]
pub struct HubUserAdd {
    /// What they type to log in: 3 to 40 of a to z, 0 to 9 and . _ - @
    #[arg(long)]
    pub login: String,
    /// As people and the audit log call them
    #[arg(long)]
    pub name: String,
    /// What they may do
    #[arg(long, value_enum, default_value_t = HubRole::Owner)]
    pub role: HubRole,
    /// The route that a salesman drives
    #[arg(long)]
    pub route: Option<String>,
    /// Whose products a supplier's login sees: the name in the list of suppliers
    #[arg(long)]
    pub supplier: Option<String>,
    /// Language of their pages
    #[arg(long, value_enum, default_value_t = TableLanguage::Id)]
    pub language: TableLanguage,
    /// Ask for the password instead of making one
    #[arg(long)]
    pub ask: bool,
}

/// Whose password.
#[derive(Debug, Args)]
pub struct HubUserPassword {
    /// What they type to log in
    #[arg(long)]
    pub login: String,
    /// Ask for the password instead of making one
    #[arg(long)]
    pub ask: bool,
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HubRole {
    /// Everything
    Owner,
    /// The day's work, without people and settings
    Dispatcher,
    /// The stops of one route
    Salesman,
    /// One supplier's products
    Supplier,
}

/// Bearer tokens of the hub.
#[derive(Debug, Subcommand)]
pub enum HubTokenCommand {
    /// Make one; it is shown once
    Create {
        /// What it is for
        #[arg(long)]
        label: String,
    },
    /// Make one worthless
    Revoke {
        /// What it was for
        #[arg(long)]
        label: String,
    },
}

/// Shops of a hub.
#[derive(Debug, Subcommand)]
pub enum HubShopCommand {
    /// Add a shop and print the one-time code for its device
    Add {
        /// The shop's name
        #[arg(long)]
        name: String,
    },
    /// A new one-time code for a shop that there is
    Code {
        /// The shop's name
        #[arg(long)]
        name: String,
    },
    /// End the link of a shop to a device that another distributor of this hub has
    Unlink {
        /// The shop's name
        #[arg(long)]
        name: String,
    },
}
