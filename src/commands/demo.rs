//! `kulakan demo`

use anyhow::Result;
use kulakan::demo::{self, Options};
use serde_json::json;

use super::{Folder, Output, print, until_told};

pub(super) async fn run(folder: Folder, once: bool, output: Output) -> Result<()> {
    let options = Options {
        data: folder.data,
        once,
    };
    let mut told = Vec::new();
    let mut print_line = |line: &str| {
        // With --json the summary is one document at the end; until then it is only collected.
        if output.json {
            told.push(line.to_owned());
        } else if let Err(error) = print(line) {
            tracing::warn!(%error, "the summary could not be printed");
        }
    };
    demo::run(options, until_told()?, &mut print_line).await?;
    if output.json {
        return output.print(&json!({ "summary": told }), String::new);
    }
    Ok(())
}
