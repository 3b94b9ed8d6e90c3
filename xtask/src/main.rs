//! The project's own chores. `cargo xtask` lists them.

mod counts;
mod fixtures;
mod freeze;
mod layers;
mod pages;
mod project;
mod schemas;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Count what tends to grow (circles, lines, snapshots), and fail above the limits
    Counts,
    /// Record exchanges with the demo appliance for fixtures/exchanges, or with your own appliance
    Fixtures(fixtures::Arguments),
    /// Keep what the program prints over the fixtures, or compare with what was kept
    Freeze(freeze::Arguments),
    /// Check that each crate reaches only what ARCHITECTURE.md lets it reach
    Layers,
    /// Open what `dt -o html` prints in Chromium, wide and narrow, in light and in dark
    Pages,
    /// Write the schemas of what the program prints to schemas
    Schemas {
        /// Only compare them with what is there
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Counts => counts::check(),
        Chore::Fixtures(arguments) => fixtures::run(&arguments),
        Chore::Freeze(arguments) => freeze::run(&arguments),
        Chore::Layers => layers::check(),
        Chore::Pages => pages::check(),
        Chore::Schemas { check } => schemas::run(check),
    }
}
