//! `dt man`: manual pages.

use clap_mangen::Man;

use super::help::find;
use super::{Context, Request};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::ui::print_bytes;

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

/// The page of a command.
#[derive(Debug)]
pub(super) struct Page(clap::Command);

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Page> {
        let mut program = (context.program)();
        // This gives every command its whole name.
        program.build();
        find(program, &self.command).map(Page)
    }
}

impl Request for Page {
    fn run(self: Box<Self>) -> Result<u8> {
        let mut text = Vec::new();
        Man::new(self.0)
            .source(concat!("dt ", env!("CARGO_PKG_VERSION")))
            .render(&mut text)
            .map_err(|error| Failure::new("failed to write the page").because(&error))?;
        print_bytes(&text)?;
        Ok(exit::DONE)
    }
}
