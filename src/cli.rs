//! The command line: types only.

mod export;
mod offsite;
mod production;
mod users;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use export::{ExportArgs, ExportFormat, ExportWhat, HubExportArgs};
pub use offsite::{OffsiteCommand, RestoreArgs};
pub use production::ProductionCommand;
pub use users::{HubRole, HubUserAdd, HubUserCommand, HubUserPassword};

/// Till, nightly restocking plan and supply by the distributor, offline first.
#[derive(Debug, Parser)]
#[command(
    name = "kulakan",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// The data folder [default: the platform's]
    #[arg(long, global = true, env = "KULAKAN_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// A distributor and two shops with a month of generated sales: plan, sync, ship, receive
    Demo {
        /// End after the summary instead of serving both sides' pages
        #[arg(long)]
        once: bool,
    },
    /// The shop's side: till, stock, plan, sync
    #[command(subcommand)]
    Shop(ShopCommand),
    /// The distributor's side
    Hub(HubArgs),
    /// The published studies, or your own figures in the same form
    #[command(subcommand)]
    Study(StudyCommand),
    /// Order-up-to levels straight from sales histories, without a shop
    Levels(LevelsArgs),
    /// Replenish sales histories again, under every method and distribution: service, stock, waste, cost
    Backtest(BacktestArgs),
    /// Traditional ordering, VMI and this planner, day by day on the same demand
    Simulate(SimulateArgs),
    /// Settings and where they come from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Whose levels, and by which settings; those not given come from `KULAKAN_PLAN_*`, the data folder's config.toml, or
/// their defaults.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct LevelsArgs {
    /// Sales histories, CSV: date,sku,quantity and optionally shop; they are added up
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The date to plan for, YYYY-MM-DD; sales on it and after it are not looked at [default: the day after the last sale]
    #[arg(long)]
    pub date: Option<chrono::NaiveDate>,
    /// Which column of the files is which, where the names differ: shop=store,sku=item
    #[arg(long, value_name = "OURS=THEIRS,...")]
    pub columns: Option<String>,
    /// Print CSV instead of a table
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// How demand is forecast: moving_average, ses, blend, croston, sba, tsb, weekday, calendar, auto
    #[arg(long)]
    pub method: Option<String>,
    /// Periods that the moving average looks back over
    #[arg(long)]
    pub periods: Option<i64>,
    /// Days in a period
    #[arg(long, value_name = "DAYS")]
    pub period_days: Option<i64>,
    /// Days from one chance to order to the next
    #[arg(long, value_name = "DAYS")]
    pub review_days: Option<i64>,
    /// Days from ordering to having the goods
    #[arg(long, value_name = "DAYS")]
    pub lead_time_days: Option<i64>,
    /// Standard deviation of the lead time in days
    #[arg(long, value_name = "DAYS")]
    pub lead_time_sd_days: Option<f64>,
    /// Wanted probability of no shortage until the next order has come
    #[arg(long, value_name = "SHARE")]
    pub service_level: Option<f64>,
    /// Wanted share of demand met from the shelf, in place of the service level
    #[arg(long, value_name = "SHARE")]
    pub fill_rate: Option<f64>,
    /// Distribution of demand: negative_binomial, poisson, normal
    #[arg(long)]
    pub distribution: Option<String>,
    /// Stock beyond the expected demand: quantile, none
    #[arg(long)]
    pub safety: Option<String>,
}

/// Which histories are replayed, and how.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct BacktestArgs {
    /// Sales histories, CSV: date,sku,quantity and optionally shop; each is compared on its own
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Which column of the files is which, where the names differ: shop=store,sku=item
    #[arg(long, value_name = "OURS=THEIRS,...")]
    pub columns: Option<String>,
    /// Days that products keep, CSV: sku,shelf_life_days; every history is then replayed without and with them
    #[arg(long, value_name = "FILE")]
    pub shelf_lives: Option<PathBuf>,
    /// Days from one review to the next
    #[arg(long, default_value_t = 7)]
    pub review_days: u32,
    /// Days from ordering to having the goods
    #[arg(long, default_value_t = 2)]
    pub lead_time_days: u32,
    /// Days at the start of a history that are only learnt from
    #[arg(long, default_value_t = 150)]
    pub learning_days: u32,
    /// Cost of holding a unit for 30 days, as a share of its purchase price [default: the plan's, 0.03]
    #[arg(long)]
    pub holding_fraction: Option<f64>,
    /// Margin lost with a sale, as a share of the purchase price [default: the plan's, 0.15]
    #[arg(long)]
    pub margin_fraction: Option<f64>,
    /// Write the comparison to this file, as Markdown
    #[arg(long, value_name = "FILE.md")]
    pub report: Option<PathBuf>,
}

/// The shop's side.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Set up a shop in the data folder
    Init {
        /// The shop's name
        #[arg(long)]
        name: String,
        /// Time zone of the shop
        #[arg(long, default_value = "Asia/Jakarta")]
        timezone: String,
        /// Currency, three letters
        #[arg(long, default_value = "IDR")]
        currency: String,
        /// The owner's PIN, 4 to 12 digits
        #[arg(long)]
        pin: Option<String>,
    },
    /// Run till, schedule and sync until SIGTERM or Ctrl-C
    Run {
        /// Address and port to answer at [default: 127.0.0.1:7171]
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
    },
    /// Bring in products, sales history, stock or customers from a CSV or Excel file
    Import(ImportArgs),
    /// Take products, sales, stock, movements, customers or the plan out into a CSV or Excel file
    Export(ExportArgs),
    /// Tonight's suggestions, now
    #[command(allow_negative_numbers = true)]
    Plan {
        /// The date to plan for, YYYY-MM-DD [default: the current trading day]
        #[arg(long)]
        date: Option<chrono::NaiveDate>,
        /// Keep it as the plan of that date, as the schedule would
        #[arg(long)]
        save: bool,
        /// What it may cost: packs that keep the least margin for their money are left out [default: cash_budget]
        #[arg(long, value_name = "RUPIAH", value_parser = clap::value_parser!(i64).range(0..))]
        budget: Option<i64>,
        /// Show one product's history, forecast and every step to its quantity instead
        #[arg(long, value_name = "SKU", conflicts_with_all = ["save", "budget"])]
        explain: Option<String>,
        /// Language of the table
        #[arg(long, value_enum, default_value_t = TableLanguage::Id)]
        language: TableLanguage,
    },
    /// How the shop is doing
    Status,
    /// Pair the shop with its distributor's hub
    Pair {
        /// Address of the hub
        #[arg(long, value_name = "URL")]
        hub: String,
        /// The one-time code from the distributor
        #[arg(long)]
        code: String,
    },
    /// One full push and pull with the hub, now
    Sync,
    /// Copy the database while the shop sells on, and check the copy
    Backup {
        /// Where to, a file or a folder [default: DIR/backups]
        file: Option<PathBuf>,
    },
    /// Put a backup in the place of the database, which is kept; or bring a dead device's shop back from its hub
    Restore(RestoreArgs),
    /// Backups at the hub, sealed with your passphrase: the hub cannot read them
    #[command(subcommand)]
    Offsite(OffsiteCommand),
    /// Check that everything recorded is whole and adds up
    Doctor(DoctorArgs),
    /// Bearer tokens of the local API
    #[command(subcommand)]
    Token(TokenCommand),
    /// Give the owner another PIN where it is forgotten, and log everybody out; it is asked for, or read as one line of
    /// standard input
    Pin {
        /// Have no PIN: the pages then open on this machine alone
        #[arg(long)]
        clear: bool,
    },
}

/// What to do about faults.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Rebuild stock and daily figures from the records they come from, after a backup
    #[arg(long)]
    pub repair: bool,
}

/// What to simulate.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct SimulateArgs {
    /// Your own network, in the form that --print-input shows [default: the published study's case]
    #[arg(long, value_name = "FILE.toml")]
    pub input: Option<PathBuf>,
    /// Where all chance comes from: the same seed gives the same result
    #[arg(long)]
    pub seed: Option<u64>,
    /// Days that are counted, after the warm-up
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub days: Option<u32>,
    /// How often it is done, each time with other demand
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub replications: Option<u32>,
    /// Write the costs as a picture (SVG)
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
    /// Print the default input, to be changed to your own figures
    #[arg(long)]
    pub print_input: bool,
}

/// What to import, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What the file holds
    #[arg(value_enum)]
    pub kind: ImportWhat,
    /// The file, .csv (comma or semicolon) or .xlsx
    pub file: PathBuf,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Which column of the file is which, where the names differ: date=tanggal,sku=item
    #[arg(long, value_name = "OURS=THEIRS,...")]
    pub columns: Option<String>,
    /// Only rows whose column has this value; may be repeated: store=292
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    pub filters: Vec<String>,
    /// Sales history: products that are not known yet are created by their code
    #[arg(long)]
    pub create_missing: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportWhat {
    /// sku,name,unit,price,cost and more
    Products,
    /// date,sku,quantity
    Sales,
    /// sku,quantity
    Stock,
    /// id,name, and optionally phone,limit,due_days,debt,note
    Customers,
}

/// Language of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableLanguage {
    /// Indonesian
    Id,
    /// English
    En,
}

/// Bearer tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make one; it is shown once
    Create {
        /// What it is for
        #[arg(long)]
        label: String,
    },
    /// All of them, without their secrets
    List,
    /// Make one worthless
    Revoke {
        /// Its number, from the list
        id: i64,
    },
}

/// The distributor's side, and where it keeps what it knows.
#[derive(Debug, Args)]
pub struct HubArgs {
    /// The hub's PostgreSQL database, postgres://USER@HOST/NAME; KULAKAN_DATABASE shows a password to fewer eyes
    /// [default: DIR/hub.db]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// What to do
    #[command(subcommand)]
    pub command: HubCommand,
}

/// The distributor's side.
#[derive(Debug, Subcommand)]
pub enum HubCommand {
    /// Set up a hub in the data folder
    Init {
        /// The distributor's name
        #[arg(long)]
        name: String,
        /// Time zone of the distributor
        #[arg(long, default_value = "Asia/Jakarta")]
        timezone: String,
        /// PIN of the pages, 4 to 12 digits
        #[arg(long)]
        pin: Option<String>,
    },
    /// Run the hub until SIGTERM or Ctrl-C
    Run {
        /// Address and port to answer at [default: 127.0.0.1:7272]
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
    },
    /// Shops that the hub supplies
    #[command(subcommand)]
    Shop(HubShopCommand),
    /// Take a table out into a CSV or Excel file; quantities are base units
    Export(HubExportArgs),
    /// What is made here, such as a bakery's bread
    #[command(subcommand)]
    Production(ProductionCommand),
    /// Bring in products, suppliers, delivery costs, stock or what is made here from a CSV file
    Import {
        /// What the file holds
        #[arg(value_enum)]
        kind: HubImportWhat,
        /// The file, comma or semicolon
        file: PathBuf,
        /// Say what would happen, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Shipments that are due, what to send and why
    Plan {
        /// The date to plan for, YYYY-MM-DD [default: today]
        #[arg(long)]
        date: Option<chrono::NaiveDate>,
        /// Plan every shop, as the hub does at night, and keep what was found
        #[arg(long)]
        save: bool,
        /// Language of the table
        #[arg(long, value_enum, default_value_t = TableLanguage::Id)]
        language: TableLanguage,
    },
    /// Recommend the shipments of a day: what is due, scarce stock shared out, each route's vehicle loaded
    Draft {
        /// The day on which they leave, YYYY-MM-DD [default: today]
        #[arg(long)]
        date: Option<chrono::NaiveDate>,
        /// Only this route, by name
        #[arg(long)]
        route: Option<String>,
        /// Keep what is scarce for shops whose turn comes within so many days as well
        #[arg(long, default_value_t = 0)]
        days_ahead: u32,
    },
    /// The distributor's own stock: available, reserved, on order, days of cover
    Stock,
    /// How the hub is doing
    Status,
    /// Copy the database while the hub runs on, and check the copy
    Backup {
        /// Where to, a file or a folder [default: DIR/backups]
        file: Option<PathBuf>,
    },
    /// Put a backup in the place of the database, which is kept; the shops send again what it lacks
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Move the hub from its file to a PostgreSQL database; a move that was cut off goes on
    MigrateTo {
        /// The empty database, postgres://USER:PASSWORD@HOST/NAME
        #[arg(required_unless_present = "take_back")]
        address: Option<String>,
        /// Go on with the file of a hub that was moved away, as it was then
        #[arg(long, conflicts_with = "address")]
        take_back: bool,
    },
    /// Check that everything recorded is whole and adds up
    Doctor(DoctorArgs),
    /// Bearer tokens of the hub's API
    #[command(subcommand)]
    Token(HubTokenCommand),
    /// People who open the hub's pages
    #[command(subcommand)]
    User(HubUserCommand),
}

/// What a file of the hub holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HubImportWhat {
    /// sku,name,unit,price,cost and more
    Products,
    /// name and more
    Suppliers,
    /// cost, and for which shop and sku
    Costs,
    /// sku,line and more: what is made here
    Production,
    /// sku,name,unit and more: raw materials
    Materials,
    /// sku,material,quantity and optionally waste_percent
    Recipes,
    /// sku,quantity and for lots expires,lot: the distributor's own stock, opening balance or count
    Stock,
    /// order,customer,sku,quantity and more: orders of customers and shops
    Orders,
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
}

/// The published studies.
#[derive(Debug, Subcommand)]
pub enum StudyCommand {
    /// A perishable product through supplier, bakery and salesmen: how many deliveries cost least
    Bakery(StudyArgs),
    /// Two retailers whose distributor manages their stock: what it costs without and with
    Vmi(StudyArgs),
}

/// Whose figures, and what to draw.
#[derive(Debug, Args)]
pub struct StudyArgs {
    /// Your own figures instead of the study's
    #[arg(long, value_name = "FILE.toml")]
    pub input: Option<PathBuf>,
    /// Print the study's own figures as a file to start from, and do nothing else
    #[arg(long, conflicts_with_all = ["input", "plot", "json"])]
    pub example: bool,
    /// Also draw the costs into an SVG file
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
}

/// Settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Every setting, its value and its source
    Print,
}
