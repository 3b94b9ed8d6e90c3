//! `dt`: understand one device of a Darktrace appliance, or all of them.
//!
//! A command line becomes a command, that becomes a request with everything decided, and that runs.
//! Data goes to standard output, everything else to standard error.

#![cfg_attr(not(feature = "fleet"), expect(dead_code, unused_imports, reason = "a fleet's"))]

mod asking;
mod choice;
mod cli;
mod commands;
mod config;
mod documents;
mod exit;
mod failure;
mod interrupt;
mod options;
mod placement;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;

use jiff::Timestamp;

use crate::commands::Context;
use crate::failure::Result;

fn main() -> ExitCode {
    ExitCode::from(run().unwrap_or_else(|failure| {
        ui::print_failure(&failure, cli::asks_for_json(std::env::args_os()));
        failure.status
    }))
}

fn run() -> Result<u8> {
    let environment = |name: &str| {
        // A file of variables with the line ends of another system leaves one in each of them.
        let value = std::env::var(name).ok()?.trim_end_matches(['\r', '\n']).to_owned();
        Some(value).filter(|value| !value.is_empty())
    };
    let words: Vec<OsString> = std::env::args_os().collect();
    let context = Context {
        words: &words,
        environment: &environment,
        now: started_at(),
        program: cli::definition,
    };
    interrupt::listen()?;
    cli::parse(words.iter().cloned())?.resolve(&context)?()
}

#[expect(clippy::disallowed_methods, reason = "the one place where the program reads the clock")]
fn started_at() -> Timestamp {
    Timestamp::now()
}
