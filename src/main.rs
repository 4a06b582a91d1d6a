//! The program: reads the command line, does it, and says in one line what went wrong.

mod cli;
mod commands;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use cli::Cli;
use kulakan::error::Error;
use tracing_subscriber::EnvFilter;

/// Done, but not as wanted: refused or failed.
const FAILED: u8 = 1;

/// Not understood: a flag whose value cannot be.
const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("KULAKAN_LOG")
        .unwrap_or_else(|_| EnvFilter::new(commands::log_filter(&cli.command)));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // Whoever reads the log may go away; that must not bring the shop down.
        .log_internal_errors(false)
        .init();
    match in_runtime(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kulakan: {}", in_one_line(&error));
            ExitCode::from(exit_code(&error))
        }
    }
}

fn in_runtime(cli: Cli) -> anyhow::Result<()> {
    // Two workers: more only cost memory on the machines that this runs on.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(commands::run(cli))
}

fn exit_code(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<Error>() {
        Some(Error::Invalid(fields))
            if fields.iter().all(|field| field.field.starts_with("--")) =>
        {
            WRONG_USAGE
        }
        _ => FAILED,
    }
}

fn in_one_line(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // Most of our errors end with what caused them.
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}
