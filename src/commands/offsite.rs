//! `kulakan shop offsite` and `kulakan shop restore --from-hub`

use std::io::IsTerminal;
use std::path::Path;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use kulakan::config::Config;
use kulakan::error::Error;
use kulakan::shop::Shop;
use kulakan::shop::backup::Restored;
use kulakan::shop::offsite::key::Passphrase;
use kulakan::shop::offsite::restore::{FromHub, Opened};
use kulakan::shop::offsite::{Consent, OffsiteStatus, Sent};
use kulakan::shop::transport::{HttpTransport, Transport};
use serde_json::json;
use uuid::Uuid;

use super::keeping::size;
use super::{Output, clock, passphrase, table};
use crate::cli::{OffsiteCommand, RestoreArgs};

/// Times that a mistyped passphrase may be typed again.
const TRIES: usize = 3;

pub(super) async fn run(shop: &Shop, command: OffsiteCommand, output: Output) -> Result<()> {
    match command {
        OffsiteCommand::On {
            passphrase_file,
            new_passphrase,
        } => {
            let passphrase = new(passphrase_file.as_deref()).await?;
            let consent = shop.offsite_on(passphrase, new_passphrase).await?;
            output.print(&json!({ "enabled": true, "consent": consent }), || {
                let begun = match consent {
                    Consent::Begun => {
                        "From the next night on each backup goes to the hub, sealed on this device. Write the passphrase \
                         down and keep it away from here: without it nobody can open the backups, neither the \
                         distributor nor the makers of this program."
                    }
                    Consent::Resumed => "Backups go to the hub again, with the passphrase as before.",
                };
                begun.to_owned()
            })
        }
        OffsiteCommand::Off { forget } => {
            shop.offsite_off(forget).await?;
            output.print(&json!({ "enabled": false, "forgotten": forget }), || {
                if forget {
                    "Nothing further goes to the hub, and it has deleted what it kept.".to_owned()
                } else {
                    "Nothing further goes to the hub. It keeps what it has; off --forget deletes that too."
                        .to_owned()
                }
            })
        }
        OffsiteCommand::Send => {
            let sent = shop.send_offsite().await?;
            output.print(&sent, || sent_text(sent))
        }
        OffsiteCommand::Status => {
            let status = shop.offsite_status().await?;
            output.print(&status, || status_text(&status))
        }
    }
}

/// A passphrase for new backups; at a terminal it is asked for twice.
async fn new(file: Option<&Path>) -> Result<Passphrase> {
    if let Some(text) = passphrase::given(file)? {
        return Ok(Passphrase::new(text)?);
    }
    let first = Passphrase::new(passphrase::asked("Passphrase for the backups").await?)?;
    let again = Passphrase::given(&passphrase::asked("The same once more").await?);
    if first.same(&again) {
        return Ok(first);
    }
    Err(Error::Refused("the two are not the same; nothing was changed".to_owned()).into())
}

fn sent_text(sent: Sent) -> String {
    let what = if sent.whole {
        "the whole database"
    } else {
        "what changed"
    };
    format!(
        "Sent {what}: {} in {} parts. The hub has backup {}.",
        size(sent.bytes),
        sent.parts,
        sent.set
    )
}

/// In one line, for `kulakan shop status`.
pub(super) fn in_short(status: &OffsiteStatus) -> String {
    let mut text = match (&status.last_success_at, status.enabled) {
        (None, false) => return "off".to_owned(),
        (None, true) => "none yet".to_owned(),
        (Some(at), true) => format!("last {at}"),
        (Some(at), false) => format!("off; last {at}"),
    };
    if let Some(error) = status.last_error.as_ref().filter(|_| status.enabled) {
        text.push_str(&format!("; failed {} times: {error}", status.failures));
    }
    text
}

fn status_text(status: &OffsiteStatus) -> String {
    let none = || "none".to_owned();
    let rows = [
        (
            "off-site",
            if status.enabled { "on" } else { "off" }.to_owned(),
        ),
        ("since", status.changed_at.clone().unwrap_or_else(none)),
        (
            "last backup",
            status.last_success_at.clone().unwrap_or_else(none),
        ),
        (
            "that sent",
            status
                .last_sent_bytes
                .map_or_else(none, |bytes| size(bytes.unsigned_abs())),
        ),
        ("waiting", size(status.waiting_bytes)),
        ("error", status.last_error.clone().unwrap_or_else(none)),
        (
            "next attempt",
            status
                .next_attempt_at
                .clone()
                .unwrap_or_else(|| "when there is one to send".to_owned()),
        ),
    ];
    rows.iter()
        .map(|(name, value)| format!("{name:<13} {value}\n"))
        .collect()
}

/// Brings a shop back from its hub; nothing where only the list was wanted.
pub(super) async fn restore(
    config: Config,
    arguments: RestoreArgs,
    output: Output,
) -> Result<Option<Restored>> {
    let (Some(hub), Some(code)) = (&arguments.from_hub, &arguments.code) else {
        return Err(Error::invalid("--from-hub", "needs --code too").into());
    };
    let transport = HttpTransport::default();
    let may_be_there = arguments.replace || arguments.list;
    let asked = (hub.as_str(), code.as_str());
    let from = FromHub::begin(config, clock(), &transport, asked, may_be_there).await?;
    let sets = from.sets().await?;
    if arguments.list {
        output.print(&json!({ "shop": from.shop(), "backups": sets }), || {
            let mut table = table();
            table.set_header(["backup", "received", "to read"]);
            for set in &sets {
                let id = set.id.to_string();
                table.add_row([id, set.received_at.clone(), size(set.bytes)]);
            }
            format!("{}\n{table}", from.shop())
        })?;
        return Ok(None);
    }
    let wanted = match (arguments.set, sets.first()) {
        (Some(id), _) => id,
        (None, Some(latest)) => latest.id,
        (None, None) => {
            let text = format!("the hub has no backup of {}", from.shop());
            return Err(Error::NotFound(text).into());
        }
    };
    let opened = open(&from, wanted, arguments.passphrase_file.as_deref()).await?;
    let bar = bar();
    from.download(&opened, |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    })
    .await?;
    bar.finish_and_clear();
    Ok(Some(from.put_in_place(opened).await?))
}

/// Opens the set with the passphrase that was given, or that is typed, in a few tries.
async fn open<T: Transport>(
    from: &FromHub<'_, T>,
    wanted: Uuid,
    file: Option<&Path>,
) -> Result<Opened> {
    let set = from.locate(wanted).await?;
    if let Some(text) = passphrase::given(file)? {
        return Ok(from.open(set, Passphrase::given(&text)).await?);
    }
    for left in (0..TRIES).rev() {
        let question = format!("Passphrase of the backups of {}", from.shop());
        let typed = Passphrase::given(&passphrase::asked(&question).await?);
        match from.open(set.clone(), typed).await {
            Err(Error::Refused(text)) if left > 0 => eprintln!("{text}"),
            opened => return Ok(opened?),
        }
    }
    Err(Error::Internal("no try is left".to_owned())).context("opening the backup")
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("reading {wide_bar} {pos}/{len} parts {eta}") {
        bar.set_style(style);
    }
    bar
}
