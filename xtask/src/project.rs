//! Where the project is, and its program as the present code makes it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

/// How the program is optimised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// The folder that holds the workspace.
pub(crate) fn root() -> anyhow::Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is in no folder")
}

/// Builds `dt` and says where it is.
pub(crate) fn dt(root: &Path, profile: Profile) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // What cargo says about xtask would make it build anew whatever reads it, and that twice: now,
    // and when cargo is called by hand again.
    for (name, _) in std::env::vars_os() {
        let about_xtask = ["CARGO_MANIFEST_", "CARGO_PKG_"];
        if name.to_str().is_some_and(|name| about_xtask.iter().any(|it| name.starts_with(it))) {
            build.env_remove(name);
        }
    }
    build.current_dir(root).args(["build", "--quiet", "--locked", "-p", "dt-cli"]);
    if profile == Profile::Release {
        build.arg("--release");
    }
    let build = build.arg("--message-format=json").output()?;
    ensure!(build.status.success(), "dt does not build");
    let messages = String::from_utf8(build.stdout)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = messages.filter_map(|message| Some(message["executable"].as_str()?.into()));
    programs.next().context("cargo built no program")
}
