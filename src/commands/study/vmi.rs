use crate::cli::StudyArgs;
use crate::commands::Output;
use anyhow::Result;
pub(super) fn run(_: &StudyArgs, _: Output) -> Result<()> {
    Ok(())
}
