//! `dt schema`: what `-o json` prints, as JSON Schema.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use dt_report::schema::Object;

use super::Text;

/// Arguments of `dt schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt schema report > report.schema.json
  dt schema timeline | less")]
pub(crate) struct Args {
    /// Which command's
    #[arg(value_name = "COMMAND", value_parser = objects())]
    object: Object,
}

/// Reads the name of a command that prints an object.
fn objects() -> impl TypedValueParser<Value = Object> {
    PossibleValuesParser::new(Object::ALL.map(Object::name)).try_map(|name| {
        let named = Object::ALL.into_iter().find(|object| object.name() == name);
        named.ok_or("there is no such object")
    })
}

impl Args {
    pub(super) fn resolve(self) -> Text {
        Text(self.object.render().into())
    }
}
