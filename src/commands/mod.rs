//! What the commands do, one file per group.

mod backtest;
mod demo;
mod explain;
mod export;
mod hub;
mod hub_user;
mod import;
mod keeping;
mod levels;
mod offsite;
mod passphrase;
mod pin;
mod plan_table;
mod production;
mod shop;
mod simulate;
mod study;
mod tenant;

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::CommandFactory;
use comfy_table::{ContentArrangement, Table, presets};
use kulakan::clock::{SharedClock, SystemClock};
use kulakan::config::{Config, Flags};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::cli::{Cli, Command, ConfigCommand, HubArgs, HubCommand, ShopCommand};

/// Columns of a table that is not printed to a terminal.
const WIDTH: u16 = 110;

/// Does what the command line says.
pub async fn run(cli: Cli) -> Result<()> {
    let output = Output { json: cli.json };
    let mut folder = Folder {
        data: cli.data,
        flags: Vec::new(),
        tenant: None,
    };
    match cli.command {
        Command::Demo { once } => demo::run(folder, once, output).await,
        Command::Shop(command) => shop::run(command, &folder, output).await,
        Command::Hub(HubArgs {
            database,
            tenant,
            command,
        }) => {
            folder.tenant = tenant;
            let database = database.map(|address| ("database", address.into()));
            folder.flags.extend(database);
            hub::run(command, &folder, output).await
        }
        Command::Study(command) => study::run(command, output),
        Command::Levels(arguments) => levels::run(&arguments, &folder, output),
        Command::Backtest(arguments) => backtest::run(&arguments, output),
        Command::Simulate(arguments) => simulate::run(&arguments, output),
        Command::Config(ConfigCommand::Print) => print_config(&folder.config(&Vec::new())?, output),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "kulakan", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            print(&String::from_utf8_lossy(&page))
        }
    }
}

/// What is logged where `KULAKAN_LOG` does not say: a daemon tells what it does, a command only what is wrong.
pub fn log_filter(command: &Command) -> &'static str {
    match command {
        Command::Shop(ShopCommand::Run { .. })
        | Command::Hub(HubArgs {
            command: HubCommand::Run { .. },
            ..
        }) => "info",
        // It lives a month in seconds, at which clocks seem to leap.
        Command::Demo { .. } => "error",
        _ => "warn",
    }
}

/// The data folder as it was asked for.
struct Folder {
    data: Option<PathBuf>,
    /// What flags said that go with every command of a group.
    flags: Flags,
    /// For which distributor of a hub.
    tenant: Option<String>,
}

impl Folder {
    /// The settings in it, under what the flags say.
    fn config(&self, flags: &Flags) -> Result<Config> {
        let data = match &self.data {
            Some(data) => data.clone(),
            None => Config::default_data_folder()?,
        };
        let mut all = self.flags.clone();
        all.extend(flags.iter().cloned());
        Ok(Config::load(data, &all, |name| std::env::var(name).ok())?)
    }
}

/// How answers are printed.
#[derive(Clone, Copy)]
struct Output {
    json: bool,
}

impl Output {
    /// The value as JSON, or the text.
    fn print(self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<()> {
        if !self.json {
            return print(&text());
        }
        print(&serde_json::to_string_pretty(value)?)
    }
}

/// Prints with a line break at the end. A reader who has seen enough (`| head`) is no fault.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let written = out
        .write_all(text.as_bytes())
        .and_then(|()| match text.ends_with('\n') {
            true => Ok(()),
            false => out.write_all(b"\n"),
        })
        .and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("writing to standard output"),
    }
}

/// A table as wide as the terminal, or as paper where there is none.
fn table() -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic);
    if !std::io::stdout().is_terminal() {
        table.set_width(WIDTH);
    }
    table
}

fn clock() -> SharedClock {
    Arc::new(SystemClock)
}

/// Cancelled by SIGTERM or Ctrl-C.
fn until_told() -> Result<CancellationToken> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .context("listening for SIGTERM")?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        told.cancel();
        tracing::info!("stopping");
    });
    Ok(stop)
}

fn print_config(config: &Config, output: Output) -> Result<()> {
    #[derive(Serialize)]
    struct Row {
        name: &'static str,
        value: Option<serde_json::Value>,
        source: String,
    }
    let mut rows = vec![Row {
        name: "data",
        value: Some(config.data().display().to_string().into()),
        source: "folder".to_owned(),
    }];
    for setting in config.settings() {
        rows.push(Row {
            name: setting.name,
            value: setting.shown().map(serde_json::to_value).transpose()?,
            source: setting.source.to_string(),
        });
    }
    output.print(&rows, || {
        let mut table = table();
        table.set_header(["setting", "value", "source"]);
        for row in &rows {
            let value = row
                .value
                .as_ref()
                .map_or_else(String::new, ToString::to_string);
            table.add_row([row.name, &value, &row.source]);
        }
        table.to_string()
    })
}
