//! The project's measurements, which take long or need more than the repository holds: none of them
//! is part of the check. `cargo lab` lists them.

mod bench;
mod evaluate;
mod fuzz;
mod in_process;
mod peak;
mod soak;
mod sweeping;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo lab", about = "The project's measurements")]
struct Cli {
    #[command(subcommand)]
    measurement: Measurement,
}

#[derive(Debug, Subcommand)]
enum Measurement {
    /// Print speed and memory beside their limits
    Bench {
        /// Only benchmarks whose name contains this
        name: Option<String>,
    },
    /// Print how good the analyses are
    Evaluate(evaluate::Arguments),
    /// Feed the reader and the signer inputs made to break them, for a bounded time
    Fuzz(fuzz::Arguments),
    /// Run a program and print its peak memory in KiB; used by `bench`
    #[command(hide = true)]
    Peak {
        program: OsString,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Ask the demo appliance many times while faults are injected, and count what is lost
    Soak(soak::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().measurement {
        Measurement::Bench { name } => bench::run(name.as_deref().unwrap_or_default()),
        Measurement::Evaluate(arguments) => evaluate::run(&arguments),
        Measurement::Fuzz(arguments) => fuzz::run(&arguments),
        Measurement::Peak { program, arguments } => peak::print(&program, &arguments),
        Measurement::Soak(arguments) => soak::run(&arguments),
    }
}

/// Prints a line: figures are what this program is for.
#[expect(clippy::print_stdout, reason = "figures are its answer")]
fn say(line: &str) {
    println!("{line}");
}
