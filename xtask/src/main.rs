//! The project's own chores. `cargo xtask` lists them.

mod bench;
mod layers;
mod peak;

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
    /// Check that each crate reaches only what ARCHITECTURE.md lets it reach
    Layers,
    /// Run a program and print its peak memory in KiB; used by `bench`
    #[command(hide = true)]
    Peak {
        program: OsString,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().chore {
        Chore::Bench { name } => bench::run(name.as_deref().unwrap_or_default()),
        Chore::Layers => layers::check(),
        Chore::Peak { program, arguments } => peak::print(&program, &arguments),
    }
}
