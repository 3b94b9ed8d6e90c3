//! `dt man`: manual pages.

use std::io::{self, Write};

use clap::Command;
use clap::builder::Resettable;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, line_break, roman};

use super::help::find;
use super::{Context, Run, text};
use crate::config::variables;
use crate::exit;
use crate::failure::{Failure, Result};

/// Arguments of `dt man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt man | man -l -
  dt man report | man -l -
  dt man config init > dt-config-init.1")]
pub(crate) struct Args {
    /// Which command's page, such as report or config init
    command: Vec<String>,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let mut program = (context.program)();
        // This gives every command its whole name.
        program.build();
        let mut page = Vec::new();
        write(find(program, &self.command)?, &mut page)
            .map_err(|error| Failure::new("failed to write the page").because(&error))?;
        Ok(text(page))
    }
}

/// Writes what is declared about a command, then the sections of which clap knows nothing.
fn write(command: Command, to: &mut impl Write) -> io::Result<()> {
    let sections = sections(&command);
    let without_examples = command.after_help(Resettable::Reset);
    Man::new(without_examples).source(concat!("dt ", env!("CARGO_PKG_VERSION"))).render(to)?;
    sections.to_writer(to)
}

fn sections(command: &Command) -> Roff {
    let mut page = Roff::new();
    let is_the_program = command.has_subcommands();
    let asks = is_the_program || has_option(command, "url");
    page.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in exit::MEANINGS {
        let is_possible = match status {
            exit::FOUND => is_the_program || has_option(command, "fail-on"),
            exit::ACCESS | exit::NETWORK => asks,
            _ => true,
        };
        if is_possible {
            entry(&mut page, &status.to_string(), meaning);
        }
    }
    if asks {
        page.control("SH", ["ENVIRONMENT"]);
        for (name, meaning) in variables() {
            entry(&mut page, &name, &meaning);
        }
        page.control("SH", ["FILES"]);
        let configuration = "Profiles of appliances; dt config init writes the first one. \
                             $XDG_CONFIG_HOME is used in place of ~/.config where it is set, and \
                             %APPDATA% on Windows";
        entry(&mut page, "~/.config/dt/config.toml", configuration);
    }
    if let Some(help) = command.get_after_help() {
        examples(&mut page, &help.to_string());
    }
    page
}

fn has_option(command: &Command, long: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(long))
}

/// A term and what it means.
fn entry(page: &mut Roff, term: &str, meaning: &str) {
    page.control("TP", []).text([bold(term)]).text([roman(meaning)]);
}

/// The text below a command's help, line by line.
fn examples(page: &mut Roff, help: &str) {
    let (title, lines) = match help.strip_prefix("Examples:\n") {
        Some(lines) => ("EXAMPLES", lines),
        None => ("NOTES", help),
    };
    let lines = lines.lines().flat_map(|line| [roman(line.trim_start()), line_break()]);
    page.control("SH", [title]).text(lines.collect::<Vec<Inline>>());
}
