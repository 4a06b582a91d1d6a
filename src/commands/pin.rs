//! `kulakan shop pin`: the way back in for whoever forgot the owner's PIN and has the shop's files.

use std::io::IsTerminal;

use anyhow::Result;
use kulakan::error::Error;
use kulakan::shop::Shop;
use serde_json::json;

use super::{Output, passphrase};

pub(super) async fn run(shop: &Shop, clear: bool, output: Output) -> Result<()> {
    let new = if clear { None } else { Some(asked().await?) };
    shop.reset_owner_pin(new.as_deref()).await?;
    output.print(&json!({ "has_pin": !clear }), || {
        if clear {
            "The owner has no PIN any more: the pages open on this machine alone, without asking. Everybody is logged out."
        } else {
            "The owner has the new PIN. Everybody is logged out."
        }
        .to_owned()
    })
}

/// The new PIN; typed at a terminal it has to be typed twice.
async fn asked() -> Result<String> {
    let first = passphrase::pin("New PIN of the owner, 4 to 12 digits").await?;
    if std::io::stdin().is_terminal() {
        let again = passphrase::pin("The same once more").await?;
        if first.trim() != again.trim() {
            return Err(Error::invalid("pin", "was typed differently the second time").into());
        }
    }
    Ok(first.trim().to_owned())
}
