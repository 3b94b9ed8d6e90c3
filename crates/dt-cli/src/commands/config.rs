//! `dt config`: where the configuration is, one to begin with, and what holds.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use clap::Subcommand;
use dt_report::contract::Document;
use dt_report::schema::Object;
use jiff::Timestamp;

use super::{Context, Run, text};
use crate::asking::{Session, settings};
use crate::config::config_file;
use crate::documents::print_one;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::options::{
    ApplianceOptions, FormatOptions, OutputOptions, VerbosityOptions, ZoneOptions,
};
use crate::ui::Verbosity;

/// Arguments of `dt config`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt config init
  dt config path
  dt config show --profile site")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: ConfigCommand,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print where it is, or would be
    Path,
    /// Write one to begin with; one that is there is left alone
    Init(VerbosityOptions),
    /// Show each setting and where it comes from; tokens only as set or not set
    Show(ShowArgs),
}

/// Arguments of `dt config show`.
#[derive(Debug, clap::Args)]
struct ShowArgs {
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    format: FormatOptions,
    #[command(flatten)]
    verbosity: VerbosityOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let path = || config_file(context.environment);
        Ok(match self.command {
            ConfigCommand::Path => text(format!("{}\n", path()?.display())),
            ConfigCommand::Init(verbosity) => {
                let (path, verbosity) = (path()?, verbosity.resolve());
                Box::new(move || init(&path, verbosity))
            }
            ConfigCommand::Show(args) => args.resolve(context)?,
        })
    }
}

impl ShowArgs {
    fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let Self { appliance, format, verbosity } = self;
        let options = OutputOptions { format, verbosity, zone: ZoneOptions::default() };
        let mut session = Session::new(Object::Config, &options, context)?;
        // Nothing of it depends on the time.
        session.now = Timestamp::UNIX_EPOCH;
        if appliance.demo.demo.is_some() || !appliance.demo.demo_fault.is_empty() {
            return Err(
                Failure::usage("the demo appliance has no configuration").hint("leave out --demo")
            );
        }
        let document = settings(appliance, context.environment)?.configuration();
        Ok(Box::new(move || {
            print_one(Document::Configuration(document), session.print_context_unjudged())
        }))
    }
}

/// Writes a configuration to begin with.
fn init(path: &Path, verbosity: Verbosity) -> Result<u8> {
    let place = path.display().to_string();
    write_new(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new("there is a configuration already")
            .at(&place)
            .hint("edit it; dt config show prints it"),
        _ => Failure::new("failed to write the configuration").at(&place).because(&error),
    })?;
    verbosity.note(&format!("wrote {place}\nfill in url and tokens, then try dt doctor"));
    Ok(exit::DONE)
}

/// It will hold tokens, so it is its owner's alone from the beginning.
fn write_new(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(include_bytes!("../config_template.toml"))
}
