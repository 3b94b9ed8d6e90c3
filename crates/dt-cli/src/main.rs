//! `dt`: understand one device of a Darktrace appliance, or all of them.
//!
//! Arguments become a resolved configuration, that becomes questions to an appliance or to files,
//! their answers one document, and that is printed. Data goes to standard output, everything else
//! to standard error.

mod args;
mod config;
mod configure;
mod connect;
mod describe;
mod devices;
mod diff;
mod doctor;
mod evidence;
mod examples;
mod exit;
mod failure;
mod gather;
mod input;
mod inputs;
mod interrupt;
mod kept;
mod near;
mod options;
mod pager;
mod printer;
mod progress;
mod resolve;
mod run;
mod say;
mod snapshot;
mod subnet;
mod watch;

use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;

use crate::args::Cli;
use crate::config::Job;

fn main() -> ExitCode {
    // Usage errors and --help end here, with 2 and 0.
    let cli = Cli::parse();
    let environment = |name: &str| std::env::var(name).ok();
    let done = Job::resolve(cli, started_at(), &environment).and_then(|job| match job {
        Job::Ask(config) => run::run(&config),
        Job::Watch(config, rhythm) => watch::watch(*config, &rhythm),
        Job::Examine(examination) => doctor::examine(&examination),
        Job::Differ(differing) => diff::differ(&differing),
        Job::Describe(description) => describe::describe(&description),
        Job::Configure(configuring, output) => configure::configure(&configuring, &output),
    });
    ExitCode::from(done.unwrap_or_else(|failure| {
        say::say(&failure.to_string());
        failure.status
    }))
}

#[expect(clippy::disallowed_methods, reason = "the one place where the program reads the clock")]
fn started_at() -> Timestamp {
    Timestamp::now()
}
