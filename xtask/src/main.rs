//! The project's own chores. `cargo xtask` lists them.

mod commands;
mod counts;
mod dist;
mod fixtures;
mod layers;
mod links;
mod locks;
mod pages;
mod project;
mod schemas;

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
#[command(after_help = "Measurements (evaluate, bench, soak, fuzz) are cargo lab's.")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Write what each command prints to docs/commands.md
    Commands {
        /// Only compare it with what is there
        #[arg(long)]
        check: bool,
    },
    /// Count what tends to grow (circles, lines, snapshots), and fail above the limits
    Counts,
    /// Make what is released: a static program, packages, notices and checksums, in target/dist
    Dist {
        /// Package the program that was built before
        #[arg(long)]
        no_build: bool,
    },
    /// Record exchanges with the demo appliance for fixtures/exchanges, or with your own appliance
    Fixtures(fixtures::Arguments),
    /// Check that each crate reaches only what ARCHITECTURE.md lets it reach
    Layers,
    /// Check that links between pages lead somewhere
    Links,
    /// Check that both workspaces have the same version of whatever rows and judgements depend on
    Locks,
    /// Open what `dt -o html` prints in Chromium, wide and narrow, in light and in dark
    Pages {
        /// Only pages whose name contains this
        name: Option<String>,
    },
    /// Write the schemas of what the program prints to schemas
    Schemas {
        /// Only compare them with what is there
        #[arg(long)]
        check: bool,
    },
    /// What is measured is measured by `cargo lab`; it is handed on.
    #[command(external_subcommand)]
    Lab(Vec<OsString>),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Commands { check } => commands::run(check),
        Chore::Counts => counts::check(),
        Chore::Dist { no_build } => dist::run(!no_build),
        Chore::Fixtures(arguments) => fixtures::run(&arguments),
        Chore::Layers => layers::check(),
        Chore::Links => links::check(),
        Chore::Locks => locks::check(),
        Chore::Pages { name } => pages::check(name.as_deref().unwrap_or_default()),
        Chore::Schemas { check } => schemas::run(check),
        Chore::Lab(arguments) => lab(&arguments),
    }
}

fn lab(arguments: &[OsString]) -> anyhow::Result<()> {
    let name = arguments.first().and_then(|name| name.to_str()).unwrap_or_default();
    ensure!(
        ["evaluate", "bench", "soak", "fuzz"].contains(&name),
        "there is no chore {name:?}: cargo xtask --help lists them"
    );
    let status = Command::new("cargo").arg("lab").args(arguments).status();
    ensure!(status.context("failed to run cargo lab")?.success(), "cargo lab {name} failed");
    Ok(())
}
