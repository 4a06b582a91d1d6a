//! Asking for a passphrase or a PIN.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result};
use kulakan::error::Error;

/// Where a passphrase comes from where no file is named.
const VARIABLE: &str = "KULAKAN_PASSPHRASE";

/// The passphrase in the file, or else in `KULAKAN_PASSPHRASE`.
pub(super) fn given(file: Option<&Path>) -> Result<Option<String>> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file)
            .map_err(Error::io(format!("reading {}", file.display())))?;
        return Ok(Some(text));
    }
    Ok(std::env::var(VARIABLE).ok())
}

/// Asks at the terminal; what is typed is not shown.
pub(super) async fn asked(question: &str) -> Result<String> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::invalid(
            "--passphrase-file",
            format!("is needed here, or {VARIABLE}: there is no terminal to ask at"),
        )
        .into());
    }
    let hidden = Hidden::begin()?.ok_or_else(|| {
        Error::invalid(
            "--passphrase-file",
            format!("is needed here, or {VARIABLE}: this system does not hide what is typed"),
        )
    })?;
    typed(question, hidden).await
}

/// Asks for a PIN at the terminal, which does not show it where it can, or reads it from whatever else standard input is.
pub(super) async fn pin(question: &str) -> Result<String> {
    if std::io::stdin().is_terminal()
        && let Some(hidden) = Hidden::begin()?
    {
        return typed(question, hidden).await;
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading the PIN")?;
    Ok(line)
}

async fn typed(question: &str, hidden: Hidden) -> Result<String> {
    eprint!("{question}: ");
    std::io::stderr().flush().context("asking")?;
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    tokio::select! {
        line = reading => {
            drop(hidden);
            eprintln!();
            Ok(line?.context("reading what was typed")?)
        }
        _ = tokio::signal::ctrl_c() => {
            // The terminal shows what is typed again; the thread that reads is still at it, so nothing else ends this.
            drop(hidden);
            eprintln!();
            std::process::exit(130);
        }
    }
}

/// While it lives the terminal does not show what is typed.
#[cfg(unix)]
struct Hidden(rustix::termios::Termios);

#[cfg(unix)]
impl Hidden {
    fn begin() -> Result<Option<Self>> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(std::io::stdin()).context("asking the terminal")?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &hidden)
            .context("hiding what is typed")?;
        Ok(Some(Self(before)))
    }
}

#[cfg(unix)]
impl Drop for Hidden {
    fn drop(&mut self) {
        let now = rustix::termios::OptionalActions::Now;
        let _ = rustix::termios::tcsetattr(std::io::stdin(), now, &self.0);
    }
}

#[cfg(not(unix))]
struct Hidden;

#[cfg(not(unix))]
impl Hidden {
    fn begin() -> Result<Option<Self>> {
        Ok(None)
    }
}
