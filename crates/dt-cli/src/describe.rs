//! What others need to know of the program: shells and manuals its command line, scripts its output.

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use dt_report::schema::Object;

use crate::args::Cli;
use crate::failure::{Failure, Result};
use crate::near::did_you_mean;
use crate::{exit, printer};

/// For whom the program is described.
#[derive(Debug)]
pub(crate) enum Description {
    /// A shell, which completes what is typed.
    Completions(Shell),
    /// A reader of manuals: the page of the program, or of a command of it.
    Manual(Vec<String>),
    /// A script, which reads an object.
    Schema(Object),
}

/// Prints a description, and gives the exit status.
pub(crate) fn describe(description: &Description) -> Result<u8> {
    let mut program = Cli::command();
    let mut text = Vec::new();
    match description {
        Description::Completions(shell) => {
            clap_complete::generate(*shell, &mut program, "dt", &mut text);
        }
        Description::Manual(path) => {
            program = program.disable_help_subcommand(true);
            // This gives every command its whole name.
            program.build();
            Man::new(command(program, path)?)
                .source(concat!("dt ", env!("CARGO_PKG_VERSION")))
                .render(&mut text)
                .map_err(|error| Failure::new("failed to write the page").because(&error))?;
        }
        Description::Schema(object) => text = object.render().into_bytes(),
    }
    printer::bytes(&text)?;
    Ok(exit::DONE)
}

/// The command at the end of a path such as `config init`.
fn command(program: Command, path: &[String]) -> Result<Command> {
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
