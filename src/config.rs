//! Settings: flags, then `KULAKAN_*`, then `config.toml` in the data folder, then defaults, each with its source.

mod messages;
mod setting;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveTime;

use crate::error::{Error, Result};

pub use setting::{Setting, Source};

/// What a flag said, by the setting's name.
pub type Flags = Vec<(&'static str, toml::Value)>;

/// The settings that there are, with their defaults. The environment variable of `plan.review_days` is
/// `KULAKAN_PLAN_REVIEW_DAYS`.
const KNOWN: &[(&str, Default)] = &[
    ("shop_listen", Default::Text("127.0.0.1:7171")),
    ("hub_listen", Default::Text("127.0.0.1:7272")),
    ("schedule", Default::Text("0 0 2 * * *")),
    // On the distributor's wall: from then on the hub plans the new day for all shops.
    ("hub_plan_time", Default::Text("02:00")),
    ("allowed_hosts", Default::List),
    // While nothing presses: a metered line pays for every look. A sale is sent at once.
    ("sync_interval_seconds", Default::Number(5400)),
    // Bytes that the database may grow to, for a card or disk shared with others; no limit where nobody set it.
    ("database_limit_bytes", Default::Absent(Kind::Number)),
    ("busy_timeout_ms", Default::Number(5000)),
    // A hub's PostgreSQL database; its SQLite file in the data folder where nobody set it.
    ("database", Default::Absent(Kind::Text)),
    // Whose signature that server's certificate has to bear: a file in PEM. Browsers' authorities where nobody set it.
    ("database_certificate", Default::Absent(Kind::Text)),
    // What one hub process holds open of that server at once.
    ("database_connections", Default::Number(16)),
    // MiB that a hub keeps of one shop's off-site backups.
    ("backup_quota_mib", Default::Number(2048)),
    // A hub's e-mail: smtps://name:password@host, and in whose name.
    ("smtp_url", Default::Absent(Kind::Text)),
    ("smtp_from", Default::Absent(Kind::Text)),
    // Under which address people outside reach the hub, for links in messages: https://pesan.example.com
    ("public_url", Default::Absent(Kind::Text)),
    // Hosts of private networks that webhooks may call all the same.
    ("webhook_private_hosts", Default::List),
    // Rupiah that a plan may cost; no limit where nobody set it. Not of `[plan]`, which the hub shares: money stays here.
    ("cash_budget", Default::Absent(Kind::Number)),
    // What holding goods for 30 days costs, as a share of their price.
    ("holding_fraction_per_period", Default::Decimal(0.01)),
    // Probability that the distributor's stock lasts until a supplier has delivered.
    ("supply_service_level", Default::Decimal(0.95)),
    // As `plan::Policy`, for printing: the planner has its defaults from there.
    ("plan.method", Default::Text("moving_average")),
    ("plan.periods", Default::Number(4)),
    ("plan.period_days", Default::Number(30)),
    ("plan.review_days", Default::Number(7)),
    ("plan.lead_time_days", Default::Number(2)),
    ("plan.lead_time_sd_days", Default::Decimal(0.0)),
    ("plan.service_level", Default::Decimal(0.95)),
    ("plan.fill_rate", Default::Absent(Kind::Decimal)),
    ("plan.distribution", Default::Text("negative_binomial")),
    ("plan.safety", Default::Text("quantile")),
    ("plan.round", Default::Text("up")),
    ("plan.holding_fraction_per_period", Default::Decimal(0.03)),
    ("plan.margin_fraction", Default::Decimal(0.15)),
    ("plan.lebaran", Default::Absent(Kind::List)),
];

enum Default {
    Text(&'static str),
    Number(i64),
    Decimal(f64),
    List,
    Absent(Kind),
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Number,
    Decimal,
    List,
}

impl Default {
    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Number(_) => Kind::Number,
            Self::Decimal(_) => Kind::Decimal,
            Self::List => Kind::List,
            Self::Absent(kind) => *kind,
        }
    }

    fn value(&self) -> Option<toml::Value> {
        match self {
            Self::Text(text) => Some(toml::Value::from(*text)),
            Self::Number(number) => Some(toml::Value::from(*number)),
            Self::Decimal(number) => Some(toml::Value::from(*number)),
            Self::List => Some(toml::Value::Array(Vec::new())),
            Self::Absent(_) => None,
        }
    }
}

/// The settings of one run.
#[derive(Debug, Clone)]
pub struct Config {
    data: PathBuf,
    settings: Vec<Setting>,
}

impl Config {
    /// The platform's folder for this program's data.
    ///
    /// # Errors
    /// When the system names no home folder; `--data` is needed then.
    pub fn default_data_folder() -> Result<PathBuf> {
        directories::ProjectDirs::from("", "", "kulakan")
            .map(|folders| folders.data_dir().to_owned())
            .ok_or_else(|| {
                Error::Refused("there is no home folder here: give --data DIR".to_owned())
            })
    }

    /// Reads the settings for the data folder `data`.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the file or variable whose value does not fit, or a name that is no setting.
    pub fn load(
        data: PathBuf,
        flags: &Flags,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let path = data.join("config.toml");
        let file = read_file(&path)?;
        let mut settings = Vec::with_capacity(KNOWN.len());
        for (name, default) in KNOWN {
            let kind = default.kind();
            let variable = format!("KULAKAN_{}", name.replace('.', "_").to_uppercase());
            let setting = if let Some((_, value)) = flags.iter().find(|(flag, _)| flag == name) {
                Setting {
                    name,
                    value: Some(value.clone()),
                    source: Source::Flag,
                }
            } else if let Some(text) = environment(&variable) {
                let value = from_text(kind, &text)
                    .ok_or_else(|| Error::invalid(variable.clone(), wanted(kind)))?;
                Setting {
                    name,
                    value: Some(value),
                    source: Source::Environment(variable),
                }
            } else if let Some(value) = look_up(&file, name) {
                let value = fitted(kind, value).ok_or_else(|| {
                    Error::invalid(format!("{}: {name}", path.display()), wanted(kind))
                })?;
                Setting {
                    name,
                    value: Some(value),
                    source: Source::File(path.clone()),
                }
            } else {
                Setting {
                    name,
                    value: default.value(),
                    source: Source::Default,
                }
            };
            settings.push(setting);
        }
        Ok(Self { data, settings })
    }

    /// The defaults, for the data folder `data`.
    ///
    /// # Errors
    /// As [`Config::load`], for the file that may lie in the folder.
    pub fn for_folder(data: &Path) -> Result<Self> {
        Self::load(data.to_owned(), &Vec::new(), |_| None)
    }

    /// The same settings with one changed, as a flag would.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<toml::Value>) -> Self {
        if let Some(setting) = self
            .settings
            .iter_mut()
            .find(|setting| setting.name == name)
        {
            setting.value = Some(value.into());
            setting.source = Source::Flag;
        }
        self
    }

    /// Everything, for printing.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The settings of `[plan]` that somebody set, for the planner to check.
    #[must_use]
    pub fn plan_table(&self) -> toml::Table {
        self.settings
            .iter()
            .filter(|setting| setting.source != Source::Default)
            .filter_map(|setting| {
                let name = setting.name.strip_prefix("plan.")?;
                Some((name.to_owned(), setting.value.clone()?))
            })
            .collect()
    }

    /// The address that the shop's (`shop_listen`) or hub's (`hub_listen`) daemon listens on.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is no `address:port`.
    pub fn address(&self, name: &str) -> Result<SocketAddr> {
        let text = self.text(name);
        text.parse().map_err(|_| {
            Error::invalid(
                name,
                format!("{text} is no address with a port, such as 127.0.0.1:7171"),
            )
        })
    }

    /// The nightly schedule as written: a cron expression with seconds.
    #[must_use]
    pub fn schedule(&self) -> String {
        self.text("schedule")
    }

    /// Host names, besides the addresses that are listened on, under which the pages may be asked for.
    #[must_use]
    pub fn allowed_hosts(&self) -> Vec<String> {
        self.list("allowed_hosts")
    }

    /// How long the shop waits between two exchanges with the hub while nothing presses.
    #[must_use]
    pub fn sync_interval(&self) -> Duration {
        Duration::from_secs(self.number("sync_interval_seconds").clamp(1, 86_400))
    }

    /// What the database may grow to, in bytes; `None` for as far as the disk goes.
    #[must_use]
    pub fn database_limit(&self) -> Option<u64> {
        let limit = self.value("database_limit_bytes")?.as_integer()?;
        u64::try_from(limit).ok().filter(|limit| *limit > 0)
    }

    /// How long to wait for another process that holds the database.
    #[must_use]
    pub fn busy_timeout(&self) -> Duration {
        Duration::from_millis(self.number("busy_timeout_ms").min(60_000))
    }

    /// The address of the hub's PostgreSQL database as given, password and all; `None` for the file in the data folder.
    #[must_use]
    pub fn database(&self) -> Option<String> {
        Some(self.text("database")).filter(|address| !address.is_empty())
    }

    /// The file with the authority of that database's server.
    #[must_use]
    pub fn database_certificate(&self) -> Option<PathBuf> {
        Some(self.text("database_certificate"))
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    }

    /// Connections that a hub holds to its PostgreSQL database at once.
    #[must_use]
    pub fn database_connections(&self) -> usize {
        self.number("database_connections").clamp(1, 500) as usize
    }

    /// Bytes that a hub keeps of one shop's off-site backups.
    #[must_use]
    pub fn backup_quota(&self) -> u64 {
        self.number("backup_quota_mib").min(1 << 30) << 20
    }

    /// What a plan may cost, in whole rupiah; `None` for no limit.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is below 0.
    pub fn cash_budget(&self) -> Result<Option<i64>> {
        let name = "cash_budget";
        match self.value(name).and_then(toml::Value::as_integer) {
            Some(..0) => Err(Error::invalid(name, "must be 0 or more rupiah")),
            budget => Ok(budget),
        }
    }

    /// When the hub plans a new day for all shops, on the distributor's wall.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is no time of day.
    pub fn hub_plan_time(&self) -> Result<NaiveTime> {
        let name = "hub_plan_time";
        NaiveTime::parse_from_str(&self.text(name), "%H:%M")
            .map_err(|_| Error::invalid(name, "must be a time of day such as 02:00"))
    }

    /// F: what it costs to hold goods for 30 days, as a share of their price.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not more than 0 and at most 1.
    pub fn holding_fraction_per_period(&self) -> Result<f64> {
        let name = "holding_fraction_per_period";
        self.value(name)
            .and_then(toml::Value::as_float)
            .filter(|fraction| *fraction > 0.0 && *fraction <= 1.0)
            .ok_or_else(|| Error::invalid(name, "must be more than 0 and at most 1"))
    }

    /// The wanted probability that the distributor's own stock lasts until a supplier's order has come.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not from 0.5 (no safety stock) to 0.9999.
    pub fn supply_service_level(&self) -> Result<f64> {
        let name = "supply_service_level";
        self.value(name)
            .and_then(toml::Value::as_float)
            .filter(|level| (0.5..=0.9999).contains(level))
            .ok_or_else(|| Error::invalid(name, "must be from 0.5 to 0.9999"))
    }

    fn value(&self, name: &str) -> Option<&toml::Value> {
        self.settings
            .iter()
            .find(|setting| setting.name == name)?
            .value
            .as_ref()
    }

    fn list(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(toml::Value::Array(entries)) => entries
                .iter()
                .filter_map(|entry| entry.as_str().map(ToOwned::to_owned))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn text(&self, name: &str) -> String {
        self.value(name)
            .and_then(toml::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    fn number(&self, name: &str) -> u64 {
        let number = self
            .value(name)
            .and_then(toml::Value::as_integer)
            .unwrap_or_default();
        u64::try_from(number).unwrap_or_default()
    }
}

fn read_file(path: &Path) -> Result<toml::Table> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(toml::Table::new()),
        Err(error) => return Err(Error::io(format!("reading {}", path.display()))(error)),
    };
    let table: toml::Table = toml::from_str(&text)
        .map_err(|error| Error::invalid(path.display().to_string(), error.to_string()))?;
    for (name, value) in &table {
        let inner: Vec<String> = match value {
            toml::Value::Table(table) => table.keys().map(|key| format!("{name}.{key}")).collect(),
            _ => vec![name.clone()],
        };
        for name in inner {
            if !KNOWN.iter().any(|(known, _)| *known == name) {
                return Err(Error::invalid(
                    path.display().to_string(),
                    format!("{name} is no setting"),
                ));
            }
        }
    }
    Ok(table)
}

fn look_up<'t>(table: &'t toml::Table, name: &str) -> Option<&'t toml::Value> {
    match name.split_once('.') {
        Some((outer, inner)) => table.get(outer)?.as_table()?.get(inner),
        None => table.get(name),
    }
}

fn fitted(kind: Kind, value: &toml::Value) -> Option<toml::Value> {
    match (kind, value) {
        (Kind::Decimal, toml::Value::Integer(number)) => Some(toml::Value::Float(*number as f64)),
        (Kind::Text, toml::Value::String(_))
        | (Kind::Number, toml::Value::Integer(_))
        | (Kind::Decimal, toml::Value::Float(_))
        | (Kind::List, toml::Value::Array(_)) => Some(value.clone()),
        _ => None,
    }
}

fn from_text(kind: Kind, text: &str) -> Option<toml::Value> {
    match kind {
        Kind::Text => Some(toml::Value::from(text)),
        Kind::Number => text.trim().parse::<i64>().ok().map(toml::Value::from),
        Kind::Decimal => text.trim().parse::<f64>().ok().map(toml::Value::from),
        Kind::List => Some(toml::Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(toml::Value::from)
                .collect(),
        )),
    }
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "must be a text",
        Kind::Number => "must be a whole number",
        Kind::Decimal => "must be a number",
        Kind::List => "must be a list of texts",
    }
}
