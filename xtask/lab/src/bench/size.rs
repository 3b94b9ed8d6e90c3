//! How large the program is, with and without what only some need.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use super::{Limit, programs, say, tell};

/// How many megabytes the program has without the features `fleet` and `mcp`.
const MOST_MB: f64 = 10.0;

pub(super) fn size() -> anyhow::Result<()> {
    // Beside the folder of the profile, so that neither makes cargo build the other again.
    let target = programs()?.parent().context("a profile's folder is in one")?.join("size");
    let lean = built(&target, &["--no-default-features"])?;
    let whole = built(&target, &[])?;
    say(&format!("    with fleet and mcp {whole:.1} MB, which are {:.1} more", whole - lean));
    tell("program without fleet and mcp, MB", lean, Limit::AtMost(MOST_MB), "release, stripped");
    Ok(())
}

/// Builds the program as it is shipped, and says how many megabytes it has.
fn built(target: &Path, features: &[&str]) -> anyhow::Result<f64> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--quiet", "-p", "dt-cli"]).args(features);
    ensure!(build.arg("--target-dir").arg(target).status()?.success(), "failed to build dt");
    let program = format!("dt{}", std::env::consts::EXE_SUFFIX);
    Ok(fs::metadata(target.join("release").join(program))?.len() as f64 / 1e6)
}
