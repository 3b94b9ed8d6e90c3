//! `dt help`: all about a command, or about the options that commands share.

use clap::Command;

use super::{Context, Run, text};
use crate::failure::{Failure, Result, did_you_mean};
use crate::options::{
    ApplianceOptions, EventOptions, FailOnOptions, FindingOptions, InputOptions, OutputOptions,
    SelectionOptions,
};

/// Arguments of `dt help`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt help report
  dt help options | less")]
pub(crate) struct Args {
    /// A command, such as report or config init; or options, for those that commands share
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let help = if self.command == ["options"] {
            shared_options().render_long_help()
        } else {
            let mut program = (context.program)();
            program.build();
            find(program, &self.command)?.render_long_help()
        };
        Ok(text(help.to_string()))
    }
}

/// The options that several commands have, as a command of their own.
fn shared_options() -> Command {
    use clap::Args as _;

    let command = Command::new("options")
        .help_template("{about}\n\n{all-args}\n")
        .max_term_width(100)
        .disable_help_flag(true);
    let command = SelectionOptions::augment_args(command);
    let command = ApplianceOptions::augment_args(command);
    let command = InputOptions::augment_args(command);
    let command = OutputOptions::augment_args(command);
    let command = FindingOptions::augment_args(EventOptions::augment_args(command));
    let command = FailOnOptions::augment_args(command);
    // Last, since a group brings a description of its own.
    command.about("Options that commands share; dt COMMAND --help says which of them it has")
}

/// The command at the end of a path such as `config init`.
pub(super) fn find(program: Command, path: &[String]) -> Result<Command> {
    path.iter().try_fold(program, |within, name| {
        let known: Vec<&str> = within.get_subcommands().map(Command::get_name).collect();
        within.find_subcommand(name).cloned().ok_or_else(|| {
            let failure = Failure::usage(format!("there is no command {name:?}"));
            let hint =
                did_you_mean(name, known).unwrap_or_else(|| "dt --help lists them".to_owned());
            failure.hint(hint)
        })
    })
}
