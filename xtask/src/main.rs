//! The project's own chores. `cargo xtask` lists them.

mod bench;
mod evaluate;
mod fixtures;
mod freeze;
mod fuzz;
mod layers;
mod pages;
mod peak;
mod schemas;
mod soak;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Print speed and memory beside their limits
    Bench {
        /// Only benchmarks whose name contains this
        name: Option<String>,
    },
    /// Print how good the analyses are
    Evaluate(evaluate::Arguments),
    /// Record exchanges with the demo appliance for fixtures/exchanges, or with your own appliance
    Fixtures(fixtures::Arguments),
    /// Keep what the program prints over the fixtures, or compare with what was kept
    Freeze(freeze::Arguments),
    /// Feed the reader and the signer inputs made to break them, for a bounded time
    Fuzz(fuzz::Arguments),
    /// Check that each crate reaches only what ARCHITECTURE.md lets it reach
    Layers,
    /// Open what `dt -o html` prints in Chromium, wide and narrow, in light and in dark
    Pages,
    /// Run a program and print its peak memory in KiB; used by `bench`
    #[command(hide = true)]
    Peak {
        program: OsString,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Write the schemas of what the program prints to schemas
    Schemas {
        /// Only compare them with what is there
        #[arg(long)]
        check: bool,
    },
    /// Ask the demo appliance many times while faults are injected, and count what is lost
    Soak(soak::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Bench { name } => bench::run(name.as_deref().unwrap_or_default()),
        Chore::Evaluate(arguments) => evaluate::run(&arguments),
        Chore::Fixtures(arguments) => fixtures::run(&arguments),
        Chore::Freeze(arguments) => freeze::run(&arguments),
        Chore::Fuzz(arguments) => fuzz::run(&arguments),
        Chore::Layers => layers::check(),
        Chore::Pages => pages::check(),
        Chore::Peak { program, arguments } => peak::print(&program, &arguments),
        Chore::Schemas { check } => schemas::run(check),
        Chore::Soak(arguments) => soak::run(&arguments),
    }
}
