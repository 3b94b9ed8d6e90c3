//! `dt query`, and what else `dt-query` does: a program of its own, because its engine is larger than all of `dt`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Context, Run};
use crate::failure::Failure;

/// Arguments of `dt query`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt query lake \"select hostname, level from latest order by rank_score desc\"
  dt query lake \"describe devices\"
  dt query lake --file hunt.sql -o csv")]
pub(crate) struct Args {
    /// The lake, a question in SQL, and options, which dt-query query --help lists
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    arguments: Vec<OsString>,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Run {
        hand_on("query", self.arguments, context)
    }
}

/// A command of `dt-query` with its arguments as they were typed.
pub(super) fn hand_on(
    command: &'static str,
    arguments: Vec<OsString>,
    context: &Context<'_>,
) -> Run {
    let path = (context.environment)("PATH").unwrap_or_default();
    Box::new(move || {
        let program = program(&path).ok_or_else(|| {
            Failure::usage("dt-query is not installed: it is neither beside dt nor in PATH").hint(
                "install it from where dt came from, or build it: cargo build --release \
                 --manifest-path query/Cargo.toml",
            )
        })?;
        run(Command::new(&program).arg(command).args(arguments)).map_err(|error| {
            Failure::new("dt-query cannot be run").at(program.display()).because(&error)
        })
    })
}

/// The program beside this one, else the first in `PATH`.
fn program(path: &str) -> Option<PathBuf> {
    let name = format!("dt-query{}", std::env::consts::EXE_SUFFIX);
    let own = std::env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let mut folders = beside.into_iter().chain(std::env::split_paths(path));
    folders.find_map(|folder| Some(folder.join(&name)).filter(|program| program.is_file()))
}

/// Becomes the program: signals and the exit status are its own. It returns only if that fails.
#[cfg(unix)]
fn run(command: &mut Command) -> std::io::Result<u8> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

/// Runs the program, and ends as it ends.
#[cfg(not(unix))]
fn run(command: &mut Command) -> std::io::Result<u8> {
    let status = command.status()?.code();
    Ok(status.and_then(|code| u8::try_from(code).ok()).unwrap_or(crate::exit::FAILED))
}
