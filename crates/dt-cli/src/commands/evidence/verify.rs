//! `dt evidence verify`: whether evidence is still as it was written.

use std::path::PathBuf;

use dt_report::clean;
use dt_store::verify;

use crate::exit;
use crate::failure::Result;
use crate::ui::print_bytes;

/// Arguments of `dt evidence verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt evidence verify audit
  dt evidence verify /mnt/case-117/audit")]
pub(super) struct Args {
    /// The directory that dt evidence --to wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Args {
    /// Prints what is not as it was written, and gives the exit status.
    pub(super) fn run(&self) -> Result<u8> {
        let found = verify(&self.directory)?;
        let outcome = format!("{}: {found}", self.directory.display());
        let authorship =
            "This proves no authorship: whoever can change a file can change its SHA-256.";
        let lines = found.problems.iter().map(ToString::to_string);
        let lines = lines.chain([outcome, authorship.to_owned()]);
        let text: Vec<String> = lines.map(|line| clean(&line).into_owned()).collect();
        print_bytes(text.join("\n") + "\n")?;
        Ok(if found.problems.is_empty() { exit::DONE } else { exit::FAILED })
    }
}
