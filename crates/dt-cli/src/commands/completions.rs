//! `dt completions`: what a shell needs to complete commands and options.

use clap_complete::Shell;

use super::{Context, Request};
use crate::exit;
use crate::failure::Result;
use crate::ui::print_bytes;

/// Arguments of `dt completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt completions bash > ~/.local/share/bash-completion/completions/dt
  dt completions zsh > ~/.zfunc/_dt
  dt completions fish > ~/.config/fish/completions/dt.fish
  dt completions powershell >> $PROFILE")]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

/// Completions of a program's command line.
#[derive(Debug)]
pub(super) struct Completions {
    shell: Shell,
    program: clap::Command,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Completions {
        Completions { shell: self.shell, program: (context.program)() }
    }
}

impl Request for Completions {
    fn run(mut self: Box<Self>) -> Result<u8> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut self.program, "dt", &mut text);
        print_bytes(&text)?;
        Ok(exit::DONE)
    }
}
