//! `dt query`, and what else `dt-query` does: a program of its own, because its engine is larger than all of `dt`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Context, Request};
use crate::failure::{Failure, Result};

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

/// What is handed to `dt-query`.
#[derive(Debug)]
pub(super) struct HandedOn {
    arguments: Vec<OsString>,
    path: Option<OsString>,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> HandedOn {
        HandedOn::new("query", self.arguments, context)
    }
}

impl HandedOn {
    /// A command of `dt-query` with its arguments as they were typed.
    pub(super) fn new(command: &str, arguments: Vec<OsString>, context: &Context<'_>) -> Self {
        let arguments = std::iter::once(command.into()).chain(arguments).collect();
        Self { arguments, path: (context.environment)("PATH").map(OsString::from) }
    }

    /// The program beside this one, else the first in `PATH`.
    fn program(&self) -> Option<PathBuf> {
        let name = format!("dt-query{}", std::env::consts::EXE_SUFFIX);
        let own = std::env::current_exe().ok();
        let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
        let path = self.path.as_deref().unwrap_or(OsStr::new(""));
        let mut folders = beside.into_iter().chain(std::env::split_paths(path));
        folders.find_map(|folder| Some(folder.join(&name)).filter(|program| program.is_file()))
    }
}

impl Request for HandedOn {
    fn run(self: Box<Self>) -> Result<u8> {
        let program = self.program().ok_or_else(|| {
            Failure::usage("dt-query is not installed: it is neither beside dt nor in PATH").hint(
                "install it from where dt came from, or build it: cargo build --release \
                 --manifest-path query/Cargo.toml",
            )
        })?;
        let mut command = Command::new(&program);
        command.args(&self.arguments);
        run(&mut command).map_err(|error| {
            Failure::new("dt-query cannot be run").at(program.display().to_string()).because(&error)
        })
    }
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
