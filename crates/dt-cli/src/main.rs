//! `dt`: understand one device of a Darktrace appliance.
//!
//! Arguments become a resolved configuration, that becomes one document, that is printed. Data goes
//! to standard output, everything else to standard error.

mod args;
mod config;
mod exit;
mod failure;
mod input;
mod run;

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use dt_report::{clean, json, table};
use jiff::Timestamp;

use crate::args::{Cli, Format};
use crate::config::{Chatter, Config, Output};
use crate::failure::{Failure, Result};
use crate::input::Inputs;

fn main() -> ExitCode {
    // Usage errors and --help end here, with 2 and 0.
    let cli = Cli::parse();
    let status = answer(cli).unwrap_or_else(|failure| {
        say(&failure.to_string());
        failure.status
    });
    ExitCode::from(status)
}

fn answer(cli: Cli) -> Result<u8> {
    let config = Config::resolve(cli, started_at())?;
    let inputs = input::read(&config)?;
    tell(&inputs, config.chatter);
    let document = run::document(&config, &inputs)?;
    let text = match config.output.format {
        Format::Json => json::render(&document),
        Format::Table => {
            let Output { time_zone, extent, .. } = &config.output;
            let time_zone = time_zone.clone();
            table::render(
                &document,
                &table::Options { time_zone, now: config.now, extent: *extent },
            )
        }
    };
    print(&text, &config.output)?;
    let found = document.concerns().iter().any(|concern| Some(concern.level) >= config.fail_on);
    Ok(if config.fail_on.is_some() && found { exit::FOUND } else { exit::DONE })
}

/// Prints the answer, whole. A reader that goes away is done with it.
fn print(text: &str, output: &Output) -> Result<()> {
    let written = match output.format {
        // Escapes within JSON are its own.
        Format::Json => io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()),
        Format::Table => {
            let mut terminal = anstream::AutoStream::new(io::stdout(), output.color);
            terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush())
        }
    };
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new("failed to write the answer").because(&error))
        }
        _ => Ok(()),
    }
}

/// Says what was odd about the input.
fn tell(inputs: &Inputs, chatter: Chatter) {
    const FIRST: usize = 5;
    let shown = match chatter {
        Chatter::ErrorsOnly => return,
        Chatter::FirstWarnings => FIRST,
        Chatter::EveryWarning => usize::MAX,
    };
    for note in &inputs.notes {
        say(&format!("note: {}", clean(note)));
    }
    for warning in inputs.warnings.iter().take(shown) {
        say(&format!("warning: {}", clean(warning)));
    }
    let more = inputs.warnings.len().saturating_sub(shown);
    if more > 0 {
        say(&format!("warning: {more} more; -v shows them all"));
    }
}

/// The one way to standard error. Nobody may be there to read it.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

#[expect(clippy::disallowed_methods, reason = "the one place where the program reads the clock")]
fn started_at() -> Timestamp {
    Timestamp::now()
}
