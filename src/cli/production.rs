//! What `kulakan hub production` takes.

use std::path::PathBuf;

use clap::Subcommand;

/// Lines of production.
#[derive(Debug, Subcommand)]
pub enum ProductionCommand {
    /// What each line should make: deliveries in a cycle, runs, lots, material, costs
    Show {
        /// Only this line
        #[arg(long)]
        line: Option<String>,
        /// The date to reckon for, YYYY-MM-DD [default: today]
        #[arg(long)]
        date: Option<chrono::NaiveDate>,
    },
    /// Set what a line is reckoned from; makes the line where there is none
    Set {
        /// The line's name
        line: String,
        /// A table [parameters] by symbols, as kulakan study bakery takes it; what is absent takes its default
        file: PathBuf,
    },
}
