//! How much memory a program takes at its peak.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use nix::sys::resource::{UsageWho, getrusage};

/// Runs a program and prints its peak resident memory in KiB. The kernel tells it of all children
/// together, so this process has no other.
pub(crate) fn print(program: &OsString, arguments: &[OsString]) -> anyhow::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    let name = program.display();
    let status = command.status().with_context(|| format!("failed to run {name}"))?;
    ensure!(status.success(), "{name} failed");
    #[expect(clippy::print_stdout, reason = "this is its answer")]
    {
        println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss());
    }
    Ok(())
}
