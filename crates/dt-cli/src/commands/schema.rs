//! `dt schema`: what `-o json` prints, as JSON Schema.

use dt_report::schema::Object;

use super::{Run, text};
use crate::choice::named;

/// Arguments of `dt schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt schema report > report.schema.json
  dt schema timeline | less")]
pub(crate) struct Args {
    /// Which command's
    #[arg(value_name = "COMMAND", value_parser = named(&Object::ALL, Object::name))]
    object: Object,
}

impl Args {
    pub(super) fn resolve(self) -> Run {
        text(self.object.render())
    }
}
