//! `dt completions`: what a shell needs to complete commands and options.

use clap_complete::Shell;

use super::{Context, Run, text};

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

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Run {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut (context.program)(), "dt", &mut script);
        text(script)
    }
}
